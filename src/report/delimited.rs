//! Comma- and tab-separated rows, streamed.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, TryRecvError};

use crate::query::rows::Row;

use super::cell;
use super::render::{Columns, Limited, RenderOptions};

/// How many bytes are gathered before they are written on.
const BUFFER: usize = 1 << 16;

/// How many rows are in memory at a time, several times over.
const BATCH: usize = 4096;
/// How many batches may be under way before the first of them is written.
const AHEAD: usize = 2;

/// Writes RFC 4180. While one batch of rows becomes text, the next is computed and the one before is written.
pub(super) fn write_csv(
    rows: &mut Limited<'_>,
    columns: &Columns,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.header && !columns.headings.is_empty() {
        let mut line = Vec::new();
        push_record(&mut line, columns.headings.iter(), |line, heading| line.extend_from_slice(heading.as_bytes()));
        out.write_all(&line)?;
    }
    rayon::in_place_scope(|scope| {
        let mut under_way = VecDeque::new();
        loop {
            let batch: Vec<Row<'_>> = rows.by_ref().take(BATCH).collect();
            let is_last = batch.is_empty();
            if !is_last {
                let (done, text) = mpsc::channel();
                // Where the reader went away, nobody waits for the text.
                scope.spawn(move |_| drop(done.send(csv_text(batch, columns))));
                under_way.push_back(text);
            }
            while under_way.len() > if is_last { 0 } else { AHEAD } {
                let Some(text) = under_way.pop_front() else { break };
                out.write_all(&wait_for(&text)?)?;
            }
            if is_last {
                return Ok(());
            }
        }
    })
}

/// What a task sends. A thread of the pool works on while it waits: the task may be its own to do.
fn wait_for(text: &Receiver<Vec<u8>>) -> io::Result<Vec<u8>> {
    loop {
        match text.try_recv() {
            Ok(text) => return Ok(text),
            Err(TryRecvError::Empty) if rayon::yield_now().is_some() => {}
            // Where the task panicked, the scope carries that on.
            _ => return text.recv().map_err(io::Error::other),
        }
    }
}

/// Some rows as CSV.
fn csv_text(rows: Vec<Row<'_>>, columns: &Columns) -> Vec<u8> {
    let mut text = Vec::with_capacity(rows.len() * 256);
    for row in rows {
        push_record(&mut text, row.iter().zip(&columns.glossaries), |text, (value, glossary)| {
            cell::push_plain(text, value, glossary.as_ref());
        });
    }
    text
}

/// Appends a record: as the CSV library does, which goes byte by byte, and there are tens of millions of cells.
fn push_record<C>(text: &mut Vec<u8>, cells: impl Iterator<Item = C>, push: impl Fn(&mut Vec<u8>, C)) {
    let begin = text.len();
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            text.push(b',');
        }
        let start = text.len();
        push(text, cell);
        quote_where_needed(text, start);
    }
    if text.len() == begin {
        // One empty cell: an empty line would be no record.
        text.extend_from_slice(b"\"\"");
    }
    text.push(b'\n');
}

/// Puts what begins at `start` between quotes where a reader could not tell its end otherwise.
fn quote_where_needed(text: &mut Vec<u8>, start: usize) {
    // Without an early end, so that many bytes are looked at together.
    let special = |found: bool, &b: &u8| found | (b == b',') | (b == b'"') | (b == b'\n') | (b == b'\r');
    if !text[start..].iter().fold(false, special) {
        return;
    }
    let cell = text.split_off(start);
    text.push(b'"');
    for byte in cell {
        if byte == b'"' {
            text.push(b'"');
        }
        text.push(byte);
    }
    text.push(b'"');
}

/// Writes tab-separated rows.
pub(super) fn write_tsv(
    rows: &mut Limited<'_>,
    columns: &Columns,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(2 * BUFFER);
    if options.header && !columns.headings.is_empty() {
        for (i, heading) in columns.headings.iter().enumerate() {
            if i > 0 {
                buffer.push(b'\t');
            }
            push_escaped(&mut buffer, heading.as_bytes());
        }
        buffer.push(b'\n');
    }
    let mut field = Vec::new();
    for row in rows {
        for (i, (value, glossary)) in row.iter().zip(&columns.glossaries).enumerate() {
            if i > 0 {
                buffer.push(b'\t');
            }
            field.clear();
            cell::push_plain(&mut field, value, glossary.as_ref());
            push_escaped(&mut buffer, &field);
        }
        buffer.push(b'\n');
        if buffer.len() >= BUFFER {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    out.write_all(&buffer)
}

fn push_escaped(out: &mut Vec<u8>, field: &[u8]) {
    for &byte in field {
        match byte {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            byte => out.push(byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn records_are_those_of_the_csv_library(records in prop::collection::vec(
            prop::collection::vec("[ab,\"\n\r中 ]{0,5}", 1..4), 0..5,
        )) {
            let mut library = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            let mut ours = Vec::new();
            for record in &records {
                library.write_record(record).unwrap();
                push_record(&mut ours, record.iter(), |text, cell| text.extend_from_slice(cell.as_bytes()));
            }
            let library = library.into_inner().unwrap();
            prop_assert_eq!(String::from_utf8_lossy(&ours), String::from_utf8_lossy(&library));
        }
    }
}
