//! Count by degree: relationships that are only counted are not gone through.

use std::collections::BTreeSet;

use super::{Effects, Rule, number_of};
use crate::query::functions;
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind, Slot, SubqueryKind};

pub(super) fn count_by_degree(plan: &mut Plan, wanted: &[Slot], slots: &mut usize, effects: &mut Effects) {
    let mut counted = 0;
    in_plan(plan, &wanted.iter().copied().collect(), slots, &mut counted);
    if counted > 0 {
        effects.push((Rule::CountByDegree.name(), number_of(counted, "expansion")));
    }
}

fn in_plan(plan: &mut Plan, read: &BTreeSet<Slot>, slots: &mut usize, counted: &mut usize) {
    let mut below = read.clone();
    plan.own_reads(&mut |slot| _ = below.insert(slot));
    plan.expressions(&mut |e| e.slots(&mut |slot| _ = below.insert(slot)));
    if let Plan::Aggregate { input, aggregates, .. } = plan
        && !aggregates.is_empty()
        && aggregates.iter().all(|a| a.function.is_none())
        && let Some(sum) = functions::lookup("sum")
        && let Some(slot) = degree(input, &below, slots)
    {
        for aggregate in aggregates {
            aggregate.function = Some(sum);
            aggregate.arguments = vec![Expression::slot(slot, aggregate.span)];
        }
        *counted += 1;
    }
    plan.expressions_mut(&mut |e| in_subqueries(e, slots, counted));
    plan.inputs_mut(&mut |input| in_plan(input, &below, slots, counted));
}

/// Makes a number of an expansion whose relationship and far node nothing reads. The slot of the number.
fn degree(input: &mut Box<Plan>, read: &BTreeSet<Slot>, slots: &mut usize) -> Option<Slot> {
    let Plan::Expand { to, into: false, relationship, given: false, shape, .. } = &**input else { return None };
    let tested = shape.types.as_ref().is_some_and(|t| t.test.is_some());
    if tested || read.contains(to) || read.contains(relationship) {
        return None;
    }
    let slot = Slot(*slots as u32);
    *slots += 1;
    if let Plan::Expand { input: inner, from, shape, distinct, .. } = std::mem::replace(&mut **input, Plan::Once) {
        **input = Plan::Degree { input: inner, from, slot, shape, distinct };
    }
    Some(slot)
}

fn in_subqueries(expression: &mut Expression, slots: &mut usize, counted: &mut usize) {
    if let ExpressionKind::Subquery(kind, plan) = &mut expression.kind {
        let mut read = BTreeSet::new();
        if let SubqueryKind::Collect(map) = kind {
            map.slots(&mut |slot| _ = read.insert(slot));
        }
        in_plan(plan, &read, slots, counted);
    }
    expression.children_mut(&mut |child| in_subqueries(child, slots, counted));
}
