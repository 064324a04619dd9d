// title: Redundant platforms
// 标题: 重复建设
// question: Which platforms repeat what another does, and what could have been saved?
// 问题: 哪些平台与别处重复？本可节省多少？
// parameter rule: string = null
//   one rule: built-above, could-unify, twice-here or look-alike; all, where it is left out
//   中文: 只看一条规则：built-above、could-unify、twice-here 或 look-alike；不给则全部
// parameter region: region = 100000
//   the code of a region, which counts with everything under it
//   中文: 区划代码，含其下各级
CALL redundant({rule: $rule, region: $region})
YIELD rule, platform, function, region, counterpart, name, operator, tier, members, cost, reason, severity
RETURN rule, platform, function, region, counterpart, name, operator, tier, members, cost, reason, severity
