//! Lagging (省级兜底): regions without an exchange platform that runs, or whose grassroots have less than half of what they
//! need, and who above could back them up.

use std::collections::HashMap;

use super::exchanges::regions_with_exchange;
use super::flow::Flow;
use super::places::Places;
use super::row::{count, id, ratio, row, rows};
use super::sweep::{Needs, judge, sweep};
use crate::graph::{Graph, Node};
use crate::model::{Kind, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure, RegionBy};
use crate::query::rows::Rows;

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "lagging",
    about: Bilingual {
        en: "Regions without a running exchange platform, or whose grassroots have under half of what they need",
        zh: "没有运行中的交换平台、或基层需求满足不足一半的区划，及可兜底的上级",
    },
    parameters: &[],
    key: &["region", "reason"],
    columns: &[
        Column::text("finding_id"),
        Column::text("region"),
        Column::text("reason"),
        Column::integer("needs"),
        Column::integer("met"),
        Column::float("ratio"),
        Column::text("backstop"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("region")),
    call,
};

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let flow = Flow::of(graph, arguments);
    let places = Places::new(&flow);
    let own = needs_by_region(&flow, &places, |consumer| places.is_grassroots(consumer));
    let needs = places.of_subtrees(&own, Needs::add);
    let exchanges = regions_with_exchange(graph, &places.hierarchy);
    let county = places.hierarchy.rank("county");
    let mut found = Vec::new();
    for region in graph.nodes(Kind::Region) {
        let rank = places.hierarchy.region_tier(region).and_then(|t| t.rank);
        let should_have = rank.zip(county).is_some_and(|(rank, county)| rank <= county);
        let of_region = needs.get(&region).copied().unwrap_or_default();
        let backstop = || places.upwards(region).skip(1).find(|r| exchanges.contains(r));
        let mut add = |reason: &'static str| {
            let cells = vec![
                Value::text(Some(graph.id(region))),
                Value::text(Some(reason)),
                count(of_region.needs),
                count(of_region.met),
                ratio(of_region.met, of_region.needs),
                id(graph, backstop()),
            ];
            found.push(row(&PROCEDURE, cells, "warning", of_region.suspected));
        };
        if 2 * of_region.met < of_region.needs {
            add("half-met");
        }
        if should_have && !exchanges.contains(&region) {
            add("no-exchange");
        }
    }
    Ok(rows(&PROCEDURE, found))
}

/// The needs of consumers that count, by the region of the consumer.
pub(super) fn needs_by_region(
    flow: &Flow<'_>,
    places: &Places<'_>,
    counts: impl Fn(u32) -> bool + Sync,
) -> HashMap<Node, Needs> {
    let counts: Vec<bool> = (0..flow.network.departments()).map(counts).collect();
    let of_consumer = needs_by_consumer(flow);
    let mut sums: HashMap<Node, Needs> = HashMap::new();
    for (consumer, needs) in of_consumer.into_iter().enumerate().filter(|(_, needs)| needs.needs > 0) {
        if let Some(region) = places.region(consumer as u32).filter(|_| counts[consumer]) {
            sums.entry(region).or_default().add(needs);
        }
    }
    sums
}

/// The needs of each department, by its number as a carrier.
fn needs_by_consumer(flow: &Flow<'_>) -> Vec<Needs> {
    let zero = || vec![Needs::default(); flow.network.departments() as usize];
    let parts = sweep(flow, zero, |needs, reach, dataset| {
        judge(flow, reach, dataset, |judged| needs[judged.consumer as usize].take(judged));
    });
    let mut sums = zero();
    for part in parts {
        sums.iter_mut().zip(part).for_each(|(sum, part)| sum.add(part));
    }
    sums
}
