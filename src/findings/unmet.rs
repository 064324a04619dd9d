//! Every need that is not met and could be, with what it would take: searched once for all who ask.

use rayon::prelude::*;

use super::flow::{Carrier, Flow, Openable, Plan, PlannedReach, Remedy, Slot};
use crate::graph::Node;
use crate::model::RelType;
use crate::query::kept::Kept;

/// A need that is not met and could be, for one or several services.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unmet {
    pub(super) consumer: Carrier,
    /// How many needs: the same dataset for several services.
    pub(super) needs: u32,
    /// What it would take.
    pub(super) remedy: Remedy,
}

/// The needs of all datasets that are not met and could be, but those for what is withheld.
#[derive(Debug, Default)]
pub(super) struct UnmetNeeds {
    /// Per dataset, where its own end.
    ends: Vec<u32>,
    unmet: Vec<Unmet>,
    /// The edges of remedies, end to end.
    slots: Vec<Slot>,
}

/// Keeps the needs that are not met, each with what it would take, for the findings that are called after. Not worth its
/// while for one of them alone.
pub(super) fn keep_unmet(flow: &Flow<'_>, kept: &Kept) {
    let unmet = UnmetNeeds::search(flow, usize::MAX);
    if !flow.stop.is_due() {
        kept.put(std::sync::Arc::new(unmet));
    }
}

impl UnmetNeeds {
    /// Looks at all needs; those that would take more than so many edges are left out.
    pub(super) fn search(flow: &Flow<'_>, most: usize) -> Self {
        /// How many datasets one thread takes at a time.
        const CHUNK: usize = 512;
        let plan = Plan::default();
        let parts: Vec<Self> = flow
            .network
            .datasets()
            .par_chunks(CHUNK)
            .map_init(
                || PlannedReach::new(flow),
                |reach, datasets| {
                    let mut part = Self::default();
                    for &dataset in flow.stop.within(datasets.iter()) {
                        if !flow.openness.is_withheld(flow.graph.node_class(dataset)) {
                            let consumers = consumers(flow, dataset);
                            part.examine(reach, &plan, dataset, consumers, most);
                        }
                        part.ends.push(part.unmet.len() as u32);
                    }
                    part
                },
            )
            .collect();
        let mut all = Self::default();
        all.unmet.reserve_exact(parts.iter().map(|part| part.unmet.len()).sum());
        all.slots.reserve_exact(parts.iter().map(|part| part.slots.len()).sum());
        parts.into_iter().for_each(|part| all.append(part));
        all
    }

    /// Those of one dataset, of some consumers with how many needs each has, that are not met under a plan and that at most
    /// so many edges would meet.
    pub(super) fn of_one(
        flow: &Flow<'_>,
        reach: &mut PlannedReach<'_, '_>,
        plan: &Plan,
        dataset: Node,
        consumers: &[(Carrier, u32)],
        most: usize,
    ) -> Self {
        let mut found = Self::default();
        if !flow.stop.is_due() {
            found.examine(reach, plan, dataset, consumers.iter().copied(), most);
        }
        found
    }

    fn examine(
        &mut self,
        reach: &mut PlannedReach<'_, '_>,
        plan: &Plan,
        dataset: Node,
        consumers: impl Iterator<Item = (Carrier, u32)>,
        most: usize,
    ) {
        let mut consumers = consumers.peekable();
        if consumers.peek().is_none() {
            return;
        }
        reach.search(plan, dataset);
        let mut openable: Option<Openable> = None;
        for (consumer, needs) in consumers {
            if reach.reached(consumer) {
                continue;
            }
            let openable = openable.get_or_insert_with(|| reach.openable(dataset));
            if let Some(remedy) = reach.remedy(plan, dataset, consumer, openable, most, &mut self.slots) {
                self.unmet.push(Unmet { consumer, needs, remedy });
            }
        }
    }

    fn append(&mut self, part: Self) {
        let (before, slots) = (self.unmet.len() as u32, self.slots.len());
        self.ends.extend(part.ends.iter().map(|end| before + end));
        self.unmet.extend(part.unmet.iter().map(|unmet| Unmet { remedy: unmet.remedy.moved(slots), ..*unmet }));
        self.slots.extend(part.slots);
    }

    /// Those of a dataset, by its position: in the order in which its needs stand in the graph.
    pub(super) fn of(&self, position: usize) -> &[Unmet] {
        let Some(&end) = self.ends.get(position) else { return &[] };
        let start = position.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.unmet[start as usize..end as usize]
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Unmet] {
        &self.unmet
    }

    /// The edges of remedies.
    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }
}

/// The consumers of a dataset, each once, with how many needs it has of it.
fn consumers(flow: &Flow<'_>, dataset: Node) -> impl Iterator<Item = (Carrier, u32)> {
    let needs = flow.graph.incoming(RelType::Needs, dataset).nodes;
    // One that needs it for several services stands several times in a row.
    needs.chunk_by(|a, b| a == b).filter_map(|same| {
        let consumer = flow.network.carrier(*same.first()?).filter(|&c| flow.network.is_department(c))?;
        Some((consumer, same.len() as u32))
    })
}
