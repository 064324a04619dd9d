//! From changes to chunks.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use super::dictionary::Packer;
use super::{
    Blob, Body, CHUNK_HEADER, MAX_BODY, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_TEXTS, PackedColumn, SPLIT_TEXTS,
    VERSION, append, cells,
};
use crate::model::table::ABSENT;
use crate::model::{Batch, Cells, ChangeSet, Sym, Symbols};
use crate::store::commit::ChunkInfo;
use crate::store::error::{Error, Result};

/// A chunk ready to be stored.
#[derive(Clone, Debug)]
pub(crate) struct EncodedChunk {
    /// What its commit says of it.
    pub(crate) info: ChunkInfo,
    /// The bytes that are stored.
    pub(crate) bytes: Vec<u8>,
}

/// Encodes changes as chunks, on all cores. The same changes in the same order give the same chunks. Bodies exist
/// uncompressed only while they are being worked on.
///
/// # Errors
/// [`Error::Unstorable`] for a row whose texts, or a table whose columns, no chunk can hold.
pub(crate) fn encode(changes: &ChangeSet) -> Result<Vec<EncodedChunk>> {
    let mut parts: Vec<(&Batch, Range<usize>)> = Vec::new();
    for batch in &changes.batches {
        let columns = batch.table.columns.len() + 1;
        if batch.table.catalog.iter().any(|c| c.is_none()) {
            return Err(Error::Internal(format!(
                "a {} is to be recorded that no catalog states",
                batch.table.kind.label()
            )));
        }
        if columns > MAX_COLUMNS {
            return Err(Error::Unstorable(format!(
                "{columns} columns are more than the {MAX_COLUMNS} that a file may have"
            )));
        }
        let rows = (MAX_CELLS / columns).min(MAX_ROWS);
        let starts = (0..batch.table.len()).step_by(rows);
        parts.extend(starts.map(|start| (batch, start..batch.table.len().min(start + rows))));
    }
    let scratches = Mutex::new(Vec::new());
    let lists: Vec<Vec<EncodedChunk>> = parts
        .into_par_iter()
        .map(|(batch, rows)| {
            let taken = scratches.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut scratch = taken.unwrap_or_else(|| Scratch::new(&changes.symbols));
            let mut out = Vec::with_capacity(1);
            encode_rows(batch, rows, &mut scratch, &mut out)?;
            scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
            Ok(out)
        })
        .collect::<Result<_>>()?;
    Ok(lists.into_iter().flatten().collect())
}

/// What one thread keeps from chunk to chunk.
struct Scratch<'a> {
    symbols: &'a Symbols,
    /// For every symbol, its number in the dictionary of the chunk in hand, below the number of that chunk. Zeroed
    /// memory that no chunk touches costs nothing.
    numbers: Vec<u64>,
    chunk: u64,
    tokens: Vec<u32>,
}

impl<'a> Scratch<'a> {
    fn new(symbols: &'a Symbols) -> Self {
        Self { symbols, numbers: vec![0; symbols.len()], chunk: 0, tokens: Vec::new() }
    }

    /// Packs a column of texts, adding to the dictionary what it does not hold yet.
    fn pack(&mut self, cells: &[Sym], named: &mut u32, dictionary: &mut Packer<'a>) -> Blob {
        let same = cells.iter().all(|&cell| cell == cells[0]);
        let distinct = if same { &cells[..1] } else { cells };
        self.tokens.clear();
        for &sym in distinct {
            if sym.is_none() {
                self.tokens.push(0);
                continue;
            }
            let number = &mut self.numbers[sym.index()];
            if *number >> 32 == self.chunk {
                self.tokens.push(1 + *named - *number as u32);
            } else {
                *number = self.chunk << 32 | u64::from(*named);
                *named += 1;
                dictionary.push(self.symbols.text(sym));
                self.tokens.push(1);
            }
        }
        Blob(cells::pack_tokens(&self.tokens, same))
    }
}

fn encode_rows(
    batch: &Batch,
    rows: Range<usize>,
    scratch: &mut Scratch<'_>,
    out: &mut Vec<EncodedChunk>,
) -> Result<()> {
    let table = &batch.table;
    scratch.chunk += 1;
    let (mut named, mut dictionary) = (0, Packer::default());
    let catalog = scratch.pack(&table.catalog[rows.clone()], &mut named, &mut dictionary);
    let mut columns = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let cells = match &column.cells {
            Cells::Symbols(cells) => {
                let cells = &cells[rows.clone()];
                if cells.iter().all(|cell| cell.is_none()) {
                    continue;
                }
                scratch.pack(cells, &mut named, &mut dictionary)
            }
            Cells::Numbers(cells) => {
                let cells = &cells[rows.clone()];
                if cells.iter().all(|&cell| cell == ABSENT) {
                    continue;
                }
                cells::verify_numbers(column.ty, cells)
                    .map_err(|why| Error::Unstorable(format!("column {} cannot be recorded: {why}", column.name)))?;
                Blob(cells::pack_numbers(cells))
            }
        };
        columns.push(PackedColumn { name: column.name.to_string(), ty: column.ty as u8, cells });
        if dictionary.bytes > SPLIT_TEXTS && rows.len() > 1 {
            let middle = rows.start + rows.len() / 2;
            encode_rows(batch, rows.start..middle, scratch, out)?;
            return encode_rows(batch, middle..rows.end, scratch, out);
        }
    }
    let too_large = |bytes: usize| {
        Error::Unstorable(format!(
            "row {} of the {}s has {bytes} bytes of text, and {} are the most",
            rows.start + 1,
            table.kind.label(),
            MAX_TEXTS
        ))
    };
    if dictionary.bytes > MAX_TEXTS {
        return Err(too_large(dictionary.bytes));
    }
    let body = Body {
        kind: table.kind as u8,
        operation: batch.operation as u8,
        rows: rows.len() as u32,
        dictionary: dictionary.finish(),
        catalog,
        columns,
    };
    let mut bytes = Vec::new();
    append(&mut bytes, &body)?;
    drop(body);
    if bytes.len() > MAX_BODY {
        return Err(too_large(bytes.len()));
    }
    let info = ChunkInfo {
        kind: table.kind,
        operation: batch.operation,
        rows: rows.len() as u32,
        length: bytes.len() as u32,
        sha256: Sha256::digest(&bytes).into(),
    };
    out.push(EncodedChunk { info, bytes: compress(&bytes) });
    Ok(())
}

pub(super) fn compress(body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; CHUNK_HEADER + lz4_flex::block::get_maximum_output_size(body.len())];
    // The buffer is as long as the longest outcome, so that this cannot fail; were it to, the body is kept as it is.
    let length = lz4_flex::block::compress_into(body, &mut bytes[CHUNK_HEADER..]).unwrap_or(0);
    bytes.truncate(CHUNK_HEADER + length);
    bytes.shrink_to_fit();
    let sum = xxh3_64(&bytes[CHUNK_HEADER..]);
    bytes[0] = VERSION;
    bytes[1..5].copy_from_slice(&(body.len() as u32).to_le_bytes());
    bytes[5..CHUNK_HEADER].copy_from_slice(&sum.to_le_bytes());
    bytes
}
