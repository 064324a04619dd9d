// title: Built below what was built above
// 标题: 上面建了下面又建
// question: Which platforms stand under a region that has a unified one of the same function? The rule is written out here;
//   waivers are not applied.
// 问题: 哪些平台所在地的上级已有同一功能的统建平台？此处逐条写出规则，不计豁免记录。
//
// A platform with a reason to be exempt is no finding at city tier, and only there. Exchange platforms of city tier and
// above are nodes of the national exchange system, which this rule is not for.
MATCH (operator:Department)-[:OPERATES]->(p:Platform), (operator)-[:IN]->(r:Region)
WHERE coalesce(p.nature, 'soft') = 'soft' AND coalesce(p.status, 'running') <> 'retired'
  AND p.function <> ''
  AND NOT (p.exempt IS NOT NULL AND operator.tier = 'city')
  AND NOT (p.function = 'data-exchange' AND coalesce(operator.tier, '') IN ['national', 'province', 'city'])
MATCH (r)-[upwards:WITHIN*]->(:Region)<-[:IN]-(:Department)-[:OPERATES]->(q:Platform {scope: 'unified'})
WHERE q.function = p.function AND coalesce(q.nature, 'soft') = 'soft' AND coalesce(q.status, 'running') <> 'retired'
WITH operator, p, r, q ORDER BY size(upwards), q.id
WITH operator, p, r, head(collect(q)) AS q
WITH operator, p, r, q,
  CASE
    WHEN coalesce(q.status, 'running') <> 'running' THEN 'above-not-running'
    WHEN p.status IN ['planned', 'building'] THEN 'being-built'
    WHEN p.built >= q.built THEN 'built-later'
    WHEN p.built < q.built THEN 'built-earlier'
    ELSE 'date-unknown'
  END AS reason
RETURN p.id AS platform, p.function AS function, r.code AS region, q.id AS counterpart, p.name AS name,
  operator.id AS operator, operator.tier AS tier, coalesce(p.cost, 0.0) AS cost, reason,
  CASE WHEN reason IN ['being-built', 'built-later'] THEN 'violation' ELSE 'warning' END AS severity
ORDER BY cost DESC, platform, region, function
