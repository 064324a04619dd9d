//! What it would take to meet each need that is not met, kept up to date as a plan opens edges.
//!
//! A need that one edge would meet is met by exactly the edges that its remedy lists as singles: so the gain of a single
//! edge is a sum over these, exact at every step. When edges are opened, only needs of departments downstream of them,
//! and of the dataset that an edge leaves, can change: those are looked at again.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::Candidate;
use crate::findings::flow::{Carrier, Flow, Plan, PlannedReach, Slot};
use crate::findings::sweep::sweep;
use crate::graph::{Node, Presence};
use crate::model::RelType;

/// A need that is not met and could be, for one or several services.
#[derive(Clone, Debug)]
struct Unmet {
    consumer: Carrier,
    /// How many needs: the same dataset for several services.
    needs: u32,
    repair: Box<[Slot]>,
    singles: Box<[Slot]>,
}

/// How many needs there are of each flow class.
type ByClass = Vec<(u32, u64)>;

/// The needs that edges could still meet.
pub(super) struct Remedies<'f, 'g> {
    flow: &'f Flow<'g>,
    most: usize,
    unmet: HashMap<Node, Vec<Unmet>>,
    /// For each edge, the needs that it would meet alone.
    singles: HashMap<Slot, ByClass>,
    /// For each repair of several edges, the needs that name it.
    repairs: HashMap<Box<[Slot]>, ByClass>,
}

impl<'f, 'g> Remedies<'f, 'g> {
    /// Looks at all needs; those that would take more than so many edges are left out.
    pub(super) fn new(flow: &'f Flow<'g>, most: usize) -> Self {
        let mut remedies = Self { flow, most, unmet: HashMap::new(), singles: HashMap::new(), repairs: HashMap::new() };
        let plan = Plan::default();
        let begin = || (PlannedReach::new(flow), Vec::new());
        let parts = sweep(flow, begin, |(reach, found): &mut (PlannedReach<'_, '_>, Vec<_>), _, dataset| {
            let unmet = examine(flow, reach, &plan, dataset, most);
            if !unmet.is_empty() {
                found.push((dataset, unmet));
            }
        });
        for (dataset, unmet) in parts.into_iter().flat_map(|(_, found)| found) {
            remedies.put(dataset, unmet);
        }
        remedies
    }

    /// How many needs could be met, each by itself.
    pub(super) fn needs(&self) -> u64 {
        self.unmet.values().flatten().map(|unmet| u64::from(unmet.needs)).sum()
    }

    fn put(&mut self, dataset: Node, unmet: Vec<Unmet>) {
        let class = self.flow.graph.node_class(dataset);
        for one in &unmet {
            for &slot in &one.singles {
                add(self.singles.entry(slot).or_default(), class, u64::from(one.needs));
            }
            if one.repair.len() > 1 {
                add(self.repairs.entry(one.repair.clone()).or_default(), class, u64::from(one.needs));
            }
        }
        if !unmet.is_empty() {
            self.unmet.insert(dataset, unmet);
        }
    }

    fn remove(&mut self, dataset: Node) {
        let class = self.flow.graph.node_class(dataset);
        for one in self.unmet.remove(&dataset).unwrap_or_default() {
            for slot in &one.singles {
                if let Some(needs) = self.singles.get_mut(slot) {
                    subtract(needs, class, u64::from(one.needs));
                }
            }
            if let Some(needs) = self.repairs.get_mut(&*one.repair) {
                subtract(needs, class, u64::from(one.needs));
            }
        }
    }

    /// The single edges that would meet the most needs, each with the class to open it for.
    pub(super) fn best_singles(&self, plan: &Plan) -> Vec<Candidate> {
        let mut edges: Vec<(u64, Slot, &ByClass)> =
            self.singles.iter().map(|(&slot, needs)| (needs.iter().map(|(_, n)| n).sum(), slot, needs)).collect();
        edges.par_sort_unstable_by_key(|&(all, slot, _)| (std::cmp::Reverse(all), slot));
        let mut best: Vec<Candidate> = Vec::new();
        let mut most: u64 = 0;
        for (all, slot, needs) in edges {
            // No class can have more than all needs of an edge.
            if all < most.max(1) {
                break;
            }
            let now = plan.terms(self.flow, slot);
            for &(class, _) in needs {
                let then = self.flow.openness.widened(&now, class);
                let gain = needs.iter().filter(|(class, _)| then.admits(*class)).map(|(_, n)| n).sum();
                if gain > most {
                    best.clear();
                    most = gain;
                }
                if gain == most && gain > 0 {
                    best.push(Candidate { slots: vec![slot], class, gain });
                }
            }
        }
        best
    }

    /// The repairs of several edges, at most `left`, that promise the most for each edge: as many as are to be tried.
    pub(super) fn promising_repairs(&self, left: usize, tried: usize) -> Vec<(Vec<Slot>, u32)> {
        let all = |needs: &ByClass| needs.iter().map(|(_, n)| n).sum::<u64>();
        let mut promising: Vec<(f64, &[Slot], u32)> = Vec::new();
        for (slots, needs) in self.repairs.iter().filter(|(slots, _)| slots.len() <= left) {
            let alone: u64 = slots.iter().filter_map(|slot| self.singles.get(slot)).map(all).sum();
            let promise = (all(needs) + alone) as f64 / slots.len() as f64;
            promising.extend(needs.iter().map(|&(class, _)| (promise, &**slots, class)));
        }
        let order = |a: &(f64, &[Slot], u32), b: &(f64, &[Slot], u32)| {
            b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
        };
        if promising.len() > tried {
            promising.select_nth_unstable_by(tried, order);
            promising.truncate(tried);
        }
        promising.sort_unstable_by(order);
        promising.into_iter().map(|(_, slots, class)| (slots.to_vec(), class)).collect()
    }

    /// A need that so many opened edges could meet: one that would take more is not met by these.
    fn near(&self, dataset: Node, consumer: Carrier, edges: usize) -> Option<&Unmet> {
        let unmet = self.unmet.get(&dataset)?;
        let found = unmet.binary_search_by_key(&consumer, |u| u.consumer).ok()?;
        unmet.get(found).filter(|u| u.repair.len() <= edges)
    }

    /// More needs than this a change cannot meet: those near enough of whoever is downstream of what it opens. It takes no
    /// search, and most changes need not be searched once a good one is known.
    pub(super) fn bound(&self, change: &Change<'_>, reach: &mut PlannedReach<'_, '_>) -> u64 {
        let edges = change.slots.len();
        let own = self.left_by(change);
        let unmet = own.iter().filter_map(|dataset| self.unmet.get(dataset)).flatten();
        let mut bound: u64 = unmet.filter(|u| u.repair.len() <= edges).map(|u| u64::from(u.needs)).sum();
        self.let_through(change, reach, |dataset, consumer| {
            if !own.contains(&dataset) {
                bound += self.near(dataset, consumer, edges).map_or(0, |u| u64::from(u.needs));
            }
        });
        bound
    }

    /// The datasets whose needs a change would meet: with how many.
    pub(super) fn met_by(&self, change: &Change<'_>, reach: &mut PlannedReach<'_, '_>) -> Vec<(Node, u64)> {
        let edges = change.slots.len();
        let counts = |dataset, consumer| self.near(dataset, consumer, edges).is_some();
        let mut met = Vec::new();
        for dataset in self.touched(change, counts, reach) {
            let Some(unmet) = self.unmet.get(&dataset) else { continue };
            reach.search(change.after, dataset);
            let needs = unmet.iter().filter(|u| reach.reached(u.consumer)).map(|u| u64::from(u.needs)).sum::<u64>();
            if needs > 0 {
                met.push((dataset, needs));
            }
        }
        met
    }

    /// Looks again at the needs that a change that was made may have changed.
    pub(super) fn renew(&mut self, change: &Change<'_>) {
        let (flow, most) = (self.flow, self.most);
        let touched = self.touched(change, |_, _| true, &mut PlannedReach::new(flow));
        let renewed: Vec<(Node, Vec<Unmet>)> = touched
            .par_iter()
            .map_init(
                || PlannedReach::new(flow),
                |reach, &dataset| (dataset, examine(flow, reach, change.after, dataset, most)),
            )
            .collect();
        for (dataset, unmet) in renewed {
            self.remove(dataset);
            self.put(dataset, unmet);
        }
    }

    /// The datasets that a change may bring to somebody who needs them: the one that an edge leaves, and those that an
    /// edge lets through that did not before, where a need downstream counts. In their order.
    fn touched(
        &self,
        change: &Change<'_>,
        counts: impl Fn(Node, Carrier) -> bool,
        reach: &mut PlannedReach<'_, '_>,
    ) -> Vec<Node> {
        let mut touched = self.left_by(change);
        self.let_through(change, reach, |dataset, consumer| {
            if !touched.contains(&dataset) && counts(dataset, consumer) {
                touched.insert(dataset);
            }
        });
        let mut touched: Vec<Node> = touched.into_iter().collect();
        touched.sort_unstable();
        touched
    }

    /// The datasets that edges of a change leave.
    fn left_by(&self, change: &Change<'_>) -> HashSet<Node> {
        let edges = change.slots.iter().map(|&slot| self.flow.network.edge(self.flow.graph, slot));
        edges.filter(|edge| leaves_a_dataset(edge.ty)).map(|edge| edge.from).collect()
    }

    /// Calls with each need of somebody downstream of a change for a dataset that an edge lets through and did not before.
    fn let_through(&self, change: &Change<'_>, reach: &mut PlannedReach<'_, '_>, mut take: impl FnMut(Node, Carrier)) {
        let (flow, graph) = (self.flow, self.flow.graph);
        let edges = change.slots.iter().copied();
        let between: Vec<Slot> = edges.filter(|&slot| !leaves_a_dataset(flow.network.edge(graph, slot).ty)).collect();
        let terms: Vec<_> =
            between.iter().map(|&slot| (change.before.terms(flow, slot), change.after.terms(flow, slot))).collect();
        let is_let_through = |class| terms.iter().any(|(before, after)| after.admits(class) && !before.admits(class));
        for consumer in reach.downstream(&between) {
            // A dataset that is needed for several services stands there as often.
            let mut last = None;
            for &dataset in graph.outgoing(RelType::Needs, flow.network.node(consumer)).nodes {
                let is_new = last.replace(dataset) != Some(dataset);
                if is_new && graph.presence(dataset) == Presence::Defined && is_let_through(graph.node_class(dataset)) {
                    take(dataset, consumer);
                }
            }
        }
    }
}

/// Whether an edge of a type leads from a dataset, and for that dataset alone.
fn leaves_a_dataset(ty: RelType) -> bool {
    matches!(ty, RelType::GrantedTo | RelType::PublishedOn)
}

/// Edges that a plan opens, or would.
pub(super) struct Change<'p> {
    pub(super) before: &'p Plan,
    pub(super) after: &'p Plan,
    /// The edges by which the two differ.
    pub(super) slots: &'p [Slot],
}

fn add(needs: &mut ByClass, class: u32, number: u64) {
    match needs.iter_mut().find(|(c, _)| *c == class) {
        Some((_, sum)) => *sum += number,
        None => needs.push((class, number)),
    }
}

fn subtract(needs: &mut ByClass, class: u32, number: u64) {
    if let Some((_, sum)) = needs.iter_mut().find(|(c, _)| *c == class) {
        *sum = sum.saturating_sub(number);
    }
    needs.retain(|(_, sum)| *sum > 0);
}

/// The unmet needs of a dataset that at most so many edges would meet.
fn examine(flow: &Flow<'_>, reach: &mut PlannedReach<'_, '_>, plan: &Plan, dataset: Node, most: usize) -> Vec<Unmet> {
    let (graph, network) = (flow.graph, &flow.network);
    let consumers = graph.incoming(RelType::Needs, dataset).nodes;
    if consumers.is_empty() || flow.openness.is_withheld(graph.node_class(dataset)) {
        return Vec::new();
    }
    reach.search(plan, dataset);
    let mut openable = None;
    let mut unmet: Vec<Unmet> = Vec::new();
    // The same consumer may need it for several services, one after another; most of those that cannot be helped are not
    // remembered.
    let mut last = None;
    for &consumer in consumers {
        let Some(carrier) = network.carrier(consumer).filter(|&c| network.is_department(c)) else { continue };
        if last == Some(carrier) {
            if let Some(same) = unmet.last_mut().filter(|u| u.consumer == carrier) {
                same.needs += 1;
            }
            continue;
        }
        last = Some(carrier);
        if reach.reached(carrier) {
            continue;
        }
        if openable.is_none() {
            openable = Some(reach.openable(dataset));
        }
        let Some(openable) = &openable else { continue };
        if let Some(remedy) = reach.remedy(plan, dataset, carrier, openable, most) {
            let (repair, singles) = (remedy.repair.into(), remedy.singles.into());
            unmet.push(Unmet { consumer: carrier, needs: 1, repair, singles });
        }
    }
    unmet
}
