//! Going over all datasets, searching from each, on every core.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::flow::{Carrier, Flow, Network, Reach};
use crate::graph::Node;
use crate::model::RelType;

/// How many datasets a thread takes at a time.
const CHUNK: usize = 256;

/// Visits every dataset with a search at hand, in no order. What a thread gathers is given back, one for each thread: it
/// must not matter which of them met a dataset.
pub(super) fn sweep<'f, 'g, T: Send>(
    flow: &'f Flow<'g>,
    begin: impl Fn() -> T + Sync,
    visit: impl Fn(&mut T, &mut Reach<'f, 'g>, Node) + Sync,
) -> Vec<T> {
    let datasets = flow.network.datasets();
    let next = AtomicUsize::new(0);
    rayon::broadcast(|_| {
        let mut gathered = begin();
        let mut reach = Reach::new(flow);
        loop {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            let Some(rest) = datasets.get(start..).filter(|rest| !rest.is_empty()) else { return gathered };
            for &dataset in rest.iter().take(CHUNK) {
                if flow.stop.is_due() {
                    return gathered;
                }
                visit(&mut gathered, &mut reach, dataset);
            }
        }
    })
}

/// A need that counts, and whether it is met.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    /// Who needs the dataset.
    pub(super) consumer: Carrier,
    /// Whether the consumer has it.
    pub(super) met: bool,
    /// It is not met, and an absent record may be the reason.
    pub(super) suspected: bool,
}

/// Judges the needs of a dataset: those of departments that are defined. Searches from it where there are any, and it is
/// not known already who has it.
pub(super) fn judge(flow: &Flow<'_>, reach: &mut Reach<'_, '_>, dataset: Node, mut take: impl FnMut(Judged)) {
    let network: &Network = &flow.network;
    let known = flow.known_needs(dataset);
    let mut in_doubt: Option<bool> = known.map(|known| known.in_doubt);
    let mut searched = false;
    for (i, &consumer) in flow.graph.incoming(RelType::Needs, dataset).nodes.iter().enumerate() {
        let Some(consumer) = network.carrier(consumer).filter(|&c| network.is_department(c)) else { continue };
        let met = match known {
            Some(known) => known.met[i],
            None => {
                if !searched {
                    reach.search(dataset, |_| true);
                    searched = true;
                }
                reach.reached(consumer)
            }
        };
        let suspected = !met && *in_doubt.get_or_insert_with(|| flow.is_in_doubt(reach.all_reached()));
        take(Judged { consumer, met, suspected });
    }
}

/// How many needs there are, how many of them are met, and whether an unmet one is only suspected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) needs: u64,
    pub(super) met: u64,
    pub(super) suspected: bool,
}

impl Needs {
    /// Counts one.
    pub(super) fn take(&mut self, judged: Judged) {
        self.needs += 1;
        self.met += u64::from(judged.met);
        self.suspected |= judged.suspected;
    }

    /// Counts others too.
    pub(super) fn add(&mut self, other: Self) {
        self.needs += other.needs;
        self.met += other.met;
        self.suspected |= other.suspected;
    }

    /// Those that are not met.
    pub(super) fn unmet(self) -> u64 {
        self.needs - self.met
    }
}
