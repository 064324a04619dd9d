//! Random queries over random graphs: whatever rules are on, they answer the same. Where the naive plan fails on some row, an
//! optimised one may never see that row; it never fails where the naive one answers.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use tiaokuai::query::exec::budget::Limits;
use tiaokuai::query::plan::rules::RuleSet;

use crate::agreement::{comparable, rule_sets};
use crate::generate::{Choices, graph, query};
use crate::scratch::{With, made_by, run};

/// What a query may use here; one that uses more is passed over.
const LIMITS: Limits = Limits { time: Some(Duration::from_secs(5)), memory: 64 << 20, rows: Some(20_000) };

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 2000, rng_seed: RngSeed::Fixed(20), ..ProptestConfig::default() })]

    #[test]
    fn every_set_of_rules_answers_alike(bytes in prop::collection::vec(any::<u8>(), 20..120)) {
        let mut choices = Choices::new(&bytes);
        let (made, asked) = (graph(&mut choices), query(&mut choices));
        let graph = made_by(&[&made]);
        let answer = |rules| {
            let answer = run(&graph, &asked.text, &With { rules, limits: LIMITS, ..With::default() });
            comparable(&answer, asked.ordered, asked.collects)
        };
        let naive = answer(RuleSet::none());
        prop_assert!(!naive.contains("SyntaxError"), "no query: {}", asked.text);
        if !naive.starts_with("error ") {
            for (name, rules) in rule_sets() {
                let got = answer(rules);
                prop_assert!(got == naive, "{made}\n{}\nwith {name}:\n{got}\nnaive:\n{naive}", asked.text);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Loops, parallel relationships and dead ends: an undirected walk comes back to its start by other relationships only.
    #[test]
    fn undirected_walks_end_where_their_trails_do(
        links in prop::collection::vec((0..6u8, 0..6u8), 0..9),
        length in prop::sample::select(vec!["*", "*0..", "*..2", "*1..3", "*..4", "*0..3"]),
    ) {
        let mut made = "UNWIND range(0, 5) AS i CREATE (:A {i: i})".to_owned();
        for (from, to) in links {
            made += &format!(" WITH count(*) AS n MATCH (a:A {{i: {from}}}), (b:A {{i: {to}}}) CREATE (a)-[:R]->(b)");
        }
        let graph = made_by(&[&made]);
        let text = format!("MATCH (a:A)-[:R{length}]-(b) RETURN DISTINCT a.i AS a, b.i AS b ORDER BY a, b");
        let answer = |rules| comparable(&run(&graph, &text, &With { rules, ..With::default() }), true, false);
        prop_assert_eq!(answer(RuleSet::all()), answer(RuleSet::none()), "{}\n{}", made, text);
    }
}

/// Queries that once answered otherwise when they were optimised.
#[test]
fn the_edges_of_paging_are_the_same() {
    let graph = made_by(&["UNWIND range(1, 9) AS i CREATE (:A {p: i})"]);
    for text in [
        "MATCH (n:A) RETURN n.p ORDER BY n.p SKIP 7 LIMIT 9223372036854775807",
        "MATCH (n:A) RETURN n.p ORDER BY n.p SKIP 9223372036854775807 LIMIT 9223372036854775807",
        "MATCH (n:A) RETURN n.p ORDER BY n.p SKIP 1 + 1 LIMIT 1 + 1",
        "MATCH (n:A) RETURN n.p ORDER BY n.p LIMIT 0",
    ] {
        let answer = |rules| comparable(&run(&graph, text, &With { rules, ..With::default() }), true, false);
        assert_eq!(answer(RuleSet::all()), answer(RuleSet::none()), "{text}");
    }
}
