// title: Needs of a place
// 标题: 一地的需求
// question: What do the departments of a region need, and do they have it?
// 问题: 某地各部门需要什么数据？是否已经得到？
// parameter region: region
//   the code of a region, such as a township's
//   中文: 区划代码，例如某个乡镇
//
// A department has a dataset when it holds it, or when a walk of sharing edges that are all open for the dataset leads
// there from the dataset or from its holder (which edges leave only by RELAYS_TO). An edge is open for it when it is
// active, carries the share class, has a ceiling of at least the sensitivity, and is for the sector and the standard.
MATCH (:Region {code: $region})<-[:IN]-(c:Department)-[need:NEEDS]->(d:Dataset)
OPTIONAL MATCH (h:Department)-[:HOLDS]->(d)
OPTIONAL MATCH (s:Service {id: need.service})
RETURN c.name AS department, d.id AS dataset, d.title AS title, h.name AS holder, s.name AS service, need.priority AS priority,
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
ORDER BY met, priority, department, dataset, service
