//! Which changes an overlay takes.

use std::borrow::Cow;

use hashbrown::HashSet;

use super::Overlay;
use crate::graph::records::ends;
use crate::graph::{CellRef, Graph, Presence, identity_text, table_cell};
use crate::model::{Batch, ChangeSet, Kind, Operation, RelType, Symbols, Table, id};

/// The id of the node that a row defines; none where the row has no key.
pub(super) fn node_id<'a>(symbols: &'a Symbols, table: &Table, row: usize) -> Option<Cow<'a, str>> {
    match identity_text(symbols, table, row) {
        Some(text) => Some(Cow::Owned(text)),
        None => symbols.get(table.sym(0, row)).map(Cow::Borrowed),
    }
}

/// The type and the ends' ids of the relationship in a row; none where one is missing or the type does not exist.
pub(super) fn relationship<'a>(symbols: &'a Symbols, table: &Table, row: usize) -> Option<(RelType, &'a str, &'a str)> {
    let ty = match table.kind {
        Kind::Share => RelType::from_name(symbols.get(table.sym(0, row))?).filter(|ty| ty.is_sharing())?,
        kind => RelType::ALL.iter().copied().find(|ty| ty.record() == Some(kind))?,
    };
    let (from, to) = ends(table.kind);
    Some((ty, symbols.get(table.sym(from, row))?, symbols.get(table.sym(to, row))?))
}

impl Overlay {
    /// Whether an overlay can show these changes. It cannot where they may change which definition of shared vocabulary
    /// counts, which catalogs are held (and so which dangling nodes are broken), or the tiers; then the graph has to be
    /// built anew.
    #[must_use]
    pub fn takes(base: &dyn Graph, changes: &ChangeSet) -> bool {
        let mut keys = HashSet::new();
        changes.batches.iter().all(|batch| {
            (0..batch.table.len()).all(|row| {
                let symbols = &changes.symbols;
                if !batch.table.kind.is_node() {
                    return relationship(symbols, &batch.table, row).is_some();
                }
                let Some(key) = node_id(symbols, &batch.table, row) else { return false };
                takes_node(base, symbols, batch, row, &key) && keys.insert((batch.table.kind, key))
            })
        })
    }
}

fn takes_node(base: &dyn Graph, symbols: &Symbols, batch: &Batch, row: usize, key: &str) -> bool {
    let (kind, table) = (batch.table.kind, &batch.table);
    let catalog = symbols.get(table.catalog[row]).unwrap_or_default();
    let is_key = |cell: &str| cell == key;
    let several = base.outranked().iter().any(|o| {
        // Which region counts depends on the catalogs' authority too.
        let by_key = o
            .cells
            .iter()
            .any(|(name, _, cell)| *name == kind.columns()[0].name && cell.as_ref().text().is_some_and(is_key));
        let made = matches!(kind, Kind::Claim | Kind::Waiver);
        (o.kind == kind && (by_key || made)) || (o.kind == Kind::Region && kind == Kind::Catalog)
    });
    if several {
        return false;
    }
    let defined = base.find(kind, key).filter(|n| base.presence(*n) == Presence::Defined);
    match kind {
        Kind::Tier => false,
        Kind::Catalog => batch.operation == Operation::Put && defined.is_some(),
        // A second definition of a key is none of this overlay's matters, nor is that of another catalog.
        Kind::Region | Kind::Line | Kind::Sector => defined.is_none_or(|n| base.node_catalog(n) == catalog),
        // Keys of several columns are joined, so that two may read alike.
        Kind::Claim | Kind::Waiver => defined.is_none_or(|n| {
            let same = |&c: &usize| match table.columns.get(c).map(|column| table_cell(symbols, column, row)) {
                Some(cell) => base.node_cell(n, c) == cell,
                None => base.node_cell(n, c) == CellRef::Absent,
            };
            base.node_catalog(n) == catalog && kind.spec().identity.iter().all(same)
        }),
        _ => id::catalog_of(key) == Some(catalog),
    }
}
