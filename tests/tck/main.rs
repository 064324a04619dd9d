//! The openCypher TCK: every scenario of `../shared/tck` against the engine, with results, side effects, and errors by their
//! type, phase and detail. Where the kit is not there, nothing is tested, and the test says so.
//!
//! `TCK=Match4 cargo test --test tck -- --nocapture` runs the scenarios whose id contains a text, and tells of each failure.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cell;
mod feature;
mod judge;
mod known;

#[path = "../../examples/tck/effects.rs"]
mod effects;
#[path = "../../examples/tck/fixture.rs"]
mod fixture;
#[path = "../../examples/tck/scenario.rs"]
mod scenario;
#[path = "../../examples/tck/wire.rs"]
mod wire;

use std::collections::BTreeMap;
use std::panic;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use feature::Scenario;
use serde_json::{Value as Json, json};
use tiaokuai::query::plan::rules::RuleSet;

/// The stack of a thread that runs scenarios, as large as the program's own.
const STACK: usize = 8 << 20;

/// The scenarios of the kit, or none where it is not there.
fn scenarios() -> Option<Vec<Scenario>> {
    let kit = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/tck");
    if !kit.is_dir() {
        println!("skipped: there is no {}", kit.display());
        return None;
    }
    let mut all = feature::read(&kit).unwrap_or_else(|e| panic!("{e}"));
    if let Some(part) = std::env::var_os("TCK") {
        all.retain(|scenario| scenario.id.contains(&*part.to_string_lossy()));
    }
    Some(all)
}

/// Nothing, or what is wrong with the answers to a scenario.
fn run(scenario: &Scenario, rules: RuleSet) -> Result<(), String> {
    let mut setup = scenario.setup.clone();
    for (query, expectation) in &scenario.checks {
        let request = json!({
            "setup": setup,
            "query": query,
            "params": scenario.parameters,
            "procedures": scenario.procedures,
        });
        let request = request.to_string();
        let answer = panic::catch_unwind(|| scenario::answer(&request, rules));
        let answer: Json = match answer {
            Ok(answer) => serde_json::from_str(&answer).map_err(|e| format!("no JSON: {e}"))?,
            Err(_) => json!({ "panic": "it panicked" }),
        };
        judge::judge(expectation, &answer).map_err(|e| format!("{e}\n{query}"))?;
        setup.push(query.clone());
    }
    Ok(())
}

/// Runs scenarios on both cores; what is wrong with each.
fn run_all(scenarios: &[Scenario], rules: RuleSet) -> Vec<Result<(), String>> {
    let next = AtomicUsize::new(0);
    let mut results: Vec<(usize, Result<(), String>)> = thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            while let Some((i, scenario)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, scenarios.get(i)?)))
            {
                done.push((i, run(scenario, rules)));
            }
            done
        };
        let worker = || thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        let workers: Vec<_> = (0..2).map(|_| worker()).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    results.sort_by_key(|(i, _)| *i);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The reason why a scenario may fail.
fn reason(id: &str) -> Option<&'static str> {
    known::MAY_FAIL.iter().find(|(known, _)| id.starts_with(known)).map(|(_, reason)| *reason)
}

/// How many scenarios of each folder pass.
fn summary(scenarios: &[Scenario], results: &[Result<(), String>]) -> String {
    let mut folders: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (scenario, result) in scenarios.iter().zip(results) {
        for folder in [scenario.folder.as_str(), "together"] {
            let (passed, all) = folders.entry(folder).or_default();
            *passed += usize::from(result.is_ok());
            *all += 1;
        }
    }
    let lines = folders.iter().map(|(folder, (passed, all))| format!("{folder:40} {passed:5} of {all:5}\n"));
    lines.collect()
}

/// The failures that nobody allowed, in words.
fn failures(scenarios: &[Scenario], results: &[Result<(), String>]) -> Vec<String> {
    let failed = scenarios.iter().zip(results).filter(|(scenario, _)| reason(&scenario.id).is_none());
    failed.filter_map(|(scenario, result)| Some(format!("{}\n{}\n", scenario.id, result.as_ref().err()?))).collect()
}

#[test]
fn every_scenario_passes() {
    let Some(scenarios) = scenarios() else { return };
    let results = run_all(&scenarios, RuleSet::all());
    println!("{}", summary(&scenarios, &results));
    let failures = failures(&scenarios, &results);
    assert!(failures.is_empty(), "{}\n{} scenarios failed", failures.join("\n"), failures.len());
    let stale: Vec<&str> = known::MAY_FAIL
        .iter()
        .map(|(id, _)| *id)
        .filter(|id| scenarios.iter().zip(&results).any(|(s, _)| s.id.starts_with(id)))
        .filter(|id| scenarios.iter().zip(&results).all(|(s, r)| !s.id.starts_with(id) || r.is_ok()))
        .collect();
    assert!(stale.is_empty(), "these pass and need no excuse: {stale:?}");
}

/// The optimizer may make a query faster and nothing else.
#[test]
fn every_scenario_passes_without_the_optimizer() {
    let Some(scenarios) = scenarios() else { return };
    let results = run_all(&scenarios, RuleSet::none());
    let failures = failures(&scenarios, &results);
    assert!(failures.is_empty(), "{}\n{} scenarios failed", failures.join("\n"), failures.len());
}

/// A reader that skips scenarios would let everything pass.
#[test]
fn the_kit_is_read_to_its_end() {
    if std::env::var_os("TCK").is_some() {
        return;
    }
    let Some(scenarios) = scenarios() else { return };
    assert!(scenarios.len() > 2_700, "only {} scenarios were read", scenarios.len());
    for scenario in &scenarios {
        assert!(!scenario.checks.is_empty(), "{}: nothing is asked", scenario.id);
        let answered = |check: &(String, feature::Expectation)| !matches!(check.1.outcome, feature::Outcome::Any);
        assert!(scenario.checks.iter().any(answered), "{}: nothing is expected", scenario.id);
    }
}
