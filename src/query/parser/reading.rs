//! Clauses that read, and those that pass rows on.

use super::cursor::Parser;
use super::operators::Context;
use crate::query::ast::{Call, ClauseKind, Name, Paging, Projection, ProjectionItem, SortItem, Yield};
use crate::query::error::Result;
use crate::query::keyword::Keyword;
use crate::query::lexer::{Sign, TokenKind};

impl Parser<'_> {
    /// `[OPTIONAL] MATCH pattern, … [WHERE …]`.
    pub(super) fn match_clause(&mut self) -> Result<ClauseKind> {
        let optional = self.eat_keyword(Keyword::Optional);
        self.expect_keyword(Keyword::Match)?;
        let patterns = self.path_patterns()?;
        let filter = self.condition()?;
        Ok(ClauseKind::Match { optional, patterns, filter })
    }

    /// `UNWIND list AS variable`.
    pub(super) fn unwind(&mut self) -> Result<ClauseKind> {
        self.advance();
        let list = self.expression(Context::VALUE)?;
        self.expect_keyword(Keyword::As)?;
        let variable = self.variable()?;
        Ok(ClauseKind::Unwind { list, variable })
    }

    /// `WITH … [WHERE …]`.
    pub(super) fn with(&mut self) -> Result<ClauseKind> {
        let projection = self.projection()?;
        let filter = self.condition()?;
        Ok(ClauseKind::With { projection, filter })
    }

    /// `RETURN …`.
    pub(super) fn returns(&mut self) -> Result<ClauseKind> {
        self.projection().map(ClauseKind::Return)
    }

    /// `FILTER [WHERE] condition`.
    pub(super) fn filter(&mut self) -> Result<ClauseKind> {
        self.advance();
        self.eat_keyword(Keyword::Where);
        self.expression(Context::TRUTH).map(ClauseKind::Filter)
    }

    /// `LET name = expression, …`.
    pub(super) fn let_clause(&mut self) -> Result<ClauseKind> {
        self.advance();
        let mut bindings = Vec::new();
        loop {
            let variable = self.variable()?;
            self.expect_sign(Sign::Equal)?;
            bindings.push((variable, self.expression(Context::VALUE)?));
            if !self.eat_sign(Sign::Comma) {
                return Ok(ClauseKind::Let(bindings));
            }
        }
    }

    /// `[ORDER BY …] [SKIP … | OFFSET …] [LIMIT …]`.
    pub(super) fn paging(&mut self) -> Result<Paging> {
        let mut paging = Paging::default();
        if self.eat_keyword(Keyword::Order) {
            self.expect_keyword(Keyword::By)?;
            loop {
                paging.order.push(self.sort_item()?);
                if !self.eat_sign(Sign::Comma) {
                    break;
                }
            }
        }
        if self.eat_keyword(Keyword::Skip) || self.eat_keyword(Keyword::Offset) {
            paging.skip = Some(self.expression(Context::VALUE)?);
        }
        if self.eat_keyword(Keyword::Limit) {
            paging.limit = Some(self.expression(Context::VALUE)?);
        }
        Ok(paging)
    }

    fn sort_item(&mut self) -> Result<SortItem> {
        let expression = self.expression(Context::VALUE)?;
        let descending = self.eat_keyword(Keyword::Desc) || self.eat_keyword(Keyword::Descending);
        if !descending && !self.eat_keyword(Keyword::Asc) {
            self.eat_keyword(Keyword::Ascending);
        }
        Ok(SortItem { expression, descending })
    }

    /// What follows `WITH` and `RETURN`.
    fn projection(&mut self) -> Result<Projection> {
        self.advance();
        let distinct = self.eat_keyword(Keyword::Distinct);
        let star = self.at_sign(Sign::Star).then(|| self.advance().span);
        let mut items = Vec::new();
        if star.is_none() || self.eat_sign(Sign::Comma) {
            loop {
                items.push(self.projection_item()?);
                if !self.eat_sign(Sign::Comma) {
                    break;
                }
            }
        }
        let paging = self.paging()?;
        Ok(Projection { distinct, star, items, paging })
    }

    fn projection_item(&mut self) -> Result<ProjectionItem> {
        let expression = self.expression(Context::VALUE)?;
        let alias = if self.eat_keyword(Keyword::As) { Some(self.variable()?) } else { None };
        Ok(ProjectionItem { expression, alias })
    }

    /// `CALL procedure[(arguments)] [YIELD … [WHERE …]]`.
    pub(super) fn call(&mut self) -> Result<ClauseKind> {
        self.advance();
        let name = self.dotted_name("the name of a procedure", "过程名称")?;
        let arguments = if self.at_sign(Sign::LeftParenthesis) { Some(self.arguments()?) } else { None };
        let yields = if self.at_keyword(Keyword::Yield) { Some(self.yields()?) } else { None };
        Ok(ClauseKind::Call(Call { name, arguments, yields }))
    }

    fn yields(&mut self) -> Result<Yield> {
        let start = self.advance().span;
        let mut items = Vec::new();
        let star = self.eat_sign(Sign::Star);
        if !star && !self.eat_sign(Sign::Minus) {
            loop {
                items.push(self.yield_item()?);
                if !self.eat_sign(Sign::Comma) {
                    break;
                }
            }
        }
        let filter = self.condition()?;
        Ok(Yield { star, items, filter, span: self.since(start) })
    }

    fn yield_item(&mut self) -> Result<(Name, Option<Name>)> {
        let column = self.any_name("a column of the procedure", "过程的列名")?;
        let alias = if self.eat_keyword(Keyword::As) { Some(self.variable()?) } else { None };
        Ok((column, alias))
    }

    /// A name whose parts are joined by dots.
    pub(super) fn dotted_name(&mut self, en: &str, zh: &str) -> Result<Name> {
        let mut name = self.any_name(en, zh)?;
        while self.at_sign(Sign::Dot) && self.is_any_name(self.position() + 1) {
            self.advance();
            let part = self.any_name(en, zh)?;
            name.text.push('.');
            name.text.push_str(&part.text);
            name.span = name.span.to(part.span);
        }
        Ok(name)
    }

    /// The name of a variable.
    pub(super) fn variable(&mut self) -> Result<Name> {
        self.name("a variable", "变量名")
    }

    /// Whether a token begins a map.
    pub(super) fn at_map_or_parameter(&self) -> bool {
        self.at_sign(Sign::LeftBrace) || self.kind() == TokenKind::Parameter
    }
}
