//! petgraph's traits on the flow graph, so that its algorithms run on it where it lies.

use fixedbitset::FixedBitSet;
use petgraph::visit::{
    GraphBase, GraphRef, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, NodeIndexable, Visitable,
};

use super::{Graph, Node};
use crate::model::RelType;

/// The sharing edges of a graph as petgraph sees them, whatever their terms.
#[derive(Clone, Copy)]
pub struct FlowView<'g>(pub &'g dyn Graph);

impl std::fmt::Debug for FlowView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FlowView").field(&self.0.node_bound()).finish()
    }
}

impl GraphBase for FlowView<'_> {
    type EdgeId = (RelType, u32);
    type NodeId = Node;
}

impl GraphRef for FlowView<'_> {}

impl<'g> IntoNeighbors for FlowView<'g> {
    type Neighbors = Box<dyn Iterator<Item = Node> + 'g>;

    fn neighbors(self, node: Node) -> Self::Neighbors {
        Box::new(RelType::SHARING.into_iter().flat_map(move |ty| self.0.outgoing(ty, node).nodes.iter().copied()))
    }
}

impl<'g> IntoNeighborsDirected for FlowView<'g> {
    type NeighborsDirected = Box<dyn Iterator<Item = Node> + 'g>;

    fn neighbors_directed(self, node: Node, direction: petgraph::Direction) -> Self::NeighborsDirected {
        match direction {
            petgraph::Direction::Outgoing => self.neighbors(node),
            petgraph::Direction::Incoming => Box::new(
                RelType::SHARING.into_iter().flat_map(move |ty| self.0.incoming(ty, node).nodes.iter().copied()),
            ),
        }
    }
}

impl IntoNodeIdentifiers for FlowView<'_> {
    type NodeIdentifiers = std::ops::Range<Node>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        0..self.0.node_bound()
    }
}

impl NodeIndexable for FlowView<'_> {
    fn node_bound(&self) -> usize {
        self.0.node_bound() as usize
    }

    fn to_index(&self, node: Node) -> usize {
        node as usize
    }

    fn from_index(&self, index: usize) -> Node {
        index as Node
    }
}

impl Visitable for FlowView<'_> {
    type Map = FixedBitSet;

    fn visit_map(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.0.node_bound() as usize)
    }

    fn reset_map(&self, map: &mut FixedBitSet) {
        map.clear();
        map.grow(self.0.node_bound() as usize);
    }
}
