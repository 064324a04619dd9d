//! Where an exchange platform runs.

use std::collections::HashSet;

use super::hierarchy::Hierarchy;
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType};

/// The function of platforms that the sharing network runs over.
pub(super) const EXCHANGE: &str = "data-exchange";

/// The regions in which an exchange platform runs: one that a department there operates.
pub(super) fn regions_with_exchange(graph: &dyn Graph, hierarchy: &Hierarchy<'_>) -> HashSet<Node> {
    graph
        .nodes(Kind::Platform)
        .filter(|&p| graph.text(p, "function") == Some(EXCHANGE) && is_running(graph, p))
        .filter_map(|p| operated_in(graph, hierarchy, p))
        .collect()
}

/// Whether a platform runs: also one that states nothing.
pub(super) fn is_running(graph: &dyn Graph, platform: Node) -> bool {
    graph.text(platform, "status").is_none_or(|status| status == "running")
}

/// The region in which a platform is operated: that of its operator, where both are defined.
pub(super) fn operated_in(graph: &dyn Graph, hierarchy: &Hierarchy<'_>, platform: Node) -> Option<Node> {
    let operator = graph.one_in(RelType::Operates, platform)?;
    hierarchy.region(operator).filter(|_| graph.presence(operator) == Presence::Defined)
}
