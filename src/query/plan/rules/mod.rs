//! The rules that make plans cheaper. Each has a name, can be turned off, and leaves what a query answers as it is; with
//! all of them off, a query is run just as it is written.

mod counting;
mod folding;
mod pieces;
mod pruning;
mod reach;
mod top;

use super::Prepared;
use crate::query::registry::Bilingual;
use crate::query::source::PropertyGraph;
use crate::query::temporal::Clock;

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Rule {
    /// What depends on no row is computed once, beforehand.
    ConstantFolding,
    /// Conditions are asked as soon as what they read is there.
    PredicatePushDown,
    /// Nodes of a label are looked up by the label.
    LabelScan,
    /// Nodes are looked up by a property.
    IndexSeek,
    /// Patterns are matched from where the fewest rows come.
    JoinOrder,
    /// Values that nothing reads are not computed or kept.
    ProjectionPruning,
    /// Of sorted rows only those that are asked for are kept.
    TopK,
    /// Where only the ends of walks matter, each once, walks are not enumerated.
    Reachability,
    /// Relationships that are only counted are not gone through.
    CountByDegree,
    /// Groups are gathered from the pieces of a scan on several threads.
    ParallelAggregation,
}

impl Rule {
    /// Every rule, in the order in which they are applied.
    pub const ALL: [Self; 10] = [
        Self::ConstantFolding,
        Self::PredicatePushDown,
        Self::LabelScan,
        Self::IndexSeek,
        Self::JoinOrder,
        Self::Reachability,
        Self::CountByDegree,
        Self::TopK,
        Self::ProjectionPruning,
        Self::ParallelAggregation,
    ];

    /// The name, as options and `EXPLAIN` write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ConstantFolding => "constant-folding",
            Self::PredicatePushDown => "predicate-push-down",
            Self::LabelScan => "label-scan",
            Self::IndexSeek => "index-seek",
            Self::JoinOrder => "join-order",
            Self::ProjectionPruning => "projection-pruning",
            Self::TopK => "top-k",
            Self::Reachability => "reachability",
            Self::CountByDegree => "count-by-degree",
            Self::ParallelAggregation => "parallel-aggregation",
        }
    }

    /// What it does, in a line.
    #[must_use]
    pub fn about(self) -> Bilingual {
        let (en, zh) = match self {
            Self::ConstantFolding => ("what depends on no row is computed once", "与行无关的表达式只计算一次"),
            Self::PredicatePushDown => ("conditions are asked as early as they can be", "条件尽早判断"),
            Self::LabelScan => ("nodes are looked up by their label", "按标签查找节点"),
            Self::IndexSeek => ("nodes are looked up by a property", "按属性查找节点"),
            Self::JoinOrder => ("patterns are matched from their rarest end", "从行数最少的一端开始匹配"),
            Self::ProjectionPruning => ("what nothing reads is not computed or kept", "不计算、不保留无人读取的值"),
            Self::TopK => ("of sorted rows only the first are kept", "排序时只保留所需的前若干行"),
            Self::Reachability => {
                ("where only ends matter, walks are searched and not enumerated", "只需终点时搜索而不枚举路径")
            }
            Self::CountByDegree => {
                ("relationships that are only counted are not gone through", "只计数的关系不逐条遍历")
            }
            Self::ParallelAggregation => {
                ("groups are gathered from the pieces of a scan on all cores", "分段扫描，多核并行分组聚合")
            }
        };
        Bilingual { en, zh }
    }

    /// The rule of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }
}

/// Which rules are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSet(u16);

impl Default for RuleSet {
    fn default() -> Self {
        Self::all()
    }
}

impl RuleSet {
    /// All rules.
    #[must_use]
    pub fn all() -> Self {
        Self(u16::MAX)
    }

    /// No rule.
    #[must_use]
    pub fn none() -> Self {
        Self(0)
    }

    /// With one more.
    #[must_use]
    pub fn with(self, rule: Rule) -> Self {
        Self(self.0 | 1 << rule as u8)
    }

    /// Without one.
    #[must_use]
    pub fn without(self, rule: Rule) -> Self {
        Self(self.0 & !(1 << rule as u8))
    }

    /// Whether a rule is on.
    #[must_use]
    pub fn has(self, rule: Rule) -> bool {
        self.0 & 1 << rule as u8 != 0
    }
}

/// What the rules did, in words, as `EXPLAIN` shows it.
pub(super) type Effects = Vec<(&'static str, String)>;

/// So many of something, as effects say it.
pub(super) fn number_of(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Puts patterns in order, and applies the rules that are on.
#[must_use]
pub fn optimize(mut prepared: Prepared, graph: &dyn PropertyGraph, clock: &Clock, rules: RuleSet) -> Prepared {
    let mut effects = Vec::new();
    if rules.has(Rule::ConstantFolding) {
        folding::fold(&mut prepared.plan, graph, clock, &mut effects);
    }
    prepared.plan = super::lower::lower(prepared.plan, graph, rules, &mut effects);
    let wanted: Vec<_> = prepared.columns.iter().map(|(_, slot)| *slot).collect();
    if rules.has(Rule::Reachability) {
        reach::search_ends(&mut prepared.plan, &wanted, &mut effects);
    }
    if rules.has(Rule::CountByDegree) {
        counting::count_by_degree(&mut prepared.plan, &wanted, &mut prepared.slots, &mut effects);
    }
    if rules.has(Rule::TopK) {
        top::keep_the_first(&mut prepared.plan, &mut effects);
    }
    if rules.has(Rule::ProjectionPruning) {
        pruning::prune(&mut prepared.plan, &wanted, &mut effects);
    }
    if rules.has(Rule::ParallelAggregation) {
        pieces::gather_in_pieces(&mut prepared.plan, graph, &mut effects);
    }
    prepared.effects = effects;
    prepared
}
