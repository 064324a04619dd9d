//! A store's whole past in one file, and a store made of it again.
//!
//! The file is a sequence of frames, each with its own checksum, closed by SHA-256 over all of it. Projections are not
//! in it: they can be made from the rest.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use super::append::{RawCommit, verify_chunks};
use super::commit::Commit;
use super::error::{Error, Result};
use super::files;
use super::head::Head;
use super::layout::Layout;
use super::ledger::{Access, Ledger, head_of};
use super::load;
use super::rebuild::Rebuilder;
use super::state::State;

/// What a backup begins with: a name and the version of the format.
const MAGIC: &[u8; 12] = b"TKbackup\x01\0\0\0";
/// The longest frame, in bytes.
const MAX_FRAME: u32 = 160 << 20;

/// What a frame holds.
const STORE: u8 = b'h';
const COMMIT: u8 = b'c';
const CHUNK: u8 = b'd';
const STATE: u8 = b'j';
const END: u8 = b'e';

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// HEAD of the store, without its projection.
    pub head: Head,
    /// How many commits.
    pub commits: u64,
    /// How many states, the empty one counted.
    pub states: u64,
    /// The length of the file, in bytes.
    pub bytes: u64,
}

/// Writes all commits and the journal of a store into one file, whole or not at all. What is read is held against the
/// commits' ids, so that no damage is carried on.
///
/// # Errors
/// As [`Ledger::open_for_reading`] and [`Ledger::raw`]; those of files.
pub fn backup(layout: &Layout, out: &Path, access: &mut Access<'_>) -> Result<BackupReport> {
    let ledger = Ledger::open_for_reading(layout, access)?;
    let folder = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let file = tempfile::NamedTempFile::new_in(folder).map_err(|e| Error::io("write", out, e))?;
    let mut writer = Writer { out: BufWriter::new(file), path: out, hash: Sha256::new(), bytes: 0 };
    writer.raw(MAGIC)?;
    let head = Head { extras: None, ..ledger.head().clone() };
    writer.frame(STORE, head.to_text()?.as_bytes())?;
    let mut commits = ledger.commits().iter();
    for state in ledger.states() {
        for commit in commits.by_ref().take(state.arrived.len()) {
            let raw = ledger.raw(commit.id)?;
            verify_chunks(commit, &raw).map_err(|why| Error::damaged(format!("commit {}", commit.id), why))?;
            writer.frame(COMMIT, &raw.record)?;
            for chunk in &raw.chunks {
                writer.frame(CHUNK, chunk)?;
            }
        }
        writer.frame(STATE, &state_frame(state)?)?;
    }
    let total: [u8; 32] = writer.hash.clone().finalize().into();
    writer.frame(END, &total)?;
    let report = BackupReport { commits: head.commits, states: head.state + 1, head, bytes: writer.bytes };
    let file = writer.out.into_inner().map_err(|e| Error::io("write", out, e.into_error()))?;
    files::persist(file, out)?;
    ledger.close()?;
    Ok(report)
}

/// A state and its digest: 32 bytes, zero where nobody has told it, before which a byte says which; then the record.
fn state_frame(state: &State) -> Result<Vec<u8>> {
    let mut bytes = vec![u8::from(state.digest.is_some())];
    bytes.extend(state.digest.unwrap_or_default());
    bytes.extend(state.to_bytes()?);
    Ok(bytes)
}

struct Writer<'a> {
    out: BufWriter<tempfile::NamedTempFile>,
    path: &'a Path,
    hash: Sha256,
    bytes: u64,
}

impl Writer<'_> {
    fn raw(&mut self, bytes: &[u8]) -> Result<()> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.out.write_all(bytes).map_err(|e| Error::io("write", self.path, e))
    }

    fn frame(&mut self, kind: u8, payload: &[u8]) -> Result<()> {
        let mut header = vec![kind];
        header.extend((payload.len() as u32).to_le_bytes());
        self.raw(&header)?;
        self.raw(payload)?;
        self.raw(&xxh3_64(payload).to_le_bytes())
    }
}

/// Reads frames, and knows where it is.
struct Reader<'a> {
    input: BufReader<File>,
    path: &'a Path,
    hash: Sha256,
    at: u64,
}

impl<'a> Reader<'a> {
    fn open(path: &'a Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::io("read", path, e))?;
        let mut reader = Self { input: BufReader::with_capacity(1 << 20, file), path, hash: Sha256::new(), at: 0 };
        let magic = reader.raw(MAGIC.len() as u64)?;
        if magic[..8] != MAGIC[..8] {
            return Err(Error::damaged(path.display().to_string(), "it is not a backup of a tiaokuai store"));
        }
        let version = u32::from_le_bytes([magic[8], magic[9], magic[10], magic[11]]);
        match version {
            1 => Ok(reader),
            found if found > 1 && found < 1 << 16 => Err(Error::NewerFormat { path: path.to_owned(), found, known: 1 }),
            _ => Err(reader.bad("its version does not exist")),
        }
    }

    fn bad(&self, why: &str) -> Error {
        Error::damaged(format!("the backup {}", self.path.display()), format!("at byte {}: {why}", self.at))
    }

    fn raw(&mut self, length: u64) -> Result<Vec<u8>> {
        // Grows as bytes come, so that a length that lies takes no memory.
        let mut bytes = Vec::new();
        let read = (&mut self.input).take(length).read_to_end(&mut bytes);
        read.map_err(|e| Error::io("read", self.path, e))?;
        if (bytes.len() as u64) < length {
            return Err(self.bad("it is cut short"));
        }
        self.hash.update(&bytes);
        self.at += length;
        Ok(bytes)
    }

    fn frame(&mut self) -> Result<(u8, Vec<u8>)> {
        let before: [u8; 32] = self.hash.clone().finalize().into();
        let header = self.raw(5)?;
        let length = u32::from_le_bytes([header[1], header[2], header[3], header[4]]);
        if length > MAX_FRAME {
            return Err(self.bad("a frame is longer than a frame may be"));
        }
        let payload = self.raw(u64::from(length))?;
        if self.raw(8)? != xxh3_64(&payload).to_le_bytes() {
            return Err(self.bad("a frame fails its checksum"));
        }
        if header[0] == END {
            if payload != before {
                return Err(self.bad("the whole fails its SHA-256"));
            }
            let mut rest = [0];
            if self.input.read(&mut rest).map_err(|e| Error::io("read", self.path, e))? != 0 {
                return Err(self.bad("there is more after its end"));
            }
        }
        Ok((header[0], payload))
    }
}

/// Reads a backup from end to end, handing on its states with their commits.
fn read(path: &Path, mut visit: impl FnMut(&State, &[(Commit, RawCommit)]) -> Result<()>) -> Result<BackupReport> {
    let mut reader = Reader::open(path)?;
    let head = match reader.frame()? {
        (STORE, text) => Head::from_text(&text, path)?,
        _ => return Err(reader.bad("it does not begin with what the store is")),
    };
    let mut before: Option<State> = None;
    let mut commits: Vec<(Commit, RawCommit)> = Vec::new();
    loop {
        let (kind, payload) = reader.frame()?;
        match kind {
            COMMIT => {
                let commit = Commit::from_bytes(&payload)?;
                commits.push((commit, RawCommit { record: payload, chunks: Vec::new() }));
            }
            CHUNK => match commits.last_mut() {
                Some((_, raw)) => raw.chunks.push(payload),
                None => return Err(reader.bad("a chunk belongs to no commit")),
            },
            STATE => {
                let number = before.as_ref().map_or(0, |s| s.number + 1);
                let (told, record) = payload.split_at_checked(33).ok_or_else(|| reader.bad("a state is cut short"))?;
                let mut state = State::from_bytes(record, number)?;
                state.digest = (told[0] == 1).then(|| std::array::from_fn(|i| told[i + 1]));
                let list: Vec<Commit> = commits.iter().map(|(c, _)| c.clone()).collect();
                load::chain(before.as_ref(), &state, &list)?;
                for (commit, raw) in &commits {
                    verify_chunks(commit, raw).map_err(|why| reader.bad(&format!("commit {}: {why}", commit.id)))?;
                }
                visit(&state, &commits)?;
                commits.clear();
                before = Some(state);
            }
            END => break,
            _ => return Err(reader.bad("a frame is of an unknown kind")),
        }
    }
    match before {
        Some(last) if commits.is_empty() && head_of(&last, &head.home, None) == head => {
            Ok(BackupReport { commits: head.commits, states: head.state + 1, head, bytes: reader.at })
        }
        _ => Err(reader.bad("its states do not lead to its HEAD")),
    }
}

/// Reads a backup from end to end and holds everything in it against its checksums and the commits' ids.
///
/// # Errors
/// [`Error::Damaged`] saying where; [`Error::NewerFormat`]; those of files.
pub fn verify_backup(file: &Path) -> Result<BackupReport> {
    read(file, |_, _| Ok(()))
}

/// Makes a store of a backup: the same commits, states and digests. The backup is verified as a whole first; the store
/// is there whole or not at all. Its projection must be made from the ledger.
///
/// # Errors
/// [`Error::Exists`] where there is a store; else as [`verify_backup`].
pub fn restore(file: &Path, target: &Layout) -> Result<BackupReport> {
    if target.root().exists() {
        return Err(Error::Exists { path: target.root().to_owned() });
    }
    let home = verify_backup(file)?.head.home;
    let parent = target.root().parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(|e| Error::io("create", parent, e))?;
    let folder = tempfile::Builder::new().prefix(".tiaokuai-restoring-").tempdir_in(parent);
    let folder = folder.map_err(|e| Error::io("create", parent, e))?;
    let made = Layout::within(folder.path());
    made.create()?;
    let mut rebuilder: Option<Rebuilder> = None;
    let report = read(file, |state, commits| {
        let rebuilder = match &mut rebuilder {
            Some(rebuilder) => rebuilder,
            none => none.insert(Rebuilder::create(&made.ledger(), &home)?),
        };
        for (_, raw) in commits {
            rebuilder.commit(&raw.record)?;
            for chunk in &raw.chunks {
                rebuilder.chunk(chunk)?;
            }
        }
        rebuilder.state(state)
    })?;
    if let Some(rebuilder) = rebuilder {
        rebuilder.finish()?;
    }
    report.head.write(&made.head())?;
    std::fs::rename(made.root(), target.root()).map_err(|e| Error::io("rename", target.root(), e))?;
    files::sync_folder(parent)?;
    Ok(report)
}
