//! Constant folding: what depends on no row is computed once, beforehand.

use super::{Effects, Rule, number_of};
use crate::query::exec::budget::{Budget, Interrupt, Limits};
use crate::query::exec::{Context, evaluate};
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind};
use crate::query::source::PropertyGraph;
use crate::query::temporal::Clock;
use crate::query::value::Value;

/// A constant longer than this is left to be computed, so that a plan stays small.
const LARGEST: usize = 1 << 16;

pub(super) fn fold(plan: &mut Plan, graph: &dyn PropertyGraph, clock: &Clock, effects: &mut Effects) {
    let limits = Limits { memory: LARGEST as u64, ..Limits::default() };
    let budget = Budget::new(limits, Interrupt::default());
    let cx = Context { graph, workspace: None, clock, budget: &budget };
    let mut folded = 0;
    in_plan(plan, &cx, &mut folded);
    if folded > 0 {
        effects.push((Rule::ConstantFolding.name(), number_of(folded, "expression")));
    }
}

fn in_plan(plan: &mut Plan, cx: &Context<'_>, folded: &mut usize) {
    plan.inputs_mut(&mut |input| in_plan(input, cx, folded));
    plan.expressions_mut(&mut |e| in_expression(e, cx, folded));
}

fn in_expression(expression: &mut Expression, cx: &Context<'_>, folded: &mut usize) {
    use ExpressionKind as K;
    if let K::Subquery(_, plan) = &mut expression.kind {
        in_plan(plan, cx, folded);
    }
    expression.children_mut(&mut |child| in_expression(child, cx, folded));
    let computes = matches!(
        expression.kind,
        K::Unary(..)
            | K::Binary(..)
            | K::List(_)
            | K::Map(_)
            | K::Index(..)
            | K::Slice(..)
            | K::IsNull(..)
            | K::Call(..)
    );
    if !computes || expression.is_volatile() {
        return;
    }
    let mut constant = true;
    expression.children(&mut |child| constant &= matches!(child.kind, K::Constant(_) | K::Parameter(..)));
    if !constant {
        return;
    }
    // What fails is left as it is: it fails when its turn comes, if it comes.
    if let Ok(value) = evaluate(expression, &mut Vec::new(), cx)
        && value.heap_size() <= LARGEST
        && !matches!(value, Value::Node(_) | Value::Relationship(_) | Value::Path(_))
    {
        expression.kind = K::Constant(value);
        *folded += 1;
    }
}
