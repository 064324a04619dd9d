//! Where things stand in the grid: regions with their ancestors, tiers with their ranks, departments in both.

use std::collections::HashMap;

use crate::graph::{CellRef, Graph, Node, Presence};
use crate::model::{Kind, RelType};

/// The column of `tier` in a region's record.
const REGION_TIER: usize = 2;

/// A tier: its rank is known where a catalog or the defaults define it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier<'g> {
    /// The tier's id.
    pub id: &'g str,
    /// 0 is the top.
    pub rank: Option<i64>,
    /// Whether units of this tier serve people directly.
    pub grassroots: bool,
}

/// Regions and tiers of a graph, read once.
pub struct Hierarchy<'g> {
    graph: &'g dyn Graph,
    tiers: HashMap<&'g str, Tier<'g>>,
}

impl std::fmt::Debug for Hierarchy<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hierarchy").field("tiers", &self.tiers).finish_non_exhaustive()
    }
}

impl<'g> Hierarchy<'g> {
    /// Reads the tiers of a graph.
    #[must_use]
    pub fn new(graph: &'g dyn Graph) -> Self {
        let tiers = graph
            .nodes(Kind::Tier)
            .map(|node| {
                let id = graph.id(node);
                let grassroots = graph.number(node, "grassroots") == Some(1);
                (id, Tier { id, rank: graph.number(node, "rank"), grassroots })
            })
            .collect();
        Self { graph, tiers }
    }

    /// The tier of this id.
    #[must_use]
    pub fn tier(&self, id: &str) -> Option<Tier<'g>> {
        self.tiers.get(id).copied()
    }

    /// The rank of a tier by its id.
    #[must_use]
    pub fn rank(&self, id: &str) -> Option<i64> {
        self.tier(id)?.rank
    }

    /// The tier of a region; none where the region is not defined, or states none.
    #[must_use]
    pub fn region_tier(&self, region: Node) -> Option<Tier<'g>> {
        match self.graph.node_cell(region, REGION_TIER) {
            CellRef::Text(id) => {
                Some(self.tiers.get(id).copied().unwrap_or(Tier { id, rank: None, grassroots: false }))
            }
            _ => None,
        }
    }

    /// The region of a department; none where it is not defined: what is missing equals nothing.
    #[must_use]
    pub fn region(&self, department: Node) -> Option<Node> {
        self.graph.one_out(RelType::In, department).filter(|&r| self.graph.presence(r) == Presence::Defined)
    }

    /// The line of a department; none where it is not defined.
    #[must_use]
    pub fn line(&self, department: Node) -> Option<Node> {
        self.graph.one_out(RelType::Of, department).filter(|&l| self.graph.presence(l) == Presence::Defined)
    }

    /// The tier of a department: that of its region.
    #[must_use]
    pub fn department_tier(&self, department: Node) -> Option<Tier<'g>> {
        self.region_tier(self.region(department)?)
    }

    /// The region and the regions above it, from the nearest. Only the last may be a region that is not defined.
    pub fn upwards(&self, region: Node) -> impl Iterator<Item = Node> + '_ {
        // A loop cannot be imported; bounding the walk keeps a damaged one from hanging.
        std::iter::successors(Some(region), |&r| self.graph.one_out(RelType::Within, r)).take(64)
    }

    /// Whether a region is under another, or is it.
    #[must_use]
    pub fn is_within(&self, region: Node, outer: Node) -> bool {
        self.upwards(region).any(|r| r == outer)
    }

    /// The defined region of a code.
    #[must_use]
    pub fn region_by_code(&self, code: &str) -> Option<Node> {
        self.graph.find(Kind::Region, code).filter(|&r| self.graph.presence(r) == Presence::Defined)
    }
}
