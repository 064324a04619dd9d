//! Queries within expressions: patterns as truths, comprehensions, `EXISTS`, `COUNT`, `COLLECT`.

use super::{Aggregation, Binder, undefined};
use crate::query::ast::{self, ClauseKind, Expr, ExprKind, Selector, Subquery};
use crate::query::error::{Detail, QueryError, Result};
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind, SubqueryKind};
use crate::query::span::Span;
use crate::query::value::Value;

impl Binder<'_> {
    /// Binds what has a scope of its own, where no aggregation of the outer query may stand.
    fn within<T>(&mut self, bind: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = self.scope.clone();
        let aggregation = std::mem::replace(&mut self.aggregation, Aggregation::Forbidden);
        let aggregates = std::mem::take(&mut self.aggregates);
        let bound = bind(self);
        self.scope = outer;
        self.aggregation = aggregation;
        self.aggregates = aggregates;
        bound
    }

    /// A pattern where an expression stands: a truth, or a shortest path.
    pub(super) fn pattern_expression(&mut self, pattern: &ast::PathPattern, span: Span) -> Result<Expression> {
        if pattern.selector != Selector::All {
            return self.shortest_path(pattern, span);
        }
        if !self.pattern_allowed {
            return Err(QueryError::syntax(
                Detail::UnexpectedSyntax,
                span,
                "a pattern can stand in a condition only",
                "模式只能用于条件中",
            )
            .hint("write `EXISTS { … }`, or a pattern comprehension", "请改用 `EXISTS { … }` 或模式推导式"));
        }
        let plan = self.within(|binder| {
            binder.refuse_new_variables(pattern)?;
            let pattern = binder.filtered_pattern(std::slice::from_ref(pattern), None)?;
            Ok(Plan::Match { input: Box::new(Plan::Once), pattern })
        })?;
        Ok(Expression::new(ExpressionKind::Subquery(SubqueryKind::Exists, Box::new(plan)), span))
    }

    /// `shortestPath((a)-[*]->(b))` as an expression: the path or null, or the list of paths.
    fn shortest_path(&mut self, pattern: &ast::PathPattern, span: Span) -> Result<Expression> {
        let ends = [Some(&pattern.start), pattern.links.last().map(|(_, node)| node)];
        if ends.into_iter().flatten().any(|node| node.variable.is_none()) {
            let (en, zh) = ("a shortest path lies between two nodes that are known", "最短路径须在两个已知节点之间");
            return Err(QueryError::syntax(Detail::UnexpectedSyntax, span, en, zh)
                .hint("match both ends before, and name them here", "请先匹配两端节点，并在此处写出其变量名"));
        }
        let all = pattern.selector == Selector::AllShortest;
        let named =
            ast::PathPattern { variable: Some(ast::Name { text: "\u{1}path".to_owned(), span }), ..pattern.clone() };
        let (plan, slot) = self.within(|binder| {
            binder.refuse_new_variables(pattern)?;
            let pattern = binder.pattern(std::slice::from_ref(&named))?;
            let slot = pattern.paths.iter().find_map(|p| p.slot);
            Ok((Plan::Match { input: Box::new(Plan::Once), pattern }, slot))
        })?;
        let Some(slot) = slot else { return Ok(Expression::new(ExpressionKind::Constant(Value::Null), span)) };
        let map = Box::new(Expression::slot(slot, span));
        let paths = Expression::new(ExpressionKind::Subquery(SubqueryKind::Collect(map), Box::new(plan)), span);
        if all {
            return Ok(paths);
        }
        let first = Expression::new(ExpressionKind::Constant(Value::Integer(0)), span);
        Ok(Expression::new(ExpressionKind::Index(Box::new(paths), Box::new(first)), span))
    }

    /// A pattern that is a truth can only name what is there.
    fn refuse_new_variables(&self, pattern: &ast::PathPattern) -> Result<()> {
        let links = pattern.links.iter().map(|(link, node)| {
            let of_link = match link {
                ast::Link::Relationship(r) => r.variable.as_ref(),
                ast::Link::Group(_) => None,
            };
            (of_link, node.variable.as_ref())
        });
        let names = links.flat_map(|(a, b)| [a, b]).chain([pattern.start.variable.as_ref(), pattern.variable.as_ref()]);
        match names.flatten().find(|name| self.scope.find(&name.text).is_none()) {
            Some(name) => Err(undefined(&name.text, name.span, &self.scope)),
            None => Ok(()),
        }
    }

    pub(super) fn pattern_comprehension(
        &mut self,
        pattern: &ast::PathPattern,
        filter: Option<&Expr>,
        map: &Expr,
        span: Span,
    ) -> Result<Expression> {
        let (plan, map) = self.within(|binder| {
            let pattern = binder.filtered_pattern(std::slice::from_ref(pattern), filter)?;
            let map = binder.expression(map)?;
            Ok((Plan::Match { input: Box::new(Plan::Once), pattern }, map))
        })?;
        Ok(Expression::new(ExpressionKind::Subquery(SubqueryKind::Collect(Box::new(map)), Box::new(plan)), span))
    }

    fn subquery(&mut self, subquery: &Subquery) -> Result<(Plan, super::Columns)> {
        match subquery {
            Subquery::Pattern { patterns, filter } => {
                let pattern = self.filtered_pattern(patterns, filter.as_ref())?;
                Ok((Plan::Match { input: Box::new(Plan::Once), pattern }, Vec::new()))
            }
            Subquery::Query(query) => {
                let singles = std::iter::once(&query.first).chain(query.unions.iter().map(|(_, q)| q));
                for clause in singles.flat_map(|q| &q.clauses) {
                    use ClauseKind as C;
                    if matches!(
                        clause.kind,
                        C::Create(_) | C::Merge { .. } | C::Set(_) | C::Remove(_) | C::Delete { .. }
                    ) {
                        return Err(QueryError::syntax(
                            Detail::InvalidClauseComposition,
                            clause.span,
                            "nothing can be written within an expression",
                            "表达式内的子查询不能写入",
                        ));
                    }
                }
                self.open_query(query)
            }
        }
    }

    /// A query that need not end with `RETURN`.
    fn open_query(&mut self, query: &ast::Query) -> Result<(Plan, super::Columns)> {
        let ends = query.first.clauses.last().is_some_and(|c| matches!(c.kind, ClauseKind::Return(_)));
        if ends || !query.unions.is_empty() {
            return self.query(query);
        }
        let mut plan = Plan::Once;
        for clause in &query.first.clauses {
            plan = self.clause(plan, clause)?;
        }
        Ok((plan, Vec::new()))
    }

    pub(super) fn exists(&mut self, subquery: &Subquery, span: Span) -> Result<Expression> {
        let (plan, _) = self.within(|binder| binder.subquery(subquery))?;
        Ok(Expression::new(ExpressionKind::Subquery(SubqueryKind::Exists, Box::new(plan)), span))
    }

    pub(super) fn count(&mut self, subquery: &Subquery, span: Span) -> Result<Expression> {
        let (plan, _) = self.within(|binder| binder.subquery(subquery))?;
        Ok(Expression::new(ExpressionKind::Subquery(SubqueryKind::Count, Box::new(plan)), span))
    }

    pub(super) fn collect(&mut self, subquery: &Subquery, span: Span) -> Result<Expression> {
        let (plan, columns) = self.within(|binder| binder.subquery(subquery))?;
        let [(_, slot)] = columns.as_slice() else {
            return Err(QueryError::syntax(
                Detail::InvalidClauseComposition,
                span,
                "`COLLECT` needs a query that returns one column",
                "`COLLECT` 需要只返回一列的查询",
            ));
        };
        let map = Box::new(Expression::slot(*slot, span));
        Ok(Expression::new(ExpressionKind::Subquery(SubqueryKind::Collect(map), Box::new(plan)), span))
    }

    /// `exists(…)` as a function: of a pattern, or whether a property is there.
    pub(super) fn exists_function(&mut self, argument: &Expr, span: Span) -> Result<Expression> {
        match &argument.kind {
            ExprKind::Pattern(pattern) => {
                let before = std::mem::replace(&mut self.pattern_allowed, true);
                let bound = self.pattern_expression(pattern, span);
                self.pattern_allowed = before;
                bound
            }
            ExprKind::Property(..) | ExprKind::Index(..) => {
                let bound = self.expression(argument)?;
                Ok(Expression::new(ExpressionKind::IsNull(Box::new(bound), true), span))
            }
            _ => Err(QueryError::syntax(
                Detail::InvalidArgumentType,
                argument.span,
                "`exists` takes a pattern or a property",
                "`exists` 的参数应为模式或属性",
            )),
        }
    }
}
