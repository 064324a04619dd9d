//! Clauses put together: single queries, unions, subqueries, and which clauses can follow which.

use super::cursor::Parser;
use super::operators::Context;
use crate::query::ast::{Clause, ClauseKind, Expr, Query, SingleQuery, Subquery, Union};
use crate::query::error::{Detail, QueryError, Result};
use crate::query::keyword::Keyword;
use crate::query::lexer::{Sign, TokenKind};
use crate::query::span::Span;

/// Where a query stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// By itself.
    Statement,
    /// In the braces of a subquery.
    Subquery,
}

impl Parser<'_> {
    /// The query that a statement is.
    pub(super) fn whole_query(&mut self) -> Result<Query> {
        self.query(Place::Statement)
    }

    /// The braces of `EXISTS`, `COUNT` or `COLLECT`.
    pub(super) fn subquery(&mut self) -> Result<Subquery> {
        self.down()?;
        let open = self.span();
        self.expect_sign(Sign::LeftBrace)?;
        let subquery = if self.at_path() {
            let patterns = self.path_patterns()?;
            let filter = self.condition()?;
            Subquery::Pattern { patterns, filter }
        } else {
            plain(self.query(Place::Subquery)?)
        };
        self.expect_close(Sign::RightBrace, open)?;
        self.up();
        Ok(subquery)
    }

    /// `WHERE condition`, or nothing.
    pub(super) fn condition(&mut self) -> Result<Option<Expr>> {
        if self.eat_keyword(Keyword::Where) { self.expression(Context::TRUTH).map(Some) } else { Ok(None) }
    }

    fn query(&mut self, place: Place) -> Result<Query> {
        self.down()?;
        let catalog = if self.at_keyword(Keyword::Use) && self.is_any_name(self.position() + 1) {
            self.advance();
            Some(self.any_name("the name of a catalog", "目录名称")?)
        } else {
            None
        };
        let first = self.single_query(place)?;
        let mut unions: Vec<(Union, SingleQuery)> = Vec::new();
        while self.at_keyword(Keyword::Union) {
            let start = self.advance().span;
            let all = self.eat_keyword(Keyword::All);
            if !all {
                self.eat_keyword(Keyword::Distinct);
            }
            let union = Union { all, span: self.since(start) };
            if unions.first().is_some_and(|(first, _)| first.all != all) {
                let (en, zh) = ("`UNION` and `UNION ALL` cannot be mixed", "`UNION` 与 `UNION ALL` 不能混用");
                return Err(QueryError::syntax(Detail::InvalidClauseComposition, union.span, en, zh));
            }
            unions.push((union, self.single_query(place)?));
        }
        self.up();
        Ok(Query { catalog, first, unions })
    }

    fn single_query(&mut self, place: Place) -> Result<SingleQuery> {
        let start = self.span();
        let mut clauses = Vec::new();
        while let Some(clause) = self.clause()? {
            clauses.push(clause);
        }
        if clauses.is_empty() {
            return Err(self.unexpected("a clause such as `MATCH` or `RETURN`", "子句，例如 `MATCH` 或 `RETURN`"));
        }
        let ends = match place {
            Place::Statement => matches!(
                self.kind(),
                TokenKind::End | TokenKind::Sign(Sign::Semicolon) | TokenKind::Keyword(Keyword::Union)
            ),
            Place::Subquery => {
                matches!(self.kind(), TokenKind::Sign(Sign::RightBrace) | TokenKind::Keyword(Keyword::Union))
            }
        };
        if !ends {
            return Err(match place {
                Place::Statement => self.unexpected("a clause or the end of the query", "子句或查询结尾"),
                Place::Subquery => self.unexpected("a clause or `}`", "子句或 `}`"),
            });
        }
        let query = SingleQuery { clauses, span: self.since(start) };
        compose(&query, place)?;
        Ok(query)
    }

    /// The next clause, if a clause is next.
    fn clause(&mut self) -> Result<Option<Clause>> {
        let start = self.span();
        let TokenKind::Keyword(keyword) = self.kind() else { return Ok(None) };
        let kind = match keyword {
            Keyword::Optional | Keyword::Match => self.match_clause()?,
            Keyword::Unwind => self.unwind()?,
            Keyword::With => self.with()?,
            Keyword::Return => self.returns()?,
            Keyword::Filter => self.filter()?,
            Keyword::Let => self.let_clause()?,
            Keyword::Order | Keyword::Skip | Keyword::Offset | Keyword::Limit => {
                ClauseKind::OrderAndPage(self.paging()?)
            }
            Keyword::Call => self.call()?,
            Keyword::Create => self.create()?,
            Keyword::Merge => self.merge()?,
            Keyword::Set => self.set()?,
            Keyword::Remove => self.remove()?,
            Keyword::Detach | Keyword::NoDetach | Keyword::Delete => self.delete()?,
            _ => return Ok(None),
        };
        Ok(Some(Clause { kind, span: self.since(start) }))
    }
}

/// A subquery that is a single `MATCH` is what it would be without the word.
fn plain(mut query: Query) -> Subquery {
    let alone = query.catalog.is_none() && query.unions.is_empty() && query.first.clauses.len() == 1;
    match query.first.clauses.pop() {
        Some(Clause { kind: ClauseKind::Match { optional: false, patterns, filter }, .. }) if alone => {
            Subquery::Pattern { patterns, filter }
        }
        last => {
            query.first.clauses.extend(last);
            Subquery::Query(query)
        }
    }
}

/// What a clause does, as far as the order of clauses goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Reads the graph or makes rows.
    Reading,
    /// Keeps, names or orders rows, wherever it stands.
    Neutral,
    /// Writes.
    Writing,
    /// `WITH`.
    With,
    /// `RETURN`.
    Return,
}

fn part(clause: &ClauseKind) -> Part {
    match clause {
        ClauseKind::Match { .. } | ClauseKind::Unwind { .. } | ClauseKind::Call(_) => Part::Reading,
        ClauseKind::Filter(_) | ClauseKind::Let(_) | ClauseKind::OrderAndPage(_) => Part::Neutral,
        ClauseKind::With { .. } => Part::With,
        ClauseKind::Return(_) => Part::Return,
        ClauseKind::Create(_)
        | ClauseKind::Merge { .. }
        | ClauseKind::Set(_)
        | ClauseKind::Remove(_)
        | ClauseKind::Delete { .. } => Part::Writing,
    }
}

/// Whether the clauses can stand in this order.
fn compose(query: &SingleQuery, place: Place) -> Result<()> {
    let wrong =
        |span: Span, en: &str, zh: &str| Err(QueryError::syntax(Detail::InvalidClauseComposition, span, en, zh));
    let mut writes = false;
    for (number, clause) in query.clauses.iter().enumerate() {
        let last = number + 1 == query.clauses.len();
        match part(&clause.kind) {
            Part::Return if !last => {
                return wrong(clause.span, "nothing can follow `RETURN`", "`RETURN` 之后不能再有子句");
            }
            Part::Writing if place == Place::Subquery => {
                return wrong(clause.span, "a subquery cannot write", "子查询不能写入");
            }
            Part::Reading if writes => {
                let (en, zh) = ("`WITH` is needed between writing and reading", "写入之后再读取，中间需要 `WITH`");
                return wrong(clause.span, en, zh);
            }
            Part::Writing => writes = true,
            Part::With => writes = false,
            Part::Reading | Part::Neutral | Part::Return => {}
        }
        if let ClauseKind::Call(call) = &clause.kind
            && let Some(yields) = call.yields.as_ref().filter(|y| y.star)
            && (query.clauses.len() > 1 || place == Place::Subquery)
        {
            let (en, zh) = ("`YIELD *` is only for a `CALL` by itself", "`YIELD *` 只能用于单独的 `CALL`");
            return Err(QueryError::syntax(Detail::UnexpectedSyntax, yields.span, en, zh)
                .hint("name the columns that are wanted", "请写出所需的列名"));
        }
    }
    if place == Place::Subquery {
        return Ok(());
    }
    let Some(last) = query.clauses.last() else { return Ok(()) };
    let ends = match &last.kind {
        ClauseKind::Call(call) => query.clauses.len() == 1 || call.yields.is_none(),
        other => matches!(part(other), Part::Writing | Part::Return),
    };
    if ends {
        return Ok(());
    }
    let (en, zh) = ("a query ends with `RETURN` or with what it writes", "查询应以 `RETURN` 或写入子句结束");
    wrong(last.span, en, zh)
}
