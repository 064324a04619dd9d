//! `why`: the shortest path that data takes, or the certificate that it cannot come.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Map, Value as Json};

use crate::answer::{Held, answer, snapshot, with, word};
use crate::oracle::World;
use crate::oracle::flow::EdgeName;
use crate::oracle::random::worlds;
use crate::oracle::union::{Standing, Union};
use crate::oracle::why::{Closed, check_certificate, check_path, why};
use crate::trying;

type JsonRow = Map<String, Json>;

const COLUMNS: [&str; 7] = ["part", "step", "record", "edge", "condition", "reason", "barrier"];
const CONDITIONS: [&str; 6] = ["broken", "status", "share", "sensitivity", "sector", "standard"];

fn text<'r>(row: &'r JsonRow, column: &str) -> &'r str {
    row[column].as_str().unwrap_or_default()
}

/// The rows tell a shortest path, step by step: first that the holder holds the dataset, where the path starts there.
fn path_holds(world: &World, union: &Union, consumer: &str, dataset: &str, rows: &[JsonRow]) -> Held {
    let holder = union.datasets[dataset].holder.clone().unwrap_or_default();
    let mut path = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        prop_assert_eq!((text(row, "part"), row["step"].as_u64()), ("path", Some(i as u64)));
        let edge = &row["edge"];
        if edge["type"] == "HOLDS" {
            prop_assert_eq!((i, text(row, "record")), (0, holder.as_str()));
            prop_assert_eq!((edge["from"].as_str(), edge["to"].as_str()), (Some(holder.as_str()), Some(dataset)));
            continue;
        }
        let name = EdgeName::from_json(edge).map_err(TestCaseError::fail)?;
        prop_assert_eq!(text(row, "record"), &name.to);
        path.push(name);
    }
    let starts_at_holder = path.first().is_none_or(|edge| edge.from != dataset);
    prop_assert_eq!(starts_at_holder, path.len() < rows.len(), "{:?}", rows);
    check_path(world, consumer, dataset, &path).map_err(|reason| TestCaseError::fail(format!("{reason}\n{rows:?}")))
}

/// The rows list what the dataset reaches, and every edge that leaves that with the condition that closes it.
fn certificate_holds(world: &World, union: &Union, consumer: &str, dataset: &str, rows: &[JsonRow]) -> Held {
    let mut set = BTreeSet::from([dataset.to_string()]);
    let mut closed: Vec<Closed> = Vec::new();
    let mut steps = [0, 0];
    for row in rows {
        let of_closed = text(row, "part") == "closed";
        let step = &mut steps[usize::from(of_closed)];
        prop_assert_eq!(row["step"].as_u64(), Some(*step));
        *step += 1;
        if of_closed {
            let name = EdgeName::from_json(&row["edge"]).map_err(TestCaseError::fail)?;
            let condition = row["condition"].as_u64().map(|number| number as u8);
            prop_assert_eq!(text(row, "record"), &name.to);
            prop_assert_eq!(text(row, "reason"), CONDITIONS[usize::from(condition.unwrap_or(0))]);
            closed.push((name, condition));
        } else {
            prop_assert_eq!((text(row, "part"), steps[1]), ("reached", 0));
            let absent = union.standing(text(row, "record")) == Standing::Absent;
            prop_assert_eq!(text(row, "reason") == "absent", absent);
            prop_assert!(set.insert(text(row, "record").to_string()), "{:?} stands twice", row);
        }
    }
    check_certificate(world, consumer, dataset, &set, &closed)
        .map_err(|reason| TestCaseError::fail(format!("{reason}\n{rows:?}")))
}

proptest! {
    #![proptest_config(trying(250))]

    #[test]
    fn every_answer_is_a_shortest_path_or_a_certificate(world in worlds()) {
        let snapshot = snapshot(&world)?;
        let union = world.union();
        for consumer in union.departments.keys() {
            for dataset in union.datasets.keys() {
                let asked = with(&[("consumer", word(consumer)), ("dataset", word(dataset))]);
                let answer = answer(&snapshot, "why", &asked)?;
                prop_assert_eq!(&answer.columns, &COLUMNS);
                match why(&world, consumer, dataset) {
                    Ok(Some(_)) => path_holds(&world, &union, consumer, dataset, &answer.rows)?,
                    Ok(None) => certificate_holds(&world, &union, consumer, dataset, &answer.rows)?,
                    Err(reason) => return Err(TestCaseError::fail(reason)),
                }
            }
        }
    }
}

/// What the library is asked about by an id alone, it finds where one catalog has it; else it says what it could be.
#[test]
fn an_id_without_its_catalog_is_taken_where_one_has_it() {
    use crate::oracle::{Catalog, Dataset, Department, Share};
    let department = |id: &str| Department { id: id.to_string(), ..Department::default() };
    let share = |to: &str| Share { kind: "GRANTED_TO".into(), from: "d".into(), to: to.into(), ..Share::default() };
    let dataset = Dataset { id: "d".into(), ..Dataset::default() };
    let a = Catalog { id: "a".into(), departments: vec![department("o"), department("u")], ..Catalog::default() };
    let b = Catalog { id: "b".into(), departments: vec![department("o")], ..Catalog::default() };
    let a = Catalog { datasets: vec![dataset], shares: vec![share("u")], ..a };
    let snapshot = snapshot(&World { catalogs: vec![a, b] }).unwrap();
    let ask = |consumer: &str| answer(&snapshot, "why", &with(&[("consumer", word(consumer)), ("dataset", word("d"))]));
    assert_eq!(ask("u").unwrap().rows.len(), 1);
    assert_eq!(ask("u").unwrap().rows, ask("a:u").unwrap().rows);
    let reason = ask("o").unwrap_err().to_string();
    assert!(reason.contains("a:o, b:o"), "{reason}");
    let reason = ask("nobody").unwrap_err().to_string();
    assert!(reason.contains("no Department has the id `nobody`"), "{reason}");
}

/// Of an edge that both sides state, the statement is told that closes it, whichever side made it.
#[test]
fn what_closes_an_edge_is_what_its_own_statement_says() {
    use crate::oracle::{Catalog, Dataset, Department, Share};
    use tiaokuai::database::explain_why;
    use tiaokuai::report::explain::Condition;
    let a = Catalog {
        id: "a".into(),
        datasets: vec![Dataset { id: "d".into(), standard: Some("g1".into()), ..Dataset::default() }],
        shares: vec![Share { kind: "GRANTED_TO".into(), from: "d".into(), to: "b:o".into(), ..Share::default() }],
        ..Catalog::default()
    };
    let refusing = |refused: Share| {
        let share = Share { kind: "GRANTED_TO".into(), from: "a:d".into(), to: "o".into(), ..refused };
        let departments = vec![Department { id: "o".into(), ..Department::default() }];
        let b = Catalog { id: "b".into(), departments, shares: vec![share], ..Catalog::default() };
        let snapshot = snapshot(&World { catalogs: vec![a.clone(), b] }).unwrap();
        let closed = explain_why(&snapshot, "b:o", "a:d").unwrap().certificate.unwrap().closed;
        assert_eq!(closed.len(), 1);
        let asked = with(&[("consumer", word("b:o")), ("dataset", word("a:d"))]);
        let rows = answer(&snapshot, "why", &asked).unwrap().rows;
        assert_eq!(rows.last().unwrap()["barrier"].as_str().unwrap_or_default(), closed[0].barrier);
        (closed[0].condition.clone(), closed[0].barrier.clone())
    };
    let standards = vec!["g2".to_string()];
    let other = Condition::Standard { standard: "g1".into(), standards: standards.clone() };
    assert_eq!(refusing(Share { standards, ..Share::default() }), (other, String::new()));
    let suspended = Share { status: Some("suspended".into()), barrier: Some("risk".into()), ..Share::default() };
    assert_eq!(refusing(suspended), (Condition::Status { status: "suspended".into() }, "risk".to_string()));
}
