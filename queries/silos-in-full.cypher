// title: Silos, written out
// 标题: 数据孤岛（写出条件）
// question: Which datasets does nobody get but their holder? Written out without the procedure; waivers are not applied.
// 问题: 哪些数据集除持有者外无人可得？不用过程，逐条写出；不计豁免。
//
// A department has a dataset when it holds it, or when a walk of sharing edges that are all open for the dataset leads
// there from the dataset or from its holder (which edges leave only by RELAYS_TO). An edge is open for it when it is
// active, carries the share class, has a ceiling of at least the sensitivity, and is for the sector and the standard.
// An edge to a record that is nowhere defined is not seen here; the procedure counts it when it tells the cause.
MATCH (h:Department)-[:HOLDS]->(d:Dataset)
WHERE coalesce(d.share, 'conditional') <> 'withheld'
  AND NOT EXISTS {
    MATCH (d)<-[:HOLDS*0..1]-(source)-[e:GRANTED_TO|PUBLISHED_ON|CASCADES_TO|SERVES|RELAYS_TO* WHERE
      coalesce(e.status, 'active') = 'active'
      AND coalesce(d.share, 'conditional') IN ['unconditional', coalesce(e.carries,
        CASE type(e) WHEN 'GRANTED_TO' THEN 'conditional' ELSE 'unconditional' END)]
      AND coalesce(d.sensitivity, 4) <= coalesce(e.ceiling, 4)
      AND (size(coalesce(e.sectors, [])) = 0 OR d.sector IN e.sectors)
      AND (size(coalesce(e.standards, [])) = 0 OR d.standard IN e.standards)
    ]->(other:Department) WHERE other <> h
  }
// Why: by the edges that leave the dataset and its holder.
WITH h, d, [(d)<-[:HOLDS*0..1]-(source)-[e:GRANTED_TO|PUBLISHED_ON|CASCADES_TO|SERVES|RELAYS_TO]->() | e] AS edges
WITH h, d,
  CASE
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
    ELSE 'confined'
  END AS cause,
  [b IN ['capacity', 'interest', 'risk', 'standard']
    WHERE any(e IN edges WHERE coalesce(e.status, 'active') <> 'active' AND e.barrier = b)] AS barriers
OPTIONAL MATCH (c:Department)-[:NEEDS]->(d) WHERE c <> h
WITH h, d, cause, barriers, count(DISTINCT c) AS needed_by
RETURN d.id AS dataset, d.title AS title, h.id AS holder, cause,
  coalesce(d.barrier, CASE size(barriers) WHEN 0 THEN null ELSE
    reduce(text = barriers[0], b IN barriers[1..] | text + ';' + b) END) AS barrier,
  needed_by, CASE needed_by WHEN 0 THEN 'note' ELSE 'violation' END AS severity
ORDER BY needed_by DESC, dataset
