// title: What a department gets
// 标题: 一个部门能得到什么
// question: Which datasets that others hold does a department have, and which of them does it need?
// 问题: 一个部门能得到别人持有的哪些数据集？其中哪些是它需要的？
// parameter department: string
//   the department's id; its catalog's part may be left out
//   中文: 部门编号，可省去目录前缀
//
// A department has a dataset when it holds it, or when a walk of sharing edges that are all open for the dataset leads
// there from the dataset or from its holder (which edges leave only by RELAYS_TO). An edge is open for it when it is
// active, carries the share class, has a ceiling of at least the sensitivity, and is for the sector and the standard.
MATCH (c:Department) WHERE c.id = $department OR c.id ENDS WITH ':' + $department
MATCH (d:Dataset)
WHERE NOT EXISTS { (c)-[:HOLDS]->(d) }
  AND EXISTS {
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
RETURN d.id AS dataset, d.title AS title, h.name AS holder, h.tier AS holder_tier, EXISTS { (c)-[:NEEDS]->(d) } AS needed
ORDER BY needed DESC, dataset
