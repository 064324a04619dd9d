//! `graph.dominators`: which node every walk from a start has to pass on its way to another.

use std::cmp::Reverse;

use super::algorithm::Algorithm;
use super::network::{NONE, Network};
use super::options::{DIRECTION, LABELS, Options, Setting, TYPES};
use crate::query::error::Result;
use crate::query::exec::budget::Budget;
use crate::query::functions::{Surroundings, Type};
use crate::query::procedure::ProcedureRows;
use crate::query::registry::Bilingual;
use crate::query::value::{NodeId, Value};

const SETTINGS: &[Setting] = &[TYPES, LABELS, DIRECTION];

/// The procedure.
pub(super) fn procedure() -> Algorithm {
    Algorithm::new(
        "graph.dominators",
        Bilingual {
            en: "For each node that walks from a start reach: the last other node that all of them pass, and how many nodes \
                 could not be reached without it. Those that most depend on come first.",
            zh: "从起点可到达的每个节点：所有路径必经的最后一个其他节点，以及失去该节点后将不可到达的节点数，影响大者在前。",
        },
        &[("start", Bilingual { en: "The node that walks begin at.", zh: "起点节点。" })],
        SETTINGS,
        &[("node", Type::Node), ("dominator", Type::Node), ("dominated", Type::Integer)],
        run,
    )
}

fn run(around: &Surroundings<'_>, nodes: &[NodeId], options: &Options<'_>) -> Result<ProcedureRows<'static>> {
    let [start] = *nodes else { return Ok(Box::new(std::iter::empty())) };
    let network = Network::reached(around.graph, &options.part, start, around.budget)?;
    let walk = Walk::new(&network, around.budget)?;
    let dominators = dominators(&network, &walk, around.budget)?;
    // A node comes after its dominator in the walk.
    let mut dominated = vec![0_i64; network.len()];
    for place in (1..dominators.len()).rev() {
        dominated[dominators[place] as usize] += dominated[place] + 1;
    }
    let node = |place: u32| network.nodes[walk.order[place as usize] as usize];
    let places = 1..network.len() as u32;
    let mut rows: Vec<(i64, NodeId, NodeId)> =
        places.map(|p| (dominated[p as usize], node(p), node(dominators[p as usize]))).collect();
    rows.sort_unstable_by_key(|(dominated, node, _)| (Reverse(*dominated), *node));
    Ok(Box::new(rows.into_iter().map(|(dominated, node, dominator)| {
        Ok(vec![Value::Node(node), Value::Node(dominator), Value::Integer(dominated)])
    })))
}

/// A walk in depth over the whole network, from its first node.
struct Walk {
    /// The nodes in the order in which they were entered.
    order: Vec<u32>,
    /// By node, its place in that order.
    places: Vec<u32>,
    /// By place, the place of the node from which it was entered.
    parents: Vec<u32>,
}

impl Walk {
    fn new(network: &Network, budget: &Budget) -> Result<Self> {
        let count = network.len();
        budget.take(count * 5 * size_of::<u32>())?;
        let mut walk = Self { order: vec![0], places: vec![NONE; count], parents: vec![0] };
        walk.places[0] = 0;
        let mut calls = vec![(0_u32, network.range(0).0)];
        while let Some((node, at)) = calls.last_mut() {
            budget.tick()?;
            if *at == network.range(*node).1 {
                calls.pop();
                continue;
            }
            let target = network.target(*at);
            *at += 1;
            if walk.places[target as usize] == NONE {
                walk.parents.push(walk.places[*node as usize]);
                walk.places[target as usize] = walk.order.len() as u32;
                walk.order.push(target);
                calls.push((target, network.range(target).0));
            }
        }
        Ok(walk)
    }
}

/// By place in the walk, the place of the immediate dominator; that of the start is its own. The algorithm is the simple
/// one of Lengauer and Tarjan (1979), which takes O(m log n) on every graph; paths are compressed without recursion.
fn dominators(network: &Network, walk: &Walk, budget: &Budget) -> Result<Vec<u32>> {
    let count = network.len();
    let incoming = network.turned(budget)?;
    budget.take(count * 6 * size_of::<u32>())?;
    let identity = || (0..count as u32).collect::<Vec<u32>>();
    let mut semi = identity();
    let mut dominators = vec![0; count];
    let mut forest = Forest { ancestors: vec![NONE; count], best: identity(), path: Vec::new() };
    // Places by their semidominator: the first of each, and the next after each.
    let (mut first, mut next) = (vec![NONE; count], vec![NONE; count]);
    for place in (1..count as u32).rev() {
        for before in incoming.neighbours(walk.order[place as usize]) {
            budget.tick()?;
            let best = forest.best(walk.places[*before as usize], &semi);
            semi[place as usize] = semi[place as usize].min(semi[best as usize]);
        }
        let of = semi[place as usize] as usize;
        next[place as usize] = first[of];
        first[of] = place;
        let parent = walk.parents[place as usize];
        forest.ancestors[place as usize] = parent;
        let mut waiting = std::mem::replace(&mut first[parent as usize], NONE);
        while waiting != NONE {
            let best = forest.best(waiting, &semi);
            let earlier = semi[best as usize] < semi[waiting as usize];
            dominators[waiting as usize] = if earlier { best } else { parent };
            waiting = next[waiting as usize];
        }
    }
    for place in 1..count {
        if dominators[place] != semi[place] {
            dominators[place] = dominators[dominators[place] as usize];
        }
    }
    Ok(dominators)
}

/// The forest of places that were looked at, with the best of each on the way to its root.
struct Forest {
    ancestors: Vec<u32>,
    best: Vec<u32>,
    path: Vec<u32>,
}

impl Forest {
    /// The place of the least semidominator on the way from a place up to its root, that not counted.
    fn best(&mut self, place: u32, semi: &[u32]) -> u32 {
        let mut top = place;
        while self.ancestors[top as usize] != NONE {
            self.path.push(top);
            top = self.ancestors[top as usize];
        }
        // The place below the root has nothing to learn.
        self.path.pop();
        while let Some(below) = self.path.pop() {
            let above = self.ancestors[below as usize] as usize;
            if semi[self.best[above] as usize] < semi[self.best[below as usize] as usize] {
                self.best[below as usize] = self.best[above];
            }
            self.ancestors[below as usize] = self.ancestors[above];
        }
        self.best[place as usize]
    }
}
