//! The nodes that walks lead to, where nothing else is asked of the walks.

use std::collections::VecDeque;

use hashbrown::{HashMap, HashSet};

use super::expand::{ShapeFilter, node_in};
use super::walk::{Ends, hops};
use super::{Boxed, Context, Frame, Operator};
use crate::query::ast::Direction;
use crate::query::error::Result;
use crate::query::plan::pattern::Walk;
use crate::query::source::Hop;
use crate::query::value::{NodeId, TypeToken};

/// The nodes that walks from a node lead to, each once: a breadth-first search. It answers as the trails do where only
/// their ends count, since the shortest walk to another node is a trail; when an undirected walk comes back to its start
/// over other relationships, [`Returns`] tells.
pub(super) struct Reach<'p> {
    input: Boxed<'p>,
    ends: Ends,
    walk: &'p Walk,
    filter: ShapeFilter<'p>,
    seen: HashSet<NodeId>,
    open: VecDeque<(NodeId, u64)>,
    found: Vec<NodeId>,
    returns: Option<Returns>,
}

impl<'p> Reach<'p> {
    pub(super) fn new(input: Boxed<'p>, ends: Ends, walk: &'p Walk) -> Self {
        let filter = ShapeFilter::new(&walk.shape);
        let (seen, open, found) = (HashSet::new(), VecDeque::new(), Vec::new());
        Self { input, ends, walk, filter, seen, open, found, returns: None }
    }

    /// Begins a search.
    fn start(&mut self, node: NodeId) {
        self.seen.clear();
        self.open.push_back((node, 0));
        self.returns = None;
        if self.walk.length.min == 0 {
            self.seen.insert(node);
            self.found.push(node);
        } else if self.walk.shape.direction == Direction::Both {
            self.seen.insert(node);
            self.returns = Some(Returns { start: node, branches: HashMap::new() });
        }
    }

    /// Takes a step of the search.
    fn reach(&mut self, from: NodeId, distance: u64, hop: &Hop) {
        if let Some(returns) = &mut self.returns
            && let Some(length) = returns.meet(from, distance, hop)
            && self.walk.length.max.is_none_or(|max| length <= max)
        {
            self.found.push(returns.start);
            self.returns = None;
        }
        if self.seen.insert(hop.node) {
            self.open.push_back((hop.node, distance + 1));
            self.found.push(hop.node);
        }
    }
}

impl Operator for Reach<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            while let Some(node) = self.found.pop() {
                if self.ends.arrive(node, frame) {
                    return Ok(true);
                }
            }
            cx.budget.tick()?;
            if let Some((node, distance)) = self.open.pop_front() {
                if self.walk.length.max.is_some_and(|max| distance >= max) {
                    continue;
                }
                for hop in hops(self.walk, &self.filter, node, cx, frame)? {
                    cx.budget.tick()?;
                    self.reach(node, distance, &hop);
                }
                self.found.reverse();
                continue;
            }
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            let Some(node) = node_in(frame, self.ends.from)? else { continue };
            self.start(node);
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.seen.clear();
        self.open.clear();
        self.found.clear();
        self.returns = None;
    }
}

/// The shortest undirected trail that comes back to where it began.
///
/// Every node belongs to the branch of the relationship by which the search left the start. A relationship that joins two
/// branches closes a trail, since the ways from the start along two branches share nothing; and any trail that comes back
/// goes from one branch to another somewhere, so that the shortest is among those that are met.
struct Returns {
    start: NodeId,
    /// How far a node is, and its branch.
    branches: HashMap<NodeId, (u64, (TypeToken, u32))>,
}

impl Returns {
    /// Follows a relationship that the search meets. The length of the trail that it closes, if it closes one.
    fn meet(&mut self, from: NodeId, distance: u64, hop: &Hop) -> Option<u64> {
        if hop.node == self.start {
            // Any other relationship to the start was met when the search left it.
            return (from == self.start).then_some(1);
        }
        let own = if from == self.start { hop.relationship.identity() } else { self.branches.get(&from)?.1 };
        let (far, branch) = *self.branches.entry(hop.node).or_insert((distance + 1, own));
        (branch != own).then_some(distance + 1 + far)
    }
}
