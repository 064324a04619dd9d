//! Writing the ledger anew, without what its engine has left behind in its files.

use std::ops::ControlFlow;

use xxhash_rust::xxh3::Xxh3;

use super::engine::{Batch, Engine};
use super::error::{Error, Result};
use super::files;
use super::head::Head;
use super::layout::Layout;
use super::ledger::{Access, open_engine};
use super::load;
use super::lock::Lock;
use super::sled_engine::SledEngine;

/// Blocks are copied so many at a time, so that memory stays bounded.
const MOST_BLOCKS: usize = 16_384;

/// What a compaction gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompactReport {
    /// The length of the ledger's files before, in bytes.
    pub before: u64,
    /// And after.
    pub after: u64,
}

/// Copies the ledger into a fresh one and puts that in its place: the same blocks, so the same commits. The copy is
/// read back and compared before the two are exchanged by renaming; a crash leaves either the old ledger or the new
/// one, and the next opening tidies up (see [`Layout`]).
///
/// # Errors
/// As [`super::Ledger::open_for_writing`]; the old ledger then stays.
pub fn compact(layout: &Layout, access: &mut Access<'_>) -> Result<CompactReport> {
    layout.verify()?;
    let _writer = Lock::take(&layout.lock(), access.command)?;
    let _lock = Lock::wait(&layout.ledger_lock(), access.command, access.patience, access.on_wait)?;
    let engine = open_engine(layout, access.probe.as_ref())?;
    // A ledger that has lost something must not lose the traces of it as well.
    load::up_to_head(engine.as_ref(), &Head::read(&layout.head())?)?;
    let before = files::folder_bytes(&layout.ledger())?;
    let new = layout.ledger_new();
    let mut copy: Box<dyn Engine> = Box::new(SledEngine::create(&new)?);
    let copied = transfer(engine.as_ref(), copy.as_mut()).and_then(|sum| {
        copy.close()?;
        let copy = SledEngine::open(&new)?;
        let same = sum == checksum(&copy)?;
        Box::new(copy).close()?;
        if same { Ok(()) } else { Err(Error::Engine("the copy of the ledger differs from it".to_owned())) }
    });
    engine.close()?;
    if let Err(e) = copied {
        // Best effort: the next opening removes what is left.
        let _ = std::fs::remove_dir_all(&new);
        return Err(e);
    }
    layout.exchange_ledger()?;
    layout.settle()?;
    Ok(CompactReport { before, after: files::folder_bytes(&layout.ledger())? })
}

/// Copies everything in the order of the keys; returns the checksum of what was copied.
fn transfer(from: &dyn Engine, to: &mut dyn Engine) -> Result<u128> {
    let mut hash = Xxh3::new();
    let mut blocks = Vec::new();
    let mut failed = None;
    from.scan(&[], &mut |key, value| {
        add(&mut hash, key, value);
        blocks.push((key.to_vec(), value.to_vec()));
        if blocks.len() >= MOST_BLOCKS {
            failed = to.lay(std::mem::take(&mut blocks)).err();
        }
        if failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    if let Some(e) = failed {
        return Err(e);
    }
    to.lay(blocks)?;
    to.commit(Batch::default())?;
    Ok(hash.digest128())
}

fn checksum(engine: &dyn Engine) -> Result<u128> {
    let mut hash = Xxh3::new();
    engine.scan(&[], &mut |key, value| {
        add(&mut hash, key, value);
        ControlFlow::Continue(())
    })?;
    Ok(hash.digest128())
}

fn add(hash: &mut Xxh3, key: &[u8], value: &[u8]) {
    for part in [key, value] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
}
