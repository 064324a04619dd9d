//! Collects relationships and lays them out by source and by target.

use std::borrow::Cow;
use std::cmp::Ordering;

use rayon::prelude::*;

use super::super::error::Error;
use super::super::file::{Data, Part, SectionKey};
use super::super::{NONE, Node, table_cell};
use super::Sections;
use super::nodes::Nodes;
use crate::model::change::ORDINAL;
use crate::model::kind::Direction;
use crate::model::vocabulary::SHARE_TYPE;
use crate::model::{Cells, Column, Kind, RelType, Sym, Symbols, Table, ValueType, list};

/// The relationships of every type, as they stand in the records.
pub(super) struct Edges {
    by_type: Vec<Vec<Edge>>,
}

#[derive(Clone, Copy)]
struct Edge {
    from: Node,
    to: Node,
    /// The row of its record; none for what a node's column states.
    row: u32,
}

/// The relationships of one type in the order of source, target and content.
pub(super) struct Layout {
    /// The row of each relationship's record.
    pub(super) rows: Vec<u32>,
    /// The sections that lead from one end to the other.
    pub(super) sections: Sections,
}

impl Edges {
    /// Reads relationships off the records, and settles the numbers of dangling nodes.
    pub(super) fn collect(symbols: &Symbols, tables: &[Cow<'_, Table>], nodes: &mut Nodes) -> Result<Self, Error> {
        let mut by_type: Vec<Vec<Edge>> = RelType::ALL.iter().map(|_| Vec::new()).collect();
        for kind in Kind::NODES {
            collect_stated(symbols, &tables[kind as usize], nodes, &mut by_type);
        }
        collect_records(symbols, tables, nodes, &mut by_type);
        let settle = nodes.settle(symbols)?;
        by_type.par_iter_mut().for_each(|edges| {
            for edge in edges {
                edge.from = settle(edge.from);
                edge.to = settle(edge.to);
            }
        });
        Ok(Self { by_type })
    }

    /// Takes the relationships of a type.
    pub(super) fn take(&mut self, ty: RelType) -> Vec<(Node, Node, u32)> {
        std::mem::take(&mut self.by_type[ty as usize]).into_iter().map(|e| (e.from, e.to, e.row)).collect()
    }
}

/// What the columns of a node's record state.
fn collect_stated(symbols: &Symbols, table: &Table, nodes: &mut Nodes, by_type: &mut [Vec<Edge>]) {
    let kind = table.kind;
    for (c, spec) in kind.columns().iter().enumerate() {
        let Some((ty, direction)) = spec.states else { continue };
        let other = if direction == Direction::Outgoing { ty.to() } else { ty.from() };
        let is_list = spec.ty.value_type() == ValueType::List;
        let cells = table.syms(c);
        let ids = table.syms(0);
        // `LEADS` and `SERVES_SECTOR` are unions over the catalogs that define the same key; any other relationship is
        // that of the definition that counts.
        let outranked = if is_list { nodes.outranked(kind).to_vec() } else { Vec::new() };
        let first = nodes.first(kind);
        let defined: Vec<(Node, u32)> =
            nodes.rows(kind).iter().enumerate().map(|(i, &row)| (first + i as Node, row)).collect();
        let more = outranked.into_iter().filter_map(|row| Some((nodes.defined(kind, ids[row as usize])?, row)));
        let all: Vec<(Node, u32)> = defined.into_iter().chain(more.collect::<Vec<_>>()).collect();
        let edges = &mut by_type[ty as usize];
        let mut add = |node: Node, other: Node| {
            let (from, to) = if direction == Direction::Outgoing { (node, other) } else { (other, node) };
            edges.push(Edge { from, to, row: NONE });
        };
        for (node, row) in all {
            let cell = cells[row as usize];
            if cell.is_none() {
                continue;
            }
            if is_list {
                for item in list::split(symbols.text(cell)) {
                    // Items were interned with their list; one that was not is known to nobody.
                    if let Some(sym) = symbols.find(&item) {
                        let other = nodes.refer(other, sym);
                        add(node, other);
                    }
                }
            } else {
                let other = nodes.refer(other, cell);
                add(node, other);
            }
        }
        if is_list {
            edges.sort_unstable_by_key(|e| (e.from, e.to));
            edges.dedup_by_key(|e| (e.from, e.to));
        }
    }
}

/// Relationships that have records of their own.
fn collect_records(symbols: &Symbols, tables: &[Cow<'_, Table>], nodes: &mut Nodes, by_type: &mut [Vec<Edge>]) {
    let shares = &tables[Kind::Share as usize];
    let types: Vec<(Sym, RelType)> = SHARE_TYPE
        .words
        .iter()
        .filter_map(|(word, _)| Some((symbols.find(word)?, RelType::from_name(word)?)))
        .collect();
    let (words, from, to) = (shares.syms(0), shares.syms(1), shares.syms(2));
    let type_of = |row: usize| types.iter().find(|(sym, _)| *sym == words[row]).map(|(_, ty)| *ty);
    let found = look_up(shares.len(), |row| {
        let ty = type_of(row)?;
        Some((nodes.defined(ty.from(), from[row]), nodes.defined(ty.to(), to[row])))
    });
    for (row, ends) in found.into_iter().enumerate() {
        let (Some(ty), Some(ends)) = (type_of(row), ends) else { continue };
        let from = ends.0.unwrap_or_else(|| nodes.refer(ty.from(), from[row]));
        let to = ends.1.unwrap_or_else(|| nodes.refer(ty.to(), to[row]));
        by_type[ty as usize].push(Edge { from, to, row: row as u32 });
    }
    let mut ends = |ty: RelType, record: Kind, from: usize, to: usize| {
        let table = &tables[record as usize];
        let (from, to) = (table.syms(from), table.syms(to));
        let found =
            look_up(table.len(), |row| Some((nodes.defined(ty.from(), from[row]), nodes.defined(ty.to(), to[row]))));
        for (row, ends) in found.into_iter().enumerate() {
            let Some(ends) = ends else { continue };
            let from = ends.0.unwrap_or_else(|| nodes.refer(ty.from(), from[row]));
            let to = ends.1.unwrap_or_else(|| nodes.refer(ty.to(), to[row]));
            by_type[ty as usize].push(Edge { from, to, row: row as u32 });
        }
    };
    ends(RelType::Needs, Kind::Need, 0, 1);
    ends(RelType::Compact, Kind::Compact, 0, 1);
    ends(RelType::Adopted, Kind::Adoption, 1, 0);
}

/// The ends of a relationship that are defined; nothing for a row that states none.
type DefinedEnds = Option<(Option<Node>, Option<Node>)>;

/// Looks the ends of every row up, on all cores: only what dangles is left to be numbered one after another.
fn look_up(rows: usize, ends: impl Fn(usize) -> DefinedEnds + Send + Sync) -> Vec<DefinedEnds> {
    (0..rows).into_par_iter().map(ends).collect()
}

/// Where the nodes that a type of relationship leaves (or enters) stand in its offsets: the defined nodes of a kind,
/// then the dangling ones.
#[derive(Clone, Copy)]
struct Ends {
    first: Node,
    count: u32,
    dangling_first: Node,
    dangling_count: u32,
}

impl Ends {
    fn of(nodes: &Nodes, kind: Kind) -> Self {
        let (dangling_first, dangling_count) = nodes.dangling_range(kind);
        Self { first: nodes.first(kind), count: nodes.count(kind), dangling_first, dangling_count }
    }

    fn len(self) -> usize {
        (self.count + self.dangling_count) as usize
    }

    fn place(self, node: Node) -> usize {
        if node >= self.dangling_first {
            (self.count + node - self.dangling_first) as usize
        } else {
            (node - self.first) as usize
        }
    }
}

/// Lays the relationships of a type out.
pub(super) fn lay_out(
    symbols: &Symbols,
    tables: &[Cow<'_, Table>],
    nodes: &Nodes,
    ty: RelType,
    mut edges: Vec<(Node, Node, u32)>,
) -> Layout {
    let record = ty.record().map(|kind| &tables[kind as usize]);
    edges.par_sort_unstable_by(|a, b| {
        (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| match record {
            // Parallel relationships: by content, so that the order of rows means nothing.
            Some(table) => compare_rows(symbols, table, a.2 as usize, b.2 as usize).then(a.2.cmp(&b.2)),
            None => Ordering::Equal,
        })
    });
    let (sources, targets) = (Ends::of(nodes, ty.from()), Ends::of(nodes, ty.to()));
    let out_offsets = offsets(edges.iter().map(|e| sources.place(e.0)), sources.len());
    let in_offsets = offsets(edges.iter().map(|e| targets.place(e.1)), targets.len());
    let mut next = in_offsets.clone();
    let (mut in_sources, mut in_edges) = (vec![0; edges.len()], vec![0; edges.len()]);
    for (i, edge) in edges.iter().enumerate() {
        let slot = &mut next[targets.place(edge.1)];
        in_sources[*slot as usize] = edge.0;
        in_edges[*slot as usize] = i as u32;
        *slot += 1;
    }
    let key = |part| SectionKey { part, owner: ty as u8, column: 0 };
    let sections = vec![
        (key(Part::OutOffsets), Data::Words(out_offsets)),
        (key(Part::OutTargets), Data::Words(edges.iter().map(|e| e.1).collect())),
        (key(Part::InOffsets), Data::Words(in_offsets)),
        (key(Part::InSources), Data::Words(in_sources)),
        (key(Part::InEdges), Data::Words(in_edges)),
    ];
    Layout { rows: edges.into_iter().map(|e| e.2).collect(), sections }
}

/// Where each place's relationships begin: counts, summed up.
fn offsets(places: impl Iterator<Item = usize>, len: usize) -> Vec<u32> {
    let mut offsets = vec![0u32; len + 1];
    for place in places {
        offsets[place + 1] += 1;
    }
    for i in 1..offsets.len() {
        offsets[i] += offsets[i - 1];
    }
    offsets
}

/// Compares two rows by what they say: catalog, then cell by cell; the ordinal of parallel edges, which follows the order
/// of rows, only where all else agrees.
fn compare_rows(symbols: &Symbols, table: &Table, a: usize, b: usize) -> Ordering {
    symbols.get(table.catalog[a]).cmp(&symbols.get(table.catalog[b])).then_with(|| {
        let is_ordinal = |column: &&Column| column.name == ORDINAL;
        let said = table.columns.iter().filter(|c| !is_ordinal(c));
        for column in said.chain(table.columns.iter().filter(is_ordinal)) {
            let order = match &column.cells {
                Cells::Symbols(_) => table_cell(symbols, column, a).text().cmp(&table_cell(symbols, column, b).text()),
                Cells::Numbers(cells) => cells[a].cmp(&cells[b]),
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    })
}
