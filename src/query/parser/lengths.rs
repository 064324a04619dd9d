//! How often a relationship or a path is repeated.

use super::cursor::Parser;
use super::literals;
use crate::query::ast::Length;
use crate::query::error::{Detail, QueryError, Result};
use crate::query::lexer::{Sign, TokenKind};
use crate::query::span::Span;

impl Parser<'_> {
    /// `*`, `*2`, `*1..3`, `*2..`, `*..3` within the brackets of a relationship, where one repetition is the least.
    pub(super) fn length_within(&mut self) -> Result<Option<Length>> {
        if !self.eat_sign(Sign::Star) {
            if self.at_sign(Sign::Dots) || self.kind() == TokenKind::Integer {
                return Err(self
                    .no_length(self.span())
                    .hint("a length begins with `*`, as in `*1..3`", "长度以 `*` 开头，例如 `*1..3`"));
            }
            return Ok(None);
        }
        let min = self.bound()?;
        let length = if self.eat_sign(Sign::Dots) {
            Length { min: min.unwrap_or(1), max: self.bound()? }
        } else {
            Length { min: min.unwrap_or(1), max: min }
        };
        match self.kind() {
            TokenKind::Sign(Sign::Minus | Sign::Plus) | TokenKind::Float => {
                Err(self.no_length(self.span()).hint("a bound is an integer from 0", "界限应为不小于 0 的整数"))
            }
            TokenKind::Sign(Sign::Dots | Sign::Star) => Err(self.no_length(self.span())),
            _ => Ok(Some(length)),
        }
    }

    /// `+`, `*`, `{2}`, `{1,3}`, `{1,}`, `{,3}` behind a relationship or a group, where none is the least.
    pub(super) fn quantifier(&mut self) -> Result<Option<Length>> {
        let open = self.span();
        if self.eat_sign(Sign::Plus) {
            return Ok(Some(Length { min: 1, max: None }));
        }
        if self.eat_sign(Sign::Star) {
            return Ok(Some(Length { min: 0, max: None }));
        }
        if !self.eat_sign(Sign::LeftBrace) {
            return Ok(None);
        }
        let min = self.bound()?;
        let length = if self.eat_sign(Sign::Comma) {
            Length { min: min.unwrap_or(0), max: self.bound()? }
        } else if let Some(exactly) = min {
            Length { min: exactly, max: min }
        } else {
            return Err(self.unexpected("how often, as in `{1,3}`", "重复次数，例如 `{1,3}`"));
        };
        self.expect_close(Sign::RightBrace, open)?;
        if length.max.is_some_and(|max| max < length.min) {
            return Err(self
                .no_length(self.since(open))
                .hint("the first number is the least, the second the most", "前一个数是最少次数，后一个数是最多次数"));
        }
        Ok(Some(length))
    }

    fn bound(&mut self) -> Result<Option<u64>> {
        if self.kind() == TokenKind::Parameter {
            let (en, zh) = ("a length cannot be a parameter", "长度不能是参数");
            return Err(QueryError::syntax(Detail::InvalidParameterUse, self.span(), en, zh));
        }
        if self.kind() != TokenKind::Integer {
            return Ok(None);
        }
        let span = self.advance().span;
        literals::bound(span.of(self.text), span).map(Some)
    }

    fn no_length(&self, span: Span) -> Box<QueryError> {
        let found = span.of(self.text);
        QueryError::syntax(
            Detail::InvalidRelationshipPattern,
            span,
            format!("`{found}` is no length of a path"),
            format!("`{found}` 不是路径长度"),
        )
    }
}
