//! barriers (不敢、不愿、不能、标准不一): who says what keeps data from being shared.

use std::collections::{BTreeMap, BTreeSet};

use super::super::union::Union;
use super::super::{Dataset, Row, World, text};
use super::{Judged, judged, place, row, runs_exchange};

#[derive(Default)]
struct Counts {
    datasets: usize,
    edges: usize,
    unmet: usize,
    contradicted: usize,
    suspected: bool,
}

pub fn barriers(world: &World) -> Vec<Row> {
    let union = world.union();
    let judged = judged(&union);
    let mut counts: BTreeMap<[String; 4], Counts> = BTreeMap::new();
    for dataset in union.datasets.values() {
        let Some(barrier) = &dataset.barrier else { continue };
        let counts = counts.entry(key(&union, barrier, Some(dataset))).or_default();
        let unmet: Vec<&Judged> = judged.iter().filter(|one| one.dataset.id == dataset.id && !one.met).collect();
        counts.datasets += 1;
        counts.unmet += unmet.len();
        counts.contradicted += usize::from(is_contradicted(&union, dataset, barrier));
        counts.suspected |= unmet.iter().any(|one| one.suspected);
    }
    for edge in union.edges.iter().filter(|edge| !edge.is_active()) {
        let mut barriers: BTreeSet<String> = edge.barriers();
        if barriers.is_empty() {
            barriers.insert("unstated".to_string());
        }
        // *Choice*: an edge that may carry more than one dataset has no holder either: tier and line are empty too.
        let dataset = union.datasets.get(edge.from());
        for barrier in barriers {
            counts.entry(key(&union, &barrier, dataset)).or_default().edges += 1;
        }
    }
    let rows = counts.into_iter().map(|([barrier, tier, line, sector], counts)| {
        let full = |part: &'_ str| text(Some(part).filter(|part| !part.is_empty()));
        let columns = vec![
            ("barrier", full(&barrier)),
            ("tier", full(&tier)),
            ("line", full(&line)),
            ("sector", full(&sector)),
            ("datasets", counts.datasets.into()),
            ("edges", counts.edges.into()),
            ("unmet", counts.unmet.into()),
            ("contradicted", counts.contradicted.into()),
        ];
        let severity = if counts.contradicted > 0 { "warning" } else { "note" };
        row("barriers", 4, columns, severity, counts.suspected)
    });
    rows.collect()
}

/// The barrier, the holder's tier and line, the dataset's sector; empty where there is none.
fn key(union: &Union, barrier: &str, dataset: Option<&Dataset>) -> [String; 4] {
    let holder = dataset.and_then(|dataset| union.holder_of(dataset));
    let tier = holder.and_then(|holder| union.tier_of(holder)).unwrap_or("");
    let line = holder.and_then(|holder| union.line_of(holder)).map_or("", |line| line.id.as_str());
    let sector = dataset.and_then(|dataset| dataset.sector.as_deref()).unwrap_or("");
    [barrier, tier, line, sector].map(str::to_string)
}

pub fn is_contradicted(union: &Union, dataset: &Dataset, barrier: &str) -> bool {
    match barrier {
        "risk" => dataset.quality.is_some_and(|quality| quality >= 0.8) && dataset.sensitivity == Some(1),
        "capacity" => {
            let region = union.holder_of(dataset).and_then(|holder| place(union, holder));
            region.is_some_and(|region| runs_exchange(union, region))
        }
        _ => false,
    }
}
