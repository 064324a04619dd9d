//! Rows that are told cell by cell, on whichever core asks: of millions of rows none need be made.

use std::ops::Range;
use std::sync::Arc;
use std::vec;

use rayon::prelude::*;

use super::Row;
use super::reading::Reading;
use crate::model::Value;

/// Rows of which any can be told at any time.
pub trait Tell<'a>: Send + Sync {
    /// How many rows there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Tells the cells of a row: one for each column, in their order.
    fn tell(&self, row: usize, cells: &mut dyn Cells<'a>);

    /// Looks at what some rows are told from, which are told next. Where that lies far apart in memory, it comes for many rows
    /// at once, while one row after another would wait for its own.
    fn look_ahead(&self, rows: Range<usize>) {
        let _ = rows;
    }
}

/// Where the cells of a row go, in the order of the columns.
pub trait Cells<'a> {
    /// Whether nobody looks at the next so many cells: then they are done with, and the one after them is next.
    fn skips(&mut self, cells: usize) -> bool {
        let _ = cells;
        false
    }

    /// A text that stands in the graph.
    fn text(&mut self, text: &'a str);

    /// A text that was made for this row.
    fn made(&mut self, text: &str);

    /// A value of any kind.
    fn value(&mut self, value: Value<'a>);

    /// A list.
    fn list(&mut self, items: &mut dyn Iterator<Item = Value<'a>>);

    /// A list that many rows have: who had it in the row before need not go through it again.
    fn same_list(&mut self, items: &Arc<[Value<'a>]>) {
        self.list(&mut items.iter().cloned());
    }
}

/// Where whole rows go, cell by cell.
pub trait Records<'a>: Cells<'a> {
    /// A row is complete.
    fn end(&mut self);
}

/// Rows to be told, and how far they were.
pub(super) struct Told<'a> {
    teller: Arc<dyn Tell<'a> + 'a>,
    next: usize,
    made: vec::IntoIter<Row<'a>>,
    columns: usize,
    reading: Reading,
}

impl<'a> Told<'a> {
    pub(super) fn new(teller: Arc<dyn Tell<'a> + 'a>, columns: usize, reading: Reading) -> Self {
        Self { teller, next: 0, made: Vec::new().into_iter(), columns, reading }
    }

    /// Shows every row that is left, in one place in memory.
    pub(super) fn visit(&mut self, mut show: impl FnMut(&Row<'a>)) {
        self.made.by_ref().for_each(|row| show(&row));
        let mut made = Made { row: Vec::with_capacity(self.columns), reading: 0 };
        while let Some((teller, range)) = self.take(1 << 16) {
            for row in range {
                made.row.clear();
                made.reading = self.reading.now();
                teller.tell(row, &mut made);
                show(&made.row);
            }
        }
    }

    /// How many of the next rows are made already.
    pub(super) fn made(&self) -> usize {
        self.made.len()
    }

    /// The next rows that are not made, at most so many, to be told by whoever takes them; none where there are no more.
    pub(super) fn take(&mut self, most: usize) -> Option<(Arc<dyn Tell<'a> + 'a>, Range<usize>)> {
        let range = self.next..self.teller.len().min(self.next.saturating_add(most));
        self.next = range.end;
        (!range.is_empty()).then(|| (Arc::clone(&self.teller), range))
    }
}

impl<'a> Iterator for Told<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        /// How many rows are made at a time, on all cores.
        const BATCH: usize = 8192;
        if self.made.len() == 0 {
            let (columns, reading) = (self.columns, self.reading.now());
            let (teller, range) = self.take(BATCH)?;
            let make = |row| {
                let mut made = Made { row: Vec::with_capacity(columns), reading };
                teller.tell(row, &mut made);
                made.row
            };
            let rows: Vec<Row<'a>> = range.into_par_iter().with_min_len(64).map(make).collect();
            self.made = rows.into_iter();
        }
        self.made.next()
    }
}

/// Cells that become a row.
struct Made<'a> {
    row: Row<'a>,
    reading: u64,
}

impl<'a> Cells<'a> for Made<'a> {
    fn skips(&mut self, cells: usize) -> bool {
        let end = self.row.len() + cells;
        let skips = !Reading::reads(self.reading, self.row.len()..end);
        if skips {
            self.row.resize(end, Value::Null);
        }
        skips
    }

    fn text(&mut self, text: &'a str) {
        self.row.push(Value::text(Some(text)));
    }

    fn made(&mut self, text: &str) {
        self.row.push(Value::owned(text.to_owned()));
    }

    fn value(&mut self, value: Value<'a>) {
        self.row.push(value);
    }

    fn list(&mut self, items: &mut dyn Iterator<Item = Value<'a>>) {
        self.row.push(Value::List(items.collect()));
    }
}
