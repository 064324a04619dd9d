//! What the engine asks of a graph, and nothing more: any property graph can be queried that answers this.
//!
//! Names are resolved to tokens once, when a plan is opened; what is asked for every row takes numbers. Lists are filled
//! into buffers of the caller, so that no borrow outlives a call and a graph may be written between two.

use std::sync::Arc;

use super::value::{KeyToken, LabelToken, NodeId, Relationship, TypeToken, Value};

pub use super::ast::Direction;

/// A relationship seen from one of its ends.
#[derive(Clone, Copy, Debug)]
pub struct Hop {
    /// The relationship.
    pub relationship: Relationship,
    /// The node at its other end.
    pub node: NodeId,
}

/// A property graph that can be read.
pub trait PropertyGraph {
    /// Every node's number is below this.
    fn node_bound(&self) -> u32;
    /// The token of a label; none where no node can have it.
    fn label(&self, name: &str) -> Option<LabelToken>;
    /// The token of a relationship type; none where no relationship can have it.
    fn relationship_type(&self, name: &str) -> Option<TypeToken>;
    /// The token of a property key; none where nothing can have it.
    fn key(&self, name: &str) -> Option<KeyToken>;
    /// The name of a relationship type.
    fn type_name(&self, ty: TypeToken) -> Arc<str>;
    /// The name of a label.
    fn label_name(&self, label: LabelToken) -> Arc<str>;
    /// The name of a property key.
    fn key_name(&self, key: KeyToken) -> Arc<str>;
    /// All labels that nodes have or can have, for completion and `SHOW LABELS`.
    fn labels(&self) -> Vec<Arc<str>>;
    /// All types that relationships have or can have.
    fn relationship_types(&self) -> Vec<Arc<str>>;
    /// All property keys that are known.
    fn keys(&self) -> Vec<Arc<str>>;

    /// Appends nodes of a label (of any, without one) to a buffer, beginning at a position, which is 0 at first.
    /// Answers the position to go on from, or none at the end. The order is the same every time.
    fn scan(&self, label: Option<LabelToken>, from: u64, out: &mut Vec<NodeId>) -> Option<u64>;
    /// The nodes of a label whose property equals a value, in the order of a scan; none where that takes a scan.
    fn seek(&self, label: LabelToken, key: KeyToken, value: &Value) -> Option<Vec<NodeId>>;
    /// Whether a seek by this label and key is cheaper than a scan.
    fn has_index(&self, label: LabelToken, key: KeyToken) -> bool;
    /// Whether a node is there: not deleted.
    fn node_exists(&self, node: NodeId) -> bool;
    /// Whether a relationship is there: not deleted.
    fn relationship_exists(&self, relationship: Relationship) -> bool;
    /// Whether a node has a label.
    fn has_label(&self, node: NodeId, label: LabelToken) -> bool;
    /// The labels of a node.
    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>>;
    /// A property of a node; null where it has none.
    fn node_property(&self, node: NodeId, key: KeyToken) -> Value;
    /// Whether a property of a node is this text; none where the node has no such property, or one of another type.
    fn node_property_is(&self, node: NodeId, key: KeyToken, text: &str) -> Option<bool> {
        match self.node_property(node, key) {
            Value::Text(own) => Some(*own == *text),
            _ => None,
        }
    }
    /// The properties of a node.
    fn node_properties(&self, node: NodeId) -> Vec<(Arc<str>, Value)>;
    /// A property of a relationship; null where it has none.
    fn relationship_property(&self, relationship: Relationship, key: KeyToken) -> Value;
    /// The properties of a relationship.
    fn relationship_properties(&self, relationship: Relationship) -> Vec<(Arc<str>, Value)>;
    /// Appends the relationships of a node, of some types (of any, where none is named), to a buffer. A loop comes
    /// once. The order is the same every time.
    fn expand(&self, node: NodeId, direction: Direction, types: &[TypeToken], out: &mut Vec<Hop>);
    /// How many relationships [`PropertyGraph::expand`] would give.
    fn degree(&self, node: NodeId, direction: Direction, types: &[TypeToken]) -> u64 {
        let mut hops = Vec::new();
        self.expand(node, direction, types, &mut hops);
        hops.len() as u64
    }

    /// How many nodes have a label, or how many there are: exact or a good guess, for the planner.
    fn node_count(&self, label: Option<LabelToken>) -> u64;
    /// How many relationships have a type, or how many there are: exact or a good guess.
    fn relationship_count(&self, ty: Option<TypeToken>) -> u64;
    /// The label that every node has at which relationships of a type end (or begin), where the graph knows one.
    fn end_label(&self, ty: TypeToken, end: bool) -> Option<LabelToken> {
        let _ = (ty, end);
        None
    }
    /// The number by which `id()` names a node.
    fn node_number(&self, node: NodeId) -> i64 {
        i64::from(node.0)
    }
    /// The number by which `id()` names a relationship.
    fn relationship_number(&self, relationship: Relationship) -> i64 {
        (i64::from(relationship.ty.0) << 32) | i64::from(relationship.number)
    }
    /// The catalogs that can be named by `USE`.
    fn catalogs(&self) -> Vec<Arc<str>> {
        Vec::new()
    }
    /// Other names of labels and types, each with the name that it stands for first.
    fn aliases(&self) -> Vec<(Arc<str>, Arc<str>)> {
        Vec::new()
    }
    /// The catalog that states a node, where there are catalogs.
    fn node_catalog(&self, node: NodeId) -> Option<Arc<str>> {
        let _ = node;
        None
    }
    /// The catalog that states a relationship by itself; none where one of its ends does, or where there are none.
    fn relationship_catalog(&self, relationship: Relationship) -> Option<Arc<str>> {
        let _ = relationship;
        None
    }
    /// The same graph for several threads at once, if it can be read so at present; tokens and numbers stay the same.
    fn shared(&self) -> Option<&(dyn PropertyGraph + Sync)> {
        None
    }
    /// The name that answers are to show a node by where they have room for one: its own id, if the graph has such.
    fn node_name(&self, node: NodeId) -> Option<Arc<str>>;
}
