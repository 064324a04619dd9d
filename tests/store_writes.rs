//! What a small commit to a large store writes: no more than a small commit to a small one, and a snapshot of the
//! engine's page table.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod store_support;

use std::fs;

use store_support::*;
use tiaokuai::store::{Layout, Ledger};

/// Rows of the first commit: some megabytes in the ledger.
const MANY: usize = 450_000;
/// The most bytes that a commit of one row may write, from opening the ledger to closing it.
const MOST: u64 = 1 << 20;

/// The bytes that this process has handed to the system so far.
fn written() -> u64 {
    let text = fs::read_to_string("/proc/self/io").unwrap();
    text.lines().find_map(|line| line.strip_prefix("wchar: ")).unwrap().parse().unwrap()
}

/// The only test of this program, since what it measures is of the process as a whole.
#[test]
fn a_small_commit_to_a_large_store_writes_little() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::within(folder.path());
    let mut ledger = Ledger::create(&layout, "cn", time(0), "test").unwrap();
    commit(&mut ledger, 1, MANY);
    let large = ledger.bytes().unwrap();
    assert!(large > 4 * MOST, "the ledger has only {large} bytes");
    ledger.close().unwrap();
    for number in 2..40 {
        let before = written();
        let mut ledger = open(&layout).unwrap();
        commit(&mut ledger, number, 1);
        ledger.close().unwrap();
        let bytes = written() - before;
        assert!(bytes < MOST, "commit {number} wrote {bytes} bytes");
    }
}
