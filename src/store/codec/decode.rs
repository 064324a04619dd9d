//! From chunks to changes. Nothing in a chunk is believed before it is checked.

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use super::{Body, CHUNK_HEADER, MAX_BODY, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, VERSION, cells, dictionary, read};
use crate::model::{Batch, Cells, Sym, Symbols, Table, ValueType};
use crate::store::commit::ChunkInfo;

/// Why a chunk cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ChunkError(pub String);

/// Reads a chunk, and holds it against what its commit says of it. The texts join `symbols`.
///
/// # Errors
/// [`ChunkError`] where the bytes are not a chunk, or not that one. What a chunk claims never makes this allocate
/// more than a bounded multiple of its own length.
pub(crate) fn decode(bytes: &[u8], info: &ChunkInfo, symbols: &mut Symbols) -> Result<Batch, ChunkError> {
    let body = open(bytes, info)?;
    let body: Body = read(&body, MAX_BODY).map_err(ChunkError)?;
    unpack(&body, info, symbols).map_err(|why| ChunkError(why.to_owned()))
}

/// Decompresses a chunk and holds its body against the hash in its commit.
pub(crate) fn open(bytes: &[u8], info: &ChunkInfo) -> Result<Vec<u8>, ChunkError> {
    let fail = |why: &str| Err(ChunkError(why.to_owned()));
    let Some((header, packed)) = bytes.split_at_checked(CHUNK_HEADER) else { return fail("it is cut short") };
    if header[0] != VERSION {
        return Err(ChunkError(format!("it is of version {}, and {VERSION} is the newest known", header[0])));
    }
    let length = u32::from_le_bytes([header[1], header[2], header[3], header[4]]);
    if header[5..] != xxh3_64(packed).to_le_bytes() {
        return fail("it fails its checksum");
    }
    // A byte of lz4 gives at most 255.
    if length != info.length || length as usize > MAX_BODY || length as usize > packed.len().saturating_mul(255) {
        return fail("its length is not that in its commit");
    }
    let body = lz4_flex::block::decompress(packed, length as usize).map_err(|e| ChunkError(e.to_string()))?;
    if body.len() != length as usize || <[u8; 32]>::from(Sha256::digest(&body)) != info.sha256 {
        return fail("its content is not that in its commit");
    }
    Ok(body)
}

fn unpack(body: &Body, info: &ChunkInfo, symbols: &mut Symbols) -> Result<Batch, &'static str> {
    let rows = body.rows as usize;
    if body.kind != info.kind as u8 || body.operation != info.operation as u8 || body.rows != info.rows {
        return Err("its rows are not those in its commit");
    }
    if rows > MAX_ROWS || body.columns.len() > MAX_COLUMNS || (body.columns.len() + 1).saturating_mul(rows) > MAX_CELLS
    {
        return Err("it has more cells than a chunk may");
    }
    let texts = dictionary::unpack(&body.dictionary)?;
    let syms: Vec<Sym> = texts.iter().map(|text| symbols.intern(text)).collect();
    let mut named = 0;
    let mut table = Table::new(info.kind);
    table.catalog = cells::unpack_texts(&body.catalog.0, rows, &syms, Sym::NONE, &mut named)?;
    if table.catalog.iter().any(|c| c.is_none()) {
        return Err("a row belongs to no catalog");
    }
    for column in &mut table.columns {
        fill(&mut column.cells, rows);
    }
    let own = table.columns.len();
    let mut taken = vec![false; own];
    for packed in &body.columns {
        let ty = ValueType::from_code(packed.ty).ok_or("a column has an unknown type")?;
        let cells = match Cells::new(ty) {
            Cells::Symbols(_) => {
                Cells::Symbols(cells::unpack_texts(&packed.cells.0, rows, &syms, Sym::NONE, &mut named)?)
            }
            Cells::Numbers(_) => Cells::Numbers(cells::unpack_numbers(&packed.cells.0, rows)?),
        };
        if let Cells::Numbers(numbers) = &cells {
            cells::verify_numbers(ty, numbers)?;
        }
        let place = table.columns[..own].iter().position(|c| c.name == packed.name && c.ty == ty);
        if let Some(at) = place {
            if std::mem::replace(&mut taken[at], true) {
                return Err("a column is there twice");
            }
            table.columns[at].cells = cells;
        } else {
            let before = table.columns.len();
            let at = table.extra_column(&packed.name, ty);
            if table.columns.len() == before {
                return Err("a column is there twice");
            }
            table.columns[at].cells = cells;
        }
    }
    if named != texts.len() {
        return Err("its dictionary holds texts that no cell names");
    }
    Ok(Batch { operation: info.operation, table })
}

/// Makes a column of absent cells.
fn fill(cells: &mut Cells, rows: usize) {
    match cells {
        Cells::Symbols(cells) => cells.resize(rows, Sym::NONE),
        Cells::Numbers(cells) => cells.resize(rows, crate::model::table::ABSENT),
    }
}
