//! How large a plan may grow. Operators stand one upon the other, and whoever walks a plan does so recursively: a text of
//! many thousand clauses must be an error before it is a plan that no stack can hold.

use super::Binder;
use crate::query::ast::{Clause, ClauseKind, Paging, Projection};
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::plan::pattern::Pattern;
use crate::query::span::Span;

/// How many operators a plan may have, roughly. The stack of any thread holds several times as many.
const MAX_OPERATORS: usize = 1500;

impl Binder<'_> {
    /// Counts the operators that a clause becomes, but for those of its patterns.
    pub(super) fn grow_by_clause(&mut self, clause: &Clause) -> Result<()> {
        let operators = match &clause.kind {
            ClauseKind::With { projection, filter } => usize::from(filter.is_some()) + of_projection(projection),
            ClauseKind::Return(projection) => of_projection(projection),
            ClauseKind::OrderAndPage(paging) => of_paging(paging),
            ClauseKind::Let(items) => items.len(),
            _ => 1,
        };
        self.grow(operators, clause.span)
    }

    /// Counts the operators that a pattern becomes.
    pub(super) fn grow_by_pattern(&mut self, pattern: &Pattern, span: Span) -> Result<()> {
        self.grow(pattern.nodes.len() + pattern.links.len() + pattern.conditions.len(), span)
    }

    pub(super) fn grow(&mut self, operators: usize, span: Span) -> Result<()> {
        self.operators += operators;
        if self.operators <= MAX_OPERATORS {
            return Ok(());
        }
        Err(QueryError::compile(
            ErrorType::LimitExceeded,
            Detail::DepthExceeded,
            span,
            format!("the query has more than {MAX_OPERATORS} steps: clauses, links and conditions"),
            format!("查询步骤（子句、关系、条件）超过 {MAX_OPERATORS} 个"),
        )
        .hint("`UNWIND` a list that is given as a parameter", "可将数据作为参数传入，用 `UNWIND` 展开"))
    }
}

fn of_projection(projection: &Projection) -> usize {
    2 + usize::from(projection.distinct) + of_paging(&projection.paging)
}

fn of_paging(paging: &Paging) -> usize {
    usize::from(!paging.order.is_empty()) + usize::from(paging.skip.is_some()) + usize::from(paging.limit.is_some())
}
