// title: Platforms of a region
// 标题: 某地的平台数
// question: How many platforms do the departments of a region and under it run?
// 问题: 某地及其下各级的部门运营多少平台？
// parameter subject: string
//   the code of a region
//   中文: 区划代码
//
// A measure that claims can name: one number, and no row where there is no such subject.
MATCH (r:Region {code: $subject})
RETURN COUNT { (r)<-[:WITHIN*0..]-(:Region)<-[:IN]-(:Department)-[:OPERATES]->(:Platform) } AS platforms
