//! Binding what writes: `CREATE`, `MERGE`, `SET`, `REMOVE`, `DELETE`.

use std::sync::Arc;

use super::expressions::wrong_type;
use super::patterns::parameter_as_predicate;
use super::types::Ty;
use super::{Binder, already_bound, type_conflict, undefined};
use crate::query::ast::{self, Direction, ExprKind, LabelExpr, Link, RemoveItem, SetItem};
use crate::query::error::{Detail, QueryError, Result};
use crate::query::functions::Type;
use crate::query::plan::expression::{Expression, ExpressionKind, Slot};
use crate::query::plan::{Creation, NewNode, NewRelationship, Plan, Write};
use crate::query::span::Span;
use crate::query::value::Value;

/// Which clause makes something: they differ in what they allow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Making {
    Create,
    Merge,
}

impl Binder<'_> {
    pub(super) fn create(&mut self, input: Plan, patterns: &[ast::PathPattern]) -> Result<Plan> {
        let mut creation = Creation::default();
        for path in patterns {
            self.creation(path, Making::Create, &mut creation)?;
        }
        Ok(Plan::Create { input: Box::new(input), creation, live: self.scope.slots() })
    }

    pub(super) fn merge(
        &mut self,
        input: Plan,
        path: &ast::PathPattern,
        on_create: &[SetItem],
        on_match: &[SetItem],
        span: Span,
    ) -> Result<Plan> {
        // What is made is described first: it refuses what cannot be made.
        let before = self.scope.clone();
        let mut creation = Creation::default();
        let unnamed = ast::PathPattern { variable: None, ..path.clone() };
        if let Some(name) = &path.variable {
            self.refuse_redefinition(name)?;
        }
        self.creation(&unnamed, Making::Merge, &mut creation)?;
        let made = std::mem::replace(&mut self.scope, before);
        let pattern = self.pattern(std::slice::from_ref(&unnamed))?;
        // What is found and what is made has the same slots.
        let mut renamed: Vec<(Slot, Slot)> = Vec::new();
        for (name, slot) in made.sorted() {
            if let Some(found) = self.scope.find(&name).filter(|found| *found != slot) {
                renamed.push((slot, found));
            }
        }
        let positions = anonymous_slots(&pattern, path, &creation, &renamed);
        renamed.extend(positions);
        rename(&mut creation, &renamed);
        let start = pattern.nodes.first().map_or(Slot(0), |n| n.slot);
        let links: Vec<Slot> = pattern.links.iter().map(|l| l.kind.slot()).collect();
        let named = path.variable.as_ref().map(|name| {
            let slot = self.slot(Ty::Of(Type::Path));
            self.scope.add(&name.text, slot);
            (slot, start, links)
        });
        let on_create = self.set_items(on_create)?;
        let on_match = self.set_items(on_match)?;
        let inner = Plan::Match { input: Box::new(Plan::Once), pattern };
        Ok(Plan::Merge {
            input: Box::new(input),
            inner: Box::new(inner),
            creation,
            on_create,
            on_match,
            path: named,
            live: self.scope.slots(),
            span,
        })
    }

    /// Adds what a path makes, and leaves its variables in scope.
    fn creation(&mut self, path: &ast::PathPattern, making: Making, creation: &mut Creation) -> Result<()> {
        let alone = path.links.is_empty();
        if let Some(name) = &path.variable {
            self.refuse_redefinition(name)?;
        }
        let start = self.new_node(&path.start, alone, making, creation)?;
        let mut left = start;
        let mut links = Vec::new();
        for (link, node) in &path.links {
            let Link::Relationship(relationship) = link else {
                return Err(variable_length(path.span));
            };
            if let Some(name) = &relationship.variable {
                self.refuse_redefinition(name)?;
            }
            let ty = self.new_type(relationship, making)?;
            let properties = self.new_properties(relationship.properties.as_ref(), making)?;
            let right = self.new_node(node, false, making, creation)?;
            let slot = self.slot(Ty::Of(Type::Relationship));
            if let Some(name) = &relationship.variable {
                self.refuse_redefinition(name)?;
                self.scope.add(&name.text, slot);
            }
            let (start, end) =
                if relationship.direction == Direction::Incoming { (right, left) } else { (left, right) };
            creation.relationships.push(NewRelationship { slot, ty, start, end, properties, span: relationship.span });
            links.push(slot);
            left = right;
        }
        if let Some(name) = &path.variable {
            let slot = self.slot(Ty::Of(Type::Path));
            self.scope.add(&name.text, slot);
            creation.paths.push((slot, start, links));
        }
        Ok(())
    }

    fn new_node(
        &mut self,
        node: &ast::NodePattern,
        alone: bool,
        making: Making,
        creation: &mut Creation,
    ) -> Result<Slot> {
        if let Some(name) = &node.variable
            && let Some(slot) = self.scope.find(&name.text)
        {
            let ty = self.types[slot.index()].clone();
            let says_more = node.labels.is_some() || node.properties.is_some() || node.filter.is_some();
            if alone || says_more {
                return Err(already_bound(name));
            }
            if !ty.may_be_node() {
                return Err(type_conflict(name, &ty, "Node"));
            }
            return Ok(slot);
        }
        if let Some(filter) = &node.filter {
            return Err(condition_in_creation(filter.span));
        }
        let labels = match &node.labels {
            Some(labels) => conjunction(labels)?,
            None => Vec::new(),
        };
        let properties = self.new_properties(node.properties.as_ref(), making)?;
        let slot = self.slot(Ty::Of(Type::Node));
        if let Some(name) = &node.variable {
            self.scope.add(&name.text, slot);
        }
        creation.nodes.push(NewNode { slot, labels, properties, span: node.span });
        Ok(slot)
    }

    /// The one type of a relationship that is made.
    fn new_type(&self, relationship: &ast::RelationshipPattern, making: Making) -> Result<Arc<str>> {
        if relationship.length.is_some() {
            return Err(variable_length(relationship.span));
        }
        if let Some(filter) = &relationship.filter {
            return Err(condition_in_creation(filter.span));
        }
        let Some(LabelExpr::Name(name)) = &relationship.types else {
            return Err(QueryError::syntax(
                Detail::NoSingleRelationshipType,
                relationship.span,
                "a relationship that is made needs exactly one type",
                "新建的关系必须恰好有一个类型",
            ));
        };
        if making == Making::Create && relationship.direction == Direction::Both {
            return Err(QueryError::syntax(
                Detail::RequiresDirectedRelationship,
                relationship.span,
                "a relationship that is created needs a direction",
                "新建的关系必须有方向",
            )
            .hint("write `-->` or `<--`", "请写成 `-->` 或 `<--`"));
        }
        Ok(Arc::from(name.text.as_str()))
    }

    fn new_properties(&mut self, properties: Option<&ast::Expr>, making: Making) -> Result<Option<Expression>> {
        let Some(properties) = properties else { return Ok(None) };
        if making == Making::Merge && !matches!(properties.kind, ExprKind::Map(_)) {
            return Err(parameter_as_predicate(properties.span));
        }
        self.expression(properties).map(Some)
    }

    pub(super) fn set(&mut self, input: Plan, items: &[SetItem]) -> Result<Plan> {
        let writes = self.set_items(items)?;
        Ok(Plan::Write { input: Box::new(input), writes, live: self.scope.slots() })
    }

    fn set_items(&mut self, items: &[SetItem]) -> Result<Vec<Write>> {
        items.iter().map(|item| self.set_item(item)).collect()
    }

    fn set_item(&mut self, item: &SetItem) -> Result<Write> {
        Ok(match item {
            SetItem::Property { target, key, value } => {
                let target = self.entity(target)?;
                Write::Property { target, key: Arc::from(key.text.as_str()), value: self.expression(value)? }
            }
            SetItem::Replace { variable, value } => {
                let target = self.entity_variable(variable)?;
                Write::Properties { target, value: self.map_or_entity(value)?, replace: true }
            }
            SetItem::Extend { variable, value } => {
                let target = self.entity_variable(variable)?;
                Write::Properties { target, value: self.map_or_entity(value)?, replace: false }
            }
            SetItem::Labels { variable, labels } => {
                Write::AddLabels { target: self.node_variable(variable)?, labels: texts(labels) }
            }
        })
    }

    fn map_or_entity(&mut self, value: &ast::Expr) -> Result<Expression> {
        let bound = self.expression(value)?;
        let ty = self.ty(&bound);
        if ty.fits(Type::Map) || ty.fits(Type::Entity) { Ok(bound) } else { Err(wrong_type(&ty, "Map", value.span)) }
    }

    pub(super) fn remove(&mut self, input: Plan, items: &[RemoveItem]) -> Result<Plan> {
        let mut writes = Vec::with_capacity(items.len());
        for item in items {
            writes.push(match item {
                RemoveItem::Property { target, key } => {
                    let target = self.entity(target)?;
                    let value = Expression::new(ExpressionKind::Constant(Value::Null), key.span);
                    Write::Property { target, key: Arc::from(key.text.as_str()), value }
                }
                RemoveItem::Labels { variable, labels } => {
                    Write::RemoveLabels { target: self.node_variable(variable)?, labels: texts(labels) }
                }
            });
        }
        Ok(Plan::Write { input: Box::new(input), writes, live: self.scope.slots() })
    }

    pub(super) fn delete(&mut self, input: Plan, detach: bool, expressions: &[ast::Expr]) -> Result<Plan> {
        let mut writes = Vec::with_capacity(expressions.len());
        for expr in expressions {
            if matches!(expr.kind, ExprKind::HasLabels(..)) {
                return Err(QueryError::syntax(
                    Detail::InvalidDelete,
                    expr.span,
                    "labels and types cannot be deleted",
                    "不能删除标签或类型",
                )
                .hint("take labels off with `REMOVE n:Label`", "请用 `REMOVE n:标签` 去掉标签"));
            }
            let what = self.expression(expr)?;
            let ty = self.ty(&what);
            if !ty.may_be_node() && !ty.may_be_relationship() && !ty.fits(Type::Path) {
                return Err(wrong_type(&ty, "Node|Relationship|Path", expr.span));
            }
            writes.push(Write::Delete { what, detach });
        }
        Ok(Plan::Write { input: Box::new(input), writes, live: self.scope.slots() })
    }

    /// An expression whose property is set: a node or a relationship.
    fn entity(&mut self, target: &ast::Expr) -> Result<Expression> {
        let bound = self.expression(target)?;
        let ty = self.ty(&bound);
        if ty.may_be_node() || ty.may_be_relationship() {
            Ok(bound)
        } else {
            Err(wrong_type(&ty, "Node|Relationship", target.span))
        }
    }

    fn entity_variable(&self, name: &ast::Name) -> Result<Slot> {
        let slot = self.scope.find(&name.text).ok_or_else(|| undefined(&name.text, name.span, &self.scope))?;
        let ty = &self.types[slot.index()];
        if ty.may_be_node() || ty.may_be_relationship() {
            Ok(slot)
        } else {
            Err(wrong_type(ty, "Node|Relationship", name.span))
        }
    }

    fn node_variable(&self, name: &ast::Name) -> Result<Slot> {
        let slot = self.scope.find(&name.text).ok_or_else(|| undefined(&name.text, name.span, &self.scope))?;
        let ty = &self.types[slot.index()];
        if ty.may_be_node() { Ok(slot) } else { Err(wrong_type(ty, "Node", name.span)) }
    }
}

fn texts(names: &[ast::Name]) -> Vec<Arc<str>> {
    names.iter().map(|n| Arc::from(n.text.as_str())).collect()
}

/// The labels of a node that is made: all of them are its own.
fn conjunction(labels: &LabelExpr) -> Result<Vec<Arc<str>>> {
    match labels {
        LabelExpr::Name(name) => Ok(vec![Arc::from(name.text.as_str())]),
        LabelExpr::And(a, b) => {
            let mut all = conjunction(a)?;
            all.extend(conjunction(b)?);
            Ok(all)
        }
        LabelExpr::Or(..) | LabelExpr::Not(_) | LabelExpr::Any(_) => Err(QueryError::syntax(
            Detail::UnexpectedSyntax,
            span_of(labels),
            "a node that is made has the labels that are named, not others",
            "新建的节点只能列出它自己的标签",
        )),
    }
}

fn span_of(labels: &LabelExpr) -> Span {
    match labels {
        LabelExpr::Name(name) => name.span,
        LabelExpr::And(a, b) | LabelExpr::Or(a, b) => span_of(a).to(span_of(b)),
        LabelExpr::Not(a) => span_of(a),
        LabelExpr::Any(span) => *span,
    }
}

fn condition_in_creation(span: Span) -> Box<QueryError> {
    QueryError::syntax(Detail::UnexpectedSyntax, span, "what is made cannot have a condition", "新建的内容不能带条件")
}

fn variable_length(span: Span) -> Box<QueryError> {
    QueryError::syntax(
        Detail::CreatingVarLength,
        span,
        "a relationship of variable length can be looked for, not made",
        "可变长度的关系只能查找，不能新建",
    )
}

/// Of elements without a name, the slots that they are made in, and those that they are found in.
fn anonymous_slots(
    pattern: &crate::query::plan::pattern::Pattern,
    path: &ast::PathPattern,
    creation: &Creation,
    renamed: &[(Slot, Slot)],
) -> Vec<(Slot, Slot)> {
    let known = |slot: &Slot| renamed.iter().any(|(from, _)| from == slot);
    let mut made = creation.nodes.iter();
    let mut pairs = Vec::new();
    let nodes = std::iter::once(&path.start).chain(path.links.iter().map(|(_, node)| node));
    let mut found =
        std::iter::once(pattern.links.first().map_or(0, |l| l.left)).chain(pattern.links.iter().map(|l| l.right));
    for node in nodes {
        let Some(position) = found.next() else { break };
        if node.variable.is_none()
            && let Some(new) = made.by_ref().find(|n| !known(&n.slot) && n.span == node.span)
        {
            pairs.push((new.slot, pattern.nodes[position].slot));
        }
    }
    for (link, new) in pattern.links.iter().zip(&creation.relationships) {
        if !known(&new.slot) {
            pairs.push((new.slot, link.kind.slot()));
        }
    }
    pairs
}

fn rename(creation: &mut Creation, renamed: &[(Slot, Slot)]) {
    let to = |slot: &mut Slot| {
        if let Some((_, found)) = renamed.iter().find(|(from, _)| from == slot) {
            *slot = *found;
        }
    };
    fn within(expression: &mut Expression, to: &dyn Fn(&mut Slot)) {
        if let ExpressionKind::Slot(slot) = &mut expression.kind {
            to(slot);
        }
        expression.children_mut(&mut |child| within(child, to));
    }
    for node in &mut creation.nodes {
        to(&mut node.slot);
        node.properties.iter_mut().for_each(|e| within(e, &to));
    }
    for relationship in &mut creation.relationships {
        relationship.properties.iter_mut().for_each(|e| within(e, &to));
        to(&mut relationship.slot);
        to(&mut relationship.start);
        to(&mut relationship.end);
    }
}
