// title: Collected twice
// 标题: 重复采集
// question: Which datasets of one title are held by two departments whose regions are the same, or one under the other?
// 问题: 哪些同名数据集由两个部门各持一份，且两地相同或上下相属？
MATCH (a:Department)-[:HOLDS]->(d:Dataset)
MATCH (b:Department)-[:HOLDS]->(other:Dataset {title: d.title})
WHERE a <> b AND d.id < other.id
MATCH (a)-[:IN]->(ra:Region), (b)-[:IN]->(rb:Region)
WHERE EXISTS { (ra)-[:WITHIN*0..]->(rb) } OR EXISTS { (rb)-[:WITHIN*0..]->(ra) }
RETURN d.title AS title, d.id AS dataset, a.name AS holder, other.id AS other, b.name AS other_holder
ORDER BY title, dataset, other
