// title: Who has a dataset
// 标题: 谁能得到一个数据集
// question: Which departments have a dataset, and by which way does it get to each?
// 问题: 哪些部门能得到某个数据集？各经由什么路径？
// parameter dataset: string
//   the dataset's id; its catalog's part may be left out
//   中文: 数据集编号，可省去目录前缀
//
// A department has a dataset when it holds it, or when a walk of sharing edges that are all open for the dataset leads
// there from the dataset or from its holder (which edges leave only by RELAYS_TO). An edge is open for it when it is
// active, carries the share class, has a ceiling of at least the sensitivity, and is for the sector and the standard.
MATCH (d:Dataset) WHERE d.id = $dataset OR d.id ENDS WITH ':' + $dataset
MATCH (d)<-[:HOLDS*0..1]-(source)
MATCH way = ANY SHORTEST (source)-[e:GRANTED_TO|PUBLISHED_ON|CASCADES_TO|SERVES|RELAYS_TO* WHERE
      coalesce(e.status, 'active') = 'active'
      AND coalesce(d.share, 'conditional') IN ['unconditional', coalesce(e.carries,
        CASE type(e) WHEN 'GRANTED_TO' THEN 'conditional' ELSE 'unconditional' END)]
      AND coalesce(d.sensitivity, 4) <= coalesce(e.ceiling, 4)
      AND (size(coalesce(e.sectors, [])) = 0 OR d.sector IN e.sectors)
      AND (size(coalesce(e.standards, [])) = 0 OR d.standard IN e.standards)
    ]->(c:Department)
WITH c, way ORDER BY length(way)
WITH c, head(collect(way)) AS way
RETURN c.id AS department, c.name AS name, c.tier AS tier, length(way) AS steps,
  [node IN nodes(way)[1..-1] | node.name] AS by_way_of
ORDER BY steps, department
