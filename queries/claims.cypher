// title: Claims against counts
// 标题: 公布数字与台账
// question: Do the published figures agree with what the catalog counts: departments, datasets and platforms of a
//   region with all under it, departments and systems connected to a platform?
// 问题: 公布的数字与台账是否相符：某地及其下的部门、数据集、平台数，某平台接入的部门数、系统数？
MATCH (claim:Claim)
OPTIONAL MATCH (r:Region {code: claim.subject})
OPTIONAL MATCH (p:Platform) WHERE p.id = claim.subject OR p.id = claim.catalog + ':' + claim.subject
WITH claim, r, p,
  CASE
    WHEN r IS NOT NULL AND claim.measure = 'departments' THEN
      COUNT { (r)<-[:WITHIN*0..]-(:Region)<-[:IN]-(:Department) }
    WHEN r IS NOT NULL AND claim.measure = 'datasets' THEN
      COUNT { (r)<-[:WITHIN*0..]-(:Region)<-[:IN]-(:Department)-[:HOLDS]->(:Dataset) }
    WHEN r IS NOT NULL AND claim.measure = 'platforms' THEN
      COUNT { (r)<-[:WITHIN*0..]-(:Region)<-[:IN]-(:Department)-[:OPERATES]->(:Platform) }
    WHEN p IS NOT NULL AND claim.measure = 'departments-connected' THEN
      COUNT { MATCH (p)-[e:SERVES]->(:Department) WHERE coalesce(e.status, 'active') = 'active' }
    WHEN p IS NOT NULL AND claim.measure = 'systems-connected' THEN
      COUNT { MATCH (:Platform)-[e:CASCADES_TO]->(p) WHERE coalesce(e.status, 'active') = 'active' }
  END AS counted
RETURN coalesce(r.code, p.id, claim.subject) AS subject, coalesce(r.name, p.name) AS name, claim.measure AS measure, claim.op AS op,
  claim.value AS claimed, counted,
  CASE
    WHEN counted IS NULL THEN 'uncheckable'
    WHEN claim.op = '=' AND counted = claim.value THEN 'match'
    WHEN claim.op = '>=' AND counted >= claim.value THEN 'match'
    WHEN claim.op = '<=' AND counted <= claim.value THEN 'match'
    WHEN claim.op = '~' AND 10 * abs(counted - claim.value) <= abs(claim.value) THEN 'match'
    WHEN counted < claim.value THEN 'under'
    ELSE 'over'
  END AS verdict, claim.as_of AS as_of, claim.source AS source
ORDER BY subject, measure, coalesce(toString(as_of), ''), coalesce(source, '')
