//! Expressions: which operator binds its operands, by strength.

use super::balance::{balanced, levels};
use super::cursor::Parser;
use super::labels::Of;
use super::literals;
use crate::query::ast::{BinaryOp, Expr, ExprKind, LabelExpr, UnaryOp};
use crate::query::error::Result;
use crate::query::keyword::Keyword;
use crate::query::lexer::{Sign, TokenKind};
use crate::query::span::Span;

/// What is known of the place where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// Whether a truth is wanted, so that a pattern may stand for whether it matches.
    pub(super) truth: bool,
    /// Whether a bar ends the expression, as in a comprehension, so that it cannot join labels.
    pub(super) until_bar: bool,
}

impl Context {
    /// Where any value is wanted.
    pub(super) const VALUE: Self = Self { truth: false, until_bar: false };
    /// Where a truth is wanted.
    pub(super) const TRUTH: Self = Self { truth: true, until_bar: false };

    /// The same, where a bar ends the expression.
    pub(super) fn until_bar(self) -> Self {
        Self { until_bar: true, ..self }
    }

    /// The same within brackets.
    pub(super) fn within(self) -> Self {
        Self { until_bar: false, ..self }
    }
}

/// How strongly operators bind, the weakest first. The order is that of the openCypher grammar, where predicates such as
/// `IN` bind more strongly than comparisons.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Strength {
    Or,
    Xor,
    And,
    /// `NOT`, which stands before its operand.
    Not,
    Comparison,
    /// `IN`, `STARTS WITH`, `IS NULL` and their like.
    Predicate,
    Sum,
    Product,
    Power,
    /// A sign before its operand, and nothing weaker.
    Sign,
}

/// An operator behind its left operand.
enum Operator {
    Binary(BinaryOp, Strength),
    /// `IS …`.
    Is,
}

impl Operator {
    fn strength(&self) -> Strength {
        match self {
            Self::Binary(_, strength) => *strength,
            Self::Is => Strength::Predicate,
        }
    }
}

impl Parser<'_> {
    /// An expression.
    pub(super) fn expression(&mut self, context: Context) -> Result<Expr> {
        self.operation(Strength::Or, context)
    }

    /// Comma-separated expressions, at least one.
    pub(super) fn expressions(&mut self) -> Result<Vec<Expr>> {
        let mut expressions = Vec::new();
        loop {
            expressions.push(self.expression(Context::VALUE)?);
            if !self.eat_sign(Sign::Comma) {
                return Ok(expressions);
            }
        }
    }

    /// An expression of operators that bind at least so strongly.
    fn operation(&mut self, least: Strength, context: Context) -> Result<Expr> {
        self.down()?;
        let before = self.begin_operand();
        let mut left = if least <= Strength::Not && self.at_keyword(Keyword::Not) {
            self.negation_of(context)?
        } else {
            self.signed(context)?
        };
        while let Some(operator) = self.operator().filter(|o| o.strength() >= least) {
            left = match operator {
                Operator::Is => self.is(left, context)?,
                Operator::Binary(op, strength) => match strength {
                    Strength::Or | Strength::Xor | Strength::And => self.junction(left, op, strength, context)?,
                    Strength::Comparison => self.comparison(left, context)?,
                    _ => self.binary(left, op, strength, context)?,
                },
            };
        }
        self.end_operand(before);
        self.up();
        Ok(left)
    }

    /// The operator that is next; it is not taken.
    fn operator(&self) -> Option<Operator> {
        let (op, strength) = match self.kind() {
            TokenKind::Sign(sign) => match sign {
                Sign::Plus => (BinaryOp::Add, Strength::Sum),
                Sign::Minus => (BinaryOp::Subtract, Strength::Sum),
                Sign::DoubleBar => (BinaryOp::Concatenate, Strength::Sum),
                Sign::Star => (BinaryOp::Multiply, Strength::Product),
                Sign::Slash => (BinaryOp::Divide, Strength::Product),
                Sign::Percent => (BinaryOp::Modulo, Strength::Product),
                Sign::Caret => (BinaryOp::Power, Strength::Power),
                Sign::Matches => (BinaryOp::Matches, Strength::Predicate),
                _ => (comparison(sign)?, Strength::Comparison),
            },
            TokenKind::Keyword(keyword) => match keyword {
                Keyword::Or => (BinaryOp::Or, Strength::Or),
                Keyword::Xor => (BinaryOp::Xor, Strength::Xor),
                Keyword::And => (BinaryOp::And, Strength::And),
                Keyword::In => (BinaryOp::In, Strength::Predicate),
                Keyword::Starts => (BinaryOp::StartsWith, Strength::Predicate),
                Keyword::Ends => (BinaryOp::EndsWith, Strength::Predicate),
                Keyword::Contains => (BinaryOp::Contains, Strength::Predicate),
                Keyword::Is => return Some(Operator::Is),
                _ => return None,
            },
            _ => return None,
        };
        Some(Operator::Binary(op, strength))
    }

    /// The operand that follows an operator; it binds more strongly.
    fn operand(&mut self, operator: Strength, context: Context) -> Result<Expr> {
        let least = match operator {
            Strength::Or => Strength::Xor,
            Strength::Xor => Strength::And,
            Strength::And => Strength::Not,
            Strength::Not => Strength::Comparison,
            Strength::Comparison => Strength::Predicate,
            Strength::Predicate => Strength::Sum,
            Strength::Sum => Strength::Product,
            Strength::Product => Strength::Power,
            Strength::Power | Strength::Sign => Strength::Sign,
        };
        self.operation(least, context)
    }

    /// `a AND b AND c`, and the same with `OR` and `XOR`.
    fn junction(&mut self, left: Expr, op: BinaryOp, strength: Strength, context: Context) -> Result<Expr> {
        // The left operand was measured where it stood; the others are measured a level deeper, as operands of one operator.
        self.sink(1)?;
        let keyword = self.kind();
        let mut operands = vec![left];
        while self.kind() == keyword {
            self.advance();
            operands.push(self.operand(strength, context)?);
        }
        self.sink(levels(operands.len()).saturating_sub(1))?;
        let join = |left: Box<Expr>, right: Box<Expr>| {
            let span = left.span.to(right.span);
            Expr { kind: ExprKind::Binary(op, left, right), span }
        };
        balanced(operands, join).ok_or_else(|| self.no_expression())
    }

    /// `a < b`, `a < b <= c`.
    fn comparison(&mut self, left: Expr, context: Context) -> Result<Expr> {
        self.sink(1)?;
        let mut chain = Vec::new();
        while let TokenKind::Sign(sign) = self.kind()
            && let Some(op) = comparison(sign)
        {
            self.advance();
            chain.push((op, self.operand(Strength::Comparison, context)?));
        }
        let span = self.since(left.span);
        let left = Box::new(left);
        let kind = match chain.pop() {
            Some((op, right)) if chain.is_empty() => ExprKind::Binary(op, left, Box::new(right)),
            last => {
                chain.extend(last);
                ExprKind::Comparison(left, chain)
            }
        };
        Ok(Expr { kind, span })
    }

    fn binary(&mut self, left: Expr, op: BinaryOp, strength: Strength, context: Context) -> Result<Expr> {
        self.advance();
        if matches!(op, BinaryOp::StartsWith | BinaryOp::EndsWith) {
            self.expect_keyword(Keyword::With)?;
        }
        self.sink(1)?;
        let right = self.operand(strength, context)?;
        let span = left.span.to(right.span);
        Ok(Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span })
    }

    /// `IS [NOT] NULL`, `IS [NOT] [LABELED] labels`.
    fn is(&mut self, left: Expr, context: Context) -> Result<Expr> {
        self.advance();
        let negated = self.eat_keyword(Keyword::Not);
        self.sink(1)?;
        let start = left.span;
        let operand = Box::new(left);
        if self.eat_keyword(Keyword::Null) {
            return Ok(Expr { kind: ExprKind::IsNull { operand, negated }, span: self.since(start) });
        }
        if self.begins_labels(self.position() + 1) {
            self.eat_keyword(Keyword::Labeled);
        }
        if !self.begins_labels(self.position()) {
            return Err(self.unexpected("`NULL`, `NOT NULL` or a label", "`NULL`、`NOT NULL` 或标签"));
        }
        let labels = self.labels(of_node(context))?;
        self.sink(1)?;
        let labels = if negated { LabelExpr::Not(Box::new(labels)) } else { labels };
        Ok(Expr { kind: ExprKind::HasLabels(operand, labels), span: self.since(start) })
    }

    fn begins_labels(&self, number: usize) -> bool {
        match self.kind_at(number) {
            TokenKind::Sign(Sign::Exclamation | Sign::Percent | Sign::LeftParenthesis) => true,
            _ => self.is_name(number),
        }
    }

    /// `NOT operand`, as many times as it is said.
    fn negation_of(&mut self, context: Context) -> Result<Expr> {
        let mut signs = Vec::new();
        while self.at_keyword(Keyword::Not) {
            signs.push((UnaryOp::Not, self.advance().span));
        }
        let operand = self.operand(Strength::Not, context)?;
        self.applied(signs, operand)
    }

    /// An operand with signs before it. A sign becomes part of the number that follows it, so that the least integer
    /// can be written.
    fn signed(&mut self, context: Context) -> Result<Expr> {
        let mut signs = Vec::new();
        loop {
            let op = match self.kind() {
                TokenKind::Sign(Sign::Minus) => UnaryOp::Minus,
                TokenKind::Sign(Sign::Plus) => UnaryOp::Plus,
                _ => break,
            };
            signs.push((op, self.advance().span));
        }
        let bare = match self.second() {
            TokenKind::Sign(Sign::Dot | Sign::LeftBracket | Sign::Colon) => false,
            _ => matches!(self.kind(), TokenKind::Integer | TokenKind::Float),
        };
        if let Some(&(UnaryOp::Minus, start)) = signs.last()
            && bare
        {
            signs.pop();
            let number = self.negative_number(start)?;
            return self.applied(signs, number);
        }
        let operand = self.labelled_subject(context)?;
        self.applied(signs, operand)
    }

    /// Puts operators above an operand, the last one nearest to it.
    fn applied(&mut self, operators: Vec<(UnaryOp, Span)>, operand: Expr) -> Result<Expr> {
        self.sink(u32::try_from(operators.len()).unwrap_or(u32::MAX / 2))?;
        Ok(operators.into_iter().rev().fold(operand, |operand, (op, start)| {
            let span = start.to(operand.span);
            Expr { kind: ExprKind::Unary(op, Box::new(operand)), span }
        }))
    }

    /// The number after a minus sign, with it.
    fn negative_number(&mut self, sign: Span) -> Result<Expr> {
        let token = self.advance();
        let (digits, span) = (token.span.of(self.text), sign.to(token.span));
        let kind = if token.kind == TokenKind::Integer {
            ExprKind::Integer(literals::integer(digits, true, span)?)
        } else {
            ExprKind::Float(-literals::float(digits, span)?)
        };
        Ok(Expr { kind, span })
    }

    /// An operand, and the labels that it may have: `n:Label`.
    fn labelled_subject(&mut self, context: Context) -> Result<Expr> {
        let subject = self.subject(context)?;
        if !self.eat_sign(Sign::Colon) {
            return Ok(subject);
        }
        let labels = self.labels(of_node(context))?;
        self.sink(1)?;
        let span = self.since(subject.span);
        Ok(Expr { kind: ExprKind::HasLabels(Box::new(subject), labels), span })
    }

    /// An atom with the keys, indices and slices behind it.
    pub(super) fn subject(&mut self, context: Context) -> Result<Expr> {
        let mut subject = self.atom(context)?;
        loop {
            let start = subject.span;
            let kind = if self.eat_sign(Sign::Dot) {
                ExprKind::Property(Box::new(subject), self.any_name("a key", "键")?)
            } else if self.at_sign(Sign::LeftBracket) {
                self.element(subject)?
            } else {
                return Ok(subject);
            };
            self.sink(1)?;
            subject = Expr { kind, span: self.since(start) };
        }
    }
}

fn comparison(sign: Sign) -> Option<BinaryOp> {
    match sign {
        Sign::Equal => Some(BinaryOp::Equal),
        Sign::NotEqual => Some(BinaryOp::NotEqual),
        Sign::Less => Some(BinaryOp::Less),
        Sign::LessOrEqual => Some(BinaryOp::LessOrEqual),
        Sign::Greater => Some(BinaryOp::Greater),
        Sign::GreaterOrEqual => Some(BinaryOp::GreaterOrEqual),
        _ => None,
    }
}

fn of_node(context: Context) -> Of {
    if context.until_bar { Of::NodeUntilBar } else { Of::Node }
}
