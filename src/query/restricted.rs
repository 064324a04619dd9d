//! A graph as one of its catalogs knows it: what `USE catalog` queries.

use std::sync::Arc;

use super::source::{Direction, Hop, PropertyGraph};
use super::value::{KeyToken, LabelToken, NodeId, Relationship, TypeToken, Value};

/// The nodes and relationships of a graph that one catalog states.
pub struct Restricted<'g> {
    graph: &'g dyn PropertyGraph,
    catalog: Arc<str>,
}

impl<'g> Restricted<'g> {
    /// A graph as a catalog knows it.
    #[must_use]
    pub fn new(graph: &'g dyn PropertyGraph, catalog: &str) -> Self {
        Self { graph, catalog: Arc::from(catalog) }
    }

    fn keeps(&self, node: NodeId) -> bool {
        self.graph.node_catalog(node).as_deref() == Some(&*self.catalog)
    }
}

impl PropertyGraph for Restricted<'_> {
    fn node_bound(&self) -> u32 {
        self.graph.node_bound()
    }

    fn label(&self, name: &str) -> Option<LabelToken> {
        self.graph.label(name)
    }

    fn relationship_type(&self, name: &str) -> Option<TypeToken> {
        self.graph.relationship_type(name)
    }

    fn key(&self, name: &str) -> Option<KeyToken> {
        self.graph.key(name)
    }

    fn type_name(&self, ty: TypeToken) -> Arc<str> {
        self.graph.type_name(ty)
    }

    fn label_name(&self, label: LabelToken) -> Arc<str> {
        self.graph.label_name(label)
    }

    fn key_name(&self, key: KeyToken) -> Arc<str> {
        self.graph.key_name(key)
    }

    fn labels(&self) -> Vec<Arc<str>> {
        self.graph.labels()
    }

    fn relationship_types(&self) -> Vec<Arc<str>> {
        self.graph.relationship_types()
    }

    fn keys(&self) -> Vec<Arc<str>> {
        self.graph.keys()
    }

    fn scan(&self, label: Option<LabelToken>, from: u64, out: &mut Vec<NodeId>) -> Option<u64> {
        let begin = out.len();
        let next = self.graph.scan(label, from, out);
        let mut kept: Vec<NodeId> = out.drain(begin..).filter(|n| self.keeps(*n)).collect();
        out.append(&mut kept);
        next
    }

    fn seek(&self, label: LabelToken, key: KeyToken, value: &Value) -> Option<Vec<NodeId>> {
        let mut found = self.graph.seek(label, key, value)?;
        found.retain(|node| self.keeps(*node));
        Some(found)
    }

    fn has_index(&self, label: LabelToken, key: KeyToken) -> bool {
        self.graph.has_index(label, key)
    }

    fn node_exists(&self, node: NodeId) -> bool {
        self.graph.node_exists(node)
    }

    fn relationship_exists(&self, relationship: Relationship) -> bool {
        self.graph.relationship_exists(relationship)
    }

    fn has_label(&self, node: NodeId, label: LabelToken) -> bool {
        self.graph.has_label(node, label)
    }

    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>> {
        self.graph.node_labels(node)
    }

    fn node_property(&self, node: NodeId, key: KeyToken) -> Value {
        self.graph.node_property(node, key)
    }

    fn node_properties(&self, node: NodeId) -> Vec<(Arc<str>, Value)> {
        self.graph.node_properties(node)
    }

    fn relationship_property(&self, relationship: Relationship, key: KeyToken) -> Value {
        self.graph.relationship_property(relationship, key)
    }

    fn relationship_properties(&self, relationship: Relationship) -> Vec<(Arc<str>, Value)> {
        self.graph.relationship_properties(relationship)
    }

    fn expand(&self, node: NodeId, direction: Direction, types: &[TypeToken], out: &mut Vec<Hop>) {
        let begin = out.len();
        self.graph.expand(node, direction, types, out);
        let own = |hop: &Hop| {
            self.keeps(hop.node) && self.graph.relationship_catalog(hop.relationship).is_none_or(|c| c == self.catalog)
        };
        let mut kept: Vec<Hop> = out.drain(begin..).filter(own).collect();
        out.append(&mut kept);
    }

    fn node_count(&self, label: Option<LabelToken>) -> u64 {
        self.graph.node_count(label)
    }

    fn relationship_count(&self, ty: Option<TypeToken>) -> u64 {
        self.graph.relationship_count(ty)
    }

    fn end_label(&self, ty: TypeToken, end: bool) -> Option<LabelToken> {
        self.graph.end_label(ty, end)
    }

    fn node_number(&self, node: NodeId) -> i64 {
        self.graph.node_number(node)
    }

    fn relationship_number(&self, relationship: Relationship) -> i64 {
        self.graph.relationship_number(relationship)
    }

    fn catalogs(&self) -> Vec<Arc<str>> {
        self.graph.catalogs()
    }

    fn aliases(&self) -> Vec<(Arc<str>, Arc<str>)> {
        self.graph.aliases()
    }

    fn node_name(&self, node: NodeId) -> Option<Arc<str>> {
        self.graph.node_name(node)
    }

    fn node_catalog(&self, node: NodeId) -> Option<Arc<str>> {
        self.graph.node_catalog(node)
    }

    fn relationship_catalog(&self, relationship: Relationship) -> Option<Arc<str>> {
        self.graph.relationship_catalog(relationship)
    }
}
