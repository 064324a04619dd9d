//! A part of a graph, numbered compactly: its nodes from 0 on, and the neighbours of each in one list for all.

use fixedbitset::FixedBitSet;
use hashbrown::HashMap;

use super::options::Part;
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::exec::budget::Budget;
use crate::query::source::{Hop, PropertyGraph};
use crate::query::value::NodeId;

/// The number of no node.
pub(super) const NONE: u32 = u32::MAX;

/// Nodes and their neighbours. Parallel relationships are neighbours as often.
#[derive(Debug, Default)]
pub(super) struct Network {
    /// The nodes, by their number here.
    pub(super) nodes: Vec<NodeId>,
    /// Where the neighbours of each node begin in `targets`; one more than nodes.
    offsets: Vec<u32>,
    targets: Vec<u32>,
}

impl Network {
    /// Every node of a part, in the order of their numbers in the graph.
    ///
    /// # Errors
    /// When the query is interrupted, or has used what it may.
    pub(super) fn nodes_of(graph: &dyn PropertyGraph, part: &Part, budget: &Budget) -> Result<Vec<NodeId>> {
        let mut nodes = Vec::new();
        let labels: Vec<_> =
            if part.labels.is_empty() { vec![None] } else { part.labels.iter().copied().map(Some).collect() };
        for label in labels {
            let mut from = Some(0);
            while let Some(position) = from {
                let before = nodes.len();
                from = graph.scan(label, position, &mut nodes);
                budget.take((nodes.len() - before) * size_of::<NodeId>())?;
                budget.look()?;
            }
        }
        // A node may have several of the labels.
        nodes.sort_unstable();
        nodes.dedup();
        Ok(nodes)
    }

    /// A whole part of a graph, with the neighbours that its direction leads to.
    ///
    /// # Errors
    /// When the query is interrupted, or has used what it may.
    pub(super) fn whole(graph: &dyn PropertyGraph, part: &Part, budget: &Budget) -> Result<Self> {
        let nodes = Self::nodes_of(graph, part, budget)?;
        let numbers = numbers(graph, &nodes, budget)?;
        let mut network = Self { nodes: Vec::new(), offsets: vec![0], targets: Vec::new() };
        let mut hops: Vec<Hop> = Vec::new();
        for node in &nodes {
            hops.clear();
            graph.expand(*node, part.direction, &part.types, &mut hops);
            let neighbours = hops.iter().map(|hop| numbers[hop.node.0 as usize]).filter(|number| *number != NONE);
            network.push(neighbours, budget)?;
        }
        network.nodes = nodes;
        Ok(network)
    }

    /// What a walk from a node reaches; the node is number 0, the others follow by their distance.
    ///
    /// # Errors
    /// When the query is interrupted, or has used what it may.
    pub(super) fn reached(graph: &dyn PropertyGraph, part: &Part, start: NodeId, budget: &Budget) -> Result<Self> {
        let mut network = Self { nodes: vec![start], offsets: vec![0], targets: Vec::new() };
        let mut numbers: HashMap<NodeId, u32> = HashMap::from([(start, 0)]);
        let mut hops: Vec<Hop> = Vec::new();
        let mut neighbours = Vec::new();
        let mut next = 0;
        while let Some(node) = network.nodes.get(next).copied() {
            next += 1;
            hops.clear();
            neighbours.clear();
            graph.expand(node, part.direction, &part.types, &mut hops);
            for hop in &hops {
                if let Some(number) = numbers.get(&hop.node) {
                    neighbours.push(*number);
                } else if part.holds(graph, hop.node) {
                    let number = network.nodes.len() as u32;
                    budget.take(4 * size_of::<NodeId>())?;
                    numbers.insert(hop.node, number);
                    network.nodes.push(hop.node);
                    neighbours.push(number);
                }
            }
            network.push(neighbours.iter().copied(), budget)?;
        }
        Ok(network)
    }

    /// Appends the neighbours of the next node.
    fn push(&mut self, neighbours: impl Iterator<Item = u32>, budget: &Budget) -> Result<()> {
        let before = self.targets.len();
        self.targets.extend(neighbours);
        budget.take((self.targets.len() - before + 1) * size_of::<u32>())?;
        for _ in before..=self.targets.len() {
            budget.tick()?;
        }
        self.offsets.push(u32::try_from(self.targets.len()).map_err(|_| too_many())?);
        Ok(())
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The neighbours of a node.
    pub(super) fn neighbours(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.targets[self.offsets[node] as usize..self.offsets[node + 1] as usize]
    }

    /// Where the neighbours of a node are among those of all, for a search that remembers how far it got.
    pub(super) fn range(&self, node: u32) -> (u32, u32) {
        let node = node as usize;
        (self.offsets[node], self.offsets[node + 1])
    }

    /// The neighbour at a place.
    pub(super) fn target(&self, at: u32) -> u32 {
        self.targets[at as usize]
    }

    /// The same nodes, with every neighbour turned around.
    ///
    /// # Errors
    /// When the query has used what it may.
    pub(super) fn turned(&self, budget: &Budget) -> Result<Self> {
        budget.take((self.offsets.len() * 2 + self.targets.len()) * size_of::<u32>())?;
        let mut offsets = vec![0_u32; self.offsets.len()];
        for target in &self.targets {
            offsets[*target as usize + 1] += 1;
        }
        for i in 1..offsets.len() {
            offsets[i] += offsets[i - 1];
        }
        let mut places = offsets.clone();
        let mut targets = vec![0; self.targets.len()];
        for node in 0..self.len() as u32 {
            for target in self.neighbours(node) {
                let place = &mut places[*target as usize];
                targets[*place as usize] = node;
                *place += 1;
            }
        }
        Ok(Self { nodes: self.nodes.clone(), offsets, targets })
    }
}

/// By a node's number in the graph, its position in a list.
///
/// # Errors
/// When the query has used what it may.
pub(super) fn numbers(graph: &dyn PropertyGraph, nodes: &[NodeId], budget: &Budget) -> Result<Vec<u32>> {
    let bound = graph.node_bound() as usize;
    budget.take(bound * size_of::<u32>())?;
    let mut numbers = vec![NONE; bound];
    for (number, node) in nodes.iter().enumerate() {
        numbers[node.0 as usize] = number as u32;
    }
    Ok(numbers)
}

/// A set of nodes of a graph.
///
/// # Errors
/// When the query has used what it may.
pub(super) fn node_set(graph: &dyn PropertyGraph, budget: &Budget) -> Result<FixedBitSet> {
    let bound = graph.node_bound() as usize;
    budget.check(bound / 8)?;
    Ok(FixedBitSet::with_capacity(bound))
}

fn too_many() -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::LimitExceeded,
        Detail::MemoryExceeded,
        "there are more than 4294967295 relationships to look at",
        "要看的关系超过 4294967295 个",
    )
    .hint("name the types that matter with `types`", "请用 `types` 只列出有关的类型")
}
