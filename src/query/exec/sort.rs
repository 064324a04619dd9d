//! Rows in order.

use std::cmp::Ordering;

use super::eval::{count_of_rows, evaluate};
use super::gather::Gathered;
use super::{Boxed, Context, Frame, Operator};
use crate::query::compare;
use crate::query::error::Result;
use crate::query::plan::expression::{Expression, Slot};
use crate::query::value::Value;

/// Sorts rows; equal ones stay in the order in which they came. With a count, only so many are kept.
pub(super) struct Sort<'p> {
    input: Boxed<'p>,
    by: &'p [(Expression, bool)],
    live: &'p [Slot],
    count: Option<&'p Expression>,
    rows: Gathered<'p>,
    /// The sorted rows, by their position among those kept.
    order: Vec<usize>,
    at: Option<usize>,
}

impl<'p> Sort<'p> {
    pub(super) fn new(
        input: Boxed<'p>,
        by: &'p [(Expression, bool)],
        live: &'p [Slot],
        count: Option<&'p Expression>,
    ) -> Self {
        Self { input, by, live, count, rows: Gathered::new(live), order: Vec::new(), at: None }
    }

    fn compare(&self, a: &[Value], b: &[Value]) -> Ordering {
        for ((a, b), (_, descending)) in a.iter().zip(b).zip(self.by) {
            let ordering = compare::order(a, b);
            if ordering != Ordering::Equal {
                return if *descending { ordering.reverse() } else { ordering };
            }
        }
        Ordering::Equal
    }

    fn fill(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<()> {
        let wanted = match self.count {
            Some(count) => usize::try_from(count_of_rows(count, frame, cx)?).unwrap_or(usize::MAX),
            None => usize::MAX,
        };
        let mut keys: Vec<Vec<Value>> = Vec::new();
        let mut kept = 0;
        while self.input.next(cx, frame)? {
            let mut key = Vec::with_capacity(self.by.len());
            for (expression, _) in self.by {
                key.push(evaluate(expression, frame, cx)?);
            }
            self.rows.push(cx, frame)?;
            let size = size_of_keys(&key);
            cx.budget.take(size)?;
            kept += size;
            keys.push(key);
            // Half of what is kept is thrown away whenever there is twice as much as is wanted.
            if keys.len() >= wanted.saturating_mul(2).max(1024) && wanted < usize::MAX / 2 {
                self.halve(&mut keys, wanted, cx, frame)?;
                let size = keys.iter().map(|key| size_of_keys(key)).sum();
                cx.budget.give_back(kept.saturating_sub(size) as u64);
                kept = size;
            }
        }
        self.order = self.sorted(&keys, wanted, cx)?;
        // The keys are gone with this; the rows stay.
        cx.budget.give_back(kept as u64);
        Ok(())
    }

    /// Keeps only the first rows, in the order in which they came.
    fn halve(&mut self, keys: &mut Vec<Vec<Value>>, wanted: usize, cx: &Context<'_>, frame: &mut Frame) -> Result<()> {
        let mut order = self.sorted(keys, wanted, cx)?;
        order.sort_unstable();
        let mut kept = Vec::with_capacity(order.len());
        for (to, &from) in order.iter().enumerate() {
            kept.push(std::mem::take(&mut keys[from]));
            if to != from {
                self.rows.restore(from, frame);
                self.rows.replace(to, frame);
            }
        }
        self.rows.truncate(kept.len(), cx);
        *keys = kept;
        Ok(())
    }

    /// The positions of the first rows in order. Runs are sorted, then merged pair by pair, with a look at the budget
    /// every so often: a sort of all at once could not be interrupted.
    fn sorted(&self, keys: &[Vec<Value>], wanted: usize, cx: &Context<'_>) -> Result<Vec<usize>> {
        /// So many rows are sorted in a few milliseconds.
        const RUN: usize = 1 << 12;
        let mut order: Vec<usize> = (0..keys.len()).collect();
        for run in order.chunks_mut(RUN) {
            cx.budget.work(run.len())?;
            run.sort_by(|&a, &b| self.compare(&keys[a], &keys[b]));
        }
        let mut length = RUN;
        while length < order.len() {
            let mut merged = Vec::with_capacity(order.len());
            for pair in order.chunks(length * 2) {
                let (mut left, mut right) = pair.split_at(length.min(pair.len()));
                while let ([a, others @ ..], [b, ..]) = (left, right) {
                    cx.budget.tick()?;
                    // Of equal rows the one that came first stays first.
                    if self.compare(&keys[*a], &keys[*b]) == Ordering::Greater {
                        merged.push(*b);
                        right = &right[1..];
                    } else {
                        merged.push(*a);
                        left = others;
                    }
                }
                merged.extend_from_slice(left);
                merged.extend_from_slice(right);
            }
            order = merged;
            length *= 2;
        }
        order.truncate(wanted);
        Ok(order)
    }
}

/// How many bytes the keys of a row take.
fn size_of_keys(key: &[Value]) -> usize {
    key.iter()
        .fold(size_of::<Vec<Value>>(), |sum, v| sum.saturating_add(size_of::<Value>()).saturating_add(v.heap_size()))
}

impl Operator for Sort<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        let at = match self.at {
            Some(at) => at,
            None => {
                self.fill(cx, frame)?;
                0
            }
        };
        self.at = Some(at + 1);
        match self.order.get(at) {
            Some(&row) => {
                self.rows.restore(row, frame);
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.rows = Gathered::new(self.live);
        self.order.clear();
        self.at = None;
    }
}
