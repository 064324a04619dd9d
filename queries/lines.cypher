// title: Lines and what leaves them
// 标题: 条线与外流
// question: How many departments and datasets has each line, and how many of its datasets are granted outside it?
// 问题: 每条线有多少部门、多少数据集？多少数据集授权给了线外？
MATCH (l:Line)
OPTIONAL MATCH (l)<-[:OF]-(dept:Department)
WITH l, count(dept) AS departments
OPTIONAL MATCH (l)<-[:OF]-(:Department)-[:HOLDS]->(d:Dataset)
WITH l, departments, d, EXISTS {
    MATCH (d)-[e:GRANTED_TO]->(c:Department)
    WHERE coalesce(e.status, 'active') = 'active' AND NOT EXISTS { (c)-[:OF]->(l) }
  } AS leaves, EXISTS {
    MATCH (d)-[e:PUBLISHED_ON]->(:Platform {function: 'data-exchange'}) WHERE coalesce(e.status, 'active') = 'active'
  } AS published
RETURN l.id AS line, l.name AS name, departments, count(d) AS datasets,
  count(CASE WHEN leaves THEN d END) AS granted_outside, count(CASE WHEN published THEN d END) AS published
ORDER BY datasets DESC, line
