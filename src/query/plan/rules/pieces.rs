//! Parallel aggregation: groups are gathered from the pieces of a scan, on several threads.
//!
//! The pieces are put together in the order of the scan, so that groups, and what is collected of them, come in the order in
//! which one thread finds them. After V. Leis et al., "Morsel-Driven Parallelism" (SIGMOD 2014), with pieces that are cut
//! beforehand.

use super::{Effects, Rule};
use crate::query::functions::FunctionKind;
use crate::query::plan::expression::{Expression, ExpressionKind};
use crate::query::plan::{Aggregate, Plan};
use crate::query::source::PropertyGraph;

/// A scan of fewer nodes is not worth a second thread.
const WORTH: u64 = 256;

pub(super) fn gather_in_pieces(plan: &mut Plan, graph: &dyn PropertyGraph, effects: &mut Effects) {
    if let Plan::Aggregate { input, keys, aggregates, pieces } = plan
        && let Some(Plan::NodeScan { label, .. }) = input.first_scan()
        && graph.node_count(label.as_ref().and_then(|(_, token)| *token)) >= WORTH
        && keys.iter().all(|(_, key)| is_steady(key))
        && aggregates.iter().all(|a| merges(a, input))
        && in_rows(input)
    {
        *pieces = true;
        let of = label.as_ref().map_or_else(|| "nodes".to_owned(), |(name, _)| format!(":{name}"));
        effects.push((Rule::ParallelAggregation.name(), of));
    }
    // What runs within another plan runs for each of its rows, and those are spread already, or few.
    if let Some(input) = plan.input_mut() {
        gather_in_pieces(input, graph, effects);
    }
}

/// Whether an aggregate of all rows follows from those of pieces.
fn merges(aggregate: &Aggregate, input: &Plan) -> bool {
    let Some(function) = aggregate.function else { return true };
    let (FunctionKind::Aggregate { merges: true, .. }, [argument]) = (&function.kind, aggregate.arguments.as_slice())
    else {
        return false;
    };
    is_steady(argument)
        && match function.name {
            // The sum of floats depends on their order; degrees are integers.
            "sum" => !aggregate.distinct && is_degree(argument, input),
            // The order of what is distinct is lost between pieces.
            "collect" => !aggregate.distinct,
            _ => true,
        }
}

fn is_degree(argument: &Expression, input: &Plan) -> bool {
    let (ExpressionKind::Slot(wanted), Plan::Degree { slot, .. }) = (&argument.kind, input) else { return false };
    wanted == slot
}

/// Whether each row of a plan comes from one node of its first scan, and from nothing else.
fn in_rows(plan: &Plan) -> bool {
    let mut steady = true;
    plan.expressions(&mut |e| steady &= is_steady(e));
    let by_row = match plan {
        Plan::Once => true,
        Plan::Optional { inner, .. } | Plan::Repeat { inner, .. } => is_plain(inner),
        Plan::NodeScan { .. }
        | Plan::NodeSeek { .. }
        | Plan::Expand { .. }
        | Plan::Degree { .. }
        | Plan::Walk { .. }
        | Plan::Shortest { .. }
        | Plan::MakePath { .. }
        | Plan::Filter { .. }
        | Plan::Project { .. }
        | Plan::Unwind { .. } => true,
        _ => false,
    };
    steady && by_row && plan.input().is_none_or(in_rows)
}

/// Whether an expression is the same whichever thread asks.
fn is_steady(expression: &Expression) -> bool {
    let mut steady = !expression.is_volatile();
    if let ExpressionKind::Subquery(_, plan) = &expression.kind {
        steady &= is_plain(plan);
    }
    expression.children(&mut |child| steady &= is_steady(child));
    steady
}

/// Whether a plan that runs for every row only reads the graph.
fn is_plain(plan: &Plan) -> bool {
    let mut plain = !matches!(plan, Plan::Call { .. }) && !plan.writes();
    plan.expressions(&mut |e| plain &= is_steady(e));
    plan.inputs(&mut |input| plain &= is_plain(input));
    plain
}
