//! Lists of fields as sets, and which of them are alike: by an index of each set's rarest fields (a prefix filter, which
//! loses no pair at or above the threshold).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use hashbrown::{HashMap, HashSet};

use super::numbers::Numbers;
use crate::model::{Value, list};
use crate::query::exec::budget::Stop;

/// A set is compared if it has so many fields.
const LEAST: usize = 3;

/// Numbers for sets of fields: the same set, the same number.
#[derive(Default)]
pub(super) struct Fields<'g> {
    names: Numbers<'g>,
    /// The cells that were read already: thousands of datasets have the same.
    cells: HashMap<&'g str, Option<u32>>,
    sets: Vec<Box<[u32]>>,
    of_set: HashMap<Box<[u32]>, u32>,
}

impl<'g> Fields<'g> {
    /// The number of the set of fields in a dataset's cell; none where it has too few.
    pub(super) fn number(&mut self, cell: &'g str) -> Option<u32> {
        if let Some(&known) = self.cells.get(cell) {
            return known;
        }
        let mut set: Vec<u32> = list::split(cell).map(|name| self.names.number(name)).collect();
        set.sort_unstable();
        set.dedup();
        let number = (set.len() >= LEAST).then(|| {
            let set: Box<[u32]> = set.into();
            *self.of_set.entry(set).or_insert_with_key(|set| {
                self.sets.push(set.clone());
                self.sets.len() as u32 - 1
            })
        });
        self.cells.insert(cell, number);
        number
    }

    /// The same sets, by the same numbers, with their fields in the order of the fields' names.
    pub(super) fn in_order(self) -> InOrder<'g> {
        let names = self.names.into_texts();
        let mut order: Vec<u32> = (0..names.len() as u32).collect();
        order.sort_unstable_by_key(|&field| &names[field as usize]);
        let mut ranks = vec![0; order.len()];
        (0..).zip(&order).for_each(|(rank, &field)| ranks[field as usize] = rank);
        let in_order = |set: &[u32]| {
            let mut set: Box<[u32]> = set.iter().map(|&field| ranks[field as usize]).collect();
            set.sort_unstable();
            set
        };
        let sets: Vec<Box<[u32]>> = self.sets.iter().map(|set| in_order(set)).collect();
        InOrder::new(order.iter().map(|&field| names[field as usize].clone()).collect(), sets)
    }
}

/// Sets of fields, each in the order of the fields' names.
pub(super) struct InOrder<'g> {
    names: Vec<Cow<'g, str>>,
    sets: Vec<Box<[u32]>>,
    /// The names of a set's fields, where some row told them.
    told: Vec<OnceLock<Arc<[Value<'g>]>>>,
}

impl<'g> InOrder<'g> {
    fn new(names: Vec<Cow<'g, str>>, sets: Vec<Box<[u32]>>) -> Self {
        let told = sets.iter().map(|_| OnceLock::new()).collect();
        Self { names, sets, told }
    }

    /// The fields of a set, sorted.
    pub(super) fn all(&self, set: u32) -> &Arc<[Value<'g>]> {
        let name = |&field: &u32| Value::Text(self.names[field as usize].clone());
        self.told[set as usize].get_or_init(|| self.sets[set as usize].iter().map(name).collect())
    }

    /// How alike two sets are: the number of fields in both by the number in either (Jaccard).
    pub(super) fn similarity(&self, a: u32, b: u32) -> f64 {
        // Most that are alike are the same.
        if a == b { 1.0 } else { similarity(&self.sets[a as usize], &self.sets[b as usize]) }
    }

    /// The fields of both, sorted.
    pub(super) fn common(&self, a: u32, b: u32) -> impl Iterator<Item = Cow<'g, str>> {
        let both = in_both(&self.sets[a as usize], &self.sets[b as usize]);
        both.map(|field| self.names[field as usize].clone())
    }

    /// For each set, those at or above the threshold, itself among them.
    pub(super) fn alike(&self, threshold: f64, stop: &Stop) -> Vec<Vec<u32>> {
        let mut frequency = vec![0u32; self.names.len()];
        self.sets.iter().flat_map(|set| set.iter()).for_each(|&field| frequency[field as usize] += 1);
        let mut alike: Vec<Vec<u32>> = (0..self.sets.len() as u32).map(|set| vec![set]).collect();
        let mut index: HashMap<u32, Vec<u32>> = HashMap::new();
        for (i, set) in self.sets.iter().enumerate().take_while(|_| !stop.is_due()) {
            let mut rarest = set.to_vec();
            rarest.sort_unstable_by_key(|&field| (frequency[field as usize], field));
            // Two sets at or above a similarity share one of these of each. What rounding adds to the product must not
            // cost a field.
            let shared = (threshold * rarest.len() as f64 - 1e-9).ceil().max(1.0) as usize;
            rarest.truncate(rarest.len() - shared.min(rarest.len()) + 1);
            let mut candidates: HashSet<u32> = HashSet::new();
            for field in rarest {
                let postings = index.entry(field).or_default();
                candidates.extend(postings.iter().copied());
                postings.push(i as u32);
            }
            for j in candidates {
                if similarity(set, &self.sets[j as usize]) >= threshold {
                    alike[i].push(j);
                    alike[j as usize].push(i as u32);
                }
            }
        }
        alike
    }
}

fn similarity(a: &[u32], b: &[u32]) -> f64 {
    let both = in_both(a, b).count();
    both as f64 / (a.len() + b.len() - both).max(1) as f64
}

/// What two sorted sets have in common, sorted.
fn in_both(a: &[u32], b: &[u32]) -> impl Iterator<Item = u32> {
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    std::iter::from_fn(move || {
        loop {
            match a.peek()?.cmp(b.peek()?) {
                Ordering::Less => drop(a.next()),
                Ordering::Greater => drop(b.next()),
                Ordering::Equal => {
                    b.next();
                    return a.next();
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The index loses no pair: all of them held against each other find the same.
        #[test]
        fn alike_is_what_all_pairs_say(
            sets in proptest::collection::btree_set(proptest::collection::btree_set(0..14u32, 3..9), 0..12),
            threshold in 1..=20u8,
        ) {
            let threshold = f64::from(threshold) / 20.0;
            let sets: Vec<Box<[u32]>> = sets.into_iter().map(|set| set.into_iter().collect()).collect();
            let names = (0..14).map(|n| format!("f{n:02}").into()).collect();
            let fields = InOrder::new(names, sets.clone());
            for (i, mut found) in fields.alike(threshold, &Stop::default()).into_iter().enumerate() {
                found.sort_unstable();
                let all = 0..sets.len() as u32;
                let alike = |j: &u32| *j as usize == i || similarity(&sets[i], &sets[*j as usize]) >= threshold;
                prop_assert_eq!(found, all.filter(alike).collect::<Vec<_>>());
            }
        }
    }
}
