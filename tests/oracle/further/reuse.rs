//! reuse (一地创新、多地复用): what became of each pilot, region by region.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;

use super::super::union::Union;
use super::super::{Pilot, Row, World};
use super::{TODAY, in_order, row};

pub fn reuse(world: &World) -> Vec<Row> {
    let union = world.union();
    let rows = union.pilots.values().flat_map(|pilot| of_pilot(&union, pilot)).collect();
    in_order(rows, 2)
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn of_pilot(union: &Union, pilot: &Pilot) -> Vec<Row> {
    // Adopters with the earliest day that is stated.
    let mut adopted: BTreeMap<&String, Option<&String>> = BTreeMap::new();
    let adoptions = union.adoptions.iter().filter(|a| a.pilot == pilot.id && union.regions.contains_key(&a.region));
    for adoption in adoptions {
        let days = [adopted.get(&adoption.region).copied().flatten(), adoption.since.as_ref()];
        adopted.insert(&adoption.region, days.into_iter().flatten().min());
    }
    let mut rows = Vec::new();
    let mut add = |region: &String, kind: &str, day: Option<&String>| {
        let lag = day.zip(pilot.since.as_ref()).map(|(day, since)| (date(day) - date(since)).get_days());
        let columns = vec![
            ("pilot", pilot.id.clone().into()),
            ("region", region.clone().into()),
            ("kind", kind.into()),
            ("since", dated(day)),
            ("lag_days", lag.map_or(Value::Null, Value::from)),
            ("adopters", Value::Null),
            ("provinces", Value::Null),
        ];
        rows.push(row("reuse", 2, columns, if kind == "reinvented" { "warning" } else { "note" }, false));
    };
    for (region, kind, day) in kinds(union, pilot, &adopted) {
        add(region, kind, day);
    }
    let newest = adopted.values().flatten().copied().chain(pilot.since.as_ref()).max();
    // Two years before the day that is asked on.
    let stalled = newest.is_some_and(|day| date(day) <= date(TODAY).saturating_sub(jiff::Span::new().years(2)));
    let provinces: BTreeSet<String> = adopted.keys().filter_map(|region| province(union, region)).collect();
    let columns = vec![
        ("pilot", pilot.id.clone().into()),
        ("region", Value::Null),
        ("kind", if stalled { "stalled" } else { "spread" }.into()),
        ("since", dated(newest)),
        ("lag_days", Value::Null),
        ("adopters", adopted.len().into()),
        ("provinces", provinces.len().into()),
    ];
    rows.push(row("reuse", 2, columns, if stalled { "warning" } else { "note" }, false));
    rows
}

fn dated(day: Option<&String>) -> Value {
    day.map_or(Value::Null, |day| serde_json::json!({"$date": day}))
}

/// What a region did, and when.
type Kind<'a> = (&'a String, &'static str, Option<&'a String>);

fn kinds<'a>(union: &'a Union, pilot: &'a Pilot, adopted: &BTreeMap<&'a String, Option<&'a String>>) -> Vec<Kind<'a>> {
    let home = pilot.region.as_ref().and_then(|code| union.regions.get(code));
    let mut kinds = Vec::new();
    for (code, region) in &union.regions {
        let built = union.platforms.values().filter(|platform| {
            let there = union.operated_in(platform).is_some_and(|region| region.code == *code);
            there && platform.function.is_some() && platform.function == pilot.function
        });
        // Built later than the pilot: the first of them.
        let later = built.filter_map(|platform| platform.built.as_ref());
        let later = later.filter(|built| pilot.since.as_ref().is_some_and(|since| *built > since)).min();
        let is_home = home.is_some_and(|home| home.code == *code);
        if let Some(day) = adopted.get(code) {
            kinds.push((code, "adopted", *day));
        } else if later.is_some() && !is_home {
            kinds.push((code, "reinvented", later));
        } else if !is_home && home.is_some_and(|home| home.tier.is_some() && home.tier == region.tier) {
            kinds.push((code, "open", None));
        }
    }
    kinds
}

fn province(union: &Union, code: &str) -> Option<String> {
    let rank = union.rank("province")?;
    let mut chain = std::iter::once(code.to_string()).chain(union.above(code));
    chain.find(|code| {
        let tier = union.regions.get(code).and_then(|region| region.tier.as_deref());
        tier.and_then(|tier| union.rank(tier)) == Some(rank)
    })
}
