//! Rows of procedures.

use std::sync::Arc;

use super::eval::evaluate;
use super::{Boxed, Context, Frame, Operator};
use crate::query::error::Result;
use crate::query::functions::Surroundings;
use crate::query::plan::expression::{Expression, Slot};
use crate::query::procedure::Procedure;
use crate::query::span::Span;
use crate::query::value::Value;

/// For every row of the input, the rows of a procedure.
pub(super) struct Call<'p> {
    input: Boxed<'p>,
    procedure: &'p Arc<dyn Procedure>,
    arguments: &'p [Expression],
    yields: &'p [(usize, Slot)],
    passes: bool,
    span: Span,
    rows: std::vec::IntoIter<Vec<Value>>,
    /// How much memory the rows of the last call took.
    taken: u64,
}

impl<'p> Call<'p> {
    pub(super) fn new(
        input: Boxed<'p>,
        procedure: &'p Arc<dyn Procedure>,
        arguments: &'p [Expression],
        yields: &'p [(usize, Slot)],
        passes: bool,
        span: Span,
    ) -> Self {
        Self { input, procedure, arguments, yields, passes, span, rows: Vec::new().into_iter(), taken: 0 }
    }

    /// Runs the procedure, and gathers what it yields.
    fn call(&self, cx: &Context<'_>, frame: &mut Frame) -> Result<Vec<Vec<Value>>> {
        let mut arguments = Vec::with_capacity(self.arguments.len());
        for argument in self.arguments {
            arguments.push(evaluate(argument, frame, cx)?);
        }
        let surroundings = Surroundings { graph: cx.graph, clock: cx.clock, budget: cx.budget };
        let wanted: Vec<usize> = self.yields.iter().map(|(column, _)| *column).collect();
        let rows = self.procedure.call(&surroundings, &arguments, &wanted).map_err(|e| e.at(self.span))?;
        let mut all = Vec::new();
        for row in rows {
            cx.budget.tick()?;
            let row = row.map_err(|e| e.at(self.span))?;
            let kept: Vec<Value> = self.yields.iter().map(|(column, _)| row[*column].clone()).collect();
            cx.budget.take(kept.iter().map(|v| size_of::<Value>() + v.heap_size()).sum())?;
            all.push(kept);
        }
        Ok(all)
    }
}

impl Operator for Call<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            if let Some(row) = self.rows.next() {
                for ((_, slot), value) in self.yields.iter().zip(row) {
                    frame[slot.index()] = value;
                }
                return Ok(true);
            }
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            cx.budget.give_back(std::mem::take(&mut self.taken));
            let taken = cx.budget.taken();
            let rows = self.call(cx, frame)?;
            self.taken = cx.budget.taken().saturating_sub(taken);
            if self.passes {
                return Ok(true);
            }
            self.rows = rows.into_iter();
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.rows = Vec::new().into_iter();
    }
}
