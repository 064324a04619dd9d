//! Reachability: where only the ends of walks matter, each once, walks are searched and not enumerated.

use std::collections::BTreeSet;

use super::{Effects, Rule, number_of};
use crate::query::plan::expression::{Expression, ExpressionKind, Slot, SubqueryKind};
use crate::query::plan::{Aggregate, Plan};

pub(super) fn search_ends(plan: &mut Plan, wanted: &[Slot], effects: &mut Effects) {
    let mut searched = 0;
    in_plan(plan, &wanted.iter().copied().collect(), false, &mut searched);
    if searched > 0 {
        effects.push((Rule::Reachability.name(), number_of(searched, "walk")));
    }
}

/// Goes down a plan. `read` are the slots that are read above, and `once` says that rows that are there twice change
/// nothing above.
fn in_plan(plan: &mut Plan, read: &BTreeSet<Slot>, once: bool, searched: &mut usize) {
    if let Plan::Walk { walk, distinct, reach, .. } = plan {
        let plain = !walk.bound && distinct.is_empty() && walk.length.min <= 1;
        if once && plain && !*reach && !read.contains(&walk.slot) {
            *reach = true;
            *searched += 1;
        }
    }
    let mut below = read.clone();
    let mut volatile = false;
    plan.own_reads(&mut |slot| _ = below.insert(slot));
    plan.expressions(&mut |e| {
        e.slots(&mut |slot| _ = below.insert(slot));
        volatile |= e.is_volatile();
    });
    plan.expressions_mut(&mut |e| in_subqueries(e, searched));
    let once_below = match plan {
        Plan::Distinct { .. } => true,
        Plan::Aggregate { aggregates, .. } => aggregates.iter().all(counts_once),
        Plan::Filter { .. }
        | Plan::Project { .. }
        | Plan::Expand { .. }
        | Plan::Walk { .. }
        | Plan::NodeScan { .. }
        | Plan::NodeSeek { .. }
        | Plan::Unwind { .. } => once && !volatile,
        _ => false,
    };
    plan.inputs_mut(&mut |input| in_plan(input, &below, once_below, searched));
}

/// Whether an aggregate is the same when rows are there twice.
fn counts_once(aggregate: &Aggregate) -> bool {
    aggregate.function.is_some_and(|f| aggregate.distinct || matches!(f.name, "min" | "max"))
}

fn in_subqueries(expression: &mut Expression, searched: &mut usize) {
    if let ExpressionKind::Subquery(kind, plan) = &mut expression.kind {
        let mut read = BTreeSet::new();
        if let SubqueryKind::Collect(map) = kind {
            map.slots(&mut |slot| _ = read.insert(slot));
        }
        // Whether there is a row does not depend on how often it is there.
        in_plan(plan, &read, matches!(kind, SubqueryKind::Exists), searched);
    }
    expression.children_mut(&mut |child| in_subqueries(child, searched));
}
