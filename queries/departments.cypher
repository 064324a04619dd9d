// title: Departments of a region
// 标题: 某地的部门数
// question: How many departments are there in a region and under it?
// 问题: 某地及其下各级有多少部门？
// parameter subject: string
//   the code of a region
//   中文: 区划代码
//
// A measure that claims can name: one number, and no row where there is no such subject.
MATCH (r:Region {code: $subject})
RETURN COUNT { (r)<-[:WITHIN*0..]-(:Region)<-[:IN]-(:Department) } AS departments
