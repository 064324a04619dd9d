//! Brackets and braces: lists, comprehensions, elements and slices, maps and their projections.

use super::cursor::Parser;
use super::operators::Context;
use crate::query::ast::{Expr, ExprKind, MapProjectionItem, Name};
use crate::query::error::Result;
use crate::query::keyword::Keyword;
use crate::query::lexer::{Sign, TokenKind};

impl Parser<'_> {
    /// What begins with a bracket: a list, or a comprehension. A list of a single membership is written as a
    /// comprehension is, and is one; commas and bars, which are known beforehand, tell the rest apart.
    pub(super) fn list(&mut self) -> Result<ExprKind> {
        let here = self.position();
        if self.is_membership(here + 1) && !self.has_comma(here) {
            return self.list_comprehension();
        }
        let named = self.is_name(here + 1) && self.kind_at(here + 2) == TokenKind::Sign(Sign::Equal);
        if self.has_bar(here) && self.is_path(if named { here + 3 } else { here + 1 }) {
            return self.pattern_comprehension();
        }
        let open = self.advance().span;
        let items = if self.at_sign(Sign::RightBracket) { Vec::new() } else { self.expressions()? };
        if !self.eat_sign(Sign::RightBracket) {
            return Err(self.unclosed(Sign::RightBracket, open));
        }
        Ok(ExprKind::List(items))
    }

    /// Whether `variable IN` stands at a token.
    pub(super) fn is_membership(&self, number: usize) -> bool {
        self.is_name(number) && self.kind_at(number + 1) == TokenKind::Keyword(Keyword::In)
    }

    /// `variable IN list`, where a bar may follow.
    pub(super) fn membership(&mut self) -> Result<(Name, Box<Expr>)> {
        let variable = self.variable()?;
        self.expect_keyword(Keyword::In)?;
        Ok((variable, Box::new(self.expression(Context::VALUE.until_bar())?)))
    }

    /// `[variable IN list WHERE … | …]`.
    fn list_comprehension(&mut self) -> Result<ExprKind> {
        let open = self.advance().span;
        let (variable, list) = self.membership()?;
        let filter = self.condition_until_bar()?;
        let map = if self.eat_sign(Sign::Bar) { Some(Box::new(self.expression(Context::VALUE)?)) } else { None };
        self.expect_close(Sign::RightBracket, open)?;
        Ok(ExprKind::ListComprehension { variable, list, filter, map })
    }

    /// `[path = (a)-->(b) WHERE … | …]`.
    fn pattern_comprehension(&mut self) -> Result<ExprKind> {
        let open = self.advance().span;
        let start = self.span();
        let variable = if self.second() == TokenKind::Sign(Sign::Equal) { self.eat_name() } else { None };
        if variable.is_some() {
            self.expect_sign(Sign::Equal)?;
        }
        let mut pattern = Box::new(self.path()?);
        pattern.variable = variable;
        pattern.span = self.since(start);
        let filter = self.condition_until_bar()?;
        self.expect_sign(Sign::Bar)?;
        let map = Box::new(self.expression(Context::VALUE)?);
        self.expect_close(Sign::RightBracket, open)?;
        Ok(ExprKind::PatternComprehension { pattern, filter, map })
    }

    fn condition_until_bar(&mut self) -> Result<Option<Box<Expr>>> {
        if !self.eat_keyword(Keyword::Where) {
            return Ok(None);
        }
        Ok(Some(Box::new(self.expression(Context::TRUTH.until_bar())?)))
    }

    /// `base[index]`, `base[from..to]`.
    pub(super) fn element(&mut self, base: Expr) -> Result<ExprKind> {
        let open = self.advance().span;
        let base = Box::new(base);
        let from = if self.at_sign(Sign::Dots) { None } else { Some(Box::new(self.expression(Context::VALUE)?)) };
        let kind = if self.eat_sign(Sign::Dots) {
            let open_end = self.at_sign(Sign::RightBracket);
            let to = if open_end { None } else { Some(Box::new(self.expression(Context::VALUE)?)) };
            ExprKind::Slice(base, from, to)
        } else {
            match from {
                Some(index) => ExprKind::Index(base, index),
                None => ExprKind::Slice(base, None, None),
            }
        };
        self.expect_close(Sign::RightBracket, open)?;
        Ok(kind)
    }

    /// `{key: value, …}`.
    pub(super) fn map(&mut self) -> Result<ExprKind> {
        let open = self.advance().span;
        let mut entries = Vec::new();
        if self.eat_sign(Sign::RightBrace) {
            return Ok(ExprKind::Map(entries));
        }
        loop {
            let key = self.any_name("a key", "键")?;
            self.expect_sign(Sign::Colon)?;
            entries.push((key, self.expression(Context::VALUE)?));
            if !self.eat_sign(Sign::Comma) {
                self.expect_close(Sign::RightBrace, open)?;
                return Ok(ExprKind::Map(entries));
            }
        }
    }

    /// `{.key, .*, key: value, variable}` behind a variable.
    pub(super) fn map_projection(&mut self, base: Expr) -> Result<ExprKind> {
        let open = self.advance().span;
        let mut items = Vec::new();
        if !self.at_sign(Sign::RightBrace) {
            loop {
                items.push(self.map_projection_item()?);
                if !self.eat_sign(Sign::Comma) {
                    break;
                }
            }
        }
        self.expect_close(Sign::RightBrace, open)?;
        Ok(ExprKind::MapProjection(Box::new(base), items))
    }

    fn map_projection_item(&mut self) -> Result<MapProjectionItem> {
        let start = self.span();
        if self.eat_sign(Sign::Dot) {
            if self.eat_sign(Sign::Star) {
                return Ok(MapProjectionItem::All(self.since(start)));
            }
            return self.any_name("a key or `*`", "键或 `*`").map(MapProjectionItem::Property);
        }
        if self.second() == TokenKind::Sign(Sign::Colon) {
            let key = self.any_name("a key", "键")?;
            self.advance();
            return Ok(MapProjectionItem::Entry(key, self.expression(Context::VALUE)?));
        }
        self.name("`.key`, `.*`, `key: value` or a variable", "`.键`、`.*`、`键: 值` 或变量名")
            .map(MapProjectionItem::Variable)
    }
}
