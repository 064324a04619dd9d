// title: Datasets by barrier
// 标题: 按障碍分的数据集
// question: Why do holders not share: how many datasets for fear, for interest, for want of capacity or
//   of a standard, on each tier?
// 问题: 持有者为何不共享：各层级不敢、不愿、不能、标准不一的数据集各有多少？
MATCH (h:Department)-[:HOLDS]->(d:Dataset)
WHERE d.barrier IS NOT NULL
OPTIONAL MATCH (c:Department)-[:NEEDS]->(d) WHERE c <> h
WITH d, h.tier AS tier, count(DISTINCT c) AS consumers
OPTIONAL MATCH (t:Tier {id: tier})
WITH d, tier, t.rank AS rank, consumers
WITH d.barrier AS barrier, tier, rank, count(d) AS datasets, sum(consumers) AS consumers,
  count(CASE WHEN d.quality >= 0.8 AND d.sensitivity = 1 THEN 1 END) AS harmless_and_good
RETURN barrier, tier, datasets, consumers, harmless_and_good
ORDER BY barrier, rank, tier
