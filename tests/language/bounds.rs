//! Queries that want more than there is: each ends soon, with an answer or with an error that says what was too much.

use std::time::{Duration, Instant};

use tiaokuai::query::engine::Answer;
use tiaokuai::query::error::QueryError;
use tiaokuai::query::exec::budget::Limits;
use tiaokuai::query::plan::rules::{Rule, RuleSet};
use tiaokuai::query::value::Value;

use crate::scratch::{With, made_by, run};

/// On a busy machine a test may be kept waiting; what hangs, hangs longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Limits that are met soon.
fn narrow() -> With {
    With { limits: Limits { time: Some(Duration::from_millis(300)), memory: 32 << 20, rows: None }, ..With::default() }
}

fn asked_with(text: &str, with: &With) -> Result<Answer, Box<QueryError>> {
    let start = Instant::now();
    let answer = run(&made_by(&[]), text, with);
    let taken = start.elapsed();
    assert!(taken < PATIENCE, "{} took {taken:?}", text.chars().take(100).collect::<String>());
    answer
}

/// The detail of the error that a query ends with.
#[track_caller]
fn refused(text: &str) -> &'static str {
    asked_with(text, &narrow()).unwrap_err().detail.name()
}

#[track_caller]
fn one(text: &str) -> Value {
    asked_with(text, &narrow()).unwrap().rows[0][0].clone()
}

#[test]
fn text_that_is_nested_too_deep() {
    assert_eq!(refused(&format!("RETURN {}1{}", "(".repeat(10_000), ")".repeat(10_000))), "DepthExceeded");
    assert_eq!(refused(&format!("RETURN {}1{}", "[".repeat(10_000), "]".repeat(10_000))), "DepthExceeded");
    assert_eq!(refused(&format!("RETURN {} true", "NOT ".repeat(10_000))), "DepthExceeded");
    assert_eq!(refused(&format!("RETURN 1{}", "+1".repeat(10_000))), "DepthExceeded");
    assert_eq!(refused(&format!("RETURN {{}}{}", ".a".repeat(10_000))), "DepthExceeded");
    let exists = "MATCH (a) WHERE EXISTS { ".repeat(10_000) + "MATCH (b) RETURN 1" + &" RETURN 1 }".repeat(10_000);
    assert_eq!(refused(&(exists + " RETURN 1")), "DepthExceeded");
    let nested = "MATCH (a) WHERE EXISTS { ".repeat(40) + "MATCH (b)" + &" RETURN 1 }".repeat(40);
    assert!(asked_with(&(nested + " RETURN 1"), &With::default()).unwrap().rows.is_empty());
}

#[test]
fn a_megabyte_of_query() {
    let megabyte = |part: &str| part.repeat((1 << 20) / part.len());
    assert_eq!(refused(&(megabyte("MATCH (a) ") + "RETURN a")), "DepthExceeded");
    assert_eq!(refused(&(megabyte("WITH 1 AS a ORDER BY a LIMIT 3 ") + "RETURN a")), "DepthExceeded");
    assert_eq!(refused(&(megabyte("RETURN 1 AS a UNION ") + "RETURN 1 AS a")), "DepthExceeded");
    assert_eq!(refused(&megabyte("CREATE (:A) ")), "DepthExceeded");
    assert_eq!(refused(&("MATCH ()".to_owned() + &megabyte("-->()") + " RETURN 1")), "DepthExceeded");
    assert_eq!(
        refused(&("MATCH (n) WHERE n.a = 1".to_owned() + &megabyte(" AND n.a = 1") + " RETURN 1")),
        "DepthExceeded"
    );
    // What is long and no deeper than it has to be is answered.
    let size = one(&("RETURN size([0".to_owned() + &megabyte(", 1") + "])"));
    assert_eq!(size.as_integer(), Some(1 + (1 << 20) / 3));
    let all = one(&("RETURN true".to_owned() + &megabyte(" AND true")));
    assert!(matches!(all, Value::Boolean(true)), "{all:?}");
    let length = one(&format!("RETURN size('{}')", "x".repeat(1 << 20)));
    assert_eq!(length.as_integer(), Some(1 << 20));
}

#[test]
fn products_end_in_time() {
    // On a slow machine the time is over before the memory is used up.
    let ends = |detail: &str| matches!(detail, "MemoryExceeded" | "TimeExceeded");
    let thousand = |name: char| format!("UNWIND range(1, 1000) AS {name} ");
    let billion = thousand('a') + &thousand('b') + &thousand('c');
    assert_eq!(refused(&(billion.clone() + "RETURN count(*)")), "TimeExceeded");
    assert_eq!(refused(&(billion.clone() + "RETURN a, b, c ORDER BY a + b + c LIMIT 3")), "TimeExceeded");
    assert!(ends(refused(&(billion.clone() + "RETURN collect(a)"))));
    assert!(ends(refused(&(billion.clone() + "RETURN DISTINCT a, b, c"))));
    assert!(ends(refused(&(billion + "RETURN a, b, c ORDER BY c"))));
}

#[test]
fn the_first_of_many_take_little_memory() {
    let with = With { limits: Limits { memory: 16 << 20, ..Limits::default() }, ..With::default() };
    let text = "UNWIND range(1, 200000) AS a RETURN a, toString(a) ORDER BY a DESC LIMIT 2";
    assert_eq!(asked_with(text, &with).unwrap().rows[1][0].as_integer(), Some(199_999));
}

#[test]
fn values_that_grow() {
    assert_eq!(refused("RETURN range(1, 9223372036854775807)"), "MemoryExceeded");
    assert_eq!(refused("RETURN size(reduce(a = 'x', i IN range(1, 60) | a + a))"), "MemoryExceeded");
    assert_eq!(refused("RETURN size(reduce(a = [1], i IN range(1, 60) | a + a))"), "MemoryExceeded");
    assert_eq!(refused("RETURN size(reduce(a = [1], i IN range(1, 60) | [a, a]))"), "MemoryExceeded");
    assert_eq!(refused("RETURN size(reduce(a = {}, i IN range(1, 60) | {x: a, y: a}))"), "MemoryExceeded");
    assert_eq!(refused("RETURN size(reduce(a = [], i IN range(1, 1000000) | [a]))"), "DepthExceeded");
    assert_eq!(refused("RETURN size(reduce(a = {}, i IN range(1, 1000000) | {x: a}))"), "DepthExceeded");
    assert_eq!(refused("RETURN size([i IN range(1, 1000000) | range(1, 100)])"), "MemoryExceeded");
    let text = "WITH reduce(a = 'x', i IN range(1, 20) | a + a) AS a RETURN size(replace(a, 'x', a))";
    assert_eq!(refused(text), "MemoryExceeded");
}

#[test]
fn expressions_that_work_long_on_few_rows() {
    assert_eq!(refused("UNWIND range(1, 1000000) AS i WITH range(1, 100000) AS l RETURN sum(size(l))"), "TimeExceeded");
    let text = "WITH range(1, 100000) AS l UNWIND l AS i WITH i, l WHERE NOT -i IN l RETURN count(*)";
    assert_eq!(refused(text), "TimeExceeded");
    assert_eq!(
        refused("RETURN all(a IN range(1, 10000) WHERE all(b IN range(1, 10000) WHERE a < b + 10000))"),
        "TimeExceeded"
    );
}

#[test]
fn regular_expressions_take_linear_time_and_space() {
    let text = format!("RETURN '{}!' =~ '(a+)+$'", "a".repeat(10_000));
    let found = one(&text);
    assert!(matches!(found, Value::Boolean(false)), "{found:?}");
    assert_eq!(refused("RETURN 'x' =~ 'a{1000}{1000}{1000}'"), "InvalidArgumentValue");
}

/// Forty nodes, each with a relationship to every other: there are more paths than atoms.
const DENSE: &[&str] =
    &["UNWIND range(1, 40) AS i CREATE (:A {i: i})", "MATCH (a:A), (b:A) WHERE a <> b CREATE (a)-[:R]->(b)"];

#[test]
fn paths_without_a_bound_on_a_dense_cyclic_graph() {
    let graph = made_by(DENSE);
    let asked = |text: &str, with: &With| {
        let start = Instant::now();
        let answer = run(&graph, text, with);
        assert!(start.elapsed() < PATIENCE, "{text}");
        answer
    };
    let number = |text: &str| asked(text, &With::default()).unwrap().rows[0][0].as_integer();
    // Which nodes are reached is a search.
    assert_eq!(number("MATCH (a:A {i: 1})-[:R*]->(b) RETURN count(DISTINCT b)"), Some(40));
    assert_eq!(number("MATCH (a:A {i: 1})-[:R*0..]->(b) WITH DISTINCT b RETURN count(*)"), Some(40));
    assert_eq!(number("MATCH (a:A) WHERE EXISTS { (a)-[:R*]->({i: 7}) } RETURN count(*)"), Some(40));
    assert_eq!(number("MATCH p = ANY SHORTEST (a:A {i: 1})-[:R*]->(b:A {i: 2}) RETURN length(p)"), Some(1));
    // Every path is too many.
    for text in [
        "MATCH (a:A {i: 1})-[:R*]->(b) RETURN count(*)",
        "MATCH (a:A {i: 1}) (()-[:R]->()){1,} (b) RETURN count(*)",
        "MATCH p = (a:A {i: 1})-[:R*]->(b) RETURN p ORDER BY length(p) DESC LIMIT 1",
        "MATCH p = ALL SHORTEST (a:A {i: 1})-[:R*30..]->(b:A {i: 2}) RETURN count(p)",
    ] {
        let detail = asked(text, &narrow()).unwrap_err().detail.name();
        assert!(matches!(detail, "TimeExceeded" | "MemoryExceeded"), "{text}: {detail}");
    }
    let naive = With { rules: RuleSet::all().without(Rule::Reachability), ..narrow() };
    let text = "MATCH (a:A {i: 1})-[:R*]->(b) RETURN count(DISTINCT b)";
    assert_eq!(asked(text, &naive).unwrap_err().detail.name(), "TimeExceeded");
}

#[test]
fn a_query_is_interrupted_from_another_thread() {
    for text in [
        "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*)",
        "UNWIND range(1, 10000000) AS a WITH range(1, 100000) AS l RETURN sum(size(l))",
        "UNWIND range(1, 3000000) AS a WITH a ORDER BY -a RETURN count(a), sum(COUNT { UNWIND range(1, 1000) AS b RETURN b })",
        "RETURN reduce(n = 0, a IN range(1, 10000000) | n + size(toString(a)) + size(range(1, 1000)))",
    ] {
        let with = With::default();
        let interrupt = with.interrupt.clone();
        let other = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            interrupt.set();
            Instant::now()
        });
        let error = run(&made_by(&[]), text, &with).unwrap_err();
        let late = other.join().unwrap().elapsed();
        assert_eq!(error.detail.name(), "Interrupted", "{text}");
        // It is a few milliseconds on an idle machine.
        assert!(late < Duration::from_secs(2), "{text}: {late:?} late");
    }
}
