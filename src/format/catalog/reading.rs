//! What reading a catalog directory takes and yields.

use std::path::PathBuf;

use super::{Encoding, Note, Rejection};
use crate::model::table::Cell;
use crate::model::{Kind, Symbols, Table};

/// Hears how far a long reading is. Files are read on several threads.
pub trait Progress: Sync {
    /// So many bytes are to be read.
    fn start(&self, total_bytes: u64);
    /// So many more bytes have been read.
    fn advance(&self, bytes: u64);
    /// Everything has been read, or something failed.
    fn finish(&self);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn start(&self, _: u64) {}
    fn advance(&self, _: u64) {}
    fn finish(&self) {}
}

/// How a catalog directory is read.
#[derive(Clone, Copy)]
pub struct ReadOptions<'a> {
    /// How its files are encoded.
    pub encoding: Encoding,
    /// Who hears how far it is.
    pub progress: &'a dyn Progress,
}

impl Default for ReadOptions<'_> {
    fn default() -> Self {
        Self { encoding: Encoding::Utf8, progress: &NoProgress }
    }
}

impl std::fmt::Debug for ReadOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadOptions").field("encoding", &self.encoding).finish_non_exhaustive()
    }
}

/// A catalog directory as it was read: the good records, and what was wrong with the others.
#[derive(Debug)]
pub struct Reading {
    /// The catalog's id.
    pub id: String,
    /// The texts of all tables.
    pub symbols: Symbols,
    /// One entry a file that is present, in the order of their kinds, besides one for [`Kind::Catalog`] and, where
    /// `catalog.toml` has `[[tier]]` entries, one for [`Kind::Tier`].
    pub files: Vec<FileReading>,
    /// The records that cannot be taken, by file and line.
    pub rejections: Vec<Rejection>,
    /// What is no record and hurts nothing, but may be a mistake.
    pub notes: Vec<Note>,
}

impl Reading {
    /// What was read of this kind, if the catalog says anything about it.
    #[must_use]
    pub fn file(&self, kind: Kind) -> Option<&FileReading> {
        self.files.iter().find(|f| f.kind == kind)
    }
}

/// The records of one file.
#[derive(Debug)]
pub struct FileReading {
    /// Their kind.
    pub kind: Kind,
    /// The file.
    pub path: PathBuf,
    /// The good rows, in the file's order, each stated by the catalog. Ids are qualified, lists are in their canonical
    /// form, words are the stored (English) ones.
    pub table: Table,
    /// The line of each good row in the file. The header is line 1; a row that breaks over lines counts from its first.
    pub lines: Vec<u32>,
    /// Whether the file holds nothing but a header.
    pub header_only: bool,
    /// What may be a mistake in the header.
    pub notes: Vec<Note>,
    /// What could be read of the identities of the rejected rows. A row that repeats an identity is not among them,
    /// since its first row was taken; an identity here may still be that of a good row.
    pub rejected: Vec<RejectedIdentity>,
}

/// As much of a rejected row's identity as could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedIdentity {
    /// The row's line.
    pub line: u32,
    /// A cell for each of the kind's identity columns, in their order: none where the cell could not be read.
    pub cells: Vec<Option<Cell>>,
}

impl RejectedIdentity {
    /// The identity, if all of it could be read.
    #[must_use]
    pub fn complete(&self) -> Option<Vec<Cell>> {
        self.cells.iter().copied().collect()
    }
}
