//! Imports are killed, and files damaged, behind the back of the program: what it then says is right, or an error.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{Numbers, Place, copy, guangdong, import};

const KILLS: u64 = 50;

/// A directory of about 5 000 records; the two versions differ in a third of them.
fn version(place: &Place, name: &str, mark: &str) {
    let mut departments = "id,name,region\n".to_owned();
    let mut datasets = "id,title,holder,share,sensitivity\n".to_owned();
    let mut shares = "type,from,to\n".to_owned();
    for i in 0..500 {
        departments += &format!("d{i},单位{i},510000\n");
    }
    for i in 0..2_000 {
        let mark = if i % 3 == 0 { mark } else { "" };
        datasets += &format!("s{i},数据{i}{mark},d{},unconditional,1\n", i % 500);
    }
    for i in 0..2_500 {
        shares += &format!("GRANTED_TO,s{},d{}\n", i % 2_000, (i * 7) % 500);
    }
    place.write(&format!("{name}/catalog.toml"), "id = \"cn-t\"\n");
    place.write(&format!("{name}/regions.csv"), "code,name,tier,parent\n510000,川,province,\n");
    place.write(&format!("{name}/departments.csv"), departments);
    place.write(&format!("{name}/datasets.csv"), datasets);
    place.write(&format!("{name}/shares.csv"), shares);
}

#[test]
fn no_kill_loses_an_acknowledged_import_or_leaves_half_of_one() {
    let place = Place::with_store("cn-t");
    version(&place, "a", "甲");
    version(&place, "b", "乙");
    import(&place, &["b"]).well();
    // Kills fall all over an import, however fast the machine is.
    let start = std::time::Instant::now();
    import(&place, &["a", "-m", "a"]).well();
    let once = start.elapsed().as_micros() as usize;
    let export = |words: &[&str]| place.run(["export", "--format", "jsonl"].iter().chain(words)).well().out;
    let whole = [export(&["a"]), export(&["b"])];
    assert!(whole[0] != whole[1]);
    let mut numbers = Numbers(0x5DEE_CE66);
    let (mut acknowledged, mut killed) = (2, 0);
    // Where the machine slows down, and no import comes to its end any more, kills come later.
    let mut in_vain = 0;
    for kill in 0..KILLS {
        let after = Duration::from_micros(500 + numbers.below(once * (2 + in_vain)) as u64);
        let before = acknowledged;
        let deadline = std::time::Instant::now() + after;
        'imports: for folder in ["a", "b", "a", "b"] {
            let mut command = Command::new(support::PROGRAM);
            command.args(["import", folder, "-m", folder]).current_dir(place.path(""));
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            let err = BufReader::new(child.stderr.take().unwrap());
            let reader = std::thread::spawn(move || {
                let states = err.lines().map_while(Result::ok);
                let number = |l: String| l.strip_prefix("state ")?.split(',').next()?.parse::<u64>().ok();
                states.filter_map(number).last()
            });
            while child.try_wait().unwrap().is_none() {
                if std::time::Instant::now() >= deadline {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    acknowledged = reader.join().unwrap().unwrap_or(acknowledged);
                    killed += 1;
                    break 'imports;
                }
                std::thread::sleep(Duration::from_micros(200));
            }
            acknowledged = reader.join().unwrap().unwrap_or(acknowledged);
        }
        in_vain = if acknowledged > before { 0 } else { in_vain + 1 };
        let now = export(&[]);
        assert!(whole.contains(&now), "after kill {kill}: half of an import");
        if kill % 5 == 4 {
            let log = place.run(["log", "--format", "csv"]).well().rows();
            let newest: u64 = log[0]["state"].parse().unwrap();
            assert!(newest >= acknowledged, "after kill {kill}: state {acknowledged} was acknowledged, not {newest}");
            // Each kill since the last look may have come between an import's commit and its word.
            assert!(newest <= acknowledged + 5, "after kill {kill}: more than was imported");
            assert_eq!(log.len() as u64, newest);
            let of = usize::from(log[0]["message"] == "b");
            // Whoever writes next finishes what lies beyond HEAD; HEAD is one of the two.
            assert!(now == whole[of] || newest > acknowledged, "after kill {kill}: not what the log says");
            let checked = place.run(["check", "--format", "csv"]);
            // What no writer has settled yet is told, and nothing else.
            let unsettled = |row: &std::collections::BTreeMap<String, String>| {
                row["problem"].contains("the next writer settles it")
            };
            let sound = checked.code == Some(0) || checked.rows().iter().all(unsettled);
            assert!(sound, "after kill {kill}: {}", checked.out);
        }
    }
    assert!(killed > KILLS / 2, "only {killed} imports were killed before they ended");
    assert!(acknowledged > 5, "only {acknowledged} imports came to an end");
    import(&place, &["a"]).well();
    assert!(export(&[]) == whole[0]);
    assert!(place.run(["check"]).well().err.contains("everything is whole"));
}

/// What is done to a file's bytes, in words and as code.
type Damage = (String, Box<dyn Fn(&mut Vec<u8>)>);

/// One damage a file: a flipped bit, a zeroed page, a missing tail.
fn damages(length: usize, numbers: &mut Numbers) -> Vec<Damage> {
    let (at, bit, cut) = (numbers.below(length), numbers.below(8), numbers.below(length));
    let page = numbers.below(length) / 4096 * 4096;
    vec![
        (format!("bit {bit} of byte {at} flipped"), Box::new(move |b| b[at] ^= 1 << bit)),
        (
            format!("page at {page} zeroed"),
            Box::new(move |b| {
                let end = b.len().min(page + 4096);
                b[page..end].fill(0);
            }),
        ),
        (format!("cut to {cut} bytes"), Box::new(move |b| b.truncate(cut))),
    ]
}

#[test]
fn damage_gives_an_error_that_names_it_or_the_right_answer() {
    let sound = guangdong();
    sound.edit("catalog/departments.csv", "\n440000-", "\n440000-new,新单位,440000,,,organ\n440000-");
    import(&sound, &["catalog"]).well();
    let (golden, past) = (sound.short_answers(), sound.run(["silos", "--at", "1", "--format", "csv"]).well().out);
    let files: Vec<_> =
        sound.store_files().into_iter().filter(|(path, _)| !path.to_str().unwrap().ends_with(".state")).collect();
    assert!(files.len() > 6, "{}", files.len());
    let mut numbers = Numbers(99);
    let mut told = 0;
    for (path, bytes) in &files {
        let name = path.strip_prefix(sound.path(".tiaokuai")).unwrap();
        let many = if name.ends_with("db") { 4 } else { 1 };
        for _ in 0..many {
            for (what, damage) in damages(bytes.len().max(1), &mut numbers) {
                let place = Place::new();
                copy(&sound.path(".tiaokuai"), &place.path(".tiaokuai"));
                let mut spoilt = bytes.clone();
                if spoilt.is_empty() {
                    continue;
                }
                damage(&mut spoilt);
                fs::write(place.path(".tiaokuai").join(name), spoilt).unwrap();
                let what = format!("{}: {what}", name.display());
                // The present first, which opens no ledger as long as it need not; then the past, and a writer.
                let silos = place.run(["silos", "--scope", "region", "--format", "csv", "--today", "2026-11-01"]);
                let unmet = place.run(["unreachable", "--tier", "all", "--format", "csv", "--today", "2026-11-01"]);
                if silos.code == Some(0) && unmet.code == Some(0) {
                    assert!(silos.out + &unmet.out == golden, "{what}: a wrong answer");
                } else {
                    told += 1;
                    assert!(silos.err.contains("error: ") && unmet.err.contains("error: "), "{what}");
                }
                let earlier = place.run(["silos", "--at", "1", "--format", "csv"]);
                assert!(earlier.code == Some(2) || earlier.out == past, "{what}: a wrong answer about the past");
                let checked = place.run(["check"]);
                if earlier.code == Some(2) {
                    told += 1;
                    assert_ne!(checked.code, Some(0), "{what}: sound by the check, but {}", earlier.err);
                }
                if checked.code == Some(1) {
                    assert_eq!(place.run(["check", "--repair"]).code, Some(1), "{what}");
                    assert!(place.run(["check"]).well().err.contains("everything is whole"), "{what}");
                }
                place.run(["stats"]).well();
            }
        }
    }
    assert!(told > 3, "no damage was ever told");
}

#[test]
fn projections_may_vanish_while_they_are_read() {
    let place = guangdong();
    let golden = place.short_answers();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let _ = fs::remove_dir_all(place.path(".tiaokuai/projections"));
                std::thread::sleep(Duration::from_millis(7));
            }
        });
        for _ in 0..12 {
            let ran = place.run(["silos", "--scope", "region", "--format", "csv", "--today", "2026-11-01"]);
            // It may vanish again between the making and the opening; that is told.
            if ran.code == Some(0) {
                assert!(golden.starts_with(&ran.out), "a wrong answer");
            } else {
                assert!(ran.err.contains("projection"), "{}", ran.err);
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_eq!(place.short_answers(), golden);
}
