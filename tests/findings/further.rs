//! The rows of the findings beyond the first three.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::Value as Json;
use tiaokuai::database::{Snapshot, Value};

use crate::answer::{Held, answer, snapshot, with, word};
use crate::oracle::World;
use crate::oracle::flow::EdgeName;
use crate::oracle::further::prescribe::{Step, check, optimum};
use crate::oracle::further::{
    asymmetry, barriers, burden, chokepoints, claims, cohesion, contradictions, disparity, governance, idle, lagging,
    overdue, recollected, reuse, stovepipes,
};
use crate::oracle::random::worlds;
use crate::trying;

/// All of these findings of a world, but plans, are the oracle's.
pub(crate) fn hold(world: &World, snapshot: &Snapshot) -> Held {
    let plain = |finding: &str| answer(snapshot, finding, &with(&[]));
    plain("asymmetry")?.is(&asymmetry::asymmetry(world), "asymmetry")?;
    plain("stovepipes")?.is(&stovepipes::stovepipes(world), "stovepipes")?;
    plain("barriers")?.is(&barriers::barriers(world), "barriers")?;
    plain("burden")?.is(&burden::burden(world), "burden")?;
    plain("cohesion")?.is(&cohesion::cohesion(world), "cohesion")?;
    plain("disparity")?.is(&disparity::disparity(world), "disparity")?;
    plain("governance")?.is(&governance::by_holder(world), "governance")?;
    answer(snapshot, "governance", &with(&[("by", word("region"))]))?
        .is(&governance::by_region(world), "governance by region")?;
    plain("reuse")?.is(&reuse::reuse(world), "reuse")?;
    plain("lagging")?.is(&lagging::lagging(world), "lagging")?;
    plain("chokepoints")?.is(&chokepoints::chokepoints(world), "chokepoints")?;
    plain("claims")?.is(&claims::claims(world), "claims")?;
    plain("contradictions")?.is(&contradictions::contradictions(world), "contradictions")?;
    for threshold in [0.8, 0.5] {
        let arguments = with(&[("threshold", Value::Float(threshold))]);
        let of = format!("recollected at {threshold}");
        answer(snapshot, "recollected", &arguments)?.is(&recollected::recollected(world, threshold), &of)?;
    }
    for below in [0.2, 0.5] {
        let arguments = with(&[("below", Value::Float(below))]);
        answer(snapshot, "idle", &arguments)?.is(&idle::idle(world, below), &format!("idle below {below}"))?;
    }
    for holidays in [&[][..], &["2026-04-30", "2026-04-18", "2026-04-20"]] {
        let list = Value::List(holidays.iter().map(|day| word(day)).collect());
        let arguments = with(&[("holidays", list)]);
        answer(snapshot, "overdue", &arguments)?.is(&overdue::overdue(world, holidays), "overdue")?;
    }
    Ok(())
}

/// The plan of at most `k` edges.
fn plan(snapshot: &Snapshot, k: usize) -> Result<Vec<Step>, TestCaseError> {
    let answer = answer(snapshot, "prescribe", &with(&[("k", Value::Integer(k as i64))]))?;
    let step = |row: &serde_json::Map<String, Json>| {
        let number = |column: &str| row[column].as_u64().unwrap_or(u64::MAX) as usize;
        let edges = EdgeName::list_from_json(&row["edges"]).map_err(TestCaseError::fail)?;
        let meets: u64 = row["meets"].as_array().into_iter().flatten().filter_map(|one| one["needs"].as_u64()).sum();
        prop_assert_eq!(meets as usize, number("needs_met"));
        let [needs_met, total_met, bound] = ["needs_met", "total_met", "bound"].map(number);
        Ok(Step { edges, needs_met, total_met, bound })
    };
    answer.rows.iter().map(step).collect()
}

proptest! {
    #![proptest_config(trying(400))]

    #[test]
    fn further_findings_are_those_of_the_contract(world in worlds()) {
        hold(&world, &snapshot(&world)?)?;
    }
}

proptest! {
    #![proptest_config(trying(120))]

    #[test]
    fn plans_do_what_they_say(world in worlds()) {
        let snapshot = snapshot(&world)?;
        for k in [1, 3] {
            check(&world, k, &plan(&snapshot, k)?).map_err(|reason| TestCaseError::fail(format!("k = {k}: {reason}")))?;
        }
    }
}

/// How good plans of two edges are: held against the best of all, by trying them all on small worlds. The worst and the
/// mean share of the optimum are stated here, so that a change for the worse is seen.
#[test]
fn plans_come_close_to_the_best_there_is() {
    const K: usize = 2;
    let mut runner = TestRunner::deterministic();
    let (mut worst, mut sum, mut count) = (1.0f64, 0.0, 0);
    while count < 40 {
        let world = worlds().new_tree(&mut runner).unwrap().current();
        if world.union().edges.len() > 8 {
            continue;
        }
        let best = optimum(&world.union(), K);
        if best == 0 {
            continue;
        }
        let met = plan(&snapshot(&world).unwrap(), K).unwrap().last().map_or(0, |step| step.total_met);
        let share = met as f64 / best as f64;
        assert!(share <= 1.0, "better than the best there is: {met} of {best}");
        (worst, sum, count) = (worst.min(share), sum + share, count + 1);
    }
    let mean = sum / f64::from(count);
    println!("of the optimum: worst {worst:.3}, mean {mean:.3}");
    assert!(worst >= 0.5, "the worst plan meets {worst:.3} of the optimum");
    assert!(mean >= 0.95, "plans meet {mean:.3} of the optimum on the mean");
}
