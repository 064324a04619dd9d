//! Projection pruning: what nothing reads is not computed or kept.

use std::collections::BTreeSet;

use super::{Effects, Rule, number_of};
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind, Slot, SubqueryKind};

pub(super) fn prune(plan: &mut Plan, wanted: &[Slot], effects: &mut Effects) {
    let mut pruned = 0;
    in_plan(plan, &wanted.iter().copied().collect(), &mut pruned);
    if pruned > 0 {
        effects.push((Rule::ProjectionPruning.name(), number_of(pruned, "value")));
    }
}

/// Prunes a plan of whose rows these slots are read.
fn in_plan(plan: &mut Plan, above: &BTreeSet<Slot>, pruned: &mut usize) {
    let keep = |live: &mut Vec<Slot>, pruned: &mut usize| {
        let before = live.len();
        live.retain(|slot| above.contains(slot));
        *pruned += before - live.len();
    };
    match plan {
        Plan::Project { items, .. } => {
            let before = items.len();
            items.retain(|(slot, e)| above.contains(slot) || may_fail(e));
            *pruned += before - items.len();
        }
        Plan::Walk { walk, listed, .. } if !walk.bound && *listed && !above.contains(&walk.slot) => {
            *listed = false;
            *pruned += 1;
        }
        Plan::Expand { relationship, given: false, named, .. } if *named && !above.contains(relationship) => {
            *named = false;
            *pruned += 1;
        }
        Plan::Sort { live, .. } | Plan::Top { live, .. } => keep(live, pruned),
        _ => {}
    }
    let mut below = above.clone();
    plan.own_reads(&mut |slot| _ = below.insert(slot));
    plan.expressions(&mut |e| e.slots(&mut |slot| _ = below.insert(slot)));
    if let Plan::Repeat { group, .. } = plan {
        below.extend(group.lists.iter().map(|(inner, _)| *inner));
        below.extend(group.relationships.iter().copied());
        below.extend([group.first, group.last]);
    }
    if let Plan::Merge { path: Some((_, start, links)), .. } = plan {
        below.insert(*start);
        below.extend(links.iter().copied());
    }
    plan.expressions_mut(&mut |e| in_subqueries(e, pruned));
    plan.inputs_mut(&mut |input| in_plan(input, &below, pruned));
}

fn in_subqueries(expression: &mut Expression, pruned: &mut usize) {
    if let ExpressionKind::Subquery(kind, plan) = &mut expression.kind {
        let mut wanted = BTreeSet::new();
        if let SubqueryKind::Collect(map) = kind {
            map.slots(&mut |slot| _ = wanted.insert(slot));
        }
        in_plan(plan, &wanted, pruned);
    }
    expression.children_mut(&mut |child| in_subqueries(child, pruned));
}

/// Whether computing it may end in an error: then it is computed even where nothing reads it.
fn may_fail(expression: &Expression) -> bool {
    use ExpressionKind as K;
    match &expression.kind {
        K::Constant(_) | K::Parameter(..) | K::Slot(_) => false,
        K::Property(base, ..) => !matches!(base.kind, K::Slot(_)),
        K::List(_) | K::Map(_) | K::IsNull(..) => {
            let mut fails = false;
            expression.children(&mut |child| fails |= may_fail(child));
            fails
        }
        _ => true,
    }
}
