//! Clauses that write.

use super::cursor::Parser;
use super::operators::Context;
use crate::query::ast::{
    ClauseKind, Expr, ExprKind, LabelExpr, Link, Name, NodePattern, PathPattern, RemoveItem, Selector, SetItem,
};
use crate::query::error::{Detail, QueryError, Result};
use crate::query::keyword::Keyword;
use crate::query::lexer::{Sign, TokenKind};
use crate::query::span::Span;

impl Parser<'_> {
    /// `CREATE pattern, …`.
    pub(super) fn create(&mut self) -> Result<ClauseKind> {
        self.advance();
        let patterns = self.path_patterns()?;
        patterns.iter().try_for_each(writable)?;
        Ok(ClauseKind::Create(patterns))
    }

    /// `MERGE pattern [ON CREATE SET …] [ON MATCH SET …]`.
    pub(super) fn merge(&mut self) -> Result<ClauseKind> {
        self.advance();
        let pattern = self.path_pattern()?;
        writable(&pattern)?;
        let (mut on_create, mut on_match) = (Vec::new(), Vec::new());
        while self.eat_keyword(Keyword::On) {
            let items = if self.eat_keyword(Keyword::Create) {
                &mut on_create
            } else if self.eat_keyword(Keyword::Match) {
                &mut on_match
            } else {
                return Err(self.unexpected("`CREATE` or `MATCH`", "`CREATE` 或 `MATCH`"));
            };
            self.expect_keyword(Keyword::Set)?;
            self.set_items(items)?;
        }
        Ok(ClauseKind::Merge { pattern, on_create, on_match })
    }

    /// `SET …`.
    pub(super) fn set(&mut self) -> Result<ClauseKind> {
        self.advance();
        let mut items = Vec::new();
        self.set_items(&mut items)?;
        Ok(ClauseKind::Set(items))
    }

    fn set_items(&mut self, items: &mut Vec<SetItem>) -> Result<()> {
        loop {
            items.push(self.set_item()?);
            if !self.eat_sign(Sign::Comma) {
                return Ok(());
            }
        }
    }

    fn set_item(&mut self) -> Result<SetItem> {
        if self.is_name(self.position()) {
            match self.second() {
                TokenKind::Sign(Sign::Colon) => {
                    let (variable, labels) = self.labelled()?;
                    return Ok(SetItem::Labels { variable, labels });
                }
                TokenKind::Sign(Sign::Equal) => {
                    let variable = self.variable()?;
                    self.advance();
                    return Ok(SetItem::Replace { variable, value: self.expression(Context::VALUE)? });
                }
                TokenKind::Sign(Sign::PlusEqual) => {
                    let variable = self.variable()?;
                    self.advance();
                    return Ok(SetItem::Extend { variable, value: self.expression(Context::VALUE)? });
                }
                _ => {}
            }
        }
        let (target, key) = self.property()?;
        self.expect_sign(Sign::Equal)?;
        Ok(SetItem::Property { target, key, value: self.expression(Context::VALUE)? })
    }

    /// `REMOVE …`.
    pub(super) fn remove(&mut self) -> Result<ClauseKind> {
        self.advance();
        let mut items = Vec::new();
        loop {
            let labels = self.is_name(self.position()) && self.second() == TokenKind::Sign(Sign::Colon);
            items.push(if labels {
                let (variable, labels) = self.labelled()?;
                RemoveItem::Labels { variable, labels }
            } else {
                let (target, key) = self.property()?;
                RemoveItem::Property { target, key }
            });
            if !self.eat_sign(Sign::Comma) {
                return Ok(ClauseKind::Remove(items));
            }
        }
    }

    /// `[DETACH | NODETACH] DELETE expression, …`.
    pub(super) fn delete(&mut self) -> Result<ClauseKind> {
        let detach = self.eat_keyword(Keyword::Detach);
        if !detach {
            self.eat_keyword(Keyword::NoDetach);
        }
        self.expect_keyword(Keyword::Delete)?;
        let expressions = self.expressions()?;
        Ok(ClauseKind::Delete { detach, expressions })
    }

    /// `variable:Label…`.
    fn labelled(&mut self) -> Result<(Name, Vec<Name>)> {
        let variable = self.variable()?;
        let mut labels = Vec::new();
        while self.eat_sign(Sign::Colon) {
            labels.push(self.any_name("a label", "标签")?);
        }
        Ok((variable, labels))
    }

    /// `expression.key`, taken apart.
    fn property(&mut self) -> Result<(Expr, Name)> {
        let before = self.begin_operand();
        let expression = self.subject(Context::VALUE)?;
        self.end_operand(before);
        match expression.kind {
            ExprKind::Property(target, key) => Ok((*target, key)),
            _ => {
                let (en, zh) = ("only a property or labels can be set or removed", "只能设置或移除属性与标签");
                Err(QueryError::syntax(Detail::UnexpectedSyntax, expression.span, en, zh)
                    .hint("write `variable.key` or `variable:Label`", "请写作 `变量.键` 或 `变量:标签`"))
            }
        }
    }
}

/// Refuses what GQL adds to patterns that are looked for: it says nothing of what is to be written.
fn writable(pattern: &PathPattern) -> Result<()> {
    if pattern.selector != Selector::All {
        return Err(unwritable(pattern.span, "which paths are wanted", "路径选择"));
    }
    writable_node(&pattern.start)?;
    for (link, node) in &pattern.links {
        match link {
            Link::Group(group) => return Err(unwritable(group.span, "a repeated path", "重复路径")),
            Link::Relationship(relationship) => {
                if let Some(filter) = &relationship.filter {
                    return Err(unwritable(filter.span, "a condition", "条件"));
                }
            }
        }
        writable_node(node)?;
    }
    Ok(())
}

fn writable_node(node: &NodePattern) -> Result<()> {
    if let Some(filter) = &node.filter {
        return Err(unwritable(filter.span, "a condition", "条件"));
    }
    if node.labels.as_ref().is_some_and(|labels| !all_at_once(labels)) {
        return Err(unwritable(node.span, "a choice of labels", "标签表达式"));
    }
    Ok(())
}

/// Whether a label expression is only labels that a node has all at once.
fn all_at_once(labels: &LabelExpr) -> bool {
    match labels {
        LabelExpr::Name(_) => true,
        LabelExpr::And(a, b) => all_at_once(a) && all_at_once(b),
        LabelExpr::Or(..) | LabelExpr::Not(_) | LabelExpr::Any(_) => false,
    }
}

fn unwritable(span: Span, en: &str, zh: &str) -> Box<QueryError> {
    QueryError::syntax(
        Detail::UnexpectedSyntax,
        span,
        format!("{en} cannot stand in a pattern that is written"),
        format!("要写入的模式中不能有{zh}"),
    )
}
