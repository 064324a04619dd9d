//! Operators that take rows one by one.

use super::eval::{count_of_rows, evaluate, holds};
use super::expand::node_in;
use super::{Boxed, Context, Frame, Operator};
use crate::query::error::Result;
use crate::query::plan::expression::{Expression, Slot};
use crate::query::value::{Path, Value};

/// Rows for which a condition is true.
pub(super) struct Filter<'p> {
    pub(super) input: Boxed<'p>,
    pub(super) condition: &'p Expression,
    /// Whether a row goes on for which the condition fails.
    pub(super) guess: bool,
}

impl Operator for Filter<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        while self.input.next(cx, frame)? {
            match holds(self.condition, frame, cx) {
                Ok(false) => {}
                Err(error) if !self.guess || error.ends_the_query() => return Err(error),
                Ok(true) | Err(_) => return Ok(true),
            }
        }
        Ok(false)
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

/// Values computed for every row.
pub(super) struct Project<'p> {
    pub(super) input: Boxed<'p>,
    pub(super) items: &'p [(Slot, Expression)],
}

impl Operator for Project<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        if !self.input.next(cx, frame)? {
            return Ok(false);
        }
        for (slot, expression) in self.items {
            let value = evaluate(expression, frame, cx)?;
            frame[slot.index()] = value;
        }
        Ok(true)
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

/// A path made of its parts.
pub(super) struct MakePath<'p> {
    pub(super) input: Boxed<'p>,
    pub(super) slot: Slot,
    pub(super) start: Slot,
    pub(super) links: &'p [Slot],
}

impl Operator for MakePath<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        if !self.input.next(cx, frame)? {
            return Ok(false);
        }
        frame[self.slot.index()] = path(frame, self.start, self.links)?;
        Ok(true)
    }

    fn reset(&mut self) {
        self.input.reset();
    }
}

/// The path from a node along relationships and lists of them; null where a part is.
pub(super) fn path(frame: &Frame, start: Slot, links: &[Slot]) -> Result<Value> {
    let Some(mut at) = node_in(frame, start)? else { return Ok(Value::Null) };
    let mut made = Path { nodes: vec![at], relationships: Vec::new() };
    let mut follow = |value: &Value| match value {
        Value::Relationship(relationship) => {
            at = relationship.other(at);
            made.nodes.push(at);
            made.relationships.push(*relationship);
            true
        }
        _ => false,
    };
    for link in links {
        let whole = match &frame[link.index()] {
            Value::List(items) => items.iter().all(&mut follow),
            one => follow(one),
        };
        if !whole {
            return Ok(Value::Null);
        }
    }
    Ok(Value::Path(std::sync::Arc::new(made)))
}

/// For every row, the rows of an inner plan, or one with nulls.
pub(super) struct Optional<'p> {
    input: Boxed<'p>,
    inner: Boxed<'p>,
    nulls: &'p [Slot],
    inside: bool,
    found: bool,
}

impl<'p> Optional<'p> {
    pub(super) fn new(input: Boxed<'p>, inner: Boxed<'p>, nulls: &'p [Slot]) -> Self {
        Self { input, inner, nulls, inside: false, found: false }
    }
}

impl Operator for Optional<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            if !self.inside {
                if !self.input.next(cx, frame)? {
                    return Ok(false);
                }
                self.inner.reset();
                self.inside = true;
                self.found = false;
            }
            if self.inner.next(cx, frame)? {
                self.found = true;
                return Ok(true);
            }
            self.inside = false;
            if !self.found {
                for slot in self.nulls {
                    frame[slot.index()] = Value::Null;
                }
                return Ok(true);
            }
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.inside = false;
    }
}

/// Rows after the first.
pub(super) struct Skip<'p> {
    input: Boxed<'p>,
    count: &'p Expression,
    skipped: bool,
}

impl<'p> Skip<'p> {
    pub(super) fn new(input: Boxed<'p>, count: &'p Expression) -> Self {
        Self { input, count, skipped: false }
    }
}

impl Operator for Skip<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        if !self.skipped {
            self.skipped = true;
            for _ in 0..count_of_rows(self.count, frame, cx)? {
                if !self.input.next(cx, frame)? {
                    return Ok(false);
                }
            }
        }
        self.input.next(cx, frame)
    }

    fn reset(&mut self) {
        self.input.reset();
        self.skipped = false;
    }
}

/// The first rows.
pub(super) struct Limit<'p> {
    input: Boxed<'p>,
    count: &'p Expression,
    /// Whether something below writes: it has to do so even where no row is wanted.
    writes: bool,
    left: Option<u64>,
}

impl<'p> Limit<'p> {
    pub(super) fn new(input: Boxed<'p>, count: &'p Expression, writes: bool) -> Self {
        Self { input, count, writes, left: None }
    }
}

impl Operator for Limit<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        let left = match self.left {
            Some(left) => left,
            None => {
                let left = count_of_rows(self.count, frame, cx)?;
                if left == 0 && self.writes {
                    self.input.next(cx, frame)?;
                }
                left
            }
        };
        if left == 0 {
            self.left = Some(0);
            return Ok(false);
        }
        self.left = Some(left - 1);
        self.input.next(cx, frame)
    }

    fn reset(&mut self) {
        self.input.reset();
        self.left = None;
    }
}

/// The rows of one plan, then those of another, in slots of their own.
pub(super) struct Union<'p> {
    first: Boxed<'p>,
    second: Boxed<'p>,
    columns: &'p [(Slot, Slot, Slot)],
    in_second: bool,
}

impl<'p> Union<'p> {
    pub(super) fn new(first: Boxed<'p>, second: Boxed<'p>, columns: &'p [(Slot, Slot, Slot)]) -> Self {
        Self { first, second, columns, in_second: false }
    }
}

impl Operator for Union<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        if !self.in_second {
            if self.first.next(cx, frame)? {
                for (a, _, to) in self.columns {
                    frame[to.index()] = frame[a.index()].clone();
                }
                return Ok(true);
            }
            self.in_second = true;
        }
        if !self.second.next(cx, frame)? {
            return Ok(false);
        }
        for (_, b, to) in self.columns {
            frame[to.index()] = frame[b.index()].clone();
        }
        Ok(true)
    }

    fn reset(&mut self) {
        self.first.reset();
        self.second.reset();
        self.in_second = false;
    }
}
