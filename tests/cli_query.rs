//! `query` and `run` as users type them: what is read and written, what becomes of an answer that fails, and what is said.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use support::{Place, Ran, guangdong, sample};

/// A query that answers many rows before it fails.
const BREAKS_OFF: &str = "UNWIND range(3000, 0, -1) AS i RETURN i, 100 / i AS share";

fn query(place: &Place, arguments: &[&str]) -> Ran {
    place.run(["query"].iter().chain(arguments))
}

/// The one value that a query answers.
fn one(place: &Place, text: &str) -> String {
    let ran = query(place, &[text, "--format", "csv"]).well();
    ran.out.lines().nth(1).unwrap_or_else(|| panic!("no row: {}", ran.out)).to_owned()
}

#[track_caller]
fn fails(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    for part in parts {
        assert!(ran.err.contains(part), "no {part:?} in: {}", ran.err);
    }
}

#[test]
fn an_answer_that_breaks_off_is_no_file() {
    let place = Place::new();
    place.write("kept.csv", "what was there\n");
    for format in ["csv", "tsv", "json", "jsonl", "table", "markdown"] {
        let ran = query(&place, &[BREAKS_OFF, "--scratch", "--format", format, "--out", "kept.csv"]);
        fails(&ran, &["error[DivisionByZero]", "100 / i"]);
        assert_eq!(place.read("kept.csv"), "what was there\n", "{format}");
    }
    assert_eq!(std::fs::read_dir(place.path(".")).unwrap().count(), 1, "a temporary file was left");
    // On a stream, what came before the failure is there, and does not look whole.
    let ran = query(&place, &[BREAKS_OFF, "--scratch", "--format", "json"]);
    assert!(ran.out.contains("\"i\": 1") && !ran.out.trim_end().ends_with(']'), "{}", ran.out);
    // What fails at once is not begun to be drawn.
    let ran = query(&place, &["UNWIND [0] AS i RETURN 1 / i AS x", "--scratch"]);
    fails(&ran, &["error[DivisionByZero]"]);
    assert_eq!(ran.out, "");
}

#[test]
fn writing_is_one_commit_or_nothing() {
    let place = guangdong();
    let before = one(&place, "MATCH (n) RETURN count(*)");
    let ran = query(
        &place,
        &["MATCH (d:Dataset {id: $id}) SET d.share = 'withheld'", "-p", "id=cn-gd:440000-minzheng-hunyin"],
    );
    assert!(ran.well().err.contains("1 changed"));
    assert_eq!(one(&place, "MATCH (d:Dataset {id: 'cn-gd:440000-minzheng-hunyin'}) RETURN d.share"), "withheld");
    for (text, parts) in [
        ("CREATE (:Foo {id: 'x'})", &["SchemaViolation", "exactly one label"][..]),
        ("MATCH (d:Dataset) SET d.share = 'perhaps'", &["SchemaViolation", "perhaps"]),
        ("MATCH (d:Dataset) SET d.catalog = 'x'", &["SchemaViolation", "follows from other records"]),
        ("MATCH (d:Dataset) SET d.commit = 'x'", &["SchemaViolation"]),
        ("MATCH (r:Region {code: '440000'}) DELETE r", &["DeleteConnectedNode", "DETACH DELETE"]),
        ("MATCH (d:Dataset) SET d.title = 'x' WITH count(*) AS n RETURN n / 0", &["DivisionByZero"]),
    ] {
        fails(&query(&place, &[text]), parts);
    }
    assert_eq!(one(&place, "MATCH (n) RETURN count(*)"), before);
    assert_eq!(place.run(["log", "--format", "csv"]).well().rows().len(), 2);
    // All properties may be replaced, though some follow from other records.
    let replaced =
        "MATCH (d:Dataset {id: 'cn-gd:440000-minzheng-hunyin'}) SET d = {id: d.id, title: '婚姻'} RETURN d.share";
    assert!(query(&place, &[replaced]).well().err.contains("1 changed"));
    assert!(place.run(["check"]).well().err.contains("everything is whole"));
}

#[test]
fn every_record_tells_since_when_it_is_so() {
    let place = guangdong();
    let first = place.run(["log", "--format", "csv"]).well().rows()[0]["commit"].clone();
    let text = "MATCH (d:Dataset {id: 'cn-gd:440000-minzheng-hunyin'}) SET d.title = '婚姻登记'";
    query(&place, &[text]).well();
    let log = place.run(["log", "--format", "csv"]).well().rows();
    let second = log.iter().map(|row| row["commit"].clone()).find(|commit| *commit != first).unwrap();
    let counted = "MATCH (d:Dataset) RETURN d.commit AS commit, count(*) AS n ORDER BY n";
    let rows = query(&place, &[counted, "--format", "csv"]).well().rows();
    let told: Vec<(&str, &str)> = rows.iter().map(|row| (row["commit"].as_str(), row["n"].as_str())).collect();
    assert_eq!(told, [(second.as_str(), "1"), (first.as_str(), "225")]);
    // A column of the dataset states who holds it.
    let held = "MATCH (:Department)-[h:HOLDS]->(d:Dataset) WHERE h.commit <> d.commit RETURN count(*)";
    assert_eq!(one(&place, held), "0");
    let shared = "MATCH ()-[r:SERVES]->() RETURN collect(DISTINCT r.commit)[0] = $first";
    let ran = query(&place, &[shared, "-p", &format!("first={first}"), "--format", "csv"]).well();
    assert!(ran.out.contains("true"), "{}", ran.out);
    // A statement that writes may read it too.
    let marked = format!("MATCH (d:Dataset {{commit: '{second}'}}) SET d.title = '婚姻登记信息'");
    assert!(query(&place, &[&marked]).well().err.contains("1 changed"));
    // A directory has no past.
    let ran = query(&place, &["MATCH (d:Dataset) RETURN DISTINCT d.commit AS c", "catalog", "--format", "csv"]).well();
    assert_eq!(ran.out.trim_end(), "c\n\"\"");
}

#[test]
fn a_slip_in_a_name_is_warned_of_and_a_wrong_query_is_drawn() {
    let place = Place::new();
    let dir = sample("zhejiang").display().to_string();
    let ran = query(&place, &["MATCH (d:Datset)\nRETURN count(*) AS n", &dir, "--format", "csv"]).well();
    assert_eq!(ran.out, "n\n0\n");
    for part in ["warning[UnknownLabel]", "1 | MATCH (d:Datset)", "^^^^^^", "did you mean `Dataset`?"] {
        assert!(ran.err.contains(part), "no {part:?} in {}", ran.err);
    }
    let ran = query(&place, &["MATCH (n:Region) RETURN x.name", &dir]);
    fails(&ran, &["error[UndefinedVariable]", "did you mean `n`?"]);
    let ran = query(&place, &["MATCH (n:Region) RETURN x.name", &dir, "--lang", "zh"]);
    fails(&ran, &["错误[UndefinedVariable]", "提示"]);
}

#[test]
fn a_query_comes_from_an_argument_a_file_or_standard_input() {
    let place = Place::new();
    let dir = sample("shanghai").display().to_string();
    let text = "MATCH (r:Region) RETURN count(*) AS n";
    place.write("q.cypher", text);
    let from_argument = query(&place, &[text, &dir, "--format", "csv"]).well().out;
    assert_eq!(query(&place, &["--file", "q.cypher", &dir, "--format", "csv"]).well().out, from_argument);
    let ran = support::ran(place.command(["query", "-", &dir, "--format", "csv"]).write_stdin(text));
    assert_eq!(ran.well().out, from_argument);
    query(&place, &["--file", "none.cypher", &dir]).fails(&["none.cypher"]);
    query(&place, &[text]).fails(&["not a tiaokuai store"]);
}

#[test]
fn limits_are_kept_and_named() {
    let place = Place::new();
    let product = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*)";
    fails(&query(&place, &[product, "--scratch", "--timeout", "0.2"]), &["TimeExceeded"]);
    fails(&query(&place, &["UNWIND range(1, 9) AS a RETURN a", "--scratch", "--max-rows", "3"]), &["RowsExceeded"]);
    let gathered = "UNWIND range(1, 1000000) AS a RETURN collect([a, a, a])";
    fails(&query(&place, &[gathered, "--scratch", "--max-memory", "8"]), &["MemoryExceeded"]);
    // A finding stops too, and its rows are not taken for all.
    let found = "CALL unreachable() YIELD dataset RETURN count(*)";
    let dir = sample("guangdong").display().to_string();
    fails(&query(&place, &[found, &dir, "--timeout", "0.000001"]), &["TimeExceeded"]);
    // A list that is too long is refused before it is made.
    fails(&query(&place, &["RETURN size(range(1, 10000000))", "--scratch", "--max-memory", "8"]), &["MemoryExceeded"]);
}

#[test]
fn findings_say_how_a_query_calls_them() {
    let place = Place::new();
    for (command, parts) in [
        ("silos", ["CALL silos(options? :: Map) :: (finding_id :: String", "needed_by :: Integer"]),
        ("paper-sharing", ["CALL paper_sharing(options? :: Map)", "disputed :: List"]),
        ("why", ["CALL why(consumer :: String, dataset :: String)", "step :: Integer"]),
    ] {
        let help = place.run([command, "--help"]).well().out;
        let flat = help.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(flat.contains(part), "{command}: no {part:?} in {flat}");
        }
    }
}

#[test]
fn a_saved_query_is_text_or_a_row() {
    let place = Place::new();
    let text = place.run(["queries", "most-needed"]).well().out;
    assert!(text.contains("MATCH") && !text.starts_with('{'), "{text}");
    let row = place.run(["queries", "most-needed", "--format", "json"]).well().out;
    let row: serde_json::Value = serde_json::from_str(&row).unwrap();
    assert_eq!(row[0]["name"], "most-needed");
    assert_eq!(row[0]["text"], text.as_str());
}

#[test]
fn a_parameter_has_a_name() {
    fails(&query(&Place::new(), &["RETURN 1", "--scratch", "-p", "=1"]), &["`=1`", "NAME=VALUE"]);
}
