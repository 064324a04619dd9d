// title: Unused exchange platforms
// 标题: 闲置的交换平台
// question: Which running exchange platforms have nothing published on them, or serve nobody?
// 问题: 哪些运行中的交换平台上没有数据，或没有服务任何部门？
MATCH (p:Platform {function: 'data-exchange'})
WHERE coalesce(p.status, 'running') = 'running'
OPTIONAL MATCH (operator:Department)-[:OPERATES]->(p)
WITH p, operator,
  COUNT { MATCH (:Dataset)-[e:PUBLISHED_ON]->(p) WHERE coalesce(e.status, 'active') = 'active' } AS published,
  COUNT { MATCH (:Platform)-[e:CASCADES_TO]->(p) WHERE coalesce(e.status, 'active') = 'active' } AS cascading,
  COUNT { MATCH (p)-[e:SERVES]->(:Department) WHERE coalesce(e.status, 'active') = 'active' } AS served
WHERE published + cascading = 0 OR served = 0
RETURN p.id AS platform, p.name AS name, operator.name AS operator, published, cascading, served, p.utilisation AS utilisation
ORDER BY platform
