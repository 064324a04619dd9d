//! The container of a projection: named sections, each in blocks with a checksum of their own, verified when they are
//! first read. `docs/store-format.md` describes it byte by byte.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use memmap2::{Mmap, MmapMut};
use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use super::error::{Corrupt, Error};

const MAGIC: [u8; 8] = *b"TKPROJ\r\n";
const VERSION: u32 = 1;
/// Reads back otherwise on a machine of the other byte order.
const ENDIANNESS: u32 = 0x0102_0304;
const HEADER_LEN: usize = 128;
/// Sections begin at multiples of this, so that a slice of numbers over them is aligned.
const ALIGNMENT: usize = 64;
/// What one checksum covers: small enough that a look-up reads little, large enough that there are few.
const BLOCK: usize = 1 << 18;

#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    version: u32,
    endianness: u32,
    /// Length of the file in bytes.
    len: u64,
    /// Where the section table begins.
    table: u64,
    /// How many sections there are.
    sections: u64,
    /// How many block checksums follow the entries of the table.
    checksums: u64,
    /// XXH3-64 of the table with its checksums.
    table_hash: u64,
    /// The digest of the state that the projection shows.
    digest: [u8; 32],
    reserved: [u8; 32],
    /// XXH3-64 of the header up to here.
    header_hash: u64,
}

#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
struct Entry {
    key: u64,
    offset: u64,
    len: u64,
    first_block: u64,
}

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Part {
    /// The description of everything else, as JSON.
    Meta = 1,
    /// The texts of ids, end to end, in the order of nodes.
    IdTexts = 2,
    /// Where each id's text ends (u32).
    IdEnds = 3,
    /// The other texts, end to end.
    Texts = 4,
    /// Where each text ends (u32).
    TextEnds = 5,
    /// Whether each dangling node is broken (u8).
    Broken = 6,
    /// The codes of a node column.
    NodeCodes = 7,
    /// The distinct values of a node column.
    NodeValues = 8,
    /// Per source, where its relationships begin (u32, one more than sources).
    OutOffsets = 9,
    /// The target of each relationship (u32), by source.
    OutTargets = 10,
    /// Per target, where its relationships begin (u32, one more than targets).
    InOffsets = 11,
    /// The source of each relationship (u32), by target.
    InSources = 12,
    /// The number of each relationship (u32), by target.
    InEdges = 13,
    /// The codes of a relationship column.
    EdgeCodes = 14,
    /// The distinct values of a relationship column.
    EdgeValues = 15,
    /// The terms of sharing edges and the flow classes of datasets, as JSON.
    Flow = 16,
}

/// The name of a section: what it holds, of which kind or type, and which column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SectionKey {
    pub(super) part: Part,
    pub(super) owner: u8,
    pub(super) column: u16,
}

impl SectionKey {
    pub(super) fn of(part: Part) -> Self {
        Self { part, owner: 0, column: 0 }
    }

    fn packed(self) -> u64 {
        (self.part as u64) << 32 | u64::from(self.owner) << 16 | u64::from(self.column)
    }
}

/// The content of a section.
pub(super) enum Data {
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Words(Vec<u32>),
    Longs(Vec<i64>),
}

impl Data {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Bytes(v) => v,
            Self::Shorts(v) => bytemuck::cast_slice(v),
            Self::Words(v) => bytemuck::cast_slice(v),
            Self::Longs(v) => bytemuck::cast_slice(v),
        }
    }
}

fn aligned(len: usize) -> usize {
    len.next_multiple_of(ALIGNMENT)
}

/// The bytes before, between and after the sections.
struct Plan {
    entries: Vec<Entry>,
    checksums: Vec<u64>,
    header: Header,
}

fn plan(sections: &[(SectionKey, Data)], digest: [u8; 32]) -> Plan {
    let mut entries = Vec::with_capacity(sections.len());
    let mut offset = HEADER_LEN;
    let mut blocks = 0;
    for (key, data) in sections {
        let len = data.bytes().len();
        entries.push(Entry { key: key.packed(), offset: offset as u64, len: len as u64, first_block: blocks });
        offset = aligned(offset + len);
        blocks += len.div_ceil(BLOCK) as u64;
    }
    let checksums: Vec<u64> =
        sections.par_iter().flat_map(|(_, data)| data.bytes().par_chunks(BLOCK).map(xxh3_64)).collect();
    let table: Vec<u8> = [bytemuck::cast_slice(&entries), bytemuck::cast_slice(&checksums)].concat();
    let mut header = Header {
        magic: MAGIC,
        version: VERSION,
        endianness: ENDIANNESS,
        len: (offset + table.len()) as u64,
        table: offset as u64,
        sections: entries.len() as u64,
        checksums: checksums.len() as u64,
        table_hash: xxh3_64(&table),
        digest,
        reserved: [0; 32],
        header_hash: 0,
    };
    header.header_hash = header_hash(&header);
    Plan { entries, checksums, header }
}

fn header_hash(header: &Header) -> u64 {
    let bytes = bytemuck::bytes_of(header);
    xxh3_64(&bytes[..bytes.len() - size_of::<u64>()])
}

fn write_all(sections: &[(SectionKey, Data)], plan: &Plan, out: &mut dyn Write) -> std::io::Result<()> {
    const PADDING: [u8; HEADER_LEN] = [0; HEADER_LEN];
    let header = bytemuck::bytes_of(&plan.header);
    out.write_all(header)?;
    let mut position = header.len();
    for (entry, (_, data)) in plan.entries.iter().zip(sections) {
        out.write_all(&PADDING[..entry.offset as usize - position])?;
        out.write_all(data.bytes())?;
        position = (entry.offset + entry.len) as usize;
    }
    out.write_all(&PADDING[..plan.header.table as usize - position])?;
    out.write_all(bytemuck::cast_slice(&plan.entries))?;
    out.write_all(bytemuck::cast_slice(&plan.checksums))
}

/// Writes the sections to a file, which appears whole or not at all. It is not forced to the disk: a projection that
/// a power cut tears fails its checksums and is rebuilt from the ledger.
pub(super) fn write_file(path: &Path, sections: &[(SectionKey, Data)], digest: [u8; 32]) -> Result<(), Error> {
    let io = |source| Error::Io { path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".projection-").tempfile_in(folder).map_err(io)?;
    let plan = plan(sections, digest);
    {
        let mut out = BufWriter::with_capacity(1 << 20, temporary.as_file_mut());
        write_all(sections, &plan, &mut out).and_then(|()| out.flush()).map_err(io)?;
    }
    temporary.persist(path).map_err(|e| io(e.error))?;
    Ok(())
}

/// Lays the sections out in memory.
pub(super) fn write_memory(sections: &[(SectionKey, Data)], digest: [u8; 32]) -> Result<SectionFile, Error> {
    let plan = plan(sections, digest);
    let path = PathBuf::from("(in memory)");
    let mut map =
        MmapMut::map_anon(plan.header.len as usize).map_err(|source| Error::Io { path: path.clone(), source })?;
    write_all(sections, &plan, &mut &mut map[..]).map_err(|source| Error::Io { path: path.clone(), source })?;
    let map = map.make_read_only().map_err(|source| Error::Io { path: path.clone(), source })?;
    SectionFile::from_map(path, map, None)
}

/// A section of an open file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Section {
    offset: usize,
    len: usize,
    first_block: usize,
    index: usize,
}

/// An open projection file. Its sections are read through the map, and verified when they are first touched.
#[derive(Debug)]
pub(super) struct SectionFile {
    path: PathBuf,
    map: Mmap,
    /// Holds a shared lock, so that cleaning up spares what is mapped.
    _file: Option<File>,
    header: Header,
    entries: Vec<Entry>,
    checksums: Vec<u64>,
    block_verified: Vec<AtomicBool>,
    section_verified: Vec<AtomicBool>,
}

impl SectionFile {
    /// Maps a file and holds its extents against its length. The sections' checksums wait until they are read.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(io)?;
        file.lock_shared().map_err(io)?;
        // SAFETY: a projection is written under another name, renamed into place and never changed; it is deleted only
        // by who holds an exclusive lock on it, which the shared lock above excludes while it is mapped.
        #[allow(unsafe_code)]
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        Self::from_map(path.to_owned(), map, Some(file))
    }

    fn from_map(path: PathBuf, map: Mmap, file: Option<File>) -> Result<Self, Error> {
        let not = |reason: &str| Error::NotAProjection { path: path.clone(), reason: reason.to_owned() };
        let header: Header = map
            .get(..size_of::<Header>())
            .map(bytemuck::pod_read_unaligned)
            .ok_or_else(|| not("it is shorter than a header"))?;
        if header.magic != MAGIC {
            return Err(not("it does not begin as a projection does"));
        }
        if header.endianness != ENDIANNESS {
            return Err(not("it was written on a machine of the other byte order"));
        }
        if header.version != VERSION {
            return Err(not(&format!(
                "its format is version {}, this program reads version {VERSION}",
                header.version
            )));
        }
        if header.header_hash != header_hash(&header) {
            return Err(not("its header is damaged"));
        }
        if header.len != map.len() as u64 {
            return Err(not(&format!("it has {} bytes and should have {}", map.len(), header.len)));
        }
        let entries_len = (header.sections as usize).saturating_mul(size_of::<Entry>());
        let checksums_len = (header.checksums as usize).saturating_mul(size_of::<u64>());
        let start = header.table as usize;
        let table = start
            .checked_add(entries_len)
            .and_then(|middle| Some((middle, middle.checked_add(checksums_len)?)))
            .and_then(|(middle, end)| (end == map.len()).then(|| (&map[start..middle], &map[middle..end])))
            .ok_or_else(|| not("its section table does not fit its length"))?;
        if xxh3_64(&map[start..]) != header.table_hash {
            return Err(not("its section table is damaged"));
        }
        let entries: Vec<Entry> = table.0.chunks_exact(size_of::<Entry>()).map(bytemuck::pod_read_unaligned).collect();
        let checksums: Vec<u64> = table.1.chunks_exact(size_of::<u64>()).map(bytemuck::pod_read_unaligned).collect();
        for entry in &entries {
            let end = entry.offset.checked_add(entry.len);
            let blocks = entry.first_block.checked_add(entry.len.div_ceil(BLOCK as u64));
            if end.is_none_or(|e| e > header.table)
                || blocks.is_none_or(|b| b > checksums.len() as u64)
                || !(entry.offset as usize).is_multiple_of(ALIGNMENT)
            {
                return Err(not("a section lies outside of it"));
            }
        }
        let flags = |n: usize| (0..n).map(|_| AtomicBool::new(false)).collect();
        let (block_verified, section_verified) = (flags(checksums.len()), flags(entries.len()));
        Ok(Self { path, map, _file: file, header, entries, checksums, block_verified, section_verified })
    }

    /// Writes the file's bytes to another, which appears whole or not at all.
    pub(super) fn save(&self, path: &Path) -> Result<(), Error> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut temporary = tempfile::Builder::new().prefix(".projection-").tempfile_in(folder).map_err(io)?;
        temporary.write_all(&self.map).map_err(io)?;
        temporary.persist(path).map_err(|e| io(e.error))?;
        Ok(())
    }

    pub(super) fn digest(&self) -> [u8; 32] {
        self.header.digest
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The section with this name; an empty one where the file has none.
    pub(super) fn section(&self, key: SectionKey) -> Section {
        let packed = key.packed();
        self.entries.iter().position(|e| e.key == packed).map_or_else(Section::default, |index| {
            let e = &self.entries[index];
            Section { offset: e.offset as usize, len: e.len as usize, first_block: e.first_block as usize, index }
        })
    }

    fn verify_blocks(&self, section: Section, blocks: Range<usize>) {
        let one = |block: usize| {
            let number = section.first_block + block;
            if self.block_verified[number].load(Ordering::Relaxed) {
                return true;
            }
            let start = section.offset + block * BLOCK;
            let end = (start + BLOCK).min(section.offset + section.len);
            let whole = xxh3_64(&self.map[start..end]) == self.checksums[number];
            self.block_verified[number].store(whole, Ordering::Relaxed);
            whole
        };
        // Below a few megabytes, waking another thread costs more than it saves.
        let whole = if blocks.len() > 16 { blocks.into_par_iter().all(one) } else { blocks.into_iter().all(one) };
        if !whole {
            let key = self.entries[section.index].key;
            Corrupt { file: self.path.clone(), section: format!("{key:#x}") }.unwind();
        }
    }

    /// The whole of a section.
    pub(super) fn bytes(&self, section: Section) -> &[u8] {
        if section.len == 0 {
            return &[];
        }
        if !self.section_verified[section.index].load(Ordering::Acquire) {
            self.verify_blocks(section, 0..section.len.div_ceil(BLOCK));
            self.section_verified[section.index].store(true, Ordering::Release);
        }
        &self.map[section.offset..section.offset + section.len]
    }

    /// The whole of a section as numbers; empty where its length does not fit them.
    pub(super) fn slice<T: bytemuck::Pod>(&self, section: Section) -> &[T] {
        bytemuck::try_cast_slice(self.bytes(section)).unwrap_or_default()
    }

    /// Some bytes of a section; only the blocks that hold them are verified.
    pub(super) fn range(&self, section: Section, range: Range<usize>) -> &[u8] {
        if range.is_empty() || range.end > section.len {
            return &[];
        }
        if !self.section_verified[section.index].load(Ordering::Acquire) {
            self.verify_blocks(section, range.start / BLOCK..(range.end - 1) / BLOCK + 1);
        }
        &self.map[section.offset + range.start..section.offset + range.end]
    }

    /// Verifies every section.
    pub(super) fn verify_everything(&self) {
        for (index, e) in self.entries.iter().enumerate() {
            let section =
                Section { offset: e.offset as usize, len: e.len as usize, first_block: e.first_block as usize, index };
            self.bytes(section);
        }
    }
}
