// title: What a department holds
// 标题: 一个部门持有什么
// question: Which datasets does a department hold, on what terms, and who needs them?
// 问题: 一个部门持有哪些数据集？共享条件如何？谁需要它们？
// parameter department: string
//   the department's id; its catalog's part may be left out
//   中文: 部门编号，可省去目录前缀
MATCH (h:Department)-[:HOLDS]->(d:Dataset)
WHERE h.id = $department OR h.id ENDS WITH ':' + $department
OPTIONAL MATCH (c:Department)-[:NEEDS]->(d) WHERE c <> h
WITH d, c ORDER BY c.id
WITH d, collect(DISTINCT c.name) AS needed_by
RETURN d.id AS dataset, d.title AS title, coalesce(d.share, 'conditional') AS share,
  coalesce(d.sensitivity, 4) AS sensitivity, d.frequency AS frequency, size(needed_by) AS consumers, needed_by
ORDER BY consumers DESC, dataset
