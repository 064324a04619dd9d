//! `graph.shortestPath`: a shortest walk between two nodes.

use std::sync::Arc;

use hashbrown::HashMap;

use super::algorithm::Algorithm;
use super::options::{DIRECTION, LABELS, MAX_DISTANCE, Options, Part, Setting, TYPES};
use crate::query::error::Result;
use crate::query::exec::budget::Budget;
use crate::query::functions::{Surroundings, Type};
use crate::query::procedure::ProcedureRows;
use crate::query::registry::Bilingual;
use crate::query::source::{Hop, PropertyGraph};
use crate::query::value::{NodeId, Path, Relationship, Value};

const SETTINGS: &[Setting] = &[TYPES, LABELS, DIRECTION, MAX_DISTANCE];

/// The procedure.
pub(super) fn procedure() -> Algorithm {
    Algorithm::new(
        "graph.shortestPath",
        Bilingual {
            en: "A shortest path from a node to another: always the same of several, and no row where there is none.",
            zh: "从一个节点到另一个节点的一条最短路径；有多条时总取同一条，没有则无行。",
        },
        &[
            ("start", Bilingual { en: "The node that the path begins at.", zh: "路径的起点。" }),
            ("end", Bilingual { en: "The node that it ends at.", zh: "路径的终点。" }),
        ],
        SETTINGS,
        &[("path", Type::Path), ("length", Type::Integer)],
        run,
    )
}

fn run(around: &Surroundings<'_>, nodes: &[NodeId], options: &Options<'_>) -> Result<ProcedureRows<'static>> {
    let most = options.count("maxDistance")?.unwrap_or(u64::MAX);
    let path = match *nodes {
        [start, end] => search(around.graph, &options.part, (start, end), most, around.budget)?,
        _ => None,
    };
    let row = path.map(|path| {
        let length = path.relationships.len() as i64;
        Ok(vec![Value::Path(Arc::new(path)), Value::Integer(length)])
    });
    Ok(Box::new(row.into_iter()))
}

/// A search by distance that remembers by which relationship each node was first reached.
fn search(
    graph: &dyn PropertyGraph,
    part: &Part,
    (start, end): (NodeId, NodeId),
    most: u64,
    budget: &Budget,
) -> Result<Option<Path>> {
    /// What a node that was reached takes, in bytes.
    const REACHED: usize = 2 * size_of::<(NodeId, Relationship)>();
    let mut by: HashMap<NodeId, (NodeId, Relationship)> = HashMap::new();
    let (mut level, mut next) = (vec![start], Vec::new());
    let mut hops: Vec<Hop> = Vec::new();
    let mut distance = 0;
    let mut found = start == end;
    while !found && !level.is_empty() && distance < most {
        distance += 1;
        'level: for node in level.drain(..) {
            hops.clear();
            graph.expand(node, part.direction, &part.types, &mut hops);
            for hop in &hops {
                budget.tick()?;
                let known = hop.node == start || by.contains_key(&hop.node);
                if known || (hop.node != end && !part.holds(graph, hop.node)) {
                    continue;
                }
                budget.take(REACHED)?;
                by.insert(hop.node, (node, hop.relationship));
                if hop.node == end {
                    found = true;
                    break 'level;
                }
                next.push(hop.node);
            }
        }
        std::mem::swap(&mut level, &mut next);
    }
    if !found {
        return Ok(None);
    }
    let mut path = Path { nodes: vec![end], relationships: Vec::new() };
    let mut node = end;
    while node != start
        && let Some((before, relationship)) = by.get(&node)
    {
        path.nodes.push(*before);
        path.relationships.push(*relationship);
        node = *before;
    }
    path.nodes.reverse();
    path.relationships.reverse();
    Ok(Some(path))
}
