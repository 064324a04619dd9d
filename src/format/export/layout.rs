//! The columns of one kind over all tables of a snapshot, and the plain text of a cell.

use std::cmp::Ordering;
use std::fmt::Write;

use crate::model::date;
use crate::model::kind::{ColumnSpec, Kind};
use crate::model::table::{Cell, Cells};
use crate::model::{Column, Symbols, ValueType};

use super::Snapshot;

/// A row of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RowRef {
    /// The position of its table.
    pub(crate) table: u32,
    /// Its position there.
    pub(crate) row: u32,
}

impl RowRef {
    pub(crate) fn new(table: usize, row: usize) -> Self {
        Self { table: table as u32, row: row as u32 }
    }
}

/// A column of a kind: one that the contract knows, or one that is unknown and has a value somewhere.
pub(crate) struct LayoutColumn<'a> {
    pub(crate) name: &'a str,
    pub(crate) ty: ValueType,
    /// The contract's description; none for an unknown column.
    pub(crate) spec: Option<&'static ColumnSpec>,
    /// The column's position in each table of the snapshot that has a value in it.
    at: Vec<Option<usize>>,
}

/// The columns of one kind: the contract's in their order, then the unknown by name and type.
pub(crate) struct Layout<'a> {
    snapshot: Snapshot<'a>,
    pub(crate) columns: Vec<LayoutColumn<'a>>,
}

/// Whether a column is bookkeeping that no file may show (see [`crate::model::change::ORDINAL`]).
pub(crate) fn is_hidden(name: &str) -> bool {
    name.starts_with('\u{1}')
}

fn has_value(column: &Column) -> bool {
    match &column.cells {
        Cells::Symbols(cells) => cells.iter().any(|s| s.is_some()),
        Cells::Numbers(cells) => cells.iter().any(|n| !Cell::Number(*n).is_absent()),
    }
}

impl<'a> Layout<'a> {
    pub(crate) fn new(snapshot: Snapshot<'a>, kind: Kind) -> Self {
        let own = kind.columns().len();
        let tables = || snapshot.tables.iter().enumerate().filter(move |(_, t)| t.kind == kind);
        let mut columns: Vec<LayoutColumn<'a>> = kind
            .columns()
            .iter()
            .enumerate()
            .map(|(i, spec)| LayoutColumn {
                name: spec.name,
                ty: spec.ty.value_type(),
                spec: Some(spec),
                // Rows are read in the order of their identity, far apart from each other: a column without a value is
                // not looked at for each of them.
                at: snapshot.tables.iter().map(|t| (t.kind == kind && has_value(&t.columns[i])).then_some(i)).collect(),
            })
            .collect();
        // An unknown column without a value is left out: how rows are spread over tables must not show.
        let mut unknown: Vec<(&'a str, ValueType)> = tables()
            .flat_map(|(_, t)| &t.columns[own..])
            .filter(|c| !is_hidden(&c.name) && has_value(c))
            .map(|c| (c.name.as_ref(), c.ty))
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        for (name, ty) in unknown {
            let mut at = vec![None; snapshot.tables.len()];
            for (i, table) in tables() {
                at[i] = table.columns[own..].iter().position(|c| c.name == name && c.ty == ty).map(|p| p + own);
            }
            columns.push(LayoutColumn { name, ty, spec: None, at });
        }
        Self { snapshot, columns }
    }

    pub(crate) fn cell(&self, column: usize, at: RowRef) -> Cell {
        match self.columns[column].at[at.table as usize] {
            Some(position) => self.snapshot.tables[at.table as usize].cell(position, at.row as usize),
            None => Cell::Number(crate::model::table::ABSENT),
        }
    }

    /// Orders two rows by their content, column by column, and then by the catalog that states them.
    pub(crate) fn compare(&self, a: RowRef, b: RowRef) -> Ordering {
        let symbols = self.snapshot.symbols;
        let catalog = |r: RowRef| symbols.get(self.snapshot.tables[r.table as usize].catalog[r.row as usize]);
        (0..self.columns.len())
            .map(|c| compare_cells(symbols, self.columns[c].ty, self.cell(c, a), self.cell(c, b)))
            .find(|o| o.is_ne())
            .unwrap_or_else(|| catalog(a).cmp(&catalog(b)))
    }

    /// The name of each column that is a property, none for the others. A name that is taken gets its type added.
    pub(crate) fn property_names(&self, reserved: &[&str]) -> Vec<Option<String>> {
        let taken =
            |i: usize, name: &str| {
                reserved.contains(&name)
                    || self.columns.iter().enumerate().any(|(j, c)| {
                        j != i && c.name == name && (c.spec.is_some_and(|s| s.property) || c.spec.is_none())
                    })
            };
        let name = |(i, column): (usize, &LayoutColumn<'_>)| match column.spec {
            Some(spec) => spec.property.then(|| spec.name.to_owned()),
            None if taken(i, column.name) => Some(match column.ty {
                ValueType::Text => format!("{}:text", column.name),
                ty => format!("{}{}", column.name, ty.suffix()),
            }),
            None => Some(column.name.to_owned()),
        };
        self.columns.iter().enumerate().map(name).collect()
    }
}

fn compare_cells(symbols: &Symbols, ty: ValueType, a: Cell, b: Cell) -> Ordering {
    match (a, b) {
        (Cell::Symbol(a), Cell::Symbol(b)) if a == b => Ordering::Equal,
        (Cell::Symbol(a), Cell::Symbol(b)) => symbols.get(a).cmp(&symbols.get(b)),
        (Cell::Number(x), Cell::Number(y)) if ty == ValueType::Float && !a.is_absent() && !b.is_absent() => {
            f64::from_bits(x as u64).total_cmp(&f64::from_bits(y as u64))
        }
        (Cell::Number(a), Cell::Number(b)) => a.cmp(&b),
        // A table without the column has an absent number there; absent comes first.
        _ => b.is_absent().cmp(&a.is_absent()),
    }
}

/// Appends a float so that it reads back the same: the shortest decimal form, with an exponent where that form would
/// be long.
pub(crate) fn push_float(out: &mut String, value: f64) {
    let magnitude = value.abs();
    let done = if magnitude != 0.0 && !(1e-6..1e16).contains(&magnitude) {
        write!(out, "{value:e}")
    } else {
        write!(out, "{value}")
    };
    // Writing to a string does not fail.
    debug_assert!(done.is_ok());
}

/// Appends the plain text of a cell: what the CSV formats and GraphML write. An absent cell appends nothing.
pub(crate) fn push_cell(out: &mut String, symbols: &Symbols, ty: ValueType, cell: Cell) {
    match cell {
        _ if cell.is_absent() => {}
        Cell::Symbol(sym) => out.push_str(symbols.text(sym)),
        Cell::Number(n) => match ty {
            ValueType::Float => push_float(out, f64::from_bits(n as u64)),
            ValueType::Boolean => out.push_str(if n == 0 { "false" } else { "true" }),
            ValueType::Date => {
                let done = write!(out, "{}", date::from_days(n));
                debug_assert!(done.is_ok());
            }
            ValueType::Integer | ValueType::Text | ValueType::List => {
                let done = write!(out, "{n}");
                debug_assert!(done.is_ok());
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn floats_are_short_and_plain() {
        for (value, text) in
            [(0.0, "0"), (1200.0, "1200"), (0.25, "0.25"), (-3.5, "-3.5"), (1e300, "1e300"), (1e-7, "1e-7")]
        {
            let mut out = String::new();
            push_float(&mut out, value);
            assert_eq!(out, text);
        }
    }

    proptest! {
        #[test]
        fn every_finite_float_reads_back_the_same(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let mut out = String::new();
            push_float(&mut out, value);
            prop_assert_eq!(out.parse::<f64>().unwrap().to_bits(), bits);
        }
    }
}
