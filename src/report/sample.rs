//! The first rows of an answer as text, held to measure its columns.

use std::io;

use crate::model::Value;
use crate::query::rows::Row;

use super::cell;
use super::render::{Columns, Limited};
use super::wrap;

/// At most so many rows are held.
const MOST_ROWS: usize = 10_000;
/// At most so many bytes of text are held.
const MOST_BYTES: usize = 16 << 20;

/// A row as text.
pub(super) type TextRow = Vec<String>;

/// The first rows, and what they tell about the columns.
pub(super) struct Sample {
    /// The rows, as text.
    pub(super) rows: Vec<TextRow>,
    /// The widest line of each column, its heading included.
    pub(super) widths: Vec<usize>,
    /// Which columns hold numbers and nothing else, so that they are aligned to the right.
    pub(super) numeric: Vec<bool>,
}

impl Sample {
    /// Reads the first rows.
    ///
    /// # Errors
    /// When the rows broke off: an answer that fails at once is not begun to be drawn.
    pub(super) fn read(rows: &mut Limited<'_>, columns: &Columns, header: bool) -> io::Result<Self> {
        let count = columns.names.len();
        let mut widths: Vec<usize> = columns.headings.iter().map(|h| if header { wrap::width(h) } else { 0 }).collect();
        let (mut numbers, mut others) = (vec![false; count], vec![false; count]);
        let mut held = Vec::new();
        let mut bytes = 0;
        while held.len() < MOST_ROWS && bytes < MOST_BYTES {
            let Some(row) = rows.next() else { break };
            for (i, value) in row.iter().enumerate().take(count) {
                match value {
                    Value::Null => {}
                    Value::Integer(_) | Value::Float(_) => numbers[i] = true,
                    _ => others[i] = true,
                }
            }
            let row = text_row(&row, columns);
            for (cell, widest) in row.iter().zip(&mut widths) {
                bytes += cell.len();
                *widest = cell.split('\n').map(wrap::width).fold(*widest, usize::max);
            }
            held.push(row);
        }
        rows.whole()?;
        let numeric: Vec<bool> = numbers.into_iter().zip(others).map(|(number, other)| number && !other).collect();
        if held.len() == MOST_ROWS || bytes >= MOST_BYTES {
            // More rows may follow, with longer numbers. A number that is broken over two lines is misread.
            for (width, _) in widths.iter_mut().zip(&numeric).filter(|(_, numeric)| **numeric) {
                *width = (*width + 3).max(10);
            }
        }
        Ok(Self { rows: held, widths, numeric })
    }
}

/// A row as text, with exactly as many cells as there are columns.
pub(super) fn text_row(row: &Row<'_>, columns: &Columns) -> TextRow {
    (columns.glossaries.iter().enumerate())
        .map(|(i, glossary)| {
            let mut text = String::new();
            if let Some(value) = row.get(i) {
                cell::push_readable(&mut text, value, glossary.as_ref(), columns.language);
            }
            text
        })
        .collect()
}
