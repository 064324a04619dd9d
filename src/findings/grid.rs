//! The needs that are met, by where they arise and between which tiers: what drawings show beside the findings.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::asymmetry::needs_between;
use super::flow::{Carrier, Flow};
use super::places::Places;
use super::sweep::{Needs, judge, sweep};
use crate::graph::Node;
use crate::model::Kind;

/// How many needs there are, and how many of them are met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NeedsMet {
    /// All that count: the consumer and the dataset are defined.
    pub needs: u64,
    /// Those where the consumer has the dataset.
    pub met: u64,
}

impl From<Needs> for NeedsMet {
    fn from(needs: Needs) -> Self {
        Self { needs: needs.needs, met: needs.met }
    }
}

/// The needs of a graph, counted two ways.
#[derive(Debug, Default)]
pub struct NeedsGrid<'g> {
    /// By the region of the consumer and the sector of the dataset; a consumer without a region counts nowhere.
    pub by_place: HashMap<(Node, Option<&'g str>), NeedsMet>,
    /// By the tier that holds and the tier that needs, where they are two: within one chain of regions, and without what
    /// is withheld, as asymmetry counts them.
    pub between_tiers: BTreeMap<(&'g str, &'g str), NeedsMet>,
}

/// Counts the needs of all departments, or of those in a region and under it, as one sum.
#[must_use]
pub fn needs_met(flow: &Flow<'_>, within: Option<Node>) -> NeedsMet {
    let places = Places::new(flow);
    let counts = counts(&places, within);
    let parts = sweep(flow, Needs::default, |sum: &mut Needs, reach, dataset| {
        judge(flow, reach, dataset, |judged| {
            if counts(judged.consumer) {
                sum.take(judged);
            }
        });
    });
    let mut sum = Needs::default();
    parts.into_iter().for_each(|part| sum.add(part));
    sum.into()
}

/// Whether a consumer is in a region or under it.
fn counts<'p, 'g>(places: &'p Places<'g>, within: Option<Node>) -> impl Fn(Carrier) -> bool + Sync + use<'p, 'g> {
    move |consumer| {
        within.is_none_or(|outer| places.region(consumer).is_some_and(|region| places.is_within(region, outer)))
    }
}

/// Counts the needs of all departments, or of those in a region and under it.
#[must_use]
pub fn needs_grid<'g>(flow: &Flow<'g>, within: Option<Node>) -> NeedsGrid<'g> {
    let graph = flow.graph;
    let places = Places::new(flow);
    let counts = counts(&places, within);
    let parts = sweep(flow, HashMap::new, |cells: &mut HashMap<(Node, Option<&'g str>), Needs>, reach, dataset| {
        let sector = graph.text(dataset, "sector");
        judge(flow, reach, dataset, |judged| {
            if let Some(region) = places.region(judged.consumer).filter(|_| counts(judged.consumer)) {
                cells.entry((region, sector)).or_default().take(judged);
            }
        });
    });
    let mut sums: HashMap<(Node, Option<&'g str>), Needs> = HashMap::new();
    for (cell, needs) in parts.into_iter().flatten() {
        sums.entry(cell).or_default().add(needs);
    }
    let tiers: Vec<&'g str> = graph.nodes(Kind::Tier).map(|tier| graph.id(tier)).collect();
    let square = needs_between(flow, &places, &tiers, counts);
    let pairs = tiers.iter().flat_map(|from| tiers.iter().map(move |to| (*from, *to)));
    NeedsGrid {
        by_place: sums.into_iter().map(|(cell, needs)| (cell, needs.into())).collect(),
        between_tiers: pairs.zip(square).filter(|((from, to), _)| from != to).map(|(p, n)| (p, n.into())).collect(),
    }
}
