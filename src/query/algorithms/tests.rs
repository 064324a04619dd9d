#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use proptest::prelude::*;

use super::all;
use crate::query::engine::{Answer, Session};
use crate::query::error::{Detail, ErrorType, QueryError};
use crate::query::exec::budget::{Interrupt, Limits};
use crate::query::plan::rules::RuleSet;
use crate::query::procedure::Procedures;
use crate::query::temporal::Clock;
use crate::query::value::{NodeId, Value};
use crate::query::workspace::Workspace;

/// A graph of few nodes: every third has the label `Odd`, relationships are of type `A` or `B`.
#[derive(Clone, Debug)]
struct Sketch {
    nodes: u32,
    edges: Vec<(u32, u32, bool)>,
}

fn sketches() -> impl Strategy<Value = Sketch> {
    (1_u32..9).prop_flat_map(|nodes| {
        let edge = (0..nodes, 0..nodes, any::<bool>());
        proptest::collection::vec(edge, 0..20).prop_map(move |edges| Sketch { nodes, edges })
    })
}

impl Sketch {
    fn graph(&self) -> Workspace<'static> {
        let graph = Workspace::new();
        for i in 0..self.nodes {
            let labels: &[Arc<str>] = if i % 3 == 2 { &[Arc::from("Odd")] } else { &[Arc::from("Node")] };
            graph.create_node(labels, vec![(Arc::from("i"), Value::Integer(i64::from(i)))]).unwrap();
        }
        for (a, b, kind) in &self.edges {
            graph.create_relationship(if *kind { "A" } else { "B" }, NodeId(*a), NodeId(*b), Vec::new()).unwrap();
        }
        graph
    }

    /// The neighbours of each node along relationships of type `A` or all, without a node.
    fn neighbours(&self, only_a: bool, direction: &str, without: Option<u32>) -> Vec<Vec<u32>> {
        let mut all = vec![Vec::new(); self.nodes as usize];
        for (a, b, kind) in &self.edges {
            if (only_a && !kind) || without.is_some_and(|w| w == *a || w == *b) {
                continue;
            }
            if direction != "incoming" {
                all[*a as usize].push(*b);
            }
            if direction != "outgoing" && (direction == "incoming" || a != b) {
                all[*b as usize].push(*a);
            }
        }
        all
    }

    fn distances(neighbours: &[Vec<u32>], start: u32) -> BTreeMap<u32, i64> {
        let mut found = BTreeMap::from([(start, 0)]);
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for other in &neighbours[node as usize] {
                if !found.contains_key(other) {
                    found.insert(*other, found[&node] + 1);
                    queue.push_back(*other);
                }
            }
        }
        found
    }
}

fn ask(graph: &Workspace<'_>, text: &str) -> Result<Answer, Box<QueryError>> {
    let (procedures, parameters) = (Procedures::new(all()), BTreeMap::new());
    let (clock, interrupt) = (Clock::fixed(0, 0), Interrupt::default());
    Session {
        graph,
        workspace: None,
        procedures: &procedures,
        parameters: &parameters,
        clock: &clock,
        limits: Limits::default(),
        interrupt: &interrupt,
        rules: RuleSet::all(),
        warnings: None,
    }
    .run(text)
}

fn integers(graph: &Workspace<'_>, text: &str) -> Vec<Vec<i64>> {
    let rows = ask(graph, text).unwrap().rows;
    rows.iter().map(|row| row.iter().map(|v| v.as_integer().unwrap()).collect()).collect()
}

const DIRECTIONS: [&str; 3] = ["outgoing", "incoming", "both"];

proptest! {
    #[test]
    fn reach_is_a_search_by_distance(sketch in sketches(), only_a: bool, direction in 0_usize..3, most in 0_i64..5) {
        let direction = DIRECTIONS[direction];
        let graph = sketch.graph();
        // A type that no relationship has is unknown to a graph without a schema.
        prop_assume!(!only_a || sketch.edges.iter().any(|e| e.2));
        let types = if only_a { "['A']" } else { "[]" };
        let rows = integers(&graph, &format!(
            "MATCH (s {{i: 0}}) CALL graph.reach(s, {{types: {types}, direction: '{direction}', maxDistance: {most}}}) \
             YIELD node, distance RETURN distance, node.i"
        ));
        let distances = Sketch::distances(&sketch.neighbours(only_a, direction, None), 0);
        let mut wanted: Vec<Vec<i64>> = distances.iter().map(|(n, d)| vec![*d, i64::from(*n)]).collect();
        wanted.retain(|row| row[0] > 0 && row[0] <= most);
        wanted.sort();
        prop_assert_eq!(rows, wanted);
    }

    #[test]
    fn a_shortest_path_is_a_path_and_none_is_shorter(sketch in sketches(), direction in 0_usize..3) {
        let direction = DIRECTIONS[direction];
        let graph = sketch.graph();
        let distances = Sketch::distances(&sketch.neighbours(false, direction, None), 0);
        for end in 0..sketch.nodes {
            let answer = ask(&graph, &format!(
                "MATCH (s {{i: 0}}), (e {{i: {end}}}) CALL graph.shortestPath(s, e, {{direction: '{direction}'}}) \
                 YIELD path, length RETURN path, length"
            )).unwrap();
            prop_assert_eq!(answer.rows.first().map(|row| row[1].as_integer().unwrap()), distances.get(&end).copied());
            let Some(Value::Path(path)) = answer.rows.first().map(|row| row[0].clone()) else { continue };
            prop_assert_eq!((path.nodes[0], path.nodes[path.nodes.len() - 1]), (NodeId(0), NodeId(end)));
            for (i, r) in path.relationships.iter().enumerate() {
                let step = (path.nodes[i], path.nodes[i + 1]);
                let along = step == (r.start, r.end) && direction != "incoming";
                prop_assert!(along || (step == (r.end, r.start) && direction != "outgoing"));
            }
        }
    }

    #[test]
    fn nodes_are_of_one_component_where_walks_lead_both_ways(sketch in sketches(), strong: bool) {
        let graph = sketch.graph();
        let rows = integers(&graph, &format!(
            "CALL graph.components({{strong: {strong}}}) YIELD component, node, size RETURN component, node.i, size"
        ));
        let component: BTreeMap<i64, i64> = rows.iter().map(|row| (row[1], row[0])).collect();
        prop_assert_eq!(component.len(), sketch.nodes as usize);
        let neighbours = sketch.neighbours(false, if strong { "outgoing" } else { "both" }, None);
        let reach: Vec<_> = (0..sketch.nodes).map(|n| Sketch::distances(&neighbours, n)).collect();
        for a in 0..sketch.nodes {
            for b in 0..sketch.nodes {
                let together = reach[a as usize].contains_key(&b) && reach[b as usize].contains_key(&a);
                prop_assert_eq!(component[&i64::from(a)] == component[&i64::from(b)], together);
            }
        }
        for row in &rows {
            prop_assert_eq!(row[2] as usize, rows.iter().filter(|other| other[0] == row[0]).count());
        }
        let order: Vec<(i64, i64)> = rows.iter().map(|row| (-row[2], row[0])).collect();
        prop_assert!(order.is_sorted());
    }

    #[test]
    fn degrees_count_relationships(sketch in sketches(), direction in 0_usize..3) {
        let direction = DIRECTIONS[direction];
        let rows = integers(&sketch.graph(), &format!(
            "CALL graph.degree({{direction: '{direction}'}}) YIELD node, degree RETURN degree, node.i"
        ));
        let neighbours = sketch.neighbours(false, direction, None);
        let mut wanted: Vec<Vec<i64>> =
            neighbours.iter().enumerate().map(|(i, all)| vec![all.len() as i64, i as i64]).collect();
        wanted.sort_by_key(|row| (-row[0], row[1]));
        prop_assert_eq!(rows, wanted);
    }

    #[test]
    fn a_dominator_is_on_every_way(sketch in sketches(), direction in 0_usize..3) {
        let direction = DIRECTIONS[direction];
        let graph = sketch.graph();
        let rows = integers(&graph, &format!(
            "MATCH (s {{i: 0}}) CALL graph.dominators(s, {{direction: '{direction}'}}) \
             YIELD node, dominator, dominated RETURN node.i, dominator.i, dominated"
        ));
        let reach = |without| {
            let found = Sketch::distances(&sketch.neighbours(false, direction, without), 0);
            found.into_keys().collect::<BTreeSet<u32>>()
        };
        let whole = reach(None);
        prop_assert_eq!(rows.len(), whole.len() - 1);
        // By node, those without which it is not reached.
        let lost = |n: u32| -> BTreeSet<u32> { if n == 0 { whole.clone() } else { whole.difference(&reach(Some(n))).copied().collect() } };
        for row in &rows {
            let (node, dominator) = (row[0] as u32, row[1] as u32);
            let dominators: Vec<u32> = whole.iter().copied().filter(|d| *d != node && lost(*d).contains(&node)).collect();
            // The immediate one is dominated by all others.
            prop_assert!(dominators.contains(&dominator));
            prop_assert!(dominators.iter().all(|d| *d == dominator || lost(*d).contains(&dominator)));
            prop_assert_eq!(row[2] as usize, lost(node).len() - 1);
        }
    }

    #[test]
    fn page_ranks_are_a_fixed_point(sketch in sketches(), labelled: bool) {
        let graph = sketch.graph();
        prop_assume!(!labelled || sketch.nodes > 2);
        let labels = if labelled { "['Odd']" } else { "[]" };
        let answer = ask(&graph, &format!(
            "CALL graph.pagerank({{labels: {labels}, tolerance: 1e-13, maxIterations: 1000}}) \
             YIELD node, score RETURN node.i, score"
        )).unwrap();
        let scores: BTreeMap<i64, f64> = answer.rows.iter().map(|row| {
            let Value::Float(score) = row[1] else { unreachable!() };
            (row[0].as_integer().unwrap(), score)
        }).collect();
        let inside = |n: u32| !labelled || n % 3 == 2;
        prop_assert_eq!(scores.len(), (0..sketch.nodes).filter(|n| inside(*n)).count());
        prop_assert!((scores.values().sum::<f64>() - 1.0).abs() < 1e-9);
        let edges: Vec<(i64, i64)> = sketch.edges.iter().filter(|e| inside(e.0) && inside(e.1))
            .map(|e| (i64::from(e.0), i64::from(e.1))).collect();
        let leaving = |n: i64| edges.iter().filter(|e| e.0 == n).count() as f64;
        let count = scores.len() as f64;
        let stuck: f64 = scores.iter().filter(|(n, _)| leaving(**n) == 0.0).map(|(_, s)| s).sum();
        for (node, score) in &scores {
            let given: f64 = edges.iter().filter(|e| e.1 == *node).map(|e| scores[&e.0] / leaving(e.0)).sum();
            prop_assert!((score - (0.15 / count + 0.85 * (stuck / count + given))).abs() < 1e-9);
        }
        let order: Vec<f64> = answer.rows.iter().map(|row| match row[1] { Value::Float(f) => -f, _ => 0.0 }).collect();
        prop_assert!(order.is_sorted());
    }
}

/// A line of so many nodes, each with a relationship to the next.
fn line(nodes: u32) -> Workspace<'static> {
    Sketch { nodes, edges: (1..nodes).map(|i| (i - 1, i, true)).collect() }.graph()
}

#[test]
fn a_long_line_overflows_no_stack() {
    let graph = line(100_000);
    for call in [
        "MATCH (s {i: 0}) CALL graph.dominators(s) YIELD node, dominated RETURN max(dominated) AS n",
        "CALL graph.components({strong: true}) YIELD component RETURN max(component) - 2 AS n",
        "MATCH (s {i: 0}) CALL graph.reach(s) YIELD distance RETURN max(distance) - 1 AS n",
    ] {
        assert_eq!(integers(&graph, call), [[99_998]], "{call}");
    }
}

#[test]
fn labels_bound_what_is_walked_over_but_not_the_ends() {
    let graph = line(4);
    let reached = |labels: &str| {
        integers(
            &graph,
            &format!("MATCH (s {{i: 0}}) CALL graph.reach(s, {{labels: {labels}}}) YIELD node RETURN node.i"),
        )
    };
    assert_eq!(reached("['Node']"), [[1]]);
    assert_eq!(reached("'Odd'"), Vec::<Vec<i64>>::new());
    assert_eq!(reached("['Node', 'Odd']"), [[1], [2], [3]]);
    let to = |end: u8| {
        let call = "CALL graph.shortestPath(s, e, {labels: 'Node'}) YIELD length RETURN length";
        integers(&graph, &format!("MATCH (s {{i: 0}}), (e {{i: {end}}}) {call}"))
    };
    assert_eq!(to(2), [[2]]);
    assert!(to(3).is_empty());
}

#[test]
fn nothing_is_reached_from_null() {
    assert!(ask(&line(2), "CALL graph.reach(null) YIELD node RETURN node").unwrap().rows.is_empty());
}

#[test]
fn options_that_do_not_fit_are_refused_with_what_would() {
    let graph = line(2);
    let refused = |call: &str| {
        let error = ask(&graph, &format!("MATCH (s {{i: 0}}) CALL {call} YIELD node RETURN node")).unwrap_err();
        (error.ty, error.detail, error.hint.map(|h| h.en).unwrap_or_default())
    };
    let value = |hint: &str| (ErrorType::ArgumentError, Detail::InvalidArgumentValue, hint.to_owned());
    assert_eq!(refused("graph.reach(s, {type: ['A']})"), value("did you mean `types`?"));
    assert_eq!(
        refused("graph.reach(s, {damping: 0.5})"),
        value("the options are types, labels, direction, maxDistance")
    );
    assert_eq!(refused("graph.reach(s, {labels: ['Nodes']})"), value("did you mean `Node`?"));
    assert_eq!(refused("graph.reach(s, {direction: 'up'})"), value(""));
    assert_eq!(refused("graph.reach(s, {maxDistance: -1})"), value(""));
    assert_eq!(refused("graph.pagerank({damping: 1})"), value(""));
    assert_eq!(refused("graph.pagerank({tolerance: 0.0 / 0.0})"), value(""));
    let ty = (ErrorType::TypeError, Detail::InvalidArgumentType, String::new());
    assert_eq!(refused("graph.reach(s, {types: [1]})"), ty);
    assert_eq!(refused("graph.components({strong: 'yes'})"), ty);
    assert_eq!(refused("graph.reach([s][0].i)"), ty);
}

#[test]
fn every_algorithm_is_documented() {
    for procedure in all() {
        let about = procedure.about();
        assert!(about.en.ends_with('.') && about.zh.ends_with('。'), "{}", procedure.name());
        assert!(!super::settings(procedure.name()).is_empty(), "{}", procedure.name());
    }
    assert!(super::settings("silos").is_empty());
}
