//! Carriers that a search came to.

use fixedbitset::FixedBitSet;

use super::network::Carrier;

/// Carriers in the order in which they were added. A bit each says which are in it: few enough for a core's own cache, where
/// searches look at random; and emptying it takes no longer than naming what is in it.
#[derive(Debug)]
pub(super) struct Found {
    bits: FixedBitSet,
    carriers: Vec<Carrier>,
}

impl Found {
    /// Empty, with room for carriers below a number.
    pub(super) fn new(carriers: usize) -> Self {
        Self { bits: FixedBitSet::with_capacity(carriers), carriers: Vec::new() }
    }

    /// Empties it.
    pub(super) fn clear(&mut self) {
        for carrier in self.carriers.drain(..) {
            self.bits.remove(carrier as usize);
        }
    }

    /// Whether a carrier is in it.
    pub(super) fn has(&self, carrier: Carrier) -> bool {
        self.bits.contains(carrier as usize)
    }

    /// Adds a carrier, and says whether it is new.
    pub(super) fn add(&mut self, carrier: Carrier) -> bool {
        let is_new = !self.bits.put(carrier as usize);
        if is_new {
            self.carriers.push(carrier);
        }
        is_new
    }

    /// The carriers, in the order in which they were added.
    pub(super) fn all(&self) -> &[Carrier] {
        &self.carriers
    }
}

impl Extend<Carrier> for Found {
    fn extend<I: IntoIterator<Item = Carrier>>(&mut self, carriers: I) {
        for carrier in carriers {
            self.add(carrier);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_in_it_until_it_is_emptied() {
        let mut found = Found::new(130);
        assert!([0, 64, 129, 3].into_iter().all(|carrier| found.add(carrier)));
        assert!(!found.add(64));
        assert_eq!(found.all(), [0, 64, 129, 3]);
        assert!(found.has(129) && !found.has(1));
        found.clear();
        assert!((0..130).all(|carrier| !found.has(carrier)));
        assert!(found.all().is_empty() && found.add(64));
    }
}
