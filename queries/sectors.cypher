// title: Who leads a sector
// 标题: 板块由谁牵头
// question: Who leads each sector, which lines serve it, and how many datasets are of it?
// 问题: 每个板块由谁牵头？哪些条线服务它？有多少数据集？
MATCH (s:Sector)
OPTIONAL MATCH (lead:Department)-[:LEADS]->(s)
WITH s, lead ORDER BY lead.id
WITH s, collect(lead.name) AS leads
OPTIONAL MATCH (l:Line)-[:SERVES_SECTOR]->(s)
WITH s, leads, l ORDER BY l.id
WITH s, leads, collect(l.name) AS lines
OPTIONAL MATCH (d:Dataset {sector: s.id})
RETURN s.id AS sector, s.name AS name, leads, lines, count(d) AS datasets
ORDER BY sector
