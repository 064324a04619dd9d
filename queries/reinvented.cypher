// title: Reinvented pilots
// 标题: 另起炉灶
// question: Where was a platform built for what a pilot had solved elsewhere, later than the pilot, and without adopting it?
// 问题: 哪些地方在试点之后另建了同一功能的平台，却没有采用试点？
MATCH (home:Region)-[:PILOTED]->(p:Pilot)
MATCH (r:Region)<-[:IN]-(:Department)-[:OPERATES]->(platform:Platform {function: p.function})
WHERE p.function <> '' AND platform.built > p.since AND r <> home AND NOT EXISTS { (r)-[:ADOPTED]->(p) }
RETURN p.id AS pilot, p.name AS name, home.name AS home, r.name AS region, platform.id AS platform, platform.built AS built,
  platform.cost AS cost
ORDER BY pilot, r.code, platform
