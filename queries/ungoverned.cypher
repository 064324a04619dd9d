// title: Datasets without rules
// 标题: 缺少制度的数据集
// question: Which holders have datasets that lack a share class, a sensitivity, an owner, or the rules of revenue and security?
// 问题: 哪些部门的数据集没有写明共享类别、敏感级别、产权归属、收益或安全规则？
// parameter limit: integer = 50
//   the most rows
//   中文: 最多行数
MATCH (h:Department)-[:HOLDS]->(d:Dataset)
WITH h, count(d) AS datasets, count(d) - count(d.share) AS no_share, count(d) - count(d.sensitivity) AS no_sensitivity,
  count(d) - count(d.owner_right) AS no_owner, count(d) - count(d.revenue_rule) AS no_revenue,
  count(d) - count(d.security_rule) AS no_security
WHERE no_share + no_sensitivity + no_owner + no_revenue + no_security > 0
RETURN h.id AS holder, h.name AS name, datasets, no_share, no_sensitivity, no_owner, no_revenue, no_security
ORDER BY no_sensitivity DESC, no_share DESC, no_owner DESC, no_revenue + no_security DESC, holder
LIMIT $limit
