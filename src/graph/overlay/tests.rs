//! An overlay against the graph that is built anew.

use std::sync::Arc;

use proptest::prelude::*;

use super::Overlay;
use crate::graph::diff::diff;
use crate::graph::random_states::{
    State, apply, built, choices, edited, numbered_tables, observed, records, state, tables,
};
use crate::graph::{Graph, delta, digest};
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
