//! A graph that can be written: changes laid over another graph, or over nothing.
//!
//! Over nothing it is a scratch graph, where any labels, types and keys go. Over a catalog it is an open transaction: a
//! statement writes here, reads what it wrote, and what differs is turned into a commit at its end. Nothing below is touched.
//!
//! Tokens of the graph below are kept; new names are numbered from [`NEW_TOKENS`] on. Nodes that are made here are numbered
//! from the bound of the graph below, relationships from [`NEW_RELATIONSHIPS`] on.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::error::{Detail, ErrorType, QueryError, Result};
use super::source::{Direction, Hop, PropertyGraph};
use super::value::{KeyToken, LabelToken, NodeId, Relationship, TypeToken, Value};

/// Tokens of names that the graph below does not have begin here.
const NEW_TOKENS: u32 = 1 << 30;

/// Relationships that are made here are numbered from here.
const NEW_RELATIONSHIPS: u32 = 1 << 31;

/// The position of a scan at which nodes that changed or were made here begin.
const OWN_NODES: u64 = 1 << 62;

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

struct MadeNode {
    labels: BTreeSet<Arc<str>>,
    properties: Properties,
    deleted: bool,
}

#[derive(Default)]
struct ChangedNode {
    added: BTreeSet<Arc<str>>,
    removed: BTreeSet<Arc<str>>,
    /// New values; null where a property was removed.
    properties: Properties,
    deleted: bool,
}

struct MadeRelationship {
    relationship: Relationship,
    properties: Properties,
    deleted: bool,
}

struct AlteredRelationship {
    relationship: Relationship,
    properties: Properties,
    deleted: bool,
}

/// What a workspace changed, for whoever commits it.
#[derive(Debug, Default)]
pub struct Changes {
    /// Nodes made, in the order of their making: labels and properties.
    pub made_nodes: Vec<(NodeId, Vec<Arc<str>>, Vec<(Arc<str>, Value)>)>,
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
        Ok(relationship)
    }

    fn type_token(&self, name: &str) -> TypeToken {
        let below = self.base.and_then(|b| b.relationship_type(name));
        below.unwrap_or_else(|| TypeToken(self.state.borrow_mut().types.token(name)))
    }

    fn changed<'s>(&self, state: &'s mut State, node: NodeId) -> &'s mut ChangedNode {
        state.changed.entry(node).or_default()
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
        if self.is_own(node) {
            let own = self.own(node);
            let properties = &mut state.nodes[own].properties;
            if value.is_null() { drop(properties.remove(key)) } else { drop(properties.insert(Arc::clone(key), value)) }
        } else {
            self.changed(&mut state, node).properties.insert(Arc::clone(key), value);
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
        let changed = self.changed(&mut state, node);
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
        if self.is_own(node) {
            let own = self.own(node);
            if let Some(made) = state.nodes.get_mut(own) {
                made.deleted = true;
            }
        } else {
            self.changed(&mut state, node).deleted = true;
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
            changes.made_nodes.push((node, made.labels.iter().cloned().collect(), properties));
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

impl PropertyGraph for Workspace<'_> {
    fn node_bound(&self) -> u32 {
        self.base_bound + self.state.borrow().nodes.len() as u32
    }

    fn label(&self, name: &str) -> Option<LabelToken> {
        let below = self.base.and_then(|b| b.label(name));
        Some(below.unwrap_or_else(|| LabelToken(self.state.borrow_mut().labels.token(name))))
    }

    fn relationship_type(&self, name: &str) -> Option<TypeToken> {
        Some(self.type_token(name))
    }

    fn key(&self, name: &str) -> Option<KeyToken> {
        let below = self.base.and_then(|b| b.key(name));
        Some(below.unwrap_or_else(|| KeyToken(self.state.borrow_mut().keys.token(name))))
    }

    fn type_name(&self, ty: TypeToken) -> Arc<str> {
        if ty.0 < NEW_TOKENS {
            return self.base.map_or_else(|| Arc::from(""), |b| b.type_name(ty));
        }
        self.state.borrow().types.name(ty.0).unwrap_or_else(|| Arc::from(""))
    }

    fn label_name(&self, label: LabelToken) -> Arc<str> {
        if label.0 < NEW_TOKENS {
            return self.base.map_or_else(|| Arc::from(""), |b| b.label_name(label));
        }
        self.state.borrow().labels.name(label.0).unwrap_or_else(|| Arc::from(""))
    }

    fn key_name(&self, key: KeyToken) -> Arc<str> {
        if key.0 < NEW_TOKENS {
            return self.base.map_or_else(|| Arc::from(""), |b| b.key_name(key));
        }
        self.state.borrow().keys.name(key.0).unwrap_or_else(|| Arc::from(""))
    }

    fn labels(&self) -> Vec<Arc<str>> {
        let mut all = self.base.map(|b| b.labels()).unwrap_or_default();
        let state = self.state.borrow();
        let used: BTreeSet<Arc<str>> = state.nodes.iter().flat_map(|n| n.labels.iter().cloned()).collect();
        all.extend(used);
        all.sort();
        all.dedup();
        all
    }

    fn relationship_types(&self) -> Vec<Arc<str>> {
        let mut all = self.base.map(|b| b.relationship_types()).unwrap_or_default();
        let state = self.state.borrow();
        all.extend(state.relationships.iter().filter_map(|r| state.types.name(r.relationship.ty.0)));
        all.sort();
        all.dedup();
        all
    }

    fn keys(&self) -> Vec<Arc<str>> {
        let mut all = self.base.map(|b| b.keys()).unwrap_or_default();
        let state = self.state.borrow();
        all.extend(state.nodes.iter().flat_map(|n| n.properties.keys().cloned()));
        all.extend(state.relationships.iter().flat_map(|r| r.properties.keys().cloned()));
        all.sort();
        all.dedup();
        all
    }

    fn scan(&self, label: Option<LabelToken>, from: u64, out: &mut Vec<NodeId>) -> Option<u64> {
        /// Nodes of one piece of a scan.
        const PIECE: usize = 1024;
        if from < OWN_NODES {
            let below = label.filter(|l| l.0 >= NEW_TOKENS).is_none();
            let next = match self.base {
                Some(base) if below => base.scan(label, from, out),
                _ => None,
            };
            let state = self.state.borrow();
            if !state.changed.is_empty() {
                out.retain(|node| state.changed.get(node).is_none_or(|c| !c.deleted && !takes_off(self, c, label)));
            }
            if next.is_none() {
                // Nodes below that have the label only here.
                if let Some(label) = label {
                    let name = self.label_name_in(&state, label);
                    let gained = state.changed.iter().filter(|(_, c)| !c.deleted && c.added.contains(&name));
                    out.extend(gained.map(|(node, _)| *node));
                }
                return Some(OWN_NODES);
            }
            return next;
        }
        let state = self.state.borrow();
        let name = label.map(|l| self.label_name_in(&state, l));
        let start = (from - OWN_NODES) as usize;
        let end = (start + PIECE).min(state.nodes.len());
        for (i, made) in state.nodes.iter().enumerate().take(end).skip(start) {
            if !made.deleted && name.as_ref().is_none_or(|name| made.labels.contains(name)) {
                out.push(NodeId(self.base_bound + i as u32));
            }
        }
        (end < state.nodes.len()).then_some(OWN_NODES + end as u64)
    }

    fn seek(&self, label: LabelToken, key: KeyToken, value: &Value) -> Option<Vec<NodeId>> {
        // What changed here is looked through; it is small beside what is below.
        let base = self.base?;
        if label.0 >= NEW_TOKENS || key.0 >= NEW_TOKENS {
            return None;
        }
        let mut found = base.seek(label, key, value)?;
        let state = self.state.borrow();
        if state.changed.is_empty() && state.nodes.is_empty() {
            return Some(found);
        }
        drop(state);
        let name = self.key_name(key);
        let matches = |node: NodeId| {
            self.node_exists(node)
                && self.has_label(node, label)
                && super::compare::equals(&self.property_named(node, &name), value) == Some(true)
        };
        let own: Vec<NodeId> = {
            let state = self.state.borrow();
            let made = (0..state.nodes.len()).map(|i| NodeId(self.base_bound + i as u32));
            state.changed.keys().copied().chain(made).collect()
        };
        found.extend(own);
        found.sort_unstable();
        found.dedup();
        found.retain(|node| matches(*node));
        Some(found)
    }

    fn has_index(&self, label: LabelToken, key: KeyToken) -> bool {
        label.0 < NEW_TOKENS && key.0 < NEW_TOKENS && self.base.is_some_and(|b| b.has_index(label, key))
    }

    fn node_exists(&self, node: NodeId) -> bool {
        let state = self.state.borrow();
        if self.is_own(node) {
            return state.nodes.get(self.own(node)).is_some_and(|n| !n.deleted);
        }
        state.changed.get(&node).is_none_or(|c| !c.deleted)
    }

    fn relationship_exists(&self, relationship: Relationship) -> bool {
        let state = self.state.borrow();
        match relationship.number.checked_sub(NEW_RELATIONSHIPS) {
            Some(own) => state.relationships.get(own as usize).is_some_and(|r| !r.deleted),
            None => state.altered.get(&relationship.identity()).is_none_or(|a| !a.deleted),
        }
    }

    fn has_label(&self, node: NodeId, label: LabelToken) -> bool {
        let state = self.state.borrow();
        if self.is_own(node) {
            let name = self.label_name_in(&state, label);
            return state.nodes.get(self.own(node)).is_some_and(|n| n.labels.contains(&name));
        }
        if let Some(changed) = state.changed.get(&node) {
            let name = self.label_name_in(&state, label);
            if changed.added.contains(&name) {
                return true;
            }
            if changed.removed.contains(&name) {
                return false;
            }
        }
        label.0 < NEW_TOKENS && self.base.is_some_and(|b| b.has_label(node, label))
    }

    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>> {
        let state = self.state.borrow();
        if self.is_own(node) {
            return state.nodes.get(self.own(node)).map(|n| n.labels.iter().cloned().collect()).unwrap_or_default();
        }
        let mut labels = self.base.map(|b| b.node_labels(node)).unwrap_or_default();
        if let Some(changed) = state.changed.get(&node) {
            labels.retain(|l| !changed.removed.contains(l));
            labels.extend(changed.added.iter().cloned());
        }
        labels
    }

    fn node_property(&self, node: NodeId, key: KeyToken) -> Value {
        if !self.is_own(node) && key.0 < NEW_TOKENS && self.state.borrow().changed.get(&node).is_none() {
            return self.base.map_or(Value::Null, |b| b.node_property(node, key));
        }
        let name = self.key_name(key);
        self.property_named(node, &name)
    }

    fn node_properties(&self, node: NodeId) -> Vec<(Arc<str>, Value)> {
        let state = self.state.borrow();
        let owned = |p: &Properties| p.iter().map(|(k, v)| (Arc::clone(k), v.clone())).collect();
        if self.is_own(node) {
            return state.nodes.get(self.own(node)).map(|n| owned(&n.properties)).unwrap_or_default();
        }
        let below = self.base.map(|b| b.node_properties(node)).unwrap_or_default();
        match state.changed.get(&node) {
            None => below,
            Some(changed) => overlaid(below, &changed.properties),
        }
    }

    fn relationship_property(&self, relationship: Relationship, key: KeyToken) -> Value {
        let name = self.key_name(key);
        let state = self.state.borrow();
        if let Some(own) = relationship.number.checked_sub(NEW_RELATIONSHIPS) {
            let made = state.relationships.get(own as usize);
            return made.and_then(|r| r.properties.get(&name).cloned()).unwrap_or_default();
        }
        let altered = state.altered.get(&relationship.identity());
        if let Some(value) = altered.and_then(|a| a.properties.get(&name)) {
            return value.clone();
        }
        match self.base {
            Some(base) if key.0 < NEW_TOKENS => base.relationship_property(relationship, key),
            _ => Value::Null,
        }
    }

    fn relationship_properties(&self, relationship: Relationship) -> Vec<(Arc<str>, Value)> {
        let state = self.state.borrow();
        if let Some(own) = relationship.number.checked_sub(NEW_RELATIONSHIPS) {
            let made = state.relationships.get(own as usize);
            return made
                .map(|r| r.properties.iter().map(|(k, v)| (Arc::clone(k), v.clone())).collect())
                .unwrap_or_default();
        }
        let below = self.base.map(|b| b.relationship_properties(relationship)).unwrap_or_default();
        match state.altered.get(&relationship.identity()) {
            None => below,
            Some(altered) => overlaid(below, &altered.properties),
        }
    }

    fn expand(&self, node: NodeId, direction: Direction, types: &[TypeToken], out: &mut Vec<Hop>) {
        let state = self.state.borrow();
        let begin = out.len();
        if let Some(base) = self.base.filter(|_| !self.is_own(node)) {
            let known: Vec<TypeToken>;
            let below = if types.iter().any(|t| t.0 >= NEW_TOKENS) {
                known = types.iter().copied().filter(|t| t.0 < NEW_TOKENS).collect();
                &known
            } else {
                types
            };
            if types.is_empty() || !below.is_empty() {
                base.expand(node, direction, below, out);
            }
            if !state.altered.is_empty() {
                let lives = |hop: &Hop| state.altered.get(&hop.relationship.identity()).is_none_or(|a| !a.deleted);
                let mut kept: Vec<Hop> = out.drain(begin..).filter(lives).collect();
                out.append(&mut kept);
            }
        }
        let wanted = |r: &MadeRelationship| !r.deleted && (types.is_empty() || types.contains(&r.relationship.ty));
        if direction != Direction::Incoming {
            for own in state.outgoing.get(&node).into_iter().flatten() {
                let made = &state.relationships[*own as usize];
                if wanted(made) {
                    out.push(Hop { relationship: made.relationship, node: made.relationship.end });
                }
            }
        }
        if direction != Direction::Outgoing {
            for own in state.incoming.get(&node).into_iter().flatten() {
                let made = &state.relationships[*own as usize];
                let again = direction == Direction::Both && made.relationship.start == made.relationship.end;
                if wanted(made) && !again {
                    out.push(Hop { relationship: made.relationship, node: made.relationship.start });
                }
            }
        }
    }

    fn node_count(&self, label: Option<LabelToken>) -> u64 {
        let below = self.base.filter(|_| label.is_none_or(|l| l.0 < NEW_TOKENS)).map_or(0, |b| b.node_count(label));
        let state = self.state.borrow();
        let own = match label {
            None => state.nodes.iter().filter(|n| !n.deleted).count(),
            Some(label) => {
                let name = self.label_name_in(&state, label);
                state.nodes.iter().filter(|n| !n.deleted && n.labels.contains(&name)).count()
            }
        };
        below + own as u64
    }

    fn relationship_count(&self, ty: Option<TypeToken>) -> u64 {
        let below = self.base.filter(|_| ty.is_none_or(|t| t.0 < NEW_TOKENS)).map_or(0, |b| b.relationship_count(ty));
        let state = self.state.borrow();
        let own = state.relationships.iter().filter(|r| !r.deleted && ty.is_none_or(|t| r.relationship.ty == t));
        below + own.count() as u64
    }

    fn node_number(&self, node: NodeId) -> i64 {
        i64::from(node.0)
    }

    fn relationship_number(&self, relationship: Relationship) -> i64 {
        match (relationship.number.checked_sub(NEW_RELATIONSHIPS), self.base) {
            (Some(own), None) => i64::from(own),
            (_, Some(base)) if relationship.number < NEW_RELATIONSHIPS => base.relationship_number(relationship),
            _ => (i64::from(relationship.ty.0) << 32) | i64::from(relationship.number),
        }
    }

    fn catalogs(&self) -> Vec<Arc<str>> {
        self.base.map(|b| b.catalogs()).unwrap_or_default()
    }

    fn aliases(&self) -> Vec<(Arc<str>, Arc<str>)> {
        self.base.map(|b| b.aliases()).unwrap_or_default()
    }

    fn node_catalog(&self, node: NodeId) -> Option<Arc<str>> {
        self.base.filter(|_| !self.is_own(node)).and_then(|b| b.node_catalog(node))
    }

    fn relationship_catalog(&self, relationship: Relationship) -> Option<Arc<str>> {
        let below = self.base.filter(|_| relationship.number < NEW_RELATIONSHIPS);
        below.and_then(|b| b.relationship_catalog(relationship))
    }

    fn node_name(&self, node: NodeId) -> Option<Arc<str>> {
        if self.is_own(node) {
            return match self.property_named(node, "id") {
                Value::Text(text) => Some(text),
                _ => None,
            };
        }
        self.base.and_then(|b| b.node_name(node))
    }
}

/// Whether a node's changes take off a label.
fn takes_off(workspace: &Workspace<'_>, changed: &ChangedNode, label: Option<LabelToken>) -> bool {
    match (label, workspace.base) {
        (Some(label), Some(base)) if !changed.removed.is_empty() => changed.removed.contains(&base.label_name(label)),
        _ => false,
    }
}

fn overlaid(below: Vec<(Arc<str>, Value)>, changed: &Properties) -> Vec<(Arc<str>, Value)> {
    let mut all: Properties = below.into_iter().collect();
    for (key, value) in changed {
        if value.is_null() {
            all.remove(key);
        } else {
            all.insert(Arc::clone(key), value.clone());
        }
    }
    all.into_iter().collect()
}

impl Workspace<'_> {
    fn label_name_in(&self, state: &State, label: LabelToken) -> Arc<str> {
        if label.0 < NEW_TOKENS {
            return self.base.map_or_else(|| Arc::from(""), |b| b.label_name(label));
        }
        state.labels.name(label.0).unwrap_or_else(|| Arc::from(""))
    }

    fn property_named(&self, node: NodeId, name: &str) -> Value {
        let state = self.state.borrow();
        if self.is_own(node) {
            let made = state.nodes.get(self.own(node));
            return made.and_then(|n| n.properties.get(name).cloned()).unwrap_or_default();
        }
        if let Some(value) = state.changed.get(&node).and_then(|c| c.properties.get(name)) {
            return value.clone();
        }
        match self.base {
            Some(base) => base.key(name).map_or(Value::Null, |key| base.node_property(node, key)),
            None => Value::Null,
        }
    }
}
