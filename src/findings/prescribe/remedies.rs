//! What it would take to meet each need that is not met, kept up to date as a plan opens edges.
//!
//! A need that one edge would meet is met by exactly the edges that its remedy lists as singles: so the gain of a single
//! edge is a sum over these, exact at every step. The gain of several is found by two searches for each of them, for all
//! flow classes at once: a dataset comes newly to whoever is beyond an edge, if it came to the edge before. When edges are
//! opened, only needs of departments beyond them can change: those are looked at again.
//!
//! A need that would take more edges than a plan may have is of no use later either: each edge that a plan opens makes it
//! cheaper by one edge at most, and there is one fewer left to open.

use std::mem::take;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::Candidate;
use super::change::{Change, Source};
use crate::findings::flow::{Carrier, Flow, Plan, PlannedReach, Remedy, Slot, Spread};
use crate::findings::unmet::{self, UnmetNeeds};
use crate::graph::Node;

/// A need of a department that is not met and could be, for one or several services.
#[derive(Clone, Copy, Debug)]
struct Unmet {
    dataset: Node,
    class: u32,
    /// How many needs: the same dataset for several services.
    needs: u32,
    remedy: Remedy,
}

impl Unmet {
    /// A need for a dataset of a class, as the search for all of them gives it.
    fn new(dataset: Node, class: u32, found: &unmet::Unmet) -> Self {
        Self { dataset, class, needs: found.needs, remedy: found.remedy }
    }
}

/// The edges of remedies: those that were found at first, and after them those that were found anew.
struct Slots {
    first: Arc<UnmetNeeds>,
    anew: Vec<Slot>,
}

impl Slots {
    /// The edges of a remedy.
    fn of(&self, remedy: Remedy) -> &[Slot] {
        match remedy.start().checked_sub(self.first.slots().len()) {
            None => remedy.edges(self.first.slots()),
            Some(start) => remedy.edges_at(start, &self.anew),
        }
    }

    /// Adds the edges of remedies, and gives by how much these are to be moved.
    fn add(&mut self, slots: &[Slot]) -> usize {
        let before = self.first.slots().len() + self.anew.len();
        self.anew.extend_from_slice(slots);
        before
    }
}

/// How many needs there are: in all, and of each flow class that has any.
#[derive(Debug, Default)]
struct Needs {
    all: u64,
    by_class: Vec<(u32, u64)>,
}

impl Needs {
    fn add(&mut self, class: u32, number: u64) {
        self.all += number;
        match self.by_class.iter_mut().find(|(c, _)| *c == class) {
            Some((_, sum)) => *sum += number,
            None => self.by_class.push((class, number)),
        }
    }

    fn subtract(&mut self, class: u32, number: u64) {
        if let Some((_, sum)) = self.by_class.iter_mut().find(|(c, _)| *c == class) {
            let less = number.min(*sum);
            *sum -= less;
            self.all -= less;
        }
        self.by_class.retain(|(_, sum)| *sum > 0);
    }
}

/// The needs that edges could still meet.
pub(super) struct Remedies<'f, 'g> {
    flow: &'f Flow<'g>,
    most: usize,
    /// Per department, what it needs, in the order of the datasets.
    unmet: Vec<Vec<Unmet>>,
    slots: Slots,
    /// For each edge, the needs that it would meet alone.
    singles: Singles,
    /// For each repair of several edges, the needs that name it.
    repairs: Repairs,
}

type Singles = HashMap<Slot, Needs>;
type Repairs = HashMap<Vec<Slot>, Needs>;

fn count(unmet: &Unmet, slots: &Slots, singles: &mut Singles, repairs: &mut Repairs) {
    let Unmet { class, needs, remedy, .. } = *unmet;
    let edges = slots.of(remedy);
    for &slot in remedy.singles(edges) {
        singles.entry(slot).or_default().add(class, u64::from(needs));
    }
    if remedy.cost() > 1 {
        repairs.entry_ref(remedy.repair(edges)).or_default().add(class, u64::from(needs));
    }
}

fn uncount(unmet: &Unmet, slots: &Slots, singles: &mut Singles, repairs: &mut Repairs) {
    let Unmet { class, needs, remedy, .. } = *unmet;
    let edges = slots.of(remedy);
    for slot in remedy.singles(edges) {
        if let Some(of_edge) = singles.get_mut(slot) {
            of_edge.subtract(class, u64::from(needs));
        }
    }
    let repair = remedy.repair(edges);
    if let Some(of_repair) = repairs.get_mut(repair) {
        of_repair.subtract(class, u64::from(needs));
        if of_repair.all == 0 {
            repairs.remove(repair);
        }
    }
}

impl<'f, 'g> Remedies<'f, 'g> {
    /// Of all needs, but those that would take more than so many edges.
    pub(super) fn new(flow: &'f Flow<'g>, first: Arc<UnmetNeeds>, most: usize) -> Self {
        let mut unmet = vec![Vec::new(); flow.network.departments() as usize];
        let (mut singles, mut repairs) = (Singles::new(), Repairs::new());
        let slots = Slots { first: Arc::clone(&first), anew: Vec::new() };
        for (position, &dataset) in flow.stop.within((0..).zip(flow.network.datasets())) {
            let class = flow.graph.node_class(dataset);
            for found in first.of(position).iter().filter(|found| found.remedy.cost() <= most) {
                let new = Unmet::new(dataset, class, found);
                count(&new, &slots, &mut singles, &mut repairs);
                unmet[found.consumer as usize].push(new);
            }
        }
        unmet.par_iter_mut().for_each(|unmet| unmet.sort_unstable_by_key(|u| u.dataset));
        Self { flow, most, unmet, slots, singles, repairs }
    }

    /// How many needs could be met, each by itself.
    pub(super) fn needs(&self) -> u64 {
        self.unmet.iter().flatten().map(|unmet| u64::from(unmet.needs)).sum()
    }

    /// The single edges that would meet the most needs, each with the class to open it for.
    pub(super) fn best_singles(&self, plan: &Plan) -> Vec<Candidate> {
        let mut edges: Vec<(Slot, &Needs)> = self.singles.iter().map(|(&slot, needs)| (slot, needs)).collect();
        edges.par_sort_unstable_by_key(|&(slot, needs)| (std::cmp::Reverse(needs.all), slot));
        let mut best: Vec<Candidate> = Vec::new();
        let mut most: u64 = 0;
        for (slot, needs) in edges {
            // No class can have more than all needs of an edge.
            if needs.all < most.max(1) {
                break;
            }
            let now = plan.terms(self.flow, slot);
            for &(class, _) in &needs.by_class {
                let then = self.flow.openness.widened(&now, class);
                let gain = needs.by_class.iter().filter(|(class, _)| then.admits(*class)).map(|(_, n)| n).sum();
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
        let repairs = self.repairs.iter().filter(|(slots, _)| slots.len() <= left);
        let repairs: Vec<(&Vec<Slot>, &Needs)> = self.flow.stop.within(repairs).collect();
        let promise_of = |&(slots, needs): &(&'_ Vec<Slot>, &'_ Needs)| {
            let alone: u64 = slots.iter().filter_map(|slot| self.singles.get(slot)).map(|needs| needs.all).sum();
            (needs.all + alone) as f64 / slots.len() as f64
        };
        let mut promising: Vec<(f64, &[Slot], u32)> = repairs
            .par_iter()
            .flat_map_iter(|repair| {
                let (promise, (slots, needs)) = (promise_of(repair), *repair);
                needs.by_class.iter().map(move |&(class, _)| (promise, &**slots, class))
            })
            .collect();
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

    /// More needs than this a change cannot meet: those near enough of whoever is beyond what it opens. It takes no search
    /// for where datasets come from, and most changes need none once a good one is known.
    pub(super) fn bound(&self, change: &Change<'_>, searches: &mut Searches<'f, 'g>) -> u64 {
        self.beyond(change, searches).iter().map(|(_, unmet)| u64::from(unmet.needs)).sum()
    }

    /// How many needs a change would meet, by dataset.
    pub(super) fn met_by(&self, change: &Change<'_>, searches: &mut Searches<'f, 'g>) -> HashMap<Node, u64> {
        let beyond = self.beyond(change, searches);
        let openings = change.openings(self.flow);
        let mut comes: Vec<HashMap<Node, bool>> = vec![HashMap::new(); openings.len()];
        let mut wanted = self.flow.openness.no_classes();
        beyond.iter().for_each(|(_, unmet)| wanted.insert(unmet.class as usize));
        let mut met: HashMap<Node, u64> = HashMap::new();
        let mut left = beyond;
        for ((opening, comes), forwards) in openings.iter().zip(&mut comes).zip(&searches.forwards) {
            if left.is_empty() {
                break;
            }
            if let Source::Carrier(source) = opening.source {
                let mut classes = opening.classes.clone();
                classes.intersect_with(&wanted);
                searches.backwards.backwards(change.before, source, &classes, 0);
            }
            left.retain(|&(consumer, unmet)| {
                let is_met = opening.leads(unmet.dataset)
                    && forwards.has(consumer, unmet.class)
                    && match opening.source {
                        Source::Dataset(_) => true,
                        Source::Carrier(_) => *comes
                            .entry(unmet.dataset)
                            .or_insert_with(|| comes_to(self.flow, change.before, &searches.backwards, unmet)),
                    };
                if is_met {
                    *met.entry(unmet.dataset).or_default() += u64::from(unmet.needs);
                }
                !is_met
            });
        }
        met
    }

    /// The needs of whoever is beyond what a change opens, that as many edges could meet.
    fn beyond<'u>(&'u self, change: &Change<'_>, searches: &mut Searches<'f, 'g>) -> Vec<(Carrier, &'u Unmet)> {
        let edges = change.slots.len();
        let openings = change.openings(self.flow);
        searches.forwards.resize_with(openings.len().max(searches.forwards.len()), || Spread::new(self.flow));
        let mut found = Vec::new();
        for (i, opening) in openings.iter().enumerate() {
            let (before, own) = searches.forwards.split_at_mut(i);
            let Some(own) = own.first_mut() else { continue };
            own.forwards(change.after, opening.target, &opening.classes, 0);
            let is_found = |consumer: Carrier, unmet: &Unmet| {
                unmet.remedy.cost() <= edges && opening.leads(unmet.dataset) && own.has(consumer, unmet.class)
            };
            let is_known = |consumer: Carrier, unmet: &Unmet| {
                before.iter().zip(&openings).any(|(f, o)| o.leads(unmet.dataset) && f.has(consumer, unmet.class))
            };
            for &consumer in own.found() {
                let Some(unmet) = self.unmet.get(consumer as usize) else { continue };
                let new = unmet.iter().filter(|u| is_found(consumer, u) && !is_known(consumer, u));
                found.extend(new.map(|u| (consumer, u)));
            }
        }
        found
    }

    /// Looks again at the needs that a change that was made may have changed.
    pub(super) fn renew(&mut self, change: &Change<'_>) {
        let (flow, most) = (self.flow, self.most);
        let touched = self.touched(change);
        let renewed: Vec<(Node, UnmetNeeds)> = touched
            .par_iter()
            .map_init(
                || PlannedReach::new(flow),
                |reach, (dataset, consumers)| {
                    (*dataset, UnmetNeeds::of_one(flow, reach, change.after, *dataset, consumers, most))
                },
            )
            .collect();
        let gone: HashSet<(Carrier, Node)> =
            touched.iter().flat_map(|(dataset, consumers)| consumers.iter().map(|(c, _)| (*c, *dataset))).collect();
        let mut changed: Vec<Carrier> = gone.iter().map(|(consumer, _)| *consumer).collect();
        changed.sort_unstable();
        changed.dedup();
        let Self { unmet, slots, singles, repairs, .. } = self;
        for &consumer in flow.stop.within(changed.iter()) {
            unmet[consumer as usize].retain(|unmet| {
                let is_gone = gone.contains(&(consumer, unmet.dataset));
                if is_gone {
                    uncount(unmet, slots, singles, repairs);
                }
                !is_gone
            });
        }
        for (dataset, found) in flow.stop.within(renewed.into_iter()) {
            let (class, by) = (flow.graph.node_class(dataset), slots.add(found.slots()));
            for found in found.all() {
                let new = Unmet { remedy: found.remedy.moved(by), ..Unmet::new(dataset, class, found) };
                count(&new, slots, singles, repairs);
                unmet[found.consumer as usize].push(new);
            }
        }
        changed.iter().for_each(|&c| unmet[c as usize].sort_unstable_by_key(|u| u.dataset));
    }

    /// The needs whose remedies a change may have changed, by dataset, each with how many there are.
    ///
    /// A way through an opened edge is of use if it is a cheaper one, or gives an edge that would now meet the need alone. Its
    /// cost is the closed edges from the dataset to that edge, with what was open before, and from there to the consumer.
    /// Where the dataset came as cheaply to the far end of the edge before, the way is not cheaper.
    fn touched(&self, change: &Change<'_>) -> Vec<(Node, Vec<(Carrier, u32)>)> {
        /// Up to how many closed edges costs are told apart; what costs more is looked at in any case.
        const FAR: usize = 3;
        let flow = self.flow;
        let mut touched: HashMap<Node, Vec<(Carrier, u32)>> = HashMap::new();
        for opening in change.openings(flow) {
            let [mut before, mut past, mut beyond] = [(); 3].map(|()| Spread::new(flow));
            let between = if let Source::Carrier(source) = opening.source { Some(source) } else { None };
            let search = |spread: &mut Spread<'_, '_>, end: Option<Carrier>| {
                if let Some(end) = end {
                    spread.backwards(change.before, end, &opening.classes, FAR);
                }
            };
            rayon::join(
                || rayon::join(|| search(&mut before, between), || search(&mut past, between.map(|_| opening.target))),
                || beyond.forwards(change.after, opening.target, &opening.classes, FAR),
            );
            // What it costs a dataset to come to either end.
            let mut costs: HashMap<Node, (usize, usize)> = HashMap::new();
            let is_cheaper = |consumer: Carrier, unmet: &Unmet, costs: &mut HashMap<Node, (usize, usize)>| {
                if !(opening.leads(unmet.dataset) && opening.classes.contains(unmet.class as usize)) {
                    return false;
                }
                let (to, past) = match opening.source {
                    Source::Dataset(_) => (0, FAR + 1),
                    Source::Carrier(_) => *costs.entry(unmet.dataset).or_insert_with(|| {
                        let cost = |to| cost_to(flow, change.before, to, unmet).unwrap_or(FAR + 1);
                        (cost(&before), cost(&past))
                    }),
                };
                let wanted = unmet.remedy.cost().saturating_sub(1).max(1);
                let on = beyond.cost(consumer, unmet.class).unwrap_or(FAR + 1);
                let alone = unmet.remedy.cost() == 1 && to == 1;
                to + on <= wanted && (to < past || alone || to > FAR)
            };
            for consumer in flow.stop.within(PlannedReach::new(flow).downstream(&[opening.slot]).into_iter()) {
                for unmet in &self.unmet[consumer as usize] {
                    if is_cheaper(consumer, unmet, &mut costs) {
                        touched.entry(unmet.dataset).or_default().push((consumer, unmet.needs));
                    }
                }
            }
        }
        let mut touched: Vec<(Node, Vec<(Carrier, u32)>)> = touched.into_iter().collect();
        touched.sort_unstable_by_key(|(dataset, _)| *dataset);
        for (_, consumers) in &mut touched {
            consumers.sort_unstable();
            consumers.dedup();
        }
        touched
    }
}

impl Drop for Remedies<'_, '_> {
    /// Millions of small lists take seconds to give back: that is done on the side, and nobody waits for it.
    fn drop(&mut self) {
        let (unmet, singles, repairs) = (take(&mut self.unmet), take(&mut self.singles), take(&mut self.repairs));
        rayon::spawn(move || drop((unmet, singles, repairs)));
    }
}

/// Whether a dataset comes to where a search backwards began: its holder, or a carrier that it enters, was found.
fn comes_to(flow: &Flow<'_>, plan: &Plan, backwards: &Spread<'_, '_>, unmet: &Unmet) -> bool {
    let Unmet { dataset, class, .. } = *unmet;
    flow.network.holder(dataset).is_some_and(|holder| backwards.has(holder, class))
        || plan.entered(flow, dataset).any(|(carrier, open)| open && backwards.has(carrier, class))
}

/// The fewest closed edges that would bring a dataset to where a search backwards began.
fn cost_to(flow: &Flow<'_>, plan: &Plan, backwards: &Spread<'_, '_>, unmet: &Unmet) -> Option<usize> {
    let Unmet { dataset, class, .. } = *unmet;
    let by_holder = flow.network.holder(dataset).and_then(|holder| backwards.cost(holder, class));
    let entered = plan.entered(flow, dataset);
    let costs = entered.filter_map(|(carrier, open)| Some(backwards.cost(carrier, class)? + usize::from(!open)));
    costs.chain(by_holder).min()
}

/// What the searches of a thread keep.
pub(super) struct Searches<'f, 'g> {
    forwards: Vec<Spread<'f, 'g>>,
    backwards: Spread<'f, 'g>,
}

impl<'f, 'g> Searches<'f, 'g> {
    /// Ready to search.
    pub(super) fn new(flow: &'f Flow<'g>) -> Self {
        Self { forwards: Vec::new(), backwards: Spread::new(flow) }
    }
}
