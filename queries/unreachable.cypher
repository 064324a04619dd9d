// title: Out of reach
// 标题: 基层够不着
// question: Which needs of the grassroots, or of another tier, are not met, and what would meet them?
// 问题: 基层（或某一层级）的哪些需求没有满足？怎样才能满足？
// parameter tier: string = grassroots
//   a tier's id, grassroots or all
//   中文: 层级、grassroots（基层）或 all（全部）
// parameter region: region = 100000
//   the code of a region, which counts with everything under it
//   中文: 区划代码，含其下各级
CALL unreachable({tier: $tier, region: $region})
YIELD consumer, dataset, service, title, holder, holder_tier, cause, barrier, repair, repair_cost, severity
RETURN consumer, dataset, service, title, holder, holder_tier, cause, barrier, repair_cost,
  [edge IN repair | edge.type + ' ' + edge.from + ' → ' + edge.to] AS repair, severity
