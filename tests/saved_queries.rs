//! The saved queries, each on each sample catalog: golden files of what they answer, and those that write a finding out in
//! the language held against the finding itself.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::{Date, date};
use tiaokuai::database::{
    Arguments, Asking, Database, Environment, Interrupt, Language, Limits, QueryValue, Reader, Row, Rows, RuleSet,
    Snapshot, Value, procedures, query,
};
use tiaokuai::query::saved::{Saved, built_in};
use tiaokuai::report::{Format, RenderOptions, render};

/// The day of every answer, so that no golden file ages.
const TODAY: Date = date(2026, 11, 1);

const CATALOGS: [&str; 4] = ["guangdong", "zhejiang", "shanghai", "sichuan-chongqing"];

/// What queries are given that do not run without, in the order of [`CATALOGS`].
const GIVEN: &[(&str, &str, [&str; 4])] = &[
    ("holdings", "department", ["440000-minzheng", "330000-shichang", "310000-gongan", "510000-renshe"]),
    (
        "what-a-department-has",
        "department",
        ["441424120000-shuju", "330782100000-jiceng", "310106021000-jiceng", "510000-renshe"],
    ),
    (
        "who-has",
        "dataset",
        ["440000-minzheng-hunyin", "330000-ziran-budongchan", "310000-ziran-budongchan", "510000-minzheng-hunyin"],
    ),
    (
        "single-points",
        "dataset",
        ["440000-gongan-hukou", "330000-ziran-budongchan", "310000-ziran-budongchan", "510000-minzheng-hunyin"],
    ),
    ("departments", "subject", ["440000", "330000", "310000", "510000"]),
    ("datasets", "subject", ["440000", "330000", "310000", "510000"]),
    ("platforms", "subject", ["440000", "330000", "310000", "510000"]),
    (
        "departments-connected",
        "subject",
        ["440000-p-exchange", "330000-p-exchange", "310000-p-exchange", "510000-p-exchange"],
    ),
    (
        "systems-connected",
        "subject",
        ["440000-p-exchange", "330000-p-exchange", "310000-p-exchange", "510000-p-exchange"],
    ),
    ("needs-of-a-place", "region", ["441424120", "330782100", "310106021", "51"]),
];

fn snapshot(catalog: &str) -> Snapshot {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-catalogs").join(catalog);
    Database::Directory(dir).snapshot(None, &Reader::default(), &Environment::quiet()).unwrap()
}

fn saved(name: &str) -> &'static Saved {
    built_in().iter().find(|saved| saved.name == name).unwrap()
}

/// Runs a saved query, and hands its rows over.
fn run<R>(
    snapshot: &Snapshot,
    saved: &Saved,
    given: &[(&str, &str)],
    rules: RuleSet,
    take: impl FnOnce(Rows<'_>) -> R,
) -> R {
    let parameters: BTreeMap<String, QueryValue> = saved.values(given.iter().copied()).unwrap();
    let interrupt = Interrupt::default();
    let limits = Limits::default();
    let asking = Asking { parameters: &parameters, limits, interrupt: &interrupt, rules, today: TODAY, warnings: None };
    query(snapshot, &saved.text, &asking, take).unwrap_or_else(|error| panic!("{}: {error}", saved.name))
}

fn csv(rows: Rows<'_>) -> String {
    let mut text = Vec::new();
    render(rows, Format::Csv, Language::English, &RenderOptions::default(), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn each_on_each_sample_catalog() {
    let snapshots = CATALOGS.map(snapshot);
    for saved in built_in() {
        let mut text = String::new();
        for (i, (catalog, snapshot)) in CATALOGS.iter().zip(&snapshots).enumerate() {
            let given = GIVEN.iter().filter(|(name, ..)| *name == saved.name);
            let given: Vec<(&str, &str)> = given.map(|(_, parameter, values)| (*parameter, values[i])).collect();
            text.push_str(&format!("# {catalog}\n{}", run(snapshot, saved, &given, RuleSet::all(), csv)));
        }
        insta::assert_snapshot!(saved.name.as_str(), text);
    }
}

/// No rule of the optimizer changes an answer. Walks of any length are left out: without rules, each walk is gone through
/// where a search would do.
#[test]
fn each_answers_the_same_without_rules() {
    let snapshot = snapshot("sichuan-chongqing");
    for saved in built_in().iter().filter(|saved| !saved.text.contains("RELAYS_TO*")) {
        let given = GIVEN.iter().filter(|(name, ..)| *name == saved.name);
        let given: Vec<(&str, &str)> = given.map(|(_, parameter, values)| (*parameter, values[3])).collect();
        let [plain, optimized] =
            [RuleSet::none(), RuleSet::all()].map(|rules| run(&snapshot, saved, &given, rules, csv));
        assert_eq!(plain, optimized, "{}", saved.name);
    }
}

/// Rows as texts, of these columns.
fn cells(rows: Rows<'_>, columns: &[&str]) -> Vec<Vec<String>> {
    let positions: Vec<usize> = columns.iter().map(|column| rows.position(column).expect(column)).collect();
    let cell = |row: &Row<'_>, i: &usize| match &row[*i] {
        Value::Null => String::new(),
        Value::Text(text) => text.to_string(),
        Value::Integer(i) => i.to_string(),
        Value::Float(f) => f.to_string(),
        Value::List(items) => items.iter().filter_map(|item| item.as_text()).collect::<Vec<_>>().join(";"),
        other => format!("{other:?}"),
    };
    rows.map(|row| positions.iter().map(|i| cell(&row, i)).collect()).collect()
}

/// What a finding answers, waived rows among them.
fn finding(snapshot: &Snapshot, name: &str, arguments: &Arguments, columns: &[&str]) -> Vec<Vec<String>> {
    let procedure = procedures().into_iter().find(|procedure| procedure.name == name).unwrap();
    cells((procedure.call)(snapshot.graph.as_ref(), arguments).unwrap(), columns)
}

/// A dataset that is granted to a department that is nowhere defined. The procedure sees that edge when it tells the cause;
/// a query sees relationships between defined records alone.
const GRANTED_TO_NOBODY: &str = "cn-cq:500000-gongan-liudong";

/// Rows without the one cause that the language cannot tell.
fn tellable(mut rows: Vec<Vec<String>>, columns: &[&str]) -> Vec<Vec<String>> {
    let cause = columns.iter().position(|column| *column == "cause");
    for row in rows.iter_mut().filter(|row| row.iter().any(|cell| cell == GRANTED_TO_NOBODY)) {
        cause.into_iter().for_each(|i| row[i].clear());
    }
    rows
}

/// Holds a query that writes a finding out against it, in every sample catalog, in order.
fn same(query: &str, name: &str, arguments: &Arguments, columns: &[&str]) {
    for catalog in CATALOGS {
        let snapshot = snapshot(catalog);
        let found = tellable(finding(&snapshot, name, arguments, columns), columns);
        let asked = run(&snapshot, saved(query), &[], RuleSet::all(), |rows| cells(rows, columns));
        let asked = tellable(asked, columns);
        assert!(!found.is_empty(), "{catalog} has no {name}");
        let all = |rows: &[Vec<String>]| rows.iter().cloned().collect::<BTreeSet<_>>();
        let missing: Vec<_> = all(&found).difference(&all(&asked)).cloned().collect();
        let wrong: Vec<_> = all(&asked).difference(&all(&found)).cloned().collect();
        assert!(missing.is_empty() && wrong.is_empty(), "{catalog}: missing {missing:#?}\nwrong {wrong:#?}");
        assert_eq!(asked, found, "{catalog}: order");
    }
}

#[test]
fn silos_written_out_are_the_silos() {
    let columns = ["dataset", "title", "holder", "cause", "barrier", "needed_by", "severity"];
    same("silos-in-full", "silos", &Arguments::new(), &columns);
}

#[test]
fn what_is_out_of_reach_written_out_is_the_finding() {
    let columns = ["consumer", "dataset", "service", "title", "holder", "holder_tier", "cause", "severity"];
    same("unreachable-in-full", "unreachable", &Arguments::new(), &columns);
}

#[test]
fn claims_written_out_are_the_finding() {
    let today = Arguments::new().with("today", Value::Date(TODAY));
    same("claims", "claims", &today, &["subject", "measure", "op", "claimed", "counted", "verdict", "source"]);
}

#[test]
fn what_was_built_below_written_out_is_the_finding() {
    let rule = Arguments::new().with("rule", Value::owned("built-above".to_owned()));
    let columns =
        ["platform", "function", "region", "counterpart", "name", "operator", "tier", "cost", "reason", "severity"];
    same("built-above", "redundant", &rule, &columns);
}

#[test]
fn what_was_built_twice_written_out_is_the_finding() {
    let rule = Arguments::new().with("rule", Value::owned("twice-here".to_owned()));
    same("twice-here", "redundant", &rule, &["function", "region", "members", "cost"]);
}
