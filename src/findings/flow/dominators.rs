//! Dominators of a flow: the carriers that every path to another leads through.
//!
//! Found for the part of the network that a search comes to, by the algorithm of Lengauer and Tarjan (A Fast Algorithm
//! for Finding Dominators in a Flowgraph, TOPLAS 1979) in its simple form: the time is that of the edges reached times a
//! logarithm, whatever their shape, and nothing recurses.

use std::slice::Iter;

use super::Flow;
use super::network::{Carrier, Network, Step};
use super::openness::bit;
use crate::graph::Node;

/// The number of a carrier in the order in which a search first comes to it; 0 is where data starts from.
type Order = u32;

const NONE: u32 = u32::MAX;

/// Where a dataset starts: every dataset of a class that starts at the same carriers flows on alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Start {
    /// The flow class.
    pub class: u32,
    /// Those carriers that pass it on of all that it enters first, sorted.
    pub entries: Vec<Carrier>,
}

impl Start {
    /// Where a dataset starts; and all carriers that it enters first, sorted: its holder, and those that open edges lead to.
    /// What comes to these depends on nobody else.
    #[must_use]
    pub fn of(flow: &Flow<'_>, dataset: Node) -> (Self, Vec<Carrier>) {
        let class = flow.graph.node_class(dataset);
        let open = flow.openness.row(class);
        let (steps, _) = flow.network.entering(dataset);
        let mut entered: Vec<Carrier> = steps.iter().filter(|step| bit(open, step.terms)).map(|step| step.to).collect();
        entered.extend(flow.network.holder(dataset));
        entered.sort_unstable();
        entered.dedup();
        let passes = |carrier: &Carrier| flow.network.leaving(*carrier).iter().any(|step| bit(open, step.terms));
        let entries = entered.iter().copied().filter(passes).collect();
        (Self { class, entries }, entered)
    }
}

/// Finds dominators of one start after another, keeping what a search needs.
#[derive(Debug)]
pub struct Dominators<'f, 'g> {
    flow: &'f Flow<'g>,
    /// Per carrier, its order in this search.
    orders: Vec<Order>,
    /// Per order, the carrier; the first is none.
    carriers: Vec<Carrier>,
    /// Per order, the order that the search came from.
    parents: Vec<Order>,
    /// Per order, the immediate dominator.
    dominators: Vec<Order>,
    /// The edges that the search met: where each comes from, and the one met before it with the same target.
    edges: Vec<(Order, u32)>,
    /// Per order, the last edge met that leads to it.
    last_edges: Vec<u32>,
    /// Per order, the orders whose semidominator it is, as a list: the first of them, and the next of each.
    first: Vec<Order>,
    next: Vec<Order>,
    semi: Vec<Order>,
    ancestors: Vec<Order>,
    labels: Vec<Order>,
}

impl<'f, 'g> Dominators<'f, 'g> {
    /// Ready to search.
    #[must_use]
    pub fn new(flow: &'f Flow<'g>) -> Self {
        Self {
            flow,
            orders: vec![NONE; flow.network.len()],
            carriers: Vec::new(),
            parents: Vec::new(),
            dominators: Vec::new(),
            edges: Vec::new(),
            last_edges: Vec::new(),
            first: Vec::new(),
            next: Vec::new(),
            semi: Vec::new(),
            ancestors: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// Finds the carriers that a start reaches and their dominators. Those that are not wanted and lead nowhere are left
    /// out: nobody's way leads through them.
    pub fn search(&mut self, start: &Start, wanted: impl Fn(Carrier) -> bool) {
        for &carrier in self.carriers.iter().skip(1) {
            self.orders[carrier as usize] = NONE;
        }
        self.walk(start, &wanted);
        self.find();
    }

    /// How much each carrier reached dominates: the sum over those whose every path leads through it, itself not among
    /// them. `weight` is asked once for each carrier.
    pub fn below(&self, weight: impl Fn(Carrier) -> u64) -> impl Iterator<Item = (Carrier, u64)> + '_ {
        let own: Vec<u64> = self.carriers.iter().skip(1).map(|&c| weight(c)).collect();
        let mut sums: Vec<u64> = vec![0; self.carriers.len()];
        // A dominator comes before what it dominates.
        for order in (1..self.carriers.len()).rev() {
            sums[self.dominators[order] as usize] += sums[order] + own[order - 1];
        }
        self.carriers.iter().copied().zip(sums).skip(1)
    }

    /// Numbers what is reached depth first, and notes every edge met.
    fn walk(&mut self, start: &Start, wanted: &dyn Fn(Carrier) -> bool) {
        let open = self.flow.openness.row(start.class);
        self.carriers.clear();
        self.parents.clear();
        self.edges.clear();
        self.last_edges.clear();
        self.carriers.push(NONE);
        self.parents.push(0);
        self.last_edges.push(NONE);
        let network: &'f Network = &self.flow.network;
        // What is left of the edges of each carrier on the way, with its order.
        let mut way: Vec<(Order, Iter<'f, Step>)> = Vec::new();
        let begin = |(order, carrier): (Order, Carrier)| (order, network.leaving(carrier).iter());
        for &entry in &start.entries {
            way.extend(self.meet(0, entry, wanted).map(begin));
            while let Some((order, left)) = way.last_mut() {
                let order = *order;
                match left.next() {
                    None => drop(way.pop()),
                    Some(step) if bit(open, step.terms) => way.extend(self.meet(order, step.to, wanted).map(begin)),
                    Some(_) => {}
                }
            }
        }
    }

    /// Takes an edge to a carrier that is wanted or leads anywhere. Gives it with its order if it is new.
    fn meet(&mut self, from: Order, target: Carrier, wanted: &dyn Fn(Carrier) -> bool) -> Option<(Order, Carrier)> {
        let known = self.orders[target as usize];
        let mut to = known;
        if known == NONE {
            if self.flow.network.leaving(target).is_empty() && !wanted(target) {
                return None;
            }
            to = self.carriers.len() as Order;
            self.orders[target as usize] = to;
            self.carriers.push(target);
            self.parents.push(from);
            self.last_edges.push(NONE);
        }
        if from != to {
            let last = &mut self.last_edges[to as usize];
            self.edges.push((from, *last));
            *last = self.edges.len() as u32 - 1;
        }
        (known == NONE).then_some((to, target))
    }

    fn find(&mut self) {
        let count = self.carriers.len();
        let range = |list: &mut Vec<Order>, value: &dyn Fn(Order) -> Order| {
            list.clear();
            list.extend((0..count as Order).map(value));
        };
        range(&mut self.semi, &|order| order);
        range(&mut self.labels, &|order| order);
        range(&mut self.ancestors, &|_| NONE);
        range(&mut self.dominators, &|_| 0);
        range(&mut self.first, &|_| NONE);
        range(&mut self.next, &|_| NONE);
        let mut stack = Vec::new();
        for order in (1..count as Order).rev() {
            let mut edge = self.last_edges[order as usize];
            while let Some(&(from, before)) = self.edges.get(edge as usize) {
                let best = self.evaluate(from, &mut stack);
                self.semi[order as usize] = self.semi[order as usize].min(self.semi[best as usize]);
                edge = before;
            }
            let semi = self.semi[order as usize] as usize;
            self.next[order as usize] = self.first[semi];
            self.first[semi] = order;
            let parent = self.parents[order as usize];
            self.ancestors[order as usize] = parent;
            let mut one = std::mem::replace(&mut self.first[parent as usize], NONE);
            while one != NONE {
                let best = self.evaluate(one, &mut stack);
                let lower = self.semi[best as usize] < self.semi[one as usize];
                self.dominators[one as usize] = if lower { best } else { parent };
                one = self.next[one as usize];
            }
        }
        for order in 1..count {
            if self.dominators[order] != self.semi[order] {
                self.dominators[order] = self.dominators[self.dominators[order] as usize];
            }
        }
    }

    /// The order of the smallest semidominator on the way from the root of its tree to this one, compressing the way.
    fn evaluate(&mut self, order: Order, stack: &mut Vec<Order>) -> Order {
        if self.ancestors[order as usize] == NONE {
            return order;
        }
        let mut at = order;
        while self.ancestors[self.ancestors[at as usize] as usize] != NONE {
            stack.push(at);
            at = self.ancestors[at as usize];
        }
        while let Some(below) = stack.pop() {
            let above = self.ancestors[below as usize];
            let [own, over] = [below, above].map(|o| self.semi[self.labels[o as usize] as usize]);
            if over < own {
                self.labels[below as usize] = self.labels[above as usize];
            }
            self.ancestors[below as usize] = self.ancestors[above as usize];
        }
        self.labels[order as usize]
    }
}
