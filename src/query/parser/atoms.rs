//! What operators bind: literals, variables, parentheses, `CASE`; and where a pattern stands for a truth.

use super::cursor::Parser;
use super::literals;
use super::operators::Context;
use crate::query::ast::{Expr, ExprKind, PathPattern, Selector};
use crate::query::error::{Detail, QueryError, Result};
use crate::query::keyword::Keyword;
use crate::query::lexer::{Sign, TokenKind};
use crate::query::span::Span;

impl Parser<'_> {
    /// An expression without operators.
    pub(super) fn atom(&mut self, context: Context) -> Result<Expr> {
        let start = self.span();
        let kind = match self.kind() {
            TokenKind::Sign(Sign::LeftParenthesis) => return self.parenthesised(context),
            TokenKind::Sign(Sign::LeftBracket) => self.list()?,
            TokenKind::Sign(Sign::LeftBrace) => self.map()?,
            TokenKind::Integer | TokenKind::Float | TokenKind::Text | TokenKind::Parameter => self.literal()?,
            TokenKind::Keyword(Keyword::True) => self.word(ExprKind::Boolean(true)),
            TokenKind::Keyword(Keyword::False) => self.word(ExprKind::Boolean(false)),
            TokenKind::Keyword(Keyword::Null) => self.word(ExprKind::Null),
            TokenKind::Keyword(Keyword::Case) => self.case(context)?,
            TokenKind::Keyword(_) | TokenKind::Name | TokenKind::QuotedName => self.named(context)?,
            _ => return Err(self.no_expression()),
        };
        Ok(Expr { kind, span: self.since(start) })
    }

    fn word(&mut self, kind: ExprKind) -> ExprKind {
        self.advance();
        kind
    }

    fn literal(&mut self) -> Result<ExprKind> {
        let token = self.advance();
        let written = token.span.of(self.text);
        Ok(match token.kind {
            TokenKind::Integer => ExprKind::Integer(literals::integer(written, false, token.span)?),
            TokenKind::Float => ExprKind::Float(literals::float(written, token.span)?),
            TokenKind::Text => ExprKind::Text(literals::text(written, token.span)?),
            _ => ExprKind::Parameter(literals::parameter(written)),
        })
    }

    /// An expression in parentheses, or a pattern that begins with a node. The place of an expression in parentheses
    /// covers these, since they are part of the name of a column without an alias.
    fn parenthesised(&mut self, context: Context) -> Result<Expr> {
        if self.is_path(self.position()) {
            let path = self.path()?;
            return self.predicate(path, context);
        }
        let open = self.advance().span;
        let inner = self.expression(context.within())?;
        self.expect_close(Sign::RightParenthesis, open)?;
        Ok(Expr { span: self.since(open), ..inner })
    }

    /// A pattern as an expression, if it may stand here: a truth where one is wanted, a shortest path anywhere.
    pub(super) fn predicate(&mut self, path: PathPattern, context: Context) -> Result<Expr> {
        let span = path.span;
        if context.truth || path.selector != Selector::All {
            return Ok(Expr { kind: ExprKind::Pattern(Box::new(path)), span });
        }
        let (en, zh) = ("a pattern is no value", "模式不是值");
        Err(QueryError::syntax(Detail::UnexpectedSyntax, span, en, zh).hint(
            "`EXISTS { … }` asks whether it matches, `COUNT { … }` how often, `[… | …]` lists what it matches",
            "`EXISTS { … }` 判断是否匹配，`COUNT { … }` 计数，`[… | …]` 列出匹配结果",
        ))
    }

    /// `CASE [subject] WHEN … THEN … [ELSE …] END`.
    fn case(&mut self, context: Context) -> Result<ExprKind> {
        let start = self.advance().span;
        let searched = self.at_keyword(Keyword::When);
        let subject = if searched { None } else { Some(Box::new(self.expression(Context::VALUE)?)) };
        let when = if searched { Context::TRUTH } else { Context::VALUE };
        let mut arms = Vec::new();
        while self.eat_keyword(Keyword::When) {
            let condition = self.expression(when)?;
            self.expect_keyword(Keyword::Then)?;
            arms.push((condition, self.expression(context.within())?));
        }
        if arms.is_empty() {
            return Err(self.unexpected("`WHEN`", "`WHEN`"));
        }
        let otherwise =
            if self.eat_keyword(Keyword::Else) { Some(Box::new(self.expression(context.within())?)) } else { None };
        if !self.eat_keyword(Keyword::End) {
            return Err(self.open_case(start));
        }
        Ok(ExprKind::Case { subject, arms, otherwise })
    }

    #[cold]
    fn open_case(&self, start: Span) -> Box<QueryError> {
        let error = self.unexpected("`END`", "`END`");
        if error.hint.is_some() || start == self.span() {
            return error;
        }
        error.hint("a `CASE` ends with `END`", "`CASE` 以 `END` 结束")
    }

    /// What is said where an expression should be and none is.
    #[cold]
    pub(super) fn no_expression(&self) -> Box<QueryError> {
        if self.at_bad_number() {
            return literals::bad_number(self.span().of(self.text), self.span());
        }
        if self.at_keyword(Keyword::Not) {
            return self
                .unexpected("an operand", "操作数")
                .hint("put parentheses around the negation", "请给否定加上括号");
        }
        self.no_name("an expression", "表达式")
    }
}
