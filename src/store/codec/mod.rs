//! The bytes of the ledger's records and chunks. Only this module names bincode.
//!
//! Records are bincode 1.3 with fixed-width little-endian integers. A chunk holds rows of one kind and operation as
//! columns of numbers of the least width, with a dictionary of its own texts, so that each can be read by itself; the
//! body is compressed with lz4. `docs/store-format.md` gives every byte.

mod cells;
mod decode;
mod dictionary;
mod encode;
#[cfg(test)]
mod tests;

use bincode::Options;
use serde::de::{DeserializeOwned, Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use decode::ChunkError;
pub(crate) use decode::{decode, open};
pub(crate) use encode::encode;

use super::error::{Error, Result};
use crate::model::Operation;

/// The most rows of a chunk.
const MAX_ROWS: usize = 16_384;
/// The most cells (rows times columns) of a chunk.
const MAX_CELLS: usize = 4 << 20;
/// The most columns of a chunk.
const MAX_COLUMNS: usize = 4096;
/// A chunk whose distinct texts together are longer is split, where it has more than one row. In bytes.
const SPLIT_TEXTS: usize = 16 << 20;
/// The most bytes that the distinct texts of a chunk have together.
const MAX_TEXTS: usize = 64 << 20;
/// The longest body of a chunk, uncompressed, in bytes.
const MAX_BODY: usize = 96 << 20;
/// The version of chunks, their first byte.
const VERSION: u8 = 1;
/// The length of a chunk's header: version, body's length, checksum.
const CHUNK_HEADER: usize = 1 + 4 + 8;

/// The body of a chunk.
#[derive(Serialize, Deserialize)]
struct Body {
    kind: u8,
    operation: u8,
    rows: u32,
    dictionary: dictionary::Packed,
    /// The catalog that states each row, packed as a column of texts.
    catalog: Blob,
    columns: Vec<PackedColumn>,
}

/// A column of a chunk. Columns without any value are left out.
#[derive(Serialize, Deserialize)]
struct PackedColumn {
    name: String,
    ty: u8,
    cells: Blob,
}

/// Bytes that bincode copies at once rather than one by one.
#[derive(Default)]
struct Blob(Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Blob;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> std::result::Result<Blob, E> {
                Ok(Blob(bytes.to_vec()))
            }
            fn visit_byte_buf<E: serde::de::Error>(self, bytes: Vec<u8>) -> std::result::Result<Blob, E> {
                Ok(Blob(bytes))
            }
            fn visit_str<E: serde::de::Error>(self, _: &str) -> std::result::Result<Blob, E> {
                Err(E::custom("text where bytes should be"))
            }
        }
        deserializer.deserialize_byte_buf(Bytes).map_err(D::Error::custom)
    }
}

fn options() -> impl Options {
    bincode::DefaultOptions::new().with_fixint_encoding().with_little_endian()
}

/// Appends the bytes of a record.
pub(crate) fn append<T: Serialize>(bytes: &mut Vec<u8>, record: &T) -> Result<()> {
    options().serialize_into(bytes, record).map_err(|e| Error::Internal(format!("a record cannot be encoded: {e}")))
}

/// Reads a record that takes up all of the bytes, and no more than `limit` of them.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8], limit: usize) -> std::result::Result<T, String> {
    if bytes.len() > limit {
        return Err(format!("it has {} bytes, and {limit} are the most", bytes.len()));
    }
    options().with_limit(limit as u64).reject_trailing_bytes().deserialize(bytes).map_err(|e| e.to_string())
}

/// The operation with this code.
pub(crate) fn operation(code: u8) -> Option<Operation> {
    match code {
        0 => Some(Operation::Put),
        1 => Some(Operation::Delete),
        _ => None,
    }
}
