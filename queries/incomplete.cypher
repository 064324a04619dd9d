// title: Records that lead nowhere
// 标题: 不完整的记录
// question: Which departments have no line or region, which datasets no holder or platform, which platforms no operator:
//   because nothing is said, or because what is named is not in the catalog?
// 问题: 哪些部门没有条线或区划，哪些数据集没有持有者或平台，哪些平台没有运营者（未填写，或所指不在目录中）？
MATCH (d:Department) WHERE NOT EXISTS { (d)-[:IN]->(:Region) }
RETURN 'department' AS kind, d.id AS id, d.name AS name, 'region' AS lacks
UNION ALL
MATCH (d:Department) WHERE NOT EXISTS { (d)-[:OF]->(:Line) } AND coalesce(d.kind, '') <> 'grassroots'
RETURN 'department' AS kind, d.id AS id, d.name AS name, 'line' AS lacks
UNION ALL
MATCH (d:Dataset) WHERE NOT EXISTS { (d)<-[:HOLDS]-(:Department) }
RETURN 'dataset' AS kind, d.id AS id, d.title AS name, 'holder' AS lacks
UNION ALL
MATCH (d:Dataset) WHERE NOT EXISTS { (d)-[:STORED_ON]->(:Platform) }
RETURN 'dataset' AS kind, d.id AS id, d.title AS name, 'platform' AS lacks
UNION ALL
MATCH (p:Platform) WHERE NOT EXISTS { (p)<-[:OPERATES]-(:Department) }
RETURN 'platform' AS kind, p.id AS id, p.name AS name, 'operator' AS lacks
