//! A snapshot as a graph: its nodes and relationships in the order of their identity, with those that dangle.

use std::fmt::Write;

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use crate::model::kind::{Direction, Kind};
use crate::model::{RelType, Sym, SymbolScope, Table, ValueType, list};

use super::layout::{Layout, RowRef, push_cell};
use super::order::Order;
use super::vocabulary::Authorities;
use super::{Notes, Snapshot};

/// A node: its key's rank, and its row unless it dangles.
#[derive(Clone, Copy)]
pub(super) struct Node {
    key: u32,
    pub(super) row: Option<RowRef>,
}

/// A relationship: the ranks of its ends' keys, and the row that states it.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    from: u32,
    to: u32,
    pub(super) row: RowRef,
}

/// An item of a list column as a relationship.
struct ListStatement {
    ty: RelType,
    from: Sym,
    to: Sym,
    row: RowRef,
}

/// The index of a snapshot: a few bytes a symbol.
pub(super) struct Graph<'a> {
    pub(super) snapshot: Snapshot<'a>,
    /// The snapshot's texts, the items of its reference lists, and the keys of records without an id.
    texts: SymbolScope<'a>,
    order: Order,
    /// By symbol, a bit for each kind that has a record of this key.
    defined: Vec<u16>,
    /// By symbol, a bit for each kind of which a relationship names a record of this key.
    named: Vec<u16>,
    /// The keys of claims and waivers.
    composite: HashMap<RowRef, Sym>,
    /// Rows that another row of the same record stands for.
    passed_over: HashSet<RowRef>,
    lists: Vec<ListStatement>,
}

fn grow(bits: &mut Vec<u16>, sym: Sym, kind: Kind) -> bool {
    if sym.index() >= bits.len() {
        bits.resize(sym.index() + 1, 0);
    }
    let (cell, bit) = (&mut bits[sym.index()], 1 << kind as u16);
    let was = *cell & bit != 0;
    *cell |= bit;
    was
}

/// The columns of a kind that state a relationship of this type.
fn stating(kind: Kind, ty: RelType) -> impl Iterator<Item = (usize, Direction, ValueType)> {
    let states = move |(i, spec): (usize, &crate::model::ColumnSpec)| {
        spec.states.filter(|(t, _)| *t == ty).map(|(_, direction)| (i, direction, spec.ty.value_type()))
    };
    kind.columns().iter().enumerate().filter_map(states)
}

/// The columns of the ends of a relationship that has records of its own.
fn end_columns(record: Kind) -> (usize, usize) {
    match record {
        Kind::Share => (1, 2),
        // An adoption's row names the pilot first; the relationship runs from the region.
        Kind::Adoption => (1, 0),
        _ => (0, 1),
    }
}

/// Whether all catalogs' statements of this relationship count, not only those of the row that stands for the record.
fn is_union(ty: RelType) -> bool {
    matches!(ty, RelType::Leads | RelType::ServesSector)
}

impl<'a> Graph<'a> {
    /// Indexes a snapshot for the nodes of it and the relationships of these types.
    pub(super) fn new(snapshot: Snapshot<'a>, types: &[RelType]) -> Self {
        let mut graph = Self {
            snapshot,
            texts: SymbolScope::new(snapshot.symbols),
            order: Order::new(&SymbolScope::new(snapshot.symbols), &[]),
            defined: vec![0; snapshot.symbols.len()],
            named: vec![0; snapshot.symbols.len()],
            composite: HashMap::new(),
            passed_over: HashSet::new(),
            lists: Vec::new(),
        };
        graph.define();
        for &ty in types {
            graph.name(ty);
        }
        let len = graph.defined.len().max(graph.named.len());
        graph.defined.resize(len, 0);
        graph.named.resize(len, 0);
        let marked: Vec<bool> = graph.defined.iter().zip(&graph.named).map(|(d, n)| d | n != 0).collect();
        graph.order = Order::new(&graph.texts, &marked);
        graph
    }

    fn rows(&self, kind: Kind) -> impl Iterator<Item = (usize, &'a Table)> + use<'a> {
        self.snapshot.tables.iter().enumerate().filter(move |(_, t)| t.kind == kind)
    }

    /// Marks what the rows define, and finds the rows that another stands for.
    fn define(&mut self) {
        for kind in Kind::NODES {
            let mut several: HashMap<Sym, Vec<RowRef>> = HashMap::new();
            for (t, table) in self.rows(kind) {
                for row in 0..table.len() {
                    let at = RowRef::new(t, row);
                    let key = if matches!(kind, Kind::Claim | Kind::Waiver) {
                        let key = self.composite_key(table, row);
                        self.composite.insert(at, key);
                        key
                    } else {
                        table.sym(0, row)
                    };
                    if key.is_some() && grow(&mut self.defined, key, kind) {
                        several.entry(key).or_default();
                    }
                }
            }
            if several.is_empty() {
                continue;
            }
            for (t, table) in self.rows(kind) {
                for row in 0..table.len() {
                    let at = RowRef::new(t, row);
                    if let Some(rows) = several.get_mut(&self.key(at)) {
                        rows.push(at);
                    }
                }
            }
            let (authorities, layout) = (Authorities::new(self.snapshot), Layout::new(self.snapshot, kind));
            for (key, mut rows) in several {
                let catalog = |r: &RowRef| self.snapshot.tables[r.table as usize].catalog[r.row as usize];
                let nearness = |r: &RowRef| match kind {
                    Kind::Region => authorities.nearness(catalog(r), self.texts.text(key)),
                    _ => None,
                };
                let name = |r: &RowRef| self.snapshot.symbols.get(catalog(r));
                rows.sort_by(|a, b| {
                    let by_catalog = || name(a).cmp(&name(b)).then_with(|| layout.compare(*a, *b));
                    nearness(b).cmp(&nearness(a)).then_with(by_catalog)
                });
                self.passed_over.extend(rows.into_iter().skip(1));
            }
        }
    }

    /// The key of a record that has no id, or whose id is its catalog's alone.
    fn composite_key(&mut self, table: &Table, row: usize) -> Sym {
        let symbols = self.snapshot.symbols;
        let mut cells = String::new();
        for (i, &column) in table.kind.spec().identity.iter().enumerate() {
            let mut cell = String::new();
            push_cell(&mut cell, symbols, table.columns[column].ty, table.cell(column, row));
            if i > 0 {
                cells.push(';');
            }
            // Escaped as in a list, so that different cells never make one key.
            cells.push_str(&list::join([cell]));
        }
        let catalog = symbols.get(table.catalog[row]).unwrap_or_default();
        self.texts.intern(&format!("{catalog}:{cells}"))
    }

    /// Marks the ends of the relationships of a type, and keeps those that are items of lists.
    fn name(&mut self, ty: RelType) {
        let mut named = std::mem::take(&mut self.named);
        self.each_statement(ty, |from, to, _| {
            grow(&mut named, from, ty.from());
            grow(&mut named, to, ty.to());
        });
        for kind in Kind::NODES {
            for (column, direction, value_type) in stating(kind, ty) {
                if value_type != ValueType::List {
                    continue;
                }
                for (t, table) in self.rows(kind) {
                    for row in 0..table.len() {
                        let at = RowRef::new(t, row);
                        let key = self.key(at);
                        if key.is_none() || (!is_union(ty) && self.passed_over.contains(&at)) {
                            continue;
                        }
                        let cell = self.snapshot.symbols.get(table.sym(column, row)).unwrap_or_default();
                        for item in list::split(cell) {
                            let item = self.texts.intern(&item);
                            let (from, to) = match direction {
                                Direction::Outgoing => (key, item),
                                Direction::Incoming => (item, key),
                            };
                            grow(&mut named, from, ty.from());
                            grow(&mut named, to, ty.to());
                            self.lists.push(ListStatement { ty, from, to, row: at });
                        }
                    }
                }
            }
        }
        self.named = named;
    }

    /// Calls for each relationship of a type that a record or a single cell states.
    fn each_statement(&self, ty: RelType, mut each: impl FnMut(Sym, Sym, RowRef)) {
        if let Some(record) = ty.record() {
            let (from, to) = end_columns(record);
            let word = self.snapshot.symbols.find(ty.name());
            for (t, table) in self.rows(record) {
                for row in 0..table.len() {
                    let (a, b) = (table.sym(from, row), table.sym(to, row));
                    let other = record == Kind::Share && Some(table.sym(0, row)) != word;
                    if !other && a.is_some() && b.is_some() {
                        each(a, b, RowRef::new(t, row));
                    }
                }
            }
            return;
        }
        for kind in Kind::NODES {
            for (column, direction, value_type) in stating(kind, ty) {
                if value_type == ValueType::List {
                    continue;
                }
                for (t, table) in self.rows(kind) {
                    for row in 0..table.len() {
                        let at = RowRef::new(t, row);
                        let (key, other) = (table.sym(0, row), table.sym(column, row));
                        if key.is_none() || other.is_none() || self.passed_over.contains(&at) {
                            continue;
                        }
                        match direction {
                            Direction::Outgoing => each(key, other, at),
                            Direction::Incoming => each(other, key, at),
                        }
                    }
                }
            }
        }
    }

    fn key(&self, at: RowRef) -> Sym {
        match self.composite.get(&at) {
            Some(key) => *key,
            None => self.snapshot.tables[at.table as usize].sym(0, at.row as usize),
        }
    }

    /// The nodes of a kind, by the text of their key.
    pub(super) fn nodes(&self, kind: Kind) -> Vec<Node> {
        let mut nodes = Vec::new();
        for (t, table) in self.rows(kind) {
            for row in 0..table.len() {
                let at = RowRef::new(t, row);
                let key = self.order.rank(self.key(at));
                if key != 0 && !self.passed_over.contains(&at) {
                    nodes.push(Node { key, row: Some(at) });
                }
            }
        }
        let bit = 1 << kind as u16;
        for (i, sym) in self.order.symbols().iter().enumerate() {
            if self.named[sym.index()] & bit != 0 && self.defined[sym.index()] & bit == 0 {
                nodes.push(Node { key: i as u32 + 1, row: None });
            }
        }
        nodes.par_sort_unstable_by_key(|n| n.key);
        nodes
    }

    /// The relationships of a type, which must be one of those that the index was made for, by the texts of their
    /// ends, then by id and content.
    pub(super) fn edges(&self, ty: RelType) -> Vec<Edge> {
        let mut edges = Vec::new();
        let edge = |from, to, row| Edge { from: self.order.rank(from), to: self.order.rank(to), row };
        self.each_statement(ty, |from, to, row| edges.push(edge(from, to, row)));
        edges.extend(self.lists.iter().filter(|s| s.ty == ty).map(|s| edge(s.from, s.to, s.row)));
        match ty.record() {
            Some(record) => {
                let layout = Layout::new(self.snapshot, record);
                let id = record.column("id");
                let symbols = self.snapshot.symbols;
                let own_id = |e: &Edge| {
                    id.and_then(|id| {
                        symbols.get(self.snapshot.tables[e.row.table as usize].sym(id, e.row.row as usize))
                    })
                };
                edges.par_sort_unstable_by(|a, b| {
                    let content = || own_id(a).cmp(&own_id(b)).then_with(|| layout.compare(a.row, b.row));
                    (a.from, a.to).cmp(&(b.from, b.to)).then_with(content)
                });
            }
            None => {
                edges.par_sort_unstable_by(|a, b| {
                    let content = || self.catalog(a.row).cmp(&self.catalog(b.row));
                    (a.from, a.to).cmp(&(b.from, b.to)).then_with(content)
                });
                // The same fact, stated by several catalogs or twice in one list.
                edges.dedup_by_key(|e| (e.from, e.to));
            }
        }
        edges
    }

    /// The catalog that states a row.
    pub(super) fn catalog(&self, at: RowRef) -> Option<&'a str> {
        self.snapshot.symbols.get(self.snapshot.tables[at.table as usize].catalog[at.row as usize])
    }

    /// A node's key: its id, its code, or what stands for one.
    pub(super) fn key_text(&self, node: Node) -> &str {
        self.texts.text(self.order.symbol(node.key))
    }

    /// The keys of a relationship's ends.
    pub(super) fn ends(&self, edge: Edge) -> (&str, &str) {
        (self.texts.text(self.order.symbol(edge.from)), self.texts.text(self.order.symbol(edge.to)))
    }

    /// What an export of this graph has to tell before it has written anything.
    pub(super) fn notes(&self) -> Notes {
        Notes { passed_over: self.passed_over.len() as u64, ..Notes::default() }
    }
}

/// The id of a node among those of all labels.
pub(super) fn node_id(out: &mut String, kind: Kind, key: &str) {
    out.clear();
    let done = write!(out, "{}/{key}", kind.label());
    debug_assert!(done.is_ok());
}

/// The name of the property that a node's key is, where it is one: what a dangling node has besides `dangling`.
pub(super) fn key_property(kind: Kind) -> &'static str {
    kind.columns()[0].name
}
