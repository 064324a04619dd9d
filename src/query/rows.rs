//! The one shape of every answer: named columns and a stream of rows.

use std::borrow::Cow;
use std::cell::Cell;

use crate::model::Value;

/// One row: a value for each column, in their order.
pub type Row<'a> = Vec<Value<'a>>;

/// Named columns and a stream of rows, computed as they are read.
pub struct Rows<'a> {
    columns: Vec<Cow<'static, str>>,
    chosen: bool,
    broken: Option<&'a Cell<bool>>,
    source: Box<dyn Iterator<Item = Row<'a>> + 'a>,
}

impl<'a> Rows<'a> {
    /// Rows with these columns from this source; each row has as many values as there are columns.
    #[must_use]
    pub fn new(columns: Vec<&'static str>, source: impl Iterator<Item = Row<'a>> + 'a) -> Self {
        let columns = columns.into_iter().map(Cow::Borrowed).collect();
        Self { columns, chosen: false, broken: None, source: Box::new(source) }
    }

    /// Rows whose columns were named by whoever asked: renderers leave them, and what is in them, as they are.
    #[must_use]
    pub fn named(columns: Vec<String>, source: impl Iterator<Item = Row<'a>> + 'a) -> Self {
        let columns = columns.into_iter().map(Cow::Owned).collect();
        Self { columns, chosen: true, broken: None, source: Box::new(source) }
    }

    /// The same rows, which may break off: then their source sets `broken`, and keeps the reason.
    #[must_use]
    pub fn that_may_break_off(self, broken: impl Into<Option<&'a Cell<bool>>>) -> Self {
        Self { broken: broken.into(), ..self }
    }

    /// What tells whether the rows broke off, for rows that are made of these.
    #[must_use]
    pub fn broken(&self) -> Option<&'a Cell<bool>> {
        self.broken
    }

    /// Whether the rows ended before their time, so that what was read of them is not the whole answer.
    #[must_use]
    pub fn broke_off(&self) -> bool {
        self.broken.is_some_and(Cell::get)
    }

    /// The columns' names, in English; renderers translate them.
    #[must_use]
    pub fn columns(&self) -> &[Cow<'static, str>] {
        &self.columns
    }

    /// The same rows, whose columns are named with the program's own words.
    #[must_use]
    pub fn in_own_words(self) -> Self {
        Self { chosen: false, ..self }
    }

    /// Whether the columns were named by whoever asked.
    #[must_use]
    pub fn is_named_by_asker(&self) -> bool {
        self.chosen
    }

    /// The position of a column.
    #[must_use]
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| *c == column)
    }

    /// Keeps the rows that a test accepts.
    #[must_use]
    pub fn filtered(self, mut keep: impl FnMut(&Row<'a>) -> bool + 'a) -> Self {
        Self { source: Box::new(self.source.filter(move |row| keep(row))), ..self }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        self.source.next()
    }
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
    }
}
