//! Grouping: what aggregations are computed over, and what may stand beside them.
//!
//! Items without an aggregation are the keys of the groups. In an item with one, only constants, parameters, the
//! aggregations themselves, and variables or properties of variables that are keys may stand (openCypher 9, "Aggregation").

use super::projection::{Item, SortKeys};
use super::{Aggregation, Binder, undefined};
use crate::query::ast::{self, Expr, ExprKind};
use crate::query::error::{Detail, QueryError, Result};
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind, Slot};
use crate::query::span::Span;

/// What groups are made by, each with its slot.
type Keys = Vec<(Expression, Slot)>;

impl Binder<'_> {
    /// Groups by the items without aggregations, computes the aggregations, then the items that have some. Gives the slot
    /// of each item, and the keys with theirs.
    pub(super) fn aggregated(&mut self, input: Plan, items: Vec<Item>) -> Result<(Plan, Vec<Slot>, Keys)> {
        let aggregates = std::mem::take(&mut self.aggregates);
        let results: Vec<Slot> = aggregates.iter().map(|a| a.slot).collect();
        let mut keys = Keys::new();
        let mut slots: Vec<Option<Slot>> = Vec::with_capacity(items.len());
        for item in &items {
            if item.aggregated {
                slots.push(None);
                continue;
            }
            let ty = self.ty(&item.expression);
            let slot = self.slot(ty);
            keys.push((item.expression.clone(), slot));
            slots.push(Some(slot));
        }
        let mut after = Vec::new();
        let mut all = Vec::with_capacity(items.len());
        for (item, slot) in items.into_iter().zip(slots) {
            let Some(slot) = slot else {
                let expression = grouped(item.expression, &keys, &results)?;
                if let ExpressionKind::Slot(slot) = expression.kind {
                    all.push(slot);
                    continue;
                }
                let ty = self.ty(&expression);
                let slot = self.slot(ty);
                after.push((slot, expression));
                all.push(slot);
                continue;
            };
            all.push(slot);
        }
        let by = keys.iter().map(|(e, s)| (*s, e.clone())).collect();
        let mut plan =
            Plan::Aggregate { input: Box::new(input), keys: by, aggregates: aggregates.clone(), pieces: false };
        self.aggregates = aggregates;
        if !after.is_empty() {
            plan = Plan::Project { input: Box::new(plan), items: after };
        }
        Ok((plan, all, keys))
    }

    /// Binds what groups, or distinct rows, are ordered by: what was projected can be named, or written again.
    pub(super) fn sort_items_of_groups(
        &mut self,
        items: &[ast::SortItem],
        known: &[(Expression, Slot)],
        keys: &[(Expression, Slot)],
        projected: &[(String, Slot)],
    ) -> Result<SortKeys> {
        let results: Vec<Slot> = self.aggregates.iter().map(|a| a.slot).collect();
        let computed = self.aggregates.len();
        let own: Vec<Slot> = projected.iter().map(|(_, s)| *s).chain(results.iter().copied()).collect();
        let mut by = Vec::with_capacity(items.len());
        for item in items {
            let before = std::mem::replace(&mut self.aggregation, Aggregation::Allowed);
            let bound = self.expression(&item.expression);
            self.aggregation = before;
            let bound = bound?;
            let beside = results.iter().any(|slot| bound.reads(*slot));
            let replaced = match known.iter().find(|(e, _)| *e == bound) {
                Some((_, slot)) => Expression::slot(*slot, bound.span),
                None => known_parts(bound, known, beside),
            };
            if let Some(new) = self.aggregates.get(computed) {
                let (name, span) =
                    first_variable(&item.expression).unwrap_or_else(|| ("count(*)".to_owned(), new.span));
                self.aggregates.truncate(computed);
                return Err(undefined(&name, span, &super::Scope::default()));
            }
            let mut stray = None;
            replaced.slots(&mut |slot| {
                if !own.contains(&slot) && stray.is_none() {
                    stray = Some(slot);
                }
            });
            let local = bound_within(&replaced);
            if let Some(slot) = stray.filter(|s| !local.contains(s)) {
                if keys.iter().any(|(key, _)| key.reads(slot)) && !matches!(replaced.kind, ExpressionKind::Slot(_)) {
                    return Err(ambiguous(item.expression.span));
                }
                let (name, span) =
                    first_variable(&item.expression).unwrap_or_else(|| (String::new(), item.expression.span));
                return Err(undefined(&name, span, &super::Scope::default()));
            }
            by.push((replaced, item.descending));
        }
        Ok(by)
    }
}

/// Puts the slots of projected items where they are written again; beside an aggregation only those of variables and
/// properties.
fn known_parts(mut expression: Expression, known: &[(Expression, Slot)], beside: bool) -> Expression {
    if (!beside || is_simple(&expression))
        && let Some((_, slot)) = known.iter().find(|(e, _)| *e == expression)
    {
        return Expression::slot(*slot, expression.span);
    }
    expression.children_mut(&mut |child| {
        let own = std::mem::replace(child, Expression::new(ExpressionKind::List(Vec::new()), child.span));
        *child = known_parts(own, known, beside);
    });
    expression
}

/// Whether it is a variable, or a property of one.
fn is_simple(expression: &Expression) -> bool {
    match &expression.kind {
        ExpressionKind::Slot(_) => true,
        ExpressionKind::Property(base, ..) => matches!(base.kind, ExpressionKind::Slot(_)),
        _ => false,
    }
}

/// Puts the slots of keys into an item with aggregations, and refuses what is neither key nor aggregation.
fn grouped(expression: Expression, keys: &[(Expression, Slot)], results: &[Slot]) -> Result<Expression> {
    let local = bound_within(&expression);
    replace_keys(expression, keys, &|slot| results.contains(&slot) || local.contains(&slot))
}

fn replace_keys(
    mut expression: Expression,
    keys: &[(Expression, Slot)],
    fits: &dyn Fn(Slot) -> bool,
) -> Result<Expression> {
    if is_simple(&expression)
        && let Some((_, slot)) = keys.iter().find(|(e, _)| *e == expression)
    {
        return Ok(Expression::slot(*slot, expression.span));
    }
    if let ExpressionKind::Slot(slot) = expression.kind {
        return if fits(slot) { Ok(expression) } else { Err(ambiguous(expression.span)) };
    }
    if let ExpressionKind::Subquery(_, plan) = &expression.kind {
        let mut stray = false;
        plan.slots_read(&mut |slot| stray |= keys.iter().any(|(e, _)| e.kind == ExpressionKind::Slot(slot)));
        if stray {
            return Err(ambiguous(expression.span));
        }
    }
    let mut failed = None;
    expression.children_mut(&mut |child| {
        if failed.is_some() {
            return;
        }
        let own = std::mem::replace(child, Expression::new(ExpressionKind::List(Vec::new()), child.span));
        match replace_keys(own, keys, fits) {
            Ok(replaced) => *child = replaced,
            Err(error) => failed = Some(error),
        }
    });
    failed.map_or(Ok(expression), Err)
}

/// The slots that an expression binds itself.
fn bound_within(expression: &Expression) -> Vec<Slot> {
    let mut slots = match &expression.kind {
        ExpressionKind::ListComprehension { slot, .. } | ExpressionKind::Quantifier { slot, .. } => vec![*slot],
        ExpressionKind::Reduce { accumulator, slot, .. } => vec![*accumulator, *slot],
        _ => Vec::new(),
    };
    expression.children(&mut |child| slots.extend(bound_within(child)));
    slots
}

fn ambiguous(span: Span) -> Box<QueryError> {
    QueryError::syntax(
        Detail::AmbiguousAggregationExpression,
        span,
        "what stands beside an aggregation has to be a column of its own, as a variable or a property",
        "与聚合函数并列的部分必须作为变量或属性单独成列",
    )
    .hint("put it into a `WITH` before, under a name", "请先在 `WITH` 中为其命名")
}

/// The first variable that an expression names.
fn first_variable(expr: &Expr) -> Option<(String, Span)> {
    match &expr.kind {
        ExprKind::Variable(name) => Some((name.clone(), expr.span)),
        ExprKind::Property(base, _) | ExprKind::Unary(_, base) | ExprKind::IsNull { operand: base, .. } => {
            first_variable(base)
        }
        ExprKind::Binary(_, a, b) | ExprKind::Index(a, b) => first_variable(a).or_else(|| first_variable(b)),
        ExprKind::Function { arguments, .. } | ExprKind::List(arguments) => arguments.iter().find_map(first_variable),
        ExprKind::Comparison(first, rest) => {
            first_variable(first).or_else(|| rest.iter().find_map(|(_, e)| first_variable(e)))
        }
        _ => None,
    }
}
