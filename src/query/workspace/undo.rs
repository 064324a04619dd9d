//! What a statement wrote, taken back: each write leaves behind how things were, and a statement that fails is undone from
//! its last write to its first.

use super::{AlteredRelationship, ChangedNode, MadeNode, MadeRelationship, NEW_RELATIONSHIPS, State, Workspace};
use crate::query::error::Result;
use crate::query::value::{NodeId, Relationship, TypeToken};

/// How something was before a write.
pub(super) enum Undo {
    /// The newest made node was not there.
    NoNode,
    /// A made node was so.
    Node(usize, Box<MadeNode>),
    /// A node below was so, or had not been changed.
    Changed(NodeId, Option<Box<ChangedNode>>),
    /// The newest made relationship was not there.
    NoRelationship,
    /// A made relationship was so.
    Relationship(usize, Box<MadeRelationship>),
    /// A relationship below was so, or had not been altered.
    Altered((TypeToken, u32), Option<Box<AlteredRelationship>>),
}

impl Workspace<'_> {
    /// Runs a statement whole or not at all: when it fails, the workspace is as it was.
    ///
    /// # Errors
    /// The statement's own.
    pub fn whole<T>(&self, statement: impl FnOnce() -> Result<T>) -> Result<T> {
        self.state.borrow_mut().journal.clear();
        let outcome = statement();
        let mut state = self.state.borrow_mut();
        let journal = std::mem::take(&mut state.journal);
        if outcome.is_err() {
            journal.into_iter().rev().for_each(|undo| state.undo(undo));
        }
        outcome
    }
}

impl State {
    /// Keeps how a made node is.
    pub(super) fn remember_node(&mut self, own: usize) {
        if let Some(made) = self.nodes.get(own) {
            self.journal.push(Undo::Node(own, Box::new(made.clone())));
        }
    }

    /// Keeps how a node below is.
    pub(super) fn remember_changed(&mut self, node: NodeId) {
        let before = self.changed.get(&node).cloned().map(Box::new);
        self.journal.push(Undo::Changed(node, before));
    }

    /// Keeps how a relationship is.
    pub(super) fn remember_relationship(&mut self, relationship: Relationship) {
        let identity = relationship.identity();
        let before = match relationship.number.checked_sub(NEW_RELATIONSHIPS) {
            Some(own) => {
                let own = own as usize;
                self.relationships.get(own).map(|made| Undo::Relationship(own, Box::new(made.clone())))
            }
            None => Some(Undo::Altered(identity, self.altered.get(&identity).cloned().map(Box::new))),
        };
        self.journal.extend(before);
    }

    fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::NoNode => drop(self.nodes.pop()),
            Undo::Node(own, before) => self.nodes[own] = *before,
            Undo::Changed(node, Some(before)) => drop(self.changed.insert(node, *before)),
            Undo::Changed(node, None) => drop(self.changed.remove(&node)),
            Undo::NoRelationship => {
                let Some(made) = self.relationships.pop() else { return };
                let Relationship { start, end, .. } = made.relationship;
                self.outgoing.get_mut(&start).and_then(Vec::pop);
                self.incoming.get_mut(&end).and_then(Vec::pop);
            }
            Undo::Relationship(own, before) => self.relationships[own] = *before,
            Undo::Altered(identity, Some(before)) => drop(self.altered.insert(identity, *before)),
            Undo::Altered(identity, None) => drop(self.altered.remove(&identity)),
        }
    }
}
