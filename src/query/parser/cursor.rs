//! A place among the tokens: what stands here and further on, and what is taken.
//!
//! Here is also what keeps the parser linear (each bracket knows its partner, so that the parser decides by looking ahead and
//! never by trying) and shallow (how deep the tree is, however it grew).

use super::MAX_DEPTH;
use super::literals;
use crate::query::ast::Name;
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::keyword::Keyword;
use crate::query::lexer::{Fault, Sign, Token, TokenKind, tokens};
use crate::query::span::Span;

/// The parser of one text.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    /// Without comments, with an end.
    tokens: Vec<Token>,
    brackets: Vec<Bracket>,
    at: usize,
    /// How deep in the tree the parser is.
    level: u32,
    /// How deep the deepest part is of what was read since [`Parser::begin_operand`].
    peak: u32,
}

/// What is known of the bracket that opens at a token.
#[derive(Clone, Copy, Default)]
struct Bracket {
    /// The token that closes it; 0 where none does, or where no bracket opens.
    partner: u32,
    /// Whether a comma stands directly within.
    has_comma: bool,
    /// Whether a bar stands directly within.
    has_bar: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Result<Self> {
        if text.len() >= u32::MAX as usize {
            let (en, zh) = ("the text is longer than 4 GiB", "文本超过 4 GiB");
            return Err(QueryError::compile(ErrorType::LimitExceeded, Detail::MemoryExceeded, Span::default(), en, zh));
        }
        let mut tokens = tokens(text);
        tokens.retain(|t| t.kind != TokenKind::Comment);
        tokens.push(Token { kind: TokenKind::End, span: Span::new(text.len(), text.len()) });
        let brackets = brackets(&tokens);
        Ok(Self { text, tokens, brackets, at: 0, level: 0, peak: 0 })
    }

    /// The number of the token that is next.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    fn token(&self, number: usize) -> Token {
        self.tokens
            .get(number)
            .or(self.tokens.last())
            .copied()
            .unwrap_or(Token { kind: TokenKind::End, span: Span::default() })
    }

    /// The kind of a token, by its number; the end where there is none.
    pub(super) fn kind_at(&self, number: usize) -> TokenKind {
        self.token(number).kind
    }

    pub(super) fn span_at(&self, number: usize) -> Span {
        self.token(number).span
    }

    /// What is next.
    pub(super) fn kind(&self) -> TokenKind {
        self.kind_at(self.at)
    }

    /// What comes after it.
    pub(super) fn second(&self) -> TokenKind {
        self.kind_at(self.at + 1)
    }

    /// Where the next token stands.
    pub(super) fn span(&self) -> Span {
        self.span_at(self.at)
    }

    /// From a place to the last token taken.
    pub(super) fn since(&self, start: Span) -> Span {
        start.to(self.span_at(self.at.saturating_sub(1)))
    }

    /// The empty place behind the last token taken.
    pub(super) fn behind(&self) -> Span {
        let end = self.span_at(self.at.saturating_sub(1)).end;
        Span { start: end, end }
    }

    /// Takes a token; the end stays.
    pub(super) fn advance(&mut self) -> Token {
        let token = self.token(self.at);
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    pub(super) fn at_sign(&self, sign: Sign) -> bool {
        self.kind() == TokenKind::Sign(sign)
    }

    pub(super) fn at_keyword(&self, keyword: Keyword) -> bool {
        self.kind() == TokenKind::Keyword(keyword)
    }

    /// Takes a sign if it is next.
    pub(super) fn eat_sign(&mut self, sign: Sign) -> bool {
        let found = self.at_sign(sign);
        self.at += usize::from(found);
        found
    }

    /// Takes a keyword if it is next.
    pub(super) fn eat_keyword(&mut self, keyword: Keyword) -> bool {
        let found = self.at_keyword(keyword);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_sign(&mut self, sign: Sign) -> Result<()> {
        if self.eat_sign(sign) {
            return Ok(());
        }
        let wanted = format!("`{}`", sign.text());
        Err(self.unexpected(&wanted, &wanted))
    }

    /// Takes the sign that closes a bracket.
    pub(super) fn expect_close(&mut self, sign: Sign, open: Span) -> Result<()> {
        if self.eat_sign(sign) {
            return Ok(());
        }
        Err(self.unclosed(sign, open))
    }

    pub(super) fn expect_keyword(&mut self, keyword: Keyword) -> Result<()> {
        if self.eat_keyword(keyword) {
            return Ok(());
        }
        let wanted = format!("`{}`", keyword.word());
        Err(self.unexpected(&wanted, &wanted))
    }

    /// Whether a token can name a variable.
    pub(super) fn is_name(&self, number: usize) -> bool {
        match self.kind_at(number) {
            TokenKind::Name | TokenKind::QuotedName => true,
            TokenKind::Keyword(keyword) => !keyword.is_reserved(),
            _ => false,
        }
    }

    /// Whether a token can name a label, a type or a key: any word can.
    pub(super) fn is_any_name(&self, number: usize) -> bool {
        matches!(self.kind_at(number), TokenKind::Name | TokenKind::QuotedName | TokenKind::Keyword(_))
    }

    /// Whether a token is this word, which is none of the language's, in whatever case.
    pub(super) fn is_word(&self, number: usize, word: &str) -> bool {
        let token = self.token(number);
        token.kind == TokenKind::Name && token.span.of(self.text).eq_ignore_ascii_case(word)
    }

    /// Takes the name of a variable.
    pub(super) fn name(&mut self, en: &str, zh: &str) -> Result<Name> {
        if !self.is_name(self.at) {
            return Err(self.no_name(en, zh));
        }
        Ok(self.taken_name())
    }

    /// Takes the name of a variable if one is next.
    pub(super) fn eat_name(&mut self) -> Option<Name> {
        self.is_name(self.at).then(|| self.taken_name())
    }

    /// Takes the name of a label, a type or a key.
    pub(super) fn any_name(&mut self, en: &str, zh: &str) -> Result<Name> {
        if !self.is_any_name(self.at) {
            return Err(self.unexpected(en, zh));
        }
        Ok(self.taken_name())
    }

    fn taken_name(&mut self) -> Name {
        let Token { kind, span } = self.advance();
        let written = span.of(self.text);
        if kind != TokenKind::QuotedName {
            return Name { text: written.to_owned(), span };
        }
        // A quoted name may even be empty.
        Name { text: literals::unquoted(written), span }
    }

    /// The number of the token after the bracket that opens at a token, if it is closed.
    pub(super) fn after_bracket(&self, number: usize) -> Option<usize> {
        let partner = self.brackets.get(number)?.partner as usize;
        (partner > 0).then_some(partner + 1)
    }

    /// Whether a comma stands directly within the bracket that opens at a token.
    pub(super) fn has_comma(&self, number: usize) -> bool {
        self.brackets.get(number).is_some_and(|b| b.has_comma)
    }

    /// Whether a bar stands directly within the bracket that opens at a token.
    pub(super) fn has_bar(&self, number: usize) -> bool {
        self.brackets.get(number).is_some_and(|b| b.has_bar)
    }

    /// Goes a level down the tree; [`Parser::up`] comes back, except after an error.
    pub(super) fn down(&mut self) -> Result<()> {
        self.level += 1;
        self.peak = self.peak.max(self.level);
        if self.level > MAX_DEPTH { Err(self.too_deep()) } else { Ok(()) }
    }

    pub(super) fn up(&mut self) {
        self.level -= 1;
    }

    /// Begins to measure the operand that comes next; gives back the measure before it, for [`Parser::end_operand`].
    pub(super) fn begin_operand(&mut self) -> u32 {
        std::mem::replace(&mut self.peak, self.level)
    }

    pub(super) fn end_operand(&mut self, before: u32) {
        self.peak = self.peak.max(before);
    }

    /// Puts the operand that was measured some levels deeper: an operator was put above it. A long chain of operators
    /// makes a tree as deep as many brackets do, and whoever walks it needs as much stack.
    pub(super) fn sink(&mut self, levels: u32) -> Result<()> {
        self.peak += levels;
        if self.peak > MAX_DEPTH { Err(self.too_deep()) } else { Ok(()) }
    }

    /// Whether a token is an unreadable number.
    pub(super) fn at_bad_number(&self) -> bool {
        self.kind() == TokenKind::Error(Fault::Number)
    }
}

/// The partners of all brackets. What is open at a semicolon is never closed; a bracket of the wrong kind closes nothing.
fn brackets(tokens: &[Token]) -> Vec<Bracket> {
    let mut brackets = vec![Bracket::default(); tokens.len()];
    let mut open: Vec<(usize, Sign)> = Vec::new();
    for (number, token) in tokens.iter().enumerate() {
        let TokenKind::Sign(sign) = token.kind else { continue };
        match sign {
            Sign::LeftParenthesis => open.push((number, Sign::RightParenthesis)),
            Sign::LeftBracket => open.push((number, Sign::RightBracket)),
            Sign::LeftBrace => open.push((number, Sign::RightBrace)),
            Sign::Semicolon => open.clear(),
            _ => {}
        }
        let Some(&(opened, closes)) = open.last() else { continue };
        let bracket = &mut brackets[opened];
        match sign {
            Sign::Comma => bracket.has_comma = true,
            Sign::Bar => bracket.has_bar = true,
            _ if sign == closes => {
                bracket.partner = number as u32;
                open.pop();
            }
            _ => {}
        }
    }
    brackets
}
