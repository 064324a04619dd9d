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

/// A statement that makes six nodes and numbered relationships between them: loops, parallel ones and dead ends among them.
fn made_of(links: &[(u8, u8)]) -> String {
    let mut made = "UNWIND range(0, 5) AS i CREATE (:A {i: i})".to_owned();
    for (number, (from, to)) in links.iter().enumerate() {
        made += &format!(
            " WITH count(*) AS n MATCH (a:A {{i: {from}}}), (b:A {{i: {to}}}) CREATE (a)-[:R {{k: {number}}}]->(b)"
        );
    }
    made
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// An undirected walk comes back to its start by other relationships only.
    #[test]
    fn undirected_walks_end_where_their_trails_do(
        links in prop::collection::vec((0..6u8, 0..6u8), 0..9),
        length in prop::sample::select(vec!["*", "*0..", "*..2", "*1..3", "*..4", "*0..3"]),
    ) {
        let made = made_of(&links);
        let graph = made_by(&[&made]);
        let text = format!("MATCH (a:A)-[:R{length}]-(b) RETURN DISTINCT a.i AS a, b.i AS b ORDER BY a, b");
        let answer = |rules| comparable(&run(&graph, &text, &With { rules, ..With::default() }), true, false);
        prop_assert_eq!(answer(RuleSet::all()), answer(RuleSet::none()), "{}\n{}", made, text);
    }

    /// The shortest of all trails between two nodes, or back to one, are what a search for the shortest finds, whether it
    /// knows where it goes or not.
    #[test]
    fn the_shortest_walks_are_the_shortest_trails(
        links in prop::collection::vec((0..6u8, 0..6u8), 0..10),
        length in prop::sample::select(vec!["*", "*0..", "*..2", "*1..3", "*..5", "*0..1", "*2..", "*3..4"]),
        (left, right) in prop::sample::select(vec![("-", "-"), ("-", "->"), ("<-", "-")]),
    ) {
        let made = made_of(&links);
        let graph = made_by(&[&made]);
        let ask = |text: &str| comparable(&run(&graph, text, &With::default()), true, false);
        let walk = format!("(a){left}[:R{length}]{right}(b)");
        let told = "RETURN a.i AS a, b.i AS b, [r IN relationships(p) | r.k] AS walk ORDER BY a, b, walk";
        let trails = ask(&format!(
            "MATCH p = {walk} WITH a, b, min(length(p)) AS least MATCH p = {walk} WHERE length(p) = least {told}"
        ));
        for before in ["", "MATCH (a), (b) ", "MATCH (b) "] {
            let found = ask(&format!("{before}MATCH p = ALL SHORTEST {walk} {told}"));
            prop_assert_eq!(&found, &trails, "{}\n{}{}", made, before, walk);
        }
        let told = "RETURN a.i AS a, b.i AS b, length(p) AS least ORDER BY a, b";
        let least = ask(&format!("MATCH p = {walk} RETURN a.i AS a, b.i AS b, min(length(p)) AS least ORDER BY a, b"));
        for before in ["", "MATCH (a), (b) "] {
            let found = ask(&format!("{before}MATCH p = ANY SHORTEST {walk} {told}"));
            prop_assert_eq!(&found, &least, "{}\n{}{}", made, before, walk);
        }
    }
}
