//! Bundles: commits in a file, for networks that do not touch. The bytes are in `docs/store-format.md`.
//!
//! A bundle is a signed description and the logs that it describes, byte for byte. The description holds a hash over every
//! log's bytes, and the length of each, so that one signature holds the whole file; each log brings what its own owner
//! signed of it besides. What is in the commits is none of this module's business.

mod read;
mod write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::key::Signed;
use super::statement::LogStatement;

pub use read::{read, read_commits};
pub use write::{write, write_commit};

/// What a bundle begins with.
pub(crate) const MAGIC: &[u8; 8] = b"TKbundle";
/// The newest format that this program reads, and the one that it writes.
pub const FORMAT: u32 = 1;
/// What a description is signed as.
pub(crate) const CONTEXT: &str = "tiaokuai bundle 1";
/// The longest description, in bytes.
pub(crate) const MAX_HEADER: u32 = 16 << 20;
/// The longest record of a commit, in bytes.
pub(crate) const MAX_RECORD: u32 = 64 << 20;
/// The longest chunk, in bytes.
pub(crate) const MAX_CHUNK: u32 = 128 << 20;

/// A commit byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedCommit {
    /// The bytes whose SHA-256 is the commit's id.
    pub record: Vec<u8>,
    /// Its chunks, in their order.
    pub chunks: Vec<Vec<u8>>,
}

/// A bundle that was read whole and agrees with itself. Who signed it is for [`super::Trust`] to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// What it says of itself.
    pub header: Header,
    /// The signature over that.
    pub signed: Option<Signed>,
    /// The commits of each log, in the order in which the description names them.
    pub logs: Vec<Vec<PackedCommit>>,
    /// The bytes of the description, which are what is signed.
    description: Vec<u8>,
}

impl Bundle {
    /// Whether the signature is that of the key that it names, over the description.
    #[must_use]
    pub fn verifies(&self) -> bool {
        self.signed.is_some_and(|signed| signed.verifies(CONTEXT, &self.description))
    }
}

/// What a bundle says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The format.
    pub format: u32,
    /// The home catalog of the store that made it, whose key signs it.
    pub from: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is refused.
    pub expires: Timestamp,
    /// The logs, in the order of their catalogs' ids.
    pub logs: Vec<Log>,
}

/// A part of a log, to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// What its owner says of it: the catalog, its newest commit, its whole length; signed, if it is.
    pub statement: LogStatement,
    /// The id of the commit that the first one here follows; none where the log is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// How many commits are here.
    pub commits: u64,
    /// How many bytes they take.
    pub bytes: u64,
    /// SHA-256 over those bytes, in hex.
    pub sha256: String,
}

/// Why a file is no bundle that can be used.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// Something else.
    #[error("this is no bundle: it begins otherwise")]
    NotABundle,
    /// Made by a newer program.
    #[error("the bundle is of format {0}, and this program reads format {FORMAT} at most; use a newer program")]
    NewerFormat(u32),
    /// It ends too early.
    #[error("the bundle was cut short within {0}")]
    Cut(String),
    /// It goes on after its end.
    #[error("the bundle goes on after its end")]
    Trailing,
    /// Bytes differ from what was written.
    #[error("the bundle was altered: {0}")]
    Altered(String),
    /// The file cannot be read.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

#[cfg(test)]
mod tests;
