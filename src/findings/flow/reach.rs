//! Searches over the network: whom a dataset reaches, and what it would take to reach somebody.

use crate::graph::Node;

use super::Flow;
use super::network::{Arrival, Carrier, Network, Slot};
use super::openness::bit;

/// Searches one dataset after another, keeping what a search needs.
#[derive(Debug)]
pub struct Reach<'f, 'g> {
    flow: &'f Flow<'g>,
    /// Per carrier, the last search that reached it.
    seen: Vec<u32>,
    search: u32,
    queue: Vec<Carrier>,
    /// What the last search found, where that was known before: it is marked as seen when somebody asks.
    known: Option<&'f [Carrier]>,
    marked: bool,
    repair: RepairScratch,
}

/// What a search for repairs keeps.
#[derive(Debug, Default)]
struct RepairScratch {
    /// Per carrier, how the last search came to it.
    marks: Vec<Mark>,
    search: u32,
    /// What can be had for as many edges as the level counts.
    level: Vec<Carrier>,
    /// What one edge more would bring: a carrier, the edge that leaves it, and where that leads.
    beyond: Vec<(Carrier, Slot, Carrier)>,
}

/// How a search for a repair came to a carrier.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    /// Which search it was.
    search: u32,
    /// The edge by which data would go on from the carrier to the consumer,
    slot: Slot,
    /// and where that leads.
    to: Carrier,
}

/// Where a dataset could flow if edges were opened: told once per dataset, so that hopeless consumers cost nothing.
#[derive(Debug)]
pub struct Openable {
    /// Closed edges that leave the dataset itself, by target.
    entries: Vec<(Carrier, Slot)>,
    /// The components that it could enter.
    components: Vec<u32>,
    /// Everything that it could flow to, where that is little.
    everything: Option<Vec<Carrier>>,
}

/// Up to how many carriers [`Openable`] lists.
const LITTLE: usize = 256;

impl Openable {
    fn entry(&self, carrier: Carrier) -> Option<Slot> {
        let i = self.entries.partition_point(|(c, _)| *c < carrier);
        self.entries.get(i).filter(|(c, _)| *c == carrier).map(|(_, slot)| *slot)
    }

    /// The closed edges that lead from the dataset itself into a carrier.
    pub(super) fn entries_into(&self, carrier: Carrier) -> impl Iterator<Item = Slot> + '_ {
        let first = self.entries.partition_point(|(c, _)| *c < carrier);
        self.entries[first..].iter().take_while(move |(c, _)| *c == carrier).map(|(_, slot)| *slot)
    }

    pub(super) fn may_reach(&self, flow: &Flow<'_>, consumer: Carrier) -> bool {
        match &self.everything {
            Some(everything) => everything.binary_search(&consumer).is_ok(),
            None => self.components.contains(&flow.network.component(consumer)),
        }
    }
}

impl RepairScratch {
    /// Begins another search over so many carriers.
    fn begin(&mut self, carriers: usize) {
        self.marks.resize(carriers, Mark::default());
        self.search += 1;
        self.level.clear();
        self.beyond.clear();
    }
}

impl<'f, 'g> Reach<'f, 'g> {
    /// Ready to search.
    #[must_use]
    pub fn new(flow: &'f Flow<'g>) -> Self {
        let seen = vec![0; flow.network.len()];
        Self { flow, seen, search: 0, queue: Vec::new(), known: None, marked: true, repair: RepairScratch::default() }
    }

    /// Finds the carriers that a dataset reaches, its holder among them, until a visitor asks to stop. Each is visited
    /// once, absent ones too.
    pub fn search(&mut self, dataset: Node, mut go_on: impl FnMut(Carrier) -> bool) -> &[Carrier] {
        self.search += 1;
        self.queue.clear();
        let (flow, search) = (self.flow, self.search);
        if let Some(known) = flow.known(dataset) {
            let end = known.iter().position(|&carrier| !go_on(carrier)).map_or(known.len(), |last| last + 1);
            (self.known, self.marked) = (Some(&known[..end]), false);
            return &known[..end];
        }
        (self.known, self.marked) = (None, true);
        let open = flow.openness.row(flow.graph.node_class(dataset));
        if let Some(holder) = flow.network.holder(dataset) {
            self.seen[holder as usize] = search;
            self.queue.push(holder);
            if !go_on(holder) {
                return &self.queue;
            }
        }
        let (mut steps, _) = flow.network.entering(dataset);
        let mut at = 0;
        loop {
            for step in steps {
                if self.seen[step.to as usize] != search && bit(open, step.terms) {
                    self.seen[step.to as usize] = search;
                    self.queue.push(step.to);
                    if !go_on(step.to) {
                        return &self.queue;
                    }
                }
            }
            let Some(&carrier) = self.queue.get(at) else { return &self.queue };
            at += 1;
            steps = flow.network.leaving(carrier);
        }
    }

    /// Whether the last search reached a carrier.
    #[must_use]
    pub fn reached(&mut self, carrier: Carrier) -> bool {
        self.mark();
        self.seen[carrier as usize] == self.search
    }

    /// Marks what the last search found as seen.
    fn mark(&mut self) {
        if !self.marked {
            let known = self.known.into_iter().flatten();
            known.for_each(|&carrier| self.seen[carrier as usize] = self.search);
            self.marked = true;
        }
    }

    /// What the last search reached.
    #[must_use]
    pub fn all_reached(&self) -> &[Carrier] {
        self.known.unwrap_or(&self.queue)
    }

    /// Where a dataset could flow if edges were opened.
    #[must_use]
    pub fn openable(&mut self, dataset: Node) -> Openable {
        let network: &Network = &self.flow.network;
        let open = self.flow.openness.row(self.flow.graph.node_class(dataset));
        let (steps, first) = network.entering(dataset);
        let mut entries: Vec<(Carrier, Slot)> = Vec::new();
        for (step, slot) in steps.iter().zip(first..) {
            if !bit(open, step.terms) {
                entries.push((step.to, slot));
            }
        }
        entries.sort_unstable();
        let mut starts: Vec<Carrier> = steps.iter().map(|step| step.to).collect();
        starts.extend(network.holder(dataset));
        let mut components: Vec<u32> = starts.iter().map(|&c| network.component(c)).collect();
        components.sort_unstable();
        components.dedup();
        Openable { entries, components, everything: self.little(starts) }
    }

    /// Everything that could be reached from here with every edge open, where that is little.
    fn little(&mut self, starts: Vec<Carrier>) -> Option<Vec<Carrier>> {
        let scratch = &mut self.repair;
        scratch.begin(self.flow.network.len());
        let mut found: Vec<Carrier> = Vec::new();
        let mut take = |found: &mut Vec<Carrier>, carrier: Carrier| {
            let mark = &mut scratch.marks[carrier as usize];
            if mark.search != scratch.search {
                mark.search = scratch.search;
                found.push(carrier);
            }
        };
        starts.into_iter().for_each(|c| take(&mut found, c));
        let mut at = 0;
        while let Some(&carrier) = found.get(at) {
            if found.len() > LITTLE {
                return None;
            }
            at += 1;
            for step in self.flow.network.leaving(carrier) {
                take(&mut found, step.to);
            }
        }
        found.sort_unstable();
        Some(found)
    }

    /// A cheapest set of closed sharing edges to open so that a consumer has the dataset of the last search, which ran
    /// to its end and did not reach the consumer: listed along the path. None where no path exists even then.
    ///
    /// Searches backwards from the consumer, level by level of edges to open. An open edge never leaves what is reached,
    /// so that a closed one leaves its last record on the path: the first such edge that a level meets ends the search,
    /// and what lies beyond is never looked at.
    pub fn repair(&mut self, dataset: Node, consumer: Carrier, openable: &Openable) -> Option<Vec<Slot>> {
        let flow = self.flow;
        let network: &Network = &flow.network;
        if !openable.may_reach(flow, consumer) {
            return None;
        }
        self.mark();
        let open = flow.openness.row(flow.graph.node_class(dataset));
        let backwards = network.backwards();
        self.repair.begin(network.len());
        let RepairScratch { marks, search, level, beyond } = &mut self.repair;
        let search = *search;
        level.push(consumer);
        marks[consumer as usize].search = search;
        loop {
            let mut at = 0;
            while let Some(&carrier) = level.get(at) {
                at += 1;
                let mut last = openable.entry(carrier);
                if last.is_none() {
                    for &Arrival { from, terms, slot } in backwards.arriving(carrier) {
                        if self.seen[from as usize] == self.search {
                            last = Some(slot);
                            break;
                        }
                        let mark = &mut marks[from as usize];
                        if mark.search == search {
                            continue;
                        }
                        if bit(open, terms) {
                            *mark = Mark { search, slot, to: carrier };
                            level.push(from);
                        } else {
                            beyond.push((from, slot, carrier));
                        }
                    }
                }
                if let Some(last) = last {
                    let mut path = vec![last];
                    let mut at = carrier;
                    while at != consumer {
                        let Mark { slot, to, .. } = marks[at as usize];
                        if !bit(open, network.slot_terms(slot)) {
                            path.push(slot);
                        }
                        at = to;
                    }
                    return Some(path);
                }
            }
            level.clear();
            for (from, slot, to) in beyond.drain(..) {
                // An open edge of the same level may have come to it for less.
                let mark = &mut marks[from as usize];
                if mark.search != search {
                    *mark = Mark { search, slot, to };
                    level.push(from);
                }
            }
            if level.is_empty() {
                return None;
            }
        }
    }
}
