//! The files of a store with any bytes in them: what the fuzz targets do, on a few thousand inputs that are the same
//! each time. Catalog directories, HEAD and ledger chunks have theirs beside their code.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use tiaokuai::graph::{Projection, catch_corruption, delta, digest};
use tiaokuai::store::verify_backup;
use xxhash_rust::xxh3::xxh3_64;

/// Edits of a file: bytes set to values, and an end cut off.
type Edits = (Vec<(prop::sample::Index, u8)>, Option<prop::sample::Index>);

fn edits() -> impl Strategy<Value = Edits> {
    (
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
        prop::option::weighted(0.2, any::<prop::sample::Index>()),
    )
}

fn edited(sound: &[u8], (sets, cut): &Edits) -> Vec<u8> {
    let mut bytes = sound.to_vec();
    for (at, byte) in sets {
        bytes[at.index(sound.len())] = *byte;
    }
    bytes.truncate(cut.map_or(sound.len(), |cut| cut.index(sound.len())));
    bytes
}

/// Runs a test on so many inputs, the same each time.
fn each<S: Strategy>(cases: u32, inputs: S, test: impl Fn(S::Value)) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner
        .run(&inputs, |input| {
            test(input);
            Ok(())
        })
        .unwrap();
}

/// A store with a delta on its projection, and the paths of both.
fn store() -> (support::Place, Vec<u8>, Vec<u8>) {
    let place = support::guangdong();
    place.edit("catalog/departments.csv", "\n440000-", "\n440000-new,新单位,440000,,,organ\n440000-");
    support::import(&place, &["catalog"]).well();
    let head = place.read(".tiaokuai/HEAD");
    let named = |end: &str| {
        let files = place.projections();
        let path = files
            .keys()
            .find(|p| p.to_str().unwrap().ends_with(end) && head.contains(p.file_name().unwrap().to_str().unwrap()));
        fs::read(path.unwrap()).unwrap()
    };
    let (projection, delta) = (named(".projection"), named(".delta"));
    (place, projection, delta)
}

/// A delta's file around these changes, with the checksums that they have.
fn delta_of(header: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = header[..80].to_vec();
    bytes.extend((changes.len() as u64).to_le_bytes());
    bytes.extend(xxh3_64(changes).to_le_bytes());
    let hash = xxh3_64(&bytes);
    bytes.extend(hash.to_le_bytes());
    bytes.extend(changes);
    bytes
}

fn with_file(path: &Path, bytes: &[u8], test: impl FnOnce(&Path)) {
    fs::write(path, bytes).unwrap();
    test(path);
}

#[test]
fn deltas() {
    const HEADER: usize = 104;
    let (place, _, sound) = store();
    let path = place.path("some.delta");
    assert_eq!(delta_of(&sound, &sound[HEADER..]), sound, "the header is not what this test takes it for");
    // As a disk spoils it: always told.
    each(1500, edits(), |edits| {
        let bytes = edited(&sound, &edits);
        with_file(&path, &bytes, |path| assert!(bytes == sound || delta::read(path).is_err()));
    });
    // As somebody forges it: an error, or changes.
    let digits = prop::sample::select(b"0123456789,[]-\"{}:n".to_vec());
    let forgeries = prop::collection::vec((any::<prop::sample::Index>(), digits), 1..4);
    each(1500, forgeries, |sets| {
        let changes = edited(&sound[HEADER..], &(sets, None));
        with_file(&path, &delta_of(&sound, &changes), |path| drop(delta::read(path)));
    });
}

#[test]
fn projections() {
    let (place, sound, _) = store();
    let path = place.path("some.projection");
    fs::write(&path, &sound).unwrap();
    let shown = digest::of_graph(&Projection::open(&path).unwrap()).digest();
    each(1500, edits(), |edits| {
        with_file(&path, &edited(&sound, &edits), |path| {
            let Ok(projection) = Projection::open(path) else { return };
            // Padding belongs to no section; whatever else is read is verified.
            if let Ok(digest) = catch_corruption(|| digest::of_graph(&projection).digest()) {
                assert_eq!(digest, shown);
            }
        });
    });
}

#[test]
fn backups() {
    let (place, ..) = store();
    place.run(["backup", "kept.tkb"]).well();
    let sound = fs::read(place.path("kept.tkb")).unwrap();
    let path = place.path("some.tkb");
    each(600, edits(), |edits| {
        let bytes = edited(&sound, &edits);
        with_file(&path, &bytes, |path| assert!(bytes == sound || verify_backup(path).is_err()));
    });
}
