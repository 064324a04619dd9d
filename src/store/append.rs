//! Writing to the ledger: a commit of this store, or commits that arrive from their owner.

use std::collections::HashMap;

use jiff::Timestamp;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::codec;
use super::commit::{Commit, CommitId, micros};
use super::engine::Batch;
use super::entry::{self, Family, Name};
use super::error::{Error, Fork, Result};
use super::ledger::{Ledger, PendingState};
use crate::model::change::Counts;
use crate::model::id::is_catalog_id;
use crate::model::{ChangeSet, Kind, Symbols};

/// The chunks of a state go into one batch with it where they have at most so many blocks.
const MOST_AT_ONCE: usize = 16;

/// A commit byte for byte, as it is stored and as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawCommit {
    /// The bytes whose SHA-256 is the commit's id.
    pub record: Vec<u8>,
    /// Its chunks, in their order.
    pub chunks: Vec<Vec<u8>>,
}

impl RawCommit {
    /// The catalog whose log it continues, by its own word.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the bytes are not those of a commit.
    pub fn catalog(&self) -> Result<String> {
        Ok(Commit::from_bytes(&self.record)?.catalog)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> CommitId {
        CommitId(Sha256::digest(&self.record).into())
    }

    /// The commit, and all that it changes.
    ///
    /// # Errors
    /// [`Error::Damaged`] where the bytes are not those of a commit, [`Error::BadCommit`] where a chunk is not its.
    pub fn open(&self) -> Result<(Commit, ChangeSet)> {
        let commit = Commit::from_bytes(&self.record)?;
        let bad = |why: String| Error::BadCommit { commit: commit.id, why };
        if self.chunks.len() != commit.chunks.len() {
            return Err(bad(format!("it names {} chunks, and {} came", commit.chunks.len(), self.chunks.len())));
        }
        let mut changes = ChangeSet::default();
        for (i, (info, bytes)) in commit.chunks.iter().zip(&self.chunks).enumerate() {
            let batch = codec::decode(bytes, info, &mut changes.symbols).map_err(|e| bad(format!("chunk {i}: {e}")))?;
            super::replay::join(&mut changes.batches, batch);
        }
        Ok((commit, changes))
    }
}

/// Commits that arrived, held against the logs that they continue and against themselves; nothing is recorded yet.
#[derive(Debug)]
#[must_use = "what was examined is not recorded"]
pub struct Examined(Vec<(Commit, RawCommit)>);

impl Examined {
    /// The commits that are new here, in the order in which they arrived.
    pub fn commits(&self) -> impl ExactSizeIterator<Item = (&Commit, &RawCommit)> {
        self.0.iter().map(|(commit, raw)| (commit, raw))
    }

    /// Whether all of them are here already.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a commit says of itself.
#[derive(Clone, Copy, Debug)]
pub struct CommitText<'a> {
    /// The catalog whose log it continues.
    pub catalog: &'a str,
    /// Who makes it.
    pub author: &'a str,
    /// When. Where the clock stands before the parent's time, the parent's time is taken instead.
    pub time: Timestamp,
    /// Why.
    pub message: &'a str,
}

impl Ledger {
    /// Records one commit, whole or not at all, and durably; then [`Ledger::publish`] makes it count.
    ///
    /// # Errors
    /// [`Error::Unstorable`] for a record that no chunk can hold; [`Error::DiskFull`] and other errors of the engine,
    /// after which the ledger must be opened again; [`Error::Internal`] where the state before is not published yet.
    pub fn append(
        &mut self,
        text: CommitText<'_>,
        changes: &ChangeSet,
        counts: &[(Kind, Counts)],
    ) -> Result<PendingState> {
        if !is_catalog_id(text.catalog) {
            return Err(Error::Internal(format!("`{}` is no catalog's id", text.catalog)));
        }
        let parent = self.newest()?.head(text.catalog).map(|h| h.commit);
        let earliest = parent.and_then(|id| self.commit(id)).map_or(Timestamp::MIN, |c| c.time);
        let mut counts = counts.to_vec();
        counts.sort_unstable_by_key(|(kind, _)| *kind);
        let chunks = codec::encode(changes)?;
        let mut commit = Commit {
            id: CommitId([0; 32]),
            catalog: text.catalog.to_owned(),
            parent,
            author: text.author.to_owned(),
            time: micros(text.time).max(earliest),
            message: text.message.to_owned(),
            counts,
            chunks: chunks.iter().map(|c| c.info).collect(),
        };
        let record = commit.seal()?;
        let raw = RawCommit { record, chunks: chunks.into_iter().map(|c| c.bytes).collect() };
        self.record(text.time, vec![(commit, raw)])
    }

    /// Records commits that arrive from their owners, byte for byte, all or none, as one state. Those that are here
    /// already are passed over; `None` where all are.
    ///
    /// # Errors
    /// [`Error::Fork`], [`Error::Gap`] and [`Error::BadCommit`], which change nothing; else as [`Self::append`].
    pub fn arrive(&mut self, time: Timestamp, arriving: Vec<RawCommit>) -> Result<Option<PendingState>> {
        let examined = self.examine(arriving)?;
        self.take(time, examined)
    }

    /// Records what was examined, as one state; `None` where there is nothing new.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub fn take(&mut self, time: Timestamp, examined: Examined) -> Result<Option<PendingState>> {
        if examined.is_empty() { Ok(None) } else { self.record(time, examined.0).map(Some) }
    }

    /// Holds commits that arrive against the logs that they continue and against themselves. Those that are here already
    /// are passed over.
    ///
    /// # Errors
    /// [`Error::Fork`], [`Error::Gap`] and [`Error::BadCommit`].
    pub fn examine(&self, arriving: Vec<RawCommit>) -> Result<Examined> {
        let mut heads: HashMap<String, CommitId> = HashMap::new();
        let mut times: HashMap<CommitId, Timestamp> = HashMap::new();
        let mut taken: Vec<(Commit, RawCommit)> = Vec::new();
        for raw in arriving {
            let commit = Commit::from_bytes(&raw.record)?;
            if self.positions.contains_key(&commit.id) || times.contains_key(&commit.id) {
                continue;
            }
            let bad = |why: String| Error::BadCommit { commit: commit.id, why };
            if !is_catalog_id(&commit.catalog) {
                return Err(bad(format!("`{}` is no catalog's id", commit.catalog)));
            }
            let stored = self.newest()?.head(&commit.catalog).map(|h| h.commit);
            let head = heads.get(&commit.catalog).copied().or(stored);
            if commit.parent != head {
                return Err(self.misfit(&commit, &taken));
            }
            let before = head.and_then(|id| times.get(&id).copied().or_else(|| self.commit(id).map(|c| c.time)));
            if before.is_some_and(|before| commit.time < before) {
                return Err(bad("its time is before its parent's".to_owned()));
            }
            verify_chunks(&commit, &raw).map_err(bad)?;
            heads.insert(commit.catalog.clone(), commit.id);
            times.insert(commit.id, commit.time);
            taken.push((commit, raw));
        }
        Ok(Examined(taken))
    }

    /// Why a commit does not follow the head of its catalog.
    fn misfit(&self, commit: &Commit, taken: &[(Commit, RawCommit)]) -> Error {
        let sibling = self
            .commits
            .iter()
            .chain(taken.iter().map(|(c, _)| c))
            .find(|c| c.catalog == commit.catalog && c.parent == commit.parent);
        match (sibling, commit.parent) {
            (Some(ours), parent) => Error::Fork(Box::new(Fork {
                catalog: commit.catalog.clone(),
                parent,
                ours: ours.id,
                theirs: commit.id,
            })),
            (None, Some(parent)) => Error::Gap { catalog: commit.catalog.clone(), commit: commit.id, parent },
            (None, None) => Error::Internal("a first commit that does not fit an empty log".to_owned()),
        }
    }

    /// Writes commits that continue their logs, and the state that they make: in one batch, or, where they are long,
    /// their chunks first, which count for nothing until the batch with the rest names them.
    fn record(&mut self, time: Timestamp, commits: Vec<(Commit, RawCommit)>) -> Result<PendingState> {
        self.require_writable()?;
        if self.pending {
            return Err(Error::Internal("the state before is not published yet".to_owned()));
        }
        let newest = self.newest()?;
        let mut batch = Batch::default();
        let mut chunks = Vec::new();
        // A digest is told after its state was recorded; it joins the journal with the next one.
        if let Some(digest) = newest.digest {
            entry::split(Name::new(Family::Digest, newest.number), &digest, &mut batch.puts)?;
        }
        let first = self.commits.len() as u64;
        let mut records = Vec::with_capacity(commits.len());
        for (position, (commit, raw)) in (first..).zip(commits) {
            entry::split(Name::new(Family::Commit, position), &raw.record, &mut batch.puts)?;
            for (i, chunk) in raw.chunks.into_iter().enumerate() {
                entry::split(Name::chunk(position, i as u32), &chunk, &mut chunks)?;
            }
            records.push(commit);
        }
        let state = newest.next(micros(time), &records);
        entry::split(Name::new(Family::State, state.number), &state.to_bytes()?, &mut batch.puts)?;
        if chunks.len() > MOST_AT_ONCE {
            self.engine.lay(chunks)?;
        } else {
            batch.puts.extend(chunks);
        }
        batch.puts.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self.engine.commit(batch)?;
        for commit in records {
            self.positions.insert(commit.id, self.commits.len());
            self.commits.push(commit);
        }
        self.states.push(state.clone());
        self.pending = true;
        Ok(PendingState { state })
    }
}

/// Decodes every chunk of a commit, so that none is taken that could not be read again.
pub(crate) fn verify_chunks(commit: &Commit, raw: &RawCommit) -> std::result::Result<(), String> {
    if raw.chunks.len() != commit.chunks.len() {
        return Err(format!("it names {} chunks, and {} came", commit.chunks.len(), raw.chunks.len()));
    }
    commit.chunks.par_iter().zip(&raw.chunks).enumerate().try_for_each(|(i, (info, bytes))| {
        codec::decode(bytes, info, &mut Symbols::new()).map(|_| ()).map_err(|why| format!("chunk {i}: {why}"))
    })
}
