// title: Platforms of a function
// 标题: 某一功能的平台
// question: Which platforms of a function stand in a region and under it, who runs them, and since when?
// 问题: 某地及其下有哪些某一功能的平台？由谁运营？何时建成？
// parameter function: string = e-licence
//   the function, as platforms state it
//   中文: 平台所填的功能
// parameter region: region = 100000
//   the code of a region, which counts with everything under it
//   中文: 区划代码，含其下各级
MATCH (p:Platform {function: $function})<-[:OPERATES]-(operator:Department)-[:IN]->(r:Region),
  (r)-[:WITHIN*0..]->(:Region {code: $region})
RETURN p.id AS platform, p.name AS name, operator.name AS operator, r.name AS region, r.tier AS tier,
  coalesce(p.scope, 'own') AS scope, coalesce(p.status, 'running') AS status, p.built AS built, p.cost AS cost
ORDER BY r.code, platform
