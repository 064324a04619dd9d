//! Sharing edges one by one, whatever they join: for findings about the edges themselves.

use super::flow::{Flow, SharingEdge};
use crate::graph::{Graph, Node, Presence};
use crate::model::{RelType, Value};

/// The sharing edges of some types, each with its terms, until the flow is told to stop; one that both sides state stands
/// once.
pub(super) fn sharing_edges<'a>(
    flow: &'a Flow<'_>,
    types: &'a [RelType],
) -> impl Iterator<Item = (SharingEdge, u32)> + 'a {
    let graph = flow.graph;
    flow.stop.within(types.iter().flat_map(move |&ty| {
        let kind = ty.from();
        let sources = graph.nodes(kind).chain(graph.dangling().filter(move |&node| graph.kind(node) == kind));
        sources.flat_map(move |from| {
            let edges = flow.network.statements(graph, ty, from);
            edges.map(move |(to, edge, terms)| (SharingEdge { ty, from, to, edge }, terms))
        })
    }))
}

/// The four cells that name an edge: its type, its ends, and its own id where it has one.
pub(super) fn identity<'g>(graph: &'g dyn Graph, edge: &SharingEdge) -> [Value<'g>; 4] {
    const ID: usize = 10;
    [
        Value::text(Some(edge.ty.name())),
        Value::text(Some(graph.id(edge.from))),
        Value::text(Some(graph.id(edge.to))),
        Value::text(graph.edge_cell(edge.ty, edge.edge, ID).text()),
    ]
}

/// The dataset that an edge carries, where it carries one alone.
pub(super) fn only_dataset(edge: &SharingEdge) -> Option<Node> {
    matches!(edge.ty, RelType::GrantedTo | RelType::PublishedOn).then_some(edge.from)
}

/// The holder of a dataset, where both are defined.
pub(super) fn defined_holder(flow: &Flow<'_>, dataset: Node) -> Option<Node> {
    flow.holder(dataset).filter(|&h| flow.graph.presence(h) == Presence::Defined)
}
