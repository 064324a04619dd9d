//! Graph algorithms as procedures: what `CALL graph.reach(…)` and its like run, over any graph.
//!
//! None recurses, memory grows with the nodes and relationships that a call looks at, and rows come in the same order every
//! time. What a call looks at is told by its options ([`options`]); [`network`] numbers it compactly where an algorithm goes
//! over it more than once.

mod algorithm;
mod components;
mod degree;
mod dominators;
mod network;
mod options;
mod pagerank;
mod reach;
mod shortest_path;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::procedure::Procedure;

pub use options::Setting;

/// Every algorithm, as a procedure.
#[must_use]
pub fn all() -> Vec<Arc<dyn Procedure>> {
    let all = ALL.map(|make| Arc::new(make()) as Arc<dyn Procedure>);
    all.into()
}

/// The options that a procedure of [`all`] takes, for help and documentation; none for another name.
#[must_use]
pub fn settings(procedure: &str) -> &'static [Setting] {
    let found = ALL.iter().map(|make| make()).find(|a| a.name == procedure);
    found.map_or(&[], |a| a.settings)
}

const ALL: [fn() -> algorithm::Algorithm; 6] = [
    components::procedure,
    degree::procedure,
    dominators::procedure,
    pagerank::procedure,
    reach::procedure,
    shortest_path::procedure,
];
