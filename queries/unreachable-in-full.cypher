// title: Out of reach, written out
// 标题: 基层够不着（写出条件）
// question: Which needs of the grassroots are not met? Written out without the procedure; waivers are not applied.
// 问题: 基层的哪些需求没有满足？不用过程，逐条写出；不计豁免。
//
// A department has a dataset when it holds it, or when a walk of sharing edges that are all open for the dataset leads
// there from the dataset or from its holder (which edges leave only by RELAYS_TO). An edge is open for it when it is
// active, carries the share class, has a ceiling of at least the sensitivity, and is for the sector and the standard.
// An edge to a record that is nowhere defined is not seen here; the procedure counts it when it tells the cause.
MATCH (:Tier {grassroots: true})<-[:AT]-(c:Department)-[need:NEEDS]->(d:Dataset)
WHERE NOT EXISTS { (c)-[:HOLDS]->(d) }
  AND NOT EXISTS {
    MATCH (d)<-[:HOLDS*0..1]-(source)-[e:GRANTED_TO|PUBLISHED_ON|CASCADES_TO|SERVES|RELAYS_TO* WHERE
      coalesce(e.status, 'active') = 'active'
      AND coalesce(d.share, 'conditional') IN ['unconditional', coalesce(e.carries,
        CASE type(e) WHEN 'GRANTED_TO' THEN 'conditional' ELSE 'unconditional' END)]
      AND coalesce(d.sensitivity, 4) <= coalesce(e.ceiling, 4)
      AND (size(coalesce(e.sectors, [])) = 0 OR d.sector IN e.sectors)
      AND (size(coalesce(e.standards, [])) = 0 OR d.standard IN e.standards)
    ]->(c)
  }
OPTIONAL MATCH (h:Department)-[:HOLDS]->(d)
WITH c, need, d, h, [(d)<-[:HOLDS*0..1]-(source)-[e:GRANTED_TO|PUBLISHED_ON|CASCADES_TO|SERVES|RELAYS_TO]->() | e] AS edges
RETURN c.id AS consumer, d.id AS dataset, need.service AS service, d.title AS title, h.id AS holder, h.tier AS holder_tier,
  CASE
    WHEN d.share = 'withheld' THEN 'withheld'
    WHEN size(edges) = 0 THEN 'unshared'
    WHEN none(e IN edges WHERE coalesce(e.status, 'active') = 'active') THEN 'inactive'
    WHEN none(e IN edges WHERE
      coalesce(e.status, 'active') = 'active'
      AND coalesce(d.share, 'conditional') IN ['unconditional', coalesce(e.carries,
        CASE type(e) WHEN 'GRANTED_TO' THEN 'conditional' ELSE 'unconditional' END)]
      AND coalesce(d.sensitivity, 4) <= coalesce(e.ceiling, 4)
      AND (size(coalesce(e.sectors, [])) = 0 OR d.sector IN e.sectors)
      AND (size(coalesce(e.standards, [])) = 0 OR d.standard IN e.standards)
    ) THEN 'blocked'
    ELSE 'cut'
  END AS cause,
  CASE d.share WHEN 'withheld' THEN 'note' ELSE 'violation' END AS severity
ORDER BY consumer, dataset, coalesce(service, '')
