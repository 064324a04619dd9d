//! Departments and platforms as dense numbers, with the sharing edges between them and from datasets side by side: what
//! searches walk over.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::graph::agreement::doubly_stated;
use crate::graph::{EdgeIndex, Graph, Node, Presence};
use crate::model::{Kind, RelType};
use crate::query::exec::budget::Stop;

use super::openness::Openness;

/// A department or platform that data may pass through: defined ones first, departments before platforms, then absent
/// ones. Broken records pass nothing and are none.
pub type Carrier = u32;

/// The number of a sharing edge of the network: those between carriers, then those from datasets.
pub type Slot = u32;

const NONE: u32 = u32::MAX;

/// After so many records it is seen whether to stop.
const OFTEN: usize = 1 << 14;

/// A sharing edge, as evidence names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharingEdge {
    /// Its type.
    pub ty: RelType,
    /// Where it comes from.
    pub from: Node,
    /// Where it leads.
    pub to: Node,
    /// Its number among those of its type.
    pub edge: EdgeIndex,
}

/// A sharing edge of the network, its ends as carriers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotEnds {
    /// Its type.
    pub ty: RelType,
    /// Where it comes from; none where that is a dataset.
    pub from: Option<Carrier>,
    /// Where it leads.
    pub to: Carrier,
    /// Its number among those of its type.
    pub edge: EdgeIndex,
}

/// A sharing edge as a search walks it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Where it leads.
    pub(super) to: Carrier,
    /// Its terms.
    pub(super) terms: u32,
}

/// Sharing edges by their source.
#[derive(Debug, Default)]
struct Rows {
    offsets: Vec<u32>,
    steps: Vec<Step>,
    edges: Vec<EdgeIndex>,
    /// The row of each edge.
    rows: Vec<u32>,
}

impl Rows {
    fn with_capacity(rows: usize, edges: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self {
            offsets,
            steps: Vec::with_capacity(edges),
            edges: Vec::with_capacity(edges),
            rows: Vec::with_capacity(edges),
        }
    }

    fn push(&mut self, to: Carrier, terms: u32, edge: EdgeIndex) {
        self.steps.push(Step { to, terms });
        self.edges.push(edge);
        self.rows.push(self.offsets.len() as u32 - 1);
    }

    fn end_row(&mut self) {
        self.offsets.push(self.steps.len() as u32);
    }

    fn range(&self, row: u32) -> std::ops::Range<usize> {
        self.offsets[row as usize] as usize..self.offsets[row as usize + 1] as usize
    }
}

/// A sharing edge as a search walks it against its direction.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arrival {
    /// Where it comes from.
    pub(super) from: Carrier,
    /// Its terms.
    pub(super) terms: u32,
    /// Its number.
    pub(super) slot: Slot,
}

/// Sharing edges between carriers by their target.
#[derive(Debug)]
pub(super) struct Backwards {
    offsets: Vec<u32>,
    arrivals: Vec<Arrival>,
}

impl Backwards {
    /// The edges that enter a carrier from others.
    pub(super) fn arriving(&self, carrier: Carrier) -> &[Arrival] {
        &self.arrivals[self.offsets[carrier as usize] as usize..self.offsets[carrier as usize + 1] as usize]
    }
}

/// The network that data flows through.
pub struct Network {
    /// Per node, its number as a carrier or as a dataset.
    place: Vec<u32>,
    carriers: Vec<Node>,
    datasets: Vec<Node>,
    departments: u32,
    defined: u32,
    forward: Rows,
    entries: Rows,
    holders: Vec<Carrier>,
    backwards: OnceLock<Backwards>,
    components: OnceLock<Vec<u32>>,
    /// Whether two catalogs may state one edge.
    many_catalogs: bool,
    pairs: HashMap<(u32, u32), u32>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (carriers, datasets) = (self.carriers.len(), self.datasets.len());
        f.debug_struct("Network").field("carriers", &carriers).field("datasets", &datasets).finish_non_exhaustive()
    }
}

impl Network {
    /// Reads the network off a graph; terms of edges that both sides state are added to the openness. What is told to stop
    /// leaves edges out: whoever told it has no use for what flows then.
    #[must_use]
    pub fn new(graph: &dyn Graph, openness: &mut Openness, stop: &Stop) -> Self {
        let mut place = vec![NONE; graph.node_bound() as usize];
        let mut carriers: Vec<Node> = graph.nodes(Kind::Department).collect();
        let departments = carriers.len() as u32;
        carriers.extend(graph.nodes(Kind::Platform));
        let defined = carriers.len() as u32;
        carriers.extend(graph.dangling().filter(|&node| {
            matches!(graph.kind(node), Kind::Department | Kind::Platform) && graph.presence(node) == Presence::Absent
        }));
        for (i, &node) in carriers.iter().enumerate() {
            place[node as usize] = i as u32;
        }
        let datasets: Vec<Node> = graph.nodes(Kind::Dataset).collect();
        for (i, &node) in datasets.iter().enumerate() {
            place[node as usize] = i as u32;
        }
        let holders =
            datasets.iter().map(|&d| graph.one_in(RelType::Holds, d).map_or(NONE, |h| place[h as usize])).collect();
        let mut network = Self {
            place,
            carriers,
            datasets,
            departments,
            defined,
            forward: Rows::default(),
            entries: Rows::default(),
            holders,
            backwards: OnceLock::new(),
            components: OnceLock::new(),
            many_catalogs: graph.count(Kind::Catalog) > 1,
            pairs: HashMap::new(),
        };
        let mut pairs = Vec::new();
        if network.many_catalogs {
            network.find_pairs(graph, openness.stated_terms() as u32, &mut pairs, stop);
        }
        openness.add_pairs(pairs);
        let count = |types: &[RelType]| types.iter().map(|&ty| graph.edge_count(ty) as usize).sum();
        let (forward, entries) = rayon::join(
            || {
                let types = [RelType::CascadesTo, RelType::Serves, RelType::RelaysTo];
                let rows = Rows::with_capacity(network.carriers.len(), count(&types));
                network.rows(graph, rows, &network.carriers, &types, stop)
            },
            || {
                let types = [RelType::GrantedTo, RelType::PublishedOn];
                let rows = Rows::with_capacity(network.datasets.len(), count(&types));
                network.rows(graph, rows, &network.datasets, &types, stop)
            },
        );
        network.forward = forward;
        network.entries = entries;
        network
    }

    fn rows(&self, graph: &dyn Graph, mut rows: Rows, sources: &[Node], types: &[RelType], stop: &Stop) -> Rows {
        let mut stopped = false;
        for (i, &source) in sources.iter().enumerate() {
            stopped = stopped || (i % OFTEN == 0 && stop.is_due());
            for &ty in types.iter().filter(|_| !stopped) {
                let neighbours = graph.outgoing(ty, source);
                if self.many_catalogs && neighbours.repeat() {
                    for (to, edge, terms) in self.statements(graph, ty, source) {
                        match self.place[to as usize] {
                            NONE => {}
                            target => rows.push(target, terms, edge),
                        }
                    }
                } else {
                    for (to, edge) in neighbours.iter() {
                        match self.place[to as usize] {
                            NONE => {}
                            target => rows.push(target, graph.edge_terms(ty, edge), edge),
                        }
                    }
                }
            }
            rows.end_row();
        }
        rows
    }

    fn find_pairs(&mut self, graph: &dyn Graph, first: u32, pairs: &mut Vec<(u32, u32)>, stop: &Stop) {
        let sources: Vec<Node> = self
            .datasets
            .iter()
            .chain(&self.carriers)
            .copied()
            .chain(graph.dangling().filter(|&n| graph.presence(n) == Presence::Broken))
            .collect();
        for (i, source) in sources.into_iter().enumerate() {
            if i % OFTEN == 0 && stop.is_due() {
                return;
            }
            for ty in RelType::SHARING.into_iter().filter(|ty| ty.from() == graph.kind(source)) {
                let neighbours = graph.outgoing(ty, source);
                for [a, b] in doubly_stated(graph, ty, source, neighbours) {
                    let key = (graph.edge_terms(ty, neighbours.edge(a)), graph.edge_terms(ty, neighbours.edge(b)));
                    self.pairs.entry(key).or_insert_with(|| {
                        pairs.push(key);
                        first + pairs.len() as u32 - 1
                    });
                }
            }
        }
    }

    /// The sharing edges of a type that leave a node, each with its terms; one that both sides state stands once, with
    /// the terms of both.
    pub fn statements<'a>(
        &'a self,
        graph: &'a dyn Graph,
        ty: RelType,
        from: Node,
    ) -> impl Iterator<Item = (Node, EdgeIndex, u32)> + 'a {
        let neighbours = graph.outgoing(ty, from);
        let doubly = if self.many_catalogs { doubly_stated(graph, ty, from, neighbours) } else { Vec::new() };
        (0..neighbours.len()).filter_map(move |i| {
            let edge = neighbours.edge(i);
            let mut terms = graph.edge_terms(ty, edge);
            if let Some([_, other]) = doubly.iter().find(|[a, _]| *a == i) {
                let key = (terms, graph.edge_terms(ty, neighbours.edge(*other)));
                terms = self.pairs.get(&key).copied().unwrap_or(terms);
            } else if doubly.iter().any(|[_, b]| *b == i) {
                return None;
            }
            Some((neighbours.nodes[i], edge, terms))
        })
    }

    /// The second statement of an edge that both sides state.
    #[must_use]
    pub fn second_statement(&self, graph: &dyn Graph, edge: &SharingEdge) -> Option<EdgeIndex> {
        if !self.many_catalogs {
            return None;
        }
        let neighbours = graph.outgoing(edge.ty, edge.from);
        let doubly = doubly_stated(graph, edge.ty, edge.from, neighbours);
        doubly.iter().find(|[a, _]| neighbours.edge(*a) == edge.edge).map(|[_, b]| neighbours.edge(*b))
    }

    /// How many carriers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.carriers.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.carriers.is_empty()
    }

    /// The datasets, in the order of their ids.
    #[must_use]
    pub fn datasets(&self) -> &[Node] {
        &self.datasets
    }

    /// The node of a carrier.
    #[must_use]
    pub fn node(&self, carrier: Carrier) -> Node {
        self.carriers[carrier as usize]
    }

    /// The carrier of a department or platform; none for a broken one.
    #[must_use]
    pub fn carrier(&self, node: Node) -> Option<Carrier> {
        self.place.get(node as usize).copied().filter(|&c| c != NONE)
    }

    /// Whether a carrier is a department that is defined.
    #[must_use]
    pub fn is_department(&self, carrier: Carrier) -> bool {
        carrier < self.departments
    }

    /// How many carriers are departments that are defined: those numbered below this.
    #[must_use]
    pub fn departments(&self) -> u32 {
        self.departments
    }

    /// Whether a carrier's record is absent.
    #[must_use]
    pub fn is_absent(&self, carrier: Carrier) -> bool {
        carrier >= self.defined
    }

    /// The position of a dataset in the order of their ids.
    #[must_use]
    pub fn position(&self, dataset: Node) -> usize {
        self.place[dataset as usize] as usize
    }

    /// The holder of a dataset as a carrier; none where it has none, or a broken one.
    #[must_use]
    pub fn holder(&self, dataset: Node) -> Option<Carrier> {
        Some(self.holders[self.place[dataset as usize] as usize]).filter(|&c| c != NONE)
    }

    /// The edges that leave a carrier.
    pub(super) fn leaving(&self, carrier: Carrier) -> &[Step] {
        &self.forward.steps[self.forward.range(carrier)]
    }

    /// The edges that leave a carrier, and the slot of the first.
    pub(super) fn leaving_from(&self, carrier: Carrier) -> (&[Step], Slot) {
        let range = self.forward.range(carrier);
        let slot = range.start as Slot;
        (&self.forward.steps[range], slot)
    }

    /// The edges that leave a dataset, and the slot of the first.
    pub(super) fn entering(&self, dataset: Node) -> (&[Step], Slot) {
        let range = self.entries.range(self.place[dataset as usize]);
        let slot = (self.forward.steps.len() + range.start) as Slot;
        (&self.entries.steps[range], slot)
    }

    /// The terms of an edge between carriers.
    pub(super) fn slot_terms(&self, slot: Slot) -> u32 {
        self.forward.steps[slot as usize].terms
    }

    /// The terms of any edge, from a carrier or from a dataset.
    pub(super) fn any_slot_terms(&self, slot: Slot) -> u32 {
        self.any_step(slot).terms
    }

    /// Where an edge comes from; none where that is a dataset.
    #[must_use]
    pub fn slot_source(&self, slot: Slot) -> Option<Carrier> {
        self.forward.rows.get(slot as usize).copied()
    }

    /// Where an edge leads.
    #[must_use]
    pub fn slot_target(&self, slot: Slot) -> Carrier {
        self.any_step(slot).to
    }

    fn any_step(&self, slot: Slot) -> Step {
        let between = self.forward.steps.len() as Slot;
        if slot < between { self.forward.steps[slot as usize] } else { self.entries.steps[(slot - between) as usize] }
    }

    /// The edges between carriers by their target.
    pub(super) fn backwards(&self) -> &Backwards {
        self.backwards.get_or_init(|| self.turn())
    }

    fn turn(&self) -> Backwards {
        let mut offsets = vec![0u32; self.carriers.len() + 1];
        for step in &self.forward.steps {
            offsets[step.to as usize + 1] += 1;
        }
        for i in 1..offsets.len() {
            offsets[i] += offsets[i - 1];
        }
        let mut next = offsets.clone();
        let mut arrivals = vec![Arrival::default(); self.forward.steps.len()];
        for from in 0..self.carriers.len() as u32 {
            for slot in self.forward.range(from) {
                let Step { to, terms } = self.forward.steps[slot];
                let place = &mut next[to as usize];
                arrivals[*place as usize] = Arrival { from, terms, slot: slot as Slot };
                *place += 1;
            }
        }
        Backwards { offsets, arrivals }
    }

    /// The component of a carrier, whatever the terms and directions of edges: nothing flows between two components,
    /// whichever edges are opened.
    pub(super) fn component(&self, carrier: Carrier) -> u32 {
        self.components.get_or_init(|| {
            let mut sets = petgraph::unionfind::UnionFind::new(self.carriers.len());
            for source in 0..self.carriers.len() as u32 {
                for slot in self.forward.range(source) {
                    sets.union(source, self.forward.steps[slot].to);
                }
            }
            sets.into_labeling()
        })[carrier as usize]
    }

    /// The sharing edge of a slot, between carriers.
    #[must_use]
    pub fn ends(&self, graph: &dyn Graph, slot: Slot) -> SlotEnds {
        let between = self.forward.steps.len() as Slot;
        let (rows, place) = if slot < between { (&self.forward, slot) } else { (&self.entries, slot - between) };
        let (source, to) = (rows.rows[place as usize], rows.steps[place as usize].to);
        let from = (slot < between).then_some(source);
        let ty = match (from, self.is_platform(graph, to)) {
            (None, true) => RelType::PublishedOn,
            (None, false) => RelType::GrantedTo,
            (Some(_), true) => RelType::CascadesTo,
            (Some(from), false) if self.is_platform(graph, from) => RelType::Serves,
            (Some(_), false) => RelType::RelaysTo,
        };
        SlotEnds { ty, from, to, edge: rows.edges[place as usize] }
    }

    /// The sharing edge of a slot.
    #[must_use]
    pub fn edge(&self, graph: &dyn Graph, slot: Slot) -> SharingEdge {
        let SlotEnds { ty, from, to, edge } = self.ends(graph, slot);
        let from = match from {
            Some(carrier) => self.node(carrier),
            None => self.datasets[self.entries.rows[slot as usize - self.forward.steps.len()] as usize],
        };
        SharingEdge { ty, from, to: self.node(to), edge }
    }

    fn is_platform(&self, graph: &dyn Graph, carrier: Carrier) -> bool {
        if carrier < self.defined {
            carrier >= self.departments
        } else {
            graph.kind(self.carriers[carrier as usize]) == Kind::Platform
        }
    }
}
