// title: Silos
// 标题: 数据孤岛
// question: Which datasets does nobody get but their holder, or nobody beyond a scope?
// 问题: 哪些数据集除持有者外无人可得，或出不了某个范围？
// parameter scope: string = any
//   what the data does not get beyond: any, tier, line, region, sector or platform
//   中文: 数据出不了的范围：any、tier、line、region、sector 或 platform
// parameter withheld: boolean = false
//   whether to list withheld datasets too, which are silos by law
//   中文: 是否一并列出不予共享的数据集
CALL silos({scope: $scope, withheld: $withheld})
YIELD dataset, title, holder, tier, region, line, cause, barrier, needed_by, severity
RETURN dataset, title, holder, tier, region, line, cause, barrier, needed_by, severity
