//! Top-k: of sorted rows only those that are asked for are kept.

use super::{Effects, Rule};
use crate::query::ast::BinaryOp;
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind};

pub(super) fn keep_the_first(plan: &mut Plan, effects: &mut Effects) {
    plan.inputs_mut(&mut |input| keep_the_first(input, effects));
    plan.expressions_mut(&mut |e| in_subqueries(e, effects));
    let Plan::Limit { input, count } = plan else { return };
    let (sort, wanted) = match &mut **input {
        sort @ Plan::Sort { .. } => (sort, count.clone()),
        Plan::Skip { input, count: skipped } if matches!(**input, Plan::Sort { .. }) => {
            let both = (Box::new(count.clone()), Box::new(skipped.clone()));
            let kind = ExpressionKind::Binary(BinaryOp::Add, both.0, both.1);
            (&mut **input, Expression::new(kind, count.span))
        }
        _ => return,
    };
    if let Plan::Sort { input, by, live } = std::mem::replace(sort, Plan::Once) {
        *sort = Plan::Top { input, by, live, count: wanted };
        effects.push((Rule::TopK.name(), "ORDER BY with LIMIT".to_owned()));
    }
}

fn in_subqueries(expression: &mut Expression, effects: &mut Effects) {
    if let ExpressionKind::Subquery(_, plan) = &mut expression.kind {
        keep_the_first(plan, effects);
    }
    expression.children_mut(&mut |child| in_subqueries(child, effects));
}
