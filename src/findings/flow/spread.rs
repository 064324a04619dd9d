//! Searches for all flow classes at once, a bit for each: whom datasets of which classes would reach from a carrier, and from
//! where they would come to it.
//!
//! There are a thousand times fewer classes than datasets, and one search serves them all. After M. Then et al., "The More
//! the Merrier: Efficient Multi-Source Graph Traversal" (PVLDB 8(4), 2014), with classes in place of sources.

use std::collections::VecDeque;
use std::ops::Range;

use fixedbitset::{Block, FixedBitSet};

use super::Flow;
use super::network::{Arrival, Carrier, Step};
use super::plan::Plan;

const NONE: u32 = u32::MAX;
const BITS: usize = Block::BITS as usize;

/// Searches under plans, one after another, keeping what a search needs.
#[derive(Debug)]
pub struct Spread<'f, 'g> {
    flow: &'f Flow<'g>,
    /// How many blocks a set of classes has.
    blocks: usize,
    /// Per carrier, its place among those found.
    place: Vec<u32>,
    found: Vec<Carrier>,
    /// By place, the classes that came there,
    came: Vec<Block>,
    /// and those of them that have not gone on yet.
    fresh: Vec<Block>,
    queue: VecDeque<u32>,
    queued: Vec<bool>,
    /// The classes that go on from the carrier at hand.
    going: Vec<Block>,
    /// For each number of closed edges but the last, what came with so many opened.
    levels: Vec<Vec<Block>>,
}

/// Which way a search follows edges.
#[derive(Clone, Copy, Debug)]
enum Way {
    Forwards,
    Backwards,
}

/// Whether a class is in the blocks of a set.
fn has(classes: &[Block], class: u32) -> bool {
    classes[class as usize / BITS] >> (class as usize % BITS) & 1 == 1
}

impl<'f, 'g> Spread<'f, 'g> {
    /// Ready to search.
    #[must_use]
    pub fn new(flow: &'f Flow<'g>) -> Self {
        Self {
            flow,
            blocks: flow.openness.no_classes().as_slice().len(),
            place: vec![NONE; flow.network.len()],
            found: Vec::new(),
            came: Vec::new(),
            fresh: Vec::new(),
            queue: VecDeque::new(),
            queued: Vec::new(),
            going: Vec::new(),
            levels: Vec::new(),
        }
    }

    /// Finds what datasets of some classes reach under a plan once they are at a carrier; and, for each number of edges up
    /// to `closed`, what they would reach if so many closed ones on the way were opened.
    pub fn forwards(&mut self, plan: &Plan, start: Carrier, classes: &FixedBitSet, closed: usize) {
        self.search(Way::Forwards, plan, (start, classes), closed);
    }

    /// Finds the carriers from which datasets of some classes reach a carrier under a plan; and those from which they would
    /// with closed edges opened, as [`Spread::forwards`]. A search that is told to stop has not found all.
    pub fn backwards(&mut self, plan: &Plan, end: Carrier, classes: &FixedBitSet, closed: usize) {
        self.search(Way::Backwards, plan, (end, classes), closed);
    }

    /// The fewest closed edges that would have to be opened for the last search to find a carrier with this class; none
    /// where it takes more than were allowed.
    #[must_use]
    pub fn cost(&self, carrier: Carrier, class: u32) -> Option<usize> {
        let range = self.range(carrier)?;
        let is_in = |level: &Vec<Block>| level.get(range.clone()).is_some_and(|classes| has(classes, class));
        self.levels.iter().position(is_in).or_else(|| has(&self.came[range], class).then_some(self.levels.len()))
    }

    /// The carriers that the last search found, the first one among them.
    #[must_use]
    pub fn found(&self) -> &[Carrier] {
        &self.found
    }

    /// Whether the last search found a carrier with this class.
    #[must_use]
    pub fn has(&self, carrier: Carrier, class: u32) -> bool {
        self.range(carrier).is_some_and(|range| has(&self.came[range], class))
    }

    /// Where the classes of a carrier are, if it was found.
    fn range(&self, carrier: Carrier) -> Option<Range<usize>> {
        let place = Some(self.place[carrier as usize]).filter(|&place| place != NONE)? as usize;
        Some(place * self.blocks..(place + 1) * self.blocks)
    }

    fn search(&mut self, way: Way, plan: &Plan, (start, classes): (Carrier, &FixedBitSet), closed: usize) {
        self.begin(start, classes);
        let mut whole = self.flow.openness.no_classes();
        whole.insert_range(..);
        let stop = &self.flow.stop;
        loop {
            let mut steps = stop.within(std::iter::repeat(()));
            while let (Some(carrier), Some(())) = (self.next(), steps.next()) {
                self.follow(way, plan, carrier, None);
            }
            if self.levels.len() == closed || stop.is_due() {
                return;
            }
            // What came for less than one edge more goes on by all edges, whether they are open or not.
            self.levels.push(self.came.clone());
            let last = self.levels.len() - 1;
            for place in stop.within(0..self.levels[last].len() / self.blocks.max(1)) {
                let range = place * self.blocks..(place + 1) * self.blocks;
                self.going.copy_from_slice(&self.levels[last][range.clone()]);
                let before = last.checked_sub(1).and_then(|before| self.levels[before].get(range));
                for (going, before) in self.going.iter_mut().zip(before.unwrap_or_default()) {
                    *going &= !before;
                }
                if self.going.iter().any(|word| *word != 0) {
                    self.follow(way, plan, self.found[place], Some(&whole));
                }
            }
        }
    }

    /// Follows the edges of a carrier; those that are open, or all of them.
    fn follow(&mut self, way: Way, plan: &Plan, carrier: Carrier, all: Option<&FixedBitSet>) {
        let Flow { network, openness, .. } = self.flow;
        let planned = plan.touches(carrier);
        let open = |slot, terms| {
            let opened = if planned { plan.opened(slot) } else { None };
            all.or(opened).unwrap_or_else(|| openness.admitted(terms))
        };
        match way {
            Way::Forwards => {
                let (steps, first) = network.leaving_from(carrier);
                for (slot, &Step { to, terms }) in (first..).zip(steps) {
                    self.pass(to, open(slot, terms));
                }
            }
            Way::Backwards => {
                for &Arrival { from, terms, slot } in network.backwards().arriving(carrier) {
                    self.pass(from, open(slot, terms));
                }
            }
        }
    }

    fn begin(&mut self, start: Carrier, classes: &FixedBitSet) {
        for carrier in self.found.drain(..) {
            self.place[carrier as usize] = NONE;
        }
        self.came.clear();
        self.fresh.clear();
        self.queued.clear();
        self.levels.clear();
        self.going.clear();
        self.going.extend_from_slice(classes.as_slice());
        self.pass(start, classes);
    }

    /// The next carrier that classes go on from.
    fn next(&mut self) -> Option<Carrier> {
        let place = self.queue.pop_front()? as usize;
        self.queued[place] = false;
        let fresh = &mut self.fresh[place * self.blocks..][..self.blocks];
        self.going.copy_from_slice(fresh);
        fresh.fill(0);
        Some(self.found[place])
    }

    /// Brings those classes to a carrier that go on and are open on the way.
    fn pass(&mut self, to: Carrier, open: &FixedBitSet) {
        let open = open.as_slice();
        if !self.going.iter().zip(open).any(|(going, open)| going & open != 0) {
            return;
        }
        let mut place = self.place[to as usize];
        if place == NONE {
            place = self.found.len() as u32;
            self.place[to as usize] = place;
            self.found.push(to);
            self.queued.push(false);
            self.came.resize(self.came.len() + self.blocks, 0);
            self.fresh.resize(self.fresh.len() + self.blocks, 0);
        }
        let range = place as usize * self.blocks..(place as usize + 1) * self.blocks;
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
