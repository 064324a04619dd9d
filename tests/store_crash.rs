//! A writer is killed again and again. After each kill the store opens, with every commit that was acknowledged and
//! none of them half.
#![allow(clippy::unwrap_used)]

mod store_support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use store_support::*;
use tiaokuai::store::{Layout, Ledger, check};

const KILLS: u64 = 50;

/// Rows of the commit with this number: from one block to a few dozen.
fn rows(number: u64) -> usize {
    [20, 3000, 400][number as usize % 3]
}

/// The writer: commits without end, and says each state that is published. Runs only as a child.
#[test]
fn child_that_writes() {
    let Some(folder) = orders() else { return };
    let layout = Layout::at(&folder);
    let mut ledger = open(&layout).unwrap();
    if ledger.head().extras.is_none() && ledger.head().state > 0 {
        let number = ledger.head().state;
        ledger.set_extras(extras(number)).unwrap();
    }
    let mut out = std::io::stdout();
    loop {
        let number = ledger.head().state + 1;
        commit(&mut ledger, number, rows(number));
        writeln!(out, "state {number}").unwrap();
        out.flush().unwrap();
    }
}

#[test]
fn no_kill_loses_an_acknowledged_commit_or_leaves_half_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::within(folder.path());
    Ledger::create(&layout, "cn", time(0), "test").unwrap().close().unwrap();
    let again = again("child_that_writes", Duration::ZERO);
    let (mut acknowledged, mut seed, mut rolled) = (0, 0x9E37_79B9_7F4A_7C15_u64, 0);
    for kill in 0..KILLS {
        let mut command = Command::new(&again.program);
        command.args(&again.arguments).arg(layout.root()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let reader = std::thread::spawn(move || {
            // The first line stands behind the test's name.
            let numbers = lines.map_while(Result::ok).filter_map(|l| l.rsplit_once("state ")?.1.parse::<u64>().ok());
            numbers.last()
        });
        // Kills fall in the opening as well as in the writing.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let start = Instant::now();
        while start.elapsed() < Duration::from_micros(5_000 + (seed >> 33) % 250_000) {
            std::thread::sleep(Duration::from_micros(300));
        }
        assert!(child.try_wait().unwrap().is_none(), "the writer ended by itself before kill {kill}");
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged = reader.join().unwrap().unwrap_or(acknowledged).max(acknowledged);
        let ledger = open(&layout).unwrap_or_else(|e| panic!("after kill {kill}: {e}"));
        rolled += ledger.notices().len();
        let state = ledger.head().state;
        assert!(state >= acknowledged, "after kill {kill}: state {acknowledged} was acknowledged, {state} is there");
        assert!(state <= acknowledged + 1, "after kill {kill}: more commits than were made");
        for commit in ledger.commits().iter().rev().take(3) {
            let number = commit.message.strip_prefix("commit ").unwrap().parse().unwrap();
            assert_eq!(words(&ledger.changes(commit.id).unwrap()), words(&changes(number, rows(number))));
        }
        acknowledged = state;
        ledger.close().unwrap();
    }
    let report = with_access(None, |a| check(&layout, a, &mut |_, _| {})).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert!(
        report.commits > KILLS / 2,
        "only {} commits in all: the kills came too early to tell anything",
        report.commits
    );
    eprintln!("{} commits over {KILLS} kills, {rolled} rolled forward or taken back", report.commits);
}
