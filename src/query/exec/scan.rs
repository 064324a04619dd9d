//! Where rows come from: nothing, nodes, lists.

use super::eval::evaluate;
use super::expand::put_node;
use super::{Boxed, Context, Frame, Operator};
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::plan::Label;
use crate::query::plan::expression::{Expression, Slot};
use crate::query::value::{KeyToken, NodeId, Value};

/// One row.
#[derive(Default)]
pub(super) struct Once {
    done: bool,
}

impl Operator for Once {
    fn next(&mut self, _: &Context<'_>, _: &mut Frame) -> Result<bool> {
        Ok(!std::mem::replace(&mut self.done, true))
    }

    fn reset(&mut self) {
        self.done = false;
    }
}

/// No row.
pub(super) struct Nothing;

impl Operator for Nothing {
    fn next(&mut self, _: &Context<'_>, _: &mut Frame) -> Result<bool> {
        Ok(false)
    }

    fn reset(&mut self) {}
}

/// All nodes, or those of a label.
pub(super) struct NodeScan<'p> {
    input: Boxed<'p>,
    slot: Slot,
    label: Option<&'p Label>,
    buffer: Vec<NodeId>,
    at: usize,
    /// Where to go on; none where the next row of the input is due.
    next: Option<u64>,
}

impl<'p> NodeScan<'p> {
    pub(super) fn new(input: Boxed<'p>, slot: Slot, label: Option<&'p Label>) -> Self {
        Self { input, slot, label, buffer: Vec::new(), at: 0, next: None }
    }
}

impl Operator for NodeScan<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            cx.budget.tick()?;
            if let Some(&node) = self.buffer.get(self.at) {
                self.at += 1;
                put_node(frame, self.slot, node);
                return Ok(true);
            }
            self.buffer.clear();
            self.at = 0;
            let from = match self.next.take() {
                Some(from) => from,
                None if self.input.next(cx, frame)? => 0,
                None => return Ok(false),
            };
            match self.label {
                // A label that nothing has.
                Some((_, None)) => {}
                Some((_, label)) => self.next = cx.graph.scan(*label, from, &mut self.buffer),
                None => self.next = cx.graph.scan(None, from, &mut self.buffer),
            }
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.buffer.clear();
        self.at = 0;
        self.next = None;
    }
}

/// Nodes that are given.
pub(super) struct Given<'p> {
    slot: Slot,
    nodes: &'p [NodeId],
    at: usize,
}

impl<'p> Given<'p> {
    pub(super) fn new(slot: Slot, nodes: &'p [NodeId]) -> Self {
        Self { slot, nodes, at: 0 }
    }
}

impl Operator for Given<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        cx.budget.tick()?;
        let Some(node) = self.nodes.get(self.at) else { return Ok(false) };
        self.at += 1;
        put_node(frame, self.slot, *node);
        Ok(true)
    }

    fn reset(&mut self) {
        self.at = 0;
    }
}

/// The nodes of a label whose property has a value.
pub(super) struct NodeSeek<'p> {
    input: Boxed<'p>,
    slot: Slot,
    label: &'p Label,
    key: KeyToken,
    value: &'p Expression,
    found: Vec<NodeId>,
    at: usize,
}

impl<'p> NodeSeek<'p> {
    pub(super) fn new(input: Boxed<'p>, slot: Slot, label: &'p Label, key: KeyToken, value: &'p Expression) -> Self {
        Self { input, slot, label, key, value, found: Vec::new(), at: 0 }
    }
}

impl Operator for NodeSeek<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            if let Some(&node) = self.found.get(self.at) {
                self.at += 1;
                put_node(frame, self.slot, node);
                return Ok(true);
            }
            cx.budget.tick()?;
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            let value = evaluate(self.value, frame, cx)?;
            self.at = 0;
            self.found = match self.label.1 {
                Some(label) if !value.is_null() => match cx.graph.seek(label, self.key, &value) {
                    Some(found) => found,
                    None => scanned(cx, self.label, self.key, &value)?,
                },
                _ => Vec::new(),
            };
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.found.clear();
        self.at = 0;
    }
}

/// The same by a scan, for graphs without such an index.
fn scanned(cx: &Context<'_>, label: &Label, key: KeyToken, value: &Value) -> Result<Vec<NodeId>> {
    let (mut found, mut page) = (Vec::new(), Vec::new());
    let mut from = Some(0);
    while let Some(at) = from {
        page.clear();
        from = cx.graph.scan(label.1, at, &mut page);
        cx.budget.work(page.len())?;
        page.retain(|node| crate::query::compare::equals(&cx.graph.node_property(*node, key), value) == Some(true));
        found.append(&mut page);
    }
    Ok(found)
}

/// A row for every element of a list.
pub(super) struct Unwind<'p> {
    input: Boxed<'p>,
    list: &'p Expression,
    slot: Slot,
    items: Value,
    at: usize,
}

impl<'p> Unwind<'p> {
    pub(super) fn new(input: Boxed<'p>, list: &'p Expression, slot: Slot) -> Self {
        Self { input, list, slot, items: Value::Null, at: 0 }
    }
}

impl Operator for Unwind<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            cx.budget.tick()?;
            if let Value::List(items) = &self.items
                && let Some(item) = items.get(self.at)
            {
                self.at += 1;
                frame[self.slot.index()] = item.clone();
                return Ok(true);
            }
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            self.at = 0;
            self.items = match evaluate(self.list, frame, cx)? {
                list @ Value::List(_) => list,
                Value::Null => Value::Null,
                // A single value is a list of one, as other dialects have it too.
                other @ (Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Path(_)) => {
                    return Err(not_a_list(&other).at(self.list.span));
                }
                other => Value::list(vec![other]),
            };
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.items = Value::Null;
        self.at = 0;
    }
}

fn not_a_list(value: &Value) -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::TypeError,
        Detail::InvalidArgumentType,
        format!("a list is wanted, this is of type {}", value.type_name()),
        format!("此处需要列表，实际类型为 {}", value.type_name()),
    )
}
