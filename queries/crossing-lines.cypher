// title: What crosses the lines
// 标题: 跨条线的共享
// question: Between which lines does data flow directly: how many grants, of how many datasets, and how many are not active?
// 问题: 哪些条线之间有直接的授权？涉及多少数据集？其中多少尚未生效？
MATCH (from:Line)<-[:OF]-(:Department)-[:HOLDS]->(d:Dataset)-[grant:GRANTED_TO]->(:Department)-[:OF]->(to:Line)
WHERE from <> to
RETURN from.name AS from, to.name AS to, count(DISTINCT d) AS datasets, count(grant) AS grants,
  count(CASE WHEN coalesce(grant.status, 'active') <> 'active' THEN 1 END) AS inactive
ORDER BY grants DESC, from, to
