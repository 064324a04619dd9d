//! Following one relationship.

use super::{Boxed, Context, Frame, Operator};
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::plan::expression::Slot;
use crate::query::plan::pattern::Shape;
use crate::query::source::{Direction, Hop};
use crate::query::value::{NodeId, Relationship, TypeToken, Value};

/// The relationships of a node, each with the node at its other end.
pub(super) struct Expand<'p> {
    input: Boxed<'p>,
    from: Slot,
    to: Slot,
    into: bool,
    /// Where the relationship is put, if it is wanted.
    put: Option<Slot>,
    /// Where it is given, if it is.
    given: Option<Slot>,
    filter: ShapeFilter<'p>,
    distinct: &'p [Slot],
    hops: Vec<Hop>,
    at: usize,
}

impl<'p> Expand<'p> {
    pub(super) fn new(
        input: Boxed<'p>,
        (from, to, into): (Slot, Slot, bool),
        (put, given): (Option<Slot>, Option<Slot>),
        shape: &'p Shape,
        distinct: &'p [Slot],
    ) -> Self {
        let filter = ShapeFilter::new(shape);
        Self { input, from, to, into, put, given, filter, distinct, hops: Vec::new(), at: 0 }
    }

    /// The relationship that is given, if it leads on from the node.
    fn follow_given(&mut self, given: Slot, node: NodeId, cx: &Context<'_>, frame: &Frame) -> Result<()> {
        match &frame[given.index()] {
            Value::Null => {}
            Value::Relationship(relationship) => {
                if let Some(hop) = self.filter.follow(*relationship, node, cx) {
                    self.hops.push(hop);
                }
            }
            other => return Err(not_a("relationship", "关系", other)),
        }
        Ok(())
    }
}

impl Operator for Expand<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            while let Some(hop) = self.hops.get(self.at) {
                self.at += 1;
                if self.into && frame[self.to.index()].as_node() != Some(hop.node) {
                    continue;
                }
                if !self.distinct.is_empty() && used(frame, self.distinct, hop.relationship) {
                    continue;
                }
                if !self.into {
                    put_node(frame, self.to, hop.node);
                }
                if let Some(put) = self.put {
                    frame[put.index()] = Value::Relationship(hop.relationship);
                }
                return Ok(true);
            }
            self.hops.clear();
            self.at = 0;
            cx.budget.tick()?;
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            let Some(node) = node_in(frame, self.from)? else { continue };
            if self.into {
                node_in(frame, self.to)?;
            }
            match self.given {
                Some(given) => self.follow_given(given, node, cx, frame)?,
                None => self.filter.expand(node, cx, &mut self.hops),
            }
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.hops.clear();
        self.at = 0;
    }
}

/// How many relationships of a node there are, without those that are used already.
pub(super) struct Degree<'p> {
    input: Boxed<'p>,
    from: Slot,
    slot: Slot,
    filter: ShapeFilter<'p>,
    distinct: &'p [Slot],
}

impl<'p> Degree<'p> {
    pub(super) fn new(input: Boxed<'p>, from: Slot, slot: Slot, shape: &'p Shape, distinct: &'p [Slot]) -> Self {
        Self { input, from, slot, filter: ShapeFilter::new(shape), distinct }
    }

    fn degree(&self, node: NodeId, cx: &Context<'_>, frame: &Frame) -> u64 {
        let Some(types) = &self.filter.types else { return 0 };
        let all = cx.graph.degree(node, self.filter.shape.direction, types);
        let mut taken: Vec<Relationship> = Vec::new();
        let mut take = |value: &Value| {
            if let Value::Relationship(relationship) = value
                && !taken.contains(relationship)
                && self.filter.follow(*relationship, node, cx).is_some()
            {
                taken.push(*relationship);
            }
        };
        for slot in self.distinct {
            match &frame[slot.index()] {
                Value::List(items) => items.iter().for_each(&mut take),
                one => take(one),
            }
        }
        all - taken.len() as u64
    }
}

impl Operator for Degree<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        while self.input.next(cx, frame)? {
            cx.budget.tick()?;
            let Some(node) = node_in(frame, self.from)? else { continue };
            let degree = self.degree(node, cx, frame);
            if degree > 0 {
                frame[self.slot.index()] = Value::Integer(degree.cast_signed());
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

/// The node in a slot; none for null.
pub(super) fn node_in(frame: &Frame, slot: Slot) -> Result<Option<NodeId>> {
    match &frame[slot.index()] {
        Value::Node(node) => Ok(Some(*node)),
        Value::Null => Ok(None),
        other => Err(not_a("node", "节点", other)),
    }
}

/// Puts a node into a slot. Most often there is one already: then its number alone is written, which is much cheaper than
/// to make a value and to drop another.
#[inline]
pub(super) fn put_node(frame: &mut Frame, slot: Slot, node: NodeId) {
    match &mut frame[slot.index()] {
        Value::Node(there) => *there = node,
        other => *other = Value::Node(node),
    }
}

pub(super) fn not_a(wanted: &str, chinese: &str, value: &Value) -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::TypeError,
        Detail::InvalidArgumentType,
        format!("a {wanted} is wanted in the pattern, this is of type {}", value.type_name()),
        format!("模式中需要{chinese}，实际类型为 {}", value.type_name()),
    )
}

/// Whether a relationship is one of those in slots, or in the lists there.
pub(super) fn used(frame: &Frame, slots: &[Slot], relationship: Relationship) -> bool {
    slots.iter().any(|slot| match &frame[slot.index()] {
        Value::Relationship(other) => *other == relationship,
        Value::List(items) => items.iter().any(|v| matches!(v, Value::Relationship(other) if *other == relationship)),
        _ => false,
    })
}

/// Finds relationships of a shape.
pub(super) struct ShapeFilter<'p> {
    shape: &'p Shape,
    /// The types to look for; none at all where no relationship can be of them.
    types: Option<Vec<TypeToken>>,
}

impl<'p> ShapeFilter<'p> {
    pub(super) fn new(shape: &'p Shape) -> Self {
        let types = match &shape.types {
            Some(types) if types.test.is_none() => {
                let known: Vec<TypeToken> = types.names.iter().filter_map(|(_, t)| *t).collect();
                (!known.is_empty()).then_some(known)
            }
            _ => Some(Vec::new()),
        };
        Self { shape, types }
    }

    fn test(&self, relationship: Relationship, cx: &Context<'_>) -> bool {
        let Some(test) = self.shape.types.as_ref().and_then(|t| t.test.as_ref()) else { return true };
        let name = cx.graph.type_name(relationship.ty);
        // A type may be asked for by its other name as well.
        test.holds(&mut |n, _| *n == name || cx.graph.relationship_type(n) == Some(relationship.ty), true)
    }

    /// Appends the relationships of a node.
    pub(super) fn expand(&self, node: NodeId, cx: &Context<'_>, hops: &mut Vec<Hop>) {
        let Some(types) = &self.types else { return };
        cx.graph.expand(node, self.shape.direction, types, hops);
        if self.shape.types.as_ref().is_some_and(|t| t.test.is_some()) {
            hops.retain(|hop| self.test(hop.relationship, cx));
        }
    }

    /// A relationship that is given, seen from a node, if it has the shape and leads on from there.
    pub(super) fn follow(&self, relationship: Relationship, node: NodeId, cx: &Context<'_>) -> Option<Hop> {
        let of_type = match &self.types {
            None => false,
            Some(types) => types.is_empty() || types.contains(&relationship.ty),
        };
        if !of_type || !self.test(relationship, cx) {
            return None;
        }
        let leads = match self.shape.direction {
            Direction::Outgoing => relationship.start == node,
            Direction::Incoming => relationship.end == node,
            Direction::Both => relationship.start == node || relationship.end == node,
        };
        leads.then(|| Hop { relationship, node: relationship.other(node) })
    }
}
