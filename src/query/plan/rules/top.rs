//! Top-k: of sorted rows only those that are asked for are kept.

use super::{Effects, Rule};
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind};
use crate::query::value::Value;

pub(super) fn keep_the_first(plan: &mut Plan, effects: &mut Effects) {
    plan.inputs_mut(&mut |input| keep_the_first(input, effects));
    plan.expressions_mut(&mut |e| in_subqueries(e, effects));
    let Plan::Limit { input, count } = plan else { return };
    let (sort, wanted) = match &mut **input {
        // What is different every time cannot be asked twice.
        sort @ Plan::Sort { .. } if !count.is_volatile() => (sort, count.clone()),
        Plan::Skip { input, count: skipped } if matches!(**input, Plan::Sort { .. }) => {
            let (Some(kept), Some(skipped)) = (known(count), known(skipped)) else { return };
            let both = Value::Integer(kept.saturating_add(skipped));
            (&mut **input, Expression::new(ExpressionKind::Constant(both), count.span))
        }
        _ => return,
    };
    if let Plan::Sort { input, by, live } = std::mem::replace(sort, Plan::Once) {
        *sort = Plan::Top { input, by, live, count: wanted };
        effects.push((Rule::TopK.name(), "ORDER BY with LIMIT".to_owned()));
    }
}

/// A number of rows that is known before any row is: whatever else it is, it is an error when its turn comes.
fn known(count: &Expression) -> Option<i64> {
    match &count.kind {
        ExpressionKind::Constant(value) | ExpressionKind::Parameter(_, value) => value.as_integer().filter(|i| *i >= 0),
        _ => None,
    }
}

fn in_subqueries(expression: &mut Expression, effects: &mut Effects) {
    if let ExpressionKind::Subquery(_, plan) = &mut expression.kind {
        keep_the_first(plan, effects);
    }
    expression.children_mut(&mut |child| in_subqueries(child, effects));
}
