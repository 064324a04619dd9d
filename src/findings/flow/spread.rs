//! Searches for all flow classes at once, a bit for each: whom datasets of which classes would reach from a carrier, and from
//! where they would come to it.
//!
//! There are a thousand times fewer classes than datasets, and one search serves them all. After M. Then et al., "The More
//! the Merrier: Efficient Multi-Source Graph Traversal" (PVLDB 8(4), 2014), with classes in place of sources.

use std::collections::VecDeque;

use super::Flow;
use super::network::{Arrival, Carrier, Step};
use super::plan::Plan;

const NONE: u32 = u32::MAX;

/// Searches under plans, one after another, keeping what a search needs.
#[derive(Debug)]
pub struct Spread<'f, 'g> {
    flow: &'f Flow<'g>,
    /// How many words a set of classes has.
    words: usize,
    /// Per carrier, its place among those found.
    place: Vec<u32>,
    found: Vec<Carrier>,
    /// By place, the classes that came there,
    came: Vec<u64>,
    /// and those of them that have not gone on yet.
    fresh: Vec<u64>,
    queue: VecDeque<u32>,
    queued: Vec<bool>,
    /// The classes that go on from the carrier at hand.
    going: Vec<u64>,
}

impl<'f, 'g> Spread<'f, 'g> {
    /// Ready to search.
    #[must_use]
    pub fn new(flow: &'f Flow<'g>) -> Self {
        Self {
            flow,
            words: flow.openness.class_words(),
            place: vec![NONE; flow.network.len()],
            found: Vec::new(),
            came: Vec::new(),
            fresh: Vec::new(),
            queue: VecDeque::new(),
            queued: Vec::new(),
            going: Vec::new(),
        }
    }

    /// Finds what datasets of some classes reach under a plan once they are at a carrier.
    pub fn forwards(&mut self, plan: &Plan, start: Carrier, classes: &[u64]) {
        self.begin(start, classes);
        let (network, openness) = (&self.flow.network, &self.flow.openness);
        while let Some(carrier) = self.next() {
            let planned = plan.touches(carrier);
            let (steps, first) = network.leaving_from(carrier);
            for (slot, &Step { to, terms }) in (first..).zip(steps) {
                let opened = if planned { plan.opened(slot) } else { None };
                self.pass(to, opened.unwrap_or_else(|| openness.admitted(terms)));
            }
        }
    }

    /// Finds the carriers from which datasets of some classes reach a carrier under a plan.
    pub fn backwards(&mut self, plan: &Plan, end: Carrier, classes: &[u64]) {
        self.begin(end, classes);
        let (backwards, openness) = (self.flow.network.backwards(), &self.flow.openness);
        while let Some(carrier) = self.next() {
            let planned = plan.touches(carrier);
            for &Arrival { from, terms, slot } in backwards.arriving(carrier) {
                let opened = if planned { plan.opened(slot) } else { None };
                self.pass(from, opened.unwrap_or_else(|| openness.admitted(terms)));
            }
        }
    }

    /// The carriers that the last search found, the first one among them.
    #[must_use]
    pub fn found(&self) -> &[Carrier] {
        &self.found
    }

    /// The classes with which the last search found a carrier, a bit for each; none at all for one that it did not find.
    #[must_use]
    pub fn classes(&self, carrier: Carrier) -> &[u64] {
        match self.place[carrier as usize] {
            NONE => &[],
            place => &self.came[place as usize * self.words..][..self.words],
        }
    }

    /// Whether the last search found a carrier with this class.
    #[must_use]
    pub fn has(&self, carrier: Carrier, class: u32) -> bool {
        self.classes(carrier).get(class as usize / 64).is_some_and(|word| word >> (class % 64) & 1 == 1)
    }

    fn begin(&mut self, start: Carrier, classes: &[u64]) {
        for carrier in self.found.drain(..) {
            self.place[carrier as usize] = NONE;
        }
        self.came.clear();
        self.fresh.clear();
        self.queued.clear();
        self.going.clear();
        self.going.extend_from_slice(classes);
        self.pass(start, classes);
    }

    /// The next carrier that classes go on from.
    fn next(&mut self) -> Option<Carrier> {
        let place = self.queue.pop_front()? as usize;
        self.queued[place] = false;
        let fresh = &mut self.fresh[place * self.words..][..self.words];
        self.going.copy_from_slice(fresh);
        fresh.fill(0);
        Some(self.found[place])
    }

    /// Brings those classes to a carrier that go on and are open on the way.
    fn pass(&mut self, to: Carrier, open: &[u64]) {
        if !self.going.iter().zip(open).any(|(going, open)| going & open != 0) {
            return;
        }
        let mut place = self.place[to as usize];
        if place == NONE {
            place = self.found.len() as u32;
            self.place[to as usize] = place;
            self.found.push(to);
            self.queued.push(false);
            self.came.resize(self.came.len() + self.words, 0);
            self.fresh.resize(self.fresh.len() + self.words, 0);
        }
        let range = place as usize * self.words..(place as usize + 1) * self.words;
        let (came, fresh) = (&mut self.came[range.clone()], &mut self.fresh[range]);
        let mut some = 0;
        for ((came, fresh), (going, open)) in came.iter_mut().zip(fresh).zip(self.going.iter().zip(open)) {
            let arrived = going & open & !*came;
            *came |= arrived;
            *fresh |= arrived;
            some |= arrived;
        }
        if some != 0 && !self.queued[place as usize] {
            self.queued[place as usize] = true;
            self.queue.push_back(place);
        }
    }
}
