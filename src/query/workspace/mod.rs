//! A graph that can be written: changes laid over another graph, or over nothing.
//!
//! Over nothing it is a scratch graph, where any labels, types and keys go. Over a catalog it is an open transaction: a
//! statement writes here, reads what it wrote, and what differs is turned into a commit at its end. Nothing below is touched.
//!
//! Tokens of the graph below are kept; new names are numbered from [`NEW_TOKENS`] on. Nodes that are made here are numbered
//! from the bound of the graph below, relationships from [`NEW_RELATIONSHIPS`] on.

mod read;
mod undo;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::error::{Detail, ErrorType, QueryError, Result};
use super::source::{Direction, PropertyGraph};
use super::value::{NodeId, Relationship, TypeToken, Value};
use undo::Undo;

/// Tokens of names that the graph below does not have begin here.
const NEW_TOKENS: u32 = 1 << 30;

/// Relationships that are made here are numbered from here.
const NEW_RELATIONSHIPS: u32 = 1 << 31;

/// A graph that can be written.
pub struct Workspace<'b> {
    base: Option<&'b dyn PropertyGraph>,
    base_bound: u32,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    labels: Names,
    types: Names,
    keys: Names,
    /// Nodes made here.
    nodes: Vec<MadeNode>,
    /// What differs of nodes below.
    changed: BTreeMap<NodeId, ChangedNode>,
    /// Relationships made here.
    relationships: Vec<MadeRelationship>,
    /// What differs of relationships below.
    altered: HashMap<(TypeToken, u32), AlteredRelationship>,
    /// Relationships made here, by the node that they leave or enter.
    outgoing: HashMap<NodeId, Vec<u32>>,
    incoming: HashMap<NodeId, Vec<u32>>,
    /// How things were before each write of the statement that runs.
    journal: Vec<Undo>,
}

/// Names that are new here.
#[derive(Default)]
struct Names {
    names: Vec<Arc<str>>,
    tokens: HashMap<Arc<str>, u32>,
}

impl Names {
    fn token(&mut self, name: &str) -> u32 {
        if let Some(token) = self.tokens.get(name) {
            return *token;
        }
        let token = NEW_TOKENS + self.names.len() as u32;
        let name: Arc<str> = Arc::from(name);
        self.names.push(Arc::clone(&name));
        self.tokens.insert(name, token);
        token
    }

    fn name(&self, token: u32) -> Option<Arc<str>> {
        self.names.get(token.checked_sub(NEW_TOKENS)? as usize).cloned()
    }
}

type Properties = BTreeMap<Arc<str>, Value>;

#[derive(Clone)]
struct MadeNode {
    labels: BTreeSet<Arc<str>>,
    properties: Properties,
    deleted: bool,
}

#[derive(Clone, Default)]
struct ChangedNode {
    added: BTreeSet<Arc<str>>,
    removed: BTreeSet<Arc<str>>,
    /// New values; null where a property was removed.
    properties: Properties,
    deleted: bool,
}

#[derive(Clone)]
struct MadeRelationship {
    relationship: Relationship,
    properties: Properties,
    deleted: bool,
}

#[derive(Clone)]
struct AlteredRelationship {
    relationship: Relationship,
    properties: Properties,
    deleted: bool,
}

/// A node that was made.
#[derive(Clone, Debug)]
pub struct NewNode {
    /// The node.
    pub node: NodeId,
    /// Its labels.
    pub labels: Vec<Arc<str>>,
    /// Its properties.
    pub properties: Vec<(Arc<str>, Value)>,
}

/// What a workspace changed, for whoever commits it.
#[derive(Debug, Default)]
pub struct Changes {
    /// Nodes made, in the order of their making.
    pub made_nodes: Vec<NewNode>,
    /// Nodes below whose labels or properties differ.
    pub changed_nodes: Vec<NodeId>,
    /// Nodes below that were deleted.
    pub deleted_nodes: Vec<NodeId>,
    /// Relationships made.
    pub made_relationships: Vec<Relationship>,
    /// Relationships below whose properties differ.
    pub changed_relationships: Vec<Relationship>,
    /// Relationships below that were deleted.
    pub deleted_relationships: Vec<Relationship>,
}

impl Changes {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.made_nodes.is_empty()
            && self.changed_nodes.is_empty()
            && self.deleted_nodes.is_empty()
            && self.made_relationships.is_empty()
            && self.changed_relationships.is_empty()
            && self.deleted_relationships.is_empty()
    }
}

impl std::fmt::Debug for Workspace<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.state.borrow();
        f.debug_struct("Workspace")
            .field("nodes", &state.nodes.len())
            .field("relationships", &state.relationships.len())
            .finish_non_exhaustive()
    }
}

impl Default for Workspace<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'b> Workspace<'b> {
    /// An empty graph.
    #[must_use]
    pub fn new() -> Self {
        Self { base: None, base_bound: 0, state: RefCell::default() }
    }

    /// A graph that looks like another, until it is written.
    #[must_use]
    pub fn over(base: &'b dyn PropertyGraph) -> Self {
        Self { base: Some(base), base_bound: base.node_bound(), state: RefCell::default() }
    }

    fn is_own(&self, node: NodeId) -> bool {
        node.0 >= self.base_bound
    }

    fn own(&self, node: NodeId) -> usize {
        (node.0 - self.base_bound) as usize
    }

    /// Makes a node.
    ///
    /// # Errors
    /// When a property is of a type that none can have, or there are too many nodes.
    pub fn create_node(&self, labels: &[Arc<str>], properties: Vec<(Arc<str>, Value)>) -> Result<NodeId> {
        let properties = storable(properties)?;
        let mut state = self.state.borrow_mut();
        let number = u32::try_from(state.nodes.len()).ok().and_then(|n| n.checked_add(self.base_bound));
        let node = NodeId(number.ok_or_else(too_many)?);
        for label in labels {
            self.name_label(&mut state, label);
        }
        state.nodes.push(MadeNode { labels: labels.iter().cloned().collect(), properties, deleted: false });
        state.journal.push(Undo::NoNode);
        Ok(node)
    }

    fn name_label(&self, state: &mut State, label: &str) {
        if self.base.and_then(|b| b.label(label)).is_none() {
            state.labels.token(label);
        }
    }

    /// Makes a relationship.
    ///
    /// # Errors
    /// When a property is of a type that none can have, an end was deleted, or there are too many.
    pub fn create_relationship(
        &self,
        ty: &str,
        start: NodeId,
        end: NodeId,
        properties: Vec<(Arc<str>, Value)>,
    ) -> Result<Relationship> {
        let properties = storable(properties)?;
        if !self.node_exists(start) || !self.node_exists(end) {
            return Err(deleted("node", "节点"));
        }
        let ty = self.type_token(ty);
        let mut state = self.state.borrow_mut();
        let own = u32::try_from(state.relationships.len()).ok().filter(|n| *n < NEW_RELATIONSHIPS);
        let own = own.ok_or_else(too_many)?;
        let relationship = Relationship { ty, number: NEW_RELATIONSHIPS + own, start, end };
        state.relationships.push(MadeRelationship { relationship, properties, deleted: false });
        state.outgoing.entry(start).or_default().push(own);
        state.incoming.entry(end).or_default().push(own);
        state.journal.push(Undo::NoRelationship);
        Ok(relationship)
    }

    fn type_token(&self, name: &str) -> TypeToken {
        let below = self.base.and_then(|b| b.relationship_type(name));
        below.unwrap_or_else(|| TypeToken(self.state.borrow_mut().types.token(name)))
    }

    /// Keeps how a node is, before it is written.
    fn remember(&self, state: &mut State, node: NodeId) {
        if self.is_own(node) { state.remember_node(self.own(node)) } else { state.remember_changed(node) }
    }

    /// Sets a property of a node; null removes it.
    ///
    /// # Errors
    /// When the value is of a type that no property can have, or the node was deleted.
    pub fn set_node_property(&self, node: NodeId, key: &Arc<str>, value: Value) -> Result<()> {
        check_storable(key, &value)?;
        if !self.node_exists(node) {
            return Err(deleted("node", "节点"));
        }
        let mut state = self.state.borrow_mut();
        self.remember(&mut state, node);
        if self.is_own(node) {
            let own = self.own(node);
            let properties = &mut state.nodes[own].properties;
            if value.is_null() { drop(properties.remove(key)) } else { drop(properties.insert(Arc::clone(key), value)) }
        } else {
            state.changed.entry(node).or_default().properties.insert(Arc::clone(key), value);
        }
        Ok(())
    }

    /// Sets a property of a relationship; null removes it.
    ///
    /// # Errors
    /// When the value is of a type that no property can have, or the relationship was deleted.
    pub fn set_relationship_property(&self, relationship: Relationship, key: &Arc<str>, value: Value) -> Result<()> {
        check_storable(key, &value)?;
        if !self.relationship_exists(relationship) {
            return Err(deleted("relationship", "关系"));
        }
        let mut state = self.state.borrow_mut();
        state.remember_relationship(relationship);
        match relationship.number.checked_sub(NEW_RELATIONSHIPS) {
            Some(own) => {
                let properties = &mut state.relationships[own as usize].properties;
                if value.is_null() {
                    drop(properties.remove(key))
                } else {
                    drop(properties.insert(Arc::clone(key), value))
                }
            }
            None => {
                altered(&mut state, relationship).properties.insert(Arc::clone(key), value);
            }
        }
        Ok(())
    }

    /// Adds a label to a node.
    ///
    /// # Errors
    /// When the node was deleted.
    pub fn add_label(&self, node: NodeId, label: &Arc<str>) -> Result<()> {
        self.label_node(node, label, true)
    }

    /// Takes a label off a node.
    ///
    /// # Errors
    /// When the node was deleted.
    pub fn remove_label(&self, node: NodeId, label: &Arc<str>) -> Result<()> {
        self.label_node(node, label, false)
    }

    fn label_node(&self, node: NodeId, label: &Arc<str>, add: bool) -> Result<()> {
        if !self.node_exists(node) {
            return Err(deleted("node", "节点"));
        }
        let mut state = self.state.borrow_mut();
        self.name_label(&mut state, label);
        self.remember(&mut state, node);
        if self.is_own(node) {
            let own = self.own(node);
            let labels = &mut state.nodes[own].labels;
            if add {
                labels.insert(Arc::clone(label))
            } else {
                labels.remove(label)
            };
            return Ok(());
        }
        let below = self.base.is_some_and(|b| b.label(label).is_some_and(|l| b.has_label(node, l)));
        let changed = state.changed.entry(node).or_default();
        let (into, out_of) =
            if add { (&mut changed.added, &mut changed.removed) } else { (&mut changed.removed, &mut changed.added) };
        out_of.remove(label);
        if below != add {
            into.insert(Arc::clone(label));
        }
        Ok(())
    }

    /// Deletes a relationship. Deleting it again changes nothing.
    pub fn delete_relationship(&self, relationship: Relationship) {
        let mut state = self.state.borrow_mut();
        state.remember_relationship(relationship);
        match relationship.number.checked_sub(NEW_RELATIONSHIPS) {
            Some(own) => {
                if let Some(made) = state.relationships.get_mut(own as usize) {
                    made.deleted = true;
                }
            }
            None => altered(&mut state, relationship).deleted = true,
        }
    }

    /// Deletes a node, with its relationships if it is to be detached. Deleting it again changes nothing. A node that is
    /// not detached may have relationships until the statement ends ([`Workspace::check`]).
    pub fn delete_node(&self, node: NodeId, detach: bool) {
        if detach {
            let mut hops = Vec::new();
            self.expand(node, Direction::Both, &[], &mut hops);
            for hop in hops {
                self.delete_relationship(hop.relationship);
            }
        }
        let mut state = self.state.borrow_mut();
        self.remember(&mut state, node);
        if self.is_own(node) {
            let own = self.own(node);
            if let Some(made) = state.nodes.get_mut(own) {
                made.deleted = true;
            }
        } else {
            state.changed.entry(node).or_default().deleted = true;
        }
    }

    /// Holds what was deleted against what is left.
    ///
    /// # Errors
    /// When a deleted node still has a relationship.
    pub fn check(&self) -> Result<()> {
        let deleted: Vec<NodeId> = {
            let state = self.state.borrow();
            let made = state.nodes.iter().enumerate().filter(|(_, n)| n.deleted);
            let made = made.map(|(i, _)| NodeId(self.base_bound + i as u32));
            state.changed.iter().filter(|(_, n)| n.deleted).map(|(id, _)| *id).chain(made).collect()
        };
        let mut hops = Vec::new();
        for node in deleted {
            hops.clear();
            self.expand(node, Direction::Both, &[], &mut hops);
            if !hops.is_empty() {
                return Err(QueryError::runtime(
                    ErrorType::ConstraintVerificationFailed,
                    Detail::DeleteConnectedNode,
                    format!("a node that is to be deleted still has {} relationships", hops.len()),
                    format!("要删除的节点仍有 {} 个关系", hops.len()),
                )
                .hint("delete them as well, or use DETACH DELETE", "请一并删除这些关系，或使用 DETACH DELETE"));
            }
        }
        Ok(())
    }

    /// What differs from the graph below.
    #[must_use]
    pub fn changes(&self) -> Changes {
        let state = self.state.borrow();
        let mut changes = Changes::default();
        for (i, made) in state.nodes.iter().enumerate().filter(|(_, n)| !n.deleted) {
            let properties = made.properties.iter().map(|(k, v)| (Arc::clone(k), v.clone())).collect();
            let node = NodeId(self.base_bound + i as u32);
            changes.made_nodes.push(NewNode { node, labels: made.labels.iter().cloned().collect(), properties });
        }
        for (node, changed) in &state.changed {
            if changed.deleted {
                changes.deleted_nodes.push(*node);
            } else {
                changes.changed_nodes.push(*node);
            }
        }
        let made = state.relationships.iter().filter(|r| !r.deleted);
        changes.made_relationships = made.map(|r| r.relationship).collect();
        for altered in state.altered.values() {
            let list =
                if altered.deleted { &mut changes.deleted_relationships } else { &mut changes.changed_relationships };
            list.push(altered.relationship);
        }
        changes.changed_relationships.sort_unstable_by_key(|r| r.identity());
        changes.deleted_relationships.sort_unstable_by_key(|r| r.identity());
        changes
    }
}

fn altered(state: &mut State, relationship: Relationship) -> &mut AlteredRelationship {
    state.altered.entry(relationship.identity()).or_insert_with(|| AlteredRelationship {
        relationship,
        properties: Properties::new(),
        deleted: false,
    })
}

fn too_many() -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::LimitExceeded,
        Detail::MemoryExceeded,
        "the graph cannot hold more",
        "图中已无法容纳更多内容",
    )
}

fn deleted(what: &str, chinese: &str) -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::EntityNotFound,
        Detail::DeletedEntityAccess,
        format!("this {what} was deleted"),
        format!("该{chinese}已被删除"),
    )
}

/// Properties that can be stored; those that are null are left out.
fn storable(properties: Vec<(Arc<str>, Value)>) -> Result<Properties> {
    let mut kept = Properties::new();
    for (key, value) in properties {
        check_storable(&key, &value)?;
        if !value.is_null() {
            kept.insert(key, value);
        }
    }
    Ok(kept)
}

/// A property is a text, a number, a truth, a temporal value, or a list of such.
fn check_storable(key: &str, value: &Value) -> Result<()> {
    let simple = |v: &Value| {
        !matches!(v, Value::List(_) | Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Path(_))
    };
    let fits = match value {
        Value::List(items) => items.iter().all(|item| simple(item) && !item.is_null()),
        other => simple(other),
    };
    if fits {
        return Ok(());
    }
    Err(QueryError::runtime(
        ErrorType::TypeError,
        Detail::InvalidPropertyType,
        format!(
            "the property `{key}` cannot be of type {}: only texts, numbers, truths, dates and times, and lists of these",
            value.type_name()
        ),
        format!("属性 `{key}` 不能为 {} 类型：只能是文本、数值、布尔、日期时间及其列表", value.type_name()),
    ))
}
