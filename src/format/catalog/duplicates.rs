//! Rows of one file that have the same identity.

use hashbrown::HashTable;

use crate::model::table::Cell;
use crate::model::{Kind, Table};

/// Each row whose identity an earlier row has, with the first such row. Sharing edges without an `id` form a multiset
/// and never repeat one another; a compact is the same in both directions.
pub(super) fn find(table: &Table) -> Vec<(usize, usize)> {
    let kind = table.kind;
    let identity = kind.spec().identity;
    let id = (kind == Kind::Share).then(|| kind.column("id")).flatten();
    let key = |row: usize| {
        let mut key = [Cell::Number(0); 4];
        for (cell, &column) in key.iter_mut().zip(identity) {
            *cell = table.cell(column, row);
        }
        if kind == Kind::Compact && table.sym(identity[0], row) > table.sym(identity[1], row) {
            key.swap(0, 1);
        }
        key
    };
    let mut seen: HashTable<u32> = HashTable::with_capacity(if id.is_some() { 0 } else { table.len() });
    let mut found = Vec::new();
    for row in 0..table.len() {
        if id.is_some_and(|id| table.cell(id, row).is_absent()) {
            continue;
        }
        let this = key(row);
        let entry = seen.entry(hash(&this), |&r| key(r as usize) == this, |&r| hash(&key(r as usize)));
        match entry {
            hashbrown::hash_table::Entry::Occupied(first) => found.push((row, *first.get() as usize)),
            hashbrown::hash_table::Entry::Vacant(place) => {
                place.insert(row as u32);
            }
        }
    }
    found
}

fn hash(key: &[Cell; 4]) -> u64 {
    key.iter().fold(0, |hash: u64, &cell| {
        let number = match cell {
            Cell::Symbol(sym) => u64::from(sym.0),
            Cell::Number(number) => number as u64,
        };
        (hash ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
    })
}
