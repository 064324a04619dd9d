//! What leaves the program: exports, formats, languages and exit codes, as other programs meet them.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::io::Read as _;
use std::process::{Command, Stdio};

use support::{Place, guangdong, import, sample};

#[test]
fn a_catalog_goes_out_and_comes_back_the_same() {
    let place = Place::new();
    for name in ["guangdong", "sichuan-chongqing"] {
        let dir = sample(name);
        let dir = dir.to_str().unwrap();
        let out = format!("out-{name}");
        place.run(["export", "--format", "catalog", dir, "--out", &out]).well();
        assert!(place.run(["diff", dir, &out, "--format", "csv"]).well().rows().is_empty());
        let lines = |of: &str| place.run(["export", "--format", "jsonl", of]).well().out;
        assert_eq!(lines(dir), lines(&out));
        place.run(["export", "--format", "catalog", dir, "--out", &out]).fails(&["not empty"]);
        place.run(["export", "--format", "catalog", dir, "--out", &out, "--replace"]).well();
        assert_eq!(lines(dir), lines(&out));
    }
    // Into a store of its own, with the digest that the first store has.
    let (first, second) = (guangdong(), Place::with_store("cn-gd"));
    import(&second, &[place.path("out-guangdong").to_str().unwrap()]).well();
    let digest = |place: &Place| {
        let head = place.read(".tiaokuai/HEAD");
        head.lines().find(|l| l.contains("\"digest\"")).unwrap().to_owned()
    };
    assert_eq!(digest(&first), digest(&second));
    // What is no export is never replaced.
    place.write("mine/notes.txt", "kept");
    place.run(["export", "--format", "catalog", "out-guangdong", "--out", "mine", "--replace"]).fails(&["notes.txt"]);
    assert_eq!(place.read("mine/notes.txt"), "kept");
}

#[test]
fn every_form_is_read_by_its_programs() {
    let place = guangdong();
    for (form, file) in [("graphml", "g.graphml"), ("dot", "g.dot"), ("jsonl", "g.jsonl")] {
        place.run(["export", "--format", form, "--out", file]).well();
        assert_eq!(place.run(["export", "--format", form]).well().out, place.read(file));
    }
    for line in place.read("g.jsonl").lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    place.run(["export", "--format", "csv", "--out", "tables"]).well();
    assert!(fs::read_dir(place.path("tables")).unwrap().count() > 5);
    place.run(["export", "--format", "csv", "--bom", "--out", "marked"]).well();
    let mut some = fs::read_dir(place.path("marked"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "csv"));
    assert!(some.all(|path| fs::read(path).unwrap().starts_with(b"\xef\xbb\xbf")));
    let python = |code: &str| Command::new("python3").args(["-c", code]).arg(place.path("g.graphml")).output();
    if python("import networkx").is_ok_and(|o| o.status.success()) {
        let code = "import sys, networkx as n; g = n.read_graphml(sys.argv[1], force_multigraph=True); print(len(g), g.size())";
        let read = python(code).unwrap();
        let told = place.run(["export", "--format", "graphml", "--out", "/dev/null"]).well().err;
        let numbers: Vec<&str> = told.split(' ').filter(|w| w.parse::<u64>().is_ok()).take(2).collect();
        assert_eq!(
            String::from_utf8_lossy(&read.stdout).trim(),
            numbers.join(" "),
            "{}",
            String::from_utf8_lossy(&read.stderr)
        );
    } else {
        eprintln!("skipped: networkx is not installed");
    }
    place.run(["export", "--format", "dot", "--region", "440100", "--out", "city.dot"]).well();
    match Command::new("dot").arg("-Tplain").arg(place.path("city.dot")).output() {
        Ok(drawn) => {
            assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
            assert!(String::from_utf8_lossy(&drawn.stdout).contains("\nnode "));
        }
        Err(_) => eprintln!("skipped: Graphviz is not installed"),
    }
}

#[test]
fn json_lines_can_be_compared_by_line() {
    let place = guangdong();
    let before = place.run(["export", "--format", "jsonl"]).well().out;
    for file in ["shares.csv", "datasets.csv", "needs.csv"] {
        let text = place.read(&format!("catalog/{file}"));
        let mut rows: Vec<&str> = text.split_inclusive('\n').collect();
        rows[1..].reverse();
        place.write(&format!("catalog/{file}"), rows.concat());
    }
    assert_eq!(place.run(["export", "--format", "jsonl", "catalog"]).well().out, before);
    place.edit("catalog/departments.csv", "\n440000-", "\n440000-new,新单位,440000,,,organ\n440000-");
    let after = place.run(["export", "--format", "jsonl", "catalog"]).well().out;
    let new: Vec<&str> = after.lines().filter(|l| !before.lines().any(|b| b == *l)).collect();
    assert!(new.iter().all(|line| line.contains("440000-new")) && !new.is_empty(), "{new:?}");
}

#[test]
fn a_region_and_an_earlier_state_go_out_alone() {
    let place = guangdong();
    let before = place.run(["export", "--format", "jsonl"]).well().out;
    place.edit("catalog/departments.csv", "\n440000-", "\n440000-new,新单位,440000,,,organ\n440000-");
    import(&place, &["catalog"]).well();
    assert_eq!(place.run(["export", "--format", "jsonl", "--at", "1"]).well().out, before);
    place.run(["export", "--format", "catalog", "--at", "1", "--out", "then"]).well();
    assert!(place.run(["diff", "1", "then", "--format", "csv"]).well().rows().is_empty());
    let city = place.run(["export", "--format", "jsonl", "--region", "440100"]).well().out;
    let regions: Vec<&str> = city.lines().filter(|l| l.contains("\"labels\":[\"Region\"]")).collect();
    assert!(
        regions.iter().any(|l| l.contains("Region/440100")) && !regions.iter().any(|l| l.contains("Region/440300\""))
    );
    assert!(city.len() < before.len());
    place.run(["export", "--format", "jsonl", "--region", "999999"]).fails(&["999999"]);
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let place = guangdong();
    for words in [
        &["export", "--format", "jsonl"][..],
        &["silos", "--scope", "region"],
        &["diff", "0", "1"],
        &["report"],
        &["completions", "bash"],
    ] {
        let mut command = Command::new(support::PROGRAM);
        let child = command.args(words).current_dir(place.path("")).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        let mut first = [0; 16];
        child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !err.contains("error") && !err.contains("panic"), "{words:?}: {err}");
    }
}

#[test]
fn a_file_appears_whole_or_not_at_all() {
    let place = guangdong();
    place.write("kept.csv", "old");
    place.run(["silos", "--region", "999999", "--out", "kept.csv"]).fails(&[]);
    assert_eq!(place.read("kept.csv"), "old");
    place.run(["stats", "--out", "kept.csv"]).well();
    assert!(place.read("kept.csv").starts_with("what,name,count\n"), "the ending of the file sets the format");
    place.run(["stats", "--out", "no/such/file.csv"]).fails(&["no/such/file.csv: No such file"]);
    let left: Vec<_> = fs::read_dir(place.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "{left:?}");
    place.run(["stats", "--out", "/dev/full"]).fails(&["No space left"]);
}

/// Whoever reads the output has had enough before it comes: what was found is told all the same.
#[test]
fn what_was_found_is_told_though_nobody_reads_the_rows() {
    let place = guangdong();
    for (arguments, code) in [("silos", 0), ("silos --fail-on violation", 1), ("report --fail-on violation", 1)] {
        let mut command = std::process::Command::new(support::PROGRAM);
        command.current_dir(place.path("")).args(arguments.split(' ')).args(["--today", "2026-11-01"]);
        let mut running = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
        drop(running.stdout.take());
        assert_eq!(running.wait().unwrap().code(), Some(code), "{arguments}");
    }
}

/// Where no waiver is in force, nobody looks at rows one by one: how grave they are is counted on their way to the format.
#[test]
fn what_was_found_is_counted_in_every_format() {
    let place = guangdong();
    place.write("catalog/waivers.csv", "finding_id,reason,by,until\n");
    import(&place, &["catalog", "--allow-deletes", "--allow-empty"]).well();
    for format in ["csv", "tsv", "json", "jsonl", "table", "markdown"] {
        for (finding, gravest) in [("silos", "violation"), ("recollected", "warning"), ("burden", "note")] {
            let code = |severity| place.run([finding, "--format", format, "--fail-on", severity]).code;
            let reached = ["note", "warning", "violation"].map(|severity| code(severity) == Some(1));
            let grave = |severity: &str| ["note", "warning", "violation"].iter().position(|s| *s == severity);
            let wanted = [0, 1, 2].map(|severity| Some(severity) <= grave(gravest));
            assert_eq!(reached, wanted, "{finding} as {format}");
        }
    }
}

#[test]
fn every_command_of_rows_writes_every_format() {
    let place = guangdong();
    place.edit("catalog/departments.csv", "\n440000-", "\n440000-new,\"新|单位 \"\"a\"\"\",440000,,,organ\n440000-");
    import(&place, &["catalog"]).well();
    for command in [
        "silos",
        "unreachable",
        "redundant",
        "stats",
        "dangling",
        "log",
        "diff 1 2",
        "findings diff 0 1",
        "why 440106-minzheng 440000-gongan-hukou",
        "check",
        "compact",
        "import catalog",
    ] {
        let run = |format: &str| place.run(command.split(' ').chain(["--format", format])).well().out;
        if command == "check" {
            // A sound store has no rows to tell, and a script reads that there are none.
            assert_eq!((&*run("csv"), &*run("table")), ("part,problem\n", ""));
        }
        let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap_or_else(|e| panic!("{command}: {e}"));
        let rows = json.as_array().map_or(0, Vec::len);
        let lines = run("jsonl");
        assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok_and(|v| v.is_object())));
        for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
            let text = run(format);
            let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text.as_bytes());
            let width = reader.headers().unwrap().len();
            let read: Vec<_> = reader.records().map(|r| r.unwrap()).collect();
            assert!(width > 1 && read.iter().all(|r| r.len() == width), "{command}");
            if !command.starts_with("compact") {
                assert_eq!((read.len(), lines.lines().count()), (rows, rows), "{command} as {format}");
            }
        }
        if !command.starts_with("why") {
            let markdown = run("markdown");
            assert!(
                markdown
                    .lines()
                    .nth(1)
                    .is_some_and(|l| l.starts_with("| -") || l.starts_with("|-") || l.starts_with("| :")),
                "{command}: {markdown}"
            );
            assert!(command == "check" || run("table").starts_with('┌'), "{command}");
        }
    }
    for format in ["table", "markdown", "json"] {
        assert!(place.run(["report", "--format", format]).well().out.len() > 500);
    }
    for format in ["csv", "tsv", "jsonl"] {
        place.run(["report", "--format", format]).fails(&[format]);
    }
}

#[test]
fn chinese_is_spoken_where_it_is_asked_for() {
    let place = guangdong();
    for (words, part) in [
        (&["silos", "--format", "csv"][..], "有条件共享"),
        (&["report"], "数据孤岛"),
        (&["stats"], "数量"),
        (&["unreachable", "--tier", "all", "--format", "markdown"], "|"),
    ] {
        let chinese = place.run(["--lang", "zh"].iter().chain(words)).well();
        assert!(chinese.out.contains(part), "{words:?}: {}", chinese.out);
        let by_name = support::ran(place.command(words).env("TIAOKUAI_LANG", "zh")).well();
        assert_eq!(by_name.out, chinese.out);
        assert_ne!(place.run(words).well().out, chinese.out);
    }
    assert!(place.run(["--lang", "zh", "silos", "--at", "99"]).fails(&[]).err.starts_with("错误: "));
    place.run(["--lang", "fr", "stats"]).fails(&["fr"]);
}

#[test]
fn exit_codes_tell_what_was_found_and_waivers_silence_it_for_their_time() {
    let place = guangdong();
    assert_eq!(place.run(["silos"]).code, Some(0));
    assert_eq!(place.run(["silos", "--fail-on", "note"]).code, Some(1));
    assert_eq!(place.run(["report", "--fail-on", "violation"]).code, Some(1));
    assert_eq!(place.run(["silos", "--region", "440000", "--scope", "sector", "--fail-on", "nonsense"]).code, Some(2));
    // Waive every finding of a rule until a day.
    let redundant =
        |more: &[&str]| place.run(["redundant", "--rule", "could-unify", "--format", "csv"].iter().chain(more));
    let rows = redundant(&["--today", "2026-01-01"]).well().rows();
    assert!(!rows.is_empty());
    let waivers: String = rows.iter().map(|r| format!("{},同意,省局,2026-06-30\n", r["finding_id"])).collect();
    place.write("catalog/waivers.csv", format!("finding_id,reason,by,until\n{waivers}"));
    import(&place, &["catalog", "--allow-deletes"]).well();
    for (today, counts) in [("2026-06-30", false), ("2026-07-01", true)] {
        let ran = redundant(&["--today", today, "--fail-on", "warning"]);
        assert_eq!(ran.code, Some(i32::from(counts)), "{today}");
        assert_eq!(ran.rows().len(), if counts { rows.len() } else { 0 });
        let waived = redundant(&["--today", today, "--waived"]).well().rows();
        assert_eq!(waived.len(), if counts { 0 } else { rows.len() }, "{today}");
    }
    let changed =
        place.run(["findings", "diff", "1", "2", "--finding", "redundant", "--today", "2026-06-30", "--format", "csv"]);
    let changed = changed.well().rows();
    assert!(changed.iter().filter(|r| r["change"] == "waived").count() >= rows.len(), "{changed:?}");
}

#[test]
fn a_plan_is_answered_and_leaves_no_trace() {
    let place = guangdong();
    place.write("plan/catalog.toml", "id = \"cn-gd\"\n");
    let shares = place.read("catalog/shares.csv");
    place.write("plan/shares.csv", shares.replace(",申请中,", ",生效,").replace(",暂停,", ",生效,"));
    let before = place.store_files();
    let rows = place.run(["unreachable", "--tier", "all", "--what-if", "plan", "--format", "csv"]).well().rows();
    assert!(rows.iter().any(|r| r["change"] == "closed"), "{rows:?}");
    place.run(["report", "--what-if", "plan"]).well();
    assert!(place.store_files() == before);
    place.run(["silos", "--what-if", "nowhere"]).fails(&["nowhere"]);
}
