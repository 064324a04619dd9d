//! Damaged files: every flip and every cut is found, harmless, or both; none gives another answer.

use std::path::Path;

use super::random_states::{numbered_tables, observed_undigested, state};
use super::{Error, Projection, build_to_file, catch_corruption, delta};
use crate::graph::diff::diff;
use crate::model::Symbols;

/// Rows that make a few records of every kind.
fn rows() -> Vec<(u8, [u8; 12])> {
    (0..44u8).map(|i| (i, std::array::from_fn(|c| i.wrapping_mul(37).wrapping_add(c as u8 * 11 + i / 22)))).collect()
}

fn projection(path: &Path, rows: &[(u8, [u8; 12])]) {
    let mut symbols = Symbols::new();
    let tables = numbered_tables(&mut symbols, &state(3, rows));
    build_to_file(path, &symbols, &tables, [7; 32]).expect("built");
}

/// What reading a projection comes to: nothing where it is found damaged.
fn read(path: &Path) -> Option<Vec<String>> {
    let projection = match Projection::open(path) {
        Ok(projection) => projection,
        Err(Error::NotAProjection { .. } | Error::Corrupt(_) | Error::Io { .. }) => return None,
        Err(other) => panic!("{other}"),
    };
    catch_corruption(|| {
        let mut lines = vec![format!("{:?}", projection.digest())];
        // Without digests, which are slow and say nothing new.
        lines.extend(observed_cells(&projection));
        lines
    })
    .ok()
}

fn observed_cells(projection: &Projection) -> Vec<String> {
    observed_undigested(projection, true)
}

#[test]
fn no_flipped_byte_of_a_projection_gives_another_answer() {
    // A prime step: bytes at every distance from the beginning of a section.
    flip_bytes(&rows()[..16], 13);
}

#[test]
#[ignore = "takes three minutes: every byte of a larger file"]
fn no_flipped_byte_of_a_larger_projection_gives_another_answer() {
    flip_bytes(&rows(), 1);
}

fn flip_bytes(rows: &[(u8, [u8; 12])], step: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("projection");
    projection(&path, rows);
    let sound = read(&path).expect("a sound file is read");
    let bytes = std::fs::read(&path).expect("read");
    let (mut found, mut harmless) = (0, 0);
    for i in (0..bytes.len()).step_by(step) {
        let mut damaged = bytes.clone();
        damaged[i] ^= 1 << (i % 8);
        std::fs::write(&path, &damaged).expect("written");
        match read(&path) {
            None => found += 1,
            Some(lines) => {
                assert_eq!(lines, sound, "byte {i}");
                // Only what stands between sections may be anything.
                assert_eq!(bytes[i], 0, "byte {i} is no padding");
                harmless += 1;
            }
        }
    }
    assert!(found > harmless, "{found} found, {harmless} harmless");
}

#[test]
fn a_projection_cut_short_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("projection");
    projection(&path, &rows());
    let bytes = std::fs::read(&path).expect("read");
    for len in (0..bytes.len()).step_by(7).chain([bytes.len() - 1]) {
        std::fs::write(&path, &bytes[..len]).expect("written");
        assert!(Projection::open(&path).is_err(), "{len} bytes");
    }
}

#[test]
fn a_delta_that_is_damaged_cut_or_newer_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("delta");
    let built = |rows: &[(u8, [u8; 12])]| {
        let mut symbols = Symbols::new();
        let tables = numbered_tables(&mut symbols, &state(3, rows));
        super::random_states::built(&mut symbols, &tables)
    };
    let all = rows();
    let changes = diff(&built(&all[4..]), &built(&all[..40]), |_| true).changes;
    delta::write(&path, [1; 32], [2; 32], &changes).expect("written");
    let bytes = std::fs::read(&path).expect("read");
    let reason = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("written");
        match delta::read(&path) {
            Ok(_) => panic!("a damaged delta is read"),
            Err(Error::NotADelta { reason, .. }) => reason,
            Err(other) => panic!("{other}"),
        }
    };
    for i in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[i] ^= 1 << (i % 8);
        reason(&damaged);
    }
    for len in 0..bytes.len() {
        reason(&bytes[..len]);
    }
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert_eq!(reason(&newer), "its format is version 2, this program reads version 1");
    assert_eq!(reason(&bytes[..bytes.len() - 1]).split(" bytes").count(), 2);
    assert_eq!(reason(b""), "it is shorter than a header");
}

/// Payloads that whoever wrote them summed up rightly, and that mean nothing.
#[test]
fn a_delta_that_fits_no_record_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("delta");
    for payload in [
        "",
        "[]",
        "{\"texts\":[],\"batches\":[{\"operation\":2,\"kind\":0,\"catalogs\":[],\"columns\":[]}]}",
        "{\"texts\":[],\"batches\":[{\"operation\":0,\"kind\":17,\"catalogs\":[],\"columns\":[]}]}",
        "{\"texts\":[],\"batches\":[{\"operation\":0,\"kind\":0,\"catalogs\":[0],\"columns\":[]}]}",
        "{\"texts\":[\"a\"],\"batches\":[{\"operation\":0,\"kind\":0,\"catalogs\":[0],\"columns\":[{\"name\":\"id\",\"ty\":0,\"cells\":[]}]}]}",
        "{\"texts\":[\"a\"],\"batches\":[{\"operation\":0,\"kind\":0,\"catalogs\":[0],\"columns\":[{\"name\":\"id\",\"ty\":0,\"cells\":[-1]}]}]}",
        "{\"texts\":[\"a\"],\"batches\":[{\"operation\":0,\"kind\":0,\"catalogs\":[0],\"columns\":[{\"name\":\"id\",\"ty\":6,\"cells\":[0]}]}]}",
    ] {
        std::fs::write(&path, delta::framed([1; 32], [2; 32], payload.as_bytes())).expect("written");
        assert!(matches!(delta::read(&path), Err(Error::NotADelta { .. })), "{payload}");
    }
}
