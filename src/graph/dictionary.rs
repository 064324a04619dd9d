//! Numbers distinct values in the order in which they come.

use hashbrown::HashTable;
use std::hash::{BuildHasher, Hash};

/// Distinct values and the number of each.
pub(super) struct Dictionary<T> {
    values: Vec<T>,
    table: HashTable<u32>,
    hasher: hashbrown::DefaultHashBuilder,
    last: u32,
}

impl<T: Copy + Eq + Hash> Dictionary<T> {
    pub(super) fn new() -> Self {
        Self { values: Vec::new(), table: HashTable::new(), hasher: Default::default(), last: 0 }
    }

    /// The value's number, new where it was not known.
    pub(super) fn code(&mut self, value: T) -> u32 {
        // Neighbouring rows agree more often than not.
        if self.values.get(self.last as usize) == Some(&value) {
            return self.last;
        }
        let hash = self.hasher.hash_one(value);
        let known = self.table.find(hash, |&i| self.values[i as usize] == value).copied();
        self.last = known.unwrap_or_else(|| {
            let code = self.values.len() as u32;
            self.values.push(value);
            let Self { table, values, hasher, .. } = self;
            table.insert_unique(hash, code, |&i| hasher.hash_one(values[i as usize]));
            code
        });
        self.last
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn into_values(self) -> Vec<T> {
        self.values
    }
}
