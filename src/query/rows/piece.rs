//! Some rows of an answer, that any thread may turn into something.

use std::ops::Range;
use std::sync::Arc;

use super::Row;
use super::telling::{Cells, Records, Tell};
use crate::model::Value;

/// For how many rows a teller looks ahead: what they are told from stays in the cache of a core until they are.
const AHEAD: usize = 64;

/// Rows that follow one another.
pub enum Piece<'a> {
    /// They are made, and what is in the watched column was said.
    Made(Vec<Row<'a>>),
    /// They are to be told.
    Told {
        /// What tells them.
        teller: Arc<dyn Tell<'a> + 'a>,
        /// Which of its rows they are.
        range: Range<usize>,
        /// The column that is watched.
        watched: Option<usize>,
    },
}

impl std::fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Piece").field("len", &self.len()).finish_non_exhaustive()
    }
}

impl<'a> Piece<'a> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Made(rows) => rows.len(),
            Self::Told { range, .. } => range.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives the rows away, cell by cell, and says what was in the watched column.
    pub fn tell(self, records: &mut impl Records<'a>) -> Words {
        self.give(records, true)
    }

    fn give(self, records: &mut impl Records<'a>, look_ahead: bool) -> Words {
        let mut words = Words::default();
        match self {
            Self::Made(rows) => {
                for row in rows {
                    row.into_iter().for_each(|value| records.value(value));
                    records.end();
                }
            }
            Self::Told { teller, range, watched } => {
                let rows = range.clone().step_by(AHEAD).flat_map(|start| {
                    let ahead = start..range.end.min(start + AHEAD);
                    if look_ahead {
                        teller.look_ahead(ahead.clone());
                    }
                    ahead
                });
                for row in rows {
                    match watched {
                        None => teller.tell(row, records),
                        Some(column) => teller.tell(row, &mut Watched { records, words: &mut words, column, at: 0 }),
                    }
                    records.end();
                }
            }
        }
        words
    }

    /// Says what is in the watched column, and nothing else.
    pub(super) fn pass_over(self) -> Words {
        match self {
            // What a row that is made has in it was said when it was made.
            Self::Made(_) | Self::Told { watched: None, .. } => Words::default(),
            told => told.give(&mut Nobody, false),
        }
    }
}

/// Texts of a column, each with how often it came. They are few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(Vec<(String, u64)>);

impl Words {
    fn add(&mut self, word: &str) {
        match self.0.iter_mut().find(|(known, _)| known == word) {
            Some((_, count)) => *count += 1,
            None => self.0.push((word.to_owned(), 1)),
        }
    }

    /// Each text, with how often it came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|(word, count)| (word.as_str(), *count))
    }
}

/// Cells on their way, of which those of one column are counted.
struct Watched<'w, R> {
    records: &'w mut R,
    words: &'w mut Words,
    column: usize,
    at: usize,
}

impl<R> Watched<'_, R> {
    fn pass(&mut self, text: Option<&str>) {
        if self.at == self.column
            && let Some(text) = text
        {
            self.words.add(text);
        }
        self.at += 1;
    }
}

impl<'a, R: Records<'a>> Cells<'a> for Watched<'_, R> {
    fn skips(&mut self, cells: usize) -> bool {
        let skips = !(self.at..self.at + cells).contains(&self.column) && self.records.skips(cells);
        self.at += if skips { cells } else { 0 };
        skips
    }

    fn text(&mut self, text: &'a str) {
        self.pass(Some(text));
        self.records.text(text);
    }

    fn made(&mut self, text: &str) {
        self.pass(Some(text));
        self.records.made(text);
    }

    fn value(&mut self, value: Value<'a>) {
        self.pass(value.as_text());
        self.records.value(value);
    }

    fn list(&mut self, items: &mut dyn Iterator<Item = Value<'a>>) {
        self.pass(None);
        self.records.list(items);
    }

    fn same_list(&mut self, items: &Arc<[Value<'a>]>) {
        self.pass(None);
        self.records.same_list(items);
    }
}

/// Who looks at no cell.
struct Nobody;

impl<'a> Cells<'a> for Nobody {
    fn skips(&mut self, _: usize) -> bool {
        true
    }

    fn text(&mut self, _: &'a str) {}

    fn made(&mut self, _: &str) {}

    fn value(&mut self, _: Value<'a>) {}

    fn list(&mut self, _: &mut dyn Iterator<Item = Value<'a>>) {}
}

impl Records<'_> for Nobody {
    fn end(&mut self) {}
}
