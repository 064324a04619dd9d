//! From the syntax tree to a plan: names are resolved, and what cannot mean anything is refused before anything runs.
//!
//! The binder walks the clauses once, in order, keeping the variables in scope. Each clause becomes an operator above the
//! plan so far; patterns stay whole ([`Plan::Match`]) until an order is chosen.

mod aggregation;
mod calls;
mod expressions;
mod patterns;
mod projection;
mod scope;
mod size;
mod subqueries;
mod types;
mod writes;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use scope::Scope;
use types::Ty;

use super::ast::{self, ClauseKind};
use super::error::{Detail, QueryError, Result};
use super::plan::expression::{Expression, Slot};
use super::plan::pattern::Pattern;
use super::plan::{Aggregate, Plan, Prepared};
use super::procedure::Procedures;
use super::source::PropertyGraph;
use super::span::Span;
use super::value::Value;

/// What names are resolved against.
#[derive(Clone, Copy)]
pub struct Environment<'e> {
    /// The query's text.
    pub text: &'e str,
    /// The graph.
    pub graph: &'e dyn PropertyGraph,
    /// The procedures that may be called.
    pub procedures: &'e Procedures,
    /// The values of parameters.
    pub parameters: &'e BTreeMap<String, Value>,
}

/// Binds a query.
///
/// # Errors
/// The first thing in it that cannot mean anything.
pub fn bind(query: &ast::Query, environment: Environment<'_>) -> Result<Prepared> {
    let mut binder = Binder::new(environment);
    let (plan, columns) = binder.query(query)?;
    let writes = plan.writes();
    let warnings = binder.warnings.into_inner();
    Ok(Prepared { plan, columns, slots: binder.types.len(), writes, effects: Vec::new(), warnings })
}

/// The columns of a query, with their slots.
type Columns = Vec<(Arc<str>, Slot)>;

/// Where aggregations may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aggregation {
    /// Nowhere here.
    Forbidden,
    /// Here.
    Allowed,
    /// Not here: this is within an aggregation.
    Within,
}

struct Binder<'e> {
    environment: Environment<'e>,
    /// The type of each slot.
    types: Vec<Ty>,
    scope: Scope,
    aggregation: Aggregation,
    /// The aggregations found in the projection that is being bound.
    aggregates: Vec<Aggregate>,
    /// Whether a pattern may stand for a truth here.
    pattern_allowed: bool,
    /// How many operators there are so far, roughly.
    operators: usize,
    /// What may be a mistake, though the query means something.
    warnings: RefCell<Vec<QueryError>>,
}

impl<'e> Binder<'e> {
    fn new(environment: Environment<'e>) -> Self {
        Self {
            environment,
            types: Vec::new(),
            scope: Scope::default(),
            aggregation: Aggregation::Forbidden,
            aggregates: Vec::new(),
            pattern_allowed: false,
            operators: 0,
            warnings: RefCell::default(),
        }
    }

    /// A new slot for values of a type.
    fn slot(&mut self, ty: Ty) -> Slot {
        let slot = Slot(self.types.len() as u32);
        self.types.push(ty);
        slot
    }

    fn query(&mut self, query: &ast::Query) -> Result<(Plan, Columns)> {
        let outer = self.scope.clone();
        let (mut plan, mut columns) = self.single_query(&query.first)?;
        if let Some((mixed, _)) = query.unions.iter().find(|(u, _)| u.all != query.unions[0].0.all) {
            return Err(QueryError::syntax(
                Detail::InvalidClauseComposition,
                mixed.span,
                "`UNION` and `UNION ALL` cannot be mixed in one query",
                "同一查询中不能混用 `UNION` 与 `UNION ALL`",
            ));
        }
        for (union, single) in &query.unions {
            self.grow(2, union.span)?;
            self.scope = outer.clone();
            let (second, others) = self.single_query(single)?;
            if !columns.iter().map(|(n, _)| n).eq(others.iter().map(|(n, _)| n)) {
                return Err(QueryError::syntax(
                    Detail::DifferentColumnsInUnion,
                    union.span,
                    "both sides of a union need the same columns, in the same order",
                    "UNION 两侧的列名及次序必须相同",
                ));
            }
            let mut united = Vec::new();
            let mut merged = Vec::new();
            for ((name, a), (_, b)) in columns.iter().zip(&others) {
                let slot = self.slot(Ty::Any);
                merged.push((*a, *b, slot));
                united.push((Arc::clone(name), slot));
            }
            plan = Plan::Union { first: Box::new(plan), second: Box::new(second), columns: merged };
            if !union.all {
                plan = Plan::Distinct { input: Box::new(plan), slots: united.iter().map(|(_, s)| *s).collect() };
            }
            columns = united;
        }
        Ok((plan, columns))
    }

    fn single_query(&mut self, query: &ast::SingleQuery) -> Result<(Plan, Columns)> {
        let mut plan = Plan::Once;
        let last = query.clauses.len().saturating_sub(1);
        for (i, clause) in query.clauses.iter().enumerate() {
            self.grow_by_clause(clause)?;
            if let ClauseKind::Return(projection) = &clause.kind {
                if i != last {
                    let next = query.clauses[i + 1].span;
                    return Err(QueryError::syntax(
                        Detail::InvalidClauseComposition,
                        next,
                        "nothing can follow `RETURN`; use `WITH` to go on",
                        "`RETURN` 之后不能再有子句；如需继续请用 `WITH`",
                    ));
                }
                return self.returned(plan, projection);
            }
            if let ClauseKind::Call(call) = &clause.kind {
                let alone = query.clauses.len() == 1;
                let (next, columns) = self.call(plan, call, clause.span, alone)?;
                if alone || (i == last && call.yields.is_some()) {
                    return Ok((next, columns));
                }
                plan = next;
                continue;
            }
            plan = self.clause(plan, clause)?;
            if i == last && !matches!(plan, Plan::Create { .. } | Plan::Merge { .. } | Plan::Write { .. }) {
                return Err(QueryError::syntax(
                    Detail::InvalidClauseComposition,
                    clause.span,
                    "a query has to end with `RETURN` or with a clause that writes",
                    "查询必须以 `RETURN` 或写入子句结束",
                )
                .hint("add `RETURN *`", "请加上 `RETURN *`"));
            }
        }
        Ok((plan, Vec::new()))
    }

    fn clause(&mut self, input: Plan, clause: &ast::Clause) -> Result<Plan> {
        match &clause.kind {
            ClauseKind::Match { optional, patterns, filter } => {
                self.matched(input, *optional, patterns, filter.as_ref())
            }
            ClauseKind::Unwind { list, variable } => {
                let list = self.expression(list)?;
                let ty = self.ty(&list);
                let element = match ty {
                    Ty::List(element) => *element,
                    _ => Ty::Any,
                };
                self.refuse_redefinition(variable)?;
                let slot = self.slot(element);
                self.scope.add(&variable.text, slot);
                Ok(Plan::Unwind { input: Box::new(input), list, slot })
            }
            ClauseKind::With { projection, filter } => self.with(input, projection, filter.as_ref()),
            ClauseKind::Filter(condition) => {
                let condition = self.condition(condition)?;
                Ok(Plan::Filter { input: Box::new(input), condition, guess: false })
            }
            ClauseKind::Let(items) => {
                let mut plan = input;
                for (name, expression) in items {
                    let expression = self.expression(expression)?;
                    self.refuse_redefinition(name)?;
                    let ty = self.ty(&expression);
                    let slot = self.slot(ty);
                    self.scope.add(&name.text, slot);
                    plan = Plan::Project { input: Box::new(plan), items: vec![(slot, expression)] };
                }
                Ok(plan)
            }
            ClauseKind::OrderAndPage(paging) => {
                let by = self.sort_items(&paging.order)?;
                let live = self.scope.slots();
                self.paged(input, by, live, paging)
            }
            ClauseKind::Create(patterns) => self.create(input, patterns),
            ClauseKind::Merge { pattern, on_create, on_match } => {
                self.merge(input, pattern, on_create, on_match, clause.span)
            }
            ClauseKind::Set(items) => self.set(input, items),
            ClauseKind::Remove(items) => self.remove(input, items),
            ClauseKind::Delete { detach, expressions } => self.delete(input, *detach, expressions),
            // The caller takes these two itself, since they may end a query.
            ClauseKind::Return(projection) => Ok(self.returned(input, projection)?.0),
            ClauseKind::Call(call) => Ok(self.call(input, call, clause.span, false)?.0),
        }
    }

    fn matched(
        &mut self,
        input: Plan,
        optional: bool,
        patterns: &[ast::PathPattern],
        filter: Option<&ast::Expr>,
    ) -> Result<Plan> {
        let before = self.types.len();
        let pattern = self.filtered_pattern(patterns, filter)?;
        if !optional {
            return Ok(Plan::Match { input: Box::new(input), pattern });
        }
        // Whatever the pattern names is null where it does not match.
        let nulls = self.scope.slots().into_iter().filter(|s| s.index() >= before).collect();
        let inner = Plan::Match { input: Box::new(Plan::Once), pattern };
        Ok(Plan::Optional { input: Box::new(input), inner: Box::new(inner), nulls })
    }

    /// Patterns, and the condition that is asked of them.
    fn filtered_pattern(&mut self, patterns: &[ast::PathPattern], filter: Option<&ast::Expr>) -> Result<Pattern> {
        let mut pattern = self.pattern(patterns)?;
        if let Some(filter) = filter {
            pattern.conditions.extend(self.condition(filter)?.conjuncts());
        }
        let span = patterns.first().map_or_else(Span::default, |p| p.span);
        self.grow_by_pattern(&pattern, span)?;
        Ok(pattern)
    }

    /// A condition: it has to be a truth, and patterns may stand in it.
    fn condition(&mut self, condition: &ast::Expr) -> Result<Expression> {
        let bound = self.truth(condition)?;
        let ty = self.ty(&bound);
        if ty.may_be_boolean() {
            return Ok(bound);
        }
        Err(QueryError::syntax(
            Detail::InvalidArgumentType,
            condition.span,
            format!("a condition has to be true or false, this is of type {ty}"),
            format!("条件必须是布尔值，此处类型为 {ty}"),
        ))
    }

    fn refuse_redefinition(&self, name: &ast::Name) -> Result<()> {
        if self.scope.find(&name.text).is_none() { Ok(()) } else { Err(already_bound(name)) }
    }
}

/// A variable that is defined a second time.
fn already_bound(name: &ast::Name) -> Box<QueryError> {
    QueryError::syntax(
        Detail::VariableAlreadyBound,
        name.span,
        format!("the variable `{}` is defined already", name.text),
        format!("变量 `{}` 已经定义", name.text),
    )
}

/// A variable that is used as what it is not.
fn type_conflict(name: &ast::Name, found: &Ty, wanted: &str) -> Box<QueryError> {
    QueryError::syntax(
        Detail::VariableTypeConflict,
        name.span,
        format!("the variable `{}` is of type {found}; here it would be of type {wanted}", name.text),
        format!("变量 `{}` 的类型为 {found}，此处却作为 {wanted} 使用", name.text),
    )
}

/// A variable that nothing defines, with the one that may have been meant.
fn undefined(name: &str, span: Span, scope: &Scope) -> Box<QueryError> {
    let error = QueryError::syntax(
        Detail::UndefinedVariable,
        span,
        format!("the variable `{name}` is not defined"),
        format!("变量 `{name}` 未定义"),
    );
    match super::suggest::nearest(name, scope.names()) {
        Some(near) => error.hint(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
        None => error,
    }
}
