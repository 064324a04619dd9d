//! The changes that lead from one graph to another.
//!
//! Records are matched by identity. Sharing edges without an id that agree on type and ends form a multiset: equal ones
//! match equal ones first, the rest match in order, so that sorting a file changes nothing.

use std::collections::BTreeMap;

use super::records::{Record, of_edge, of_node, of_outranked, types_leaving};
use super::{CellRef, Graph, Node, Presence};
use crate::model::change::{Batch, ChangeSet, Counts, ORDINAL, Operation};
use crate::model::table::Cell;
use crate::model::{Kind, RelType, Symbols, Table, ValueType};

/// The difference between two graphs.
#[derive(Debug)]
pub struct Diff {
    /// The changes: puts of what is new or differs, deletes of what is gone.
    pub changes: ChangeSet,
    /// How many of each, by [`Kind`]'s code.
    pub counts: [Counts; Kind::ALL.len()],
}

/// The changes from `old` to `new`, of the catalogs that a test accepts.
#[must_use]
pub fn diff(old: &dyn Graph, new: &dyn Graph, of_catalog: impl Fn(&str) -> bool) -> Diff {
    let mut collector = Collector::new();
    Walk { old, new, of_catalog: &of_catalog }.run(&mut |change| collector.take(change));
    collector.finish()
}

/// A record that differs between two graphs.
#[derive(Clone, Debug)]
pub enum Difference<'a> {
    /// Only the new graph has it.
    Put {
        /// The record.
        new: Record<'a>,
        /// What tells it apart from parallel edges of its identity (0 for all other records).
        ordinal: i64,
    },
    /// Only the old graph has it.
    Deleted(Record<'a>),
    /// Both have it, with different cells.
    Changed {
        /// As it was.
        old: Record<'a>,
        /// As it is.
        new: Record<'a>,
    },
}

/// Tells every difference between two graphs to a function, by anchor: nodes first, each with what leaves it.
pub fn differences<'a>(old: &'a dyn Graph, new: &'a dyn Graph, tell: &mut dyn FnMut(Difference<'a>)) {
    Walk { old, new, of_catalog: &|_: &str| true }.run(tell);
}

struct Walk<'a, 'f> {
    old: &'a dyn Graph,
    new: &'a dyn Graph,
    of_catalog: &'f dyn Fn(&str) -> bool,
}

impl<'a> Walk<'a, '_> {
    fn run(&self, tell: &mut dyn FnMut(Difference<'a>)) {
        // The old graph's number of each node of the new one, and the other way round.
        let mut pairs: Vec<(Option<Node>, Option<Node>)> = Vec::new();
        let several = !self.old.outranked().is_empty() || !self.new.outranked().is_empty();
        for kind in Kind::NODES {
            let by_definition = several && kind.is_shared_vocabulary();
            if by_definition {
                self.definitions(kind, tell);
            }
            merge(self.old, self.new, self.old.nodes(kind), self.new.nodes(kind), |a, b| {
                if !by_definition {
                    self.node(a, b, tell);
                }
                pairs.push((a, b));
            });
        }
        let mut to_old = vec![None; self.new.node_bound() as usize];
        let mut dangling_pairs = Vec::new();
        for &(a, b) in &pairs {
            if let (Some(a), Some(b)) = (a, b) {
                to_old[b as usize] = Some(a);
            }
        }
        for b in self.new.dangling() {
            let a = self.old.find(self.new.kind(b), self.new.id(b));
            to_old[b as usize] = a;
            if a.is_none_or(|a| self.old.presence(a) != Presence::Defined) {
                dangling_pairs.push((a, Some(b)));
            }
        }
        for a in self.old.dangling() {
            match self.new.find(self.old.kind(a), self.old.id(a)) {
                None => dangling_pairs.push((Some(a), None)),
                Some(b) => to_old[b as usize] = Some(a),
            }
        }
        for (a, b) in pairs.into_iter().chain(dangling_pairs) {
            // A record that came or went on one side may stand as a dangling node on the other.
            let a = a.or_else(|| b.and_then(|b| to_old[b as usize]));
            let b = b.or_else(|| a.and_then(|a| self.new.find(self.old.kind(a), self.old.id(a))));
            let kind = match (a, b) {
                (Some(a), _) => self.old.kind(a),
                (_, Some(b)) => self.new.kind(b),
                _ => continue,
            };
            for ty in types_leaving(kind) {
                self.leaving(ty, a, b, &to_old, tell);
            }
        }
    }

    fn node(&self, a: Option<Node>, b: Option<Node>, tell: &mut dyn FnMut(Difference<'a>)) {
        if let (Some(a), Some(b)) = (a, b)
            && self.same_node(a, b)
        {
            return;
        }
        let old = a.map(|a| of_node(self.old, a)).filter(|r| self.counts(r));
        let new = b.map(|b| of_node(self.new, b)).filter(|r| self.counts(r));
        match (old, new) {
            (Some(old), Some(new)) if old.catalog == new.catalog => tell(Difference::Changed { old, new }),
            (old, new) => {
                old.into_iter().for_each(|r| tell(Difference::Deleted(r)));
                new.into_iter().for_each(|new| tell(Difference::Put { new, ordinal: 0 }));
            }
        }
    }

    fn counts(&self, record: &Record<'_>) -> bool {
        !record.catalog.is_empty() && (self.of_catalog)(record.catalog)
    }

    fn same_node(&self, a: Node, b: Node) -> bool {
        (0..self.old.kind(a).columns().len()).all(|c| self.old.node_cell(a, c) == self.new.node_cell(b, c))
            && self.old.node_catalog(a) == self.new.node_catalog(b)
            && self.old.node_extras(a) == self.new.node_extras(b)
    }

    fn same_edge(&self, ty: RelType, old: u32, new: u32) -> bool {
        let Some(kind) = ty.record() else { return true };
        (0..kind.columns().len()).all(|c| self.old.edge_cell(ty, old, c) == self.new.edge_cell(ty, new, c))
            && self.old.edge_catalog(ty, old) == self.new.edge_catalog(ty, new)
            && self.old.edge_extras(ty, old).into_iter().filter(|e| e.name != ORDINAL).eq(self
                .new
                .edge_extras(ty, new)
                .into_iter()
                .filter(|e| e.name != ORDINAL))
    }

    /// What leaves one node, in one type.
    fn leaving(
        &self,
        ty: RelType,
        a: Option<Node>,
        b: Option<Node>,
        to_old: &[Option<Node>],
        tell: &mut dyn FnMut(Difference<'a>),
    ) {
        let old = a.map(|a| self.old.outgoing(ty, a));
        let new = b.map(|b| self.new.outgoing(ty, b));
        let (old_len, new_len) = (old.map_or(0, |o| o.len()), new.map_or(0, |n| n.len()));
        if let (Some(old), Some(new)) = (old, new)
            && old_len == new_len
            && old
                .iter()
                .zip(new.iter())
                .all(|((oa, oe), (nb, ne))| to_old[nb as usize] == Some(oa) && self.same_edge(ty, oe, ne))
        {
            return;
        }
        let mut groups: BTreeMap<Vec<String>, (Vec<Record<'a>>, Vec<Record<'a>>)> = BTreeMap::new();
        for (from, list, graph, is_old) in [(a, old, self.old, true), (b, new, self.new, false)] {
            let (Some(from), Some(list)) = (from, list) else { continue };
            for (to, edge) in list.iter() {
                let Some(record) = of_edge(graph, ty, from, to, edge) else { continue };
                if !self.counts(&record) {
                    continue;
                }
                let group = groups.entry(identity(&record)).or_default();
                if is_old { group.0.push(record) } else { group.1.push(record) }
            }
        }
        for (old, new) in groups.into_values() {
            match_parallel(old, new, tell);
        }
    }

    /// Shared vocabulary that several catalogs define: which definition counts may have changed with the rest, so that
    /// they are matched by catalog and key, whether they count or not.
    fn definitions(&self, kind: Kind, tell: &mut dyn FnMut(Difference<'a>)) {
        let all = |graph: &'a dyn Graph| -> BTreeMap<Vec<String>, Record<'a>> {
            let counting = graph.nodes(kind).map(|node| of_node(graph, node));
            let outranked = graph.outranked().iter().filter(|o| o.kind == kind).map(of_outranked);
            counting.chain(outranked).filter(|r| self.counts(r)).map(|r| (identity(&r), r)).collect()
        };
        let (old, mut new) = (all(self.old), all(self.new));
        for (key, old) in old {
            match new.remove(&key) {
                Some(new) if old.says_the_same(&new) => {}
                Some(new) => tell(Difference::Changed { old, new }),
                None => tell(Difference::Deleted(old)),
            }
        }
        new.into_values().for_each(|new| tell(Difference::Put { new, ordinal: 0 }));
    }
}

/// The identity of a record within its catalog, as texts.
fn identity(record: &Record<'_>) -> Vec<String> {
    let mut key = vec![record.catalog.to_owned()];
    for &column in record.kind.spec().identity {
        key.push(match record.cell(record.kind.columns()[column].name) {
            CellRef::Absent => String::new(),
            CellRef::Text(text) => text.to_owned(),
            CellRef::Number(number) => number.to_string(),
        });
    }
    key
}

/// Matches records of one identity: equal ones first, the rest in order.
fn match_parallel<'a>(old: Vec<Record<'a>>, mut new: Vec<Record<'a>>, tell: &mut dyn FnMut(Difference<'a>)) {
    let mut used: Vec<i64> = old.iter().map(Record::ordinal).collect();
    let mut unmatched = Vec::new();
    for record in old {
        match new.iter().position(|other| record.says_the_same(other)) {
            Some(i) => drop(new.remove(i)),
            None => unmatched.push(record),
        }
    }
    let mut new = new.into_iter();
    for old in unmatched {
        match new.next() {
            Some(new) => tell(Difference::Changed { old, new }),
            None => tell(Difference::Deleted(old)),
        }
    }
    // No old record is left over where a new one is: each keeps its ordinal, and the new ones take what is free.
    for new in new {
        let ordinal = (0..).find(|n| !used.contains(n)).unwrap_or_default();
        used.push(ordinal);
        tell(Difference::Put { new, ordinal });
    }
}

/// Walks two sequences in the order of ids side by side.
fn merge(
    old: &dyn Graph,
    new: &dyn Graph,
    a: impl Iterator<Item = Node>,
    b: impl Iterator<Item = Node>,
    mut pair: impl FnMut(Option<Node>, Option<Node>),
) {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (None, None) => return,
            (Some(x), Some(y)) => match old.id(x).cmp(new.id(y)) {
                std::cmp::Ordering::Equal => {
                    pair(Some(x), Some(y));
                    a.next();
                    b.next();
                }
                std::cmp::Ordering::Less => {
                    pair(Some(x), None);
                    a.next();
                }
                std::cmp::Ordering::Greater => {
                    pair(None, Some(y));
                    b.next();
                }
            },
            (x, y) => {
                pair(x, y);
                a.next();
                b.next();
            }
        }
    }
}

/// Collects differences as changes.
struct Collector {
    symbols: Symbols,
    puts: Vec<Table>,
    deletes: Vec<Table>,
    counts: [Counts; Kind::ALL.len()],
}

impl Collector {
    fn new() -> Self {
        Self {
            symbols: Symbols::new(),
            puts: Kind::ALL.into_iter().map(Table::new).collect(),
            deletes: Kind::ALL.into_iter().map(Table::new).collect(),
            counts: [Counts::default(); Kind::ALL.len()],
        }
    }

    fn take(&mut self, difference: Difference<'_>) {
        match difference {
            Difference::Put { new, ordinal } => {
                self.counts[new.kind as usize].put += 1;
                self.put(&new, ordinal);
            }
            Difference::Changed { old, new } => {
                self.counts[new.kind as usize].changed += 1;
                self.put(&new, old.ordinal());
            }
            Difference::Deleted(record) => {
                self.counts[record.kind as usize].deleted += 1;
                let identity = record.kind.spec().identity;
                let names: Vec<&str> = identity.iter().map(|&c| record.kind.columns()[c].name).collect();
                let mut key = record;
                key.cells.retain(|(name, ..)| names.contains(name) || *name == ORDINAL);
                key.push_to(&mut self.deletes[key.kind as usize], &mut self.symbols);
            }
        }
    }

    fn put(&mut self, record: &Record<'_>, ordinal: i64) {
        let mut record = record.clone();
        record.cells.retain(|(name, ..)| *name != ORDINAL);
        let table = &mut self.puts[record.kind as usize];
        let row = record.push_to(table, &mut self.symbols);
        if ordinal > 0 {
            set_ordinal(table, row, ordinal);
        }
    }

    fn finish(self) -> Diff {
        let batches = |operation, tables: Vec<Table>| {
            tables.into_iter().filter(|t| !t.is_empty()).map(move |table| Batch { operation, table })
        };
        let batches = batches(Operation::Delete, self.deletes).chain(batches(Operation::Put, self.puts)).collect();
        Diff { changes: ChangeSet { symbols: self.symbols, batches }, counts: self.counts }
    }
}

fn set_ordinal(table: &mut Table, row: usize, ordinal: i64) {
    let column = table.extra_column(ORDINAL, ValueType::Integer);
    table.set(column, row, Cell::Number(ordinal));
}

/// Gives sharing edges without an id of their own that agree on catalog, type and ends the ordinals that tell them apart.
pub fn number_parallel_edges(table: &mut Table) {
    const ID: usize = 10;
    let mut keyed: Vec<((u32, u32, u32, u32), u32)> = (0..table.len())
        .filter(|&row| table.sym(ID, row).is_none())
        .map(|row| {
            let key = (table.catalog[row].0, table.sym(0, row).0, table.sym(1, row).0, table.sym(2, row).0);
            (key, row as u32)
        })
        .collect();
    rayon::slice::ParallelSliceMut::par_sort_unstable(&mut keyed[..]);
    let mut ordinal = 0;
    let parallel: Vec<(u32, i64)> = keyed
        .windows(2)
        .filter_map(|pair| {
            ordinal = if pair[0].0 == pair[1].0 { ordinal + 1 } else { 0 };
            (ordinal > 0).then_some((pair[1].1, ordinal))
        })
        .collect();
    for (row, ordinal) in parallel {
        set_ordinal(table, row as usize, ordinal);
    }
}
