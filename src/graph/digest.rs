//! The digest of a state: equal exactly when two stores hold the same records, whoever wrote them and when.
//!
//! Records are put in groups by a hash of their anchor's id (a node's own, a relationship's source); a group's hash is
//! over its records in the order of their bytes, which begin with kind and identity; the digest is over the groups'
//! hashes in order. A small commit then costs the groups that it touches, and not the whole state.

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use xxhash_rust::xxh3::xxh3_64;

use super::records::{self, Record, anchor, of_edge, of_node, of_outranked, of_row, types_leaving};
use super::{CellRef, Graph, Node};
use crate::model::change::ORDINAL;
use crate::model::{ChangeSet, Kind, Symbols, Table};

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

    /// The hashes end to end.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.concat()
    }

    /// The hashes from their bytes; none where there are not as many as groups.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        (hashes.len() == GROUPS && rest.is_empty()).then(|| Self(hashes.to_vec()))
    }
}

fn group(anchor: &str) -> usize {
    (xxh3_64(anchor.as_bytes()) >> 52) as usize
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

/// The bytes that stand for a record: kind, the identity's cells, catalog, then every cell with name and type.
fn encode(record: &Record<'_>, out: &mut Vec<u8>) {
    out.push(record.kind as u8);
    for &column in record.kind.spec().identity {
        match record.cell(record.kind.columns()[column].name) {
            CellRef::Absent => out.push(0),
            CellRef::Text(value) => {
                out.extend_from_slice(value.as_bytes());
                out.push(0);
            }
            CellRef::Number(value) => out.extend_from_slice(&value.to_be_bytes()),
        }
    }
    text(out, record.catalog);
    for &(name, ty, cell) in record.cells.iter().filter(|(name, ..)| *name != ORDINAL) {
        text(out, name);
        out.push(ty as u8);
        match cell {
            CellRef::Absent => {}
            CellRef::Text(value) => text(out, value),
            CellRef::Number(value) => out.extend_from_slice(&value.to_le_bytes()),
        }
    }
}

/// Records of one group, end to end.
#[derive(Default)]
struct Group {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Group {
    fn push(&mut self, record: &Record<'_>) {
        encode(record, &mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    fn hash(&self) -> [u8; 32] {
        let mut records: Vec<&[u8]> = Vec::with_capacity(self.ends.len());
        let mut start = 0;
        for &end in &self.ends {
            records.push(&self.bytes[start..end]);
            start = end;
        }
        records.sort_unstable();
        let mut hasher = Sha256::new();
        for record in records {
            hasher.update(record);
        }
        hasher.finalize().into()
    }
}

/// The groups of a state given as tables.
#[must_use]
pub fn of_tables(symbols: &Symbols, tables: &[Table]) -> GroupHashes {
    let group_of: Vec<u16> = (0..symbols.len() as u32)
        .into_par_iter()
        .map(|sym| group(symbols.text(crate::model::Sym(sym))) as u16)
        .collect();
    let mut counts = vec![0usize; GROUPS + 1];
    let row_group = |table: &Table, row: usize| {
        let key = table.sym(anchor(table.kind), row);
        if key.is_some() { usize::from(group_of[key.index()]) } else { 0 }
    };
    for table in tables {
        for row in 0..table.len() {
            counts[row_group(table, row) + 1] += 1;
        }
    }
    for i in 1..counts.len() {
        counts[i] += counts[i - 1];
    }
    let mut next = counts.clone();
    let mut members = vec![(0u16, 0u32); counts[GROUPS]];
    for (t, table) in tables.iter().enumerate() {
        for row in 0..table.len() {
            let slot = &mut next[row_group(table, row)];
            members[*slot] = (t as u16, row as u32);
            *slot += 1;
        }
    }
    let hashes = (0..GROUPS)
        .into_par_iter()
        .map(|g| {
            let mut group = Group::default();
            for &(t, row) in &members[counts[g]..counts[g + 1]] {
                group.push(&of_row(symbols, &tables[usize::from(t)], row as usize));
            }
            group.hash()
        })
        .collect();
    GroupHashes(hashes)
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
    let mut groups: Vec<Option<Group>> = touched.into_iter().map(|t| t.then(Group::default)).collect();
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
                group.push(&record);
            }
        }
        for ty in types_leaving(after.kind(node)) {
            for (to, edge) in after.outgoing(ty, node).iter() {
                if let Some(record) = of_edge(after, ty, node, to, edge) {
                    group.push(&record);
                }
            }
        }
    }
    for outranked in after.outranked() {
        let record = of_outranked(outranked);
        let key = record.cell(outranked.kind.columns()[anchor(outranked.kind)].name);
        if let Some(group) = &mut groups[key.text().map_or(0, group)] {
            group.push(&record);
        }
    }
    let hashes = groups.iter().zip(&before.0).map(|(g, old)| g.as_ref().map_or(*old, Group::hash)).collect();
    GroupHashes(hashes)
}

/// The groups of a whole graph.
#[must_use]
pub fn of_graph(graph: &dyn Graph) -> GroupHashes {
    let mut symbols = Symbols::new();
    let tables = records::to_tables(graph, &mut symbols, |_, _| true);
    of_tables(&symbols, &tables)
}
