//! Rows that are kept: copies of the slots that are wanted later.

use super::{Context, Frame};
use crate::query::error::Result;
use crate::query::plan::expression::Slot;
use crate::query::value::Value;

/// Keeps rows of some slots.
pub(super) struct Gathered<'p> {
    slots: &'p [Slot],
    rows: Vec<Value>,
    count: usize,
    /// How many bytes they take.
    size: usize,
}

impl<'p> Gathered<'p> {
    pub(super) fn new(slots: &'p [Slot]) -> Self {
        Self { slots, rows: Vec::new(), count: 0, size: 0 }
    }

    /// Keeps the present row.
    pub(super) fn push(&mut self, cx: &Context<'_>, frame: &Frame) -> Result<()> {
        let mut size = 0;
        for slot in self.slots {
            let value = frame[slot.index()].clone();
            size = value.heap_size().saturating_add(size_of::<Value>()).saturating_add(size);
            self.rows.push(value);
        }
        self.count += 1;
        self.size = self.size.saturating_add(size);
        cx.budget.take(size)
    }

    /// How many rows are kept.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Puts a row back into the frame.
    pub(super) fn restore(&self, row: usize, frame: &mut Frame) {
        let width = self.slots.len();
        for (slot, value) in self.slots.iter().zip(&self.rows[row * width..(row + 1) * width]) {
            frame[slot.index()] = value.clone();
        }
    }

    /// Keeps a row anew, with the values that it has by now.
    pub(super) fn replace(&mut self, row: usize, frame: &Frame) {
        let width = self.slots.len();
        for (i, slot) in self.slots.iter().enumerate() {
            self.rows[row * width + i] = frame[slot.index()].clone();
        }
    }

    /// Keeps only the first rows.
    pub(super) fn truncate(&mut self, count: usize, cx: &Context<'_>) {
        self.rows.truncate(count * self.slots.len());
        self.count = count.min(self.count);
        let size = self
            .rows
            .iter()
            .fold(0_usize, |sum, v| sum.saturating_add(size_of::<Value>()).saturating_add(v.heap_size()));
        cx.budget.give_back(self.size.saturating_sub(size) as u64);
        self.size = size;
    }
}
