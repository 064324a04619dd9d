// title: A thousand threads, one needle
// 标题: 上面千根线
// question: How many lines and platforms from outside its place does each grassroots office have to do with?
// 问题: 每个基层单位要对接多少条线、多少个外来平台？
// parameter limit: integer = 30
//   the most rows
//   中文: 最多行数
MATCH (g:Department)-[:AT]->(:Tier {grassroots: true}), (g)-[:IN]->(here:Region)
OPTIONAL MATCH (above:Department)-[:HOLDS]->(:Dataset)-[grant:GRANTED_TO]->(g)
  WHERE coalesce(grant.status, 'active') = 'active'
OPTIONAL MATCH (above)-[:OF]->(line:Line)
WITH g, here, count(DISTINCT line) AS lines
OPTIONAL MATCH (p:Platform)-[e:SERVES]->(g)
  WHERE coalesce(e.status, 'active') = 'active'
  AND NOT EXISTS { (p)<-[:OPERATES]-(:Department)-[:IN]->(here) }
WITH g, here, lines, count(DISTINCT p) AS platforms
OPTIONAL MATCH (g)-[:HOLDS]->(d:Dataset)
RETURN g.id AS department, g.name AS name, here.name AS region, lines, platforms, count(d) AS datasets
ORDER BY lines + platforms DESC, department
LIMIT $limit
