//! Where things stand in the grid: regions with their ancestors, tiers with their ranks, departments in both.

use hashbrown::HashMap;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::build_in_memory;
    use crate::model::table::Cell;
    use crate::model::{Symbols, Table};

    const PARENT: usize = 3;

    fn code(n: usize) -> String {
        format!("r{n:02}")
    }

    /// Each region's parent, which comes before it; `r99` where it is to dangle.
    fn parents() -> impl Strategy<Value = Vec<Option<usize>>> {
        proptest::collection::vec(proptest::option::weighted(0.9, 0..1000usize), 1..40).prop_map(|picks| {
            let parent = |(n, pick): (usize, Option<usize>)| match pick {
                Some(pick) if n > 0 => Some(pick % n),
                Some(pick) if pick % 3 == 0 => Some(99),
                _ => None,
            };
            picks.into_iter().enumerate().map(parent).collect()
        })
    }

    proptest! {
        #[test]
        fn what_is_within_is_told_by_going_up_one_parent_at_a_time(parents in parents()) {
            let mut symbols = Symbols::new();
            let catalog = symbols.intern("a");
            let mut table = Table::new(Kind::Region);
            for (n, parent) in parents.iter().enumerate() {
                let row = table.push_row(catalog);
                table.set(0, row, Cell::Symbol(symbols.intern(&code(n))));
                if let Some(parent) = parent {
                    table.set(PARENT, row, Cell::Symbol(symbols.intern(&code(*parent))));
                }
            }
            let (graph, _) = build_in_memory(&symbols, &[table], [0; 32]).unwrap();
            let graph: &dyn Graph = &graph;
            let hierarchy = Hierarchy::new(graph);
            let node = |n: usize| graph.find(Kind::Region, &code(n)).unwrap();
            for start in 0..parents.len() {
                let mut above = vec![start];
                while let Some(parent) = above.last().and_then(|n| parents.get(*n).copied().flatten()) {
                    above.push(parent);
                }
                let upwards: Vec<&str> = hierarchy.upwards(node(start)).map(|r| graph.id(r)).collect();
                prop_assert_eq!(upwards, above.iter().map(|n| code(*n)).collect::<Vec<_>>());
                for outer in 0..parents.len() {
                    prop_assert_eq!(hierarchy.is_within(node(start), node(outer)), above.contains(&outer));
                }
            }
            prop_assert!(hierarchy.region_by_code("r99").is_none());
        }
    }
}
