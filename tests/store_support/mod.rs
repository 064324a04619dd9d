//! What the tests of the store share: changes that a number makes, and their words.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use tiaokuai::model::change::Counts;
use tiaokuai::model::table::Cell;
use tiaokuai::model::{Batch, ChangeSet, Kind, Operation, Table};
use tiaokuai::store::{Access, CommitText, HeadExtras, Layout, Ledger, PendingState, ProbeCommand};

/// Changes that are the same for the same number, and differ for another.
pub fn changes(number: u64, rows: usize) -> ChangeSet {
    let mut changes = ChangeSet::default();
    let catalog = changes.symbols.intern("cn");
    let mut table = Table::new(Kind::Dataset);
    for i in 0..rows {
        let row = table.push_row(catalog);
        let text = |changes: &mut ChangeSet, text: String| Cell::Symbol(changes.symbols.intern(&text));
        let id = text(&mut changes, format!("cn:{number}-{i:06}"));
        table.set(0, row, id);
        let title = text(&mut changes, format!("低保对象 {} of {number}", (i as u64 * 2_654_435_761) % 100_003));
        table.set(1, row, title);
        table.set(6, row, Cell::Number(1 + (i as i64 + number as i64) % 4));
    }
    changes.batches.push(Batch { operation: Operation::Put, table });
    changes
}

/// Every row of changes as text.
pub fn words(changes: &ChangeSet) -> Vec<String> {
    let mut out = Vec::new();
    for batch in &changes.batches {
        for row in 0..batch.table.len() {
            let cells = (0..batch.table.columns.len())
                .map(|c| format!("{:?}", batch.table.value(&changes.symbols, c, row)))
                .collect::<Vec<_>>();
            out.push(format!("{:?} {:?} {}", batch.operation, batch.table.kind, cells.join("|")));
        }
    }
    out
}

pub fn time(number: u64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + number as i64).unwrap()
}

pub fn extras(number: u64) -> HeadExtras {
    let mut digest = [0; 32];
    digest[..8].copy_from_slice(&number.to_le_bytes());
    HeadExtras { digest, counts: [(Kind::Dataset, number)].into(), projection: format!("p{number}"), deltas: vec![] }
}

/// Appends the changes of a number to the home catalog, without publishing them.
pub fn append(ledger: &mut Ledger, number: u64, rows: usize) -> PendingState {
    let text = CommitText { catalog: "cn", author: "a", time: time(number), message: &format!("commit {number}") };
    let counts = [(Kind::Dataset, Counts { put: rows as u64, ..Counts::default() })];
    ledger.append(text, &changes(number, rows), &counts).unwrap()
}

pub fn commit(ledger: &mut Ledger, number: u64, rows: usize) {
    let pending = append(ledger, number, rows);
    ledger.publish(&pending, extras(number)).unwrap();
}

/// Runs something with a plain way of opening.
pub fn with_access<T>(probe: Option<ProbeCommand>, run: impl FnOnce(&mut Access<'_>) -> T) -> T {
    let mut on_wait = |_: &str| {};
    run(&mut Access { command: "test", patience: Duration::from_secs(20), on_wait: &mut on_wait, probe })
}

pub fn open(layout: &Layout) -> tiaokuai::store::Result<Ledger> {
    with_access(None, |access| Ledger::open_for_writing(layout, access))
}

/// This test program again, running the test `name`, which finds its orders in its last argument.
pub fn again(name: &str, deadline: Duration) -> ProbeCommand {
    let arguments = ["--exact", name, "--nocapture", "--test-threads", "1"].map(OsString::from).to_vec();
    ProbeCommand { program: std::env::current_exe().unwrap(), arguments, deadline: Some(deadline) }
}

/// The orders of a test that was started by [`again`]; none where the test runs as one of many.
pub fn orders() -> Option<std::path::PathBuf> {
    let last = std::env::args_os().next_back()?;
    let path = Path::new(&last);
    (path.is_absolute() && path.exists() && std::env::args().any(|a| a == "--exact")).then(|| path.to_owned())
}
