// title: Needs met, by tier
// 标题: 各层级需求满足率
// question: What share of the needs of each tier is met? Withheld datasets do not count.
// 问题: 各层级的需求满足了多少？不予共享的数据集不计。
//
// A department has a dataset when it holds it, or when a walk of sharing edges that are all open for the dataset leads
// there from the dataset or from its holder (which edges leave only by RELAYS_TO). An edge is open for it when it is
// active, carries the share class, has a ceiling of at least the sensitivity, and is for the sector and the standard.
MATCH (t:Tier)<-[:AT]-(c:Department)-[:NEEDS]->(d:Dataset)
WHERE coalesce(d.share, 'conditional') <> 'withheld'
WITH t,
  EXISTS { (c)-[:HOLDS]->(d) }
  OR EXISTS {
    MATCH (d)<-[:HOLDS*0..1]-(source)-[e:GRANTED_TO|PUBLISHED_ON|CASCADES_TO|SERVES|RELAYS_TO* WHERE
      coalesce(e.status, 'active') = 'active'
      AND coalesce(d.share, 'conditional') IN ['unconditional', coalesce(e.carries,
        CASE type(e) WHEN 'GRANTED_TO' THEN 'conditional' ELSE 'unconditional' END)]
      AND coalesce(d.sensitivity, 4) <= coalesce(e.ceiling, 4)
      AND (size(coalesce(e.sectors, [])) = 0 OR d.sector IN e.sectors)
      AND (size(coalesce(e.standards, [])) = 0 OR d.standard IN e.standards)
    ]->(c)
  } AS met
WITH t, count(*) AS needs, count(CASE WHEN met THEN 1 END) AS met
RETURN t.id AS tier, t.name AS name, needs, met, round(toFloat(met) / needs, 3) AS ratio
ORDER BY t.rank
