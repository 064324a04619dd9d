//! Comma- and tab-separated rows, streamed.

use std::io::{self, Write};
use std::marker::PhantomData;
use std::sync::Arc;

use crate::model::Value;
use crate::query::rows::{Cells, Records};

use super::cell;
use super::pieces::{self, LastList, Text};
use super::render::{Columns, Limited, RenderOptions};
use super::words::Glossary;

/// Writes RFC 4180.
pub(super) fn write_csv(
    rows: &mut Limited<'_>,
    columns: &Columns,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write::<Csv>(rows, columns, options, out)
}

/// Writes tab-separated rows.
pub(super) fn write_tsv(
    rows: &mut Limited<'_>,
    columns: &Columns,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    write::<Tsv>(rows, columns, options, out)
}

fn write<S: Separated>(
    rows: &mut Limited<'_>,
    columns: &Columns,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.header && !columns.headings.is_empty() {
        let mut line = Delimited::<'_, '_, S>::new(&[], 1);
        columns.headings.iter().for_each(|heading| line.made(heading));
        line.end();
        out.write_all(&line.text)?;
    }
    pieces::write(rows, |rows| Delimited::<'_, '_, S>::new(&columns.glossaries, rows), |text| out.write_all(text))
}

/// How cells are kept apart.
trait Separated: Send {
    /// What stands between two cells.
    const SEPARATOR: u8;

    /// Makes a record whose cells begin at `starts`, written as they are, one that a reader takes apart again. Whether it
    /// was written anew for that.
    fn close(text: &mut Vec<u8>, starts: &[usize]) -> bool;
}

/// Rows whose cells stand side by side.
struct Delimited<'c, 'a, S> {
    text: Vec<u8>,
    glossaries: &'c [Option<Glossary>],
    /// Where the cells of the row begin.
    starts: Vec<usize>,
    last: LastList<'a>,
    separated: PhantomData<S>,
}

impl<'c, S: Separated> Delimited<'c, '_, S> {
    fn new(glossaries: &'c [Option<Glossary>], rows: usize) -> Self {
        /// About as long as a row of a finding is.
        const ROW: usize = 256;
        let text = Vec::with_capacity(rows * ROW);
        Self { text, glossaries, starts: Vec::new(), last: LastList::none(), separated: PhantomData }
    }

    /// Begins a cell, and gives its glossary.
    fn cell(&mut self) -> Option<&'c Glossary> {
        let column = self.starts.len();
        if column > 0 {
            self.text.push(S::SEPARATOR);
        }
        self.starts.push(self.text.len());
        self.glossaries.get(column).and_then(Option::as_ref)
    }
}

impl<'a, S: Separated> Cells<'a> for Delimited<'_, 'a, S> {
    fn text(&mut self, text: &'a str) {
        self.made(text);
    }

    fn made(&mut self, text: &str) {
        let glossary = self.cell();
        cell::push_word(&mut self.text, text, glossary);
    }

    fn value(&mut self, value: Value<'a>) {
        let glossary = self.cell();
        cell::push_plain(&mut self.text, &value, glossary);
    }

    fn list(&mut self, items: &mut dyn Iterator<Item = Value<'a>>) {
        let glossary = self.cell();
        cell::push_list(&mut self.text, items, glossary);
    }

    fn same_list(&mut self, items: &Arc<[Value<'a>]>) {
        let glossary = self.cell();
        match glossary {
            // In another column it may read otherwise.
            Some(_) => cell::push_list(&mut self.text, items.iter(), glossary),
            None => self.last.push(&mut self.text, items, |text, items| cell::push_list(text, items, None)),
        }
    }
}

impl<'a, S: Separated> Records<'a> for Delimited<'_, 'a, S> {
    fn end(&mut self) {
        if S::close(&mut self.text, &self.starts) {
            self.last.forget_from(self.starts.first().copied().unwrap_or_default());
        }
        self.text.push(b'\n');
        self.starts.clear();
    }
}

impl<'a, S: Separated> Text<'a> for Delimited<'_, 'a, S> {
    fn into_bytes(self) -> Vec<u8> {
        self.text
    }
}

/// RFC 4180: as the CSV library writes it, which goes byte by byte, and there are tens of millions of cells.
struct Csv;

impl Separated for Csv {
    const SEPARATOR: u8 = b',';

    fn close(text: &mut Vec<u8>, starts: &[usize]) -> bool {
        let Some(&begin) = starts.first() else { return false };
        if text.len() == begin && starts.len() == 1 {
            // One empty cell: an empty line would be no record.
            text.extend_from_slice(b"\"\"");
            return true;
        }
        let record = &text[begin..];
        let commas = memchr::memchr_iter(b',', record).count();
        let anew = commas + 1 > starts.len() || memchr::memchr3(b'"', b'\n', b'\r', record).is_some();
        if anew {
            let record = text.split_off(begin);
            for_each_cell(&record, starts, |cell, is_first| {
                if !is_first {
                    text.push(b',');
                }
                push_quoted(text, cell);
            });
        }
        anew
    }
}

/// The cells of a record that begins where the first of them does, with one byte between two.
fn for_each_cell(record: &[u8], starts: &[usize], mut each: impl FnMut(&[u8], bool)) {
    let Some(&begin) = starts.first() else { return };
    let ends = starts.iter().skip(1).map(|next| next - 1 - begin).chain([record.len()]);
    for (&start, end) in starts.iter().zip(ends) {
        each(&record[start - begin..end], start == begin);
    }
}

/// Appends a cell, between quotes where a reader could not tell its end otherwise.
fn push_quoted(text: &mut Vec<u8>, cell: &[u8]) {
    if !cell.iter().any(|b| matches!(b, b',' | b'"' | b'\n' | b'\r')) {
        text.extend_from_slice(cell);
        return;
    }
    text.push(b'"');
    for &byte in cell {
        if byte == b'"' {
            text.push(b'"');
        }
        text.push(byte);
    }
    text.push(b'"');
}

/// Tab-separated values, with `\t`, `\n`, `\r` and `\\` for what would be taken for the end of a cell.
struct Tsv;

impl Separated for Tsv {
    const SEPARATOR: u8 = b'\t';

    fn close(text: &mut Vec<u8>, starts: &[usize]) -> bool {
        let Some(&begin) = starts.first() else { return false };
        let record = &text[begin..];
        let tabs = memchr::memchr_iter(b'\t', record).count();
        let anew = tabs + 1 > starts.len() || memchr::memchr3(b'\\', b'\n', b'\r', record).is_some();
        if anew {
            let record = text.split_off(begin);
            for_each_cell(&record, starts, |cell, is_first| {
                if !is_first {
                    text.push(b'\t');
                }
                push_escaped(text, cell);
            });
        }
        anew
    }
}

fn push_escaped(text: &mut Vec<u8>, cell: &[u8]) {
    for &byte in cell {
        match byte {
            b'\t' => text.extend_from_slice(b"\\t"),
            b'\n' => text.extend_from_slice(b"\\n"),
            b'\r' => text.extend_from_slice(b"\\r"),
            b'\\' => text.extend_from_slice(b"\\\\"),
            byte => text.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Rows of a cell and a list, of which many have the same one.
    fn written<S: Separated>(lists: &[Arc<[Value<'_>]>], rows: &[(String, usize)], anew: bool) -> String {
        let mut text = Delimited::<'_, '_, S>::new(&[], rows.len());
        for (cell, list) in rows {
            let list = &lists[list % lists.len()];
            text.made(cell);
            if anew {
                text.list(&mut list.iter().cloned())
            } else {
                text.same_list(list)
            }
            text.end();
        }
        String::from_utf8(text.text).unwrap()
    }

    proptest! {
        #[test]
        fn a_list_that_comes_again_reads_the_same(
            lists in prop::collection::vec(prop::collection::vec("[ab,\";\\\\\t\n中]{0,3}", 0..4), 1..4),
            rows in prop::collection::vec(("[a,\"\t\n中]{0,2}", 0..4usize), 0..12),
        ) {
            let list = |items: &Vec<String>| items.iter().cloned().map(Value::owned).collect();
            let lists: Vec<Arc<[Value<'_>]>> = lists.iter().map(list).collect();
            prop_assert_eq!(written::<Csv>(&lists, &rows, false), written::<Csv>(&lists, &rows, true));
            prop_assert_eq!(written::<Tsv>(&lists, &rows, false), written::<Tsv>(&lists, &rows, true));
        }

        #[test]
        fn records_are_those_of_the_csv_library(records in prop::collection::vec(
            prop::collection::vec("[ab,\"\n\r中 ]{0,5}", 1..4), 0..5,
        )) {
            let mut library = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            let mut ours = Delimited::<'_, '_, Csv>::new(&[], records.len());
            for record in &records {
                library.write_record(record).unwrap();
                record.iter().for_each(|cell| ours.made(cell));
                ours.end();
            }
            let library = library.into_inner().unwrap();
            prop_assert_eq!(String::from_utf8_lossy(&ours.text), String::from_utf8_lossy(&library));
        }
    }
}
