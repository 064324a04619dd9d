//! From catalog directories to the records of a state.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::format::catalog::{self, Encoding, Note, Progress, ReadOptions, Reading, Reason, Rejection};
use crate::graph::integrity::{self, Breach};
use crate::model::{Kind, Sym, Symbols, Table, vocabulary};

use super::error::{Error, Result};

/// How catalog directories are read.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// How the files are encoded.
    pub encoding: Encoding,
    /// Whether records that cannot be taken are left out, instead of failing the whole.
    pub lenient: bool,
    /// Who hears how far it is.
    pub progress: &'a dyn Progress,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("encoding", &self.encoding).field("lenient", &self.lenient).finish()
    }
}

impl Default for Reader<'_> {
    fn default() -> Self {
        Self { encoding: Encoding::Utf8, lenient: false, progress: &catalog::NoProgress }
    }
}

impl Reader<'_> {
    /// Reads one catalog directory.
    ///
    /// # Errors
    /// When a file of it cannot be read.
    pub fn one(&self, dir: &Path) -> Result<Reading> {
        Ok(catalog::read(dir, &ReadOptions { encoding: self.encoding, progress: self.progress })?)
    }

    /// Reads a catalog directory, or the union of those within a directory, as one state.
    ///
    /// # Errors
    /// When a file cannot be read; when a record cannot be taken, unless leniently; when two directories are of one
    /// catalog.
    pub fn state(&self, dir: &Path) -> Result<Assembled> {
        let folders = if catalog::is_catalog(dir) { vec![dir.to_owned()] } else { catalog::members(dir)? };
        let mut assembled = Assembled { notes: catalog::nested(dir)?, ..Assembled::default() };
        let mut ids: Vec<(String, PathBuf)> = Vec::new();
        for folder in folders {
            let reading = self.one(&folder)?;
            if let Some((_, other)) = ids.iter().find(|(id, _)| *id == reading.id) {
                return Err(Error::TwoOfOneCatalog { id: reading.id, first: other.clone(), second: folder });
            }
            ids.push((reading.id.clone(), folder));
            assembled.add(reading);
        }
        assembled.check();
        assembled.note_tiers();
        if !assembled.rejections.is_empty() && !self.lenient {
            return Err(Error::Rejected { rejections: assembled.rejections, import: false });
        }
        Ok(assembled)
    }
}

/// Where the rows of a table were read.
#[derive(Clone, Debug)]
struct Origin {
    file: Arc<Path>,
    lines: Vec<u32>,
}

/// The records of a state, put together from what was read and what was stored before.
#[derive(Debug, Default)]
pub struct Assembled {
    /// The texts.
    pub symbols: Symbols,
    /// The records: a table a file.
    pub tables: Vec<Table>,
    /// What cannot be taken: it is not among the records.
    pub rejections: Vec<Rejection>,
    /// What may be a mistake.
    pub notes: Vec<Note>,
    /// Where each table was read; none for stored records.
    origins: Vec<Option<Origin>>,
}

impl Assembled {
    /// Adds what was read of a catalog.
    pub fn add(&mut self, reading: Reading) {
        let Reading { symbols, files, rejections, notes, .. } = reading;
        self.rejections.extend(rejections);
        self.notes.extend(notes);
        // The first reading brings its texts as they are; those of others are joined.
        let first = self.symbols.is_empty();
        let numbers: Vec<_> = if first { Vec::new() } else { symbols.iter().map(|t| self.symbols.intern(t)).collect() };
        if first {
            self.symbols = symbols;
        }
        for file in files {
            let mut table = file.table;
            if !first {
                table.map_symbols(|sym| if sym.is_some() { numbers[sym.index()] } else { sym });
            }
            self.tables.push(table);
            self.origins.push(Some(Origin { file: Arc::from(file.path), lines: file.lines }));
        }
    }

    /// Adds stored records, whose texts are in the symbols already.
    pub fn add_stored(&mut self, tables: impl IntoIterator<Item = Table>) {
        for table in tables {
            self.tables.push(table);
            self.origins.push(None);
        }
    }

    /// Takes out the rows that break a rule of the whole state, and names them among the rejections. Returns the
    /// kinds and identity keys of what was taken out of files.
    pub fn check(&mut self) -> Vec<(Kind, Vec<String>)> {
        self.check_rows(None)
    }

    /// As [`Self::check`], where only one catalog is to change: stored records of others stand as they are. What they
    /// refer to may have become another kind of record, and then their reference is broken.
    pub fn check_of(&mut self, catalog: &str) -> Vec<(Kind, Vec<String>)> {
        self.check_rows(Some(catalog))
    }

    /// Notes the tiers that regions name and nobody defines: no unit there would count as grassroots.
    pub fn note_tiers(&mut self) {
        const ID: usize = 0;
        const REGION_TIER: usize = 2;
        let texts = |kind: Kind, column: usize| {
            let tables = self.tables.iter().filter(move |table| table.kind == kind);
            tables.flat_map(move |table| (0..table.len()).map(move |row| table.sym(column, row)))
        };
        let mut known: Vec<String> = vocabulary::TIER.words.iter().map(|(word, _)| (*word).to_owned()).collect();
        let defined: HashSet<Sym> = texts(Kind::Tier, ID).collect();
        known.extend(defined.iter().filter_map(|&sym| self.symbols.get(sym)).map(str::to_owned));
        let mut unknown: BTreeMap<&str, u64> = BTreeMap::new();
        for tier in texts(Kind::Region, REGION_TIER).filter_map(|sym| self.symbols.get(sym)) {
            if !known.iter().any(|known| known == tier) {
                *unknown.entry(tier).or_default() += 1;
            }
        }
        known.sort();
        known.dedup();
        let note =
            |(tier, regions): (&str, u64)| Note::UnknownTier { tier: tier.to_owned(), regions, known: known.clone() };
        let notes: Vec<Note> = unknown.into_iter().map(note).collect();
        self.notes.extend(notes);
    }

    fn check_rows(&mut self, only: Option<&str>) -> Vec<(Kind, Vec<String>)> {
        let mut taken_out = Vec::new();
        loop {
            let mut violations = integrity::check(&self.symbols, &self.tables);
            violations.retain(|v| {
                let stated_by = self.symbols.get(self.tables[v.table].catalog[v.row]);
                self.origins[v.table].is_some() || only.is_none_or(|only| stated_by == Some(only))
            });
            if violations.is_empty() {
                break;
            }
            let mut rows: HashMap<usize, Vec<usize>> = HashMap::new();
            for violation in &violations {
                let table = &self.tables[violation.table];
                rows.entry(violation.table).or_default().push(violation.row);
                let identity = table.kind.spec().identity;
                let key = identity.iter().map(|&c| self.symbols.get(table.sym(c, violation.row)).unwrap_or_default());
                taken_out.push((table.kind, key.map(str::to_owned).collect()));
                let spec = &table.kind.columns()[violation.column];
                let value = self.symbols.get(table.sym(violation.column, violation.row));
                let (file, line) = match &self.origins[violation.table] {
                    Some(origin) => (origin.file.clone(), u64::from(origin.lines[violation.row])),
                    None => (Arc::from(Path::new("(stored)")), 0),
                };
                self.rejections.push(Rejection {
                    file,
                    line,
                    column: Some(spec.name.to_owned()),
                    value: value.map(Rejection::excerpt),
                    reason: rule(&violation.breach),
                });
            }
            for (t, mut rows) in rows {
                rows.sort_unstable();
                let gone = |row: usize| rows.binary_search(&row).is_ok();
                self.tables[t].retain(|_, row| !gone(row));
                if let Some(origin) = &mut self.origins[t] {
                    let kept = origin.lines.iter().enumerate().filter(|(row, _)| !gone(*row)).map(|(_, line)| *line);
                    origin.lines = kept.collect();
                }
            }
        }
        self.rejections.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        taken_out
    }
}

/// Why a record that breaks a rule of the whole state cannot be taken.
pub(super) fn rule(breach: &Breach) -> Reason {
    match breach {
        Breach::WrongKind { expected, found } => Reason::Rule {
            english: format!("this is the id of a {}; a {} is wanted", found.label(), expected.label()),
            chinese: format!("这是{}的代号，此处应为{}", found.spec().chinese, expected.spec().chinese),
        },
        Breach::RegionLoop(codes) => {
            let round = codes.iter().chain(codes.first()).map(String::as_str).collect::<Vec<_>>().join(" → ");
            Reason::Rule {
                english: format!("the region would be above itself: {round}"),
                chinese: format!("区划成为自己的上级：{round}"),
            }
        }
    }
}
