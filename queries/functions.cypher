// title: Functions and how often they were built
// 标题: 各功能的平台数
// question: Of which functions are there the most platforms, what did they cost, and is any meant for all?
// 问题: 哪些功能建了最多的平台？共花费多少？有没有统建的？
// parameter least: integer = 2
//   how many platforms a function has to have to be listed
//   中文: 至少有多少个平台才列出
MATCH (p:Platform)
WHERE p.function <> '' AND coalesce(p.status, 'running') <> 'retired'
WITH p.function AS function, count(p) AS platforms,
  count(CASE p.scope WHEN 'unified' THEN 1 END) AS unified, sum(coalesce(p.cost, 0.0)) AS cost
WHERE platforms >= $least
RETURN function, platforms, unified, cost
ORDER BY platforms DESC, cost DESC, function
