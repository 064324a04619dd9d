//! Asymmetry (上行易下行难): how much of what one tier needs of another it gets, upwards and downwards.

use super::flow::{Carrier, Flow};
use super::places::Places;
use super::row::{count, ratio, row, rows, share_of, sort_by_key};
use super::sweep::{Needs, judge, sweep};
use crate::graph::Graph;
use crate::model::{Kind, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure};
use crate::query::rows::Rows;

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "asymmetry",
    about: Bilingual {
        en: "How many needs of one tier for data of another are met, up and down the same chain of regions",
        zh: "同一隶属链上各层级之间的数据需求满足了多少：上行与下行之差",
    },
    parameters: &[],
    key: &["from_tier", "to_tier"],
    columns: &[
        Column::text("finding_id"),
        Column::text("from_tier"),
        Column::text("to_tier"),
        Column::integer("needs"),
        Column::integer("met"),
        Column::float("ratio"),
        Column::float("gap"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: None,
    call,
};

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let flow = Flow::of(graph, arguments);
    let places = Places::new(&flow);
    let tiers: Vec<&str> = graph.nodes(Kind::Tier).map(|t| graph.id(t)).collect();
    let counts = needs_between(&flow, &places, &tiers, |_| true);
    let between = |from: usize, to: usize| counts[from * tiers.len() + to];
    let mut found = Vec::new();
    for (from, from_id) in tiers.iter().enumerate() {
        for (to, to_id) in tiers.iter().enumerate().filter(|(to, _)| *to != from) {
            let (this, opposite) = (between(from, to), between(to, from));
            let goes_down = places.hierarchy.rank(from_id) < places.hierarchy.rank(to_id);
            let gap = share_of(opposite.met, opposite.needs).zip(share_of(this.met, this.needs));
            let gap = gap.filter(|_| goes_down).map(|(up, down)| up - down);
            let cells = vec![
                Value::text(Some(from_id)),
                Value::text(Some(to_id)),
                count(this.needs),
                count(this.met),
                ratio(this.met, this.needs),
                gap.map_or(Value::Null, Value::Float),
            ];
            let severity = if gap.is_some() && is_wide(opposite, this) { "warning" } else { "note" };
            found.push(row(&PROCEDURE, cells, severity, this.suspected));
        }
    }
    sort_by_key(&mut found, PROCEDURE.key.len());
    Ok(rows(&PROCEDURE, found))
}

/// Whether the ratio of one is a fifth or more above that of the other. In whole numbers, so that 0.7 and 0.5 are a
/// fifth apart.
fn is_wide(up: Needs, down: Needs) -> bool {
    let [up_met, up_needs, down_met, down_needs] = [up.met, up.needs, down.met, down.needs].map(i128::from);
    5 * (up_met * down_needs - down_met * up_needs) >= up_needs * down_needs
}

/// The needs of the consumers that count, by tier of the holder and tier of the consumer, in a square.
pub(super) fn needs_between(
    flow: &Flow<'_>,
    places: &Places<'_>,
    tiers: &[&str],
    counts: impl Fn(Carrier) -> bool,
) -> Vec<Needs> {
    let number = |carrier| places.tier(carrier).and_then(|t| tiers.iter().position(|id| *id == t.id));
    let numbers: Vec<Option<usize>> = (0..flow.network.departments()).map(number).collect();
    let counting: Vec<bool> = (0..flow.network.departments()).map(counts).collect();
    let square = || vec![Needs::default(); tiers.len() * tiers.len()];
    let parts = sweep(flow, square, |counts, reach, dataset| {
        let holder = flow.network.holder(dataset).filter(|&h| flow.network.is_department(h));
        let Some((holder, region)) = holder.and_then(|h| Some((h, places.region(h)?))) else { return };
        let withheld = flow.openness.is_withheld(flow.graph.node_class(dataset));
        let Some(from) = numbers[holder as usize].filter(|_| !withheld) else { return };
        judge(flow, reach, dataset, |judged| {
            let there = places.region(judged.consumer);
            let in_chain = there.is_some_and(|there| places.in_one_chain(there, region));
            let taken = in_chain && counting[judged.consumer as usize];
            if let Some(to) = numbers[judged.consumer as usize].filter(|_| taken) {
                counts[from * tiers.len() + to].take(judged);
            }
        });
    });
    let mut counts = square();
    for part in parts {
        counts.iter_mut().zip(part).for_each(|(sum, part)| sum.add(part));
    }
    counts
}
