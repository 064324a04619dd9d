// title: Most needed datasets
// 标题: 最受需要的数据集
// question: Which datasets do the most departments need, and on how many services do these needs rest?
// 问题: 哪些数据集被最多的部门需要？支撑多少事项？
// parameter region: region = 100000
//   the code of a region, which counts with everything under it
//   中文: 区划代码，含其下各级
// parameter limit: integer = 20
//   the most rows
//   中文: 最多行数
MATCH (d:Dataset)<-[need:NEEDS]-(c:Department)-[:IN]->(:Region)-[:WITHIN*0..]->(:Region {code: $region})
WITH d, count(DISTINCT c) AS consumers, count(DISTINCT need.service) AS services
OPTIONAL MATCH (h:Department)-[:HOLDS]->(d)
RETURN d.id AS dataset, d.title AS title, h.name AS holder, coalesce(d.share, 'conditional') AS share, consumers, services
ORDER BY consumers DESC, services DESC, dataset
LIMIT $limit
