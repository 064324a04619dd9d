//! Commits: what they say, and the id that holds them to it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::codec;
use super::error::{Error, Result};
use crate::model::change::Counts;
use crate::model::{Kind, Operation};

/// What the bytes of a commit begin with. It keeps a commit's id from being the hash of anything else.
const MAGIC: &[u8] = b"tiaokuai commit 1\n";
/// The longest record of a commit, in bytes.
const MAX_RECORD: usize = 64 << 20;

/// The id of a commit: SHA-256 over its bytes, which hold its parent's id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CommitId(pub [u8; 32]);

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `{:.12}` prints the first 12 digits, as a short form.
        let digits = f.precision().unwrap_or(64).min(64);
        f.write_str(&hex(&self.0)[..digits])
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:.12}")
    }
}

impl CommitId {
    /// The id that these 64 hex digits write, in upper or lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }

    /// Whether its hex form begins with these digits, in upper or lower case.
    #[must_use]
    pub fn starts_with(&self, prefix: &str) -> bool {
        hex(&self.0).starts_with(&prefix.to_ascii_lowercase())
    }
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// The 32 bytes that 64 hex digits write.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut out = [0; 32];
    for (byte, digits) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(out)
}

/// What a commit says of one of its chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkInfo {
    /// Of which records.
    pub kind: Kind,
    /// What happens to them.
    pub operation: Operation,
    /// How many rows.
    pub rows: u32,
    /// The length of the body, uncompressed, in bytes.
    pub length: u32,
    /// SHA-256 over the body, uncompressed.
    pub sha256: [u8; 32],
}

/// A commit: one step in the log of one catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// The hash over all that follows.
    pub id: CommitId,
    /// The catalog whose log it belongs to.
    pub catalog: String,
    /// The commit before it in that log; none for the first.
    pub parent: Option<CommitId>,
    /// Who made it.
    pub author: String,
    /// When it was made, to the microsecond; never before its parent.
    pub time: Timestamp,
    /// Why it was made.
    pub message: String,
    /// What it does to each kind, in their order.
    pub counts: Vec<(Kind, Counts)>,
    /// Its chunks, in their order.
    pub chunks: Vec<ChunkInfo>,
}

/// The form in which a commit is stored and hashed.
#[derive(Serialize, Deserialize)]
struct Stored {
    catalog: String,
    parent: Option<CommitId>,
    author: String,
    micros: i64,
    message: String,
    counts: Vec<(u8, u64, u64, u64)>,
    chunks: Vec<(u8, u8, u32, u32, [u8; 32])>,
}

impl Commit {
    /// The bytes that are stored and hashed. The time must be whole microseconds, as [`micros`] makes it.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        let counts = self.counts.iter().map(|(kind, c)| (*kind as u8, c.put, c.changed, c.deleted));
        let chunks = self.chunks.iter().map(|c| (c.kind as u8, c.operation as u8, c.rows, c.length, c.sha256));
        let stored = Stored {
            catalog: self.catalog.clone(),
            parent: self.parent,
            author: self.author.clone(),
            micros: self.time.as_microsecond(),
            message: self.message.clone(),
            counts: counts.collect(),
            chunks: chunks.collect(),
        };
        let mut bytes = MAGIC.to_vec();
        codec::append(&mut bytes, &stored)?;
        if bytes.len() > MAX_RECORD {
            return Err(Error::Unstorable(format!(
                "a commit of {} chunks is more than one commit holds",
                self.chunks.len()
            )));
        }
        Ok(bytes)
    }

    /// Gives the commit the id of its bytes, and returns these.
    pub(crate) fn seal(&mut self) -> Result<Vec<u8>> {
        let bytes = self.to_bytes()?;
        self.id = CommitId(Sha256::digest(&bytes).into());
        Ok(bytes)
    }

    /// Reads the bytes of a commit and computes its id.
    ///
    /// # Errors
    /// [`Error::Damaged`] where they are not the bytes of a commit.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let id = CommitId(Sha256::digest(bytes).into());
        let bad = |why: &str| Error::damaged(format!("commit {id:.12}"), why.to_owned());
        let body = bytes.strip_prefix(MAGIC).ok_or_else(|| bad("its bytes do not begin as a commit's do"))?;
        let stored: Stored = codec::read(body, MAX_RECORD).map_err(|why| bad(&why))?;
        let kind = |code| Kind::from_code(code).ok_or_else(|| bad(&format!("kind {code} does not exist")));
        let mut counts = Vec::with_capacity(stored.counts.len());
        for (code, put, changed, deleted) in stored.counts {
            counts.push((kind(code)?, Counts { put, changed, deleted }));
        }
        let mut chunks = Vec::with_capacity(stored.chunks.len());
        for (code, operation, rows, length, sha256) in stored.chunks {
            let operation = codec::operation(operation).ok_or_else(|| bad("an operation does not exist"))?;
            chunks.push(ChunkInfo { kind: kind(code)?, operation, rows, length, sha256 });
        }
        Ok(Self {
            id,
            catalog: stored.catalog,
            parent: stored.parent,
            author: stored.author,
            time: Timestamp::from_microsecond(stored.micros).map_err(|_| bad("its time does not exist"))?,
            message: stored.message,
            counts,
            chunks,
        })
    }
}

/// The time cut to whole microseconds, which is what a store records.
pub(crate) fn micros(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_commit_is_in_its_id() {
        let mut base = Commit {
            id: CommitId([0; 32]),
            catalog: "cn".to_owned(),
            parent: None,
            author: "a".to_owned(),
            time: Timestamp::from_microsecond(1_700_000_000_000_001).unwrap(),
            message: "m".to_owned(),
            counts: vec![(Kind::Dataset, Counts { put: 1, changed: 2, deleted: 3 })],
            chunks: vec![ChunkInfo {
                kind: Kind::Need,
                operation: Operation::Delete,
                rows: 4,
                length: 5,
                sha256: [6; 32],
            }],
        };
        let bytes = base.seal().unwrap();
        assert_eq!(Commit::from_bytes(&bytes).unwrap(), base);
        let edits: [&dyn Fn(&mut Commit); 8] = [
            &|c| c.catalog.push('x'),
            &|c| c.parent = Some(CommitId([0; 32])),
            &|c| c.author.push('x'),
            &|c| c.time = Timestamp::from_microsecond(1_700_000_000_000_002).unwrap(),
            &|c| c.message.push('x'),
            &|c| c.counts[0].1.deleted += 1,
            &|c| c.chunks[0].operation = Operation::Put,
            &|c| c.chunks[0].sha256[31] ^= 1,
        ];
        for (i, edit) in edits.iter().enumerate() {
            let mut other = base.clone();
            edit(&mut other);
            other.seal().unwrap();
            assert_ne!(other.id, base.id, "edit {i}");
        }
        for cut in 0..bytes.len() {
            assert!(Commit::from_bytes(&bytes[..cut]).is_err());
        }
        assert_eq!(CommitId::parse(&base.id.to_string()), Some(base.id));
        assert!(base.id.starts_with(&base.id.to_string()[..7].to_uppercase()));
    }
}
