//! A graph in which nothing flows on the word of one side alone.

use std::cmp::Ordering;
use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::agreement::Agreements;
use super::{CellRef, EdgeIndex, Extra, FlowClass, Graph, Neighbours, Node, Outranked, Presence, Terms};
use crate::model::{Kind, RelType};

/// The status that stands in the terms of an edge that is closed here: whatever is not `active` passes nothing.
const UNANSWERED: &str = "claimed";

/// A graph whose claimed sharing edges are closed where the other side is present and does not state them. The records
/// are the base's: only what flows differs.
pub struct AgreedOnly {
    base: Arc<dyn Graph>,
    /// The edges that are closed here, by type and number.
    closed: [FixedBitSet; RelType::SHARING.len()],
    /// How many terms the base has; those of closed edges follow in the same order.
    terms: u32,
}

impl std::fmt::Debug for AgreedOnly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let closed: usize = self.closed.iter().map(|edges| edges.count_ones(..)).sum();
        f.debug_struct("AgreedOnly").field("closed", &closed).finish_non_exhaustive()
    }
}

impl AgreedOnly {
    /// Closes the claimed edges of a graph.
    #[must_use]
    pub fn new(base: Arc<dyn Graph>) -> Self {
        let mut closed = RelType::SHARING.map(|ty| FixedBitSet::with_capacity(base.edge_bound(ty) as usize));
        for (ty, _, _, edge, statement) in Agreements::new(base.as_ref()).between_catalogs() {
            if statement.is_unanswered() {
                closed[ty as usize].insert(edge as usize);
            }
        }
        let terms = base.terms().len() as u32;
        Self { base, closed, terms }
    }
}

impl Graph for AgreedOnly {
    fn node_bound(&self) -> Node {
        self.base.node_bound()
    }

    fn kind(&self, node: Node) -> Kind {
        self.base.kind(node)
    }

    fn presence(&self, node: Node) -> Presence {
        self.base.presence(node)
    }

    fn id(&self, node: Node) -> &str {
        self.base.id(node)
    }

    fn find(&self, kind: Kind, id: &str) -> Option<Node> {
        self.base.find(kind, id)
    }

    fn nodes(&self, kind: Kind) -> Box<dyn Iterator<Item = Node> + '_> {
        self.base.nodes(kind)
    }

    fn node_at(&self, kind: Kind, position: u64) -> Option<Node> {
        self.base.node_at(kind, position)
    }

    fn dangling(&self) -> Box<dyn Iterator<Item = Node> + '_> {
        self.base.dangling()
    }

    fn count(&self, kind: Kind) -> u64 {
        self.base.count(kind)
    }

    fn compare(&self, a: Node, b: Node) -> Ordering {
        self.base.compare(a, b)
    }

    fn node_catalog(&self, node: Node) -> &str {
        self.base.node_catalog(node)
    }

    fn node_cell(&self, node: Node, column: usize) -> CellRef<'_> {
        self.base.node_cell(node, column)
    }

    fn node_extras(&self, node: Node) -> Vec<Extra<'_>> {
        self.base.node_extras(node)
    }

    fn outranked(&self) -> &[Outranked] {
        self.base.outranked()
    }

    fn outgoing(&self, ty: RelType, node: Node) -> Neighbours<'_> {
        self.base.outgoing(ty, node)
    }

    fn incoming(&self, ty: RelType, node: Node) -> Neighbours<'_> {
        self.base.incoming(ty, node)
    }

    fn edge_count(&self, ty: RelType) -> u64 {
        self.base.edge_count(ty)
    }

    fn edge_bound(&self, ty: RelType) -> EdgeIndex {
        self.base.edge_bound(ty)
    }

    fn edge_catalog(&self, ty: RelType, edge: EdgeIndex) -> &str {
        self.base.edge_catalog(ty, edge)
    }

    fn edge_cell(&self, ty: RelType, edge: EdgeIndex, column: usize) -> CellRef<'_> {
        self.base.edge_cell(ty, edge, column)
    }

    fn edge_extras(&self, ty: RelType, edge: EdgeIndex) -> Vec<Extra<'_>> {
        self.base.edge_extras(ty, edge)
    }

    fn edge_terms(&self, ty: RelType, edge: EdgeIndex) -> u32 {
        let stated = self.base.edge_terms(ty, edge);
        let is_closed = self.closed.get(ty as usize).is_some_and(|edges| edges.contains(edge as usize));
        if is_closed { self.terms + stated } else { stated }
    }

    fn terms(&self) -> Vec<Terms<'_>> {
        let mut terms = self.base.terms();
        if self.closed.iter().any(|edges| !edges.is_clear()) {
            let closed: Vec<_> = terms.iter().map(|t| Terms { status: Some(UNANSWERED), ..*t }).collect();
            terms.extend(closed);
        }
        terms
    }

    fn node_class(&self, dataset: Node) -> u32 {
        self.base.node_class(dataset)
    }

    fn flow_classes(&self) -> Vec<FlowClass<'_>> {
        self.base.flow_classes()
    }
}
