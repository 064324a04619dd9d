//! How long three million rows take to record, and how many bytes. Run by hand:
//! `cargo test --release --test store_speed -- --ignored --nocapture`.
#![allow(clippy::unwrap_used)]

mod store_support;

use std::time::Instant;

use store_support::*;
use tiaokuai::model::table::Cell;
use tiaokuai::model::{Batch, ChangeSet, Kind, Operation, Table};
use tiaokuai::store::{CommitText, Error, Layout, Ledger};

/// Three million, or as many as `TIAOKUAI_ROWS` says.
fn rows() -> usize {
    std::env::var("TIAOKUAI_ROWS").ok().and_then(|n| n.parse().ok()).unwrap_or(3_000_000)
}

/// Rows of four texts, as the needs of the nation's grassroots are.
fn needs() -> ChangeSet {
    let mut changes = ChangeSet::default();
    let catalog = changes.symbols.intern("cn");
    let mut table = Table::new(Kind::Need);
    let lines = ["minzheng", "gongan", "shuiwu", "weijian", "jiaoyu", "renshe", "ziran", "zhujian"];
    let note = table.extra_column("note", tiaokuai::model::ValueType::Text);
    for i in 0..rows() {
        let row = table.push_row(catalog);
        let (place, line) = (510_131_001_000_u64 + (i as u64 / 24) * 3, lines[i % 8]);
        let texts = [
            format!("cn:{place}-{line}-{:02}", i % 3),
            format!("cn:{}0000-{line}-{:04}", place / 1_000_000, (i * 7919) % 5000),
            format!("cn:service-{:04}", (i * 31) % 900),
        ];
        for (column, text) in texts.iter().enumerate() {
            let sym = changes.symbols.intern(text);
            table.set(column, row, Cell::Symbol(sym));
        }
        let sym = changes.symbols.intern(&format!("{place}-{line}-{i}"));
        table.set(note, row, Cell::Symbol(sym));
    }
    changes.batches.push(Batch { operation: Operation::Put, table });
    changes
}

fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS")).collect::<Vec<_>>().join(", ")
}

#[test]
#[ignore = "a measurement, of use in release mode only"]
fn three_million_rows() {
    let changes = needs();
    eprintln!("made: {}, {} texts", peak(), changes.symbols.len());
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::within(folder.path());
    let mut ledger = Ledger::create(&layout, "cn", time(0), "test").unwrap();
    let start = Instant::now();
    let text = CommitText { catalog: "cn", author: "a", time: time(1), message: "m" };
    let pending = ledger.append(text, &changes, &[]).unwrap();
    eprintln!("append: {:?}, {} bytes in the ledger, {}", start.elapsed(), ledger.bytes().unwrap(), peak());
    ledger.publish(&pending, extras(1)).unwrap();
    eprintln!("published: {:?}", start.elapsed());
    let bodies: u64 = ledger.commits()[0].chunks.iter().map(|c| u64::from(c.length)).sum();
    eprintln!("bodies: {bodies} bytes");
    let start = Instant::now();
    ledger.close().unwrap();
    eprintln!("closed and sealed: {:?}", start.elapsed());
    drop(changes);
    let start = Instant::now();
    let ledger = open(&layout).unwrap();
    eprintln!("opened: {:?}", start.elapsed());
    let start = Instant::now();
    let mut replayed = 0;
    ledger
        .replay(0, 1, |_, changes| {
            replayed += changes.len();
            Ok::<_, Error>(())
        })
        .unwrap();
    eprintln!("replayed {replayed} rows: {:?}, {}", start.elapsed(), peak());
    assert_eq!(replayed, rows());
}
