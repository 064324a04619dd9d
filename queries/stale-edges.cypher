// title: Active edges at platforms that do not run
// 标题: 停用平台上的有效共享
// question: Which active sharing edges lead to or from a platform that does not run?
// 问题: 哪些生效的共享关系连着没有运行的平台？
MATCH (p:Platform)-[e:PUBLISHED_ON|CASCADES_TO|SERVES]-(other)
WHERE p.status <> 'running' AND coalesce(e.status, 'active') = 'active'
RETURN p.id AS platform, p.name AS name, p.status AS status, type(e) AS type,
  startNode(e).id AS from, endNode(e).id AS to, e.since AS since
ORDER BY platform, type, from, to
