//! Whom each dataset reaches and which needs of it are met, searched once for all who ask.

use rayon::prelude::*;

use super::Flow;
use super::network::{Carrier, Network};
use super::reach::Reach;
use crate::graph::Node;
use crate::model::RelType;

/// How many carriers are kept, of all datasets together: a quarter of a gigabyte.
const MOST: usize = 64 << 20;

/// How many datasets one thread takes at a time.
const CHUNK: usize = 4096;

/// Whom datasets reach, and which of their needs are met.
#[derive(Default)]
pub(super) struct Known {
    /// Whom they reach, end to end, in the order in which a search finds them.
    carriers: Vec<Carrier>,
    /// Per dataset, where its own begin and how many there are; nothing for one that has to be searched after all.
    spans: Vec<Option<(u32, u32)>>,
    needs: Needs,
}

/// Which needs are met, in the order of the datasets and of their needs in the graph.
#[derive(Default)]
struct Needs {
    met: Vec<bool>,
    /// Per dataset, where its own end.
    ends: Vec<u32>,
    /// Per dataset, whether an absent record may be why somebody does not have it.
    in_doubt: Vec<bool>,
}

/// The needs of a dataset, in the order in which they stand in the graph.
#[derive(Clone, Copy, Debug)]
pub struct KnownNeeds<'k> {
    /// Whether each is met.
    pub met: &'k [bool],
    /// Whether an absent record may be the reason why one is not.
    pub in_doubt: bool,
}

impl Known {
    /// Searches from every dataset, as far as there is room for what is found.
    pub(super) fn search(flow: &Flow<'_>) -> Self {
        Self::within(flow, MOST)
    }

    fn within(flow: &Flow<'_>, most: usize) -> Self {
        let datasets = flow.network.datasets();
        let mut known = Self::default();
        // Some chunks at a time, so that what there is no room for is not gathered either.
        for some in datasets.chunks(CHUNK * 4 * rayon::current_num_threads()) {
            if known.carriers.len() >= most || flow.stop.is_due() {
                break;
            }
            let parts: Vec<Part> = some
                .par_chunks(CHUNK)
                .map_init(
                    || Reach::new(flow),
                    |reach, datasets| {
                        let mut part = Part::default();
                        for &dataset in flow.stop.within(datasets.iter()) {
                            let reached = reach.search(dataset, |_| true);
                            part.carriers.extend_from_slice(reached);
                            part.lengths.push(reached.len() as u32);
                            part.needs.add(flow, reach, dataset);
                        }
                        part
                    },
                )
                .collect();
            parts.into_iter().for_each(|part| known.add(part, most));
        }
        known.carriers.shrink_to_fit();
        known
    }

    fn add(&mut self, part: Part, most: usize) {
        let mut rest = &part.carriers[..];
        for &length in &part.lengths {
            let (own, others) = rest.split_at(length as usize);
            rest = others;
            let start = self.carriers.len();
            let fits = start + own.len() <= most;
            self.spans.push(fits.then_some((start as u32, length)));
            if fits {
                self.carriers.extend_from_slice(own);
            }
        }
        let before = self.needs.met.len() as u32;
        self.needs.ends.extend(part.needs.ends.iter().map(|end| before + end));
        self.needs.met.extend(part.needs.met);
        self.needs.in_doubt.extend(part.needs.in_doubt);
    }

    /// Whom a dataset reaches, where that is known.
    pub(super) fn reach(&self, network: &Network, dataset: Node) -> Option<&[Carrier]> {
        let (start, length) = (*self.spans.get(network.position(dataset))?)?;
        Some(&self.carriers[start as usize..(start + length) as usize])
    }

    /// Which of a dataset's needs are met, where that is known.
    pub(super) fn needs(&self, network: &Network, dataset: Node) -> Option<KnownNeeds<'_>> {
        let Needs { met, ends, in_doubt } = &self.needs;
        let position = network.position(dataset);
        let end = *ends.get(position)?;
        let start = position.checked_sub(1).map_or(0, |before| ends[before]);
        Some(KnownNeeds { met: &met[start as usize..end as usize], in_doubt: in_doubt[position] })
    }
}

/// What is found of some datasets.
#[derive(Default)]
struct Part {
    carriers: Vec<Carrier>,
    lengths: Vec<u32>,
    needs: Needs,
}

impl Needs {
    /// Adds those of the dataset that was searched from.
    fn add(&mut self, flow: &Flow<'_>, reach: &mut Reach<'_, '_>, dataset: Node) {
        for &consumer in flow.graph.incoming(RelType::Needs, dataset).nodes {
            let consumer = flow.network.carrier(consumer);
            self.met.push(consumer.is_some_and(|consumer| reach.reached(consumer)));
        }
        self.ends.push(self.met.len() as u32);
        self.in_doubt.push(flow.is_in_doubt(reach.all_reached()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_no_room_for_is_searched_after_all() {
        let mut known = Known::default();
        known.add(Part { carriers: vec![1, 2, 3, 4, 5, 6], lengths: vec![2, 0, 3, 1], needs: Needs::default() }, 4);
        assert_eq!(known.spans, [Some((0, 2)), Some((2, 0)), None, Some((2, 1))]);
        assert_eq!(known.carriers, [1, 2, 6]);
    }
}
