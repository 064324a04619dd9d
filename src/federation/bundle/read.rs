//! Reading bundles. Every length is held against a bound and against what is there before memory is given to it.

use std::io::{self, Read};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::super::key::Signed;
use super::{Bundle, BundleError, FORMAT, Header, Log, MAGIC, MAX_CHUNK, MAX_HEADER, MAX_RECORD, PackedCommit};
use crate::model::hex;

/// The longest signature, in bytes.
const MAX_SIGNATURE: u32 = 4096;

/// Reads a bundle to its end, and holds every part against the description.
///
/// # Errors
/// When it is none, was cut short or altered, or cannot be read.
pub fn read(input: &mut dyn Read) -> Result<Bundle, BundleError> {
    let mut magic = [0; MAGIC.len()];
    match input.read_exact(&mut magic) {
        Ok(()) if magic == *MAGIC => {}
        Err(e) if e.kind() != io::ErrorKind::UnexpectedEof => return Err(e.into()),
        _ => return Err(BundleError::NotABundle),
    }
    let description = part(input, MAX_HEADER, "its description")?;
    let header = header(&description)?;
    let signature = part(input, MAX_SIGNATURE, "its signature")?;
    let signed: Option<Signed> = serde_json::from_slice(&signature)
        .map_err(|e| BundleError::Altered(format!("its signature cannot be read ({e})")))?;
    // What is signed is these bytes; the same written otherwise is not what was written.
    if serde_json::to_vec(&signed).ok().as_deref() != Some(&signature[..]) {
        return Err(BundleError::Altered("its signature is not in its only form".to_owned()));
    }
    let mut logs = Vec::new();
    for log in &header.logs {
        logs.push(log_of(input, log)?);
    }
    if input.read(&mut [0])? != 0 {
        return Err(BundleError::Trailing);
    }
    Ok(Bundle { header, signed, logs, description })
}

/// Reads a description.
fn header(description: &[u8]) -> Result<Header, BundleError> {
    #[derive(Deserialize)]
    struct Probe {
        format: u32,
    }
    let altered = |e: serde_json::Error| BundleError::Altered(format!("its description cannot be read ({e})"));
    let probe: Probe = serde_json::from_slice(description).map_err(altered)?;
    if probe.format > FORMAT {
        return Err(BundleError::NewerFormat(probe.format));
    }
    let header: Header = serde_json::from_slice(description).map_err(altered)?;
    let ids: Vec<&str> = header.logs.iter().map(|l| l.statement.catalog.as_str()).collect();
    if probe.format != FORMAT || !ids.is_sorted_by(|a, b| a < b) {
        return Err(BundleError::Altered("its description contradicts itself".to_owned()));
    }
    Ok(header)
}

/// Reads the commits of a log.
fn log_of(input: &mut dyn Read, log: &Log) -> Result<Vec<PackedCommit>, BundleError> {
    let name = format!("the log of {}", log.statement.catalog);
    let altered = |why: &str| BundleError::Altered(format!("{name} {why}"));
    let mut section = Section { input, left: log.bytes, hasher: Sha256::new() };
    let mut commits = Vec::new();
    while section.left > 0 {
        if commits.len() as u64 == log.commits {
            return Err(altered("has more commits than it says"));
        }
        commits.push(commit(&mut section, &name)?);
    }
    if commits.len() as u64 != log.commits {
        return Err(altered("has fewer commits than it says"));
    }
    if hex::encode(&section.hasher.finalize()) != log.sha256 {
        return Err(altered("is not what was signed"));
    }
    Ok(commits)
}

/// Reads commits as a bundle holds them, to the end of what is there.
///
/// # Errors
/// When the last one was cut short, or a length is none.
pub fn read_commits(mut bytes: &[u8]) -> Result<Vec<PackedCommit>, BundleError> {
    let mut commits = Vec::new();
    while !bytes.is_empty() {
        commits.push(commit(&mut bytes, "a commit")?);
    }
    Ok(commits)
}

/// Reads a commit.
fn commit(input: &mut dyn Read, within: &str) -> Result<PackedCommit, BundleError> {
    let record = part(input, MAX_RECORD, within)?;
    let count = number(input, within)?;
    let mut chunks = Vec::new();
    for _ in 0..count {
        chunks.push(part(input, MAX_CHUNK, within)?);
    }
    Ok(PackedCommit { record, chunks })
}

/// The bytes of one log, hashed as they are read.
struct Section<'r> {
    input: &'r mut dyn Read,
    left: u64,
    hasher: Sha256,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.input.read(&mut buffer[..most])?;
        self.left -= read as u64;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}

/// A number of four bytes.
fn number(input: &mut dyn Read, within: &str) -> Result<u32, BundleError> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes).map_err(|e| cut(e, within))?;
    Ok(u32::from_le_bytes(bytes))
}

/// A length and so many bytes. Memory is taken as bytes come, so that a length alone takes none.
fn part(input: &mut dyn Read, most: u32, within: &str) -> Result<Vec<u8>, BundleError> {
    let length = number(input, within)?;
    if length > most {
        return Err(BundleError::Altered(format!("{within} has a length that none has")));
    }
    let mut bytes = Vec::new();
    let read = input.take(u64::from(length)).read_to_end(&mut bytes)?;
    if read as u64 == u64::from(length) { Ok(bytes) } else { Err(BundleError::Cut(within.to_owned())) }
}

fn cut(error: io::Error, within: &str) -> BundleError {
    if error.kind() == io::ErrorKind::UnexpectedEof { BundleError::Cut(within.to_owned()) } else { error.into() }
}
