//! The ledger as its users see it, on both engines.
#![allow(clippy::unwrap_used)]

mod store_support;

use std::fs;

use jiff::tz::TimeZone;
use store_support::*;
use tiaokuai::store::{
    CommitText, Engine, Error, Head, Layout, Ledger, MemoryEngine, backup, check, compact, repair, restore,
    verify_backup,
};

/// Closes a ledger and opens it again, for writing or not.
type Reopen<'a> = &'a dyn Fn(Ledger, bool) -> tiaokuai::store::Result<Ledger>;

/// Runs a test on both engines.
fn on_both(test: &dyn Fn(Ledger, Reopen<'_>)) {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::within(folder.path());
    let memory = MemoryEngine::new();
    let engine = Box::new(memory.clone());
    let ledger = Ledger::create_on(&layout, "cn", time(0), "test", || Ok(engine)).unwrap();
    test(ledger, &|ledger, writable| {
        let layout = ledger.layout().clone();
        ledger.close()?;
        Ledger::open_on(&layout, Box::new(memory.clone()), writable)
    });
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::within(folder.path());
    let ledger = Ledger::create(&layout, "cn", time(0), "test").unwrap();
    test(ledger, &|ledger, writable| {
        let layout = ledger.layout().clone();
        ledger.close()?;
        if writable { open(&layout) } else { with_access(None, |a| Ledger::open_for_reading(&layout, a)) }
    });
}

#[test]
fn commits_and_states_come_back() {
    on_both(&|mut ledger, reopen| {
        assert_eq!(ledger.head().state, 0);
        for number in 1..=5 {
            commit(&mut ledger, number, 700);
        }
        ledger = reopen(ledger, false).unwrap();
        assert!(ledger.notices().is_empty());
        assert_eq!(ledger.states().len(), 6);
        assert_eq!(ledger.head().extras, Some(extras(5)));
        for (state, number) in ledger.states().iter().zip(0_u64..) {
            assert_eq!(state.number, number);
            assert_eq!(state.digest.is_some(), number > 0);
            assert!(state.digest.is_none_or(|d| d == extras(number).digest));
        }
        let log: Vec<_> = ledger.log("cn").map(|c| (c.message.clone(), c.id)).collect();
        assert_eq!(log.len(), 5);
        for (number, (message, id)) in (1..).zip(&log) {
            assert_eq!(*message, format!("commit {number}"));
            assert_eq!(words(&ledger.changes(*id).unwrap()), words(&changes(number, 700)));
            let state = ledger.resolve(&id.to_string()[..12], &TimeZone::UTC).unwrap();
            assert_eq!(state.number, number);
        }
        let mut seen = Vec::new();
        ledger
            .replay(2, 4, |commit, changes| {
                seen.push((commit.message.clone(), changes.len()));
                Ok::<_, Error>(())
            })
            .unwrap();
        assert_eq!(seen, [("commit 3".to_owned(), 700), ("commit 4".to_owned(), 700)]);
        let text = CommitText { catalog: "cn", author: "a", time: time(9), message: "" };
        assert!(matches!(ledger.append(text, &changes(9, 1), &[]), Err(Error::Internal(_))), "open for reading");
    });
}

#[test]
fn what_was_not_published_is_rolled_forward_by_the_next_writer_alone() {
    on_both(&|mut ledger, reopen| {
        commit(&mut ledger, 1, 10);
        let _ = append(&mut ledger, 2, 10);
        let text = CommitText { catalog: "cn", author: "a", time: time(3), message: "" };
        assert!(matches!(ledger.append(text, &changes(3, 1), &[]), Err(Error::Internal(_))), "not published yet");
        ledger = reopen(ledger, false).unwrap();
        assert_eq!((ledger.states().len(), ledger.head().state), (2, 1));
        ledger = reopen(ledger, true).unwrap();
        assert_eq!(ledger.notices().len(), 1, "{:?}", ledger.notices());
        assert_eq!((ledger.head().state, ledger.head().extras.clone()), (2, None));
        assert_eq!(Head::read(&ledger.layout().head()).unwrap(), *ledger.head());
        ledger.set_extras(extras(2)).unwrap();
        commit(&mut ledger, 3, 10);
        ledger.reset_projection("folded", &["d".to_owned()]).unwrap();
        ledger = reopen(ledger, false).unwrap();
        let told = ledger.head().extras.clone().unwrap();
        assert_eq!((told.projection.as_str(), told.digest), ("folded", extras(3).digest));
        assert_eq!(ledger.states()[2].digest, Some(extras(2).digest));
    });
}

#[test]
fn a_clock_that_steps_back_does_not_take_a_commit_before_its_parent() {
    on_both(&|mut ledger, _| {
        commit(&mut ledger, 100, 1);
        commit(&mut ledger, 50, 1);
        let times: Vec<_> = ledger.log("cn").map(|c| c.time).collect();
        assert_eq!(times, [time(100), time(100)]);
        assert_eq!(ledger.states()[2].recorded, time(100));
    });
}

#[test]
fn arrivals_are_taken_byte_for_byte_and_forks_gaps_and_forgeries_are_not() {
    on_both(&|mut ledger, reopen| {
        for number in 1..=4 {
            commit(&mut ledger, number, 5);
        }
        let raw: Vec<_> = ledger.commits().iter().map(|c| ledger.raw(c.id).unwrap()).collect();
        let ids: Vec<_> = ledger.commits().iter().map(|c| c.id).collect();
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::within(folder.path());
        let mut other =
            Ledger::create_on(&layout, "sichuan", time(0), "test", || Ok(Box::new(MemoryEngine::new()))).unwrap();
        let error = other.arrive(time(9), raw[1..].to_vec()).unwrap_err();
        assert!(matches!(error, Error::Gap { parent, .. } if parent == ids[0]), "{error}");
        let pending = other.arrive(time(9), raw[..3].to_vec()).unwrap().unwrap();
        other.publish(&pending, extras(1)).unwrap();
        assert_eq!(other.states()[1].arrived, ids[..3]);
        assert!(other.arrive(time(9), raw[..2].to_vec()).unwrap().is_none(), "already here");
        assert_eq!(other.raw(ids[2]).unwrap(), raw[2]);
        // The other store makes commits of its own to the same catalog: a fork.
        commit(&mut other, 77, 5);
        let ours = other.log("cn").next_back().unwrap().id;
        let error = other.arrive(time(9), raw.clone()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(&ours.to_string()) && text.contains(&ids[3].to_string()), "{text}");
        assert!(matches!(error, Error::Fork(fork) if fork.parent == Some(ids[2])));
        assert_eq!(other.states().len(), 3, "nothing was taken");
        let mut forged = raw[3].clone();
        let at = forged.chunks[0].len() - 1;
        forged.chunks[0][at] ^= 1;
        let mut fresh = Ledger::create_on(&Layout::at(&folder.path().join("x")), "sichuan", time(0), "test", || {
            Ok(Box::new(MemoryEngine::new()))
        })
        .unwrap();
        let mut list = raw[..3].to_vec();
        list.push(forged);
        assert!(matches!(fresh.arrive(time(9), list), Err(Error::BadCommit { commit, .. }) if commit == ids[3]));
        assert_eq!(fresh.states().len(), 1, "all or none");
        drop(reopen(ledger, false).unwrap());
    });
}

#[test]
fn an_older_ledger_under_a_newer_head_is_told_apart_by_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::within(folder.path());
    let kept = MemoryEngine::new();
    let mut ledger = Ledger::create_on(&layout, "cn", time(0), "test", || Ok(Box::new(kept.clone()))).unwrap();
    for number in 1..=3 {
        commit(&mut ledger, number, 10);
    }
    let newest = ledger.log("cn").next_back().unwrap().id;
    drop(ledger);
    let mut engine = kept.clone();
    let mut keys = Vec::new();
    for family in [b"c", b"d", b"j"] {
        let last: u64 = if family == b"j" { 3 } else { 2 };
        let mut prefix = family.to_vec();
        prefix.extend(last.to_be_bytes());
        engine
            .scan(&prefix, &mut |key, _| {
                keys.push(key.to_vec());
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
    }
    engine.commit(tiaokuai::store::Batch { puts: vec![], deletes: keys }).unwrap();
    let error = Ledger::open_on(&layout, Box::new(kept), true).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::Lost(_)), "{text}");
    assert!(text.contains("commits 3 to 3") && text.contains(&newest.to_string()), "{text}");
}

#[test]
fn a_second_writer_is_refused_at_once_and_a_reader_waits() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::within(folder.path());
    let ledger = Ledger::create(&layout, "cn", time(0), "import sichuan").unwrap();
    let error = open(&layout).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::Locked { .. }), "{text}");
    assert!(text.contains("`import sichuan`") && text.contains(&std::process::id().to_string()), "{text}");
    assert_eq!(Head::read(&layout.head()).unwrap().state, 0, "the present needs no lock");
    let mut told = Vec::new();
    let reader = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut on_wait = |holder: &str| told.push(holder.to_owned());
            let mut access = tiaokuai::store::Access {
                command: "log",
                patience: std::time::Duration::from_secs(20),
                on_wait: &mut on_wait,
                probe: None,
            };
            Ledger::open_for_reading(&layout, &mut access)
        });
        std::thread::sleep(std::time::Duration::from_millis(100));
        drop(ledger);
        waiting.join().unwrap()
    });
    assert_eq!(reader.unwrap().head().state, 0);
    assert!(told.len() == 1 && told[0].contains("`import sichuan`"), "{told:?}");
}

fn store(commits: u64, rows: usize) -> (tempfile::TempDir, Layout) {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::within(folder.path());
    let mut ledger = Ledger::create(&layout, "cn", time(0), "test").unwrap();
    for number in 1..=commits {
        commit(&mut ledger, number, rows);
    }
    ledger.close().unwrap();
    (folder, layout)
}

#[test]
fn a_backup_is_restored_to_the_same_and_a_damaged_one_is_refused_with_where() {
    let (folder, layout) = store(4, 300);
    let file = folder.path().join("backup");
    let report = with_access(None, |a| backup(&layout, &file, a)).unwrap();
    assert_eq!((report.commits, report.states), (4, 5));
    assert_eq!(verify_backup(&file).unwrap(), report);
    let target = Layout::within(&folder.path().join("elsewhere"));
    fs::create_dir(folder.path().join("elsewhere")).unwrap();
    assert_eq!(restore(&file, &target).unwrap(), report);
    assert!(matches!(restore(&file, &target), Err(Error::Exists { .. })));
    let (before, after) = (open(&layout).unwrap(), open(&target).unwrap());
    assert_eq!(before.states()[..4], after.states()[..4]);
    assert_eq!(before.commits(), after.commits());
    assert_eq!(after.states()[4].digest, Some(extras(4).digest));
    assert_eq!(after.head().extras, None);
    let bytes = fs::read(&file).unwrap();
    let other = folder.path().join("damaged");
    let step = (bytes.len() / 150).max(1);
    for at in (0..bytes.len()).step_by(step).chain([bytes.len() - 1]) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x20;
        fs::write(&other, &damaged).unwrap();
        let error = verify_backup(&other).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. } | Error::NewerFormat { .. }), "byte {at}: {error}");
        fs::write(&other, &bytes[..at]).unwrap();
        let error = verify_backup(&other).unwrap_err().to_string();
        assert!(error.contains("at byte") && error.contains("cut short"), "cut at {at}: {error}");
    }
    let nowhere = Layout::within(&folder.path().join("elsewhere/x"));
    assert!(restore(&other, &nowhere).is_err() && !nowhere.root().exists());
}

#[test]
fn compaction_keeps_every_commit() {
    let (_folder, layout) = store(40, 2000);
    let ids = |layout: &Layout| open(layout).unwrap().commits().iter().map(|c| c.id).collect::<Vec<_>>();
    let before = ids(&layout);
    let report = with_access(None, |a| compact(&layout, a)).unwrap();
    // A ledger grows by whole segments.
    assert!(report.after <= report.before + (256 << 10), "{report:?}");
    assert_eq!(ids(&layout), before);
    let report = with_access(None, |a| check(&layout, a, &mut |_, _| {})).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert_eq!((report.states, report.commits, report.rows), (41, 40, 80_000));
}

#[test]
fn a_check_names_what_is_lost_and_a_repair_keeps_what_is_whole() {
    let (_folder, layout) = store(6, 2000);
    let data = layout.ledger().join("db");
    let sound = fs::read(&data).unwrap();
    // The chunk of commit 4 loses a block: what is before it is whole, and it is what the repair keeps.
    let mut key = b"TKb1d".to_vec();
    key.extend(3_u64.to_be_bytes());
    let mut damaged = sound.clone();
    let mut hit = 0;
    for at in 0..sound.len() - key.len() {
        if sound[at..].starts_with(&key) {
            damaged[at + 200..at + 216].fill(0xAA);
            hit += 1;
        }
    }
    assert!(hit > 0, "the block is in the file as it was written");
    fs::write(&data, &damaged).unwrap();
    let report = with_access(None, |a| check(&layout, a, &mut |_, _| {})).unwrap();
    assert!(!report.is_sound());
    assert_eq!(fs::read(&data).unwrap(), damaged, "a check changes nothing");
    let error = open(&layout).unwrap_err();
    assert!(matches!(error, Error::Lost(_) | Error::Damaged { .. } | Error::Engine(_)), "{error}");
    assert_eq!(fs::read(&data).unwrap(), damaged, "an opening that fails changes nothing");
    let report = with_access(None, |a| repair(&layout, a, &mut |_, _| {})).unwrap();
    assert_eq!((report.found.states, report.head_changed), (4, true), "{report:?}");
    let text = report.found.problems.join("\n");
    assert!(text.contains("chunk 0") && text.contains("commits 4 to 6"), "{text}");
    assert_eq!(fs::read(report.aside.unwrap().join("db")).unwrap(), damaged);
    let mut ledger = open(&layout).unwrap();
    assert_eq!((ledger.head().state, ledger.head().extras.clone()), (3, None));
    for (number, commit) in (1..).zip(ledger.commits()) {
        assert_eq!(words(&ledger.changes(commit.id).unwrap()), words(&changes(number, 2000)));
    }
    ledger.set_extras(extras(3)).unwrap();
    commit(&mut ledger, 9, 10);
    ledger.close().unwrap();
    assert!(with_access(None, |a| check(&layout, a, &mut |_, _| {})).unwrap().is_sound());
}

#[test]
fn lost_texts_and_files_are_named_and_made_anew() {
    let (_folder, layout) = store(3, 50);
    let head = Head::read(&layout.head()).unwrap();
    for lost in [layout.head(), layout.format(), layout.ledger().join("conf"), layout.ledger().join("db")] {
        let bytes = fs::read(&lost).unwrap();
        let hidden = fs::read(layout.ledger().join("db")).unwrap();
        fs::remove_file(&lost).unwrap();
        let sled_writes_it_again = lost.ends_with("conf");
        assert!(sled_writes_it_again || open(&layout).is_err(), "{}", lost.display());
        if lost.ends_with("db") {
            assert!(!with_access(None, |a| check(&layout, a, &mut |_, _| {})).unwrap().is_sound());
            fs::write(&lost, bytes).unwrap();
            continue;
        }
        let report = with_access(None, |a| repair(&layout, a, &mut |_, _| {})).unwrap();
        assert_eq!(report.found.states, 4, "{}: {report:?}", lost.display());
        drop(hidden);
        let after = Head::read(&layout.head()).unwrap();
        assert_eq!((after.state, after.catalogs.clone()), (head.state, head.catalogs.clone()));
        let ledger = open(&layout).unwrap();
        assert_eq!(ledger.states()[2].digest, Some(extras(2).digest));
    }
}

#[test]
fn a_folder_that_may_not_be_written_and_a_full_disk_are_told() {
    let (folder, layout) = store(2, 50);
    let mut permissions = fs::metadata(layout.root()).unwrap().permissions();
    permissions.set_readonly(true);
    let file = layout.ledger().join("db");
    fs::set_permissions(&file, permissions).unwrap();
    // The superuser may write what nobody may; then there is nothing to test here.
    if fs::OpenOptions::new().write(true).open(&file).is_err() {
        assert!(matches!(open(&layout), Err(Error::ReadOnly { .. })));
    } else {
        eprintln!("skipped the read-only part: this user may write everything");
    }
    let disk = folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = |arguments: &[&str]| {
        let status = std::process::Command::new("mount").args(arguments).arg(&disk).output();
        status.is_ok_and(|o| o.status.success())
    };
    if !mount(&["-t", "tmpfs", "-o", "size=4m", "tmpfs"]) {
        eprintln!("skipped the full disk: no small file system may be mounted here");
        return;
    }
    let outcome = std::panic::catch_unwind(|| {
        let layout = Layout::within(&disk);
        let mut ledger = Ledger::create(&layout, "cn", time(0), "test").unwrap();
        let mut done = 0;
        let error = loop {
            let number = done + 1;
            let text = CommitText { catalog: "cn", author: "a", time: time(number), message: "m" };
            match ledger.append(text, &changes(number, 9000), &[]) {
                Ok(pending) => match ledger.publish(&pending, extras(number)) {
                    Ok(_) => done = number,
                    Err(e) => break e,
                },
                Err(e) => break e,
            }
            assert!(done < 1000, "the disk never filled");
        };
        assert!(matches!(error, Error::DiskFull { .. } | Error::Engine(_)), "{error}");
        let _ = ledger.close();
        (layout, done)
    });
    let checked = outcome.map(|(layout, done)| {
        assert!(done > 0);
        let larger = std::process::Command::new("mount").args(["-o", "remount,size=64m"]).arg(&disk).status();
        assert!(larger.unwrap().success());
        let ledger = open(&layout).unwrap();
        assert!(ledger.head().state >= done, "{} of {done}", ledger.head().state);
        for (number, commit) in (1..=done).zip(ledger.commits()) {
            assert_eq!(ledger.changes(commit.id).unwrap().len(), changes(number, 9000).len());
        }
    });
    let _ = std::process::Command::new("umount").arg(&disk).status();
    checked.unwrap();
}
