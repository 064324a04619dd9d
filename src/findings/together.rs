//! Several findings of one graph: what they leave for each other.

use super::flow::Flow;
use super::silos::keep_silos;
use super::unmet::keep_unmet;
use crate::graph::Graph;
use crate::query::exec::budget::Stop;
use crate::query::kept::Kept;

/// Works out what several findings of a graph need, and keeps it for those that are called after: they answer the same, in
/// less time. Not worth its while for one of them alone. What unmet needs would take is kept where `remedies` are of use to
/// more than one.
pub fn keep_for_all(graph: &dyn Graph, kept: &Kept, remedies: bool) {
    let flow = Flow::new(graph, &Stop::default()).keep(kept);
    if remedies {
        keep_unmet(&flow, kept);
    }
    keep_silos(&flow, kept);
}
