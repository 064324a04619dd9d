// title: Rules in force
// 标题: 制度是否齐备
// question: For which regions that run platforms is a kind of rule in force neither there nor above?
// 问题: 哪些建有平台的地区，本级和上级都缺少某类制度？
// parameter kinds: list = property;circulation;revenue;security
//   the kinds of rule to look for
//   中文: 要查的制度类别
MATCH (r:Region) WHERE EXISTS { (r)<-[:IN]-(:Department)-[:OPERATES]->(:Platform) }
UNWIND $kinds AS kind
WITH r, kind WHERE NOT EXISTS { (r)-[:WITHIN*0..]->(:Region)<-[:APPLIES_IN]-(:Policy {kind: kind}) }
WITH r, kind ORDER BY kind
RETURN r.code AS region, r.name AS name, r.tier AS tier, collect(kind) AS lacks
ORDER BY region
