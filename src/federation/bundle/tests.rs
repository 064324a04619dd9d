//! Bundles come back as they were written, and no other bytes do.

use proptest::prelude::*;

use super::super::key::SecretKey;
use super::*;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn log(catalog: &str, since: Option<&str>) -> Log {
    let statement = LogStatement::unsigned(catalog, &[3; 32], 9, time("2026-01-02T00:00:00Z"));
    Log { statement, since: since.map(str::to_owned), commits: 0, bytes: 0, sha256: String::new() }
}

fn header(logs: Vec<Log>) -> Header {
    let (created, expires) = (time("2026-01-02T03:04:05Z"), time("2026-02-02T03:04:05Z"));
    Header { format: FORMAT, from: "a".to_owned(), created, expires, logs }
}

fn commits(seed: u8) -> Vec<PackedCommit> {
    let commit = |n: u8| PackedCommit {
        record: vec![seed ^ n; 5 + n as usize],
        chunks: (0..n).map(|c| vec![c, seed, n]).collect(),
    };
    (0..3).map(commit).collect()
}

fn written(key: Option<&SecretKey>) -> (Vec<u8>, Bundle) {
    let mut bytes = Vec::new();
    let logs = vec![log("a", None), log("b", Some("ff")), log("c", None)];
    let bundle = write(header(logs), vec![commits(1), commits(2), Vec::new()], key, &mut bytes).unwrap();
    (bytes, bundle)
}

#[test]
fn a_bundle_comes_back_as_it_was_written() {
    let key = SecretKey::generate().unwrap();
    for key in [None, Some(&key)] {
        let (bytes, bundle) = written(key);
        let again = read(&mut &bytes[..]).unwrap();
        assert_eq!(again, bundle);
        assert_eq!(again.verifies(), key.is_some());
    }
}

#[test]
fn no_flipped_bit_of_a_signed_bundle_goes_unnoticed() {
    let (bytes, bundle) = written(Some(&SecretKey::generate().unwrap()));
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut other = bytes.clone();
            other[at] ^= 1 << bit;
            if let Ok(read) = read(&mut &other[..]) {
                // It may name another key, which nobody trusts; never the same one.
                let same_key = read.signed.map(|s| s.key) == bundle.signed.map(|s| s.key);
                assert!(!read.verifies() || !same_key, "byte {at}, bit {bit}");
            }
        }
    }
}

#[test]
fn every_cut_is_told_and_so_is_what_follows_the_end() {
    let (mut bytes, _) = written(Some(&SecretKey::generate().unwrap()));
    for end in 0..bytes.len() {
        let error = read(&mut &bytes[..end]).unwrap_err();
        let told = if end < MAGIC.len() {
            matches!(error, BundleError::NotABundle)
        } else {
            matches!(error, BundleError::Cut(_))
        };
        assert!(told, "cut at {end}: {error}");
    }
    bytes.push(0);
    assert!(matches!(read(&mut &bytes[..]), Err(BundleError::Trailing)));
}

#[test]
fn swapped_logs_and_commits_and_newer_formats_are_told() {
    let key = SecretKey::generate().unwrap();
    let (bytes, _) = written(Some(&key));
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let start = MAGIC.len() + 4;
    assert!(text[start..].starts_with(r#"{"format":1,"#), "the description begins with its format");
    let mut newer = bytes.clone();
    newer[start + r#"{"format":"#.len()] = b'9';
    assert!(matches!(read(&mut &newer[..]), Err(BundleError::NewerFormat(9))));
    let mut unsorted = Vec::new();
    write(header(vec![log("b", None), log("a", None)]), vec![commits(1), commits(2)], Some(&key), &mut unsorted)
        .unwrap();
    assert!(matches!(read(&mut &unsorted[..]), Err(BundleError::Altered(_))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, max_shrink_time: 5_000, ..ProptestConfig::default() })]

    /// The deterministic twin of the fuzz target: any bytes, and any bundle with bytes put over it, are read or refused.
    #[test]
    fn no_bytes_are_too_strange_to_be_read(
        noise in proptest::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        keep_head in any::<bool>(),
    ) {
        let _ = read(&mut &noise[..]);
        let (mut bytes, _) = written(None);
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + noise.len());
        bytes[at..end].copy_from_slice(&noise[..end - at]);
        let _ = read(&mut &bytes[..]);
        if keep_head {
            let mut headed = MAGIC.to_vec();
            headed.extend(&noise);
            let _ = read(&mut &headed[..]);
        }
    }
}
