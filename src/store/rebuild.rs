//! Writing a ledger from the beginning: what repair and restoration have in common.

use std::path::Path;

use super::engine::{Batch, Engine, Pair};
use super::entry::{self, Family, Name};
use super::error::Result;
use super::layout::FORMAT;
use super::ledger::StoreRecord;
use super::sled_engine::SledEngine;
use super::state::State;

/// Blocks are written when there are so many, so that memory stays bounded.
const MOST_BLOCKS: usize = 16_384;

/// A ledger in the making. It counts only once it is finished and put in its place.
pub(crate) struct Rebuilder {
    engine: Box<dyn Engine>,
    blocks: Vec<Pair>,
    position: u64,
    chunk: u32,
}

impl Rebuilder {
    /// Begins one in this folder, which must not exist.
    pub(crate) fn create(folder: &Path, home: &str) -> Result<Self> {
        let engine = Box::new(SledEngine::create(folder)?);
        let mut rebuilder = Self { engine, blocks: Vec::new(), position: 0, chunk: 0 };
        let record = StoreRecord { format: FORMAT, home: home.to_owned() };
        rebuilder.put(Name::new(Family::Store, 0), &record.to_bytes()?)?;
        Ok(rebuilder)
    }

    /// The next commit.
    pub(crate) fn commit(&mut self, record: &[u8]) -> Result<()> {
        self.put(Name::new(Family::Commit, self.position), record)?;
        self.position += 1;
        self.chunk = 0;
        Ok(())
    }

    /// The next chunk of the last commit.
    pub(crate) fn chunk(&mut self, bytes: &[u8]) -> Result<()> {
        self.put(Name::chunk(self.position.saturating_sub(1), self.chunk), bytes)?;
        self.chunk += 1;
        Ok(())
    }

    /// The state that the commits since the last one made.
    pub(crate) fn state(&mut self, state: &State) -> Result<()> {
        self.put(Name::new(Family::State, state.number), &state.to_bytes()?)?;
        if let Some(digest) = state.digest {
            self.put(Name::new(Family::Digest, state.number), &digest)?;
        }
        Ok(())
    }

    fn put(&mut self, name: Name, bytes: &[u8]) -> Result<()> {
        entry::split(name, bytes, &mut self.blocks)?;
        if self.blocks.len() >= MOST_BLOCKS { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        let mut blocks = std::mem::take(&mut self.blocks);
        blocks.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self.engine.lay(blocks)
    }

    /// Writes the rest, makes all of it durable and closes it.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.write()?;
        self.engine.commit(Batch::default())?;
        self.engine.close()
    }
}
