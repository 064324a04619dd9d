//! `graph.components`: the pieces that a graph falls into.

use petgraph::unionfind::UnionFind;

use super::algorithm::Algorithm;
use super::network::{NONE, Network, numbers};
use super::options::{LABELS, Options, Part, Setting, TYPES};
use crate::query::error::Result;
use crate::query::exec::budget::Budget;
use crate::query::functions::{Surroundings, Type};
use crate::query::procedure::ProcedureRows;
use crate::query::registry::Bilingual;
use crate::query::source::{Direction, Hop, PropertyGraph};
use crate::query::value::{NodeId, Value};

const SETTINGS: &[Setting] = &[
    TYPES,
    LABELS,
    Setting::new(
        "strong",
        "false",
        "whether two nodes are together only where walks along the relationships lead both ways",
        "是否要求沿关系方向互相可达才算同一分量",
    ),
];

/// The procedure.
pub(super) fn procedure() -> Algorithm {
    Algorithm::new(
        "graph.components",
        Bilingual {
            en: "The components of the graph, numbered from 1: the largest first, of equals the one with the first node.",
            zh: "图的连通分量，从 1 编号：大者在前，大小相同则以首个节点为序。",
        },
        &[],
        SETTINGS,
        &[("component", Type::Integer), ("node", Type::Node), ("size", Type::Integer)],
        run,
    )
}

fn run(around: &Surroundings<'_>, _: &[NodeId], options: &Options<'_>) -> Result<ProcedureRows<'static>> {
    let Surroundings { graph, budget, .. } = *around;
    let (nodes, components) = if options.flag("strong")? {
        let network = Network::whole(graph, &options.part, budget)?;
        let components = strong(&network, budget)?;
        (network.nodes, components)
    } else {
        let nodes = Network::nodes_of(graph, &options.part, budget)?;
        let components = weak(graph, &options.part, &nodes, budget)?;
        (nodes, components)
    };
    Ok(Box::new(in_order(nodes, &components)))
}

/// For every node a number that it has in common with those of its component: connected by relationships, whichever way
/// they run.
fn weak(graph: &dyn PropertyGraph, part: &Part, nodes: &[NodeId], budget: &Budget) -> Result<Vec<u32>> {
    let numbers = numbers(graph, nodes, budget)?;
    budget.take(nodes.len() * 2 * size_of::<u32>())?;
    let mut union = UnionFind::<u32>::new(nodes.len());
    let mut hops: Vec<Hop> = Vec::new();
    for (number, node) in nodes.iter().enumerate() {
        hops.clear();
        graph.expand(*node, Direction::Outgoing, &part.types, &mut hops);
        for hop in &hops {
            budget.tick()?;
            let other = numbers[hop.node.0 as usize];
            if other != NONE {
                union.union(number as u32, other);
            }
        }
    }
    Ok(union.into_labeling())
}

/// The same by Tarjan's algorithm, where walks along the neighbours lead both ways. The stack of calls is a list.
fn strong(network: &Network, budget: &Budget) -> Result<Vec<u32>> {
    let count = network.len();
    budget.take(count * 5 * size_of::<u32>())?;
    // When a node was entered, from 1 on; 0 for not yet. Once its component is complete, `NONE`.
    let mut low = vec![0_u32; count];
    let mut component = vec![NONE; count];
    let mut open: Vec<u32> = Vec::new();
    // Nodes that are being looked at: when they were entered, and the next of their neighbours.
    let mut calls: Vec<(u32, u32, u32)> = Vec::new();
    let mut entered = 0;
    for root in 0..count as u32 {
        if low[root as usize] != 0 {
            continue;
        }
        let mut enter = Some(root);
        loop {
            if let Some(node) = enter.take() {
                entered += 1;
                low[node as usize] = entered;
                open.push(node);
                calls.push((node, entered, network.range(node).0));
            }
            let Some((node, first, at)) = calls.last_mut() else { break };
            budget.tick()?;
            if *at < network.range(*node).1 {
                let target = network.target(*at);
                *at += 1;
                match low[target as usize] {
                    0 => enter = Some(target),
                    other => low[*node as usize] = low[*node as usize].min(other),
                }
                continue;
            }
            let (node, first) = (*node, *first);
            calls.pop();
            let lowest = low[node as usize];
            if lowest == first {
                while let Some(member) = open.pop() {
                    low[member as usize] = NONE;
                    component[member as usize] = node;
                    if member == node {
                        break;
                    }
                }
            } else if let Some((caller, ..)) = calls.last() {
                low[*caller as usize] = low[*caller as usize].min(lowest);
            }
        }
    }
    Ok(component)
}

/// Rows by component and node, the components numbered by their size and first node.
fn in_order<'a>(nodes: Vec<NodeId>, components: &[u32]) -> impl Iterator<Item = Result<Vec<Value>>> + 'a {
    let mut members: Vec<(u32, u32)> = components.iter().zip(0..).map(|(component, node)| (*component, node)).collect();
    members.sort_unstable();
    let mut groups: Vec<&[(u32, u32)]> = members.chunk_by(|a, b| a.0 == b.0).collect();
    groups.sort_unstable_by_key(|group| (std::cmp::Reverse(group.len()), group[0].1));
    let mut rows = Vec::with_capacity(members.len());
    for (number, group) in groups.into_iter().enumerate() {
        rows.extend(group.iter().map(|(_, node)| (number as i64 + 1, *node, group.len() as i64)));
    }
    rows.into_iter().map(move |(number, node, size)| {
        Ok(vec![Value::Integer(number), Value::Node(nodes[node as usize]), Value::Integer(size)])
    })
}
