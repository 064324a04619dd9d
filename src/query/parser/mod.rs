//! Query text to syntax tree.
//!
//! The parser descends recursively and looks ahead as far as it must, but it never goes back: its time is linear in the
//! text, whatever the text is. How deep it descends is bounded ([`MAX_DEPTH`]). The grammar is openCypher's, with the parts
//! of GQL that the language takes over; what depends on names, types or scopes is left to the analysis.
//!
//! `cursor` holds the tokens, `complaints` what is said about unexpected ones. `queries` puts clauses together, `reading` and
//! `writing` are the clauses; then come `patterns` with `labels` and `lengths`, and expressions: `operators` binds them by
//! strength (`balance` keeps long chains shallow), `atoms` are what is bound, `collections` what stands in brackets and braces, `calls` what is called by name.

mod atoms;
mod balance;
mod calls;
mod collections;
mod complaints;
mod cursor;
mod labels;
mod lengths;
mod literals;
mod operators;
mod patterns;
mod queries;
mod reading;
#[cfg(test)]
mod tests;
mod writing;

use cursor::Parser;

use super::ast::{Body, Mode, Shown, Statement};
use super::error::Result;
use super::keyword::Keyword;
use super::lexer::{Sign, TokenKind};

/// How deep a query may be nested: brackets, operators above their operands, subqueries. The tree of a query is not deeper
/// either, so that whoever walks it recursively knows how much stack that takes. Parsing takes half of a stack of 2 MiB at
/// the most, as debug builds are set up here. Operands of `AND`, `OR`, `XOR` and labels joined in a row count as many levels as the
/// logarithm of their number; other operators in a row, such as `+`, count one each.
pub const MAX_DEPTH: u32 = 200;

/// Parses one statement. A semicolon may follow.
///
/// # Errors
/// A `SyntaxError` with its place; `LimitExceeded` where the text is nested deeper than [`MAX_DEPTH`].
pub fn parse(text: &str) -> Result<Statement> {
    let mut parser = Parser::new(text)?;
    let statement = parser.statement()?;
    while parser.eat_sign(Sign::Semicolon) {}
    match parser.kind() {
        TokenKind::End => Ok(statement),
        _ => Err(parser.unexpected("a single statement", "单条语句")),
    }
}

/// Parses any number of statements with semicolons between them. Their places are those in the whole text.
///
/// # Errors
/// As [`parse`], for the first statement that is wrong.
pub fn parse_all(text: &str) -> Result<Vec<Statement>> {
    let mut parser = Parser::new(text)?;
    let mut statements = Vec::new();
    loop {
        while parser.eat_sign(Sign::Semicolon) {}
        if parser.kind() == TokenKind::End {
            return Ok(statements);
        }
        statements.push(parser.statement()?);
    }
}

impl Parser<'_> {
    /// A statement, and that nothing but a semicolon or the end follows.
    fn statement(&mut self) -> Result<Statement> {
        let start = self.span();
        let mode = match self.kind() {
            TokenKind::Keyword(Keyword::Explain) => Mode::Explain,
            TokenKind::Keyword(Keyword::Profile) => Mode::Profile,
            _ => Mode::Run,
        };
        if mode != Mode::Run {
            self.advance();
        }
        let body = if self.at_keyword(Keyword::Show) { self.show()? } else { Body::Query(self.whole_query()?) };
        if !matches!(self.kind(), TokenKind::End | TokenKind::Sign(Sign::Semicolon)) {
            return Err(self.unexpected("a clause or the end of the query", "子句或查询结尾"));
        }
        Ok(Statement { mode, body, span: self.since(start) })
    }

    fn show(&mut self) -> Result<Body> {
        let start = self.advance().span;
        let shown = match self.kind() {
            TokenKind::Keyword(Keyword::Procedures) => Shown::Procedures,
            TokenKind::Keyword(Keyword::Functions) => Shown::Functions,
            TokenKind::Keyword(Keyword::Labels) => Shown::Labels,
            TokenKind::Keyword(Keyword::Catalogs) => Shown::Catalogs,
            _ => {
                let words = "`PROCEDURES`, `FUNCTIONS`, `LABELS`";
                return Err(self.unexpected(&format!("{words} or `CATALOGS`"), &format!("{words} 或 `CATALOGS`")));
            }
        };
        self.advance();
        Ok(Body::Show(shown, self.since(start)))
    }
}
