//! `--region`: the rows of a region and of those under it, without recomputing anything.

use proptest::prelude::*;

use crate::answer::{Held, answer_in, snapshot, with, word};
use crate::oracle::Row;
use crate::oracle::further::{burden, chokepoints, claims, cohesion, contradictions, lagging, overdue, reuse};
use crate::oracle::random::worlds;
use crate::oracle::redundant::redundant;
use crate::oracle::silos::{SCOPES, silos};
use crate::oracle::union::Union;
use crate::oracle::unreachable::unreachable;
use crate::trying;

/// The rows whose region is this one or under it.
fn of_region(union: &Union, rows: Vec<Row>, code: &str, region_of: impl Fn(&Row) -> Option<String>) -> Vec<Row> {
    let inside = |own: String| own == code || union.above(&own).iter().any(|above| above == code);
    rows.into_iter().filter(|row| region_of(row).is_some_and(inside)).collect()
}

/// Where a record stands: a region itself, a dataset where its holder does, a platform where its operator does.
fn stands_in(union: &Union, record: &str) -> Option<String> {
    if union.regions.contains_key(record) {
        return Some(record.to_string());
    }
    let holder = union.datasets.get(record).and_then(|dataset| dataset.holder.as_deref());
    let operator = union.platforms.get(record).and_then(|platform| platform.operator.as_deref());
    union.region_of(holder.or(operator).unwrap_or(record)).map(|region| region.code.clone())
}

proptest! {
    #![proptest_config(trying(200))]

    #[test]
    fn the_rows_of_a_region_are_those_of_its_subtree(world in worlds()) {
        let snapshot = snapshot(&world)?;
        let union = world.union();
        let place = |column: &'static str| {
            let union = &union;
            move |row: &Row| union.region_of(row.text(column)).map(|region| region.code.clone())
        };
        for code in union.regions.keys() {
            let held = |finding: &str, given: Option<(&str, &str)>, expected: &[Row]| -> Held {
                let arguments = given.map(|(name, value)| (name, word(value)));
                let mut found = answer_in(&snapshot, finding, &with(arguments.as_slice()), Some(code))?;
                found.rows.retain(|row| row.get("rule").is_none_or(|rule| rule != "look-alike"));
                found.is(expected, &format!("{finding} of region {code}"))
            };
            for scope in SCOPES {
                let rows = of_region(&union, silos(&world, scope, false), code, place("holder"));
                held("silos", Some(("scope", scope)), &rows)?;
            }
            let rows = of_region(&union, unreachable(&world, "all"), code, place("consumer"));
            held("unreachable", Some(("tier", "all")), &rows)?;
            let rows = of_region(&union, redundant(&world), code, |row| Some(row.text("region").to_string()));
            held("redundant", None, &rows)?;
            for (finding, rows) in [
                ("burden", burden::burden(&world)),
                ("cohesion", cohesion::cohesion(&world)),
                ("lagging", lagging::lagging(&world)),
                ("reuse", reuse::reuse(&world)),
            ] {
                let rows = of_region(&union, rows, code, |row| Some(row.text("region").to_string()));
                held(finding, None, &rows)?;
            }
            for (finding, column, rows) in [
                ("overdue", "from", overdue::overdue(&world, &[])),
                ("claims", "subject", claims::claims(&world)),
                ("chokepoints", "record", chokepoints::chokepoints(&world)),
                ("contradictions", "record", contradictions::contradictions(&world)),
            ] {
                let rows = of_region(&union, rows, code, |row| stands_in(&union, row.text(column)));
                held(finding, None, &rows)?;
            }
        }
    }
}

/// A code that no catalog defines is no region, though a department names it.
#[test]
fn an_unknown_region_is_said_to_be_none() {
    use crate::oracle::{Catalog, Department, World};
    let department = Department { id: "o".into(), region: Some("990000".into()), ..Department::default() };
    let catalog = Catalog { id: "a".into(), departments: vec![department], ..Catalog::default() };
    let snapshot = snapshot(&World { catalogs: vec![catalog] }).unwrap();
    let refused = answer_in(&snapshot, "silos", &with(&[]), Some("990000")).unwrap_err().to_string();
    assert!(refused.contains("no region has the code `990000`"), "{refused}");
}
