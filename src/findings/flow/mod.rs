//! What flows: which sharing edges are open for which datasets, and whom a dataset reaches.

mod dominators;
mod found;
mod known;
mod network;
mod openness;
mod plan;
mod reach;
mod spread;

pub use dominators::{Dominators, Start};
pub use network::{Carrier, Network, SharingEdge, Slot, SlotEnds};
pub use openness::{Changes, Closed, ListChange, Openness, Widened};
pub use plan::{Plan, PlannedReach, Remedy};
pub use reach::{Openable, Reach};
pub use spread::Spread;

use std::borrow::Cow;
use std::sync::Arc;

pub use known::KnownNeeds;

use known::Known;

use crate::graph::{EdgeIndex, Graph, Node, Presence};
use crate::model::RelType;
use crate::query::exec::budget::Stop;
use crate::query::kept::Kept;
use crate::query::registry::Arguments;

/// Why nobody, or somebody, does not get a dataset, by the sharing edges that leave it and its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Obstacle {
    /// There are no such edges.
    Unshared = 0,
    /// None is active.
    Inactive = 1,
    /// None is open for the dataset.
    Blocked = 2,
    /// One is open: it flows somewhere.
    None = 3,
}

/// The flow of a graph, ready to be searched.
pub struct Flow<'g> {
    /// The graph.
    pub graph: &'g dyn Graph,
    /// Which terms are open for which flow classes.
    pub openness: Arc<Openness>,
    /// Departments and platforms, with the sharing edges between them and from datasets.
    pub network: Arc<Network>,
    /// Whom datasets reach, where that was searched before.
    known: Option<Arc<Known>>,
    /// What tells a search over many datasets to stop.
    pub stop: Stop,
}

/// What is read off a graph for its flow.
#[derive(Clone)]
struct Read {
    openness: Arc<Openness>,
    network: Arc<Network>,
    known: Arc<Known>,
}

impl std::fmt::Debug for Flow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flow").field("network", &self.network).finish_non_exhaustive()
    }
}

impl<'g> Flow<'g> {
    /// Reads the flow off a graph.
    #[must_use]
    pub fn new(graph: &'g dyn Graph, stop: &Stop) -> Self {
        let mut openness = Openness::new(graph);
        let network = Network::new(graph, &mut openness, stop);
        Self { graph, openness: Arc::new(openness), network: Arc::new(network), known: None, stop: stop.clone() }
    }

    /// The flow of the graph that a procedure is called on: as an earlier call kept it, or read anew.
    #[must_use]
    pub fn of(graph: &'g dyn Graph, arguments: &Arguments) -> Self {
        let stop = arguments.stop();
        match arguments.kept().get::<Read>() {
            None => Self::new(graph, stop),
            Some(read) => {
                let Read { openness, network, known } = Read::clone(&read);
                Self { graph, openness, network, known: Some(known), stop: stop.clone() }
            }
        }
    }

    /// Keeps the flow for the procedures that are called after, with what each dataset reaches: most of them search from
    /// all datasets. Gives the flow as they see it.
    #[must_use]
    pub fn keep(self, kept: &Kept) -> Self {
        let known = Arc::new(Known::search(&self));
        if self.stop.is_due() {
            return self;
        }
        let (openness, network) = (Arc::clone(&self.openness), Arc::clone(&self.network));
        kept.put(Arc::new(Read { openness, network, known: Arc::clone(&known) }));
        Self { known: Some(known), ..self }
    }

    /// Whom a dataset reaches, where that was searched before: in the order in which a search finds them.
    fn known(&self, dataset: Node) -> Option<&[Carrier]> {
        self.known.as_ref()?.reach(&self.network, dataset)
    }

    /// Which needs of a dataset are met, where that was searched before.
    #[must_use]
    pub fn known_needs(&self, dataset: Node) -> Option<KnownNeeds<'_>> {
        self.known.as_ref()?.needs(&self.network, dataset)
    }

    /// Whether what is not among carriers that a dataset reaches may only seem so: one of them is absent. The holder is among
    /// what is reached, absent or not.
    #[must_use]
    pub fn is_in_doubt(&self, reached: &[Carrier]) -> bool {
        reached.iter().any(|&carrier| self.network.is_absent(carrier))
    }

    /// The holder of a dataset, defined or not.
    #[must_use]
    pub fn holder(&self, dataset: Node) -> Option<Node> {
        self.graph.one_in(RelType::Holds, dataset)
    }

    /// What stands in a dataset's way, by the edges that leave it and the `RELAYS_TO` that leave its holder.
    #[must_use]
    pub fn obstacle(&self, dataset: Node) -> Obstacle {
        let class = self.graph.node_class(dataset);
        let (mut some, mut active) = (false, false);
        for edge in self.leaving(dataset) {
            some = true;
            active |= self.openness.is_active(edge.terms);
            if edge.passable && self.openness.is_open(class, edge.terms) {
                return Obstacle::None;
            }
        }
        match (some, active) {
            (false, _) => Obstacle::Unshared,
            (true, false) => Obstacle::Inactive,
            (true, true) => Obstacle::Blocked,
        }
    }

    /// The sharing edges that leave a dataset, and the `RELAYS_TO` that leave its holder: those at broken records too.
    pub fn leaving(&self, dataset: Node) -> impl Iterator<Item = Leaving> + '_ {
        self.starts(dataset).flat_map(move |(ty, from)| {
            self.network.statements(self.graph, ty, from).map(move |(to, edge, terms)| Leaving {
                ty,
                from,
                to,
                edge,
                terms,
                passable: self.graph.presence(to) != Presence::Broken,
            })
        })
    }

    /// The types of the edges that leave a dataset or its holder, and from which of them.
    fn starts(&self, dataset: Node) -> impl Iterator<Item = (RelType, Node)> + 'static {
        // A broken holder passes nothing: nothing leaves it.
        let holder = self.holder(dataset).filter(|&h| self.graph.presence(h) != Presence::Broken);
        let own = [RelType::GrantedTo, RelType::PublishedOn].into_iter().map(move |ty| (ty, dataset));
        own.chain(holder.map(|h| (RelType::RelaysTo, h)))
    }

    /// The barrier column: the dataset's own, else the distinct barriers of the inactive edges among those that leave
    /// it and its holder, sorted.
    #[must_use]
    pub fn barrier(&self, dataset: Node) -> Option<Cow<'g, str>> {
        const DATASET_BARRIER: usize = 13;
        if let Some(own) = self.graph.node_cell(dataset, DATASET_BARRIER).text() {
            return Some(Cow::Borrowed(own));
        }
        // By the statements, not by the edges: of one that both sides state, either may say what keeps it.
        let stated = self
            .starts(dataset)
            .flat_map(|(ty, from)| self.graph.outgoing(ty, from).iter().map(move |(_, edge)| (ty, edge)));
        joined(stated.filter_map(|(ty, edge)| self.stated_barrier(ty, edge)))
    }

    /// The barriers of an edge that is not active: those of its statements that are not.
    #[must_use]
    pub fn edge_barrier(&self, edge: &SharingEdge) -> Option<Cow<'g, str>> {
        let statements = [Some(edge.edge), self.network.second_statement(self.graph, edge)];
        joined(statements.into_iter().flatten().filter_map(|stated| self.stated_barrier(edge.ty, stated)))
    }

    /// The barrier of a statement, where it is not active.
    fn stated_barrier(&self, ty: RelType, edge: EdgeIndex) -> Option<&'g str> {
        const EDGE_BARRIER: usize = 9;
        if self.openness.is_active(self.graph.edge_terms(ty, edge)) {
            return None;
        }
        self.graph.edge_cell(ty, edge, EDGE_BARRIER).text()
    }
}

/// Distinct barriers, sorted, as one cell; none where there are none.
fn joined<'a>(barriers: impl Iterator<Item = &'a str>) -> Option<Cow<'a, str>> {
    let mut barriers: Vec<&str> = barriers.collect();
    barriers.sort_unstable();
    barriers.dedup();
    match barriers[..] {
        [] => None,
        [only] => Some(Cow::Borrowed(only)),
        _ => Some(Cow::Owned(barriers.join(";"))),
    }
}

/// A sharing edge that leaves a dataset or its holder.
#[derive(Clone, Copy, Debug)]
pub struct Leaving {
    /// Its type.
    pub ty: RelType,
    /// The dataset or its holder.
    pub from: Node,
    /// Where it leads.
    pub to: Node,
    /// Its number among those of its type.
    pub edge: u32,
    /// Its terms.
    pub terms: u32,
    /// Whether its target is not broken.
    pub passable: bool,
}
