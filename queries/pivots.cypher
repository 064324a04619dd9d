// title: Pivots of the sharing network
// 标题: 共享网络的枢纽
// question: Which platforms and departments that pass data on does most of what is shared come to, whatever the terms?
// 问题: 不论条件，共享的数据多半汇集到哪些会再转出的平台和部门？
// parameter limit: integer = 15
//   the most rows
//   中文: 最多行数
CALL graph.pagerank({types: ['GRANTED_TO', 'PUBLISHED_ON', 'CASCADES_TO', 'SERVES', 'RELAYS_TO']})
YIELD node, score
WITH node, score WHERE EXISTS { (node)-[:CASCADES_TO|SERVES|RELAYS_TO]->() }
RETURN node.id AS id, node.name AS name, labels(node)[0] AS label, round(score, 6) AS score
LIMIT $limit
