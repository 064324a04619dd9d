//! What begins with a name: variables, functions, and what is written like a function and is none.

use super::cursor::Parser;
use super::operators::Context;
use crate::query::ast::{Expr, ExprKind, Name, Quantifier};
use crate::query::error::Result;
use crate::query::keyword::Keyword;
use crate::query::lexer::{Sign, TokenKind};
use crate::query::span::Span;

impl Parser<'_> {
    /// A variable, a function, or one of the words that take more than arguments.
    pub(super) fn named(&mut self, context: Context) -> Result<ExprKind> {
        let here = self.position();
        if let TokenKind::Keyword(keyword) = self.kind()
            && let Some(kind) = self.special(keyword)?
        {
            return Ok(kind);
        }
        if self.shortest(here).is_some() {
            let path = self.shortest_path()?;
            return self.predicate(path, context).map(|e| e.kind);
        }
        if self.is_function(here) {
            return self.function();
        }
        if !self.is_name(here) {
            return Err(self.no_expression());
        }
        let name = self.variable()?;
        let variable = ExprKind::Variable(name.text);
        if self.at_sign(Sign::LeftBrace) {
            return self.map_projection(Expr { kind: variable, span: name.span });
        }
        Ok(variable)
    }

    /// What a keyword begins, if it is here more than a name.
    fn special(&mut self, keyword: Keyword) -> Result<Option<ExprKind>> {
        let here = self.position();
        let kind = match (keyword, self.second()) {
            (Keyword::Exists | Keyword::Count | Keyword::Collect, TokenKind::Sign(Sign::LeftBrace)) => {
                // A variable of this name may be projected: `count {.key}`.
                if self.kind_at(here + 2) == TokenKind::Sign(Sign::Dot) {
                    return Ok(None);
                }
                self.advance();
                let subquery = Box::new(self.subquery()?);
                match keyword {
                    Keyword::Exists => ExprKind::Exists(subquery),
                    Keyword::Count => ExprKind::Count(subquery),
                    _ => ExprKind::Collect(subquery),
                }
            }
            (Keyword::Exists, TokenKind::Sign(Sign::LeftParenthesis)) if self.is_path(here + 2) => {
                let span = self.advance().span;
                let open = self.advance().span;
                let before = self.span();
                let pattern = Box::new(self.path()?);
                let pattern = Expr { kind: ExprKind::Pattern(pattern), span: self.since(before) };
                self.expect_close(Sign::RightParenthesis, open)?;
                let name = Name { text: span.of(self.text).to_owned(), span };
                ExprKind::Function { name, distinct: false, arguments: vec![pattern] }
            }
            (Keyword::Count, TokenKind::Sign(Sign::LeftParenthesis))
                if self.kind_at(here + 2) == TokenKind::Sign(Sign::Star) =>
            {
                self.advance();
                let open = self.advance().span;
                self.advance();
                self.expect_close(Sign::RightParenthesis, open)?;
                ExprKind::CountStar
            }
            (Keyword::Reduce, TokenKind::Sign(Sign::LeftParenthesis))
                if self.kind_at(here + 3) == TokenKind::Sign(Sign::Equal) =>
            {
                self.reduce()?
            }
            (_, TokenKind::Sign(Sign::LeftParenthesis)) if self.is_membership(here + 2) => {
                let quantifier = match keyword {
                    Keyword::All => Quantifier::All,
                    Keyword::Any => Quantifier::Any,
                    Keyword::None => Quantifier::None,
                    Keyword::Single => Quantifier::Single,
                    _ => return Ok(None),
                };
                self.quantified(quantifier)?
            }
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    /// `all(variable IN list WHERE …)`.
    fn quantified(&mut self, quantifier: Quantifier) -> Result<ExprKind> {
        self.advance();
        let open = self.advance().span;
        let (variable, list) = self.membership()?;
        let filter = self.condition()?.map(Box::new);
        self.expect_close(Sign::RightParenthesis, open)?;
        Ok(ExprKind::Quantifier { quantifier, variable, list, filter })
    }

    /// `reduce(accumulator = initial, variable IN list | step)`.
    fn reduce(&mut self) -> Result<ExprKind> {
        self.advance();
        let open = self.advance().span;
        let accumulator = self.variable()?;
        self.expect_sign(Sign::Equal)?;
        let initial = Box::new(self.expression(Context::VALUE)?);
        self.expect_sign(Sign::Comma)?;
        let (variable, list) = self.membership()?;
        self.expect_sign(Sign::Bar)?;
        let step = Box::new(self.expression(Context::VALUE)?);
        self.expect_close(Sign::RightParenthesis, open)?;
        Ok(ExprKind::Reduce { accumulator, initial, variable, list, step })
    }

    /// Whether a name, dotted or not, and a parenthesis stand at a token. A dotted name that is none is looked through
    /// once, since it is then taken as a variable and its keys.
    fn is_function(&self, number: usize) -> bool {
        let mut last = number;
        while self.kind_at(last + 1) == TokenKind::Sign(Sign::Dot) && self.is_any_name(last + 2) {
            last += 2;
        }
        let named = self.is_name(number) || self.kind_at(number) == TokenKind::Keyword(Keyword::Exists);
        named && self.kind_at(last + 1) == TokenKind::Sign(Sign::LeftParenthesis)
    }

    /// `name(DISTINCT arguments)`.
    fn function(&mut self) -> Result<ExprKind> {
        let name = self.dotted_name("the name of a function", "函数名称")?;
        let open = self.advance().span;
        let distinct = self.eat_keyword(Keyword::Distinct);
        let arguments = self.arguments_until_close(open)?;
        Ok(ExprKind::Function { name, distinct, arguments })
    }

    /// `(arguments)`.
    pub(super) fn arguments(&mut self) -> Result<Vec<Expr>> {
        let open = self.advance().span;
        self.arguments_until_close(open)
    }

    fn arguments_until_close(&mut self, open: Span) -> Result<Vec<Expr>> {
        let arguments = if self.at_sign(Sign::RightParenthesis) { Vec::new() } else { self.expressions()? };
        self.expect_close(Sign::RightParenthesis, open)?;
        Ok(arguments)
    }
}
