// title: Islands of the sharing network
// 标题: 共享网络的孤岛
// question: Into which pieces does the network of platforms and departments fall, if every sharing edge were open?
// 问题: 假如所有共享关系都畅通，平台和部门组成的网络仍分成哪几块？
// parameter least: integer = 1
//   how many members a piece has to have to be listed
//   中文: 至少多少成员才列出
CALL graph.components({types: ['CASCADES_TO', 'SERVES', 'RELAYS_TO'], labels: ['Platform', 'Department']})
YIELD component, node, size
WITH component, size, node WHERE size >= $least
RETURN component, size, count(CASE WHEN node:Platform THEN 1 END) AS platforms,
  count(CASE WHEN node:Department THEN 1 END) AS departments, collect(node.name)[..5] AS some
ORDER BY component
