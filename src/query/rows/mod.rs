//! The one shape of every answer: named columns and a stream of rows.

mod piece;
mod reading;
mod telling;

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

pub use piece::{Piece, Words};
pub use reading::Reading;
pub use telling::{Cells, Records, Tell};

use crate::model::Value;
use telling::Told;

/// One row: a value for each column, in their order.
pub type Row<'a> = Vec<Value<'a>>;

/// Named columns and a stream of rows, computed as they are read.
pub struct Rows<'a> {
    columns: Vec<Cow<'static, str>>,
    chosen: bool,
    broken: Option<&'a Cell<bool>>,
    source: Source<'a>,
    watch: Option<Watch<'a>>,
}

/// Where rows come from.
enum Source<'a> {
    /// One after the other.
    Stream(Box<dyn Iterator<Item = Row<'a>> + 'a>),
    /// Each whenever it is asked for.
    Told(Told<'a>),
}

/// Who is told what stands in a column.
struct Watch<'a> {
    column: usize,
    seen: Box<Seen<'a>>,
}

/// Takes a text, and how often it came.
type Seen<'a> = dyn FnMut(&str, u64) + 'a;

impl Watch<'_> {
    fn look(&mut self, row: &Row<'_>) {
        if let Some(text) = row.get(self.column).and_then(Value::as_text) {
            (self.seen)(text, 1);
        }
    }
}

impl<'a> Rows<'a> {
    /// Rows with these columns from this source; each row has as many values as there are columns.
    #[must_use]
    pub fn new(columns: Vec<&'static str>, source: impl Iterator<Item = Row<'a>> + 'a) -> Self {
        Self::from_source(columns, Source::Stream(Box::new(source)))
    }

    /// Rows with these columns that can be told on any thread. Of rows that are made one after the other, columns that
    /// are not read are null.
    #[must_use]
    pub fn told(columns: Vec<&'static str>, teller: impl Tell<'a> + 'a, reading: &Reading) -> Self {
        let told = Told::new(Arc::new(teller), columns.len(), reading.clone());
        Self::from_source(columns, Source::Told(told))
    }

    fn from_source(columns: Vec<&'static str>, source: Source<'a>) -> Self {
        let columns = columns.into_iter().map(Cow::Borrowed).collect();
        Self { columns, chosen: false, broken: None, source, watch: None }
    }

    /// Rows whose columns were named by whoever asked: renderers leave them, and what is in them, as they are.
    #[must_use]
    pub fn named(columns: Vec<String>, source: impl Iterator<Item = Row<'a>> + 'a) -> Self {
        let columns = columns.into_iter().map(Cow::Owned).collect();
        Self { columns, chosen: true, ..Self::new(Vec::new(), source) }
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
        let source: Box<dyn Iterator<Item = Row<'a>> + 'a> = match self.source {
            Source::Stream(rows) => Box::new(rows.filter(move |row| keep(row))),
            Source::Told(rows) => Box::new(rows.filter(move |row| keep(row))),
        };
        Self { source: Source::Stream(source), ..self }
    }

    /// Tells what stands in a column as rows are read: a text, and how often it came. In place of an earlier watch.
    #[must_use]
    pub fn watched(self, column: usize, seen: impl FnMut(&str, u64) + 'a) -> Self {
        Self { watch: Some(Watch { column, seen: Box::new(seen) }), ..self }
    }

    /// The next rows, at most so many, to be turned into something on any thread; none where there are no more. What
    /// telling them finds in the watched column is to be given to [`Self::saw`].
    pub fn piece(&mut self, most: usize) -> Option<Piece<'a>> {
        let most = match &mut self.source {
            Source::Stream(_) => most,
            Source::Told(told) if told.made() > 0 => most.min(told.made()),
            Source::Told(told) => {
                let (teller, range) = told.take(most)?;
                return Some(Piece::Told { teller, range, watched: self.watch.as_ref().map(|watch| watch.column) });
            }
        };
        let rows: Vec<Row<'a>> = self.by_ref().take(most).collect();
        (!rows.is_empty()).then_some(Piece::Made(rows))
    }

    /// Passes on what a piece found in the watched column.
    pub fn saw(&mut self, words: &Words) {
        if let Some(watch) = &mut self.watch {
            words.iter().for_each(|(word, count)| (watch.seen)(word, count));
        }
    }

    /// Shows every row that is left. Those that can be told are not made one by one.
    pub fn visit(mut self, mut show: impl FnMut(&Row<'a>)) {
        let mut watch = self.watch.take();
        let mut show = |row: &Row<'a>| {
            watch.iter_mut().for_each(|watch| watch.look(row));
            show(row);
        };
        match self.source {
            Source::Stream(rows) => rows.for_each(|row| show(&row)),
            Source::Told(mut rows) => rows.visit(show),
        }
    }

    /// Reads the rest of the rows for the sake of who watches, and says how many they are.
    pub fn pass_over(mut self) -> u64 {
        const MOST: usize = 1 << 16;
        let mut passed = 0;
        while let Some(piece) = self.piece(MOST) {
            passed += piece.len() as u64;
            let words = piece.pass_over();
            self.saw(&words);
        }
        passed
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        let row = match &mut self.source {
            Source::Stream(rows) => rows.next(),
            Source::Told(rows) => rows.next(),
        }?;
        self.watch.iter_mut().for_each(|watch| watch.look(&row));
        Some(row)
    }
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use super::*;

    /// Rows that count up, with a word for even and odd ones.
    struct Numbers(usize);

    impl<'a> Tell<'a> for Numbers {
        fn len(&self) -> usize {
            self.0
        }

        fn tell(&self, row: usize, cells: &mut dyn Cells<'a>) {
            if !cells.skips(2) {
                cells.value(Value::Integer(row as i64));
                cells.made(&format!("row {row}"));
            }
            cells.text(if row.is_multiple_of(3) { "third" } else { "other" });
            let mut items = (0..row % 4).map(|item| Value::Integer(item as i64));
            cells.list(&mut items);
        }
    }

    const COLUMNS: [&str; 4] = ["number", "name", "word", "list"];

    fn made(row: usize) -> Row<'static> {
        vec![
            Value::Integer(row as i64),
            Value::owned(format!("row {row}")),
            Value::text(Some(if row.is_multiple_of(3) { "third" } else { "other" })),
            Value::List((0..row % 4).map(|item| Value::Integer(item as i64)).collect()),
        ]
    }

    /// Cells gathered as rows again.
    #[derive(Default)]
    struct Gathered<'a> {
        row: Row<'a>,
        rows: Vec<Row<'a>>,
    }

    impl<'a> Cells<'a> for Gathered<'a> {
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

    impl<'a> Records<'a> for Gathered<'a> {
        fn end(&mut self) {
            self.rows.push(std::mem::take(&mut self.row));
        }
    }

    fn all(total: usize) -> Vec<Row<'static>> {
        (0..total).map(made).collect()
    }

    #[test]
    fn rows_that_are_told_are_those_that_would_be_made() {
        for total in [0, 1, 7, 20_000] {
            let told = Rows::told(COLUMNS.to_vec(), Numbers(total), &Reading::default());
            assert_eq!(told.collect::<Vec<_>>(), all(total));
        }
    }

    #[test]
    fn what_is_told_in_pieces_goes_on_where_reading_stopped() {
        let seen = RefCell::new(BTreeMap::new());
        let mut rows = Rows::told(COLUMNS.to_vec(), Numbers(20_000), &Reading::default())
            .watched(2, |word, count| *seen.borrow_mut().entry(word.to_owned()).or_insert(0) += count);
        let mut gathered = Gathered::default();
        gathered.rows.extend(rows.by_ref().take(5));
        while let Some(piece) = rows.piece(3_000) {
            // What is made already ends with a batch: from there on nothing is made.
            let made = gathered.rows.len() < 8192;
            assert_eq!(matches!(piece, Piece::Made(_)), made);
            let words = piece.tell(&mut gathered);
            rows.saw(&words);
        }
        assert_eq!(gathered.rows, all(20_000));
        drop(rows);
        let counts = BTreeMap::from([("other".to_owned(), 13_333), ("third".to_owned(), 6_667)]);
        assert_eq!(seen.into_inner(), counts);
    }

    #[test]
    fn what_is_passed_over_is_counted() {
        for from_stream in [false, true] {
            let seen = RefCell::new(BTreeMap::new());
            let rows = if from_stream {
                Rows::new(COLUMNS.to_vec(), all(20_000).into_iter())
            } else {
                Rows::told(COLUMNS.to_vec(), Numbers(20_000), &Reading::default())
            };
            let mut rows =
                rows.watched(2, |word, count| *seen.borrow_mut().entry(word.to_owned()).or_insert(0) += count);
            assert_eq!(rows.next(), Some(made(0)));
            assert_eq!(rows.pass_over(), 19_999);
            let counts = BTreeMap::from([("other".to_owned(), 13_333), ("third".to_owned(), 6_667)]);
            assert_eq!(seen.into_inner(), counts);
        }
    }

    #[test]
    fn rows_are_shown_as_they_would_be_made() {
        let mut rows = Rows::told(COLUMNS.to_vec(), Numbers(20_000), &Reading::default());
        let seen = RefCell::new(0);
        let mut shown: Vec<Row<'_>> = rows.by_ref().take(5).collect();
        rows.watched(2, |_, count| *seen.borrow_mut() += count).visit(|row| shown.push(row.clone()));
        assert_eq!(shown, all(20_000));
        assert_eq!(seen.into_inner(), 19_995);
    }

    #[test]
    fn what_is_not_read_is_null() {
        let reading = Reading::default();
        let mut rows = Rows::told(COLUMNS.to_vec(), Numbers(30_000), &reading);
        assert_eq!(rows.next(), Some(made(0)));
        reading.narrow([2]);
        let last = rows.last();
        assert_eq!(last.map(|row| row[..3].to_vec()), Some(vec![Value::Null, Value::Null, Value::text(Some("other"))]));
    }
}
