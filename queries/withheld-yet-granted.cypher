// title: Withheld and granted
// 标题: 既不予共享又已授权
// question: Which datasets are withheld and granted or published all the same?
// 问题: 哪些数据集既标为不予共享，又已授权或发布？
MATCH (h:Department)-[:HOLDS]->(d:Dataset {share: 'withheld'})-[e:GRANTED_TO|PUBLISHED_ON]->(to)
WHERE coalesce(e.status, 'active') = 'active'
RETURN d.id AS dataset, d.title AS title, h.name AS holder, type(e) AS type, to.id AS to, to.name AS to_name, e.since AS since
ORDER BY dataset, type, to
