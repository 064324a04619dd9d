//! Groups that are gathered from pieces of a scan, on several threads: the same as on one, in the same order, with the same
//! errors and within the same bounds.

use std::collections::BTreeMap;
use std::fmt::Write;

use tiaokuai::database::{
    self, Asking, Database, Environment, Interrupt, Limits, Reader, Rule, RuleSet, Snapshot, Workspace,
};
use tiaokuai::report::json_text;

/// Enough departments that the rule takes them in pieces, each with needs of its own.
const DEPARTMENTS: usize = 700;

fn catalog() -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    let (mut departments, mut datasets, mut needs) = (
        "id,name,region\n".to_owned(),
        "id,title,holder,quality\n".to_owned(),
        "consumer,dataset,priority\n".to_owned(),
    );
    for i in 0..DEPARTMENTS {
        writeln!(departments, "d{i:03},Office {},44{:02}00", i % 9, i % 21).unwrap();
        // One in seven has no quality.
        let quality = if i % 7 == 0 { String::new() } else { format!("0.{}", i % 10) };
        writeln!(datasets, "s{i:03},Set {},d{:03},{quality}", i % 5, (i * 31) % DEPARTMENTS).unwrap();
        for step in [1, 17, 230] {
            writeln!(needs, "d{i:03},s{:03},{}", (i * 3 + step) % DEPARTMENTS, i % 3 + 1).unwrap();
        }
    }
    let mut regions = "code,name,tier,parent\n100000,Nation,national,\n440000,Province,province,100000\n".to_owned();
    for i in 1..21 {
        writeln!(regions, "44{i:02}00,City {i},city,440000").unwrap();
    }
    let files = [("regions", regions), ("departments", departments), ("datasets", datasets), ("needs", needs)];
    std::fs::write(folder.path().join("catalog.toml"), "id = \"pieces\"\n").unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name).with_extension("csv"), text).unwrap();
    }
    Database::Directory(folder.path().to_owned()).snapshot(None, &Reader::default(), &Environment::quiet()).unwrap()
}

fn asking<'a>(
    parameters: &'a BTreeMap<String, database::QueryValue>,
    interrupt: &'a Interrupt,
    rules: RuleSet,
) -> Asking<'a> {
    let today = "2026-11-01".parse().unwrap();
    Asking { parameters, limits: Limits::default(), interrupt, rules, today, warnings: None }
}

/// What is answered, row by row and in order, or the error.
fn answer(catalog: &Snapshot, text: &str, asking: &Asking<'_>) -> String {
    let rows = database::query(catalog, text, asking, |rows| {
        let rows: Vec<String> = rows.map(|row| row.iter().map(json_text).collect::<Vec<_>>().join(" | ")).collect();
        rows.join("\n")
    });
    rows.unwrap_or_else(|error| format!("error {error}"))
}

/// Queries whose groups merge.
const IN_PIECES: &[&str] = &[
    "MATCH (d:Department) RETURN count(*)",
    "MATCH (d:Department) WHERE d.id STARTS WITH 'nobody' RETURN count(*), min(d.id), collect(d.id)",
    "MATCH (d:Department) RETURN d.name, count(*), min(d.id), max(d.id)",
    "MATCH (d:Department) RETURN d.name AS name, collect(d.id)[..5]",
    "MATCH (d:Department)-[:NEEDS]->(s) RETURN s.title, count(DISTINCT d), count(DISTINCT d.name), count(s.quality)",
    "MATCH (d:Department)-[:NEEDS]->(s)<-[:HOLDS]-(h)-[:IN]->(r) RETURN r.code, count(*), min(s.quality), max(h.id)",
    "MATCH (d:Department)-[:NEEDS]->() RETURN count(*)",
    "MATCH (d:Department)-[:NEEDS]->() RETURN d.name, count(*)",
    "MATCH (d:Department) OPTIONAL MATCH (d)-[:HOLDS]->(s) WHERE s.quality > 0.5 RETURN count(s), count(d)",
    "MATCH (d:Department) WHERE EXISTS { (d)-[:NEEDS]->(s) WHERE s.quality > 0.7 } RETURN d.name, count(*)",
    "MATCH (d:Department) WITH d.name AS name, count(*) AS n RETURN name, n ORDER BY n DESC, name LIMIT 3",
    "MATCH (d:Department), (s:Dataset {title: 'Set 3'}) RETURN count(DISTINCT s), count(*)",
    "MATCH (d:Department) RETURN date('2026-11-0' + toString(size(d.id))) AS day, count(*)",
    // It fails, on the same row for both.
    "MATCH (d:Department) RETURN max(CASE d.id WHEN 'pieces:d650' THEN 1 / 0 ELSE 1 END)",
    "MATCH (d:Department) RETURN max(CASE WHEN d.id > 'pieces:d300' THEN date(d.name) ELSE 1 END)",
];

/// Queries whose groups do not: the order of rows is lost, or it is not known whose turn comes first.
const IN_ONE: &[&str] = &[
    "MATCH (s:Dataset) RETURN sum(s.quality), avg(s.quality), stDev(s.quality)",
    "MATCH (s:Dataset) RETURN collect(DISTINCT s.title)",
    "MATCH (s:Dataset) WITH s ORDER BY s.quality, s.id LIMIT 300 RETURN count(*), min(s.id)",
    "MATCH (s:Dataset) WITH DISTINCT s.title AS title RETURN count(*)",
    "MATCH (s:Dataset) WHERE rand() < 2 RETURN count(*)",
    "MATCH (s:Dataset) CALL silos() YIELD dataset WHERE dataset = s.id RETURN count(*)",
    "MATCH (t:Tier) RETURN count(*)",
    // The scan that comes first is a small one.
    "MATCH (d:Department), (r:Region {tier: 'city'}) RETURN count(DISTINCT r), count(*)",
];

#[test]
fn answers_are_those_of_one_thread_in_the_same_order() {
    let (catalog, parameters, interrupt) = (catalog(), BTreeMap::new(), Interrupt::default());
    let all = asking(&parameters, &interrupt, RuleSet::all());
    let without = asking(&parameters, &interrupt, RuleSet::all().without(Rule::ParallelAggregation));
    for (texts, in_pieces) in [(IN_PIECES, true), (IN_ONE, false)] {
        for text in texts {
            let plan = answer(&catalog, &format!("EXPLAIN {text}"), &all);
            assert_eq!(plan.contains("rule parallel-aggregation"), in_pieces, "{text}\n{plan}");
            assert_eq!(answer(&catalog, text, &all), answer(&catalog, text, &without), "{text}");
        }
    }
}

/// Memory is divided between pieces; a query that has enough of it on one thread is answered nevertheless.
#[test]
fn memory_is_bounded_as_on_one_thread() {
    let (catalog, parameters, interrupt) = (catalog(), BTreeMap::new(), Interrupt::default());
    let text = "MATCH (d:Department)-[:NEEDS]->(s) RETURN size(collect(d.id + s.id)) AS n";
    let of = |memory, rules| {
        let limits = Limits { memory, ..Limits::default() };
        answer(&catalog, text, &Asking { limits, ..asking(&parameters, &interrupt, rules) })
    };
    for memory in (10..22).map(|n| 1 << n) {
        let expected = of(memory, RuleSet::all().without(Rule::ParallelAggregation));
        assert_eq!(of(memory, RuleSet::all()), expected, "{memory} bytes");
    }
}

#[test]
fn an_interruption_ends_all_threads() {
    let (catalog, parameters, interrupt) = (catalog(), BTreeMap::new(), Interrupt::default());
    let asking = asking(&parameters, &interrupt, RuleSet::all());
    let text = "MATCH (a:Department), (b:Department), (c:Department), (d:Department) RETURN count(*)";
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            interrupt.set();
        });
        answer(&catalog, text, &asking)
    });
    assert!(answer.contains("interrupted"), "{answer}");
}

/// What a statement wrote is seen by what it counts afterwards.
#[test]
fn what_was_written_is_counted() {
    let graph = Workspace::new();
    let (parameters, interrupt) = (BTreeMap::new(), Interrupt::default());
    let asking = asking(&parameters, &interrupt, RuleSet::all());
    let text = "UNWIND range(1, 600) AS i CREATE (:A {i: i}) WITH count(*) AS made MATCH (a:A) RETURN made, count(a)";
    let counted = database::query_scratch(&graph, text, &asking, |rows| {
        rows.map(|row| row.iter().map(json_text).collect::<Vec<_>>()).collect::<Vec<_>>()
    });
    assert_eq!(counted.unwrap(), [["600", "600"]]);
}
