//! A store answers as the files do that it was filled from: by its projection, by a delta on one, by what is rebuilt
//! from the ledger when both are gone, and of the past.

use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::Config;
use tiaokuai::database::{Database, Environment, Import, Reader};

use crate::answer::Held;
use crate::oracle::random::worlds;
use crate::oracle::{Catalog, World};
use crate::{further, rows, trying};

/// Worlds of a single catalog, since a store imports its home alone.
fn homes() -> impl Strategy<Value = World> {
    worlds().prop_filter("a store imports one catalog", |world| world.catalogs.len() == 1)
}

fn import(database: &Database, world: &World) -> Held {
    let dir = tempfile::tempdir().unwrap();
    world.write_to(dir.path()).unwrap();
    let import = Import {
        dir: dir.path(),
        reader: Reader::default(),
        dry_run: false,
        allow_empty: true,
        allow_deletes: true,
        message: "",
    };
    let done = import.run(database, &Environment::quiet());
    done.map(drop).map_err(|error| TestCaseError::fail(format!("{error}: {error:?}")))
}

/// The state at a word, or the newest, is this world.
fn shows(database: &Database, at: Option<&str>, world: &World) -> Held {
    let snapshot = database.snapshot(at, &Reader::default(), &Environment::quiet());
    let snapshot = snapshot.map_err(|error| TestCaseError::fail(format!("{error}: {error:?}")))?;
    rows::hold(world, &snapshot)?;
    further::hold(world, &snapshot)
}

/// What is stored once the second is imported over the first: an absent file says nothing about its kind.
fn over(first: &Catalog, second: &Catalog) -> Catalog {
    fn stated<T: Clone>(first: &[T], second: &[T]) -> Vec<T> {
        if second.is_empty() { first.to_vec() } else { second.to_vec() }
    }
    Catalog {
        regions: stated(&first.regions, &second.regions),
        lines: stated(&first.lines, &second.lines),
        sectors: stated(&first.sectors, &second.sectors),
        departments: stated(&first.departments, &second.departments),
        platforms: stated(&first.platforms, &second.platforms),
        datasets: stated(&first.datasets, &second.datasets),
        shares: stated(&first.shares, &second.shares),
        needs: stated(&first.needs, &second.needs),
        services: stated(&first.services, &second.services),
        compacts: stated(&first.compacts, &second.compacts),
        pilots: stated(&first.pilots, &second.pilots),
        adoptions: stated(&first.adoptions, &second.adoptions),
        policies: stated(&first.policies, &second.policies),
        claims: stated(&first.claims, &second.claims),
        ..second.clone()
    }
}

fn delete_files_of(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
}

proptest! {
    // A store takes a while to fill: a failure is not shrunk for long.
    #![proptest_config(Config { max_shrink_iters: 150, ..trying(40) })]

    #[test]
    fn a_store_answers_as_its_files_do(first in homes(), second in homes(), third in homes()) {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::create(dir.path(), &first.catalogs[0].id, &Environment::quiet()).unwrap();
        import(&database, &first)?;
        shows(&database, None, &first)?;
        import(&database, &second)?;
        let both = World { catalogs: vec![over(&first.catalogs[0], &second.catalogs[0])] };
        shows(&database, None, &both)?;
        shows(&database, Some("1"), &first)?;
        import(&database, &third)?;
        let all = World { catalogs: vec![over(&both.catalogs[0], &third.catalogs[0])] };
        shows(&database, None, &all)?;
        delete_files_of(&database.layout().unwrap().projections());
        shows(&database, None, &all)?;
        shows(&database, Some("1"), &first)?;
    }
}
