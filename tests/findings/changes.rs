//! `--what-if` and `findings diff`: the answers as if some files were put, and what opens and closes by it.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use tiaokuai::database::{Question, Reader, Snapshot, findings_diff, what_if};

use crate::answer::{Held, TODAY, procedure, read, snapshot, with, word};
use crate::oracle::random::worlds;
use crate::oracle::silos::silos;
use crate::oracle::unreachable::unreachable;
use crate::oracle::{Catalog, Row, Waiver, World};
use crate::{rows, trying};

/// Puts the records of the second world over the first: each in the place of the one with its identity. Sharing edges
/// that agree on type, ends and `id` are replaced together. Only a new catalog brings its title, authority and tiers.
fn put(base: &World, over: &World) -> World {
    let mut world = base.clone();
    for new in &over.catalogs {
        let Some(old) = world.catalogs.iter_mut().find(|catalog| catalog.id == new.id) else {
            world.catalogs.push(new.clone());
            continue;
        };
        let names = old.clone();
        let full = |id: &String| names.full(id);
        replace(&mut old.regions, &new.regions, |region| region.code.clone());
        replace(&mut old.lines, &new.lines, |line| line.id.clone());
        replace(&mut old.sectors, &new.sectors, |sector| sector.id.clone());
        replace(&mut old.departments, &new.departments, |department| full(&department.id));
        replace(&mut old.platforms, &new.platforms, |platform| full(&platform.id));
        replace(&mut old.datasets, &new.datasets, |dataset| full(&dataset.id));
        replace(&mut old.services, &new.services, |service| full(&service.id));
        replace(&mut old.shares, &new.shares, |share| {
            (share.kind.clone(), full(&share.from), full(&share.to), share.id.clone())
        });
        replace(&mut old.needs, &new.needs, |need| {
            (full(&need.consumer), full(&need.dataset), need.service.as_ref().map(full))
        });
        replace(&mut old.waivers, &new.waivers, |waiver| waiver.finding_id.clone());
    }
    world
}

fn replace<T: Clone, K: Ord>(old: &mut Vec<T>, new: &[T], identity: impl Fn(&T) -> K) {
    let put: BTreeSet<K> = new.iter().map(&identity).collect();
    old.retain(|record| !put.contains(&identity(record)));
    old.extend_from_slice(new);
}

/// What a snapshot is as if a world were put.
fn as_if(snapshot: &Snapshot, over: &World) -> Result<Snapshot, TestCaseError> {
    let dir = tempfile::tempdir().unwrap();
    over.write_to(dir.path()).unwrap();
    what_if(snapshot, dir.path(), &Reader::default())
        .map_err(|error| TestCaseError::fail(format!("{error}: {error:?}")))
}

/// The rows by their ids, and whether each is waived.
fn by_id(world: &World, rows: Vec<Row>) -> BTreeMap<String, (Row, bool)> {
    let today = TODAY.to_string();
    let waived = |id: &str| {
        let mut waivers = world.catalogs.iter().flat_map(|catalog| &catalog.waivers);
        waivers.any(|waiver| waiver.finding_id == id && waiver.until.as_deref() >= Some(today.as_str()))
    };
    rows.into_iter()
        .map(|row| (row.text("finding_id").to_string(), row))
        .map(|(id, row)| {
            let waived = waived(&id);
            (id, (row, waived))
        })
        .collect()
}

/// What became of which finding, in which severity and certainty: of a closed one those that it had.
fn expected(before: &BTreeMap<String, (Row, bool)>, after: &BTreeMap<String, (Row, bool)>) -> BTreeSet<[String; 4]> {
    let change = |word: &str, row: &Row| {
        [word, row.text("finding_id"), row.text("severity"), row.text("certainty")].map(str::to_string)
    };
    let mut changes = BTreeSet::new();
    for (id, (row, waived)) in after {
        match (before.get(id).map(|(_, waived)| *waived), waived) {
            (Some(true), true) | (Some(false), false) => {}
            (_, true) => drop(changes.insert(change("waived", row))),
            (_, false) => drop(changes.insert(change("opened", row))),
        }
    }
    for (id, (row, waived)) in before {
        if !after.contains_key(id) && !waived {
            changes.insert(change("closed", row));
        }
    }
    changes
}

/// Waives every third finding of a world.
fn waive(world: &mut World, rows: &[Row]) {
    for row in rows.iter().step_by(3) {
        let finding_id = row.text("finding_id").to_string();
        let until = Some("2027-01-01".to_string());
        world.catalogs[0].waivers.push(Waiver { finding_id, until, ..Waiver::default() });
    }
}

/// The difference of two snapshots is that of their rows.
fn difference_holds(before: (&World, &Snapshot), after: (&World, &Snapshot)) -> Held {
    let question = Question { region: None, today: TODAY, waived: false };
    let tier = || with(&[("tier", word("all"))]);
    let asked = [(procedure("silos"), with(&[])), (procedure("unreachable"), tier())];
    let rows = findings_diff(before.1, after.1, &asked, &question).unwrap();
    let found = read(rows).rows;
    let text =
        |row: &serde_json::Map<String, serde_json::Value>, column: &str| row[column].as_str().unwrap().to_string();
    let listed: BTreeSet<_> = found
        .iter()
        .map(|row| ["change", "finding_id", "severity", "certainty"].map(|column| text(row, column)))
        .collect();
    prop_assert_eq!(listed.len(), found.len(), "nothing is listed twice");
    let all = |world: &World| {
        let mut rows = silos(world, "any", false);
        rows.extend(unreachable(world, "all"));
        by_id(world, rows)
    };
    prop_assert_eq!(listed, expected(&all(before.0), &all(after.0)));
    Ok(())
}

proptest! {
    #![proptest_config(trying(150))]

    #[test]
    fn what_if_answers_as_if_the_files_were_put(base in worlds(), over in worlds()) {
        let before = snapshot(&base)?;
        let after = as_if(&before, &over)?;
        let both = put(&base, &over);
        rows::hold(&both, &after)?;
        difference_holds((&base, &before), (&both, &after))?;
        // Nothing was written: the snapshot answers as before.
        rows::hold(&base, &before)?;
    }

    #[test]
    fn what_opens_closes_and_is_waived_is_the_difference(base in worlds(), over in worlds()) {
        let mut both = put(&base, &over);
        waive(&mut both, &unreachable(&base, "all"));
        let mut base = base;
        waive(&mut base, &silos(&both, "any", false));
        let (before, after) = (snapshot(&base)?, snapshot(&both)?);
        difference_holds((&base, &before), (&both, &after))?;
        difference_holds((&both, &after), (&base, &before))?;
    }
}

/// One new grant, as files of a few lines, closes the silo and the unmet need that rest on it.
#[test]
fn a_grant_closes_what_it_meets() {
    use crate::oracle::{Dataset, Department, Need, Share};
    let department = |id: &str| Department { id: id.into(), ..Department::default() };
    let base = Catalog {
        id: "a".into(),
        departments: vec![department("o"), department("u")],
        datasets: vec![Dataset { id: "d".into(), holder: Some("o".into()), ..Dataset::default() }],
        needs: vec![Need { consumer: "u".into(), dataset: "d".into(), ..Need::default() }],
        ..Catalog::default()
    };
    let grant = Share { kind: "GRANTED_TO".into(), from: "d".into(), to: "u".into(), ..Share::default() };
    let over = World { catalogs: vec![Catalog { id: "a".into(), shares: vec![grant], ..Catalog::default() }] };
    let base = World { catalogs: vec![base] };
    let before = snapshot(&base).unwrap();
    let after = as_if(&before, &over).unwrap();
    let question = Question { region: None, today: TODAY, waived: false };
    let asked = [(procedure("silos"), with(&[])), (procedure("unreachable"), with(&[("tier", word("all"))]))];
    let rows = read(findings_diff(&before, &after, &asked, &question).unwrap()).rows;
    let told: Vec<_> = rows.iter().map(|row| [&row["change"], &row["finding"], &row["subject"]]).collect();
    assert_eq!(told, [["closed", "silos", "any a:d"], ["closed", "unreachable", "a:u a:d"]]);
    difference_holds((&base, &before), (&put(&base, &over), &after)).unwrap();
}

/// Of parallel edges without an id none stays when one like them is put.
#[test]
fn a_put_takes_the_place_of_all_parallel_edges() {
    use crate::oracle::{Dataset, Department, Need, Share};
    let grant = |status: &str| Share {
        kind: "GRANTED_TO".into(),
        from: "d".into(),
        to: "u".into(),
        status: Some(status.into()),
        ..Share::default()
    };
    let base = Catalog {
        id: "a".into(),
        departments: vec![Department { id: "u".into(), ..Department::default() }],
        datasets: vec![Dataset { id: "d".into(), ..Dataset::default() }],
        needs: vec![Need { consumer: "u".into(), dataset: "d".into(), ..Need::default() }],
        shares: vec![grant("refused"), grant("active"), grant("suspended")],
        ..Catalog::default()
    };
    let over = Catalog { id: "a".into(), shares: vec![grant("refused")], ..Catalog::default() };
    let (base, over) = (World { catalogs: vec![base] }, World { catalogs: vec![over] });
    let before = snapshot(&base).unwrap();
    let after = as_if(&before, &over).unwrap();
    rows::hold(&put(&base, &over), &after).unwrap();
    difference_holds((&base, &before), (&put(&base, &over), &after)).unwrap();
}
