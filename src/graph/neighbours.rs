//! The neighbours of a node along one type of relationship.

use super::{EdgeIndex, Node};

/// Neighbours, and the relationship that leads to each. Both slices are borrowed: nothing is copied to look around.
#[derive(Clone, Copy, Debug)]
pub struct Neighbours<'a> {
    /// The neighbours, in identity order, those that dangle last; one that several relationships lead to stands several times.
    pub nodes: &'a [Node],
    edges: Edges<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Edges<'a> {
    Run(EdgeIndex),
    Listed(&'a [EdgeIndex]),
}

/// No neighbours.
pub const NO_NEIGHBOURS: Neighbours<'static> = Neighbours { nodes: &[], edges: Edges::Run(0) };

impl<'a> Neighbours<'a> {
    /// Neighbours whose relationships are numbered in a run from this one.
    #[must_use]
    pub fn run(nodes: &'a [Node], first: EdgeIndex) -> Self {
        Self { nodes, edges: Edges::Run(first) }
    }

    /// Neighbours with their relationships.
    #[must_use]
    pub fn listed(nodes: &'a [Node], edges: &'a [EdgeIndex]) -> Self {
        Self { nodes, edges: Edges::Listed(edges) }
    }

    /// The relationship to the neighbour at this position.
    #[must_use]
    pub fn edge(&self, i: usize) -> EdgeIndex {
        match self.edges {
            Edges::Run(first) => first + i as u32,
            Edges::Listed(edges) => edges[i],
        }
    }

    /// Each neighbour with its relationship.
    pub fn iter(self) -> impl ExactSizeIterator<Item = (Node, EdgeIndex)> + 'a {
        self.nodes.iter().enumerate().map(move |(i, &node)| (node, self.edge(i)))
    }

    /// Whether several relationships lead to one of them.
    #[must_use]
    pub fn repeat(&self) -> bool {
        self.nodes.windows(2).any(|pair| pair[0] == pair[1])
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}
