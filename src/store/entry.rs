//! Entries of the ledger, each split into blocks short enough for the engine.
//!
//! A block names its key and the entry that it is part of, and carries a checksum over all of that: it can be told
//! from any other bytes wherever it is found, which is how a repair reads a file that its engine no longer opens.

use std::ops::ControlFlow;

use xxhash_rust::xxh3::xxh3_64;

use super::engine::{Engine, MAX_VALUE, Pair};
use super::error::{Error, Result};

/// What every block begins with; the last byte is the version of blocks.
pub(crate) const MAGIC: [u8; 4] = *b"TKb1";
/// The length of a key, in bytes.
pub(crate) const KEY: usize = 17;
/// The length of a block's header: magic, key, count, payload's length, tag, checksum.
pub(crate) const HEADER: usize = 4 + KEY + 4 + 2 + 8 + 8;
/// The most bytes of an entry in one block.
pub(crate) const PAYLOAD: usize = MAX_VALUE - HEADER;
/// The longest entry, in bytes.
const MAX_ENTRY: usize = 128 << 20;

/// What an entry holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Family {
    /// The bytes of a commit; `major` is its position among all commits, from 0.
    Commit = b'c',
    /// A chunk; `major` is its commit's position, `minor` its own within the commit.
    Chunk = b'd',
    /// What the store is; one entry.
    Store = b'h',
    /// A state; `major` is its number.
    State = b'j',
    /// The digest of a state; `major` is its number.
    Digest = b's',
}

impl Family {
    fn from_code(code: u8) -> Option<Self> {
        [Self::Commit, Self::Chunk, Self::Store, Self::State, Self::Digest].into_iter().find(|f| *f as u8 == code)
    }
}

/// The name of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name {
    pub(crate) family: Family,
    pub(crate) major: u64,
    pub(crate) minor: u32,
}

impl Name {
    pub(crate) fn new(family: Family, major: u64) -> Self {
        Self { family, major, minor: 0 }
    }

    pub(crate) fn chunk(position: u64, chunk: u32) -> Self {
        Self { family: Family::Chunk, major: position, minor: chunk }
    }

    /// What the keys of its blocks begin with.
    pub(crate) fn prefix(self) -> [u8; 13] {
        let mut prefix = [0; 13];
        prefix[0] = self.family as u8;
        prefix[1..9].copy_from_slice(&self.major.to_be_bytes());
        prefix[9..].copy_from_slice(&self.minor.to_be_bytes());
        prefix
    }

    fn key(self, index: u32) -> [u8; KEY] {
        let mut key = [0; KEY];
        key[..13].copy_from_slice(&self.prefix());
        key[13..].copy_from_slice(&index.to_be_bytes());
        key
    }

    /// The entry and the block that a key names.
    pub(crate) fn from_key(key: &[u8]) -> Option<(Self, u32)> {
        let key: &[u8; KEY] = key.try_into().ok()?;
        let family = Family::from_code(key[0])?;
        let major = u64::from_be_bytes(key[1..9].try_into().ok()?);
        let minor = u32::from_be_bytes(key[9..13].try_into().ok()?);
        Some((Self { family, major, minor }, u32::from_be_bytes(key[13..].try_into().ok()?)))
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.family {
            Family::Commit => write!(f, "the record of commit number {}", self.major + 1),
            Family::Chunk => write!(f, "chunk {} of commit number {}", self.minor, self.major + 1),
            Family::Store => f.write_str("the store's own record"),
            Family::State => write!(f, "the journal's record of state {}", self.major),
            Family::Digest => write!(f, "the digest of state {}", self.major),
        }
    }
}

/// A block that has passed its checksum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    pub(crate) name: Name,
    /// Its position in the entry.
    pub(crate) index: u32,
    /// How many blocks the entry has.
    pub(crate) count: u32,
    /// A hash over the whole entry.
    pub(crate) tag: u64,
    pub(crate) payload: &'a [u8],
}

/// Appends the blocks of an entry to the puts of a batch.
pub(crate) fn split(name: Name, entry: &[u8], puts: &mut Vec<Pair>) -> Result<()> {
    if entry.len() > MAX_ENTRY {
        return Err(Error::Unstorable(format!("{name} has {} bytes, more than an entry may", entry.len())));
    }
    let tag = xxh3_64(entry);
    let count = entry.len().div_ceil(PAYLOAD).max(1) as u32;
    for index in 0..count {
        let start = index as usize * PAYLOAD;
        let payload = &entry[start..entry.len().min(start + PAYLOAD)];
        let key = name.key(index);
        let mut block = Vec::with_capacity(HEADER + payload.len());
        block.extend(MAGIC);
        block.extend(key);
        block.extend(count.to_le_bytes());
        block.extend((payload.len() as u16).to_le_bytes());
        block.extend(tag.to_le_bytes());
        block.extend(checksum(&block, payload).to_le_bytes());
        block.extend(payload);
        puts.push((key.to_vec(), block));
    }
    Ok(())
}

fn checksum(header: &[u8], payload: &[u8]) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(header);
    hash.update(payload);
    hash.digest()
}

/// Reads the block at the beginning of these bytes, which may go on after it.
pub(crate) fn parse(bytes: &[u8]) -> std::result::Result<Block<'_>, &'static str> {
    let header = bytes.get(..HEADER).ok_or("a block is shorter than its header")?;
    let (fields, sum) = header.split_at(HEADER - 8);
    let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| fields[at + i]));
    if fields[..4] != MAGIC {
        return Err("a block is not of this version");
    }
    let (name, index) = Name::from_key(&fields[4..4 + KEY]).ok_or("a block has an unknown key")?;
    let at = 4 + KEY;
    let count = u32::from_le_bytes(std::array::from_fn(|i| fields[at + i]));
    let length = usize::from(u16::from_le_bytes([fields[at + 4], fields[at + 5]]));
    let payload = bytes.get(HEADER..HEADER + length).ok_or("a block is cut short")?;
    if sum != checksum(fields, payload).to_le_bytes() {
        return Err("a block fails its checksum");
    }
    Ok(Block { name, index, count, tag: number(at + 6), payload })
}

/// Reads an entry whole, or none where it has no block.
///
/// # Errors
/// [`Error::Damaged`] naming the entry where a block is missing, misplaced or fails its checksum.
pub(crate) fn read(engine: &dyn Engine, name: Name) -> Result<Option<Vec<u8>>> {
    let mut entry = Vec::new();
    let (mut next, mut count, mut tag) = (0, None, 0);
    let mut wrong = None;
    engine.scan(&name.prefix(), &mut |key, value| {
        let outcome = parse(value).and_then(|block| {
            if value.len() != HEADER + block.payload.len() || Name::from_key(key) != Some((block.name, block.index)) {
                return Err("a block stands at another's key");
            }
            if block.index != next || count.is_some_and(|c| c != block.count) || (count.is_some() && tag != block.tag) {
                return Err("a block is missing, or is another entry's");
            }
            if block.index >= block.count || entry.len() + block.payload.len() > MAX_ENTRY {
                return Err("there are more blocks than it says");
            }
            next += 1;
            (count, tag) = (Some(block.count), block.tag);
            entry.extend_from_slice(block.payload);
            Ok(())
        });
        match outcome {
            Ok(()) => ControlFlow::Continue(()),
            Err(why) => {
                wrong = Some(why);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(why) = wrong {
        return Err(Error::damaged(name.to_string(), why));
    }
    let Some(count) = count else { return Ok(None) };
    if next != count {
        return Err(Error::damaged(name.to_string(), format!("only {next} of its {count} blocks are left")));
    }
    if xxh3_64(&entry) != tag {
        return Err(Error::damaged(name.to_string(), "its blocks do not fit together"));
    }
    Ok(Some(entry))
}

#[cfg(test)]
mod tests {
    use super::super::engine::{Batch, MemoryEngine};
    use super::*;

    fn written(entry: &[u8]) -> (MemoryEngine, Vec<Pair>, Name) {
        let name = Name::chunk(3, 4);
        let mut puts = Vec::new();
        split(name, entry, &mut puts).unwrap();
        let mut engine = MemoryEngine::new();
        engine.commit(Batch { puts: puts.clone(), deletes: vec![] }).unwrap();
        (engine, puts, name)
    }

    #[test]
    fn entries_of_any_length_come_back() {
        for length in [0, 1, PAYLOAD - 1, PAYLOAD, PAYLOAD + 1, 3 * PAYLOAD + 7] {
            let entry: Vec<u8> = (0..length).map(|i| (i * 7) as u8).collect();
            let (engine, puts, name) = written(&entry);
            assert!(puts.iter().all(|(_, block)| block.len() <= MAX_VALUE));
            assert_eq!(read(&engine, name).unwrap().as_deref(), Some(&entry[..]));
            assert_eq!(read(&engine, Name::chunk(3, 5)).unwrap(), None);
        }
    }

    #[test]
    fn a_lost_swapped_or_altered_block_is_told() {
        let entry: Vec<u8> = (0..3 * PAYLOAD).map(|i| (i * 31 / 7) as u8).collect();
        for lost in 0..3 {
            let (mut engine, puts, name) = written(&entry);
            engine.commit(Batch { puts: vec![], deletes: vec![puts[lost].0.clone()] }).unwrap();
            assert!(read(&engine, name).is_err(), "block {lost}");
        }
        let (mut engine, puts, name) = written(&entry);
        let swapped = vec![(puts[0].0.clone(), puts[1].1.clone()), (puts[1].0.clone(), puts[0].1.clone())];
        engine.commit(Batch { puts: swapped, deletes: vec![] }).unwrap();
        assert!(read(&engine, name).is_err());
        for at in 0..HEADER + 3 {
            let (mut engine, puts, name) = written(&entry);
            let mut block = puts[1].1.clone();
            block[at] ^= 0x10;
            engine.commit(Batch { puts: vec![(puts[1].0.clone(), block)], deletes: vec![] }).unwrap();
            assert!(read(&engine, name).is_err(), "byte {at}");
        }
    }
}
