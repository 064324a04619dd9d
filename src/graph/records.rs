//! Records, whichever way they are held: rows of tables, or nodes and relationships of a graph.

use super::{CellRef, EdgeIndex, Graph, Node, table_cell};
use crate::model::change::ORDINAL;
use crate::model::table::Cell;
use crate::model::{Kind, RelType, Sym, Symbols, Table, ValueType};

/// A record's cells that are not absent, borrowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<'a> {
    /// The kind.
    pub kind: Kind,
    /// The catalog that states it.
    pub catalog: &'a str,
    /// The cells: name, type, value. The kind's own columns come first, in its order, then the rest by name and type.
    pub cells: Vec<(&'a str, ValueType, CellRef<'a>)>,
}

impl<'a> Record<'a> {
    /// The cell of a property.
    #[must_use]
    pub fn cell(&self, name: &str) -> CellRef<'a> {
        self.cells.iter().find(|(n, ..)| *n == name).map_or(CellRef::Absent, |(.., cell)| *cell)
    }

    /// Which of several sharing edges without an id that agree on type and ends this is, from 0.
    #[must_use]
    pub fn ordinal(&self) -> i64 {
        self.cell(ORDINAL).number().unwrap_or(0)
    }

    /// Whether two records say the same, the ordinals of parallel edges aside.
    #[must_use]
    pub fn says_the_same(&self, other: &Record<'_>) -> bool {
        fn said<'r>(record: &'r Record<'_>) -> impl Iterator<Item = &'r (&'r str, ValueType, CellRef<'r>)> {
            record.cells.iter().filter(|(name, ..)| *name != ORDINAL)
        }
        self.kind == other.kind && self.catalog == other.catalog && said(self).eq(said(other))
    }

    /// Appends the record to a table of its kind.
    pub fn push_to(&self, table: &mut Table, symbols: &mut Symbols) -> usize {
        let row = table.push_row(symbols.intern(self.catalog));
        for &(name, ty, cell) in &self.cells {
            let own = self.kind.column(name).filter(|&c| table.columns[c].ty == ty);
            let column = own.unwrap_or_else(|| table.extra_column(name, ty));
            let cell = match cell {
                CellRef::Absent => continue,
                CellRef::Text(text) => Cell::Symbol(symbols.intern(text)),
                CellRef::Number(number) => Cell::Number(number),
            };
            table.set(column, row, cell);
        }
        row
    }
}

/// The record in a row of a table.
#[must_use]
pub fn of_row<'a>(symbols: &'a Symbols, table: &'a Table, row: usize) -> Record<'a> {
    let cells = table
        .columns
        .iter()
        .map(|column| (column.name.as_ref(), column.ty, table_cell(symbols, column, row)))
        .filter(|(.., cell)| *cell != CellRef::Absent)
        .collect();
    Record { kind: table.kind, catalog: symbols.get(table.catalog[row]).unwrap_or_default(), cells }
}

fn own_cells<'a>(kind: Kind, cell: impl Fn(usize) -> CellRef<'a>) -> Vec<(&'a str, ValueType, CellRef<'a>)> {
    kind.columns()
        .iter()
        .enumerate()
        .map(|(c, spec)| (spec.name, spec.ty.value_type(), cell(c)))
        .filter(|(.., cell)| *cell != CellRef::Absent)
        .collect()
}

/// The record of a defined node.
#[must_use]
pub fn of_node(graph: &dyn Graph, node: Node) -> Record<'_> {
    let kind = graph.kind(node);
    let mut cells = own_cells(kind, |c| graph.node_cell(node, c));
    cells.extend(graph.node_extras(node).into_iter().map(|e| (e.name, e.ty, e.cell)));
    Record { kind, catalog: graph.node_catalog(node), cells }
}

/// The record of a relationship of a type that has records of its own.
#[must_use]
pub fn of_edge(graph: &dyn Graph, ty: RelType, from: Node, to: Node, edge: EdgeIndex) -> Option<Record<'_>> {
    let kind = ty.record()?;
    let (first, second) = ends(kind);
    let mut cells = own_cells(kind, |c| {
        if c == first {
            CellRef::Text(graph.id(from))
        } else if c == second {
            CellRef::Text(graph.id(to))
        } else if kind == Kind::Share && c == 0 {
            CellRef::Text(ty.name())
        } else {
            graph.edge_cell(ty, edge, c)
        }
    });
    cells.extend(graph.edge_extras(ty, edge).into_iter().map(|e| (e.name, e.ty, e.cell)));
    Some(Record { kind, catalog: graph.edge_catalog(ty, edge), cells })
}

/// The columns of a relationship's record that hold the node it leaves and the node it enters.
#[must_use]
pub fn ends(kind: Kind) -> (usize, usize) {
    match kind {
        Kind::Share => (1, 2),
        Kind::Adoption => (1, 0),
        _ => (0, 1),
    }
}

/// The column that holds a record's anchor: what it is found by. For a node its key, for a relationship what it leaves.
#[must_use]
pub fn anchor(kind: Kind) -> usize {
    if kind.is_node() { 0 } else { ends(kind).0 }
}

/// The record types that may leave a node of this kind.
pub fn types_leaving(kind: Kind) -> impl Iterator<Item = RelType> {
    RelType::ALL.iter().copied().filter(move |ty| ty.record().is_some() && ty.from() == kind)
}

/// All records of a graph that a test on kind and catalog accepts, as tables: one a kind, in identity order.
pub fn to_tables(graph: &dyn Graph, symbols: &mut Symbols, keep: impl Fn(Kind, &str) -> bool) -> Vec<Table> {
    let mut tables: Vec<Table> = Kind::ALL.into_iter().map(Table::new).collect();
    // Who states a record is asked first: most are not wanted, and there may be millions.
    for kind in Kind::NODES {
        for node in graph.nodes(kind) {
            let catalog = graph.node_catalog(node);
            if !catalog.is_empty() && keep(kind, catalog) {
                of_node(graph, node).push_to(&mut tables[kind as usize], symbols);
            }
        }
    }
    for &ty in RelType::ALL {
        let Some(kind) = ty.record() else { continue };
        let dangling = graph.dangling().filter(|&node| graph.kind(node) == ty.from());
        for from in graph.nodes(ty.from()).chain(dangling) {
            for (to, edge) in graph.outgoing(ty, from).iter() {
                if keep(kind, graph.edge_catalog(ty, edge))
                    && let Some(record) = of_edge(graph, ty, from, to, edge)
                {
                    record.push_to(&mut tables[kind as usize], symbols);
                }
            }
        }
    }
    for outranked in graph.outranked().iter().filter(|o| keep(o.kind, &o.catalog)) {
        of_outranked(outranked).push_to(&mut tables[outranked.kind as usize], symbols);
    }
    tables.retain(|t| !t.is_empty());
    tables
}

/// The record of a definition that another catalog's outranks.
#[must_use]
pub fn of_outranked(outranked: &super::Outranked) -> Record<'_> {
    let cells = outranked.cells.iter().map(|(name, ty, cell)| (name.as_str(), *ty, cell.as_ref())).collect();
    Record { kind: outranked.kind, catalog: &outranked.catalog, cells }
}

/// The catalogs that a set of tables defines.
#[must_use]
pub fn catalogs_of(tables: &[Table]) -> Vec<Sym> {
    tables.iter().filter(|t| t.kind == Kind::Catalog).flat_map(|t| t.syms(0).iter().copied()).collect()
}
