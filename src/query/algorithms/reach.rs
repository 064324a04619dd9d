//! `graph.reach`: what can be reached from a node, and how far it is.

use super::algorithm::Algorithm;
use super::network::node_set;
use super::options::{DIRECTION, LABELS, MAX_DISTANCE, Options, Setting, TYPES};
use crate::query::error::Result;
use crate::query::functions::{Surroundings, Type};
use crate::query::procedure::ProcedureRows;
use crate::query::registry::Bilingual;
use crate::query::source::Hop;
use crate::query::value::{NodeId, Value};

const SETTINGS: &[Setting] = &[TYPES, LABELS, DIRECTION, MAX_DISTANCE];

/// The procedure.
pub(super) fn procedure() -> Algorithm {
    Algorithm::new(
        "graph.reach",
        Bilingual {
            en: "The other nodes that walks from a node reach, with the length of the shortest: the nearest first.",
            zh: "从一个节点出发能到达的其他节点及最短距离，由近及远。",
        },
        &[("start", Bilingual { en: "The node that walks begin at.", zh: "起点节点。" })],
        SETTINGS,
        &[("node", Type::Node), ("distance", Type::Integer)],
        run,
    )
}

/// A search by distance; nodes of one distance come in the order of their numbers.
fn run(around: &Surroundings<'_>, nodes: &[NodeId], options: &Options<'_>) -> Result<ProcedureRows<'static>> {
    let Surroundings { graph, budget, .. } = *around;
    let (part, most) = (&options.part, options.count("maxDistance")?.unwrap_or(u64::MAX));
    let mut seen = node_set(graph, budget)?;
    let mut found: Vec<NodeId> = nodes.to_vec();
    nodes.iter().for_each(|node| seen.insert(node.0 as usize));
    // Where the nodes of each distance begin in `found`.
    let mut levels = vec![0];
    let mut hops: Vec<Hop> = Vec::new();
    while levels.len() as u64 <= most {
        let level = levels.last().copied().unwrap_or(0)..found.len();
        if level.is_empty() {
            break;
        }
        levels.push(level.end);
        for i in level.clone() {
            hops.clear();
            graph.expand(found[i], part.direction, &part.types, &mut hops);
            for hop in &hops {
                budget.tick()?;
                if !seen.contains(hop.node.0 as usize) && part.holds(graph, hop.node) {
                    seen.insert(hop.node.0 as usize);
                    budget.take(size_of::<NodeId>())?;
                    found.push(hop.node);
                }
            }
        }
        found[level.end..].sort_unstable();
    }
    let mut distance = 0;
    let rows = found.into_iter().enumerate().skip(nodes.len()).map(move |(i, node)| {
        while levels.get(distance + 1).is_some_and(|begin| i >= *begin) {
            distance += 1;
        }
        Ok(vec![Value::Node(node), Value::Integer(distance as i64)])
    });
    Ok(Box::new(rows))
}
