//! Shortest walks from a node, breadth first: no walk is followed that is longer than it has to be.

use hashbrown::HashMap;

use super::budget::Budget;
use crate::query::error::Result;
use crate::query::source::Hop;
use crate::query::value::{NodeId, Relationship, TypeToken};

/// A walk, by its relationships in the order in which it follows them.
pub(super) type Steps = Vec<Relationship>;

/// A search for the shortest walks from a node.
pub(super) struct Search<'s> {
    /// The node.
    pub(super) start: NodeId,
    /// The longest that a walk may be.
    pub(super) max: u64,
    /// Whether all of the shortest are wanted, or one.
    pub(super) all: bool,
    /// What the search may use.
    pub(super) budget: &'s Budget,
    /// The relationships that lead on from a node.
    pub(super) hops: &'s mut dyn FnMut(NodeId) -> Result<Vec<Hop>>,
}

impl Search<'_> {
    /// The shortest walks to one node, or to every node that is reached, in the order in which they are reached.
    ///
    /// Where the search is `away`, no walk comes back to the start; else one that follows relationships as they point
    /// may, and is a trail as all the others are.
    pub(super) fn open(&mut self, target: Option<NodeId>, away: bool) -> Result<Vec<(NodeId, Steps)>> {
        let mut reached = Reached::default();
        if away {
            reached.0.insert(self.start, Node { distance: 0, by: Vec::new() });
        }
        let mut order = Vec::new();
        let mut level = vec![self.start];
        let mut distance = 0;
        while !level.is_empty() && distance < self.max && !target.is_some_and(|t| reached.0.contains_key(&t)) {
            distance += 1;
            let mut next = Vec::new();
            for node in level {
                for hop in (self.hops)(node)? {
                    self.budget.tick()?;
                    match reached.0.get_mut(&hop.node) {
                        None => {
                            reached.put(node, &hop, distance, self.budget)?;
                            order.push(hop.node);
                            next.push(hop.node);
                        }
                        Some(there) if there.distance == distance && self.all => {
                            there.put(node, hop.relationship, self.budget)?;
                        }
                        Some(_) => {}
                    }
                }
            }
            level = next;
        }
        let ends = match target {
            Some(target) => reached.0.contains_key(&target).then_some(target).into_iter().collect(),
            None => order,
        };
        let mut found = Vec::new();
        for end in ends {
            for walk in reached.walks_to(end) {
                self.budget.work_on(size_of_val(walk.as_slice()))?;
                self.budget.take(size_of_val(walk.as_slice()) + 32)?;
                found.push((end, walk));
            }
        }
        Ok(found)
    }

    /// The shortest trails from the start back to it, whichever way relationships point.
    ///
    /// Every node belongs to the branch of the relationship by which the search left the start. A trail that comes back
    /// goes from one branch to another somewhere, and the shortest has its middle there: ways along two branches that
    /// meet earlier would close a shorter one. Hence each node before the middle is of one branch, and any two ways of
    /// different branches that meet in the middle make a trail.
    pub(super) fn closed(&mut self) -> Result<Vec<Steps>> {
        let start = self.start;
        let mut reached = Reached::default();
        reached.0.insert(start, Node { distance: 0, by: Vec::new() });
        let mut branches: HashMap<NodeId, Branch> = HashMap::new();
        let branch_of = |branches: &HashMap<NodeId, Branch>, node: NodeId, by: Relationship| {
            if node == start { by.identity() } else { branches[&node] }
        };
        let mut level = vec![start];
        let mut distance = 0u64;
        while !level.is_empty() && distance.saturating_mul(2) < self.max {
            let mut middles = Vec::new();
            let mut next = Vec::new();
            for node in level {
                for hop in (self.hops)(node)? {
                    self.budget.tick()?;
                    let branch = branch_of(&branches, node, hop.relationship);
                    match reached.0.get_mut(&hop.node) {
                        None => {
                            reached.put(node, &hop, distance + 1, self.budget)?;
                            self.budget.take(size_of::<(NodeId, Branch)>())?;
                            branches.insert(hop.node, branch);
                            next.push(hop.node);
                        }
                        Some(there) if there.distance == distance + 1 => {
                            there.put(node, hop.relationship, self.budget)?;
                        }
                        // The relationship is the middle: it joins two nodes that are equally far, or the start to itself.
                        Some(there) if there.distance == distance => {
                            if node == start || branches[&hop.node] != branch {
                                middles.push((node, vec![hop.relationship], hop.node));
                            }
                        }
                        Some(_) => {}
                    }
                }
            }
            if middles.is_empty() && distance * 2 + 2 <= self.max {
                // A node is the middle: two ways meet there.
                for by in next.iter().map(|node| &reached.0[node].by).filter(|by| by.len() > 1) {
                    for (one, there) in by {
                        for (other, back) in by {
                            self.budget.tick()?;
                            if branch_of(&branches, *one, *there) != branch_of(&branches, *other, *back) {
                                self.budget.take(size_of::<Middle>() + 2 * size_of::<Relationship>())?;
                                middles.push((*one, vec![*there, *back], *other));
                            }
                        }
                    }
                }
            }
            if !middles.is_empty() {
                return self.join(&reached, &middles);
            }
            distance += 1;
            level = next;
        }
        Ok(Vec::new())
    }

    /// The trails through these middles.
    fn join(&self, reached: &Reached, middles: &[Middle]) -> Result<Vec<Steps>> {
        let mut found = Vec::new();
        for (one, middle, other) in middles {
            for there in reached.walks_to(*one) {
                for back in reached.walks_to(*other) {
                    let back = back.into_iter().rev();
                    let trail: Steps = there.iter().chain(middle).copied().chain(back).collect();
                    self.budget.work_on(size_of_val(trail.as_slice()))?;
                    self.budget.take(size_of_val(trail.as_slice()) + 32)?;
                    found.push(trail);
                    if !self.all {
                        return Ok(found);
                    }
                }
            }
        }
        Ok(found)
    }
}

/// Where two ways from the start meet: their last nodes, and the relationships between those.
type Middle = (NodeId, Steps, NodeId);

/// The relationship by which a search left its start.
type Branch = (TypeToken, u32);

/// The nodes that a search has reached.
#[derive(Default)]
struct Reached(HashMap<NodeId, Node>);

/// How a node was first reached: how far it is, and from where and by which relationships at that distance.
struct Node {
    distance: u64,
    by: Vec<(NodeId, Relationship)>,
}

impl Node {
    fn put(&mut self, from: NodeId, by: Relationship, budget: &Budget) -> Result<()> {
        budget.take(size_of::<(NodeId, Relationship)>())?;
        self.by.push((from, by));
        Ok(())
    }
}

impl Reached {
    fn put(&mut self, from: NodeId, hop: &Hop, distance: u64, budget: &Budget) -> Result<()> {
        budget.take(size_of::<(NodeId, Node)>())?;
        let mut node = Node { distance, by: Vec::with_capacity(1) };
        node.put(from, hop.relationship, budget)?;
        self.0.insert(hop.node, node);
        Ok(())
    }

    /// The shortest walks to a node that was reached.
    fn walks_to(&self, end: NodeId) -> WalksTo<'_> {
        WalksTo { reached: self, length: self.0[&end].distance, back: vec![(end, 0)], steps: Vec::new() }
    }
}

/// The shortest walks to a node, followed back from it: all lead to the start, so that none is followed in vain.
struct WalksTo<'r> {
    reached: &'r Reached,
    length: u64,
    /// The nodes of the present walk from its end, and how many relationships that lead to each have been followed.
    back: Vec<(NodeId, usize)>,
    steps: Steps,
}

impl Iterator for WalksTo<'_> {
    type Item = Steps;

    fn next(&mut self) -> Option<Steps> {
        loop {
            let (node, followed) = self.back.last_mut()?;
            let done = self.steps.len() as u64 == self.length;
            match self.reached.0.get(node).and_then(|node| node.by.get(*followed)) {
                Some(&(from, by)) if !done => {
                    *followed += 1;
                    self.back.push((from, 0));
                    self.steps.push(by);
                }
                _ => {
                    let walk = done.then(|| self.steps.iter().rev().copied().collect());
                    self.back.pop();
                    self.steps.pop();
                    if walk.is_some() {
                        return walk;
                    }
                }
            }
        }
    }
}
