//! The last answer, kept so that it can be written to a file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::database::{Row, Rows, Value};

/// How many rows are kept. An answer with more is asked again when it is wanted.
const MOST: usize = 100_000;

/// A statement that was answered, and its answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The statement.
    pub(super) text: String,
    /// The parameters that it was asked with, as they were written.
    pub(super) parameters: BTreeMap<String, String>,
    /// What it answered.
    pub(super) kept: Kept,
}

/// Rows that were kept as they passed.
#[derive(Debug, Default)]
pub(super) struct Kept {
    columns: Vec<String>,
    rows: Vec<Row<'static>>,
    passed: usize,
}

impl Kept {
    /// Rows that are kept as they pass.
    #[allow(clippy::manual_inspect, reason = "the rows become of the shorter lifetime")]
    pub(super) fn keep<'r, 'a: 'r>(&'r mut self, rows: Rows<'a>) -> Rows<'r> {
        self.columns = rows.columns().iter().cloned().map(Cow::into_owned).collect();
        let (kept, passed, broken) = (&mut self.rows, &mut self.passed, rows.broken());
        let watched = rows.map(move |row| -> Row<'r> {
            *passed += 1;
            if *passed <= MOST {
                kept.push(row.iter().cloned().map(Value::into_owned).collect());
            } else {
                // A part of an answer is of no use.
                *kept = Vec::new();
            }
            row
        });
        Rows::named(self.columns.clone(), watched).that_may_break_off(broken)
    }

    /// How many rows passed.
    pub(super) fn passed(&self) -> usize {
        self.passed
    }

    /// Whether the statement has columns at all: one that only writes has none.
    pub(super) fn has_columns(&self) -> bool {
        !self.columns.is_empty()
    }

    /// All rows; none where there were too many to keep.
    pub(super) fn rows(&self) -> Option<Rows<'_>> {
        let rows = self.rows.iter().cloned();
        (self.passed <= MOST).then(|| Rows::named(self.columns.clone(), rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize) -> Rows<'static> {
        Rows::new(vec!["n"], (0..count).map(|n| vec![Value::Integer(n as i64)]))
    }

    #[test]
    fn rows_are_kept_up_to_a_number() {
        let mut kept = Kept::default();
        assert_eq!(kept.keep(numbers(3)).count(), 3);
        let rows: Vec<_> = kept.rows().unwrap().collect();
        assert_eq!(rows[2], vec![Value::Integer(2)]);
        let mut kept = Kept::default();
        assert_eq!(kept.keep(numbers(MOST + 1)).count(), MOST + 1);
        assert!(kept.rows().is_none());
        assert_eq!(kept.passed(), MOST + 1);
    }
}
