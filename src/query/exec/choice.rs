//! The choice among the whole matches of a path.

use hashbrown::HashMap;

use super::gather::Gathered;
use super::{Boxed, Context, Frame, Operator};
use crate::query::error::Result;
use crate::query::plan::expression::Slot;
use crate::query::value::{NodeId, Value};

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
