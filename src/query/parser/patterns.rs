//! Path patterns: nodes, relationships, groups, and how a pattern is told from an expression.

use super::cursor::Parser;
use super::operators::Context;
use crate::query::ast::{Direction, Expr, Group, Link, NodePattern, PathPattern, RelationshipPattern, Selector};
use crate::query::error::{Detail, QueryError, Result};
use crate::query::keyword::Keyword;
use crate::query::lexer::{Sign, TokenKind};
use crate::query::span::Span;

impl Parser<'_> {
    /// Comma-separated path patterns.
    pub(super) fn path_patterns(&mut self) -> Result<Vec<PathPattern>> {
        let mut patterns = Vec::new();
        loop {
            patterns.push(self.path_pattern()?);
            if !self.eat_sign(Sign::Comma) {
                return Ok(patterns);
            }
        }
    }

    /// Whether a path pattern is next, where a clause might be instead.
    pub(super) fn at_path(&self) -> bool {
        match self.kind() {
            TokenKind::Sign(Sign::LeftParenthesis) | TokenKind::Keyword(Keyword::All | Keyword::Any) => true,
            _ => self.at_path_variable() || self.shortest(self.position()).is_some(),
        }
    }

    fn at_path_variable(&self) -> bool {
        self.is_name(self.position()) && self.second() == TokenKind::Sign(Sign::Equal)
    }

    /// `[variable =] [selector] path`.
    pub(super) fn path_pattern(&mut self) -> Result<PathPattern> {
        let start = self.span();
        let variable = if self.at_path_variable() { self.eat_name() } else { None };
        if variable.is_some() {
            self.advance();
        }
        let mut path = match self.shortest(self.position()) {
            Some(_) => self.shortest_path()?,
            None => {
                let selector = self.selector()?;
                PathPattern { selector, ..self.path()? }
            }
        };
        path.variable = variable;
        path.span = self.since(start);
        Ok(path)
    }

    /// What `shortestPath(` or `allShortestPaths(` at a token selects.
    pub(super) fn shortest(&self, number: usize) -> Option<Selector> {
        if self.kind_at(number + 1) != TokenKind::Sign(Sign::LeftParenthesis) {
            return None;
        }
        if self.is_word(number, "shortestPath") {
            return Some(Selector::AnyShortest);
        }
        self.is_word(number, "allShortestPaths").then_some(Selector::AllShortest)
    }

    /// `shortestPath(path)`, `allShortestPaths(path)`.
    pub(super) fn shortest_path(&mut self) -> Result<PathPattern> {
        let start = self.span();
        let selector = self.shortest(self.position()).unwrap_or(Selector::All);
        self.advance();
        let open = self.advance().span;
        let path = self.path()?;
        self.expect_close(Sign::RightParenthesis, open)?;
        Ok(PathPattern { selector, span: self.since(start), ..path })
    }

    /// `ALL [SHORTEST] [PATHS]`, `ANY [SHORTEST] [PATH]`, or nothing.
    fn selector(&mut self) -> Result<Selector> {
        let all = self.eat_keyword(Keyword::All);
        if !all && !self.eat_keyword(Keyword::Any) {
            if self.at_keyword(Keyword::Shortest) {
                return Err(self
                    .unexpected("a path", "路径")
                    .hint("write `ANY SHORTEST` or `ALL SHORTEST`", "请写作 `ANY SHORTEST` 或 `ALL SHORTEST`"));
            }
            return Ok(Selector::All);
        }
        let shortest = self.eat_keyword(Keyword::Shortest);
        if !self.eat_keyword(Keyword::Path) {
            self.eat_keyword(Keyword::Paths);
        }
        Ok(match (all, shortest) {
            (true, true) => Selector::AllShortest,
            (true, false) => Selector::All,
            (false, true) => Selector::AnyShortest,
            (false, false) => Selector::Any,
        })
    }

    /// Nodes, and what links them.
    pub(super) fn path(&mut self) -> Result<PathPattern> {
        self.down()?;
        let start = self.span();
        if self.doubly_open(self.position()) && !self.is_group(self.position()) {
            let path = self.path_in_parentheses()?;
            self.up();
            return Ok(path);
        }
        let first = if self.is_group(self.position()) { unnamed(start) } else { self.node()? };
        let mut links = Vec::new();
        loop {
            if self.is_group(self.position()) {
                links.push((Link::Group(self.group()?), self.node_or_unnamed()?));
            } else if self.at_sign(Sign::Minus) || self.at_sign(Sign::Less) {
                let relationship = Link::Relationship(self.relationship()?);
                let grouped = self.is_group(self.position());
                let node = if grouped { unnamed(self.span()) } else { self.node()? };
                links.push((relationship, node));
            } else {
                break;
            }
        }
        self.up();
        let span = self.since(start);
        Ok(PathPattern { variable: None, selector: Selector::All, start: first, links, span })
    }

    /// Parentheses around a whole path, which openCypher takes and which say nothing.
    fn path_in_parentheses(&mut self) -> Result<PathPattern> {
        let open = self.advance().span;
        let path = self.path()?;
        if self.at_keyword(Keyword::Where) {
            let (en, zh) = ("`)`", "`)`");
            return Err(self.unexpected(en, zh).hint(
                "a path in parentheses has a condition of its own only where it is repeated, as in `((a)-->(b) WHERE …)+`",
                "括号中的路径只有在重复时才能带条件，例如 `((a)-->(b) WHERE …)+`",
            ));
        }
        self.expect_close(Sign::RightParenthesis, open)?;
        Ok(PathPattern { span: self.since(open), ..path })
    }

    /// `(path [WHERE condition])quantifier`.
    fn group(&mut self) -> Result<Group> {
        let open = self.advance().span;
        let pattern = Box::new(self.path()?);
        let filter = self.condition()?;
        self.expect_close(Sign::RightParenthesis, open)?;
        if pattern.links.is_empty() {
            let (en, zh) = ("what is repeated has at least one relationship", "被重复的路径至少要有一个关系");
            return Err(QueryError::syntax(Detail::InvalidRelationshipPattern, pattern.span, en, zh));
        }
        let length = match self.quantifier()? {
            Some(length) => length,
            None => return Err(self.unexpected("how often the path is repeated", "路径重复的次数")),
        };
        Ok(Group { pattern, filter, length, span: self.since(open) })
    }

    /// A node if one is next; otherwise one without conditions, where two links meet or a path ends.
    fn node_or_unnamed(&mut self) -> Result<NodePattern> {
        let node = self.at_sign(Sign::LeftParenthesis) && !self.is_group(self.position());
        if node { self.node() } else { Ok(unnamed(self.behind())) }
    }

    /// `(variable:Labels {…} WHERE …)`.
    fn node(&mut self) -> Result<NodePattern> {
        let open = self.span();
        if !self.eat_sign(Sign::LeftParenthesis) {
            return Err(self.unexpected("a node in parentheses", "括号中的节点"));
        }
        let variable = self.eat_name();
        let labels = self.node_labels()?;
        let (properties, filter) = self.conditions()?;
        if !self.eat_sign(Sign::RightParenthesis) {
            let error = self.unclosed(Sign::RightParenthesis, open);
            let nothing_yet = variable.is_none() && labels.is_none() && properties.is_none() && filter.is_none();
            return Err(if nothing_yet {
                self.no_name("a variable, `:` or `)`", "变量名、`:` 或 `)`")
            } else {
                error
            });
        }
        Ok(NodePattern { variable, labels, properties, filter, span: self.since(open) })
    }

    /// `{…}` or `$parameter`, and `WHERE …`.
    fn conditions(&mut self) -> Result<(Option<Expr>, Option<Expr>)> {
        let properties = if self.at_map_or_parameter() { Some(self.atom(Context::VALUE)?) } else { None };
        Ok((properties, self.condition()?))
    }

    /// `-[variable:TYPES*1..3 {…} WHERE …]->{1,3}`.
    fn relationship(&mut self) -> Result<RelationshipPattern> {
        let start = self.span();
        let incoming = self.eat_sign(Sign::Less);
        self.expect_sign(Sign::Minus)?;
        let mut relationship = RelationshipPattern {
            variable: None,
            types: None,
            direction: Direction::Both,
            length: None,
            properties: None,
            filter: None,
            span: start,
        };
        let open = self.span();
        if self.eat_sign(Sign::LeftBracket) {
            relationship.variable = self.eat_name();
            relationship.types = self.relationship_types()?;
            relationship.length = self.length_within()?;
            (relationship.properties, relationship.filter) = self.conditions()?;
            self.expect_close(Sign::RightBracket, open)?;
        }
        self.expect_sign(Sign::Minus)?;
        let outgoing = self.eat_sign(Sign::Greater);
        relationship.direction = match (incoming, outgoing) {
            (true, false) => Direction::Incoming,
            (false, true) => Direction::Outgoing,
            _ => Direction::Both,
        };
        let behind = self.span();
        if let Some(length) = self.quantifier()? {
            if relationship.length.is_some() {
                let (en, zh) = ("the relationship has a length already", "该关系已有长度");
                let span = self.since(behind);
                return Err(QueryError::syntax(Detail::InvalidRelationshipPattern, span, en, zh));
            }
            relationship.length = Some(length);
        }
        relationship.span = self.since(start);
        Ok(relationship)
    }

    // How a pattern is told from an expression in parentheses. All of this looks at a few tokens and at partners of
    // brackets, so it costs the same however long what stands between is.

    /// Whether a path pattern begins at a token, rather than an expression in parentheses.
    pub(super) fn is_path(&self, number: usize) -> bool {
        self.is_linked_node(number) || self.is_group(number) && self.is_linked_node(number + 1)
    }

    /// Whether two parentheses open at a token.
    fn doubly_open(&self, number: usize) -> bool {
        let open = TokenKind::Sign(Sign::LeftParenthesis);
        self.kind_at(number) == open && self.kind_at(number + 1) == open
    }

    /// Whether two parentheses open at a token, and a quantifier stands behind the outer.
    fn is_group(&self, number: usize) -> bool {
        let quantified =
            |after| matches!(self.kind_at(after), TokenKind::Sign(Sign::LeftBrace | Sign::Plus | Sign::Star));
        self.doubly_open(number) && self.after_bracket(number).is_some_and(quantified)
    }

    /// Whether what looks like a node stands at a token, and what looks like a link behind it.
    fn is_linked_node(&self, number: usize) -> bool {
        self.is_node(number) && self.after_bracket(number).is_some_and(|after| self.is_link(after))
    }

    /// Whether the parentheses that open at a token may be those of a node.
    fn is_node(&self, number: usize) -> bool {
        let ends = |n: usize| {
            matches!(self.kind_at(n), TokenKind::Sign(Sign::RightParenthesis) | TokenKind::Keyword(Keyword::Where))
        };
        let goes_on = |n: usize| {
            let labels_or_properties = matches!(
                self.kind_at(n),
                TokenKind::Sign(Sign::Colon | Sign::LeftBrace) | TokenKind::Keyword(Keyword::Is) | TokenKind::Parameter
            );
            labels_or_properties || ends(n)
        };
        if self.kind_at(number) != TokenKind::Sign(Sign::LeftParenthesis) {
            return false;
        }
        match self.kind_at(number + 1) {
            TokenKind::Sign(Sign::Colon) | TokenKind::Keyword(Keyword::Is) => true,
            TokenKind::Sign(Sign::LeftBrace) => self.after_bracket(number + 1).is_some_and(ends),
            TokenKind::Parameter => ends(number + 2),
            _ if self.is_name(number + 1) => goes_on(number + 2),
            _ => ends(number + 1),
        }
    }

    /// Whether the inside of a relationship's brackets may begin at a token, and that of a list cannot.
    fn is_typed(&self, number: usize) -> bool {
        let says = |n| matches!(self.kind_at(n), TokenKind::Sign(Sign::Colon | Sign::Star | Sign::RightBracket));
        says(number) || self.is_name(number) && self.kind_at(number + 1) == TokenKind::Sign(Sign::Colon)
    }

    /// Whether a link may begin at a token that follows a node: `-[…]-`, `--`, `<-`, or a group.
    fn is_link(&self, number: usize) -> bool {
        let sign = |n: usize, sign| self.kind_at(n) == TokenKind::Sign(sign);
        let dash = if sign(number, Sign::Less) { number + 1 } else { number };
        if !sign(dash, Sign::Minus) {
            return self.is_group(number) && self.is_node(number + 1);
        }
        if sign(dash + 1, Sign::LeftBracket) {
            return self.after_bracket(dash + 1).is_some_and(|after| {
                let goes_on = [Sign::Greater, Sign::LeftParenthesis, Sign::LeftBrace];
                sign(after, Sign::Minus) && (goes_on.iter().any(|s| sign(after + 1, *s)) || self.is_typed(dash + 2))
            });
        }
        // `(a) - -(b)` subtracts what is negative, `(a)--(b)` is a pattern.
        if !sign(dash + 1, Sign::Minus) || self.span_at(dash).end != self.span_at(dash + 1).start {
            return false;
        }
        sign(dash + 2, Sign::Greater) || sign(dash + 2, Sign::LeftBrace) || self.is_node(dash + 2)
    }
}

/// A node without conditions, at the beginning of a place.
fn unnamed(span: Span) -> NodePattern {
    NodePattern { span: Span { start: span.start, end: span.start }, ..NodePattern::default() }
}
