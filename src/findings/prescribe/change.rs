//! A change to a plan: edges that it opens, or would, and what they let through that they did not before.

use fixedbitset::FixedBitSet;

use crate::findings::flow::{Carrier, Flow, Plan, Slot};
use crate::graph::Node;

/// Edges that a plan opens, or would.
pub(super) struct Change<'p> {
    pub(super) before: &'p Plan,
    pub(super) after: &'p Plan,
    /// The edges by which the two differ.
    pub(super) slots: &'p [Slot],
}

/// An edge that lets more through than before.
#[derive(Debug)]
pub(super) struct Opening {
    pub(super) slot: Slot,
    pub(super) source: Source,
    pub(super) target: Carrier,
    /// The classes that it lets through now and did not before.
    pub(super) classes: FixedBitSet,
}

/// Where an edge comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    Carrier(Carrier),
    Dataset(Node),
}

impl Change<'_> {
    /// The edges that let more through than before.
    pub(super) fn openings(&self, flow: &Flow<'_>) -> Vec<Opening> {
        self.slots.iter().map(|&slot| self.opening(flow, slot)).collect()
    }

    fn opening(&self, flow: &Flow<'_>, slot: Slot) -> Opening {
        let mut classes = self.after.terms(flow, slot).admitted().clone();
        classes.difference_with(self.before.terms(flow, slot).admitted());
        let target = flow.network.slot_target(slot);
        if let Some(carrier) = flow.network.slot_source(slot) {
            return Opening { slot, source: Source::Carrier(carrier), target, classes };
        }
        // What leaves a dataset carries that one alone.
        let dataset = flow.network.edge(flow.graph, slot).from;
        let mut own = flow.openness.no_classes();
        own.insert(flow.graph.node_class(dataset) as usize);
        classes.intersect_with(&own);
        Opening { slot, source: Source::Dataset(dataset), target, classes }
    }
}

impl Opening {
    /// Whether a dataset can come by this edge at all: an edge from a dataset leads on from that one alone.
    pub(super) fn leads(&self, dataset: Node) -> bool {
        match self.source {
            Source::Carrier(_) => true,
            Source::Dataset(source) => source == dataset,
        }
    }
}
