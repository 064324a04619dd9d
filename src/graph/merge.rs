//! Several sets of changes, one after another, as one.

use hashbrown::HashMap;

use crate::model::change::{Identity, identity};
use crate::model::{Batch, ChangeSet, Kind, Operation, Sym, Symbols, Table};

/// What became of a record.
struct Fate {
    first: Operation,
    last: Operation,
    /// The last row that tells of it: the number of its table, and its row there.
    row: (usize, usize),
}

/// One set of changes that does what these do one after another; none where that cannot be told from them alone: a record
/// that is put and then deleted may have been there before, or not.
#[must_use]
pub fn merge(commits: &[ChangeSet]) -> Option<ChangeSet> {
    let mut symbols = Symbols::new();
    let mut tables: Vec<Table> = Vec::new();
    let mut fates: HashMap<(Kind, Identity), Fate> = HashMap::new();
    for changes in commits {
        let numbers: Vec<Sym> = changes.symbols.iter().map(|text| symbols.intern(text)).collect();
        for Batch { operation, table } in &changes.batches {
            let mut table = table.clone();
            table.map_symbols(|sym| if sym.is_some() { numbers[sym.index()] } else { sym });
            for row in 0..table.len() {
                let place = (tables.len(), row);
                let key = (table.kind, identity(&table, row));
                let fate = fates.entry(key).or_insert(Fate { first: *operation, last: *operation, row: place });
                (fate.last, fate.row) = (*operation, place);
            }
            tables.push(table);
        }
    }
    let mut fates: Vec<Fate> = fates.into_values().collect();
    fates.sort_unstable_by_key(|fate| fate.row);
    let mut batches: Vec<Batch> = Vec::new();
    for Fate { first, last, row: (table, row) } in fates {
        if (first, last) == (Operation::Put, Operation::Delete) {
            return None;
        }
        let from = &tables[table];
        let same = batches.iter_mut().find(|batch| batch.operation == last && batch.table.kind == from.kind);
        match same {
            Some(batch) => batch.table.append_row(from, row),
            None => {
                let mut table = Table::new(from.kind);
                table.append_row(from, row);
                batches.push(Batch { operation: last, table });
            }
        }
    }
    Some(ChangeSet { symbols, batches })
}
