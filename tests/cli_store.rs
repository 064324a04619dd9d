//! The store as its users meet it: its past, its backups, its locks, and what its files may suffer.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{Place, copy, guangdong, import, sample};

/// A store of three states: what was granted is no more, then a department is new.
fn three_states() -> Place {
    let place = guangdong();
    let shares = place.read("catalog/shares.csv");
    let left = shares.split_inclusive('\n').filter(|l| !(l.starts_with("GRANTED_TO") && l.contains(",生效,")));
    place.write("catalog/shares.csv", left.collect::<String>());
    assert_eq!(import(&place, &["catalog"]).well().state(), Some(2));
    place.edit("catalog/departments.csv", "\n440000-", "\n440000-new,新单位,440000,,,organ\n440000-");
    assert_eq!(import(&place, &["catalog"]).well().state(), Some(3));
    place
}

#[test]
fn the_past_is_read_by_number_commit_and_date() {
    let place = three_states();
    let log = place.run(["log", "--format", "csv"]).well().rows();
    let states: Vec<&str> = log.iter().map(|row| row["state"].as_str()).collect();
    assert_eq!(states, ["3", "2", "1"]);
    let first = &log[2]["commit"][..8];
    let shown = place.run(["show", &log[1]["commit"][..10], "--format", "csv"]).well();
    assert!(shown.rows().iter().all(|row| row["change"] == "deleted" && row["kind"] == "sharing edge"), "{shown:?}");
    assert!(shown.err.contains(&log[1]["commit"]) && shown.err.contains(&log[2]["commit"]), "{}", shown.err);
    let old = place.path("old");
    copy(&sample("guangdong"), &old);
    for command in [
        "silos --scope region --format csv --today 2026-11-01",
        "unreachable --tier all --format csv --today 2026-11-01",
        "redundant --format csv --today 2026-11-01",
        "stats --format csv",
        "dangling --format csv",
        "export --format jsonl",
        "why 440106-minzheng 440000-gongan-hukou --format csv",
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        let directory = place.run(words.iter().chain(&["old"])).well().out;
        for at in ["1", first] {
            assert_eq!(place.run(words.iter().chain(&["--at", at])).well().out, directory, "{command} --at {at}");
        }
        let now = place.run(&words).well().out;
        assert_eq!(place.run(words.iter().chain(&["--at", "2999-01-01"])).well().out, now, "{command}");
    }
    let report = place.run(["report", "--at", "1", "--format", "json", "--today", "2026-11-01"]).well().out;
    assert!(report.contains("\"state\""), "{report}");
    place.run(["stats", "--at", "99"]).fails(&["no state 99", "0 to 3"]);
    place.run(["stats", "--at", "2000-01-01"]).fails(&["2000-01-01"]);
    place.run(["stats", "--at", "ffff"]).fails(&["ffff"]);
    place.run(["show", "zzzz"]).fails(&["no commit begins with `zzzz`"]);
    place.run(["show", ""]).fails(&["no commit"]);
    place.run(["log", "--catalog", "cn-zj"]).fails(&["`cn-zj`", "cn-gd"]);
    place.run(["stats", "old", "--at", "1"]).fails(&["has no past"]);
}

#[test]
fn two_states_are_compared_by_records_and_by_findings() {
    let place = three_states();
    let rows = place.run(["diff", "2", "3", "--format", "csv"]).well().rows();
    assert!(rows.iter().all(|row| row["change"] == "put" && row["record"] == "cn-gd:440000-new"), "{rows:?}");
    let name = rows.iter().find(|row| row["property"] == "name").unwrap();
    assert_eq!((name["old"].as_str(), name["new"].as_str()), ("", "新单位"));
    assert_eq!(place.run(["diff", "2", "2", "--exit-code"]).well().code, Some(0));
    assert_eq!(place.run(["diff", "2", "3", "--exit-code"]).code, Some(1));
    assert!(place.run(["diff", "3", "catalog", "--format", "csv"]).well().rows().is_empty());
    // What was granted no more shows as findings that opened, and the other way round as closed.
    let forth = place
        .run(["findings", "diff", "1", "3", "--scope", "region", "--tier", "all", "--format", "csv"])
        .well()
        .rows();
    let back = place
        .run(["findings", "diff", "3", "1", "--scope", "region", "--tier", "all", "--format", "csv"])
        .well()
        .rows();
    assert!(!forth.is_empty() && forth.len() == back.len());
    // Of the others, some have rows that compare, whose keys stay.
    let of_flow = |rows: &[BTreeMap<String, String>]| {
        let wanted = |row: &&BTreeMap<String, String>| matches!(row["finding"].as_str(), "silos" | "unreachable");
        rows.iter().filter(wanted).cloned().collect::<Vec<_>>()
    };
    let (forth, back) = (of_flow(&forth), of_flow(&back));
    assert!(!forth.is_empty());
    assert!(forth.iter().all(|row| row["change"] == "opened") && back.iter().all(|row| row["change"] == "closed"));
}

#[test]
fn a_store_is_found_from_below_and_by_name() {
    let place = guangdong();
    fs::create_dir_all(place.path("catalog/deep/er")).unwrap();
    let here = place.run(["stats", "--format", "csv"]).well().out;
    let below = support::ran(place.command(["stats", "--format", "csv"]).current_dir(place.path("catalog/deep/er")));
    assert_eq!(below.well().out, here);
    let other = Place::new();
    other.run(["stats"]).fails(&["not a tiaokuai store", "tiaokuai init"]);
    for store in [place.path(""), place.path(".tiaokuai")] {
        let store = store.to_str().unwrap();
        assert_eq!(other.run(["--store", store, "stats", "--format", "csv"]).well().out, here);
        let by_name = support::ran(other.command(["stats", "--format", "csv"]).env("TIAOKUAI_STORE", store));
        assert_eq!(by_name.well().out, here);
    }
    other.write("file", "text");
    for bad in ["file", "nowhere"] {
        other.run(["--store", bad, "stats"]).fails(&[bad, "not a tiaokuai store"]);
        other.run(["--store", bad, "check"]).fails(&[bad, "not a tiaokuai store"]);
    }
    place.run(["init", "--catalog", "cn-gd"]).fails(&["is a store already"]);
    other.run(["init", "--catalog", "a b"]).fails(&["cannot be a catalog's id"]);
    assert!(!other.path(".tiaokuai").exists());
}

#[test]
fn everything_is_answered_alike_from_the_ledger_alone() {
    let place = three_states();
    assert!(place.projections().keys().any(|p| p.extension().is_some_and(|e| e == "delta")));
    let answers = place.answers();
    let past = place.run(["silos", "--at", "1", "--format", "csv"]).well().out;
    for file in place.projections().keys() {
        fs::remove_file(file).unwrap();
    }
    assert_eq!(place.answers(), answers);
    fs::remove_dir_all(place.path(".tiaokuai/projections")).unwrap();
    assert_eq!(place.answers(), answers);
    assert_eq!(place.run(["silos", "--at", "1", "--format", "csv"]).well().out, past);
    // And a commit on top of what was rebuilt.
    fs::remove_dir_all(place.path(".tiaokuai/projections")).unwrap();
    place.edit("catalog/departments.csv", "新单位", "更名");
    import(&place, &["catalog"]).well();
    let ran = place.run(["stats"]).well();
    assert!(ran.err.is_empty(), "what was just published is not whole: {}", ran.err);
    assert!(place.run(["check"]).well().err.contains("everything is whole"));
}

/// A catalog of about 20 000 records.
fn large(place: &Place) {
    let mut departments = "id,name,region\n".to_owned();
    let mut datasets = "id,title,holder,share,sensitivity\n".to_owned();
    let mut shares = "type,from,to\n".to_owned();
    for i in 0..2_000 {
        departments += &format!("d{i},单位{i},510000\n");
    }
    for i in 0..8_000 {
        datasets += &format!("s{i},数据资源{i}号,d{},unconditional,{}\n", i % 2_000, i % 3 + 1);
    }
    for i in 0..10_000 {
        shares += &format!("GRANTED_TO,s{},d{}\n", i % 8_000, (i * 7 + i / 8_000) % 2_000);
    }
    place.write("large/catalog.toml", "id = \"cn-t\"\n");
    place.write("large/regions.csv", "code,name,tier,parent\n510000,川,province,\n");
    place.write("large/departments.csv", departments);
    place.write("large/datasets.csv", datasets);
    place.write("large/shares.csv", shares);
}

#[test]
fn a_small_commit_writes_little_beside_a_large_graph() {
    const LITTLE: u64 = 64 << 10;
    let place = Place::with_store("cn-t");
    large(&place);
    import(&place, &["large"]).well();
    let before = place.projections();
    assert!(before.values().any(|bytes| *bytes > 8 * LITTLE), "{before:?}");
    place.edit("large/datasets.csv", "数据资源77号", "改过的资源");
    assert_eq!(import(&place, &["large"]).well().counts()["Dataset"], [0, 1, 0]);
    let written: u64 = place.projections().iter().filter(|(path, _)| !before.contains_key(*path)).map(|(_, b)| b).sum();
    assert!(written > 0 && written < LITTLE, "{written} bytes for one row");
    let answers = || place.short_answers() + &place.run(["export", "--format", "jsonl"]).well().out;
    let with_delta = answers();
    assert!(with_delta.contains("改过的资源"));
    for file in place.projections().keys().filter(|path| !before.contains_key(*path)) {
        fs::remove_file(file).unwrap();
    }
    assert!(answers() == with_delta, "the rebuilt projection answers otherwise than the delta");
}

/// The projection that HEAD names, and how many deltas lie on it.
fn published(place: &Place) -> (String, usize) {
    let head = place.read(".tiaokuai/HEAD");
    let name = head.split('"').find(|word| word.ends_with(".projection")).unwrap();
    (name.to_owned(), head.matches(".delta").count())
}

#[test]
fn many_small_commits_are_merged_and_answer_alike() {
    let place = guangdong();
    let pilot = |number: usize| format!("p,试点{number},440000,2024-01-01\n");
    let commit = |pilots: &str| {
        place.write("catalog/pilots.csv", format!("id,name,region,since\n{pilots}"));
        import(&place, &["catalog", "--allow-deletes"]).well();
    };
    let hold = || {
        let answers = place.answers();
        place.run(["compact"]).well();
        assert_eq!(place.answers(), answers);
        assert_eq!(place.projections().len(), 1, "{:?}", place.projections());
        assert!(place.run(["check"]).well().err.contains("everything is whole"));
    };
    commit(&pilot(0));
    let (projection, _) = published(&place);
    for number in 1..=16 {
        commit(&pilot(number));
    }
    // The seventeenth makes one delta of all, and the next lie on that.
    assert_eq!(published(&place), (projection.clone(), 1));
    for number in 17..=20 {
        commit(&pilot(number));
    }
    assert_eq!(published(&place), (projection, 5));
    assert!(
        place.run(["query", "MATCH (p:Pilot) WHERE p.name = '试点20' RETURN count(*) AS n"]).well().out.contains('1')
    );
    hold();

    // What was put and deleted between cannot be told from one set of changes: the projection is made anew.
    let (projection, _) = published(&place);
    for number in 0..16 {
        commit(&format!("{}q{number},另一试点,440000,2024-01-01\n", pilot(20)));
    }
    assert_eq!(published(&place), (projection.clone(), 16));
    commit(&pilot(21));
    let (anew, deltas) = published(&place);
    assert!(anew != projection && deltas == 0, "{anew}, {deltas}");
    hold();
}

#[test]
fn compacting_frees_and_changes_no_answer() {
    let place = three_states();
    place.run(["stats", "--at", "1"]).well();
    let (answers, log) = (place.answers(), place.run(["log", "--format", "csv"]).well().out);
    let figures = place.run(["compact", "--format", "csv"]).well().rows();
    let figure = |name: &str| figures.iter().find(|r| r["name"] == name).unwrap()["count"].parse::<u64>().unwrap();
    // Of a ledger this small, the fixed part of the files is most: it grows by whole segments.
    assert!(figure("ledger_bytes_after") <= figure("ledger_bytes_before") + (256 << 10), "{figures:?}");
    assert!(figure("projection_bytes_freed") > 0);
    assert_eq!((place.answers(), place.run(["log", "--format", "csv"]).well().out), (answers, log));
    assert!(place.run(["check"]).well().err.contains("everything is whole"));
}

#[test]
fn a_backup_comes_back_and_a_damaged_one_makes_nothing() {
    let place = three_states();
    place.run(["backup", "kept.tkb"]).well();
    place.run(["backup", "--verify", "kept.tkb"]).well();
    place.run(["restore", "kept.tkb", "back"]).well();
    let back = |words: &[&str]| place.run(["--store", "back"].iter().chain(words)).well().out;
    for words in [
        &["log", "--format", "csv"][..],
        &["silos", "--format", "csv"],
        &["export", "--format", "jsonl"],
        &["stats", "--at", "1"],
    ] {
        assert_eq!(back(words), place.run(words).well().out);
    }
    let digest = |text: String| text.lines().find(|l| l.contains("\"digest\"")).unwrap().to_owned();
    assert_eq!(digest(place.read("back/.tiaokuai/HEAD")), digest(place.read(".tiaokuai/HEAD")));
    place.run(["restore", "kept.tkb", "back"]).fails(&["is a store already"]);
    fs::remove_dir_all(place.path("back")).unwrap();
    let sound = fs::read(place.path("kept.tkb")).unwrap();
    for at in (0..sound.len()).step_by(sound.len() / 8) {
        let mut flipped = sound.clone();
        flipped[at] ^= 4;
        for bad in [&flipped[..], &sound[..at]] {
            place.write("bad.tkb", bad);
            place.run(["backup", "--verify", "bad.tkb"]).fails(&["bad.tkb"]);
            place.run(["restore", "bad.tkb", "none"]).fails(&["bad.tkb"]);
            let left: Vec<_> = fs::read_dir(place.path("none")).map(|d| d.collect()).unwrap_or_default();
            assert!(left.is_empty(), "something was made of a damaged backup: {left:?}");
        }
    }
    for inside in [".tiaokuai/HEAD", ".tiaokuai/ledger/db"] {
        place.run(["backup", inside]).fails(&["inside a store"]);
        place.run(["stats", "--out", inside]).fails(&["inside a store"]);
    }
    let error = place.run(["backup", "no/such/folder.tkb"]).fails(&["No such file"]).err;
    assert!(!error.contains(".tmp"), "{error}");
}

#[test]
fn a_second_writer_is_told_at_once_and_readers_go_on() {
    let place = guangdong();
    let before = place.short_answers();
    // The lock is the system's: whoever holds it stands for a writer.
    let lock = fs::File::options().read(true).write(true).open(place.path(".tiaokuai/LOCK")).unwrap();
    lock.lock().unwrap();
    (&lock).write_all(b"process 1 (`tiaokuai import`) since then\n").unwrap();
    place.edit("catalog/departments.csv", "\n440000-", "\n440000-new,新单位,440000,,,organ\n440000-");
    let start = Instant::now();
    import(&place, &["catalog"]).fails(&["being written by process 1 (`tiaokuai import`)", "try again"]);
    assert!(start.elapsed() < Duration::from_secs(5), "the second writer waited");
    assert_eq!(place.short_answers(), before);
    place.run(["log"]).well();
    import(&place, &["catalog", "--dry-run"]).well();
    drop(lock);
    import(&place, &["catalog"]).well();
}

#[test]
fn readers_of_the_present_do_not_wait_for_the_ledger() {
    let place = guangdong();
    let lock = fs::File::options().read(true).write(true).open(place.path(".tiaokuai/LEDGER-LOCK")).unwrap();
    lock.lock().unwrap();
    let start = Instant::now();
    place.short_answers();
    place.run(["report"]).well();
    assert!(start.elapsed() < Duration::from_secs(20));
    // A reader of the past waits, and says for whom.
    let mut log = std::process::Command::new(support::PROGRAM);
    let child = log
        .arg("log")
        .current_dir(place.path(""))
        .stderr(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null());
    let child = child.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    drop(lock);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("waiting for another process"));
}

#[test]
fn two_imports_at_once_are_one_commit_each_or_an_error() {
    let place = guangdong();
    copy(&place.path("catalog"), &place.path("other"));
    place.edit("other/departments.csv", "\n440000-", "\n440000-new,新单位,440000,,,organ\n440000-");
    let start = |folder: &str| {
        let mut command = std::process::Command::new(support::PROGRAM);
        command.args(["import", folder]).current_dir(place.path("")).stdout(std::process::Stdio::null());
        command.stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    for _ in 0..4 {
        let both = [start("other"), start("catalog")].map(|child| child.wait_with_output().unwrap());
        for output in both {
            let err = String::from_utf8_lossy(&output.stderr);
            let told = output.status.success() || (output.status.code() == Some(2) && err.contains("being written by"));
            assert!(told, "{err}");
        }
    }
    assert!(place.run(["check"]).well().err.contains("everything is whole"));
}

#[test]
fn a_store_of_a_newer_program_is_left_alone() {
    let place = guangdong();
    place.write(".tiaokuai/FORMAT", "tiaokuai store 9\n");
    let before = place.store_files();
    for words in [&["silos"][..], &["check"], &["check", "--repair"], &["log"], &["import", "catalog"], &["compact"]] {
        place.run(words).fails(&["format 9", "newer program"]);
    }
    assert_eq!(place.store_files(), before);
}

/// Flips a bit in the middle of a file.
fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 16;
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_check_names_what_is_wrong_and_a_repair_mends_it() {
    let sound = three_states();
    assert!(sound.run(["check"]).well().err.contains("everything is whole"));
    let (answers, log) = (sound.short_answers(), sound.run(["log", "--format", "csv"]).well().out);
    let named: Vec<_> = sound
        .projections()
        .into_keys()
        .filter(|p| sound.read(".tiaokuai/HEAD").contains(p.file_name().unwrap().to_str().unwrap()))
        .collect();
    let named = |end: &str| {
        named
            .iter()
            .find(|p| p.to_str().unwrap().ends_with(end))
            .unwrap()
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    for (file, part) in [
        ("HEAD".to_owned(), "HEAD"),
        ("FORMAT".to_owned(), "FORMAT"),
        (format!("projections/{}", named(".projection")), ".projection"),
        (format!("projections/{}", named(".delta")), ".delta"),
    ] {
        for remove in [false, true] {
            let place = Place::new();
            copy(&sound.path(".tiaokuai"), &place.path(".tiaokuai"));
            let path = place.path(".tiaokuai").join(&file);
            if remove {
                fs::remove_file(&path).unwrap()
            } else {
                flip(&path)
            }
            let found = place.run(["check", "--format", "csv"]);
            assert_eq!(found.code, Some(1), "{file}: {found:?}");
            assert!(found.out.contains(part), "{file} is not named: {}", found.out);
            let repaired = place.run(["check", "--repair"]);
            assert!(repaired.code == Some(1) && repaired.err.contains("repaired"), "{file}: {repaired:?}");
            assert!(place.run(["check"]).well().err.contains("everything is whole"), "{file}");
            assert_eq!(place.short_answers(), answers, "{file}");
            assert_eq!(place.run(["log", "--format", "csv"]).well().out, log, "{file}");
        }
    }
}

#[test]
fn a_damaged_projection_is_made_anew_while_it_is_read() {
    let place = guangdong();
    let answers = place.answers();
    let path = place.projections().into_keys().next().unwrap();
    let sound = fs::read(&path).unwrap();
    for (number, at) in (0..sound.len()).step_by(sound.len() / 16).enumerate() {
        let mut bytes = sound.clone();
        bytes[at] ^= 4;
        fs::write(&path, bytes).unwrap();
        if number % 4 == 0 {
            assert_eq!(place.answers(), answers, "byte {at}");
        } else {
            // A reader of everything sees the damage itself.
            place.run(["export", "--format", "jsonl", "--out", "all.jsonl"]).well();
            assert!(answers.ends_with(&place.read("all.jsonl")), "byte {at}");
        }
    }
}

#[test]
fn a_store_that_may_not_be_written_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let place = guangdong();
    let answers = place.short_answers();
    let root = place.path(".tiaokuai");
    let set = |mode: u32| {
        for folder in [root.clone(), root.join("projections"), root.join("ledger")] {
            fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
        }
        for file in ["LOCK", "LEDGER-LOCK", "HEAD"] {
            fs::set_permissions(root.join(file), fs::Permissions::from_mode(mode & 0o666)).unwrap();
        }
    };
    set(0o555);
    if fs::write(root.join("probe"), "").is_ok() {
        eprintln!("skipped: this user may write to what is read-only");
        set(0o755);
        return;
    }
    assert_eq!(place.short_answers(), answers);
    import(&place, &["catalog"]).fails(&["may not be written"]);
    set(0o755);
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let place = Place::new();
    let disk = place.path("disk");
    fs::create_dir(&disk).unwrap();
    let mount = std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(&disk).output();
    if !mount.is_ok_and(|o| o.status.success()) {
        eprintln!("skipped: no small disk can be mounted here");
        return;
    }
    struct Mounted<'a>(&'a Path);
    impl Drop for Mounted<'_> {
        fn drop(&mut self) {
            let _ = std::process::Command::new("umount").arg(self.0).status();
        }
    }
    let _mounted = Mounted(&disk);
    copy(&sample("guangdong"), &place.path("catalog"));
    place.run(["init", "--catalog", "cn-gd", "disk"]).well();
    place.run(["--store", "disk", "import", "catalog"]).well();
    let answers = place.run(["--store", "disk", "export", "--format", "jsonl"]).well().out;
    // Leave a little, fill it.
    let mut filler = fs::File::create(disk.join("filler")).unwrap();
    while filler.write_all(&[7; 4096]).is_ok() {}
    let datasets: String =
        (0..4000).map(|i| format!("f{i},第{i}号数据资源 {},440000-gongan\n", i * 7919 % 10_007)).collect();
    place.write("catalog/datasets.csv", format!("id,title,holder\n{datasets}"));
    place.run(["--store", "disk", "import", "catalog", "--allow-deletes"]).fails(&["disk"]);
    assert_eq!(place.run(["--store", "disk", "export", "--format", "jsonl"]).well().out, answers);
    drop(filler);
    fs::remove_file(disk.join("filler")).unwrap();
    assert_eq!(place.run(["--store", "disk", "export", "--format", "jsonl"]).well().out, answers);
    place.run(["--store", "disk", "import", "catalog", "--allow-deletes"]).well();
    assert!(place.run(["--store", "disk", "check"]).well().err.contains("everything is whole"));
}
