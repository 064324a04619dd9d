//! The file that a small commit is published as: its changes, beside the projection that they are laid over.
//!
//! Its size is bounded by the commit, not by the graph. `docs/store-format.md` describes it byte by byte.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::error::Error;
use crate::model::table::{ABSENT, Cell};
use crate::model::{Batch, Cells, ChangeSet, Kind, Operation, Sym, Symbols, Table, ValueType};

const MAGIC: [u8; 8] = *b"TKDELTA\n";
const VERSION: u32 = 1;
const HEADER_LEN: usize = 104;

/// A delta as it is read.
#[derive(Debug)]
pub struct Delta {
    /// The digest of the state that the changes are laid over.
    pub base_digest: [u8; 32],
    /// The digest of the state that they lead to.
    pub digest: [u8; 32],
    /// The changes.
    pub changes: ChangeSet,
}

/// The changes as the file's JSON has them.
#[derive(Serialize, Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    texts: Vec<Cow<'a, str>>,
    batches: Vec<BatchPayload<'a>>,
}

#[derive(Serialize, Deserialize)]
struct BatchPayload<'a> {
    /// [`Operation`] by its code.
    operation: u8,
    /// [`Kind`] by its code.
    kind: u8,
    /// The catalog of each row, by its text's number.
    catalogs: Vec<Option<u32>>,
    /// The columns that are not absent throughout.
    #[serde(borrow)]
    columns: Vec<ColumnPayload<'a>>,
}

#[derive(Serialize, Deserialize)]
struct ColumnPayload<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    /// [`ValueType`] by its code.
    ty: u8,
    /// A cell a row: the number of its text, or its number.
    cells: Vec<Option<i64>>,
}

/// Writes changes to a file, which appears whole or not at all. It is not forced to the disk: a delta that a power cut
/// tears fails its checksums, and the ledger has the commit.
///
/// # Errors
/// When the file cannot be written, or the changes are more than the format holds.
pub fn write(path: &Path, base_digest: [u8; 32], digest: [u8; 32], changes: &ChangeSet) -> Result<(), Error> {
    let io = |source| Error::Io { path: path.to_owned(), source };
    let payload = serde_json::to_vec(&encode(changes)).map_err(|_| Error::TooLarge("changes that JSON cannot hold"))?;
    let bytes = framed(base_digest, digest, &payload);
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".delta-").tempfile_in(folder).map_err(io)?;
    temporary.as_file_mut().write_all(&bytes).map_err(io)?;
    temporary.persist(path).map_err(|e| io(e.error))?;
    Ok(())
}

/// A payload behind its header.
pub(super) fn framed(base_digest: [u8; 32], digest: [u8; 32], payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER_LEN + payload.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&base_digest);
    bytes.extend_from_slice(&digest);
    bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&xxh3_64(payload).to_le_bytes());
    let header_hash = xxh3_64(&bytes);
    bytes.extend_from_slice(&header_hash.to_le_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// Reads a delta.
///
/// # Errors
/// When the file cannot be read, is no delta, is of a newer version, or is damaged or cut short.
pub fn read(path: &Path) -> Result<Delta, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    decode(&bytes).map_err(|reason| Error::NotADelta { path: path.to_owned(), reason })
}

fn decode(bytes: &[u8]) -> Result<Delta, String> {
    let Some((header, payload)) = bytes.split_at_checked(HEADER_LEN) else {
        return Err("it is shorter than a header".to_owned());
    };
    if header[..8] != MAGIC {
        return Err("it does not begin as a delta does".to_owned());
    }
    let version = u32::from_le_bytes(array(&header[8..]));
    if version > VERSION {
        return Err(format!("its format is version {version}, this program reads version {VERSION}"));
    }
    if u64::from_le_bytes(array(&header[96..])) != xxh3_64(&header[..96]) {
        return Err("its header is damaged".to_owned());
    }
    if version != VERSION {
        return Err(format!("its format is version {version}, this program reads version {VERSION}"));
    }
    let len = u64::from_le_bytes(array(&header[80..]));
    if len != payload.len() as u64 {
        return Err(format!("its changes have {} bytes and should have {len}", payload.len()));
    }
    if u64::from_le_bytes(array(&header[88..])) != xxh3_64(payload) {
        return Err("its changes are damaged".to_owned());
    }
    let payload: Payload<'_> =
        serde_json::from_slice(payload).map_err(|e| format!("its changes are malformed: {e}"))?;
    let changes = changes(&payload).ok_or_else(|| "its changes do not fit the records' columns".to_owned())?;
    Ok(Delta { base_digest: array(&header[16..]), digest: array(&header[48..]), changes })
}

/// The first bytes of a slice that has as many.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

fn encode(changes: &ChangeSet) -> Payload<'_> {
    let mut texts = Vec::new();
    let mut numbers = vec![None; changes.symbols.len()];
    // The set of texts may be larger than what the changes use.
    let mut number = |sym: Sym| -> Option<u32> {
        let text = changes.symbols.get(sym)?;
        Some(*numbers[sym.index()].get_or_insert_with(|| {
            texts.push(Cow::Borrowed(text));
            texts.len() as u32 - 1
        }))
    };
    let batches = changes
        .batches
        .iter()
        .map(|batch| BatchPayload {
            operation: batch.operation as u8,
            kind: batch.table.kind as u8,
            catalogs: batch.table.catalog.iter().map(|sym| number(*sym)).collect(),
            columns: batch
                .table
                .columns
                .iter()
                .map(|column| ColumnPayload {
                    name: Cow::Borrowed(column.name.as_ref()),
                    ty: column.ty as u8,
                    cells: match &column.cells {
                        Cells::Symbols(cells) => cells.iter().map(|sym| number(*sym).map(i64::from)).collect(),
                        Cells::Numbers(cells) => cells.iter().map(|&n| (n != ABSENT).then_some(n)).collect(),
                    },
                })
                .filter(|column| column.cells.iter().any(Option::is_some))
                .collect(),
        })
        .collect();
    Payload { texts, batches }
}

/// The changes of a payload; none where it does not fit the schema.
fn changes(payload: &Payload<'_>) -> Option<ChangeSet> {
    let mut symbols = Symbols::new();
    let texts: Vec<Sym> = payload.texts.iter().map(|text| symbols.intern(text)).collect();
    let text = |number: Option<i64>| match number {
        None => Some(Sym::NONE),
        Some(number) => texts.get(usize::try_from(number).ok()?).copied(),
    };
    let mut batches = Vec::with_capacity(payload.batches.len());
    for batch in &payload.batches {
        let operation = match batch.operation {
            0 => Operation::Put,
            1 => Operation::Delete,
            _ => return None,
        };
        let mut table = Table::new(Kind::from_code(batch.kind)?);
        for catalog in &batch.catalogs {
            table.push_row(text(catalog.map(i64::from))?);
        }
        for column in &batch.columns {
            let ty = ValueType::from_code(column.ty)?;
            if column.cells.len() != table.len() {
                return None;
            }
            let own = table.kind.column(&column.name).filter(|&c| table.columns[c].ty == ty);
            let place = own.unwrap_or_else(|| table.extra_column(&column.name, ty));
            for (row, &cell) in column.cells.iter().enumerate() {
                let cell = match ty {
                    ValueType::Text | ValueType::List => Cell::Symbol(text(cell)?),
                    _ => Cell::Number(cell.unwrap_or(ABSENT)),
                };
                table.set(place, row, cell);
            }
        }
        batches.push(Batch { operation, table });
    }
    Some(ChangeSet { symbols, batches })
}
