//! The digest of a state: equal exactly when two stores hold the same records, whoever wrote them and when.
//!
//! Every record has a hash over its identity and cells. Records are put in groups by a hash of their anchor's id (a
//! node's own, a relationship's source); a group's hash is over its records' hashes in their order, and the digest over
//! the groups' hashes in theirs. Order of rows means nothing, and a small commit costs the groups that it touches, not
//! the whole state. `docs/store-format.md` has the bytes.

use std::borrow::Borrow;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use super::records::{self, Record, anchor, of_edge, of_node, of_outranked, types_leaving};
use super::{CellRef, Graph, Node, table_cell};
use crate::model::change::ORDINAL;
use crate::model::{ChangeSet, Kind, Sym, Symbols, Table, ValueType};

/// How many groups there are.
const GROUPS: usize = 4096;

/// The hash of every group.
#[derive(Clone, PartialEq, Eq)]
pub struct GroupHashes(Vec<[u8; 32]>);

impl std::fmt::Debug for GroupHashes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("GroupHashes").field(&self.digest()).finish()
    }
}

impl GroupHashes {
    /// The state's digest.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for hash in &self.0 {
            hasher.update(hash);
        }
        hasher.finalize().into()
    }

    /// The hashes end to end, to be kept beside a state.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.concat()
    }

    /// What [`Self::to_bytes`] wrote; none for bytes that are no hashes of groups.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        (hashes.len() == GROUPS && rest.is_empty()).then(|| Self(hashes.to_vec()))
    }
}

fn group(anchor: &str) -> usize {
    (xxh3_64(anchor.as_bytes()) >> 52) as usize
}

/// The bytes that stand for a record, cell by cell.
struct Encoder(Vec<u8>);

/// Stands before a property that the contract does not know, in place of its column's position.
const UNKNOWN: u8 = 0xff;

impl Encoder {
    fn begin(&mut self, kind: Kind, catalog: &str) {
        self.0.clear();
        self.0.push(kind as u8);
        self.text(catalog);
    }

    fn text(&mut self, text: &str) {
        self.0.extend_from_slice(&(text.len() as u32).to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn own(&mut self, column: usize, cell: CellRef<'_>) {
        if cell != CellRef::Absent {
            self.0.push(column as u8);
            self.cell(cell);
        }
    }

    fn unknown(&mut self, name: &str, ty: ValueType, cell: CellRef<'_>) {
        if cell != CellRef::Absent && name != ORDINAL {
            self.0.push(UNKNOWN);
            self.text(name);
            self.0.push(ty as u8);
            self.cell(cell);
        }
    }

    fn cell(&mut self, cell: CellRef<'_>) {
        match cell {
            CellRef::Absent => {}
            CellRef::Text(value) => self.text(value),
            CellRef::Number(value) => self.0.extend_from_slice(&value.to_le_bytes()),
        }
    }

    fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    fn record(&mut self, record: &Record<'_>) -> [u8; 32] {
        self.begin(record.kind, record.catalog);
        for &(name, ty, cell) in &record.cells {
            match record.kind.column(name).filter(|&c| record.kind.columns()[c].ty.value_type() == ty) {
                Some(column) => self.own(column, cell),
                None => self.unknown(name, ty, cell),
            }
        }
        self.hash()
    }

    fn row(&mut self, symbols: &Symbols, table: &Table, row: usize) -> [u8; 32] {
        self.begin(table.kind, symbols.get(table.catalog[row]).unwrap_or_default());
        let own = table.kind.columns().len();
        for (c, column) in table.columns.iter().enumerate() {
            let cell = table_cell(symbols, column, row);
            if c < own { self.own(c, cell) } else { self.unknown(&column.name, column.ty, cell) }
        }
        self.hash()
    }
}

/// The hash of a group, from those of its records.
fn group_hash(records: &mut [[u8; 32]]) -> [u8; 32] {
    records.sort_unstable();
    let mut hasher = Sha256::new();
    for record in records {
        hasher.update(record);
    }
    hasher.finalize().into()
}

/// How many rows one thread hashes at a time.
const CHUNK: usize = 1 << 15;

/// The groups of a state given as tables.
#[must_use]
pub fn of_tables<T: Borrow<Table> + Sync>(symbols: &Symbols, tables: &[T]) -> GroupHashes {
    let group_of: Vec<u16> =
        (0..symbols.len() as u32).into_par_iter().map(|sym| group(symbols.text(Sym(sym))) as u16).collect();
    let row_group = |table: &Table, row: usize| {
        let key = table.sym(anchor(table.kind), row);
        if key.is_some() { usize::from(group_of[key.index()]) } else { 0 }
    };
    let mut starts = vec![0usize; GROUPS + 1];
    for table in tables.iter().map(Borrow::borrow) {
        for row in 0..table.len() {
            starts[row_group(table, row) + 1] += 1;
        }
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut hashes = vec![[0u8; 32]; starts[GROUPS]];
    for table in tables.iter().map(Borrow::borrow) {
        // A few chunks at a time: what waits to be put in its group is then little.
        for begin in (0..table.len()).step_by(CHUNK * 16) {
            let end = (begin + CHUNK * 16).min(table.len());
            let hashed: Vec<Vec<[u8; 32]>> = (begin..end)
                .step_by(CHUNK)
                .collect::<Vec<_>>()
                .into_par_iter()
                .map(|start| {
                    let mut encoder = Encoder(Vec::with_capacity(512));
                    (start..(start + CHUNK).min(end)).map(|row| encoder.row(symbols, table, row)).collect()
                })
                .collect();
            for (row, hash) in (begin..end).zip(hashed.into_iter().flatten()) {
                let slot = &mut next[row_group(table, row)];
                hashes[*slot] = hash;
                *slot += 1;
            }
        }
    }
    let mut groups: Vec<&mut [[u8; 32]]> = Vec::with_capacity(GROUPS);
    let mut rest = &mut hashes[..];
    for g in 0..GROUPS {
        let (group, others) = rest.split_at_mut(starts[g + 1] - starts[g]);
        groups.push(group);
        rest = others;
    }
    GroupHashes(groups.into_par_iter().map(group_hash).collect())
}

/// The groups after some changes: those that the changes touch are taken from the graph as it is after them.
#[must_use]
pub fn update(before: &GroupHashes, after: &dyn Graph, changes: &ChangeSet) -> GroupHashes {
    let mut touched = vec![false; GROUPS];
    for batch in &changes.batches {
        for row in 0..batch.table.len() {
            let key = batch.table.sym(anchor(batch.table.kind), row);
            touched[changes.symbols.get(key).map_or(0, group)] = true;
        }
    }
    let mut groups: Vec<Option<Vec<[u8; 32]>>> = touched.into_iter().map(|t| t.then(Vec::new)).collect();
    let mut encoder = Encoder(Vec::new());
    let anchors: Vec<(Node, usize)> = (0..after.node_bound())
        .into_par_iter()
        .filter_map(|node| {
            let kind = after.kind(node);
            let group = match kind {
                Kind::Claim | Kind::Waiver => match after.node_cell(node, 0) {
                    CellRef::Text(key) => group(key),
                    _ => 0,
                },
                _ => group(after.id(node)),
            };
            groups[group].is_some().then_some((node, group))
        })
        .collect();
    for (node, g) in anchors {
        let Some(group) = &mut groups[g] else { continue };
        if after.presence(node) == super::Presence::Defined {
            let record = of_node(after, node);
            if !record.catalog.is_empty() {
                group.push(encoder.record(&record));
            }
        }
        for ty in types_leaving(after.kind(node)) {
            for (to, edge) in after.outgoing(ty, node).iter() {
                if let Some(record) = of_edge(after, ty, node, to, edge) {
                    group.push(encoder.record(&record));
                }
            }
        }
    }
    for outranked in after.outranked() {
        let record = of_outranked(outranked);
        let key = record.cell(outranked.kind.columns()[anchor(outranked.kind)].name);
        if let Some(group) = &mut groups[key.text().map_or(0, group)] {
            group.push(encoder.record(&record));
        }
    }
    let hashes = groups.iter_mut().zip(&before.0).map(|(g, old)| g.as_mut().map_or(*old, |g| group_hash(g))).collect();
    GroupHashes(hashes)
}

/// The groups of a whole graph.
#[must_use]
pub fn of_graph(graph: &dyn Graph) -> GroupHashes {
    let mut symbols = Symbols::new();
    let tables = records::to_tables(graph, &mut symbols, |_, _| true);
    of_tables(&symbols, &tables)
}
