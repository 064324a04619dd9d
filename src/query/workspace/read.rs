//! A workspace as it is read: what is below, with what was written laid over it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{ChangedNode, MadeRelationship, NEW_RELATIONSHIPS, NEW_TOKENS, Properties, State, Workspace};
use crate::query::source::{Direction, Hop, PropertyGraph};
use crate::query::value::{KeyToken, LabelToken, NodeId, Relationship, TypeToken, Value};

/// The position of a scan at which nodes that changed or were made here begin.
const OWN_NODES: u64 = 1 << 62;

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
                && crate::query::compare::equals(&self.property_named(node, &name), value) == Some(true)
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

    fn shared(&self) -> Option<&(dyn PropertyGraph + Sync)> {
        let state = self.state.borrow();
        let of_nodes = state.nodes.is_empty() && state.changed.is_empty();
        let of_relationships = state.relationships.is_empty() && state.altered.is_empty();
        // Other threads do not see what is written here.
        self.base.filter(|_| of_nodes && of_relationships)?.shared()
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
        if !self.is_own(node) && key.0 < NEW_TOKENS && !self.state.borrow().changed.contains_key(&node) {
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
