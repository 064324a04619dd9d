//! Repetitions of a pattern (ISO/IEC 39075:2024, "quantified path primary").

use super::expand::{node_in, used};
use super::walk::Ends;
use super::{Boxed, Context, Frame, Operator, build};
use crate::query::error::Result;
use crate::query::plan::Plan;
use crate::query::plan::expression::Slot;
use crate::query::plan::pattern::GroupLink;
use crate::query::value::{NodeId, Relationship, Value};

/// Repeats a pattern from where it ended, as often as is allowed. No relationship is walked twice.
pub(super) struct Repeat<'p> {
    input: Boxed<'p>,
    ends: Ends,
    group: &'p GroupLink,
    inner: &'p Plan,
    distinct: &'p [Slot],
    /// What a repetition writes.
    own: Vec<Slot>,
    levels: Vec<Level<'p>>,
    walked: Vec<Relationship>,
    empty: Option<NodeId>,
}

/// A repetition that is being gone through.
struct Level<'p> {
    operator: Boxed<'p>,
    /// What its last match wrote; it is put back before the next is looked for.
    written: Vec<Value>,
    /// How many relationships its last match walked.
    steps: usize,
}

impl<'p> Repeat<'p> {
    pub(super) fn new(
        input: Boxed<'p>,
        ends: Ends,
        group: &'p GroupLink,
        inner: &'p Plan,
        distinct: &'p [Slot],
    ) -> Self {
        let nodes = group.pattern.nodes.iter().map(|n| n.slot);
        let mut own: Vec<Slot> = nodes.chain(group.relationships.iter().copied()).collect();
        own.extend(group.lists.iter().map(|(inner, _)| *inner));
        own.sort_unstable();
        own.dedup();
        Self { input, ends, group, inner, distinct, own, levels: Vec::new(), walked: Vec::new(), empty: None }
    }

    /// Begins a repetition at a node.
    fn enter(&mut self, node: NodeId) {
        let mut written = vec![Value::Null; self.own.len()];
        if let Ok(first) = self.own.binary_search(&self.group.first) {
            written[first] = Value::Node(node);
        }
        self.levels.push(Level { operator: build(self.inner), written, steps: 0 });
    }

    fn may_go_on(&self) -> bool {
        self.group.length.max.is_none_or(|max| (self.levels.len() as u64) < max)
    }

    /// The relationships of the present match, unless one was walked before.
    fn relationships(&self, frame: &Frame) -> Option<Vec<Relationship>> {
        let mut own: Vec<Relationship> = Vec::new();
        for slot in &self.group.relationships {
            let mut take = |value: &Value| match value {
                Value::Relationship(r)
                    if !self.walked.contains(r) && !own.contains(r) && !used(frame, self.distinct, *r) =>
                {
                    own.push(*r);
                    true
                }
                _ => false,
            };
            let whole = match &frame[slot.index()] {
                Value::List(items) => items.iter().all(&mut take),
                one => take(one),
            };
            if !whole {
                return None;
            }
        }
        Some(own)
    }

    /// Goes on to the next match of any repetition: the node where it ends.
    fn step(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<Option<NodeId>> {
        while let Some(level) = self.levels.last_mut() {
            cx.budget.work_on(size_of_val(self.walked.as_slice()))?;
            for (slot, value) in self.own.iter().zip(&level.written) {
                frame[slot.index()] = value.clone();
            }
            let before = self.walked.len() - level.steps;
            self.walked.truncate(before);
            level.steps = 0;
            if !level.operator.next(cx, frame)? {
                self.levels.pop();
                continue;
            }
            level.written = self.own.iter().map(|slot| frame[slot.index()].clone()).collect();
            let Some(relationships) = self.relationships(frame) else { continue };
            let Some(node) = node_in(frame, self.group.last)? else { continue };
            if let Some(level) = self.levels.last_mut() {
                level.steps = relationships.len();
            }
            self.walked.extend(relationships);
            return Ok(Some(node));
        }
        Ok(None)
    }

    /// Puts the lists of what all repetitions matched.
    fn put_lists(&self, frame: &mut Frame) {
        for (inner, list) in &self.group.lists {
            let position = self.own.binary_search(inner);
            let values = self.levels.iter().filter_map(|l| position.ok().map(|p| l.written[p].clone())).collect();
            frame[list.index()] = Value::list(values);
        }
        frame[self.group.walked.index()] = super::walk::list(&self.walked, false);
    }
}

impl Operator for Repeat<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            if let Some(node) = self.empty.take()
                && self.ends.arrive(node, frame)
            {
                for (_, list) in &self.group.lists {
                    frame[list.index()] = Value::list(Vec::new());
                }
                frame[self.group.walked.index()] = Value::list(Vec::new());
                return Ok(true);
            }
            while let Some(node) = self.step(cx, frame)? {
                let long_enough = self.levels.len() as u64 >= self.group.length.min;
                let arrives = long_enough && self.ends.arrive(node, frame);
                if arrives {
                    self.put_lists(frame);
                }
                if self.may_go_on() {
                    self.enter(node);
                }
                if arrives {
                    return Ok(true);
                }
            }
            cx.budget.tick()?;
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            let Some(node) = node_in(frame, self.ends.from)? else { continue };
            self.walked.clear();
            self.levels.clear();
            if self.group.length.min == 0 {
                self.empty = Some(node);
            }
            if self.may_go_on() {
                self.enter(node);
            }
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.levels.clear();
        self.walked.clear();
        self.empty = None;
    }
}
