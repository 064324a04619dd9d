//! Where every department stands, read once: its region, and which region is under which without walking upwards.

use rayon::prelude::*;

use super::flow::{Carrier, Flow};
use super::hierarchy::{Hierarchy, Tier};
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType};

const NONE: u32 = u32::MAX;

/// Where departments stand.
pub(super) struct Places<'g> {
    graph: &'g dyn Graph,
    pub(super) hierarchy: Hierarchy<'g>,
    /// Per department, by its number as a carrier, the region.
    regions: Vec<Node>,
    /// Per node of a region, the numbers of its subtree in a walk over all: the first, and the one after the last.
    spans: Vec<(u32, u32)>,
}

impl<'g> Places<'g> {
    pub(super) fn new(flow: &Flow<'g>) -> Self {
        let graph = flow.graph;
        let hierarchy = Hierarchy::new(graph);
        let regions = (0..flow.network.departments())
            .into_par_iter()
            .map(|carrier| hierarchy.region(flow.network.node(carrier)).unwrap_or(NONE))
            .collect();
        Self { graph, hierarchy, regions, spans: spans(graph) }
    }

    /// The region of a department, where it is defined.
    pub(super) fn region(&self, department: Carrier) -> Option<Node> {
        self.regions.get(department as usize).copied().filter(|&r| r != NONE)
    }

    /// The tier of a department.
    pub(super) fn tier(&self, department: Carrier) -> Option<Tier<'g>> {
        self.hierarchy.region_tier(self.region(department)?)
    }

    /// Whether a department is of a grassroots tier.
    pub(super) fn is_grassroots(&self, department: Carrier) -> bool {
        self.tier(department).is_some_and(|t| t.grassroots)
    }

    /// Whether a region is another, or under it.
    pub(super) fn is_within(&self, region: Node, outer: Node) -> bool {
        let ((start, _), (first, end)) = (self.spans[region as usize], self.spans[outer as usize]);
        region == outer || (first <= start && start < end)
    }

    /// Whether a region is above another, and is not it.
    pub(super) fn is_above(&self, upper: Node, lower: Node) -> bool {
        upper != lower && self.is_within(lower, upper)
    }

    /// Whether two regions are in one chain.
    pub(super) fn in_one_chain(&self, a: Node, b: Node) -> bool {
        self.is_within(a, b) || self.is_within(b, a)
    }

    /// A region and those above it, from the nearest, that are defined.
    pub(super) fn upwards(&self, region: Node) -> impl Iterator<Item = Node> + '_ {
        self.hierarchy.upwards(region).filter(|&r| self.graph.presence(r) == Presence::Defined)
    }

    /// For every region, what those of its subtree add up to.
    pub(super) fn of_subtrees<T: Copy + Default>(
        &self,
        own: &std::collections::HashMap<Node, T>,
        add: impl Fn(&mut T, T),
    ) -> std::collections::HashMap<Node, T> {
        let mut sums: std::collections::HashMap<Node, T> = std::collections::HashMap::new();
        for (&region, &value) in own {
            for above in self.upwards(region) {
                add(sums.entry(above).or_default(), value);
            }
        }
        sums
    }
}

/// Numbers regions so that those of a subtree come in a run.
fn spans(graph: &dyn Graph) -> Vec<(u32, u32)> {
    let mut spans = vec![(NONE, NONE); graph.node_bound() as usize];
    let is_defined = |&r: &Node| graph.presence(r) == Presence::Defined;
    let roots = graph.nodes(Kind::Region).filter(|&r| graph.one_out(RelType::Within, r).filter(is_defined).is_none());
    let mut next = 0;
    // A region stands here twice: to be entered, and to be left once its subtree is done.
    let mut stack: Vec<(Node, bool)> = Vec::new();
    for root in roots {
        stack.push((root, true));
        while let Some((region, enters)) = stack.pop() {
            if enters {
                spans[region as usize] = (next, next + 1);
                next += 1;
                stack.push((region, false));
                let below = graph.incoming(RelType::Within, region).nodes.iter().filter(|r| is_defined(r));
                stack.extend(below.map(|&r| (r, true)));
            } else {
                spans[region as usize].1 = next;
            }
        }
    }
    spans
}
