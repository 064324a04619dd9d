//! The rows of silos, unreachable and redundant.

use proptest::prelude::*;
use tiaokuai::database::{Snapshot, Value};

use crate::answer::{Held, answer, snapshot, with, word};
use crate::oracle::flow::EdgeName;
use crate::oracle::random::worlds;
use crate::oracle::redundant::redundant;
use crate::oracle::silos::{SCOPES, silos};
use crate::oracle::unreachable::{check_repair, unreachable};
use crate::oracle::{Row, World};
use crate::trying;

/// The rules that the oracle knows.
pub(crate) const RULES: [&str; 3] = ["built-above", "could-unify", "twice-here"];

/// All findings of a world are the oracle's.
pub(crate) fn hold(world: &World, snapshot: &Snapshot) -> Held {
    for scope in SCOPES {
        silos_hold(world, snapshot, scope)?;
    }
    unreachable_holds(world, snapshot, "grassroots")?;
    unreachable_holds(world, snapshot, "all")?;
    redundant_holds(world, snapshot)
}

fn silos_hold(world: &World, snapshot: &Snapshot, scope: &str) -> Held {
    for withheld in [false, true] {
        let arguments = with(&[("scope", word(scope)), ("withheld", Value::Boolean(withheld))]);
        let of = format!("silos in scope {scope}, withheld {withheld}");
        answer(snapshot, "silos", &arguments)?.is(&silos(world, scope, withheld), &of)?;
    }
    Ok(())
}

fn unreachable_holds(world: &World, snapshot: &Snapshot, tier: &str) -> Held {
    let answer = answer(snapshot, "unreachable", &with(&[("tier", word(tier))]))?;
    answer.is(&unreachable(world, tier), &format!("unreachable at tier {tier}"))?;
    for row in &answer.rows {
        let text = |column: &str| row[column].as_str().unwrap_or_default();
        let repair = EdgeName::list_from_json(&row["repair"]).map_err(TestCaseError::fail)?;
        check_repair(world, text("dataset"), text("consumer"), &repair)
            .map_err(|reason| TestCaseError::fail(format!("repair: {reason}\n{row:?}")))?;
    }
    Ok(())
}

fn redundant_holds(world: &World, snapshot: &Snapshot) -> Held {
    let mut found = answer(snapshot, "redundant", &with(&[]))?;
    found.rows.retain(|row| row["rule"] != "look-alike");
    let expected = redundant(world);
    found.is(&expected, "redundant")?;
    for rule in RULES {
        let of_rule: Vec<Row> = expected.iter().filter(|row| row.text("rule") == rule).cloned().collect();
        answer(snapshot, "redundant", &with(&[("rule", word(rule))]))?.is(&of_rule, rule)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(trying(600))]

    #[test]
    fn silos_are_those_of_the_contract(world in worlds()) {
        let snapshot = snapshot(&world)?;
        for scope in SCOPES {
            silos_hold(&world, &snapshot, scope)?;
        }
    }

    #[test]
    fn unmet_needs_and_their_repairs_are_those_of_the_contract(world in worlds()) {
        let snapshot = snapshot(&world)?;
        let union = world.union();
        for tier in union.tiers.keys().map(String::as_str).chain(["grassroots", "all"]) {
            unreachable_holds(&world, &snapshot, tier)?;
        }
    }

    #[test]
    fn redundant_platforms_are_those_of_the_contract(world in worlds()) {
        redundant_holds(&world, &snapshot(&world)?)?;
    }
}
