//! A few changes laid over another graph.
//!
//! An overlay is the graph that one would get by applying the changes to the base's records and building anew. Nodes
//! of the base keep their numbers, new ones follow; a relationship that differs gets a new number. What the changes
//! touch is held here, everything else is asked of the base, which is never copied. What lies in one piece is rebuilt as
//! a whole where it is touched: the neighbours of a node in one type.

mod apply;
mod fits;
mod lists;
mod sequence;

use std::cmp::Ordering;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use hashbrown::HashMap;

use self::sequence::Sequence;
use super::{
    CellRef, EdgeIndex, Extra, FlowClass, Graph, NO_NEIGHBOURS, Neighbours, Node, Outranked, Presence, Terms,
    table_cell,
};
use crate::model::{ChangeSet, Kind, RelType, Table, id};

/// A few changes laid over another graph, which may be an overlay itself.
pub struct Overlay {
    base: Arc<dyn Graph>,
    changes: Arc<ChangeSet>,
    /// Nodes from here on are this overlay's own.
    base_bound: Node,
    /// Nodes whose record or presence is not the base's.
    touched: FixedBitSet,
    /// Nodes with relationships that are not the base's.
    moved: FixedBitSet,
    states: HashMap<Node, State>,
    added: Vec<Added>,
    /// The nodes added, by the code of their kind and by id.
    ids: Vec<HashMap<Box<str>, Node>>,
    /// By kind, the defined nodes where they are not the base's.
    sequences: Vec<Option<Sequence>>,
    /// Dangling nodes that the base does not list as such, in the order of kind and id.
    new_dangling: Vec<Node>,
    types: Vec<TypePatch>,
    /// A dataset for each flow class that the base does not have.
    classes: Vec<Place>,
    /// A sharing edge for each terms that the base does not have.
    terms: Vec<(RelType, Place)>,
}

/// A node that the base does not have.
struct Added {
    kind: Kind,
    id: Box<str>,
}

/// A row of the changes.
#[derive(Clone, Copy)]
struct Place {
    batch: u32,
    row: u32,
}

/// What a touched node is now.
#[derive(Clone, Copy)]
enum State {
    /// A row defines it; of a dataset, also its flow class.
    Row(Place, u32),
    /// Nothing defines it.
    Missing { presence: Presence, listed: bool },
}

/// How the relationships of one type differ from the base's.
#[derive(Default)]
struct TypePatch {
    /// Relationships from here on are this overlay's own.
    base_bound: EdgeIndex,
    edges: Vec<NewEdge>,
    removed: u64,
    outgoing: HashMap<Node, List>,
    incoming: HashMap<Node, List>,
}

/// A relationship of this overlay: the row of its record, where it has one, and the number of its terms.
struct NewEdge {
    place: Option<Place>,
    terms: u32,
}

/// The neighbours of a node in one type.
#[derive(Default)]
struct List {
    nodes: Vec<Node>,
    edges: Vec<EdgeIndex>,
}

impl std::fmt::Debug for Overlay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overlay").field("changes", &self.changes.len()).field("nodes", &self.added.len()).finish()
    }
}

impl Overlay {
    /// The graph below.
    #[must_use]
    pub fn base(&self) -> &Arc<dyn Graph> {
        &self.base
    }

    /// How many changes this overlay lays over its base.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.changes.len()
    }

    fn added(&self, node: Node) -> Option<&Added> {
        self.added.get(node.checked_sub(self.base_bound)? as usize)
    }

    fn state(&self, node: Node) -> Option<State> {
        if !self.touched.contains(node as usize) {
            return None;
        }
        self.states.get(&node).copied()
    }

    fn table(&self, place: Place) -> (&Table, usize) {
        (&self.changes.batches[place.batch as usize].table, place.row as usize)
    }

    fn cell(&self, place: Place, column: usize) -> CellRef<'_> {
        let (table, row) = self.table(place);
        table.columns.get(column).map_or(CellRef::Absent, |c| table_cell(&self.changes.symbols, c, row))
    }

    fn catalog(&self, place: Place) -> &str {
        let (table, row) = self.table(place);
        self.changes.symbols.get(table.catalog[row]).unwrap_or_default()
    }

    fn extras(&self, place: Place) -> Vec<Extra<'_>> {
        let (table, row) = self.table(place);
        table.columns[table.kind.columns().len()..]
            .iter()
            .filter_map(|column| match table_cell(&self.changes.symbols, column, row) {
                CellRef::Absent => None,
                cell => Some(Extra { name: &column.name, ty: column.ty, cell }),
            })
            .collect()
    }

    /// The relationship, where it is this overlay's own.
    fn new_edge(&self, ty: RelType, edge: EdgeIndex) -> Option<&NewEdge> {
        let patch = &self.types[ty as usize];
        patch.edges.get(edge.checked_sub(patch.base_bound)? as usize)
    }
}

/// What conditions 1 to 5 read of a dataset's row.
fn class_of(changes: &ChangeSet, place: Place) -> FlowClass<'_> {
    let cell = |name| named_cell(changes, place, name);
    FlowClass {
        share: cell("share").text(),
        sensitivity: cell("sensitivity").number(),
        sector: cell("sector").text(),
        standard: cell("standard").text(),
    }
}

/// What conditions 1 to 5 read of a sharing edge's row.
fn terms_of(changes: &ChangeSet, ty: RelType, place: Place) -> Terms<'_> {
    let cell = |name| named_cell(changes, place, name);
    Terms {
        ty,
        status: cell("status").text(),
        carries: cell("carries").text(),
        ceiling: cell("ceiling").number(),
        sectors: cell("sectors").text(),
        standards: cell("standards").text(),
    }
}

fn named_cell<'a>(changes: &'a ChangeSet, place: Place, name: &str) -> CellRef<'a> {
    let table = &changes.batches[place.batch as usize].table;
    let column = table.kind.column(name).and_then(|c| table.columns.get(c));
    column.map_or(CellRef::Absent, |c| table_cell(&changes.symbols, c, place.row as usize))
}

impl Graph for Overlay {
    fn node_bound(&self) -> Node {
        self.base_bound + self.added.len() as Node
    }

    fn kind(&self, node: Node) -> Kind {
        self.added(node).map_or_else(|| self.base.kind(node), |a| a.kind)
    }

    fn presence(&self, node: Node) -> Presence {
        match self.state(node) {
            None => self.base.presence(node),
            Some(State::Row(..)) => Presence::Defined,
            Some(State::Missing { presence, .. }) => presence,
        }
    }

    fn id(&self, node: Node) -> &str {
        if node < self.base_bound {
            return self.base.id(node);
        }
        self.added(node).map_or("", |a| &a.id)
    }

    fn find(&self, kind: Kind, id: &str) -> Option<Node> {
        match self.base.find(kind, id) {
            Some(node) => match self.state(node) {
                Some(State::Missing { listed: false, .. }) => None,
                _ => Some(node),
            },
            None => self.ids.get(kind as usize)?.get(id).copied(),
        }
    }

    fn nodes(&self, kind: Kind) -> Box<dyn Iterator<Item = Node> + '_> {
        match self.sequences.get(kind as usize) {
            Some(Some(sequence)) => Box::new(sequence.iter(self.base.nodes(kind))),
            _ => self.base.nodes(kind),
        }
    }

    fn node_at(&self, kind: Kind, position: u64) -> Option<Node> {
        match self.sequences.get(kind as usize) {
            Some(Some(sequence)) => sequence.at(position, |p| self.base.node_at(kind, p)),
            _ => self.base.node_at(kind, position),
        }
    }

    fn dangling(&self) -> Box<dyn Iterator<Item = Node> + '_> {
        let mut base = self.base.dangling().filter(|n| !self.touched.contains(*n as usize)).peekable();
        let mut new = self.new_dangling.iter().copied().peekable();
        Box::new(std::iter::from_fn(move || match (base.peek(), new.peek()) {
            (Some(&a), Some(&b)) => {
                let (of_a, of_b) = ((self.kind(a), self.id(a)), (self.kind(b), self.id(b)));
                if of_a < of_b { base.next() } else { new.next() }
            }
            (Some(_), None) => base.next(),
            _ => new.next(),
        }))
    }

    fn count(&self, kind: Kind) -> u64 {
        match self.sequences.get(kind as usize) {
            Some(Some(sequence)) => sequence.len(),
            _ => self.base.count(kind),
        }
    }

    fn compare(&self, a: Node, b: Node) -> Ordering {
        if a < self.base_bound && b < self.base_bound { self.base.compare(a, b) } else { self.id(a).cmp(self.id(b)) }
    }

    fn node_catalog(&self, node: Node) -> &str {
        let Some(state) = self.state(node) else { return self.base.node_catalog(node) };
        let kind = self.kind(node);
        let states_catalog = kind.is_shared_vocabulary() || matches!(kind, Kind::Claim | Kind::Waiver);
        match state {
            State::Row(place, _) if states_catalog => self.catalog(place),
            _ if kind == Kind::Catalog => self.id(node),
            _ => id::catalog_of(self.id(node)).unwrap_or_default(),
        }
    }

    fn node_cell(&self, node: Node, column: usize) -> CellRef<'_> {
        match self.state(node) {
            None => self.base.node_cell(node, column),
            Some(State::Row(place, _)) if column < self.kind(node).columns().len() => self.cell(place, column),
            Some(_) => CellRef::Absent,
        }
    }

    fn node_extras(&self, node: Node) -> Vec<Extra<'_>> {
        match self.state(node) {
            None => self.base.node_extras(node),
            Some(State::Row(place, _)) => self.extras(place),
            Some(State::Missing { .. }) => Vec::new(),
        }
    }

    fn outranked(&self) -> &[Outranked] {
        self.base.outranked()
    }

    fn outgoing(&self, ty: RelType, node: Node) -> Neighbours<'_> {
        if !self.moved.contains(node as usize) {
            return self.base.outgoing(ty, node);
        }
        self.patched(&self.types[ty as usize].outgoing, node, || self.base.outgoing(ty, node))
    }

    fn incoming(&self, ty: RelType, node: Node) -> Neighbours<'_> {
        if !self.moved.contains(node as usize) {
            return self.base.incoming(ty, node);
        }
        self.patched(&self.types[ty as usize].incoming, node, || self.base.incoming(ty, node))
    }

    fn edge_count(&self, ty: RelType) -> u64 {
        let patch = &self.types[ty as usize];
        self.base.edge_count(ty) + patch.edges.len() as u64 - patch.removed
    }

    fn edge_bound(&self, ty: RelType) -> EdgeIndex {
        let patch = &self.types[ty as usize];
        patch.base_bound + patch.edges.len() as EdgeIndex
    }

    fn edge_catalog(&self, ty: RelType, edge: EdgeIndex) -> &str {
        match self.new_edge(ty, edge) {
            None => self.base.edge_catalog(ty, edge),
            Some(new) => new.place.map_or("", |place| self.catalog(place)),
        }
    }

    fn edge_cell(&self, ty: RelType, edge: EdgeIndex, column: usize) -> CellRef<'_> {
        match self.new_edge(ty, edge) {
            None => self.base.edge_cell(ty, edge, column),
            Some(new) => {
                // Ends are no property of the relationship.
                let is_property = ty.record().is_some_and(|k| k.columns().get(column).is_some_and(|c| c.property));
                new.place.filter(|_| is_property).map_or(CellRef::Absent, |place| self.cell(place, column))
            }
        }
    }

    fn edge_extras(&self, ty: RelType, edge: EdgeIndex) -> Vec<Extra<'_>> {
        match self.new_edge(ty, edge) {
            None => self.base.edge_extras(ty, edge),
            Some(new) => new.place.map_or_else(Vec::new, |place| self.extras(place)),
        }
    }

    fn edge_terms(&self, ty: RelType, edge: EdgeIndex) -> u32 {
        self.new_edge(ty, edge).map_or_else(|| self.base.edge_terms(ty, edge), |new| new.terms)
    }

    fn terms(&self) -> Vec<Terms<'_>> {
        let mut terms = self.base.terms();
        terms.extend(self.terms.iter().map(|&(ty, place)| terms_of(&self.changes, ty, place)));
        terms
    }

    fn node_class(&self, dataset: Node) -> u32 {
        match self.state(dataset) {
            None => self.base.node_class(dataset),
            Some(State::Row(_, class)) => class,
            Some(State::Missing { .. }) => 0,
        }
    }

    fn flow_classes(&self) -> Vec<FlowClass<'_>> {
        let mut classes = self.base.flow_classes();
        classes.extend(self.classes.iter().map(|&place| class_of(&self.changes, place)));
        classes
    }
}

impl Overlay {
    fn patched<'a>(
        &'a self,
        lists: &'a HashMap<Node, List>,
        node: Node,
        base: impl FnOnce() -> Neighbours<'a>,
    ) -> Neighbours<'a> {
        match lists.get(&node) {
            Some(list) => Neighbours::listed(&list.nodes, &list.edges),
            None if node < self.base_bound => base(),
            None => NO_NEIGHBOURS,
        }
    }
}

#[cfg(test)]
mod tests;
