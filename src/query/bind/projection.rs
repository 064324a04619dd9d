//! `WITH` and `RETURN`: what goes on, in which order, and how much of it.

use std::sync::Arc;

use super::{Aggregation, Binder, Columns};
use crate::query::ast::{self, ExprKind, Paging, Projection};
use crate::query::error::{Detail, QueryError, Result};
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind, Slot};
use crate::query::value::Value;

/// An item of a projection, bound.
pub(super) struct Item {
    /// The column's name.
    pub(super) name: String,
    /// What it computes.
    pub(super) expression: Expression,
    /// Whether an aggregation stands in it.
    pub(super) aggregated: bool,
}

/// Conditions of a sort: what it goes by, and whether from the greatest down.
pub(super) type SortKeys = Vec<(Expression, bool)>;

impl Binder<'_> {
    pub(super) fn returned(&mut self, input: Plan, projection: &Projection) -> Result<(Plan, Columns)> {
        if let (Some(star), true) = (projection.star, self.scope.names().next().is_none()) {
            return Err(QueryError::syntax(
                Detail::NoVariablesInScope,
                star,
                "there is no variable to return",
                "没有可返回的变量",
            ));
        }
        let (plan, items) = self.projection(input, projection, None)?;
        let columns = items.into_iter().map(|(name, slot)| (Arc::from(name), slot)).collect();
        Ok((plan, columns))
    }

    pub(super) fn with(&mut self, input: Plan, projection: &Projection, filter: Option<&ast::Expr>) -> Result<Plan> {
        let (plan, _) = self.projection(input, projection, filter)?;
        for item in &projection.items {
            if item.alias.is_none() && !matches!(item.expression.kind, ExprKind::Variable(_)) {
                return Err(QueryError::syntax(
                    Detail::NoExpressionAlias,
                    item.expression.span,
                    "an expression in `WITH` needs a name",
                    "`WITH` 中的表达式需要别名",
                )
                .hint("add `AS name`", "请加上 `AS 名称`"));
            }
        }
        Ok(plan)
    }

    /// Projects, and leaves only what was projected in scope.
    fn projection(
        &mut self,
        input: Plan,
        projection: &Projection,
        filter: Option<&ast::Expr>,
    ) -> Result<(Plan, Vec<(String, Slot)>)> {
        let before = self.scope.clone();
        let items = self.items(projection)?;
        let aggregated = !self.aggregates.is_empty();
        let hidden = aggregated || projection.distinct;
        let names: Vec<(String, Expression)> = items.iter().map(|i| (i.name.clone(), i.expression.clone())).collect();

        let (mut plan, slots, keys) = if aggregated {
            self.aggregated(input, items)?
        } else {
            let (plan, slots) = self.computed(input, items);
            (plan, slots, Vec::new())
        };
        let projected: Vec<(String, Slot)> = names.iter().map(|(n, _)| n.clone()).zip(slots.iter().copied()).collect();
        if projection.distinct {
            plan = Plan::Distinct { input: Box::new(plan), slots: slots.clone() };
        }

        // What was there before can still be named, unless rows were put together.
        let mut both = before.clone();
        for (name, slot) in &projected {
            both.add(name, *slot);
        }
        self.scope = both;
        let by = if hidden {
            let known: Vec<(Expression, Slot)> =
                names.iter().map(|(_, e)| e.clone()).zip(slots.iter().copied()).collect();
            self.sort_items_of_groups(&projection.paging.order, &known, &keys, &projected)?
        } else {
            self.sort_items(&projection.paging.order)?
        };
        if hidden {
            self.scope = super::Scope::default();
            for (name, slot) in &projected {
                self.scope.add(name, *slot);
            }
        }
        let filter = filter.map(|f| self.condition(f)).transpose()?;

        let mut live = slots;
        if let Some(filter) = &filter {
            filter.slots(&mut |slot| live.push(slot));
        }
        live.sort_unstable();
        live.dedup();
        self.scope = super::Scope::default();
        for (name, slot) in &projected {
            self.scope.add(name, *slot);
        }
        plan = self.paged(plan, by, live, &projection.paging)?;
        if let Some(condition) = filter {
            plan = Plan::Filter { input: Box::new(plan), condition, guess: false };
        }
        Ok((plan, projected))
    }

    /// Binds the items; aggregations are collected in `aggregates`.
    fn items(&mut self, projection: &Projection) -> Result<Vec<Item>> {
        self.aggregates.clear();
        let before = std::mem::replace(&mut self.aggregation, Aggregation::Allowed);
        let mut items = Vec::new();
        if let Some(span) = projection.star {
            for (name, slot) in self.scope.sorted() {
                items.push(Item { name, expression: Expression::slot(slot, span), aggregated: false });
            }
        }
        for item in &projection.items {
            let expression = self.expression(&item.expression)?;
            let slots: Vec<Slot> = self.aggregates.iter().map(|a| a.slot).collect();
            let aggregated = slots.iter().any(|s| expression.reads(*s));
            let (name, span) = match (&item.alias, &item.expression.kind) {
                (Some(alias), _) => (alias.text.clone(), alias.span),
                (None, ExprKind::Variable(name)) => (name.clone(), item.expression.span),
                (None, _) => (item.expression.span.of(self.environment.text).to_owned(), item.expression.span),
            };
            if items.iter().any(|i: &Item| i.name == name) {
                return Err(QueryError::syntax(
                    Detail::ColumnNameConflict,
                    span,
                    format!("two columns are named `{name}`"),
                    format!("有两列同名 `{name}`"),
                ));
            }
            items.push(Item { name, expression, aggregated });
        }
        self.aggregation = before;
        Ok(items)
    }

    /// Computes items for every row. A variable that goes on keeps its slot.
    fn computed(&mut self, input: Plan, items: Vec<Item>) -> (Plan, Vec<Slot>) {
        let mut slots = Vec::with_capacity(items.len());
        let mut computed = Vec::new();
        for item in items {
            if let ExpressionKind::Slot(slot) = item.expression.kind {
                slots.push(slot);
                continue;
            }
            let ty = self.ty(&item.expression);
            let slot = self.slot(ty);
            slots.push(slot);
            computed.push((slot, item.expression));
        }
        if computed.is_empty() {
            return (input, slots);
        }
        (Plan::Project { input: Box::new(input), items: computed }, slots)
    }

    pub(super) fn sort_items(&mut self, items: &[ast::SortItem]) -> Result<SortKeys> {
        items.iter().map(|item| Ok((self.expression(&item.expression)?, item.descending))).collect()
    }

    /// Sorts, skips and limits.
    pub(super) fn paged(&mut self, mut plan: Plan, by: SortKeys, live: Vec<Slot>, paging: &Paging) -> Result<Plan> {
        if !by.is_empty() {
            plan = Plan::Sort { input: Box::new(plan), by, live };
        }
        if let Some(skip) = &paging.skip {
            plan = Plan::Skip { input: Box::new(plan), count: self.count_of_rows(skip, "SKIP")? };
        }
        if let Some(limit) = &paging.limit {
            plan = Plan::Limit { input: Box::new(plan), count: self.count_of_rows(limit, "LIMIT")? };
        }
        Ok(plan)
    }

    /// A number of rows: it may not depend on any row.
    fn count_of_rows(&mut self, expr: &ast::Expr, clause: &str) -> Result<Expression> {
        let bound = self.expression(expr)?;
        let mut depends = false;
        bound.slots(&mut |_| depends = true);
        if depends {
            return Err(QueryError::syntax(
                Detail::NonConstantExpression,
                expr.span,
                format!("`{clause}` cannot depend on a row"),
                format!("`{clause}` 不能依赖于某一行"),
            ));
        }
        match &bound.kind {
            ExpressionKind::Constant(Value::Integer(i)) if *i < 0 => Err(QueryError::syntax(
                Detail::NegativeIntegerArgument,
                expr.span,
                format!("`{clause}` cannot be negative"),
                format!("`{clause}` 不能为负数"),
            )),
            ExpressionKind::Constant(Value::Integer(_)) => Ok(bound),
            ExpressionKind::Constant(other) => Err(QueryError::syntax(
                Detail::InvalidArgumentType,
                expr.span,
                format!("`{clause}` takes an integer, not a value of type {}", other.type_name()),
                format!("`{clause}` 需要整数，而不是 {} 类型的值", other.type_name()),
            )),
            _ => Ok(bound),
        }
    }
}
