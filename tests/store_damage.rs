//! Bits are flipped and ends cut off in every file of a store. Opening and checking it then give an error, or the
//! right answer: never a panic, a hang or a wrong answer.
#![allow(clippy::unwrap_used)]

mod store_support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use store_support::*;
use tiaokuai::store::{Head, Layout, Ledger, check, probe, repair};

const COMMITS: u64 = 4;
/// So many that sled's file has several segments.
const ROWS: usize = 12_000;
/// How long a child may take with one damaged store, its own children counted.
const DEADLINE: Duration = Duration::from_secs(60);

/// Damages a file, in words and in bytes.
type Damage = (String, Box<dyn Fn(&mut Vec<u8>) + Send>);

#[test]
fn child_that_probes() {
    let Some(folder) = orders() else { return };
    if let Err(e) = probe(&folder) {
        println!("{e}");
        std::process::exit(3);
    }
}

/// Opens, reads and checks a store that may be damaged, and says on its last line what came of it.
#[test]
fn child_that_opens() {
    let Some(folder) = orders() else { return };
    let layout = Layout::at(&folder);
    let probe = || Some(again("child_that_probes", Duration::from_secs(8)));
    // The check comes first: opening to write may change files.
    let checked = with_access(probe(), |a| check(&layout, a, &mut |_, _| {}));
    let contents = || {
        with_access(probe(), |a| Ledger::open_for_writing(&layout, a)).and_then(|ledger| {
            let mut all = Vec::new();
            for commit in ledger.commits() {
                all.push(words(&ledger.changes(commit.id)?));
            }
            Ok(all)
        })
    };
    let read = contents();
    let repaired = with_access(probe(), |a| repair(&layout, a, &mut |_, _| {}));
    let after = contents();
    let right: Vec<_> = (1..=COMMITS).map(|n| words(&changes(n, ROWS))).collect();
    let outcome = match (&read, &checked) {
        (Ok(all), _) if *all != right => "WRONG: other contents".to_owned(),
        (Err(e), Ok(report)) if report.is_sound() => format!("WRONG: sound by the check, but: {e}"),
        _ if repaired.is_ok() && !after.as_ref().is_ok_and(|all| right.starts_with(all)) => {
            format!("WRONG: repaired, but then: {:?}", after.err())
        }
        (_, Ok(report)) if repaired.is_err() || after.iter().flatten().count() as u64 + 1 != report.recoverable => {
            format!("WRONG: not repaired as the check said: {:?}", repaired.err())
        }
        (_, Ok(report)) if report.recoverable < report.states => format!("WRONG: a repair keeps less: {report:?}"),
        (Ok(_), Ok(report)) if !report.is_sound() => format!("right, and the check says: {:?}", report.problems),
        (Ok(_), Err(e)) => format!("right, but the check says: {e}"),
        (Ok(_), Ok(_)) => "right".to_owned(),
        (Err(e), _) if e.to_string().contains("/check-") => format!("WRONG: a copy is named that is gone: {e}"),
        (Err(e), _) => format!("error: {e}"),
    };
    println!("\n{}", outcome.replace('\n', " "));
    std::process::exit(0);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            assert!(fs::copy(entry.path(), target).is_ok())
        }
    }
}

fn damages(length: usize, how_many: usize, seed: u64) -> Vec<Damage> {
    let mut state = seed | 1;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    let mut all: Vec<Damage> = Vec::new();
    for i in 0..how_many {
        let at = random(length);
        let bit = random(8);
        all.push(match i % 4 {
            0 | 1 => (format!("bit {bit} of byte {at} flipped"), Box::new(move |b| b[at] ^= 1 << bit)),
            2 => (format!("cut to {at} bytes"), Box::new(move |b| b.truncate(at))),
            _ => {
                let page = at / 4096 * 4096;
                let zero = move |b: &mut Vec<u8>| {
                    let end = b.len().min(page + 4096);
                    b[page..end].fill(0);
                };
                (format!("the page at {page} zeroed"), Box::new(zero))
            }
        });
    }
    all
}

#[test]
fn damage_is_an_error_or_the_right_answer() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Layout::within(folder.path());
    let mut ledger = Ledger::create(&sound, "cn", time(0), "test").unwrap();
    for number in 1..=COMMITS {
        commit(&mut ledger, number, ROWS);
    }
    ledger.close().unwrap();
    assert_eq!(Head::read(&sound.head()).unwrap().state, COMMITS);
    // More by hand: `TIAOKUAI_DAMAGES=20 cargo test --test store_damage`.
    let many: usize = std::env::var("TIAOKUAI_DAMAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut cases: Vec<(PathBuf, Damage)> = Vec::new();
    for (file, count) in
        [("ledger/db", 12), ("ledger/conf", 2), ("HEAD", 3), ("FORMAT", 2), ("ledger/tiaokuai.seal", 1)]
    {
        let length = fs::read(sound.root().join(file)).unwrap().len();
        let damages = damages(length, count * many, 0x5DEE_CE66 + count as u64);
        cases.extend(damages.into_iter().map(|d| (PathBuf::from(file), d)));
    }
    let (length, page) = (fs::read(sound.ledger().join("db")).unwrap().len(), 4096);
    cases.push(("ledger/db".into(), ("cut by one page".into(), Box::new(move |b| b.truncate(length - page)))));
    let queue = std::sync::Mutex::new(cases);
    let outcomes = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().pop();
                    let Some((file, (what, damage))) = next else { break };
                    let outcome = try_damage(&sound, &file, damage.as_ref());
                    outcomes.lock().unwrap().push(format!("{}: {what}: {outcome}", file.display()));
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    if std::env::var_os("TIAOKUAI_DAMAGES").is_some() {
        eprintln!("{}", outcomes.join("\n"));
    }
    let bad: Vec<_> = outcomes.iter().filter(|o| !o.contains(": right") && !o.contains(": error")).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    assert!(outcomes.iter().any(|o| o.contains(": error")), "no damage was ever noticed");
}

fn try_damage(sound: &Layout, file: &Path, damage: &dyn Fn(&mut Vec<u8>)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(".tiaokuai");
    copy(sound.root(), &root);
    let path = root.join(file);
    let mut bytes = fs::read(&path).unwrap();
    damage(&mut bytes);
    fs::write(&path, bytes).unwrap();
    let again = again("child_that_opens", Duration::ZERO);
    let mut command = Command::new(&again.program);
    command.args(&again.arguments).arg(&root).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > DEADLINE {
            child.kill().unwrap();
            child.wait().unwrap();
            return "HANG".to_owned();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or("nothing").to_owned();
    if output.status.success() {
        last
    } else {
        format!("BROKE DOWN ({}): {}", output.status, String::from_utf8_lossy(&output.stderr))
    }
}
