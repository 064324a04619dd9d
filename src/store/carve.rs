//! Finding blocks in files that their engine may no longer open: each names its key and carries a checksum, and sled
//! writes values as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::engine::MAX_VALUE;
use super::entry::{self, Family, MAGIC, Name};
use super::error::{Error, Result};
use super::survey::Source;

/// How much of a file is in memory at once, in bytes.
const WINDOW: usize = 8 << 20;

/// Where a block lies.
#[derive(Clone, Copy)]
struct Place {
    file: u32,
    offset: u64,
}

/// The blocks found. Of each entry, told apart by the hash over it, where its blocks lie.
pub(crate) struct Carved {
    files: Vec<PathBuf>,
    entries: BTreeMap<(Name, u64), Blocks>,
}

struct Blocks {
    count: u32,
    places: BTreeMap<u32, Place>,
}

impl Carved {
    /// Searches the files of an engine's folder.
    ///
    /// # Errors
    /// Those of files.
    pub(crate) fn search(folder: &Path) -> Result<Self> {
        let mut carved = Self { files: Vec::new(), entries: BTreeMap::new() };
        for part in [folder.to_owned(), folder.join("blobs")] {
            let Ok(entries) = fs::read_dir(&part) else { continue };
            for entry in entries {
                let path = entry.map_err(|e| Error::io("read", &part, e))?.path();
                if path.is_file() {
                    carved.search_file(path)?;
                }
            }
        }
        Ok(carved)
    }

    fn search_file(&mut self, path: PathBuf) -> Result<()> {
        let number = self.files.len() as u32;
        let mut file = File::open(&path).map_err(|e| Error::io("read", &path, e))?;
        let mut window = Vec::new();
        let mut start = 0;
        loop {
            let before = window.len();
            let read = (&mut file).take(WINDOW as u64).read_to_end(&mut window);
            let end = read.map_err(|e| Error::io("read", &path, e))? == 0;
            // A block may begin near the end of this window and end in the next.
            let until = if end { window.len() } else { window.len().saturating_sub(MAX_VALUE) };
            let mut at = 0;
            while let Some(found) = window[at..until].iter().position(|&b| b == MAGIC[0]) {
                at += found;
                if window[at..].starts_with(&MAGIC)
                    && let Ok(block) = entry::parse(&window[at..])
                {
                    let offset = start + at as u64;
                    let blocks = self
                        .entries
                        .entry((block.name, block.tag))
                        .or_insert_with(|| Blocks { count: block.count, places: BTreeMap::new() });
                    blocks.places.insert(block.index, Place { file: number, offset });
                }
                at += 1;
            }
            if end || window.len() == before {
                break;
            }
            start += until as u64;
            window.drain(..until);
        }
        self.files.push(path);
        Ok(())
    }

    fn read(&self, blocks: &Blocks) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for place in blocks.places.values() {
            let path = &self.files[place.file as usize];
            let mut file = File::open(path).map_err(|e| Error::io("read", path, e))?;
            file.seek(SeekFrom::Start(place.offset)).map_err(|e| Error::io("read", path, e))?;
            let mut block = Vec::with_capacity(MAX_VALUE);
            file.take(MAX_VALUE as u64).read_to_end(&mut block).map_err(|e| Error::io("read", path, e))?;
            let block = entry::parse(&block).map_err(|why| Error::damaged(path.display().to_string(), why))?;
            bytes.extend_from_slice(block.payload);
        }
        Ok(bytes)
    }
}

impl Source for Carved {
    fn candidates(&self, name: Name) -> Result<Vec<Vec<u8>>> {
        let mut found = Vec::new();
        for ((_, tag), blocks) in self.entries.range((name, 0)..=(name, u64::MAX)) {
            if blocks.places.len() == blocks.count as usize {
                let bytes = self.read(blocks)?;
                if xxh3_64(&bytes) == *tag {
                    found.push(bytes);
                }
            }
        }
        Ok(found)
    }

    fn states(&self) -> Result<BTreeSet<u64>> {
        Ok(self.entries.keys().filter(|(name, _)| name.family == Family::State).map(|(name, _)| name.major).collect())
    }
}
