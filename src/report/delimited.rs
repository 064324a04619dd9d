//! Comma- and tab-separated rows, streamed.

use std::io::{self, Write};

use rayon::prelude::*;

use crate::model::Value;
use crate::query::rows::Row;

use super::cell;
use super::render::{Columns, Limited, RenderOptions};

/// How many bytes are gathered before they are written on.
const BUFFER: usize = 1 << 16;

/// Writes RFC 4180.
pub(super) fn write_csv(
    rows: &mut Limited<'_>,
    columns: &Columns,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.header && !columns.headings.is_empty() {
        let mut csv = csv::Writer::from_writer(&mut *out);
        csv.write_record(columns.headings.iter().map(|h| h.as_bytes())).map_err(plain_error)?;
        csv.flush()?;
    }
    loop {
        let batch: Vec<Row<'_>> = rows.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(());
        }
        // Rows are written on all cores, and leave in their order.
        let parts: Vec<io::Result<Vec<u8>>> =
            batch.par_chunks(BATCH / 8).map(|part| csv_bytes(part, columns)).collect();
        for part in parts {
            out.write_all(&part?)?;
        }
    }
}

/// How many rows are in memory at a time.
const BATCH: usize = 4096;

/// Some rows as CSV.
fn csv_bytes(rows: &[Row<'_>], columns: &Columns) -> io::Result<Vec<u8>> {
    let bytes = Vec::with_capacity(rows.len() * 256);
    let mut csv = csv::WriterBuilder::new().buffer_capacity(BUFFER).flexible(true).from_writer(bytes);
    let mut field = Vec::new();
    for row in rows {
        for (value, glossary) in row.iter().zip(&columns.glossaries) {
            match (value, glossary) {
                // By far the most cells: no copy.
                (Value::Text(text), None) => csv.write_field(text.as_bytes()),
                (Value::Null, _) => csv.write_field(b""),
                _ => {
                    field.clear();
                    cell::push_plain(&mut field, value, glossary.as_ref());
                    csv.write_field(&field)
                }
            }
            .map_err(plain_error)?;
        }
        csv.write_record(None::<&[u8]>).map_err(plain_error)?;
    }
    csv.into_inner().map_err(|e| e.into_error())
}

/// The writer's own answer, which the CSV library wraps (and whose kind it would lose).
fn plain_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("writing CSV: {kind:?}")),
    }
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
