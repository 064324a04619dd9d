//! Rows of procedures.

use std::sync::Arc;

use super::eval::evaluate;
use super::{Boxed, Context, Frame, Operator};
use crate::query::error::Result;
use crate::query::functions::Surroundings;
use crate::query::plan::expression::{Expression, Slot};
use crate::query::procedure::{Procedure, ProcedureRows};
use crate::query::span::Span;

/// For every row of the input, the rows of a procedure.
pub(super) struct Call<'p> {
    input: Boxed<'p>,
    procedure: &'p Arc<dyn Procedure>,
    arguments: &'p [Expression],
    yields: &'p [(usize, Slot)],
    passes: bool,
    span: Span,
    rows: ProcedureRows<'p>,
    /// How much memory the last call took.
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
        Self { input, procedure, arguments, yields, passes, span, rows: no_rows(), taken: 0 }
    }

    /// Runs the procedure.
    fn call(&self, cx: &Context<'_>, frame: &mut Frame) -> Result<ProcedureRows<'p>> {
        let mut arguments = Vec::with_capacity(self.arguments.len());
        for argument in self.arguments {
            arguments.push(evaluate(argument, frame, cx)?);
        }
        let surroundings = Surroundings { graph: cx.graph, clock: cx.clock, budget: cx.budget };
        let wanted: Vec<usize> = self.yields.iter().map(|(column, _)| *column).collect();
        self.procedure.call(&surroundings, &arguments, &wanted).map_err(|e| e.at(self.span))
    }

    /// The next row of the last call, whose values go into the frame; false where there is none.
    fn next_row(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        let Some(row) = self.rows.next() else { return Ok(false) };
        cx.budget.tick()?;
        let row = row.map_err(|e| e.at(self.span))?;
        for (column, slot) in self.yields {
            frame[slot.index()] = row[*column].clone();
        }
        Ok(true)
    }
}

impl Operator for Call<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        loop {
            if self.next_row(cx, frame)? {
                return Ok(true);
            }
            if !self.input.next(cx, frame)? {
                return Ok(false);
            }
            cx.budget.give_back(std::mem::take(&mut self.taken));
            let taken = cx.budget.taken();
            self.rows = self.call(cx, frame)?;
            self.taken = cx.budget.taken().saturating_sub(taken);
            if self.passes {
                while self.next_row(cx, frame)? {}
                return Ok(true);
            }
        }
    }

    fn reset(&mut self) {
        self.input.reset();
        self.rows = no_rows();
    }
}

fn no_rows<'p>() -> ProcedureRows<'p> {
    Box::new(std::iter::empty())
}
