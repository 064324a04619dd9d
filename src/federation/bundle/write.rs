//! Writing bundles.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::super::key::{SecretKey, Signed};
use super::{Bundle, CONTEXT, Header, MAGIC, PackedCommit};
use crate::model::hex;

/// Writes a bundle. The lengths and hashes of the description are filled in; the rest of it is the caller's.
///
/// # Errors
/// When the file cannot be written, or something is longer than a bundle holds.
pub fn write(
    mut header: Header,
    logs: Vec<Vec<PackedCommit>>,
    key: Option<&SecretKey>,
    out: &mut dyn Write,
) -> io::Result<Bundle> {
    for (log, commits) in header.logs.iter_mut().zip(&logs) {
        let mut hasher = Hashing { hasher: Sha256::new(), bytes: 0 };
        commits.iter().try_for_each(|commit| write_commit(commit, &mut hasher))?;
        log.commits = commits.len() as u64;
        log.bytes = hasher.bytes;
        log.sha256 = hex::encode(&hasher.hasher.finalize());
    }
    let description = serde_json::to_vec(&header).map_err(io::Error::from)?;
    let signed = key.map(|key| Signed::with(key, CONTEXT, &description));
    let signature = serde_json::to_vec(&signed).map_err(io::Error::from)?;
    out.write_all(MAGIC)?;
    write_part(&description, out)?;
    write_part(&signature, out)?;
    for commit in logs.iter().flatten() {
        write_commit(commit, out)?;
    }
    Ok(Bundle { header, signed, logs, description })
}

/// Writes a commit as a bundle holds it.
///
/// # Errors
/// When it cannot be written, or a part is longer than a bundle holds.
pub fn write_commit(commit: &PackedCommit, out: &mut dyn Write) -> io::Result<()> {
    write_part(&commit.record, out)?;
    out.write_all(&length(commit.chunks.len())?)?;
    commit.chunks.iter().try_for_each(|chunk| write_part(chunk, out))
}

fn write_part(bytes: &[u8], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&length(bytes.len())?)?;
    out.write_all(bytes)
}

fn length(length: usize) -> io::Result<[u8; 4]> {
    let length = u32::try_from(length).map_err(|_| io::Error::other("longer than a bundle holds"))?;
    Ok(length.to_le_bytes())
}

/// Hashes and counts what is written.
struct Hashing {
    hasher: Sha256,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
