// title: Pilots and their adoption
// 标题: 试点与推广
// question: How far did each pilot spread, who was first to adopt it, and after how long?
// 问题: 每个试点推广到了多少地方？谁最先采用？隔了多久？
MATCH (home:Region)-[:PILOTED]->(p:Pilot)
OPTIONAL MATCH (r:Region)-[adoption:ADOPTED]->(p)
WITH home, p, r, adoption ORDER BY adoption.since, r.code
WITH home, p, collect({name: r.name, since: adoption.since}) AS adopters, count(r) AS adoptions
RETURN p.id AS pilot, p.name AS name, home.name AS home, p.since AS since, p.standard AS standard, adoptions,
  CASE WHEN adoptions > 0 THEN adopters[0].name END AS first,
  CASE WHEN adoptions > 0 THEN duration.inDays(p.since, adopters[0].since).days END AS lag_days
ORDER BY adoptions DESC, pilot
