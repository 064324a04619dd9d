// title: Twice in one place
// 标题: 一地两建
// question: Which regions have several platforms of one function, and what would have been saved with the dearest alone?
// 问题: 哪些地方有多个同一功能的平台？只留造价最高的一个可省多少？
MATCH (r:Region)<-[:IN]-(:Department)-[:OPERATES]->(p:Platform)
WHERE coalesce(p.nature, 'soft') = 'soft' AND coalesce(p.status, 'running') <> 'retired' AND p.function <> ''
WITH r, p ORDER BY p.id
WITH r, p.function AS function, collect(p.id) AS members, collect(p.name) AS names,
  sum(coalesce(p.cost, 0.0)) - max(coalesce(p.cost, 0.0)) AS cost
WHERE size(members) > 1
RETURN function, r.code AS region, r.name AS region_name, members, names, cost
ORDER BY cost DESC, region, function
