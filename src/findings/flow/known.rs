//! Whom each dataset reaches, searched once for all who ask.

use rayon::prelude::*;

use super::Flow;
use super::network::{Carrier, Network};
use super::reach::Reach;
use crate::graph::Node;

/// How many carriers are kept, of all datasets together: a quarter of a gigabyte.
const MOST: usize = 64 << 20;

/// How many datasets one thread takes at a time.
const CHUNK: usize = 4096;

/// Whom datasets reach, end to end, in the order in which a search finds them.
pub(super) struct Known {
    carriers: Vec<Carrier>,
    /// Per dataset, where its own begin and how many there are; nothing for one that has to be searched after all.
    spans: Vec<Option<(u32, u32)>>,
}

impl Known {
    /// Searches from every dataset, as far as there is room for what is found.
    pub(super) fn search(flow: &Flow<'_>) -> Self {
        Self::within(flow, MOST)
    }

    fn within(flow: &Flow<'_>, most: usize) -> Self {
        let datasets = flow.network.datasets();
        let mut known = Self { carriers: Vec::new(), spans: Vec::with_capacity(datasets.len()) };
        // Some chunks at a time, so that what there is no room for is not gathered either.
        for some in datasets.chunks(CHUNK * 4 * rayon::current_num_threads()) {
            if known.carriers.len() >= most || flow.stop.is_due() {
                break;
            }
            let parts: Vec<(Vec<Carrier>, Vec<u32>)> = some
                .par_chunks(CHUNK)
                .map_init(
                    || Reach::new(flow),
                    |reach, datasets| {
                        let (mut carriers, mut lengths) = (Vec::new(), Vec::with_capacity(datasets.len()));
                        for &dataset in flow.stop.within(datasets.iter()) {
                            let reached = reach.search(dataset, |_| true);
                            carriers.extend_from_slice(reached);
                            lengths.push(reached.len() as u32);
                        }
                        (carriers, lengths)
                    },
                )
                .collect();
            for (carriers, lengths) in parts {
                known.add(&carriers, &lengths, most);
            }
        }
        known.carriers.shrink_to_fit();
        known
    }

    fn add(&mut self, carriers: &[Carrier], lengths: &[u32], most: usize) {
        let mut rest = carriers;
        for &length in lengths {
            let (own, others) = rest.split_at(length as usize);
            rest = others;
            let start = self.carriers.len();
            let fits = start + own.len() <= most;
            self.spans.push(fits.then_some((start as u32, length)));
            if fits {
                self.carriers.extend_from_slice(own);
            }
        }
    }

    /// Whom a dataset reaches, where that is known.
    pub(super) fn reach(&self, network: &Network, dataset: Node) -> Option<&[Carrier]> {
        let (start, length) = (*self.spans.get(network.position(dataset))?)?;
        Some(&self.carriers[start as usize..(start + length) as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_no_room_for_is_searched_after_all() {
        let mut known = Known { carriers: Vec::new(), spans: Vec::new() };
        known.add(&[1, 2, 3, 4, 5, 6], &[2, 0, 3, 1], 4);
        assert_eq!(known.spans, [Some((0, 2)), Some((2, 0)), None, Some((2, 1))]);
        assert_eq!(known.carriers, [1, 2, 6]);
    }
}
