//! Chokepoints: platforms and departments whose loss alone would cut others off from what they have.

use hashbrown::HashMap;
use rayon::prelude::*;

use super::flow::{Carrier, Dominators, Flow, Start};
use super::row::{count, row, rows};
use super::sweep::{judge, sweep};
use crate::graph::Graph;
use crate::model::Value;
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure, RegionBy};
use crate::query::rows::Rows;

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "chokepoints",
    about: Bilingual {
        en: "Platforms and departments whose loss alone would cut others off from data that they need and have",
        zh: "一旦失效就会使他人已得到的数据中断的平台和部门",
    },
    parameters: &[],
    key: &["record"],
    columns: &[
        Column::text("finding_id"),
        Column::text("record"),
        Column::text("label"),
        Column::text("name"),
        Column::integer("cuts"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Record("record")),
    call,
};

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    const NAME: usize = 1;
    arguments.check(&PROCEDURE)?;
    let flow = Flow::of(graph, arguments);
    let mut cuts: Vec<(u64, Carrier)> = cuts(&flow)
        .into_iter()
        .zip(0..)
        .filter(|(cuts, carrier)| *cuts > 0 && !flow.network.is_absent(*carrier))
        .collect();
    let record = |carrier: Carrier| graph.id(flow.network.node(carrier));
    cuts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| record(a.1).cmp(record(b.1))));
    let found = cuts.into_iter().map(|(cuts, carrier)| {
        let node = flow.network.node(carrier);
        let cells = vec![
            Value::text(Some(graph.id(node))),
            Value::text(Some(graph.kind(node).label())),
            Value::text(graph.node_cell(node, NAME).text()),
            count(cuts),
        ];
        row(&PROCEDURE, cells, "note", false)
    });
    Ok(rows(&PROCEDURE, found.collect()))
}

/// The satisfied needs of datasets that start alike, by consumer.
type Satisfied = HashMap<Carrier, u64>;

/// How many needs of others the loss of each carrier would cut.
fn cuts(flow: &Flow<'_>) -> Vec<u64> {
    let parts: Vec<HashMap<Start, Satisfied>> =
        sweep(flow, HashMap::new, |found: &mut HashMap<Start, Satisfied>, reach, dataset| {
            let mut consumers = Vec::new();
            judge(flow, reach, dataset, |judged| consumers.extend(judged.met.then_some(judged.consumer)));
            if consumers.is_empty() {
                return;
            }
            let (start, entered) = Start::of(flow, dataset);
            // What is held, or comes without a station on the way, is there whatever else is lost.
            consumers.retain(|consumer| entered.binary_search(consumer).is_err());
            if !consumers.is_empty() {
                let satisfied = found.entry(start).or_default();
                consumers.into_iter().for_each(|c| *satisfied.entry(c).or_default() += 1);
            }
        });
    let mut all: HashMap<Start, Satisfied> = HashMap::new();
    for (start, satisfied) in parts.into_iter().flatten() {
        let sum = all.entry(start).or_default();
        for (consumer, needs) in satisfied {
            *sum.entry(consumer).or_default() += needs;
        }
    }
    let all: Vec<(Start, Satisfied)> = all.into_iter().collect();
    let zero = || vec![0; flow.network.len()];
    all.par_chunks(all.len().div_ceil(rayon::current_num_threads() * 8).max(1))
        .map(|chunk| {
            let (mut dominators, mut cuts) = (Dominators::new(flow), zero());
            for (start, satisfied) in chunk.iter().take_while(|_| !flow.stop.is_due()) {
                dominators.search(start, |c| satisfied.contains_key(&c));
                for (carrier, needs) in dominators.below(|c| satisfied.get(&c).copied().unwrap_or(0)) {
                    cuts[carrier as usize] += needs;
                }
            }
            cuts
        })
        .reduce(zero, |mut sum, part| {
            sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
            sum
        })
}
