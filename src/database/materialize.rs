//! The records of a state, from the changes of its commits.

use std::collections::HashMap;

use crate::graph::Graph;
use crate::graph::records;
use crate::model::change::{Identity, identity};
use crate::model::{Batch, Cells, ChangeSet, Kind, Operation, Sym, Symbols, Table};

/// The records of a graph with changes applied to them.
pub(super) fn with(before: &dyn Graph, changes: &ChangeSet) -> (Symbols, Vec<Table>) {
    with_all(before, std::slice::from_ref(changes))
}

/// The records of a graph with the changes of several commits applied to them, one after another.
pub(super) fn with_all(before: &dyn Graph, commits: &[ChangeSet]) -> (Symbols, Vec<Table>) {
    let mut symbols = Symbols::new();
    let tables = records::to_tables(before, &mut symbols, |_, _| true);
    let batches = tables.into_iter().map(|table| Batch { operation: Operation::Put, table }).collect();
    let mut materializer = Materializer::new();
    materializer.apply(0, &ChangeSet { symbols, batches });
    for (i, changes) in commits.iter().enumerate() {
        materializer.apply(1 + i, changes);
    }
    materializer.finish()
}

/// Applies changes one after another.
pub(super) struct Materializer {
    symbols: Symbols,
    kinds: Vec<Rows>,
}

struct Rows {
    table: Table,
    /// The row of each identity; only once something is put or deleted over what is there.
    places: Option<HashMap<Identity, u32>>,
    /// Rows that were deleted.
    dead: Vec<bool>,
    /// The commit that put the first rows: while it goes on, nothing it puts can be there already.
    first: Option<usize>,
}

impl Materializer {
    pub(super) fn new() -> Self {
        let rows = |kind| Rows { table: Table::new(kind), places: None, dead: Vec::new(), first: None };
        Self { symbols: Symbols::new(), kinds: Kind::ALL.into_iter().map(rows).collect() }
    }

    /// Applies changes of a commit, whose position among all tells it from others.
    pub(super) fn apply(&mut self, commit: usize, changes: &ChangeSet) {
        let numbers: Vec<Sym> = changes.symbols.iter().map(|text| self.symbols.intern(text)).collect();
        let map = |sym: Sym| if sym.is_some() { numbers[sym.index()] } else { sym };
        for Batch { operation, table } in &changes.batches {
            let rows = &mut self.kinds[table.kind as usize];
            if *operation == Operation::Put && *rows.first.get_or_insert(commit) == commit && rows.places.is_none() {
                rows.append(table, map);
                continue;
            }
            let mut table = table.clone();
            table.map_symbols(map);
            for row in 0..table.len() {
                match operation {
                    Operation::Put => rows.put(&table, row),
                    Operation::Delete => rows.delete(&table, row),
                }
            }
        }
    }

    /// The records that are left.
    pub(super) fn finish(self) -> (Symbols, Vec<Table>) {
        let tables = self.kinds.into_iter().map(|mut rows| {
            if rows.dead.contains(&true) {
                let dead = std::mem::take(&mut rows.dead);
                rows.table.retain(|_, row| !dead.get(row).copied().unwrap_or(false));
            }
            rows.table
        });
        (self.symbols, tables.filter(|t| !t.is_empty()).collect())
    }
}

impl Rows {
    /// Adds rows that cannot be there yet.
    fn append(&mut self, from: &Table, map: impl Fn(Sym) -> Sym) {
        let before = self.table.len();
        self.table.catalog.extend(from.catalog.iter().map(|s| map(*s)));
        for (c, column) in from.columns.iter().enumerate() {
            let own = self.table.kind.columns().len();
            let at = if c < own { c } else { self.table.extra_column_of(before, &column.name, column.ty) };
            match (&mut self.table.columns[at].cells, &column.cells) {
                (Cells::Symbols(to), Cells::Symbols(from)) => to.extend(from.iter().map(|s| map(*s))),
                (Cells::Numbers(to), Cells::Numbers(from)) => to.extend_from_slice(from),
                // A column is one of its type: both are of one form.
                _ => {}
            }
        }
        self.table.fill_up();
    }

    fn places(&mut self) -> &mut HashMap<Identity, u32> {
        let (table, dead) = (&self.table, &self.dead);
        self.places.get_or_insert_with(|| {
            (0..table.len())
                .filter(|&row| !dead.get(row).copied().unwrap_or(false))
                .map(|row| (identity(table, row), row as u32))
                .collect()
        })
    }

    fn put(&mut self, from: &Table, row: usize) {
        let identity = identity(from, row);
        let old = self.places().get(&identity).copied();
        if let Some(old) = old {
            self.kill(old);
        }
        let new = self.table.len() as u32;
        self.table.append_row(from, row);
        self.places().insert(identity, new);
    }

    fn delete(&mut self, from: &Table, row: usize) {
        if let Some(old) = self.places().remove(&identity(from, row)) {
            self.kill(old);
        }
    }

    fn kill(&mut self, row: u32) {
        if self.dead.len() <= row as usize {
            self.dead.resize(row as usize + 1, false);
        }
        self.dead[row as usize] = true;
    }
}
