//! Applies changes: reads off their rows what becomes of nodes and which relationships come and go.

use std::hash::Hash;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use hashbrown::{HashMap, HashSet};

use super::fits::{node_id, relationship};
use super::{Added, NewEdge, Overlay, Place, State, TypePatch, class_of, terms_of};
use crate::graph::{CellRef, EdgeIndex, FlowClass, Graph, Node, Presence, Terms, table_cell};
use crate::model::change::ORDINAL;
use crate::model::kind::Direction;
use crate::model::{Batch, ChangeSet, Kind, Operation, RelType, ValueType, id, list};

/// The relationships of one type that come and go.
#[derive(Default)]
pub(super) struct Edits {
    /// By the number of each that goes, its ends.
    pub(super) removed: HashMap<EdgeIndex, (Node, Node)>,
    /// The ends of each that comes, with its number.
    pub(super) added: Vec<(Node, Node, EdgeIndex)>,
}

/// Numbers distinct values after those that are known.
struct Numbering<T> {
    numbers: HashMap<T, u32>,
}

impl<T: Hash + Eq> Numbering<T> {
    fn after(known: Vec<T>) -> Self {
        let mut numbers = HashMap::with_capacity(known.len());
        for (i, value) in known.into_iter().enumerate() {
            numbers.entry(value).or_insert(i as u32);
        }
        Self { numbers }
    }
}

impl Overlay {
    /// Lays changes over a graph. Only changes that [`Overlay::takes`] accepts may be laid over it: of others, what
    /// comes out is another graph than the one built anew.
    #[must_use]
    pub fn new(base: Arc<dyn Graph>, changes: &ChangeSet) -> Self {
        let types = RelType::ALL
            .iter()
            .map(|&ty| TypePatch { base_bound: base.edge_bound(ty), ..TypePatch::default() })
            .collect();
        let mut overlay = Self {
            base_bound: base.node_bound(),
            base: Arc::clone(&base),
            changes: Arc::new(changes.clone()),
            touched: FixedBitSet::new(),
            moved: FixedBitSet::new(),
            states: HashMap::new(),
            added: Vec::new(),
            ids: Kind::NODES.iter().map(|_| HashMap::new()).collect(),
            sequences: Kind::NODES.iter().map(|_| None).collect(),
            new_dangling: Vec::new(),
            types,
            classes: Vec::new(),
            terms: Vec::new(),
        };
        let mut edits: Vec<Edits> = RelType::ALL.iter().map(|_| Edits::default()).collect();
        let edited = overlay.apply_nodes(&*base, changes);
        for (node, place) in edited {
            overlay.apply_columns(&*base, changes, node, place, &mut edits);
        }
        overlay.apply_records(&*base, changes, &mut edits);
        overlay.number_classes(&*base, changes);
        overlay.number_terms(&*base, changes);
        overlay.mark_touched();
        overlay.lay_out(&edits);
        overlay.unlist(&edits);
        overlay.arrange();
        overlay
    }

    /// What becomes of nodes; each node with the row that defines it, or none where it is deleted.
    fn apply_nodes(&mut self, base: &dyn Graph, changes: &ChangeSet) -> Vec<(Node, Option<Place>)> {
        let mut edited = Vec::new();
        for (place, batch) in rows(changes, Kind::is_node) {
            let kind = batch.table.kind;
            let Some(key) = node_id(&changes.symbols, &batch.table, place.row as usize) else { continue };
            match batch.operation {
                Operation::Put => {
                    let node = self.refer(kind, &key);
                    self.states.insert(node, State::Row(place, 0));
                    edited.push((node, Some(place)));
                }
                Operation::Delete => {
                    let Some(node) = base.find(kind, &key) else { continue };
                    if base.presence(node) == Presence::Defined {
                        self.states.insert(node, State::Missing { presence: missing(base, &key), listed: true });
                        edited.push((node, None));
                    }
                }
            }
        }
        edited
    }

    /// The node that a reference of this kind means, new where nothing knows it.
    fn refer(&mut self, kind: Kind, id: &str) -> Node {
        if let Some(node) = self.base.find(kind, id).or_else(|| self.ids[kind as usize].get(id).copied()) {
            return node;
        }
        let node = self.node_bound();
        self.added.push(Added { kind, id: id.into() });
        self.ids[kind as usize].insert(id.into(), node);
        self.states.insert(node, State::Missing { presence: missing(&*self.base, id), listed: true });
        node
    }

    /// The relationships that a node's columns state, against those that they stated before.
    fn apply_columns(
        &mut self,
        base: &dyn Graph,
        changes: &ChangeSet,
        node: Node,
        place: Option<Place>,
        edits: &mut [Edits],
    ) {
        let kind = self.kind(node);
        let was_defined = node < self.base_bound && base.presence(node) == Presence::Defined;
        for (c, spec) in kind.columns().iter().enumerate() {
            let Some((ty, direction)) = spec.states else { continue };
            let outgoing = direction == Direction::Outgoing;
            let ends = |other| if outgoing { (node, other) } else { (other, node) };
            let cell = place.and_then(|place| {
                let table = &changes.batches[place.batch as usize].table;
                changes.symbols.get(table.sym(c, place.row as usize))
            });
            let other_kind = if outgoing { ty.to() } else { ty.from() };
            let mut others: Vec<Node> = match cell {
                None => Vec::new(),
                Some(cell) if spec.ty.value_type() == ValueType::List => {
                    list::split(cell).map(|item| self.refer(other_kind, &item)).collect()
                }
                Some(id) => vec![self.refer(other_kind, id)],
            };
            let mut stated: HashSet<Node> = others.iter().copied().collect();
            if was_defined {
                let old = if outgoing { base.outgoing(ty, node) } else { base.incoming(ty, node) };
                for (other, edge) in old.iter() {
                    if !stated.remove(&other) {
                        edits[ty as usize].removed.insert(edge, ends(other));
                    }
                }
            }
            // What is left is new, each once.
            others.retain(|other| stated.remove(other));
            for other in others {
                self.add_edge(ty, ends(other), None, edits);
            }
        }
    }

    fn add_edge(&mut self, ty: RelType, (from, to): (Node, Node), place: Option<Place>, edits: &mut [Edits]) {
        let edge = self.edge_bound(ty);
        self.types[ty as usize].edges.push(NewEdge { place, terms: 0 });
        edits[ty as usize].added.push((from, to, edge));
    }

    /// Relationships that have records of their own.
    fn apply_records(&mut self, base: &dyn Graph, changes: &ChangeSet, edits: &mut [Edits]) {
        for (place, batch) in rows(changes, |kind| !kind.is_node()) {
            let row = place.row as usize;
            let Some((ty, from, to)) = relationship(&changes.symbols, &batch.table, row) else { continue };
            let ends = (base.find(ty.from(), from), base.find(ty.to(), to));
            if let (Some(from), Some(to)) = ends
                && let Some(edge) = find_edge(base, changes, batch, row, ty, from, to)
            {
                edits[ty as usize].removed.insert(edge, (from, to));
            }
            if batch.operation == Operation::Put {
                let ends = (self.refer(ty.from(), from), self.refer(ty.to(), to));
                self.add_edge(ty, ends, Some(place), edits);
            }
        }
    }

    /// The flow classes of the datasets that are put.
    fn number_classes(&mut self, base: &dyn Graph, changes: &ChangeSet) {
        let mut numbering: Option<Numbering<FlowClass<'_>>> = None;
        for (place, batch) in rows(changes, |kind| kind == Kind::Dataset) {
            let Some(id) = node_id(&changes.symbols, &batch.table, place.row as usize) else { continue };
            if batch.operation == Operation::Delete {
                continue;
            }
            let Some(node) = self.find(Kind::Dataset, &id) else { continue };
            let class = class_of(changes, place);
            let known = numbering.get_or_insert_with(|| Numbering::after(base.flow_classes()));
            let next = known.numbers.len() as u32;
            let number = *known.numbers.entry(class).or_insert(next);
            if let Some(State::Row(_, of_node)) = self.states.get_mut(&node) {
                *of_node = number;
                if number == next {
                    self.classes.push(place);
                }
            }
        }
    }

    /// The terms of the sharing edges that are put.
    fn number_terms(&mut self, base: &dyn Graph, changes: &ChangeSet) {
        let mut numbering: Option<Numbering<Terms<'_>>> = None;
        for ty in RelType::SHARING {
            for i in 0..self.types[ty as usize].edges.len() {
                let Some(place) = self.types[ty as usize].edges[i].place else { continue };
                let known = numbering.get_or_insert_with(|| Numbering::after(base.terms()));
                let next = known.numbers.len() as u32;
                let number = *known.numbers.entry(terms_of(changes, ty, place)).or_insert(next);
                self.types[ty as usize].edges[i].terms = number;
                if number == next {
                    self.terms.push((ty, place));
                }
            }
        }
    }

    fn mark_touched(&mut self) {
        for &node in self.states.keys() {
            self.touched.grow_and_insert(node as usize);
        }
        // All that is asked of a node that the base does not have is answered here.
        for node in self.base_bound..self.node_bound() {
            self.moved.grow_and_insert(node as usize);
        }
    }
}

/// The rows of changes to records of some kinds.
fn rows(changes: &ChangeSet, of: impl Fn(Kind) -> bool) -> impl Iterator<Item = (Place, &Batch)> {
    changes.batches.iter().enumerate().filter(move |(_, b)| of(b.table.kind)).flat_map(|(b, batch)| {
        (0..batch.table.len()).map(move |row| (Place { batch: b as u32, row: row as u32 }, batch))
    })
}

/// What a node without a record is.
pub(super) fn missing(base: &dyn Graph, id: &str) -> Presence {
    let held = id::catalog_of(id).and_then(|catalog| base.find(Kind::Catalog, catalog));
    if held.is_some_and(|catalog| base.presence(catalog) == Presence::Defined) {
        Presence::Broken
    } else {
        Presence::Absent
    }
}

/// The base's relationship with the identity of a row: catalog, ends, the kind's other identity columns, and the
/// ordinal among parallel edges.
fn find_edge(
    base: &dyn Graph,
    changes: &ChangeSet,
    batch: &Batch,
    row: usize,
    ty: RelType,
    from: Node,
    to: Node,
) -> Option<EdgeIndex> {
    let (table, symbols) = (&batch.table, &changes.symbols);
    let catalog = symbols.get(table.catalog[row]).unwrap_or_default();
    let ordinal = table.columns.iter().position(|c| c.name == ORDINAL).map_or(0, |c| match table.number(c, row) {
        crate::model::table::ABSENT => 0,
        number => number,
    });
    let same = |edge: EdgeIndex| {
        base.edge_catalog(ty, edge) == catalog
            && table.kind.spec().identity.iter().filter(|c| table.kind.columns()[**c].property).all(|&c| {
                let cell = table.columns.get(c).map_or(CellRef::Absent, |column| table_cell(symbols, column, row));
                base.edge_cell(ty, edge, c) == cell
            })
            && ordinal == edge_ordinal(base, ty, edge)
    };
    let (out, into) = (base.outgoing(ty, from), base.incoming(ty, to));
    // The shorter list is searched: the other may be that of a hub.
    let (list, other) = if out.len() <= into.len() { (out, to) } else { (into, from) };
    list.iter().find(|&(node, edge)| node == other && same(edge)).map(|(_, edge)| edge)
}

pub(super) fn edge_ordinal(graph: &dyn Graph, ty: RelType, edge: EdgeIndex) -> i64 {
    let extras = graph.edge_extras(ty, edge);
    extras.into_iter().find(|e| e.name == ORDINAL).and_then(|e| e.cell.number()).unwrap_or(0)
}
