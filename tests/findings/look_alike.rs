//! `look-alike`: every pair held against every other, name by name.

use std::collections::BTreeSet;

use proptest::prelude::*;
use tiaokuai::database::Value;

use crate::answer::{Held, answer, snapshot, with};
use crate::oracle::random::worlds;
use crate::oracle::union::{Union, or};
use crate::oracle::{Platform, World, finding_id};
use crate::trying;

/// What plain names are made of: the platforms of random worlds get some of these, some with the names of regions.
const WORDS: [&str; 11] = ["data", "portal", "City", "permit", "R2", "R3", "r2", "Ｒ３", "office", "数据共享", "數據"];

/// The words of a text without the names of these regions, case and traditional forms folded; of Han text the pairs
/// of characters that stand side by side.
fn words(text: Option<&str>, places: &[String]) -> BTreeSet<String> {
    let folded = text.unwrap_or_default().to_lowercase().replace("數據", "数据").replace("ｒ３", "r3");
    let plain = folded.split_whitespace().filter(|word| !places.contains(&word.to_string()));
    plain
        .flat_map(|word| match word.is_ascii() {
            true => vec![word.to_string()],
            false => word.chars().zip(word.chars().skip(1)).map(|(a, b)| format!("{a}{b}")).collect(),
        })
        .collect()
}

fn jaccard(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    a.intersection(b).count() as f64 / a.union(b).count().max(1) as f64
}

/// How alike two platforms are: by their names, and half by their descriptions where both have one. Names without a
/// word in common are not alike at all.
fn score(union: &Union, a: &Platform, b: &Platform) -> f64 {
    let of = |platform: &Platform, text: &Option<String>| {
        let own = union.operated_in(platform).map(|region| region.code.clone()).unwrap_or_default();
        let codes = std::iter::once(own.clone()).chain(union.above(&own));
        let places: Vec<String> =
            codes.filter_map(|code| union.regions.get(&code)?.name.clone()).map(|name| name.to_lowercase()).collect();
        words(text.as_deref(), &places)
    };
    let names = jaccard(&of(a, &a.name), &of(b, &b.name));
    let (one, other) = (of(a, &a.description), of(b, &b.description));
    match (names > 0.0, one.is_empty() || other.is_empty()) {
        (true, false) => (names + jaccard(&one, &other)) / 2.0,
        _ => names,
    }
}

/// In one chain of regions, or with one parent.
fn near(union: &Union, a: &Platform, b: &Platform) -> bool {
    let (Some(a), Some(b)) = (union.operated_in(a), union.operated_in(b)) else { return false };
    let above = |outer: &str, inner: &str| union.above(inner).iter().any(|code| code == outer);
    let siblings = a.parent.is_some() && a.parent == b.parent;
    siblings || a.code == b.code || above(&a.code, &b.code) || above(&b.code, &a.code)
}

/// Platform, counterpart, id and cost of every row, in order.
fn expected(union: &Union, threshold: f64) -> Vec<(String, String, String, i64)> {
    let counts = |p: &&Platform| or(&p.nature, "soft") == "soft" && or(&p.status, "running") != "retired";
    let platforms: Vec<&Platform> = union.platforms.values().filter(counts).collect();
    let mut rows = Vec::new();
    for (i, p) in platforms.iter().enumerate() {
        for q in &platforms[i + 1..] {
            let differs = p.function.is_none() || p.function != q.function;
            if differs && near(union, p, q) && score(union, p, q) >= threshold {
                let region = union.operated_in(p).map_or("", |region| region.code.as_str());
                let function = p.function.as_deref().unwrap_or("");
                let id = finding_id("redundant", &["look-alike", &p.id, function, region, &q.id]);
                rows.push((p.id.clone(), q.id.clone(), id, p.cost.unwrap_or(0)));
            }
        }
    }
    rows.sort_by_key(|(platform, counterpart, _, cost)| (-cost, platform.clone(), counterpart.clone()));
    rows
}

/// Gives the platforms of a world names and descriptions of a few words.
fn rename(world: &mut World, picks: &[Vec<usize>]) {
    let text = |picks: &[usize]| {
        let words: Vec<&str> = picks.iter().filter_map(|n| WORDS.get(*n).copied()).collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    let mut picks = picks.iter().cycle();
    for platform in world.catalogs.iter_mut().flat_map(|catalog| &mut catalog.platforms) {
        let mut next = || picks.next().and_then(|picks| text(picks));
        (platform.name, platform.description) = (next(), next());
    }
}

fn holds(world: &World, threshold: f64) -> Held {
    let arguments = with(&[("rule", Value::owned("look-alike".to_string())), ("threshold", Value::Float(threshold))]);
    let answer = answer(&snapshot(world)?, "redundant", &arguments)?;
    let text =
        |row: &serde_json::Map<String, serde_json::Value>, column: &str| row[column].as_str().unwrap_or("").to_string();
    let found: Vec<_> = answer
        .rows
        .iter()
        .map(|row| {
            let cost = row["cost"].as_f64().unwrap_or(-1.0) as i64;
            (text(row, "platform"), text(row, "counterpart"), text(row, "finding_id"), cost)
        })
        .collect();
    prop_assert_eq!(found, expected(&world.union(), threshold));
    prop_assert!(answer.rows.iter().all(|row| row["severity"] == "note" && row["certainty"] == "certain"));
    Ok(())
}

proptest! {
    #![proptest_config(trying(400))]

    #[test]
    fn no_pair_is_missed(
        mut world in worlds(),
        picks in proptest::collection::vec(proptest::collection::vec(0..13usize, 0..6), 10),
        threshold in prop::sample::select(vec![0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.8, 0.8, 0.9, 1.0]),
    ) {
        rename(&mut world, &picks);
        holds(&world, threshold)?;
    }
}
