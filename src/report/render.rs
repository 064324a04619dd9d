//! Rows to bytes: what all formats share.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::model::Language;
use crate::query::rows::{Piece, Row, Rows, Words};

use super::format::Format;
use super::words::{self, Glossary};
use super::{delimited, json, markdown, table};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderOptions {
    /// The terminal's width in columns, which a table keeps to; without it, a table is as wide as its cells.
    pub width: Option<u16>,
    /// Whether the columns' names come first. JSON names them in every row regardless.
    pub header: bool,
    /// At most so many rows are read and written.
    pub max_rows: Option<u64>,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { width: None, header: true, max_rows: None }
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// How many rows were written.
    pub rows: u64,
    /// Whether rows were left unwritten because of [`RenderOptions::max_rows`].
    pub more: bool,
}

/// Writes rows as they come. Memory is bounded whatever their number: a table and Markdown measure their columns on
/// the first rows (at most 10 000) and keep those widths.
///
/// In Chinese, headings and the words of closed vocabularies are translated in every format but JSON, whose keys and
/// values scripts rely on.
///
/// # Errors
///
/// Whatever `out` answers, unchanged; a reader that went away is [`io::ErrorKind::BrokenPipe`]. Rows that broke off
/// ([`Rows::broke_off`]) are an error too, so that nobody takes what was written for the whole.
pub fn render(
    rows: Rows<'_>,
    format: Format,
    language: Language,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<Rendered> {
    let translated = if rows.is_named_by_asker() { Language::English } else { language };
    let columns = Columns { language, ..Columns::new(rows.columns(), translated) };
    let mut rows = Limited { rows, left: options.max_rows, given: 0, more: false, done: false };
    match format {
        Format::Table => table::write(&mut rows, &columns, options, out)?,
        Format::Markdown => markdown::write(&mut rows, &columns, options, out)?,
        Format::Csv => delimited::write_csv(&mut rows, &columns, options, out)?,
        Format::Tsv => delimited::write_tsv(&mut rows, &columns, options, out)?,
        Format::Json => json::write_array(&mut rows, &columns, out)?,
        Format::Jsonl => json::write_lines(&mut rows, &columns, out)?,
    }
    rows.whole()?;
    out.flush()?;
    Ok(Rendered { rows: rows.given, more: rows.more })
}

/// The columns of an answer, with what translating them takes.
pub(super) struct Columns {
    /// The names, in English.
    pub(super) names: Vec<Cow<'static, str>>,
    /// The names, in the reader's language.
    pub(super) headings: Vec<String>,
    /// The closed vocabulary of each column that has one, where words are to be translated.
    pub(super) glossaries: Vec<Option<Glossary>>,
    /// The reader's language.
    pub(super) language: Language,
}

impl Columns {
    pub(super) fn new(names: &[Cow<'static, str>], language: Language) -> Self {
        let glossary = |name: &Cow<'static, str>| match language {
            Language::English => None,
            Language::Chinese => words::glossary(name),
        };
        Self {
            names: names.to_vec(),
            headings: words::headings_of(names, language),
            glossaries: names.iter().map(glossary).collect(),
            language,
        }
    }
}

/// Rows up to a number, counted as they pass.
pub(super) struct Limited<'a> {
    rows: Rows<'a>,
    left: Option<u64>,
    given: u64,
    more: bool,
    done: bool,
}

impl<'a> Limited<'a> {
    /// Refuses rows that broke off.
    pub(super) fn whole(&self) -> io::Result<()> {
        if self.rows.broke_off() { Err(io::Error::other("the answer broke off")) } else { Ok(()) }
    }

    /// The next rows, at most so many; none where there are no more.
    pub(super) fn piece(&mut self, most: usize) -> Option<Piece<'a>> {
        if self.is_over() {
            return None;
        }
        let left = self.left.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        let piece = self.rows.piece(most.min(left));
        self.pass(piece.as_ref().map_or(0, Piece::len) as u64);
        piece
    }

    /// Passes on what a piece found in the watched column.
    pub(super) fn saw(&mut self, words: &Words) {
        self.rows.saw(words);
    }

    /// Whether no more rows are given: there are none, or as many as may be were given.
    fn is_over(&mut self) -> bool {
        if !self.done && self.left == Some(0) {
            self.done = true;
            self.more = self.rows.next().is_some();
        }
        self.done
    }

    fn pass(&mut self, rows: u64) {
        self.done = rows == 0;
        self.given += rows;
        self.left = self.left.map(|left| left - rows);
    }
}

impl<'a> Iterator for Limited<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        if self.is_over() {
            return None;
        }
        let row = self.rows.next();
        self.pass(row.is_some().into());
        row
    }
}
