//! The network with some sharing edges opened: whom a dataset reaches then, and what it would still take to reach others.

use fixedbitset::FixedBitSet;
use hashbrown::{HashMap, HashSet};

use super::Flow;
use super::found::Found;
use super::network::{Arrival, Carrier, Network, Slot, Step};
use super::openness::{Widened, bit};
use super::reach::{Openable, Reach};
use crate::graph::Node;

/// Edges that a plan has opened, with the terms that it gives them.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    opened: HashMap<Slot, Widened>,
    /// The carriers that these leave and enter.
    touched: HashSet<Carrier>,
}

impl Plan {
    /// The plan with these edges opened for a class, each with the least changes to what it is in the plan so far.
    #[must_use]
    pub fn with(&self, flow: &Flow<'_>, slots: &[Slot], class: u32) -> Self {
        let mut plan = self.clone();
        for &slot in slots {
            let now = plan.terms(flow, slot);
            plan.opened.insert(slot, flow.openness.widened(&now, class));
            plan.touched.extend(flow.network.slot_source(slot));
            plan.touched.insert(flow.network.slot_target(slot));
        }
        plan
    }

    /// The terms of an edge under the plan.
    #[must_use]
    pub fn terms(&self, flow: &Flow<'_>, slot: Slot) -> Widened {
        let stated = || flow.openness.as_stated(flow.network.any_slot_terms(slot));
        self.opened.get(&slot).cloned().unwrap_or_else(stated)
    }

    /// Whether an edge that leaves or enters a carrier is opened: most have none, and need not be looked at one by one.
    pub(super) fn touches(&self, carrier: Carrier) -> bool {
        !self.touched.is_empty() && self.touched.contains(&carrier)
    }

    /// The classes that an edge lets through which the plan opens.
    pub(super) fn opened(&self, slot: Slot) -> Option<&FixedBitSet> {
        self.opened.get(&slot).map(Widened::admitted)
    }

    /// Where the edges lead that leave a dataset itself, each with whether it is open under the plan.
    pub fn entered<'a>(&'a self, flow: &'a Flow<'_>, dataset: Node) -> impl Iterator<Item = (Carrier, bool)> + 'a {
        let class = flow.graph.node_class(dataset);
        let open = flow.openness.row(class);
        let (steps, first) = flow.network.entering(dataset);
        let is_open = move |slot: Slot, terms| bit(open, terms) || self.opens(slot, class);
        (first..).zip(steps).map(move |(slot, step)| (step.to, is_open(slot, step.terms)))
    }

    /// Whether the plan opens an edge for a class that is closed for it as it stands.
    fn opens(&self, slot: Slot, class: u32) -> bool {
        !self.opened.is_empty() && self.opened.get(&slot).is_some_and(|terms| terms.admits(class))
    }
}

/// What it would take to meet a need: edges in a list of those of many needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// Where its edges begin in the list.
    start: u32,
    len: u32,
    /// Whether each of them would do alone; else all are to be opened.
    alone: bool,
}

impl Remedy {
    /// The remedy whose edges stand in a list from a place on.
    fn from(start: usize, slots: &[Slot], alone: bool) -> Self {
        Self { start: start as u32, len: (slots.len() - start) as u32, alone }
    }

    /// The same remedy, of edges that stand in a list so much further on.
    #[must_use]
    pub fn moved(self, by: usize) -> Self {
        Self { start: self.start + by as u32, ..self }
    }

    /// Where its edges begin.
    #[must_use]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// Its edges in the list.
    #[must_use]
    pub fn edges(self, slots: &[Slot]) -> &[Slot] {
        &slots[self.start as usize..(self.start + self.len) as usize]
    }

    /// Its edges in a list in which they begin elsewhere.
    #[must_use]
    pub fn edges_at(self, start: usize, slots: &[Slot]) -> &[Slot] {
        &slots[start..start + self.len as usize]
    }

    /// How many edges have to be opened.
    #[must_use]
    pub fn cost(self) -> usize {
        if self.alone { 1 } else { self.len as usize }
    }

    /// Of its edges, a cheapest set to open, along the path.
    #[must_use]
    pub fn repair(self, edges: &[Slot]) -> &[Slot] {
        if self.alone { &edges[..1] } else { edges }
    }

    /// Of its edges, every one that would do alone, that of the repair the first.
    #[must_use]
    pub fn singles(self, edges: &[Slot]) -> &[Slot] {
        if self.alone { edges } else { &[] }
    }
}

/// Searches under a plan, keeping what a search needs.
#[derive(Debug)]
pub struct PlannedReach<'f, 'g> {
    flow: &'f Flow<'g>,
    /// Searches without a plan, holds what the last search found, and tells which consumers no edge could ever help.
    reach: Reach<'f, 'g>,
    /// What the last backward search came to, and per carrier how data would go on from it.
    behind: Found,
    next: Vec<(Slot, Carrier)>,
    levels: Levels,
}

/// What a backward search goes through, level by level of edges to open.
#[derive(Debug, Default)]
struct Levels {
    /// What can be had for as many edges as the level counts.
    level: Vec<Carrier>,
    /// The closed edges that come to it from what is reached or from the dataset itself, and where they lead.
    ends: Vec<(Slot, Carrier)>,
    /// The closed edges that come to it from elsewhere: where from, and where they lead.
    beyond: Vec<(Carrier, Slot, Carrier)>,
}

impl<'f, 'g> PlannedReach<'f, 'g> {
    /// Ready to search.
    #[must_use]
    pub fn new(flow: &'f Flow<'g>) -> Self {
        let carriers = flow.network.len();
        let (reach, behind, next) = (Reach::new(flow), Found::new(carriers), vec![(0, 0); carriers]);
        Self { flow, reach, behind, next, levels: Levels::default() }
    }

    /// Finds what a dataset reaches under a plan.
    pub fn search(&mut self, plan: &Plan, dataset: Node) {
        if plan.opened.is_empty() {
            self.reach.search(dataset, |_| true);
            return;
        }
        let flow = self.flow;
        let network: &Network = &flow.network;
        let class = flow.graph.node_class(dataset);
        let open = flow.openness.row(class);
        let found = self.reach.begin();
        if let Some(holder) = network.holder(dataset) {
            found.add(holder);
        }
        let mut edges = network.entering(dataset);
        let mut planned = true;
        let mut at = 0;
        loop {
            let (steps, first) = edges;
            for (slot, &Step { to: target, terms }) in (first..).zip(steps) {
                if !found.has(target) && (bit(open, terms) || (planned && plan.opens(slot, class))) {
                    found.add(target);
                }
            }
            let Some(&carrier) = found.all().get(at) else { return };
            at += 1;
            edges = network.leaving_from(carrier);
            planned = plan.touches(carrier);
        }
    }

    /// Whether the last search reached a carrier.
    #[must_use]
    pub fn reached(&mut self, carrier: Carrier) -> bool {
        self.reach.reached(carrier)
    }

    /// Where a dataset could flow if edges were opened, whatever the plan.
    pub fn openable(&mut self, dataset: Node) -> Openable {
        self.reach.openable(dataset)
    }

    /// What it would take, of edges that the plan leaves closed, that a consumer has the dataset of the last search,
    /// which did not reach it: its edges are added to a list. None where more than `most` edges would be needed.
    ///
    /// Searches backwards from the consumer, level by level of edges to open, until an edge leaves what is reached.
    pub fn remedy(
        &mut self,
        plan: &Plan,
        dataset: Node,
        consumer: Carrier,
        openable: &Openable,
        most: usize,
        slots: &mut Vec<Slot>,
    ) -> Option<Remedy> {
        if !openable.may_reach(self.flow, consumer) {
            return None;
        }
        let class = self.flow.graph.node_class(dataset);
        self.behind.clear();
        self.behind.add(consumer);
        self.levels.level.clear();
        self.levels.level.push(consumer);
        for cost in 1..=most {
            self.widen(plan, class, openable, cost == 1);
            let Levels { level, ends, beyond } = &mut self.levels;
            if let Some(&(last, carrier)) = ends.first() {
                let start = slots.len();
                if cost == 1 {
                    slots.extend(ends.iter().map(|(slot, _)| slot));
                } else {
                    slots.push(last);
                    self.add_way(plan, class, carrier, consumer, slots);
                }
                return Some(Remedy::from(start, slots, cost == 1));
            }
            level.clear();
            for (source, slot, to) in beyond.drain(..) {
                // An open edge of the same level may have come to it for less.
                if self.behind.add(source) {
                    self.next[source as usize] = (slot, to);
                    level.push(source);
                }
            }
            if level.is_empty() {
                return None;
            }
        }
        None
    }

    /// Widens the level by open edges, and finds what ends at it, all of them or the first, and what lies beyond.
    fn widen(&mut self, plan: &Plan, class: u32, openable: &Openable, all: bool) {
        let network: &Network = &self.flow.network;
        let backwards = network.backwards();
        let open = self.flow.openness.row(class);
        let found = self.reach.found();
        let Levels { level, ends, beyond } = &mut self.levels;
        ends.clear();
        beyond.clear();
        let mut at = 0;
        while let Some(&carrier) = level.get(at) {
            at += 1;
            ends.extend(openable.entries_into(carrier).map(|slot| (slot, carrier)));
            let planned = plan.touches(carrier);
            for &Arrival { from: source, terms, slot } in backwards.arriving(carrier) {
                if found.has(source) {
                    ends.push((slot, carrier));
                } else if !self.behind.has(source) {
                    if bit(open, terms) || (planned && plan.opens(slot, class)) {
                        self.behind.add(source);
                        self.next[source as usize] = (slot, carrier);
                        level.push(source);
                    } else {
                        beyond.push((source, slot, carrier));
                    }
                }
            }
            if !all && !ends.is_empty() {
                break;
            }
        }
    }

    /// Adds the closed edges from a carrier on, to the consumer of the last remedy.
    fn add_way(&self, plan: &Plan, class: u32, from: Carrier, consumer: Carrier, slots: &mut Vec<Slot>) {
        let open = self.flow.openness.row(class);
        let mut at = from;
        while at != consumer {
            let (slot, to) = self.next[at as usize];
            if !bit(open, self.flow.network.slot_terms(slot)) && !plan.opens(slot, class) {
                slots.push(slot);
            }
            at = to;
        }
    }

    /// The departments that an edge could ever bring data to, whatever the terms of those after it: that it leads to, and
    /// all beyond.
    pub fn downstream(&mut self, slots: &[Slot]) -> Vec<Carrier> {
        let network: &Network = &self.flow.network;
        let found = self.reach.begin();
        found.extend(slots.iter().map(|&slot| network.slot_target(slot)));
        let mut at = 0;
        while let Some(&carrier) = found.all().get(at) {
            at += 1;
            found.extend(network.leaving(carrier).iter().map(|step| step.to));
        }
        found.all().iter().copied().filter(|&c| network.is_department(c)).collect()
    }
}
