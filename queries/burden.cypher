// title: A thousand threads, one needle
// 标题: 上面千根线
// question: With how many lines and platforms outside its place does each grassroots office share what it has?
// 问题: 每个基层单位要向本地以外的多少条线、多少个平台报送数据？
// parameter limit: integer = 30
//   the most rows
//   中文: 最多行数
MATCH (:Tier {grassroots: true})<-[:AT]-(office:Department)-[:IN]->(here:Region)
OPTIONAL MATCH (office)-[:HOLDS*0..1]->(source)-[e:GRANTED_TO|RELAYS_TO]->(to:Department)-[:OF]->(line:Line)
  WHERE coalesce(e.status, 'active') = 'active' AND NOT EXISTS { (to)-[:IN]->(here) }
WITH office, here, count(DISTINCT line) AS lines
OPTIONAL MATCH (office)-[:HOLDS]->(:Dataset)-[e:PUBLISHED_ON]->(p:Platform)
  WHERE coalesce(e.status, 'active') = 'active' AND NOT EXISTS { (p)<-[:OPERATES]-(:Department)-[:IN]->(here) }
WITH office, here, lines, count(DISTINCT p) AS platforms
WHERE lines + platforms > 0
RETURN office.id AS department, office.name AS name, here.name AS region, lines, platforms,
  COUNT { (office)-[:HOLDS]->(:Dataset) } AS datasets
ORDER BY lines DESC, platforms DESC, department
LIMIT $limit
