//! unreachable (基层够不着): needs that are not met, and the cheapest repair of each.

use std::collections::BTreeMap;

use serde_json::Value;

use super::flow::{EdgeName, is_withheld, share_of};
use super::union::{Standing, Union};
use super::{Dataset, Need, Row, World, finding_id, text};

/// A row for every need, by a department of the tier (a tier id, `grassroots` or `all`), of a dataset that it does
/// not have. In the order of `consumer`, `dataset`, `service`.
///
/// A broken consumer is in no row, and neither is a need of a dataset that dangles.
pub fn unreachable(world: &World, tier: &str) -> Vec<Row> {
    let union = world.union();
    let mut rows = Vec::new();
    for need in &union.needs {
        let Some(dataset) = union.datasets.get(&need.dataset) else {
            continue;
        };
        let defined = union.departments.contains_key(&need.consumer);
        let asked_for = defined && is_of(&union, &need.consumer, tier);
        if asked_for && !union.reach(dataset).contains(&need.consumer) {
            rows.push(row(&union, need, dataset));
        }
    }
    let key = |row: &Row| ["consumer", "dataset", "service"].map(|column| row.text(column).to_string());
    rows.sort_by_key(key);
    rows
}

/// *Choice*: `all` is every department, those without a tier too; these are of no tier and not grassroots.
fn is_of(union: &Union, department: &str, tier: &str) -> bool {
    match tier {
        "all" => true,
        "grassroots" => union.is_grassroots(department),
        tier => union.tier_of(department) == Some(tier),
    }
}

fn row(union: &Union, need: &Need, dataset: &Dataset) -> Row {
    // *Choice*: `share` is the class that counts, as in a silo's row. A service is a property of the need and part of
    // what it is, so it is named though it dangle.
    let service = need.service.as_deref();
    let keys = [need.consumer.as_str(), &dataset.id, service.unwrap_or("")];
    let holder = union.holder_of(dataset);
    let withheld = is_withheld(dataset);
    let cause = match withheld {
        true => "withheld",
        false => union.stopped(dataset).unwrap_or("cut"),
    };
    let repair = cheapest_repair(union, dataset, &need.consumer);
    let listed = repair.iter().flatten().map(EdgeName::to_json).collect();
    let severity = if withheld { "note" } else { "violation" };
    let region = union.region_of(&need.consumer).map(|region| region.code.as_str());
    Row {
        columns: vec![
            ("finding_id", finding_id("unreachable", &keys).into()),
            ("consumer", need.consumer.clone().into()),
            ("dataset", dataset.id.clone().into()),
            ("service", text(service)),
            ("consumer_region", text(region)),
            ("title", text(dataset.title.as_deref())),
            ("holder", text(holder)),
            ("holder_tier", text(holder.and_then(|holder| union.tier_of(holder)))),
            ("share", share_of(dataset).into()),
            ("cause", cause.into()),
            ("barrier", text(union.barrier(dataset).as_deref())),
            ("repair", Value::Array(listed)),
            ("repair_cost", repair.map_or(Value::Null, |edges| edges.len().into())),
            ("severity", severity.into()),
            ("certainty", union.certainty(dataset).into()),
        ],
    }
}

/// A cheapest set of existing edges to open so that the consumer has the dataset, along the path; `None` if no path
/// exists even then, or the dataset is withheld. To pass an open edge costs nothing, to open a closed one 1, whatever
/// of the conditions closes it. An absent record may be passed through, a broken one never.
pub fn cheapest_repair(union: &Union, dataset: &Dataset, consumer: &str) -> Option<Vec<EdgeName>> {
    if is_withheld(dataset) {
        return None;
    }
    // The cheapest way known so far to each record: the edges to open on the way. Made cheaper until none can be.
    let sources = union.sources(dataset).into_iter();
    let mut ways: BTreeMap<String, Vec<EdgeName>> = sources.map(|source| (source, Vec::new())).collect();
    loop {
        let mut changed = false;
        for edge in &union.edges {
            if union.standing(edge.to()) == Standing::Broken {
                continue;
            }
            let Some(mut way) = ways.get(edge.from()).cloned() else {
                continue;
            };
            if !edge.is_open_for(dataset) {
                way.push(edge.name());
            }
            let known = ways.get(edge.to());
            if known.is_none_or(|known| way.len() < known.len()) {
                ways.insert(edge.to().to_string(), way);
                changed = true;
            }
        }
        if !changed {
            return ways.remove(consumer);
        }
    }
}

/// Is `repair` a cheapest repair: does opening precisely these edges, whatever closes each, bring the dataset to the
/// consumer, are they listed along the path, and are there as many as the cheapest cost? Where there is none, the
/// list has to be empty.
///
/// A name that several parallel edges bear stands for one of them. Since they share both ends, to open any of them
/// brings the dataset to the same record, so the choice does not matter.
pub fn check_repair(world: &World, dataset: &str, consumer: &str, repair: &[EdgeName]) -> Result<(), String> {
    let union = world.union();
    let dataset = union.datasets.get(dataset).ok_or(format!("{dataset} is no dataset"))?;
    if !union.departments.contains_key(consumer) {
        return Err(format!("{consumer} is no department"));
    }
    if union.reach(dataset).contains(consumer) {
        return Err(format!("{consumer} has {} already", dataset.id));
    }
    let Some(cheapest) = cheapest_repair(&union, dataset, consumer) else {
        return match repair {
            [] => Ok(()),
            some => Err(format!("there is no repair, but {some:?} is named")),
        };
    };
    if repair.len() != cheapest.len() {
        return Err(format!("it takes {} edges, such as {cheapest:?}, not {repair:?}", cheapest.len()));
    }
    let mut reached = union.reached(dataset);
    for name in repair {
        if !union.edges.iter().any(|edge| edge.name() == *name) {
            return Err(format!("there is no edge {name:?}"));
        }
        if union.standing(&name.to) == Standing::Broken {
            return Err(format!("{name:?} leads to a broken record"));
        }
        if !reached.contains(&name.from) {
            return Err(format!("{name:?} is not next along the path"));
        }
        // Along the path: from here on the dataset goes from the end of this edge.
        reached = union.spread(dataset, [name.to.clone()].into());
    }
    match reached.contains(consumer) {
        true => Ok(()),
        false => Err(format!("{consumer} does not have {} after {repair:?}", dataset.id)),
    }
}
