//! Walks along relationships of one shape: all trails, in which no relationship is there twice.

use super::eval::holds;
use super::expand::{ShapeFilter, node_in, not_a, put_node, used};
use super::{Boxed, Context, Frame, Operator};
use crate::query::error::Result;
use crate::query::plan::expression::Slot;
use crate::query::plan::pattern::Walk;
use crate::query::source::Hop;
use crate::query::value::{NodeId, Relationship, Value};

/// The ends of a walk.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    /// The node that is there.
    pub(super) from: Slot,
    /// The node that is found.
    pub(super) to: Slot,
    /// Whether it is there already, and has to be the same.
    pub(super) into: bool,
}

impl Ends {
    /// Whether a node may be the far end; puts it there if it is found here.
    pub(super) fn arrive(self, node: NodeId, frame: &mut Frame) -> bool {
        if self.into {
            return frame[self.to.index()].as_node() == Some(node);
        }
        put_node(frame, self.to, node);
        true
    }
}

/// The relationships that lead on from a node and fulfil the walk's condition.
pub(super) fn hops(
    walk: &Walk,
    filter: &ShapeFilter<'_>,
    node: NodeId,
    cx: &Context<'_>,
    frame: &mut Frame,
) -> Result<Vec<Hop>> {
    let mut hops = Vec::new();
    filter.expand(node, cx, &mut hops);
    if let Some(condition) = &walk.condition {
        let mut kept = Vec::with_capacity(hops.len());
        for hop in hops {
            frame[walk.step.index()] = Value::Relationship(hop.relationship);
            if holds(condition, frame, cx)? {
                kept.push(hop);
            }
        }
        hops = kept;
    }
    Ok(hops)
}

/// All trails from a node whose length is within bounds.
pub(super) struct Trails<'p> {
    input: Boxed<'p>,
    ends: Ends,
    walk: &'p Walk,
    filter: ShapeFilter<'p>,
    reversed: bool,
    distinct: &'p [Slot],
    listed: bool,
    /// For each step, what leads on and how far it was gone through.
    levels: Vec<(Vec<Hop>, usize)>,
    trail: Vec<Relationship>,
    /// A trail of no relationship is due.
    empty: Option<NodeId>,
}

impl<'p> Trails<'p> {
    pub(super) fn new(
        input: Boxed<'p>,
        ends: Ends,
        walk: &'p Walk,
        reversed: bool,
        distinct: &'p [Slot],
        listed: bool,
    ) -> Self {
        let filter = ShapeFilter::new(&walk.shape);
        let (levels, trail) = (Vec::new(), Vec::new());
        Self { input, ends, walk, filter, reversed, distinct, listed, levels, trail, empty: None }
    }

    fn put_list(&self, frame: &mut Frame) {
        if self.listed {
            frame[self.walk.slot.index()] = list(&self.trail, self.reversed);
        }
    }

    fn may_go_on(&self) -> bool {
        self.walk.length.max.is_none_or(|max| (self.trail.len() as u64) < max)
    }

    /// Goes one step on. Some node where a trail may end, none where the trails are all gone through.
    fn step(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<Option<NodeId>> {
        while let Some((ahead, at)) = self.levels.last_mut() {
            cx.budget.work_on(size_of_val(self.trail.as_slice()))?;
            let Some(&hop) = ahead.get(*at) else {
                self.levels.pop();
                self.trail.pop();
                continue;
            };
            *at += 1;
            if self.trail.contains(&hop.relationship) || used(frame, self.distinct, hop.relationship) {
                continue;
            }
            self.trail.push(hop.relationship);
            let further =
                if self.may_go_on() { hops(self.walk, &self.filter, hop.node, cx, frame)? } else { Vec::new() };
            self.levels.push((further, 0));
            return Ok(Some(hop.node));
        }
        Ok(None)
    }

    /// The walk that is given: it has to lead on from the node, step by step.
    fn follow_given(&self, node: NodeId, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        let items = match &frame[self.walk.slot.index()] {
            Value::Null => return Ok(false),
            Value::List(items) => items.clone(),
            other => return Err(not_a("list of relationships", "关系列表", other)),
        };
        let count = items.len() as u64;
        if count < self.walk.length.min || self.walk.length.max.is_some_and(|max| count > max) {
            return Ok(false);
        }
        let mut at = node;
        let mut in_order: Vec<&Value> = items.iter().collect();
        if self.reversed {
            in_order.reverse();
        }
        for item in in_order {
            let Value::Relationship(relationship) = item else { return Err(not_a("relationship", "关系", item)) };
            let Some(hop) = self.filter.follow(*relationship, at, cx) else { return Ok(false) };
            if used(frame, self.distinct, hop.relationship) {
                return Ok(false);
            }
            at = hop.node;
        }
        Ok(self.ends.arrive(at, frame))
    }
}

/// Relationships as a value, in the order of the pattern.
pub(super) fn list(trail: &[Relationship], reversed: bool) -> Value {
    let mut items: Vec<Value> = trail.iter().copied().map(Value::Relationship).collect();
    if reversed {
        items.reverse();
    }
    Value::list(items)
}

impl Operator for Trails<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            if let Some(node) = self.empty.take()
                && self.ends.arrive(node, frame)
            {
                self.put_list(frame);
                return Ok(true);
            }
            while let Some(node) = self.step(cx, frame)? {
                let long_enough = self.trail.len() as u64 >= self.walk.length.min;
                if long_enough && self.ends.arrive(node, frame) {
                    self.put_list(frame);
                    return Ok(true);
                }
            }
            cx.budget.tick()?;
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            let Some(node) = node_in(frame, self.ends.from)? else { continue };
            if self.walk.bound {
                if self.follow_given(node, cx, frame)? {
                    return Ok(true);
                }
                continue;
            }
            self.trail.clear();
            self.levels.clear();
            if self.walk.length.min == 0 {
                self.empty = Some(node);
            }
            if self.may_go_on() {
                let first = hops(self.walk, &self.filter, node, cx, frame)?;
                self.levels.push((first, 0));
            }
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.levels.clear();
        self.trail.clear();
        self.empty = None;
    }
}
