//! Binding the patterns of `MATCH`, and of subqueries.
//!
//! First every variable of a pattern is declared, in the order of the text; then the conditions within are bound, which may
//! name any of them.

use std::sync::Arc;

use super::types::Ty;
use super::{Binder, already_bound, type_conflict};
use crate::query::ast::{self, BinaryOp, ExprKind, LabelExpr, Link, Selector};
use crate::query::error::{Detail, QueryError, Result};
use crate::query::functions::Type;
use crate::query::plan::expression::{Expression, ExpressionKind, LabelTest, Slot};
use crate::query::plan::pattern::{
    GroupLink, LinkKind, Pattern, PatternLink, PatternNode, PatternPath, Shape, Types, Walk,
};
use crate::query::span::Span;

/// What a pattern has declared so far, beside the scope before it.
#[derive(Default)]
struct Declared {
    /// Nodes, relationships, lists and paths of this pattern by name.
    names: Vec<(String, Slot)>,
}

impl Declared {
    fn find(&self, name: &str) -> Option<Slot> {
        self.names.iter().find(|(n, _)| n == name).map(|(_, s)| *s)
    }
}

impl Binder<'_> {
    /// Binds path patterns, and leaves their variables in scope.
    pub(super) fn pattern(&mut self, paths: &[ast::PathPattern]) -> Result<Pattern> {
        let mut pattern = Pattern::default();
        let mut declared = Declared::default();
        let mut bindings = Vec::new();
        for path in paths {
            self.declare_path(path, &mut pattern, &mut declared, &mut bindings)?;
        }
        for (name, slot) in &declared.names {
            self.scope.add(name, *slot);
        }
        for pending in bindings {
            self.bind_within(pending, &mut pattern)?;
        }
        pattern.within = pattern.conditions.len();
        Ok(pattern)
    }

    fn declare_path<'a>(
        &mut self,
        path: &'a ast::PathPattern,
        pattern: &mut Pattern,
        declared: &mut Declared,
        pending: &mut Vec<Pending<'a>>,
    ) -> Result<()> {
        let start = self.declare_node(&path.start, pattern, declared, pending)?;
        let mut left = start;
        let mut links = Vec::with_capacity(path.links.len());
        for (link, node) in &path.links {
            let kind = match link {
                Link::Relationship(relationship) => self.declare_link(relationship, pattern, declared, pending)?,
                Link::Group(group) => self.declare_group(group, declared)?,
            };
            let right = self.declare_node(node, pattern, declared, pending)?;
            links.push(pattern.links.len());
            pattern.links.push(PatternLink { left, right, kind });
            left = right;
        }
        if path.variable.is_some() || path.selector != Selector::All {
            let slot = match &path.variable {
                Some(name) if self.scope.find(&name.text).or(declared.find(&name.text)).is_some() => {
                    return Err(already_bound(name));
                }
                Some(name) => {
                    let slot = self.slot(Ty::Of(Type::Path));
                    declared.names.push((name.text.clone(), slot));
                    Some(slot)
                }
                None => None,
            };
            pattern.paths.push(PatternPath { slot, selector: path.selector, start, links });
        }
        Ok(())
    }

    /// The position of a node, which is new, of this pattern, or of the scope before it.
    fn declare_node<'a>(
        &mut self,
        node: &'a ast::NodePattern,
        pattern: &mut Pattern,
        declared: &mut Declared,
        pending: &mut Vec<Pending<'a>>,
    ) -> Result<usize> {
        let labels = node.labels.as_ref().map(|labels| self.labels(labels));
        let known = node.variable.as_ref().and_then(|name| {
            let own = declared.find(&name.text);
            own.map(|slot| (slot, false)).or_else(|| self.scope.find(&name.text).map(|slot| (slot, true)))
        });
        let position = match (known, &node.variable) {
            (Some((slot, bound)), Some(name)) => {
                let ty = self.types[slot.index()].clone();
                if !ty.may_be_node() {
                    return Err(type_conflict(name, &ty, "Node"));
                }
                match pattern.node(slot) {
                    Some(position) => position,
                    None => {
                        pattern.nodes.push(PatternNode { slot, labels: None, bound });
                        pattern.nodes.len() - 1
                    }
                }
            }
            (_, name) => {
                let slot = self.slot(Ty::Of(Type::Node));
                if let Some(name) = name {
                    declared.names.push((name.text.clone(), slot));
                }
                pattern.nodes.push(PatternNode { slot, labels: None, bound: false });
                pattern.nodes.len() - 1
            }
        };
        if let Some(labels) = labels {
            let node = &mut pattern.nodes[position];
            node.labels = Some(match node.labels.take() {
                Some(others) => LabelTest::And(Box::new(others), Box::new(labels)),
                None => labels,
            });
        }
        let slot = pattern.nodes[position].slot;
        pending.push(Pending { slot, properties: node.properties.as_ref(), filter: node.filter.as_ref(), walk: None });
        Ok(position)
    }

    fn declare_link<'a>(
        &mut self,
        relationship: &'a ast::RelationshipPattern,
        pattern: &mut Pattern,
        declared: &mut Declared,
        pending: &mut Vec<Pending<'a>>,
    ) -> Result<LinkKind> {
        let shape = Shape {
            direction: relationship.direction,
            types: relationship.types.as_ref().map(|types| self.relationship_types(types)),
        };
        let walks = relationship.length.is_some();
        let known = match &relationship.variable {
            None => None,
            Some(name) => {
                if let Some(slot) = declared.find(&name.text) {
                    let ty = self.types[slot.index()].clone();
                    let same = if walks { ty.may_be_walk() } else { ty.may_be_relationship() };
                    return Err(if same {
                        QueryError::syntax(
                            Detail::RelationshipUniquenessViolation,
                            name.span,
                            format!("the relationship `{}` cannot stand twice in one pattern", name.text),
                            format!("关系 `{}` 不能在同一模式中出现两次", name.text),
                        )
                    } else {
                        type_conflict(name, &ty, "Relationship")
                    });
                }
                let slot = self.scope.find(&name.text);
                if let Some(slot) = slot {
                    let ty = self.types[slot.index()].clone();
                    let fits = if walks { ty.may_be_walk() } else { ty.may_be_relationship() };
                    if !fits {
                        return Err(type_conflict(
                            name,
                            &ty,
                            if walks { "List<Relationship>" } else { "Relationship" },
                        ));
                    }
                    if pattern.links.iter().any(|l| l.kind.slot() == slot) {
                        return Err(QueryError::syntax(
                            Detail::RelationshipUniquenessViolation,
                            name.span,
                            format!("the relationship `{}` cannot stand twice in one pattern", name.text),
                            format!("关系 `{}` 不能在同一模式中出现两次", name.text),
                        ));
                    }
                }
                slot
            }
        };
        let bound = known.is_some();
        let slot = match known {
            Some(slot) => slot,
            None => {
                let one = Ty::Of(Type::Relationship);
                let slot = self.slot(if walks { Ty::List(Box::new(one)) } else { one });
                if let Some(name) = &relationship.variable {
                    declared.names.push((name.text.clone(), slot));
                }
                slot
            }
        };
        let Some(length) = relationship.length else {
            let (properties, filter) = (relationship.properties.as_ref(), relationship.filter.as_ref());
            pending.push(Pending { slot, properties, filter, walk: None });
            return Ok(LinkKind::One { slot, bound, shape });
        };
        let step = self.slot(Ty::Of(Type::Relationship));
        pending.push(Pending {
            slot: step,
            properties: relationship.properties.as_ref(),
            filter: relationship.filter.as_ref(),
            walk: Some((pattern.links.len(), relationship.variable.as_ref().map(|n| n.text.as_str()))),
        });
        Ok(LinkKind::Walk(Walk { slot, bound, shape, length, step, condition: None }))
    }

    /// The types of a relationship: alternatives as a list, and whatever else is said of them as a test.
    pub(super) fn relationship_types(&self, types: &LabelExpr) -> Types {
        let mut names = Vec::new();
        if alternatives(types, &mut names) {
            let resolve = |name: &ast::Name| {
                let ty = self.environment.graph.relationship_type(&name.text);
                if ty.is_none() {
                    self.warn_of_label(name);
                }
                (Arc::from(name.text.as_str()), ty)
            };
            return Types { names: names.into_iter().map(resolve).collect(), test: None };
        }
        Types { names: Vec::new(), test: Some(self.labels(types)) }
    }

    /// A quantified group: its variables are lists outside of it.
    fn declare_group(&mut self, group: &ast::Group, declared: &mut Declared) -> Result<LinkKind> {
        let outer = self.scope.clone();
        // A variable of the pattern around cannot be repeated within.
        for (name, slot) in &declared.names {
            self.scope.add(name, *slot);
        }
        let before: Vec<(String, Slot)> = self.scope.sorted();
        let bound = self.group_pattern(group, &before);
        self.scope = outer;
        let (pattern, names) = bound?;
        let mut lists = Vec::new();
        for (name, inner) in names {
            let ty = self.types[inner.index()].clone();
            let list = self.slot(Ty::List(Box::new(ty)));
            declared.names.push((name, list));
            lists.push((inner, list));
        }
        let walked = self.slot(Ty::List(Box::new(Ty::Of(Type::Relationship))));
        let relationships = pattern.links.iter().map(|l| l.kind.slot()).collect();
        let first = pattern.nodes[pattern.links.first().map_or(0, |l| l.left)].slot;
        let last = pattern.nodes[pattern.links.last().map_or(0, |l| l.right)].slot;
        Ok(LinkKind::Group(Box::new(GroupLink {
            pattern,
            first,
            last,
            length: group.length,
            lists,
            walked,
            relationships,
        })))
    }

    fn group_pattern(
        &mut self,
        group: &ast::Group,
        before: &[(String, Slot)],
    ) -> Result<(Pattern, Vec<(String, Slot)>)> {
        let names = element_names(&group.pattern);
        if let Some(name) = names.iter().find(|n| before.iter().any(|(b, _)| *b == n.text)) {
            return Err(already_bound(name));
        }
        let mut pattern = self.pattern(std::slice::from_ref(&*group.pattern))?;
        if let Some(filter) = &group.filter {
            pattern.conditions.extend(self.condition(filter)?.conjuncts());
        }
        let own = names.iter().filter_map(|n| Some((n.text.clone(), self.scope.find(&n.text)?)));
        let mut own: Vec<(String, Slot)> = own.collect();
        own.sort();
        own.dedup();
        Ok((pattern, own))
    }

    /// Binds the property map and the condition within an element.
    fn bind_within(&mut self, pending: Pending<'_>, pattern: &mut Pattern) -> Result<()> {
        let mut conditions = Vec::new();
        if let Some(properties) = pending.properties {
            match &properties.kind {
                ExprKind::Map(entries) => {
                    for (key, value) in entries {
                        let value = self.expression(value)?;
                        conditions.push(self.property_equals(pending.slot, key, value, properties.span));
                    }
                }
                _ => return Err(parameter_as_predicate(properties.span)),
            }
        }
        if let Some(filter) = pending.filter {
            // Within a walk, the variable is each relationship and not their list.
            let outer = self.scope.clone();
            if let Some((_, Some(name))) = pending.walk {
                self.scope.add(name, pending.slot);
            }
            let condition = self.condition(filter);
            self.scope = outer;
            conditions.extend(condition?.conjuncts());
        }
        match pending.walk {
            None => pattern.conditions.extend(conditions),
            Some((link, _)) => {
                if let LinkKind::Walk(walk) = &mut pattern.links[link].kind {
                    walk.condition = conditions.into_iter().reduce(Expression::and);
                }
            }
        }
        Ok(())
    }

    fn property_equals(&self, slot: Slot, key: &ast::Name, value: Expression, span: Span) -> Expression {
        let token = self.environment.graph.key(&key.text);
        let base = Box::new(Expression::slot(slot, span));
        let property = ExpressionKind::Property(base, Arc::from(key.text.as_str()), token);
        let span = key.span.to(value.span);
        let both = (Box::new(Expression::new(property, key.span)), Box::new(value));
        Expression::new(ExpressionKind::Binary(BinaryOp::Equal, both.0, both.1), span)
    }
}

/// Conditions of an element, to be bound once all variables are declared.
struct Pending<'a> {
    slot: Slot,
    properties: Option<&'a ast::Expr>,
    filter: Option<&'a ast::Expr>,
    /// The position of the walk that it is of, and the walk's name.
    walk: Option<(usize, Option<&'a str>)>,
}

/// A parameter in place of a property map, where its keys have to be known.
pub(super) fn parameter_as_predicate(span: Span) -> Box<QueryError> {
    QueryError::syntax(
        Detail::InvalidParameterUse,
        span,
        "a parameter cannot stand for the properties of what is looked for",
        "查找模式中不能用参数代替属性表",
    )
    .hint("name the keys: `{key: $parameter.key}`", "请写出各属性：`{key: $parameter.key}`")
}

/// Collects names that are joined by `|` alone; whether that is all that is said.
fn alternatives<'a>(types: &'a LabelExpr, names: &mut Vec<&'a ast::Name>) -> bool {
    match types {
        LabelExpr::Name(name) => {
            names.push(name);
            true
        }
        LabelExpr::Or(a, b) => alternatives(a, names) && alternatives(b, names),
        _ => false,
    }
}

/// The names of the nodes and relationships of a path.
fn element_names(path: &ast::PathPattern) -> Vec<&ast::Name> {
    let mut names: Vec<&ast::Name> = path.start.variable.iter().collect();
    for (link, node) in &path.links {
        match link {
            Link::Relationship(relationship) => names.extend(&relationship.variable),
            Link::Group(group) => names.extend(element_names(&group.pattern)),
        }
        names.extend(&node.variable);
    }
    names
}
