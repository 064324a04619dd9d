//! `graph.degree`: how many relationships nodes have.

use std::cmp::Reverse;

use super::algorithm::Algorithm;
use super::network::Network;
use super::options::{Options, Setting};
use crate::query::error::Result;
use crate::query::functions::{Surroundings, Type};
use crate::query::procedure::ProcedureRows;
use crate::query::registry::Bilingual;
use crate::query::source::Direction;
use crate::query::value::{NodeId, Value};

const SETTINGS: &[Setting] = &[
    Setting::new(
        "types",
        "[]",
        "the types of relationships that count; all, where none is named",
        "计入的关系类型；不列则为全部",
    ),
    Setting::new(
        "labels",
        "[]",
        "the labels of nodes to give rows for, whatever is at the other end; all, where none is named",
        "给出哪些标签的节点（另一端不限）；不列则为全部",
    ),
    Setting::new(
        "direction",
        "'both'",
        "which relationships of a node count: 'outgoing', 'incoming' or 'both'",
        "计入节点的哪些关系：'outgoing'、'incoming' 或 'both'",
    ),
];

/// The procedure.
pub(super) fn procedure() -> Algorithm {
    Algorithm::new(
        "graph.degree",
        Bilingual {
            en: "How many relationships each node has, a loop counted once: the most first.",
            zh: "每个节点的关系数（自环计一次），由多到少。",
        },
        &[],
        SETTINGS,
        &[("node", Type::Node), ("degree", Type::Integer)],
        run,
    )
}

fn run(around: &Surroundings<'_>, _: &[NodeId], options: &Options<'_>) -> Result<ProcedureRows<'static>> {
    let Surroundings { graph, budget, .. } = *around;
    let part = &options.part;
    let direction = if options.has("direction") { part.direction } else { Direction::Both };
    let nodes = Network::nodes_of(graph, part, budget)?;
    budget.take(nodes.len() * size_of::<(u64, NodeId)>())?;
    let mut degrees = Vec::with_capacity(nodes.len());
    for node in nodes {
        budget.tick()?;
        degrees.push((graph.degree(node, direction, &part.types), node));
    }
    degrees.sort_unstable_by_key(|(degree, node)| (Reverse(*degree), *node));
    Ok(Box::new(
        degrees.into_iter().map(|(degree, node)| Ok(vec![Value::Node(node), Value::Integer(degree.cast_signed())])),
    ))
}
