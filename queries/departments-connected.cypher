// title: Departments connected to a platform
// 标题: 平台接入的部门数
// question: How many departments are connected to a platform by an active edge?
// 问题: 某平台以生效的共享关系接入了多少部门？
// parameter subject: string
//   a platform's id; its catalog's part may be left out
//   中文: 平台编号，可省去目录前缀
//
// A measure that claims can name: one number, and no row where there is no such subject.
MATCH (p:Platform) WHERE p.id = $subject OR p.id ENDS WITH ':' + $subject
RETURN COUNT { MATCH (p)-[e:SERVES]->(:Department) WHERE coalesce(e.status, 'active') = 'active' } AS departments
