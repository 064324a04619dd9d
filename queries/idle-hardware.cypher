// title: Idle hardware
// 标题: 闲置的硬件
// question: Which machine rooms and halls are used less than a share of their capacity, and what did they cost?
// 问题: 哪些机房、大厅的利用率低于某值？花费多少？
// parameter below: float = 0.2
//   the share of its capacity that a machine room has to be used below, from 0 to 1
//   中文: 利用率低于多少才列出，0 到 1
MATCH (p:Platform {nature: 'hard'})<-[:OPERATES]-(operator:Department)
WHERE coalesce(p.status, 'running') = 'running' AND p.utilisation < $below
OPTIONAL MATCH (operator)-[:IN]->(r:Region)
RETURN p.id AS platform, p.name AS name, operator.name AS operator, r.name AS region, operator.tier AS tier,
  p.utilisation AS utilisation, p.cost AS cost
ORDER BY coalesce(cost, 0.0) DESC, platform
