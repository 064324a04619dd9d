//! Shortest walks.

use hashbrown::HashMap;

use super::breadth::{Search, Steps};
use super::expand::{ShapeFilter, node_in};
use super::walk::{Ends, hops, list};
use super::{Boxed, Context, Frame, Operator};
use crate::query::ast::Direction;
use crate::query::error::Result;
use crate::query::plan::pattern::Walk;
use crate::query::value::{NodeId, Relationship};

/// The shortest walks from a node: to every node that is reached, or to one.
pub(super) struct Shortest<'p> {
    input: Boxed<'p>,
    ends: Ends,
    walk: &'p Walk,
    filter: ShapeFilter<'p>,
    reversed: bool,
    all: bool,
    found: std::vec::IntoIter<Found>,
    /// How much memory the last search took.
    taken: u64,
}

/// A walk, and the node that it leads to.
type Found = (NodeId, Steps);

impl<'p> Shortest<'p> {
    pub(super) fn new(input: Boxed<'p>, ends: Ends, walk: &'p Walk, reversed: bool, all: bool) -> Self {
        let filter = ShapeFilter::new(&walk.shape);
        Self { input, ends, walk, filter, reversed, all, found: Vec::new().into_iter(), taken: 0 }
    }

    /// The shortest walks from a node to one, or to every node that is reached.
    fn search(&self, start: NodeId, target: Option<NodeId>, cx: &Context<'_>, frame: &mut Frame) -> Result<Vec<Found>> {
        let length = &self.walk.length;
        if length.min > 1 {
            return self.deepen(start, target, cx, frame);
        }
        let mut hops = |node| hops(self.walk, &self.filter, node, cx, frame);
        let max = length.max.unwrap_or(u64::MAX);
        let mut search = Search { start, max, all: self.all, budget: cx.budget, hops: &mut hops };
        let mut found = Vec::new();
        let back = target.is_none_or(|target| target == start);
        if back && length.min == 0 {
            found.push((start, Steps::new()));
        }
        // Against no direction, a search by distance could come back on the relationship that it left by.
        let closed = length.min == 1 && self.walk.shape.direction == Direction::Both;
        let away = closed || length.min == 0;
        if !away || target != Some(start) {
            found.extend(search.open(target, away)?);
        }
        if back && closed {
            found.extend(search.closed()?.into_iter().map(|trail| (start, trail)));
        }
        Ok(found)
    }

    /// Trails by their length, until one arrives; without a target, the first to each node.
    fn deepen(&self, start: NodeId, target: Option<NodeId>, cx: &Context<'_>, frame: &mut Frame) -> Result<Vec<Found>> {
        let max = self.walk.length.max.unwrap_or(u64::MAX);
        let mut found: Vec<Found> = Vec::new();
        let mut trails: Vec<Found> = vec![(start, Vec::new())];
        let mut best: HashMap<NodeId, usize> = HashMap::new();
        while !trails.is_empty() {
            let length = trails[0].1.len() as u64;
            if length >= self.walk.length.min {
                for (node, trail) in &trails {
                    if target.is_some_and(|t| t != *node) {
                        continue;
                    }
                    let first = !best.contains_key(node);
                    let shortest = *best.entry(*node).or_insert(trail.len());
                    if trail.len() == shortest && (self.all || first) {
                        found.push((*node, trail.clone()));
                    }
                }
                if target.is_some() && !found.is_empty() {
                    break;
                }
            }
            if length >= max {
                break;
            }
            let mut next = Vec::new();
            for (node, trail) in trails {
                for hop in hops(self.walk, &self.filter, node, cx, frame)? {
                    cx.budget.work_on(size_of_val(trail.as_slice()))?;
                    if !trail.contains(&hop.relationship) {
                        let mut longer = trail.clone();
                        longer.push(hop.relationship);
                        cx.budget.take(size_of::<Relationship>() * longer.len())?;
                        next.push((hop.node, longer));
                    }
                }
            }
            trails = next;
        }
        Ok(found)
    }
}

impl Operator for Shortest<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            if let Some((node, walk)) = self.found.next() {
                if self.ends.arrive(node, frame) {
                    frame[self.walk.slot.index()] = list(&walk, self.reversed);
                    return Ok(true);
                }
                continue;
            }
            cx.budget.tick()?;
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            let Some(start) = node_in(frame, self.ends.from)? else { continue };
            let target = if self.ends.into {
                match node_in(frame, self.ends.to)? {
                    Some(target) => Some(target),
                    None => continue,
                }
            } else {
                None
            };
            // What the last search gathered is gone by now.
            cx.budget.give_back(std::mem::take(&mut self.taken));
            let taken = cx.budget.taken();
            self.found = self.search(start, target, cx, frame)?.into_iter();
            self.taken = cx.budget.taken().saturating_sub(taken);
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.found = Vec::new().into_iter();
    }
}
