//! Which conditions can fail on some row, and which cannot.
//!
//! Comparisons are null where values cannot be compared, and never fail; arithmetic, functions, and whatever may be of a
//! type that is not taken can. What is not known not to fail is taken to.

use std::collections::BTreeSet;

use crate::query::ast::{BinaryOp, UnaryOp};
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind, Slot, SubqueryKind};
use crate::query::value::Value;

/// Which slots hold nodes and relationships for sure: they have properties, or do not, and reading one does not fail.
pub(super) type Entities<'e> = &'e dyn Fn(Slot) -> bool;

/// Whether asking a condition can fail.
pub(super) fn condition(e: &Expression, entities: Entities<'_>) -> bool {
    use ExpressionKind as K;
    match &e.kind {
        K::Constant(Value::Boolean(_) | Value::Null) => false,
        K::Unary(UnaryOp::Not, a) => condition(a, entities),
        K::Binary(BinaryOp::And | BinaryOp::Or | BinaryOp::Xor, a, b) => {
            condition(a, entities) || condition(b, entities)
        }
        K::Binary(op, a, b) if compares(*op) => value(a, entities) || value(b, entities),
        K::Binary(BinaryOp::In, a, list) => value(a, entities) || !is_list(list, entities),
        K::IsNull(a, _) => value(a, entities),
        K::HasLabels(a, _) => !matches!(a.kind, K::Slot(slot) if entities(slot)),
        K::Subquery(SubqueryKind::Exists, inner) => plan(inner, entities),
        _ => true,
    }
}

/// Whether computing a value can fail.
pub(super) fn value(e: &Expression, entities: Entities<'_>) -> bool {
    use ExpressionKind as K;
    match &e.kind {
        K::Constant(_) | K::Parameter(..) | K::Slot(_) => false,
        K::Property(base, ..) => !matches!(base.kind, K::Slot(slot) if entities(slot)),
        K::List(items) => items.iter().any(|item| value(item, entities)),
        K::Subquery(SubqueryKind::Count, inner) => plan(inner, entities),
        _ => true,
    }
}

/// Whether a condition runs a plan: such a condition is not asked twice, as it would be put there twice, and what it holds
/// four times.
pub(super) fn runs_a_plan(e: &Expression) -> bool {
    let mut found = matches!(e.kind, ExpressionKind::Subquery(..));
    e.children(&mut |child| found |= runs_a_plan(child));
    found
}

/// Whether running a plan can fail.
fn plan(inner: &Plan, outer: Entities<'_>) -> bool {
    let mut own = BTreeSet::new();
    if !entities_of(inner, &mut own) {
        return true;
    }
    filters_fail(inner, &|slot| own.contains(&slot) || outer(slot))
}

/// Gathers the nodes and relationships that a plan finds. False where it does more than to find and to filter.
fn entities_of(plan: &Plan, own: &mut BTreeSet<Slot>) -> bool {
    match plan {
        Plan::Once => true,
        Plan::NodeScan { input, slot, .. } | Plan::NodeSeek { input, slot, .. } => {
            own.insert(*slot);
            entities_of(input, own)
        }
        Plan::Expand { input, to, relationship, .. } => {
            own.extend([*to, *relationship]);
            entities_of(input, own)
        }
        Plan::Walk { input, to, walk, .. } if walk.condition.is_none() => {
            own.insert(*to);
            entities_of(input, own)
        }
        Plan::Filter { input, .. } => entities_of(input, own),
        _ => false,
    }
}

fn filters_fail(plan: &Plan, entities: Entities<'_>) -> bool {
    let fails = match plan {
        Plan::Filter { condition: asked, .. } => condition(asked, entities),
        Plan::NodeSeek { value: sought, .. } => value(sought, entities),
        _ => false,
    };
    fails || plan.input().is_some_and(|input| filters_fail(input, entities))
}

fn compares(op: BinaryOp) -> bool {
    use BinaryOp as B;
    let orders = matches!(op, B::Equal | B::NotEqual | B::Less | B::LessOrEqual | B::Greater | B::GreaterOrEqual);
    orders || matches!(op, B::StartsWith | B::EndsWith | B::Contains)
}

fn is_list(e: &Expression, entities: Entities<'_>) -> bool {
    match &e.kind {
        ExpressionKind::Constant(v) | ExpressionKind::Parameter(_, v) => matches!(v, Value::List(_) | Value::Null),
        ExpressionKind::List(items) => !items.iter().any(|item| value(item, entities)),
        _ => false,
    }
}
