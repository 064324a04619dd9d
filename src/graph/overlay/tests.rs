//! An overlay against the graph that is built anew.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::Overlay;
use crate::graph::diff::diff;
use crate::graph::random_states::{
    Choice, State, apply, built, choices, edited, numbered_tables, observed, records, state, tables,
};
use crate::graph::{Graph, delta, digest, merge};
use crate::model::Symbols;

/// A graph, and the records that it shows.
struct Shown {
    graph: Arc<dyn Graph>,
    records: std::collections::BTreeMap<Vec<String>, crate::graph::random_states::Owned>,
}

fn shown(state: &State) -> Shown {
    let mut symbols = Symbols::new();
    let tables = numbered_tables(&mut symbols, state);
    let records = records(&symbols, &tables);
    Shown { graph: Arc::new(built(&mut symbols, &tables)), records }
}

/// Goes from what is shown to a state; whether an overlay could show it.
fn step(old: Shown, new: &State) -> (Shown, bool) {
    let new = shown(new);
    let changes = diff(&*old.graph, &*new.graph, |_| true).changes;

    // The difference is complete: applied record by record it gives the new state.
    let mut records = old.records;
    apply(&mut records, &changes);
    let mut symbols = Symbols::new();
    let tables = tables(&mut symbols, records.values());
    let after = digest::of_tables(&symbols, &tables);
    assert_eq!(after, digest::of_graph(&*new.graph));
    let rebuilt = built(&mut symbols, &tables);

    // It says as much after it has been a file.
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("delta");
    delta::write(&path, [1; 32], after.digest(), &changes).expect("written");
    let read = delta::read(&path).expect("read");
    assert_eq!((read.base_digest, read.digest), ([1; 32], after.digest()));
    let changes = read.changes;

    if !Overlay::takes(&*old.graph, &changes) {
        return (Shown { graph: Arc::new(rebuilt), records }, false);
    }
    let before = digest::of_graph(&*old.graph);
    let overlay = Overlay::new(old.graph, &changes);
    assert_eq!(observed(&overlay, true), observed(&rebuilt, true));
    assert_eq!(observed(&overlay, false), observed(&*new.graph, false));
    assert_eq!(digest::update(&before, &overlay, &changes), after);
    assert!(diff(&overlay, &rebuilt, |_| true).changes.is_empty());
    (Shown { graph: Arc::new(overlay), records }, true)
}

/// Several steps as one: where they can be merged, that shows what they do one after another. Whether they could be.
fn merged(states: &[State]) -> bool {
    let base = shown(&states[0]).graph;
    let mut shown_so_far = shown(&states[0]);
    let mut commits = Vec::new();
    for state in &states[1..] {
        let new = shown(state);
        commits.push(diff(&*shown_so_far.graph, &*new.graph, |_| true).changes);
        shown_so_far = step(shown_so_far, state).0;
    }
    let Some(merged) = merge(&commits).filter(|merged| Overlay::takes(&*base, merged)) else { return false };
    let overlay = Overlay::new(Arc::clone(&base), &merged);
    assert_eq!(observed(&overlay, false), observed(&*shown_so_far.graph, false));
    let after = digest::of_graph(&*shown_so_far.graph);
    assert_eq!(digest::update(&digest::of_graph(&*base), &overlay, &merged), after);
    true
}

/// A state, and what it becomes step by step.
fn states(catalogs: u8, rows: &[Choice], edits: &[(Vec<u8>, Vec<Choice>, u8)]) -> Vec<State> {
    let mut states = vec![state(catalogs, rows)];
    for (drops, rows, rare) in edits {
        states.extend(states.last().map(|now| edited(now, drops, rows, *rare)));
    }
    states
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn merged_changes_do_what_they_do_one_after_another(
        catalogs in 0..8u8,
        rows in choices(60),
        edits in prop::collection::vec((prop::collection::vec(any::<u8>(), 1..6), choices(4), any::<u8>()), 2..5),
    ) {
        merged(&states(catalogs, &rows, &edits));
    }
}

/// The property above holds of something: most runs of changes can be merged.
#[test]
fn most_changes_can_be_merged() {
    let mut runner = TestRunner::deterministic();
    let edits = prop::collection::vec((prop::collection::vec(any::<u8>(), 1..6), choices(4), any::<u8>()), 2..5);
    let inputs = (0..8u8, choices(60), edits);
    let mut could = 0;
    for _ in 0..40 {
        let (catalogs, rows, edits) = inputs.new_tree(&mut runner).expect("a world").current();
        could += u32::from(merged(&states(catalogs, &rows, &edits)));
    }
    assert!(could >= 10, "{could} of 40");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn an_overlay_is_the_graph_built_anew(
        catalogs in 0..8u8,
        rows in choices(60),
        edits in prop::collection::vec((prop::collection::vec(any::<u8>(), 1..20), choices(12), any::<u8>()), 1..4),
    ) {
        let mut now = state(catalogs, &rows);
        let mut graph = shown(&now);
        for (drops, rows, rare) in &edits {
            now = edited(&now, drops, rows, *rare);
            graph = step(graph, &now).0;
        }
    }
}
