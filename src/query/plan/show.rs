//! A plan as a reader sees it: one operator a line, what feeds it below and indented.

use std::fmt::Write as _;

use super::expression::{Expression, ExpressionKind, Slot};
use super::pattern::{Shape, Walk};
use super::{Plan, Prepared};
use crate::query::ast::Direction;
use crate::query::span::Span;

/// An operator of a plan, for a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How deep it stands; the last operator of a query is at 0.
    pub depth: usize,
    /// Its name.
    pub operator: &'static str,
    /// What it works on.
    pub details: String,
}

/// The operators of a plan, in the order in which they are built.
#[must_use]
pub fn lines(prepared: &Prepared, text: &str) -> Vec<Line> {
    let mut all = Vec::new();
    push(&prepared.plan, 0, text, &mut all);
    all
}

fn push(plan: &Plan, depth: usize, text: &str, all: &mut Vec<Line>) {
    all.push(Line { depth, operator: name(plan), details: details(plan, text) });
    plan.inputs(&mut |input| push(input, depth + 1, text, all));
}

fn name(plan: &Plan) -> &'static str {
    match plan {
        Plan::Once => "Once",
        Plan::Match { .. } => "Match",
        Plan::NodeScan { label: None, .. } => "AllNodesScan",
        Plan::NodeScan { .. } => "NodeByLabelScan",
        Plan::NodeSeek { .. } => "NodeIndexSeek",
        Plan::Expand { into: false, .. } => "Expand",
        Plan::Expand { .. } => "ExpandInto",
        Plan::Degree { .. } => "Degree",
        Plan::Walk { reach: true, .. } => "Reach",
        Plan::Walk { .. } => "VarLengthExpand",
        Plan::Repeat { .. } => "Repeat",
        Plan::Shortest { .. } => "ShortestPath",
        Plan::SelectPaths { .. } => "SelectPaths",
        Plan::MakePath { .. } => "ProjectPath",
        Plan::Filter { guess: true, .. } => "EarlyFilter",
        Plan::Filter { .. } => "Filter",
        Plan::Optional { .. } => "Optional",
        Plan::Project { .. } => "Projection",
        Plan::Aggregate { .. } => "Aggregation",
        Plan::Distinct { .. } => "Distinct",
        Plan::Sort { .. } => "Sort",
        Plan::Top { .. } => "Top",
        Plan::Skip { .. } => "Skip",
        Plan::Limit { .. } => "Limit",
        Plan::Unwind { .. } => "Unwind",
        Plan::Union { .. } => "Union",
        Plan::Call { .. } => "ProcedureCall",
        Plan::Create { .. } => "Create",
        Plan::Merge { .. } => "Merge",
        Plan::Write { .. } => "Write",
    }
}

fn details(plan: &Plan, text: &str) -> String {
    let of = |e: &Expression| source(e, text);
    let list = |items: Vec<String>| items.join(", ");
    match plan {
        Plan::NodeScan { slot, label, .. } => match label {
            Some((label, _)) => format!("({}:{label})", var(*slot)),
            None => format!("({})", var(*slot)),
        },
        Plan::NodeSeek { slot, label, key, value, .. } => {
            format!("({}:{}) {} = {}", var(*slot), label.0, key.0, of(value))
        }
        Plan::Expand { from, to, relationship, shape, .. } => {
            format!("({}){}({})", var(*from), arrow(shape, &var(*relationship), ""), var(*to))
        }
        Plan::Degree { from, slot, shape, .. } => {
            format!("({}){}() AS {}", var(*from), arrow(shape, "", ""), var(*slot))
        }
        Plan::Walk { from, to, walk, .. } | Plan::Shortest { from, to, walk, .. } => {
            format!("({}){}({})", var(*from), arrow(&walk.shape, "", &length(walk)), var(*to))
        }
        Plan::Repeat { from, to, group, .. } => {
            let max = group.length.max.map_or_else(String::new, |m| m.to_string());
            format!("({})(…){{{},{max}}}({})", var(*from), group.length.min, var(*to))
        }
        Plan::SelectPaths { start, end, all, .. } => {
            format!("{} from {} to {}", if *all { "all shortest" } else { "one" }, var(*start), var(*end))
        }
        Plan::MakePath { slot, .. } => var(*slot),
        Plan::Filter { condition, .. } => of(condition),
        Plan::Project { items, .. } => list(items.iter().map(|(s, e)| format!("{} AS {}", of(e), var(*s))).collect()),
        Plan::Aggregate { keys, aggregates, .. } => {
            let keys = list(keys.iter().map(|(_, e)| of(e)).collect());
            let values = list(aggregates.iter().map(|a| slice(a.span, text)).collect());
            if keys.is_empty() { values } else { format!("{keys}: {values}") }
        }
        Plan::Distinct { slots, .. } => list(slots.iter().map(|s| var(*s)).collect()),
        Plan::Sort { by, .. } | Plan::Top { by, .. } => {
            list(by.iter().map(|(e, down)| format!("{}{}", of(e), if *down { " DESC" } else { "" })).collect())
        }
        Plan::Skip { count, .. } | Plan::Limit { count, .. } => of(count),
        Plan::Unwind { list, slot, .. } => format!("{} AS {}", of(list), var(*slot)),
        Plan::Call { procedure, .. } => procedure.name().to_owned(),
        Plan::Create { creation, .. } | Plan::Merge { creation, .. } => {
            format!("{} nodes, {} relationships", creation.nodes.len(), creation.relationships.len())
        }
        Plan::Write { writes, .. } => format!("{} changes", writes.len()),
        Plan::Once | Plan::Match { .. } | Plan::Optional { .. } | Plan::Union { .. } => String::new(),
    }
}

/// A slot without its name: names are for people who wrote them, and one slot may have several.
fn var(slot: Slot) -> String {
    format!("v{}", slot.0)
}

fn slice(span: Span, text: &str) -> String {
    span.of(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of an expression, or what it is where it has none.
fn source(expression: &Expression, text: &str) -> String {
    let own = slice(expression.span, text);
    if !own.is_empty() {
        return own;
    }
    match &expression.kind {
        ExpressionKind::HasLabels(base, test) => {
            let base = match base.kind {
                ExpressionKind::Slot(slot) => var(slot),
                _ => source(base, text),
            };
            format!("{base}:{}", labels(test))
        }
        ExpressionKind::IsNull(base, negated) => {
            let base = match base.kind {
                ExpressionKind::Slot(slot) => var(slot),
                _ => source(base, text),
            };
            format!("{base} IS {}NULL", if *negated { "NOT " } else { "" })
        }
        _ => String::new(),
    }
}

fn labels(test: &super::expression::LabelTest) -> String {
    use super::expression::LabelTest as L;
    match test {
        L::Name(name, _) => name.to_string(),
        L::And(a, b) => format!("{}&{}", labels(a), labels(b)),
        L::Or(a, b) => format!("({}|{})", labels(a), labels(b)),
        L::Not(a) => format!("!{}", labels(a)),
        L::Any => "%".to_owned(),
    }
}

fn length(walk: &Walk) -> String {
    let max = walk.length.max.map_or_else(String::new, |m| m.to_string());
    format!("*{}..{max}", walk.length.min)
}

fn arrow(shape: &Shape, variable: &str, length: &str) -> String {
    let mut inside = variable.to_owned();
    if let Some(types) = &shape.types {
        let names: Vec<&str> = types.names.iter().map(|(n, _)| n.as_ref()).collect();
        let _ = match &types.test {
            Some(test) => write!(inside, ":{}", labels(test)),
            None => write!(inside, ":{}", names.join("|")),
        };
    }
    inside.push_str(length);
    match shape.direction {
        Direction::Outgoing => format!("-[{inside}]->"),
        Direction::Incoming => format!("<-[{inside}]-"),
        Direction::Both => format!("-[{inside}]-"),
    }
}
