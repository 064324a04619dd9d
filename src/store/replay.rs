//! Reading what commits changed, chunk by chunk.

use rayon::prelude::*;

use super::append::RawCommit;
use super::codec;
use super::commit::{Commit, CommitId};
use super::entry::{self, Family, Name};
use super::error::{Error, Result};
use super::ledger::Ledger;
use crate::model::{Batch, Cells, ChangeSet, Symbols};

/// How many chunks are in memory at once.
const WINDOW: usize = 16;

impl Ledger {
    /// All that a commit changes.
    ///
    /// # Errors
    /// [`Error::Unresolved`] for a commit that is not here; [`Error::Lost`] and [`Error::Damaged`] naming the chunk.
    pub fn changes(&self, id: CommitId) -> Result<ChangeSet> {
        let Some(&position) = self.positions.get(&id) else {
            return Err(Error::Unresolved(format!("commit {id} is not in this store")));
        };
        let commit = &self.commits[position];
        let mut changes = ChangeSet::default();
        for (i, info) in commit.chunks.iter().enumerate() {
            let bytes = self.chunk(position, i)?;
            let batch = codec::decode(&bytes, info, &mut changes.symbols).map_err(|e| damaged(commit, i, &e))?;
            join(&mut changes.batches, batch);
        }
        Ok(changes)
    }

    /// Calls `visit` with what every commit changes that arrived after state `after`, up to and with state `upto`, in
    /// the order in which they arrived; chunk by chunk, so that a commit may come in several calls, each with texts of
    /// its own. From state 0 on, this is all that state `upto` holds.
    ///
    /// # Errors
    /// As [`Self::changes`], and those of `visit`, at the first of which it stops.
    pub fn replay<E: From<Error>>(
        &self,
        after: u64,
        upto: u64,
        mut visit: impl FnMut(&Commit, ChangeSet) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let count = |number: u64| {
            let state = self.states.get(number as usize);
            state.map(|s| s.commits as usize).ok_or_else(|| Error::Unresolved(format!("there is no state {number}")))
        };
        let (from, to) = (count(after)?, count(upto)?);
        let commits = &self.commits;
        let replayed = commits.get(from..to).unwrap_or(&[]).iter().enumerate();
        let mut chunks = replayed.flat_map(|(i, commit)| (0..commit.chunks.len()).map(move |c| (from + i, c)));
        loop {
            let window = chunks
                .by_ref()
                .take(WINDOW)
                .map(|(position, chunk)| self.chunk(position, chunk).map(|bytes| (position, chunk, bytes)))
                .collect::<Result<Vec<_>>>()?;
            if window.is_empty() {
                return Ok(());
            }
            let decoded: Vec<Result<(usize, ChangeSet)>> = window
                .into_par_iter()
                .map(|(position, chunk, bytes)| {
                    let commit = &commits[position];
                    let mut symbols = Symbols::new();
                    let batch = codec::decode(&bytes, &commit.chunks[chunk], &mut symbols)
                        .map_err(|e| damaged(commit, chunk, &e))?;
                    Ok((position, ChangeSet { symbols, batches: vec![batch] }))
                })
                .collect();
            for outcome in decoded {
                let (position, changes) = outcome?;
                visit(&self.commits[position], changes)?;
            }
        }
    }

    /// A commit byte for byte, as [`Ledger::arrive`] takes it.
    ///
    /// # Errors
    /// As [`Self::changes`].
    pub fn raw(&self, id: CommitId) -> Result<RawCommit> {
        let Some(&position) = self.positions.get(&id) else {
            return Err(Error::Unresolved(format!("commit {id} is not in this store")));
        };
        let name = Name::new(Family::Commit, position as u64);
        let record = entry::read(self.engine.as_ref(), name)?
            .ok_or_else(|| Error::Lost(format!("the record of commit {id}")))?;
        let chunks = (0..self.commits[position].chunks.len()).map(|i| self.chunk(position, i));
        Ok(RawCommit { record, chunks: chunks.collect::<Result<_>>()? })
    }

    pub(crate) fn chunk(&self, position: usize, chunk: usize) -> Result<Vec<u8>> {
        let bytes = entry::read(self.engine.as_ref(), Name::chunk(position as u64, chunk as u32))?;
        bytes.ok_or_else(|| Error::Lost(format!("chunk {chunk} of commit {}", self.commits[position].id)))
    }
}

fn damaged(commit: &Commit, chunk: usize, why: &codec::ChunkError) -> Error {
    Error::damaged(format!("chunk {chunk} of commit {}", commit.id), why.to_string())
}

/// Adds a batch to those of a set of changes, to the last one where that is of the same kind and operation.
pub(super) fn join(batches: &mut Vec<Batch>, batch: Batch) {
    let Some(last) = batches.last_mut().filter(|b| b.operation == batch.operation && b.table.kind == batch.table.kind)
    else {
        return batches.push(batch);
    };
    let (into, from) = (&mut last.table, batch.table);
    let alike = into.columns.len() == from.columns.len()
        && into.columns.iter().zip(&from.columns).all(|(a, b)| a.name == b.name && a.ty == b.ty);
    if !alike {
        for row in 0..from.len() {
            into.append_row(&from, row);
        }
        return;
    }
    into.catalog.extend(from.catalog);
    for (a, b) in into.columns.iter_mut().zip(from.columns) {
        match (&mut a.cells, b.cells) {
            (Cells::Symbols(a), Cells::Symbols(b)) => a.extend(b),
            (Cells::Numbers(a), Cells::Numbers(b)) => a.extend(b),
            // Columns of one type have one form.
            _ => {}
        }
    }
}
