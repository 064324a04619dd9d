// title: Systems connected to a platform
// 标题: 平台接入的系统数
// question: How many other platforms cascade to a platform by an active edge?
// 问题: 有多少其他平台以生效的共享关系级联到某平台？
// parameter subject: string
//   a platform's id; its catalog's part may be left out
//   中文: 平台编号，可省去目录前缀
//
// A measure that claims can name: one number, and no row where there is no such subject.
MATCH (p:Platform) WHERE p.id = $subject OR p.id ENDS WITH ':' + $subject
RETURN COUNT { MATCH (:Platform)-[e:CASCADES_TO]->(p) WHERE coalesce(e.status, 'active') = 'active' } AS systems
