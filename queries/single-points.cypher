// title: What a dataset hangs on
// 标题: 一个数据集系于谁
// question: Which platforms and departments would cut off others from a dataset if they were lost, whatever the
//   terms of the edges?
// 问题: 不论条件，失去哪些平台或部门会使别人得不到某个数据集？
// parameter dataset: string
//   the dataset's id; its catalog's part may be left out
//   中文: 数据集编号，可省去目录前缀
MATCH (d:Dataset) WHERE d.id = $dataset OR d.id ENDS WITH ':' + $dataset
CALL graph.dominators(d, {types: ['GRANTED_TO', 'PUBLISHED_ON', 'CASCADES_TO', 'SERVES', 'RELAYS_TO']}) YIELD node, dominator, dominated
WITH node, dominator, dominated WHERE dominated > 0
RETURN node.id AS id, node.name AS name, labels(node)[0] AS label, dominated AS cuts_off,
  coalesce(dominator.name, dominator.title) AS depends_on
ORDER BY cuts_off DESC, id
