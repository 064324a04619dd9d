//! Label expressions: `:A|B&!C`, `:A:B`, `IS A`.

use super::balance::{balanced, levels};
use super::cursor::Parser;
use crate::query::ast::LabelExpr;
use crate::query::error::Result;
use crate::query::keyword::Keyword;
use crate::query::lexer::Sign;

/// What a label expression says something about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// A node: `:A:B` is both.
    Node,
    /// A relationship: `:A|:B` is either.
    Relationship,
    /// A node in an expression where a bar ends the expression.
    NodeUntilBar,
}

impl Parser<'_> {
    /// The labels of a node pattern.
    pub(super) fn node_labels(&mut self) -> Result<Option<LabelExpr>> {
        self.introduced(Of::Node)
    }

    /// The types of a relationship pattern.
    pub(super) fn relationship_types(&mut self) -> Result<Option<LabelExpr>> {
        self.introduced(Of::Relationship)
    }

    fn introduced(&mut self, of: Of) -> Result<Option<LabelExpr>> {
        if self.eat_sign(Sign::Colon) || self.eat_keyword(Keyword::Is) { self.labels(of).map(Some) } else { Ok(None) }
    }

    /// A label expression, without what introduces it.
    pub(super) fn labels(&mut self, of: Of) -> Result<LabelExpr> {
        let before = self.begin_operand();
        let mut choices = vec![self.conjunction(of)?];
        while of != Of::NodeUntilBar && self.eat_sign(Sign::Bar) {
            if of == Of::Relationship {
                self.eat_sign(Sign::Colon);
            }
            choices.push(self.conjunction(of)?);
        }
        let labels = self.joined(choices, LabelExpr::Or)?;
        self.end_operand(before);
        Ok(labels)
    }

    fn conjunction(&mut self, of: Of) -> Result<LabelExpr> {
        let before = self.begin_operand();
        let mut parts = vec![self.negation(of)?];
        while self.eat_sign(Sign::Ampersand) || of != Of::Relationship && self.eat_sign(Sign::Colon) {
            parts.push(self.negation(of)?);
        }
        let labels = self.joined(parts, LabelExpr::And)?;
        self.end_operand(before);
        Ok(labels)
    }

    fn negation(&mut self, of: Of) -> Result<LabelExpr> {
        let before = self.begin_operand();
        let mut negations = 0;
        while self.eat_sign(Sign::Exclamation) {
            negations += 1;
        }
        let mut labels = self.label(of)?;
        self.sink(negations)?;
        for _ in 0..negations {
            labels = LabelExpr::Not(Box::new(labels));
        }
        self.end_operand(before);
        Ok(labels)
    }

    fn label(&mut self, of: Of) -> Result<LabelExpr> {
        let open = self.span();
        if self.eat_sign(Sign::Percent) {
            return Ok(LabelExpr::Any(open));
        }
        if self.eat_sign(Sign::LeftParenthesis) {
            self.down()?;
            let of = if of == Of::NodeUntilBar { Of::Node } else { of };
            let labels = self.labels(of)?;
            self.expect_close(Sign::RightParenthesis, open)?;
            self.up();
            return Ok(labels);
        }
        let name = match of {
            Of::Relationship => self.any_name("a relationship type", "关系类型"),
            Of::Node | Of::NodeUntilBar => self.any_name("a label", "标签"),
        };
        name.map(LabelExpr::Name)
    }

    /// The labels that an operator joins, as a shallow tree.
    fn joined(
        &mut self,
        parts: Vec<LabelExpr>,
        join: impl Fn(Box<LabelExpr>, Box<LabelExpr>) -> LabelExpr,
    ) -> Result<LabelExpr> {
        self.sink(levels(parts.len()))?;
        balanced(parts, join).ok_or_else(|| self.unexpected("a label", "标签"))
    }
}
