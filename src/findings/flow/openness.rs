//! *Open for*: which terms of sharing edges let which flow classes of datasets through.
//!
//! There are few distinct terms and few distinct classes, whatever the number of edges and datasets: the answer is
//! computed once for each pair and looked up afterwards.

mod widening;

use std::sync::OnceLock;

use fixedbitset::FixedBitSet;

pub use widening::{Changes, ListChange, Widened};

use crate::graph::{FlowClass, Graph, Terms};
use crate::model::vocabulary::SHARE;
use crate::model::{RelType, list};

/// The condition that closes a sharing edge for a dataset, by its number in the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Closed {
    /// It is not active.
    Status = 1,
    /// The dataset's share class is stricter than it carries.
    Share = 2,
    /// The dataset's sensitivity is above its ceiling.
    Sensitivity = 3,
    /// It does not carry the dataset's sector.
    Sector = 4,
    /// It does not carry the dataset's standard.
    Standard = 5,
}

impl Closed {
    /// The word for what the condition reads.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Share => "share",
            Self::Sensitivity => "sensitivity",
            Self::Sector => "sector",
            Self::Standard => "standard",
        }
    }
}

/// Share classes by their order: 0 is the freest.
const CONDITIONAL: u8 = 1;
/// The strictest share class.
pub(super) const WITHHELD: u8 = 2;

/// A dataset's flow class with what it leaves out filled in.
#[derive(Clone, Debug)]
struct Class {
    share: u8,
    sensitivity: i64,
    sector: Option<String>,
    standard: Option<String>,
}

/// Terms with what they leave out filled in.
#[derive(Clone, Debug)]
struct Conditions {
    active: bool,
    carries: u8,
    ceiling: i64,
    sectors: Vec<String>,
    standards: Vec<String>,
}

impl Class {
    fn new(stated: &FlowClass<'_>) -> Self {
        Self {
            share: stated.share.and_then(|word| SHARE.code(word)).unwrap_or(CONDITIONAL),
            sensitivity: stated.sensitivity.unwrap_or(4),
            sector: stated.sector.map(str::to_owned),
            standard: stated.standard.map(str::to_owned),
        }
    }
}

impl Conditions {
    fn new(stated: &Terms<'_>) -> Self {
        let default = if stated.ty == RelType::GrantedTo { CONDITIONAL } else { 0 };
        let items = |cell: Option<&str>| -> Vec<String> {
            cell.into_iter().flat_map(list::split).map(std::borrow::Cow::into_owned).collect()
        };
        Self {
            active: stated.status.is_none_or(|word| word == "active"),
            carries: stated.carries.and_then(|word| SHARE.code(word)).unwrap_or(default),
            ceiling: stated.ceiling.unwrap_or(4),
            sectors: items(stated.sectors),
            standards: items(stated.standards),
        }
    }

    fn closed_for(&self, class: &Class) -> Option<Closed> {
        let outside = |list: &[String], item: &Option<String>| {
            !list.is_empty() && item.as_ref().is_none_or(|item| !list.contains(item))
        };
        if !self.active {
            Some(Closed::Status)
        } else if class.share > self.carries {
            Some(Closed::Share)
        } else if class.sensitivity > self.ceiling {
            Some(Closed::Sensitivity)
        } else if outside(&self.sectors, &class.sector) {
            Some(Closed::Sector)
        } else if outside(&self.standards, &class.standard) {
            Some(Closed::Standard)
        } else {
            None
        }
    }
}

/// Which terms are open for which flow classes. Terms are those of the graph, followed by pairs of them for edges that
/// both sides state: these are open when each statement alone is.
#[derive(Debug)]
pub struct Openness {
    classes: Vec<Class>,
    terms: Vec<Conditions>,
    pairs: Vec<(u32, u32)>,
    /// A row of bits per class, one bit per terms.
    bits: Vec<u64>,
    words: usize,
    /// The same turned: the classes per terms.
    turned: OnceLock<Vec<FixedBitSet>>,
}

impl Openness {
    /// Reads the distinct terms and classes of a graph.
    #[must_use]
    pub fn new(graph: &dyn Graph) -> Self {
        let classes = graph.flow_classes().iter().map(Class::new).collect();
        let terms = graph.terms().iter().map(Conditions::new).collect();
        let mut openness =
            Self { classes, terms, pairs: Vec::new(), bits: Vec::new(), words: 0, turned: OnceLock::new() };
        openness.fill();
        openness
    }

    /// Adds the terms of edges that both sides state; the first gets the number that the terms' count was.
    pub(super) fn add_pairs(&mut self, pairs: Vec<(u32, u32)>) {
        if !pairs.is_empty() {
            self.pairs = pairs;
            self.fill();
        }
    }

    /// How many terms there are, pairs aside.
    pub(super) fn stated_terms(&self) -> usize {
        self.terms.len()
    }

    fn fill(&mut self) {
        self.turned = OnceLock::new();
        self.words = (self.terms.len() + self.pairs.len()).div_ceil(64).max(1);
        self.bits = vec![0; self.words * self.classes.len()];
        for (class, row) in self.classes.iter().zip(self.bits.chunks_exact_mut(self.words)) {
            let open: Vec<bool> = self.terms.iter().map(|t| t.closed_for(class).is_none()).collect();
            let both = self.pairs.iter().map(|&(a, b)| open[a as usize] && open[b as usize]);
            for (t, _) in open.iter().copied().chain(both).enumerate().filter(|(_, open)| *open) {
                row[t / 64] |= 1 << (t % 64);
            }
        }
    }

    /// A set of classes with none in it.
    #[must_use]
    pub fn no_classes(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.classes.len())
    }

    /// The classes that terms let through.
    pub(super) fn admitted(&self, terms: u32) -> &FixedBitSet {
        let turned = self.turned.get_or_init(|| {
            let mut turned = vec![self.no_classes(); self.terms.len() + self.pairs.len()];
            for (class, open) in self.bits.chunks_exact(self.words).enumerate() {
                for (terms, admitted) in (0..).zip(&mut turned) {
                    admitted.set(class, bit(open, terms));
                }
            }
            turned
        });
        &turned[terms as usize]
    }

    /// The bits of a class, one per terms.
    pub(super) fn row(&self, class: u32) -> &[u64] {
        &self.bits[class as usize * self.words..][..self.words]
    }

    /// Whether terms let a class through.
    #[must_use]
    pub fn is_open(&self, class: u32, terms: u32) -> bool {
        self.row(class)[terms as usize / 64] >> (terms % 64) & 1 == 1
    }

    /// Whether terms are active: a pair, when both are.
    #[must_use]
    pub fn is_active(&self, terms: u32) -> bool {
        match self.pair(terms) {
            None => self.terms[terms as usize].active,
            Some((a, b)) => self.is_active(a) && self.is_active(b),
        }
    }

    fn pair(&self, terms: u32) -> Option<(u32, u32)> {
        (terms as usize).checked_sub(self.terms.len()).map(|i| self.pairs[i])
    }

    /// The first condition that closes terms for a class; none where they are open.
    #[must_use]
    pub fn closed(&self, class: u32, terms: u32) -> Option<Closed> {
        match self.pair(terms) {
            None => self.terms[terms as usize].closed_for(&self.classes[class as usize]),
            Some((a, b)) => self.closed(class, a).into_iter().chain(self.closed(class, b)).min(),
        }
    }

    /// Whether datasets of a class are withheld.
    #[must_use]
    pub fn is_withheld(&self, class: u32) -> bool {
        self.classes[class as usize].share == WITHHELD
    }

    /// The share class of a flow class, as a word, what is left out filled in.
    #[must_use]
    pub fn share(&self, class: u32) -> &'static str {
        SHARE.words[usize::from(self.classes[class as usize].share)].0
    }
}

/// The bit of a row of [`Openness`].
pub(super) fn bit(row: &[u64], terms: u32) -> bool {
    row[terms as usize / 64] >> (terms % 64) & 1 == 1
}
