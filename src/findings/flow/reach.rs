//! Searches over the network: whom a dataset reaches, and what it would take to reach somebody.

use crate::graph::Node;

use super::Flow;
use super::found::Found;
use super::network::{Arrival, Carrier, Network, Slot};
use super::openness::bit;

/// Searches one dataset after another, keeping what a search needs.
#[derive(Debug)]
pub struct Reach<'f, 'g> {
    flow: &'f Flow<'g>,
    /// What the last search found.
    found: Found,
    /// Or that, where it was known before: it is among what is found when somebody asks.
    known: Option<&'f [Carrier]>,
    backwards: Backwards,
}

/// What a search for repairs keeps.
#[derive(Debug)]
struct Backwards {
    /// The carriers that the last search came to.
    found: Found,
    /// Per carrier, how the last search came to it: the edge by which data would go on to the consumer, and where that leads.
    next: Vec<(Slot, Carrier)>,
    /// What can be had for as many edges as the level counts.
    level: Vec<Carrier>,
    /// What one edge more would bring: a carrier, the edge that leaves it, and where that leads.
    beyond: Vec<(Carrier, Slot, Carrier)>,
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

impl Backwards {
    /// For so many carriers.
    fn new(carriers: usize) -> Self {
        Self { found: Found::new(carriers), next: vec![(0, 0); carriers], level: Vec::new(), beyond: Vec::new() }
    }

    /// Begins another search.
    fn begin(&mut self) {
        self.found.clear();
        self.level.clear();
        self.beyond.clear();
    }
}

impl<'f, 'g> Reach<'f, 'g> {
    /// Ready to search.
    #[must_use]
    pub fn new(flow: &'f Flow<'g>) -> Self {
        let carriers = flow.network.len();
        Self { flow, found: Found::new(carriers), known: None, backwards: Backwards::new(carriers) }
    }

    /// Finds the carriers that a dataset reaches, its holder among them, until a visitor asks to stop. Each is visited
    /// once, absent ones too.
    pub fn search(&mut self, dataset: Node, mut go_on: impl FnMut(Carrier) -> bool) -> &[Carrier] {
        let flow = self.flow;
        self.found.clear();
        self.known = None;
        if let Some(known) = flow.known(dataset) {
            let end = known.iter().position(|&carrier| !go_on(carrier)).map_or(known.len(), |last| last + 1);
            self.known = Some(&known[..end]);
            return &known[..end];
        }
        let network: &Network = &flow.network;
        let open = flow.openness.row(flow.graph.node_class(dataset));
        if let Some(holder) = network.holder(dataset) {
            self.found.add(holder);
            if !go_on(holder) {
                return self.found.all();
            }
        }
        let (mut steps, _) = network.entering(dataset);
        let mut at = 0;
        loop {
            for step in steps {
                if !self.found.has(step.to) && bit(open, step.terms) {
                    self.found.add(step.to);
                    if !go_on(step.to) {
                        return self.found.all();
                    }
                }
            }
            let Some(&carrier) = self.found.all().get(at) else { return self.found.all() };
            at += 1;
            steps = network.leaving(carrier);
        }
    }

    /// Whether the last search reached a carrier.
    #[must_use]
    pub fn reached(&mut self, carrier: Carrier) -> bool {
        self.found().has(carrier)
    }

    /// What the last search found.
    pub(super) fn found(&mut self) -> &Found {
        if let Some(known) = self.known.take() {
            self.found.extend(known.iter().copied());
        }
        &self.found
    }

    /// What the last search reached.
    #[must_use]
    pub fn all_reached(&self) -> &[Carrier] {
        self.known.unwrap_or_else(|| self.found.all())
    }

    /// For another kind of search: nothing is found yet.
    pub(super) fn begin(&mut self) -> &mut Found {
        self.known = None;
        self.found.clear();
        &mut self.found
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
        let found = &mut self.backwards.found;
        found.clear();
        found.extend(starts);
        let mut at = 0;
        while let Some(&carrier) = found.all().get(at) {
            if found.all().len() > LITTLE {
                return None;
            }
            at += 1;
            for step in self.flow.network.leaving(carrier) {
                found.add(step.to);
            }
        }
        let mut found = found.all().to_vec();
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
        self.found();
        let open = flow.openness.row(flow.graph.node_class(dataset));
        let arriving = network.backwards();
        self.backwards.begin();
        let Backwards { found, next, level, beyond } = &mut self.backwards;
        level.push(consumer);
        found.add(consumer);
        loop {
            let mut at = 0;
            while let Some(&carrier) = level.get(at) {
                at += 1;
                let mut last = openable.entry(carrier);
                if last.is_none() {
                    for &Arrival { from, terms, slot } in arriving.arriving(carrier) {
                        if self.found.has(from) {
                            last = Some(slot);
                            break;
                        }
                        if found.has(from) {
                            continue;
                        }
                        if bit(open, terms) {
                            found.add(from);
                            next[from as usize] = (slot, carrier);
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
                        let (slot, to) = next[at as usize];
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
                if found.add(from) {
                    next[from as usize] = (slot, to);
                    level.push(from);
                }
            }
            if level.is_empty() {
                return None;
            }
        }
    }
}
