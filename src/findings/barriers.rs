//! Barriers (不敢、不愿、不能、标准不一): what is said to keep data from being shared, by whom, and where the records say
//! otherwise.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::exchanges::regions_with_exchange;
use super::flow::{Flow, SharingEdge};
use super::hierarchy::Hierarchy;
use super::row::{count, row, rows};
use super::sharing::{defined_holder, only_dataset, sharing_edges};
use super::sweep::{Needs, judge, sweep};
use crate::graph::{Graph, Node, Presence};
use crate::model::{RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure};
use crate::query::rows::Rows;

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "barriers",
    about: Bilingual {
        en: "What is said to keep data from being shared, by tier, line and sector, and what the records say against it",
        zh: "不共享的理由分布：按层级、条线、板块，及与台账不符之处",
    },
    parameters: &[],
    key: &["barrier", "tier", "line", "sector"],
    columns: &[
        Column::text("finding_id"),
        Column::text("barrier"),
        Column::text("tier"),
        Column::text("line"),
        Column::text("sector"),
        Column::integer("datasets"),
        Column::integer("edges"),
        Column::integer("unmet"),
        Column::integer("contradicted"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: None,
    call,
};

/// The barrier that no record names.
const UNSTATED: &str = "unstated";

/// The barrier, and the tier, line and sector that it stands in; empty where they are not known.
type Key<'g> = [&'g str; 4];

#[derive(Clone, Copy, Default)]
struct Counts {
    datasets: u64,
    edges: u64,
    unmet: u64,
    contradicted: u64,
    suspected: bool,
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let flow = Flow::of(graph, arguments);
    let hierarchy = Hierarchy::new(graph);
    let exchanges = regions_with_exchange(graph, &hierarchy);
    let mut counts: BTreeMap<Key<'g>, Counts> = BTreeMap::new();
    let parts = sweep(&flow, Vec::new, |found: &mut Vec<(Node, Needs)>, reach, dataset| {
        if graph.text(dataset, "barrier").is_some() {
            let mut needs = Needs::default();
            judge(&flow, reach, dataset, |judged| needs.take(judged));
            found.push((dataset, needs));
        }
    });
    for (dataset, needs) in parts.into_iter().flatten() {
        let barrier = graph.text(dataset, "barrier").unwrap_or(UNSTATED);
        let counts = counts.entry(key(&flow, &hierarchy, barrier, Some(dataset))).or_default();
        counts.datasets += 1;
        counts.unmet += needs.unmet();
        counts.contradicted += u64::from(is_contradicted(&flow, &hierarchy, &exchanges, barrier, dataset));
        counts.suspected |= needs.suspected;
    }
    for (edge, terms) in sharing_edges(&flow, &RelType::SHARING) {
        if !flow.openness.is_active(terms) {
            for barrier in barriers_of(&flow, &edge) {
                counts.entry(key(&flow, &hierarchy, barrier, only_dataset(&edge))).or_default().edges += 1;
            }
        }
    }
    let found = counts.into_iter().map(|(key, counts)| {
        let Counts { datasets, edges, unmet, contradicted, suspected } = counts;
        let mut cells: Vec<Value<'g>> = key.map(|part| Value::text(Some(part).filter(|p| !p.is_empty()))).to_vec();
        cells.extend([datasets, edges, unmet, contradicted].map(count));
        row(&PROCEDURE, cells, if contradicted > 0 { "warning" } else { "note" }, suspected)
    });
    Ok(rows(&PROCEDURE, found.collect()))
}

/// The row that a barrier of a dataset counts in, or one of no dataset alone.
fn key<'g>(flow: &Flow<'g>, hierarchy: &Hierarchy<'g>, barrier: &'g str, dataset: Option<Node>) -> Key<'g> {
    let graph = flow.graph;
    let holder = dataset.and_then(|d| defined_holder(flow, d));
    let tier = holder.and_then(|h| hierarchy.department_tier(h)).map(|t| t.id);
    let line = holder.and_then(|h| hierarchy.line(h)).map(|l| graph.id(l));
    let defined = dataset.filter(|&d| graph.presence(d) == Presence::Defined);
    let sector = defined.and_then(|d| graph.text(d, "sector"));
    [barrier, tier.unwrap_or_default(), line.unwrap_or_default(), sector.unwrap_or_default()]
}

/// The distinct barriers of an edge that is not active: those that its inactive statements name.
fn barriers_of<'g>(flow: &Flow<'g>, edge: &SharingEdge) -> BTreeSet<&'g str> {
    const BARRIER: usize = 9;
    let graph = flow.graph;
    let statements = [Some(edge.edge), flow.network.second_statement(graph, edge)];
    let inactive = statements
        .into_iter()
        .flatten()
        .filter(|&e| !flow.openness.is_active(graph.edge_terms(edge.ty, e)))
        .filter_map(|e| graph.edge_cell(edge.ty, e, BARRIER).text());
    let mut barriers: BTreeSet<&str> = inactive.collect();
    if barriers.is_empty() {
        barriers.insert(UNSTATED);
    }
    barriers
}

/// Whether the records say otherwise: a risk of data that is good and not sensitive, no capacity beside an exchange
/// platform that runs.
fn is_contradicted(
    flow: &Flow<'_>,
    hierarchy: &Hierarchy<'_>,
    exchanges: &HashSet<Node>,
    barrier: &str,
    dataset: Node,
) -> bool {
    let graph = flow.graph;
    match barrier {
        "risk" => {
            let quality = graph.number(dataset, "quality").map(|bits| f64::from_bits(bits as u64));
            quality.is_some_and(|q| q >= 0.8) && graph.number(dataset, "sensitivity") == Some(1)
        }
        "capacity" => {
            let holder = defined_holder(flow, dataset);
            holder.and_then(|h| hierarchy.region(h)).is_some_and(|region| exchanges.contains(&region))
        }
        _ => false,
    }
}
