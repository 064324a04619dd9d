//! `why` in words.

use super::names::Names;
use crate::database::Snapshot;
use crate::database::error::Result;
use crate::findings::flow::{Closed, Flow, SharingEdge};
use crate::findings::why_in;
use crate::graph::Graph;
use crate::graph::Node;
use crate::model::vocabulary::SHARE;
use crate::model::{Kind, RelType, list};
use crate::query::exec::budget::Stop;
use crate::report::edge::EdgeInWords;
use crate::report::explain::{Certificate, ClosedEdge, Condition, WhyAnswer};

/// Why a department has a dataset, or cannot get it, in names.
///
/// # Errors
/// When an id is not of a department or a dataset, or could be of several.
pub fn explain_why(snapshot: &Snapshot, consumer: &str, dataset: &str) -> Result<WhyAnswer> {
    explain_in(&Flow::new(snapshot.graph.as_ref(), &Stop::default()), consumer, dataset)
}

/// As [`explain_why`], for one of several questions about what flows.
pub(super) fn explain_in(flow: &Flow<'_>, consumer: &str, dataset: &str) -> Result<WhyAnswer> {
    let graph = flow.graph;
    let why = why_in(flow, consumer, dataset)?;
    let names = Names { graph };
    let edges = |edges: &[SharingEdge]| -> Vec<EdgeInWords> { edges.iter().map(|&e| names.edge(e)).collect() };
    let certificate = why.path.is_none().then(|| Certificate {
        reached: why.reached.iter().map(|&n| names.of(n)).collect(),
        closed: why
            .closed
            .iter()
            .map(|closed| ClosedEdge {
                edge: names.edge(closed.edge),
                condition: condition(graph, why.dataset, closed.stated, closed.condition),
                barrier: closed.barrier.clone().unwrap_or_default(),
            })
            .collect(),
    });
    Ok(WhyAnswer {
        consumer_name: names.of(why.consumer),
        dataset_title: names.of(why.dataset),
        holder_name: why.holder.map(|h| names.of(h)).unwrap_or_default(),
        path: why.path.as_deref().map(edges),
        certificate,
        repair: why.repair.as_deref().map(edges).unwrap_or_default(),
        suspected: why.suspected,
    })
}

fn edge_text<'g>(graph: &'g dyn Graph, edge: SharingEdge, column: &str) -> Option<&'g str> {
    graph.edge_cell(edge.ty, edge.edge, Kind::Share.column(column)?).text()
}

/// What closes an edge for a dataset, with the two sides that disagree.
fn condition(graph: &dyn Graph, dataset: Node, edge: SharingEdge, closed: Option<Closed>) -> Condition {
    let stated = |column| edge_text(graph, edge, column).map(str::to_owned);
    let items = |column| -> Vec<String> {
        edge_text(graph, edge, column).into_iter().flat_map(list::split).map(std::borrow::Cow::into_owned).collect()
    };
    let own = |column| graph.text(dataset, column).map(str::to_owned);
    match closed {
        None => Condition::Broken,
        Some(Closed::Status) => Condition::Status { status: stated("status").unwrap_or_default() },
        Some(Closed::Share) => {
            let default = if edge.ty == RelType::GrantedTo { SHARE.words[1].0 } else { SHARE.words[0].0 };
            Condition::Share {
                share: own("share").unwrap_or_else(|| SHARE.words[1].0.to_owned()),
                carries: stated("carries").unwrap_or_else(|| default.to_owned()),
            }
        }
        Some(Closed::Sensitivity) => {
            let ceiling = Kind::Share.column("ceiling").and_then(|c| graph.edge_cell(edge.ty, edge.edge, c).number());
            Condition::Sensitivity {
                sensitivity: graph.number(dataset, "sensitivity").unwrap_or(4) as u8,
                ceiling: ceiling.unwrap_or(4) as u8,
            }
        }
        Some(Closed::Sector) => {
            Condition::Sector { sector: own("sector").unwrap_or_default(), sectors: items("sectors") }
        }
        Some(Closed::Standard) => {
            Condition::Standard { standard: own("standard").unwrap_or_default(), standards: items("standards") }
        }
    }
}
