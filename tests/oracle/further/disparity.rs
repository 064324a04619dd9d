//! disparity (区域差异): how well needs are met, group against group.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::union::Union;
use super::super::{Region, Row, World};
use super::{Figures, Judged, is_in, judged, place, ratio, row};

/// The groups of a kind: the needs of each, and the regions that put money and people in for it.
type Groups<'a> = BTreeMap<String, (Vec<&'a Judged>, Vec<&'a Region>)>;

pub fn disparity(world: &World) -> Vec<Row> {
    let union = world.union();
    let judged = judged(&union);
    let kinds = [
        ("bloc", blocs(&union, &judged)),
        ("compact", compacts(&union, &judged)),
        ("region", regions(&union, &judged)),
        ("tier", tiers(&union, &judged)),
    ];
    kinds.into_iter().flat_map(|(by, groups)| rows(by, groups)).collect()
}

fn rows(by: &str, groups: Groups) -> Vec<Row> {
    let share = |judged: &Vec<&Judged>| {
        let figures = Figures::of(judged.iter().copied());
        (figures.needs > 0).then(|| figures.met as f64 / figures.needs as f64)
    };
    let mut shares: Vec<f64> = groups.values().filter_map(|(judged, _)| share(judged)).collect();
    shares.sort_by(f64::total_cmp);
    let median = match shares.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(shares[odd / 2]),
        even => Some((shares[even / 2 - 1] + shares[even / 2]) / 2.0),
    };
    let of_group = |(group, (judged, regions)): (String, (Vec<&Judged>, Vec<&Region>))| {
        let figures = Figures::of(judged.iter().copied());
        let spread = share(&judged).zip(median).map_or(Value::Null, |(share, median)| (share - median).into());
        let sum = |stated: Vec<i64>| if stated.is_empty() { Value::Null } else { stated.iter().sum::<i64>().into() };
        let columns = vec![
            ("by", by.into()),
            ("group", group.into()),
            ("needs", figures.needs.into()),
            ("met", figures.met.into()),
            ("ratio", ratio(figures.met, figures.needs)),
            ("investment", sum(regions.iter().filter_map(|region| region.investment).collect())),
            ("staff", sum(regions.iter().filter_map(|region| region.staff).collect())),
            ("spread", spread),
        ];
        row("disparity", 2, columns, "note", figures.suspected)
    };
    groups.into_iter().map(of_group).collect()
}

/// A region counts its subtree.
fn regions<'a>(union: &'a Union, judged: &'a [Judged]) -> Groups<'a> {
    let group = |region: &'a Region| {
        let inside = |one: &&Judged| place(union, &one.consumer).is_some_and(|code| is_in(union, code, &region.code));
        (region.code.clone(), (judged.iter().filter(inside).collect(), vec![region]))
    };
    union.regions.values().map(group).collect()
}

/// *Choice*: a region is of the bloc that it states, else of that of the nearest region above that states one.
pub fn bloc_of<'a>(union: &'a Union, code: &str) -> Option<&'a str> {
    let mut chain = std::iter::once(code.to_string()).chain(union.above(code));
    chain.find_map(|code| union.regions.get(&code)?.bloc.as_deref())
}

/// *Choice*: what a region puts in is part of what one above it does, where both state the same bloc.
fn blocs<'a>(union: &'a Union, judged: &'a [Judged]) -> Groups<'a> {
    let stated: BTreeSet<String> = union.regions.values().filter_map(|region| region.bloc.clone()).collect();
    let group = |bloc: String| {
        let inside = |one: &&Judged| {
            place(union, &one.consumer).and_then(|code| bloc_of(union, code)).is_some_and(|other| other == bloc)
        };
        let states = |region: &&Region| {
            let above = union.above(&region.code);
            let above = above.iter().filter_map(|code| union.regions.get(code));
            region.bloc.as_ref() == Some(&bloc) && !above.into_iter().any(|above| above.bloc.as_ref() == Some(&bloc))
        };
        let (judged, regions) =
            (judged.iter().filter(inside).collect(), union.regions.values().filter(states).collect());
        (bloc, (judged, regions))
    };
    stated.into_iter().map(group).collect()
}

fn tiers<'a>(union: &'a Union, judged: &'a [Judged]) -> Groups<'a> {
    let group = |tier: &String| {
        let inside = |one: &&Judged| union.tier_of(&one.consumer) == Some(tier);
        let regions = union.regions.values().filter(|region| region.tier.as_ref() == Some(tier));
        (tier.clone(), (judged.iter().filter(inside).collect(), regions.collect()))
    };
    union.tiers.keys().map(group).collect()
}

/// Across each pair of regions with a compact, and across all other pairs of a tier that both regions of some compact are
/// of.
fn compacts<'a>(union: &'a Union, judged: &'a [Judged]) -> Groups<'a> {
    let pairs: BTreeSet<(String, String)> = pairs(union);
    let ends = |one: &Judged| {
        let holder = union.holder_of(&one.dataset)?;
        Some((place(union, &one.consumer)?.to_string(), place(union, holder)?.to_string()))
    };
    let mut groups = Groups::new();
    for (a, b) in &pairs {
        let across = |one: &&Judged| {
            let between = |x: &str, y: &str| ends(one).is_some_and(|(c, h)| is_in(union, &c, x) && is_in(union, &h, y));
            between(a, b) || between(b, a)
        };
        let regions = vec![&union.regions[a], &union.regions[b]];
        groups.insert(format!("{a};{b}"), (judged.iter().filter(across).collect(), regions));
    }
    let tier_of = |code: &str| union.regions[code].tier.clone();
    let tiers: BTreeSet<String> =
        pairs.iter().filter(|(a, b)| tier_of(a) == tier_of(b)).filter_map(|(a, _)| tier_of(a)).collect();
    for tier in tiers {
        let at = |code: &str| {
            let mut chain = std::iter::once(code.to_string()).chain(union.above(code));
            chain.find(|code| union.regions.get(code).is_some_and(|region| region.tier.as_ref() == Some(&tier)))
        };
        let others = |one: &&Judged| {
            let ends = ends(one).and_then(|(c, h)| Some((at(&c)?, at(&h)?)));
            ends.is_some_and(|(a, b)| a != b && !pairs.contains(&(a.clone(), b.clone())) && !pairs.contains(&(b, a)))
        };
        groups.insert(tier.clone(), (judged.iter().filter(others).collect(), Vec::new()));
    }
    groups
}

/// The pairs of different regions with a compact, both defined, the smaller code first.
pub fn pairs(union: &Union) -> BTreeSet<(String, String)> {
    let defined = |code: &String| union.regions.contains_key(code);
    let pairs = union.compacts.iter().filter(|c| c.a != c.b && defined(&c.a) && defined(&c.b));
    pairs.map(|c| (c.a.clone().min(c.b.clone()), c.a.clone().max(c.b.clone()))).collect()
}
