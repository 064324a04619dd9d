// title: Services that lack data
// 标题: 缺数据的事项
// question: Which services have needs that are not met, those that are asked for most first? Withheld datasets do not count.
// 问题: 哪些事项所需的数据没有得到？按办理量排列；不予共享的数据集不计。
// parameter limit: integer = 30
//   the most rows
//   中文: 最多行数
//
// A department has a dataset when it holds it, or when a walk of sharing edges that are all open for the dataset leads
// there from the dataset or from its holder (which edges leave only by RELAYS_TO). An edge is open for it when it is
// active, carries the share class, has a ceiling of at least the sensitivity, and is for the sector and the standard.
MATCH (c:Department)-[need:NEEDS]->(d:Dataset), (s:Service {id: need.service})
WHERE coalesce(d.share, 'conditional') <> 'withheld'
  AND NOT EXISTS { (c)-[:HOLDS]->(d) }
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
OPTIONAL MATCH (office:Department)-[:DELIVERS]->(s)
WITH s, office, d ORDER BY d.id
RETURN s.id AS service, s.name AS name, office.name AS office, s.volume AS volume, collect(DISTINCT d.title) AS lacking
ORDER BY coalesce(volume, 0) DESC, service
LIMIT $limit
