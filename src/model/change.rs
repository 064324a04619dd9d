//! The narrow waist: what importers yield, and what exporters, the log, federation and diffs speak.

use super::kind::Kind;
use super::symbols::{Sym, Symbols};
use super::table::{Cell, Table};

/// What happens to the rows of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Operation {
    /// The record is put: new, or in place of the one with its identity.
    Put = 0,
    /// The record with this identity is deleted. The row holds the identity's columns alone.
    Delete = 1,
}

/// Changes of one operation to records of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// What happens.
    pub operation: Operation,
    /// To which records.
    pub table: Table,
}

/// What a commit changes. The texts of all batches are in one set of symbols.
///
/// A record's identity is its kind's identity columns; sharing edges without an `id` of their own that agree on type
/// and ends are told apart by an ordinal (column [`ORDINAL`], absent for the first), which has no meaning beyond that.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    /// The texts.
    pub symbols: Symbols,
    /// The changes. No identity occurs twice, so that their order means nothing.
    pub batches: Vec<Batch>,
}

/// The column, in tables of changes, that tells parallel sharing edges apart: 1 for the second, 2 for the third, and so
/// on. Its name cannot be that of a column of a file.
pub const ORDINAL: &str = "\u{1}ordinal";

/// How many records of a kind a set of changes puts new, changes and deletes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New records.
    pub put: u64,
    /// Records whose properties differ from before.
    pub changed: u64,
    /// Records deleted.
    pub deleted: u64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.put + self.changed + self.deleted
    }
}

impl ChangeSet {
    /// How many changes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.batches.iter().map(|b| b.table.len()).sum()
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The kinds that it touches, in their order, each once.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = self.batches.iter().filter(|b| !b.table.is_empty()).map(|b| b.table.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

/// The identity of a record: its catalog, the cells of its identity columns, and its ordinal.
pub type Identity = (Sym, Vec<Cell>, i64);

/// The identity of the record that a row is of. Those of rows with symbols of one set can be compared.
#[must_use]
pub fn identity(table: &Table, row: usize) -> Identity {
    let cells = table.kind.spec().identity.iter().map(|&c| table.cell(c, row)).collect();
    let own = table.kind.columns().len();
    let ordinal = table.columns[own..].iter().position(|c| c.name == ORDINAL).map(|c| table.number(own + c, row));
    (table.catalog[row], cells, ordinal.filter(|n| *n > 0).unwrap_or(0))
}
