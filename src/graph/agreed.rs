//! A graph in which nothing flows on the word of one side alone.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use super::agreement::Agreements;
use super::delegate::records_of_base;
use super::{EdgeIndex, Graph, Node, Terms};
use crate::model::RelType;

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
    records_of_base!();

    fn node_commit(&self, node: Node) -> Option<&str> {
        self.base.node_commit(node)
    }

    fn edge_commit(&self, ty: RelType, edge: EdgeIndex) -> Option<&str> {
        self.base.edge_commit(ty, edge)
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
}
