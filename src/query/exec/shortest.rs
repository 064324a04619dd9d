//! Shortest walks, and the choice among whole paths.

use hashbrown::HashMap;

use super::expand::{ShapeFilter, node_in};
use super::gather::Gathered;
use super::walk::{Ends, hops, list};
use super::{Boxed, Context, Frame, Operator};
use crate::query::ast::Direction;
use crate::query::error::Result;
use crate::query::plan::expression::Slot;
use crate::query::plan::pattern::Walk;
use crate::query::source::Hop;
use crate::query::value::{NodeId, Relationship, Value};

/// The shortest walks from a node: to every node that is reached, or to one.
pub(super) struct Shortest<'p> {
    input: Boxed<'p>,
    ends: Ends,
    walk: &'p Walk,
    filter: ShapeFilter<'p>,
    reversed: bool,
    all: bool,
    found: std::vec::IntoIter<(NodeId, Vec<Relationship>)>,
    /// How much memory the last search took.
    taken: u64,
}

/// How a node was first reached: how far it is, and by which relationships at that distance.
struct Reached {
    distance: u64,
    by: Vec<(NodeId, Relationship)>,
}

impl<'p> Shortest<'p> {
    pub(super) fn new(input: Boxed<'p>, ends: Ends, walk: &'p Walk, reversed: bool, all: bool) -> Self {
        let filter = ShapeFilter::new(&walk.shape);
        Self { input, ends, walk, filter, reversed, all, found: Vec::new().into_iter(), taken: 0 }
    }

    fn hops(&self, node: NodeId, cx: &Context<'_>, frame: &mut Frame) -> Result<Vec<Hop>> {
        hops(self.walk, &self.filter, node, cx, frame)
    }

    /// All shortest walks from a node, by their ends.
    fn search(
        &self,
        start: NodeId,
        target: Option<NodeId>,
        cx: &Context<'_>,
        frame: &mut Frame,
    ) -> Result<Vec<(NodeId, Vec<Relationship>)>> {
        let max = self.walk.length.max.unwrap_or(u64::MAX);
        let min = self.walk.length.min;
        let returns = target == Some(start) && min > 0;
        // A search by distance finds no longer walks than it has to, and may turn back on the relationship it came by:
        // where that matters, trails are tried by their length.
        if min > 1 || (self.walk.shape.direction == Direction::Both && returns) {
            return self.deepen(start, target, cx, frame);
        }
        let mut reached: HashMap<NodeId, Reached> = HashMap::new();
        let mut order = Vec::new();
        if min == 0 {
            reached.insert(start, Reached { distance: 0, by: Vec::new() });
            order.push(start);
        }
        let mut level = vec![start];
        let mut distance = 0;
        while !level.is_empty() && distance < max {
            if target.is_some_and(|t| reached.contains_key(&t)) {
                break;
            }
            distance += 1;
            let mut next = Vec::new();
            for node in level {
                for hop in self.hops(node, cx, frame)? {
                    cx.budget.tick()?;
                    if min > 0 && hop.node == start && self.walk.shape.direction == Direction::Both {
                        continue;
                    }
                    match reached.get_mut(&hop.node) {
                        None => {
                            cx.budget.take(size_of::<(NodeId, Reached)>() + size_of::<(NodeId, Relationship)>())?;
                            let by = vec![(node, hop.relationship)];
                            reached.insert(hop.node, Reached { distance, by });
                            order.push(hop.node);
                            next.push(hop.node);
                        }
                        Some(other) if other.distance == distance && self.all => {
                            other.by.push((node, hop.relationship))
                        }
                        Some(_) => {}
                    }
                }
            }
            // The start is not left twice: walks that come back to it end there.
            next.retain(|node| *node != start);
            level = next;
        }
        let ends: Vec<NodeId> = match target {
            Some(target) => reached.contains_key(&target).then_some(target).into_iter().collect(),
            None => order,
        };
        let mut found = Vec::new();
        for end in ends {
            let distance = reached[&end].distance;
            let mut open = vec![(end, distance, Vec::new())];
            while let Some((node, left, walk)) = open.pop() {
                cx.budget.work_on(size_of_val(walk.as_slice()))?;
                if left == 0 {
                    let mut walk: Vec<Relationship> = walk;
                    walk.reverse();
                    cx.budget.take(size_of_val(walk.as_slice()) + 32)?;
                    found.push((end, walk));
                    continue;
                }
                let Some(by) = reached.get(&node) else { continue };
                for (before, relationship) in by.by.iter().rev() {
                    let mut longer = walk.clone();
                    longer.push(*relationship);
                    open.push((*before, left - 1, longer));
                }
            }
        }
        Ok(found)
    }

    /// Trails by their length, until one arrives; without a target, the first to each node.
    fn deepen(
        &self,
        start: NodeId,
        target: Option<NodeId>,
        cx: &Context<'_>,
        frame: &mut Frame,
    ) -> Result<Vec<(NodeId, Vec<Relationship>)>> {
        let max = self.walk.length.max.unwrap_or(u64::MAX);
        let mut found: Vec<(NodeId, Vec<Relationship>)> = Vec::new();
        let mut trails: Vec<(NodeId, Vec<Relationship>)> = vec![(start, Vec::new())];
        let mut best: HashMap<NodeId, usize> = HashMap::new();
        while !trails.is_empty() {
            let length = trails[0].1.len() as u64;
            if length >= self.walk.length.min {
                for (node, trail) in &trails {
                    if target.is_some_and(|t| t != *node) {
                        continue;
                    }
                    let shortest = *best.entry(*node).or_insert(trail.len());
                    let first = !found.iter().any(|(n, _)| n == node);
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
                for hop in self.hops(node, cx, frame)? {
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

/// What is chosen among the matches of a path.
pub(super) struct Choice<'p> {
    /// The ends, between which one or some are chosen.
    pub(super) ends: (Slot, Slot),
    /// What makes the length.
    pub(super) links: &'p [Slot],
    /// Whether all of the shortest are wanted.
    pub(super) all: bool,
    /// Whether the length matters.
    pub(super) shortest: bool,
}

/// Of the matches of a pattern for one row, the shortest between the same two ends.
pub(super) struct SelectPaths<'p> {
    input: Boxed<'p>,
    inner: Boxed<'p>,
    choice: Choice<'p>,
    live: &'p [Slot],
    rows: Gathered<'p>,
    chosen: std::vec::IntoIter<usize>,
    /// How much memory the rows took.
    taken: u64,
}

impl<'p> SelectPaths<'p> {
    pub(super) fn new(input: Boxed<'p>, inner: Boxed<'p>, choice: Choice<'p>, live: &'p [Slot]) -> Self {
        Self { input, inner, choice, live, rows: Gathered::new(live), chosen: Vec::new().into_iter(), taken: 0 }
    }

    fn choose(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<Vec<usize>> {
        self.inner.reset();
        self.rows = Gathered::new(self.live);
        let mut lengths = Vec::new();
        let mut best: HashMap<(Option<NodeId>, Option<NodeId>), (usize, usize)> = HashMap::new();
        while self.inner.next(cx, frame)? {
            let length: usize = self.choice.links.iter().map(|slot| steps(&frame[slot.index()])).sum();
            let length = if self.choice.shortest { length } else { 0 };
            let (start, end) = self.choice.ends;
            let ends = (frame[start.index()].as_node(), frame[end.index()].as_node());
            let row = self.rows.len();
            self.rows.push(cx, frame)?;
            lengths.push((ends, length));
            let least = best.entry(ends).or_insert((length, row));
            if length < least.0 {
                *least = (length, row);
            }
        }
        let all = self.choice.all;
        let wanted = |row: &usize| {
            let (ends, length) = &lengths[*row];
            best.get(ends).is_some_and(|(least, first)| if all { length == least } else { row == first })
        };
        Ok((0..lengths.len()).filter(wanted).collect())
    }
}

/// How many relationships a link walked.
fn steps(value: &Value) -> usize {
    match value {
        Value::List(items) => items.len(),
        _ => 1,
    }
}

impl Operator for SelectPaths<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            if let Some(row) = self.chosen.next() {
                self.rows.restore(row, frame);
                return Ok(true);
            }
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            // What was gathered for the last row is gone by now.
            cx.budget.give_back(std::mem::take(&mut self.taken));
            let taken = cx.budget.taken();
            self.chosen = self.choose(cx, frame)?.into_iter();
            self.taken = cx.budget.taken().saturating_sub(taken);
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.chosen = Vec::new().into_iter();
    }
}
