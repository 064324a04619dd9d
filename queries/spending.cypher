// title: What places spend
// 标题: 各地投入
// question: What do regions invest and staff, and what did the platforms that stand directly in them cost?
// 问题: 各地投入多少资金和人员？本级平台花费多少？
MATCH (r:Region)
WHERE r.investment IS NOT NULL OR r.staff IS NOT NULL
OPTIONAL MATCH (r)<-[:IN]-(:Department)-[:OPERATES]->(p:Platform)
WITH r, count(p) AS platforms, sum(coalesce(p.cost, 0.0)) AS cost
RETURN r.code AS region, r.name AS name, r.tier AS tier, r.bloc AS bloc, r.investment AS investment, r.staff AS staff,
  platforms, cost, CASE WHEN r.investment > 0 THEN round(cost / r.investment, 2) END AS years_of_investment
ORDER BY region
