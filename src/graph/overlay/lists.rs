//! Lays out what the changes touch: lists of neighbours, sequences of nodes, and which dangling nodes are listed.

use std::cmp::Ordering;

use hashbrown::{HashMap, HashSet};

use super::apply::{Edits, edge_ordinal, missing};
use super::sequence::Sequence;
use super::{List, Overlay, State};
use crate::graph::{CellRef, EdgeIndex, Extra, Graph, Neighbours, Node, Presence};
use crate::model::change::ORDINAL;
use crate::model::{Kind, RelType};

impl Overlay {
    /// The neighbours of every node whose relationships come or go, or have an end that became defined or dangles now:
    /// neighbours that dangle stand last.
    pub(super) fn lay_out(&mut self, edits: &[Edits]) {
        let turned = self.turned();
        for (&ty, edits) in RelType::ALL.iter().zip(edits) {
            let (mut out, mut into) = (HashMap::new(), HashMap::new());
            for &(from, to) in edits.removed.values() {
                added(&mut out, from);
                added(&mut into, to);
            }
            for &(from, to, edge) in &edits.added {
                added(&mut out, from).push((to, edge));
                added(&mut into, to).push((from, edge));
            }
            for &node in &turned {
                if self.kind(node) == ty.from() {
                    for &to in self.base.outgoing(ty, node).nodes {
                        if self.base.incoming(ty, to).len() > 1 {
                            added(&mut into, to);
                        }
                    }
                }
                if self.kind(node) == ty.to() {
                    for &from in self.base.incoming(ty, node).nodes {
                        if self.base.outgoing(ty, from).len() > 1 {
                            added(&mut out, from);
                        }
                    }
                }
            }
            let outgoing = self.lists(ty, edits, out, |graph, node| graph.outgoing(ty, node));
            let incoming = self.lists(ty, edits, into, |graph, node| graph.incoming(ty, node));
            for &node in outgoing.keys().chain(incoming.keys()) {
                self.moved.grow_and_insert(node as usize);
            }
            let patch = &mut self.types[ty as usize];
            patch.removed = edits.removed.len() as u64;
            patch.outgoing = outgoing;
            patch.incoming = incoming;
        }
    }

    /// The base's nodes that became defined, or dangle now.
    fn turned(&self) -> Vec<Node> {
        let turned = |(&node, state): (&Node, &State)| {
            let defined = matches!(state, State::Row(..));
            (node < self.base_bound && (self.base.presence(node) == Presence::Defined) != defined).then_some(node)
        };
        self.states.iter().filter_map(turned).collect()
    }

    fn lists(
        &self,
        ty: RelType,
        edits: &Edits,
        added: HashMap<Node, Vec<(Node, EdgeIndex)>>,
        of: impl for<'g> Fn(&'g dyn Graph, Node) -> Neighbours<'g>,
    ) -> HashMap<Node, List> {
        let list = |(node, added): (Node, Vec<(Node, EdgeIndex)>)| {
            let mut all: Vec<(Node, EdgeIndex)> = Vec::new();
            if node < self.base_bound {
                let kept = of(&*self.base, node).iter().filter(|(_, edge)| !edits.removed.contains_key(edge));
                all.extend(kept);
            }
            all.extend(added);
            // What the base had is in order already, which this sort makes use of.
            all.sort_by(|a, b| self.neighbour_order(a.0, b.0).then_with(|| self.edge_order(ty, a.1, b.1)));
            let (nodes, edges) = all.into_iter().unzip();
            (node, List { nodes, edges })
        };
        added.into_iter().map(list).collect()
    }

    fn neighbour_order(&self, a: Node, b: Node) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let dangles = |node| self.presence(node) != Presence::Defined;
        dangles(a).cmp(&dangles(b)).then_with(|| self.compare(a, b))
    }

    /// Parallel relationships: by content, as a graph that is built has them.
    fn edge_order(&self, ty: RelType, a: EdgeIndex, b: EdgeIndex) -> Ordering {
        let Some(kind) = ty.record() else { return a.cmp(&b) };
        self.edge_catalog(ty, a)
            .cmp(self.edge_catalog(ty, b))
            .then_with(|| {
                let cells =
                    (0..kind.columns().len()).map(|c| cell_order(self.edge_cell(ty, a, c), self.edge_cell(ty, b, c)));
                cells.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
            })
            .then_with(|| extras_order(&self.edge_extras(ty, a), &self.edge_extras(ty, b)))
            .then_with(|| edge_ordinal(self, ty, a).cmp(&edge_ordinal(self, ty, b)))
            .then(a.cmp(&b))
    }

    /// Takes out of the lists the nodes that nothing defines and nothing refers to any more.
    pub(super) fn unlist(&mut self, edits: &[Edits]) {
        let mut candidates: HashSet<Node> =
            edits.iter().flat_map(|e| e.removed.values()).flat_map(|e| [e.0, e.1]).collect();
        candidates.extend(self.states.keys());
        for node in candidates {
            if self.presence(node) == Presence::Defined || self.is_referred_to(node) {
                continue;
            }
            let presence = missing(&*self.base, self.id(node));
            self.states.insert(node, State::Missing { presence, listed: false });
            self.touched.grow_and_insert(node as usize);
        }
    }

    fn is_referred_to(&self, node: Node) -> bool {
        let kind = self.kind(node);
        RelType::ALL.iter().any(|&ty| {
            (ty.from() == kind && !self.outgoing(ty, node).is_empty())
                || (ty.to() == kind && !self.incoming(ty, node).is_empty())
        })
    }

    /// The order of the nodes that came and went.
    pub(super) fn arrange(&mut self) {
        let mut gone: Vec<Vec<u64>> = Kind::NODES.iter().map(|_| Vec::new()).collect();
        let mut come: Vec<Vec<Node>> = Kind::NODES.iter().map(|_| Vec::new()).collect();
        let mut dangling = Vec::new();
        for (&node, state) in &self.states {
            let was = node < self.base_bound && self.base.presence(node) == Presence::Defined;
            let kind = self.kind(node);
            match state {
                State::Row(..) if !was => come[kind as usize].push(node),
                State::Missing { listed, .. } => {
                    if was {
                        gone[kind as usize].push(self.position(kind, self.id(node)));
                    }
                    if *listed && (was || node >= self.base_bound) {
                        dangling.push(node);
                    }
                }
                State::Row(..) => {}
            }
        }
        dangling.sort_unstable_by(|&a, &b| (self.kind(a), self.id(a)).cmp(&(self.kind(b), self.id(b))));
        for ((kind, mut gone), mut come) in Kind::NODES.into_iter().zip(gone).zip(come) {
            if gone.is_empty() && come.is_empty() {
                continue;
            }
            gone.sort_unstable();
            come.sort_unstable_by(|&a, &b| self.id(a).cmp(self.id(b)));
            let come: Vec<(u64, Node)> = come.into_iter().map(|n| (self.position(kind, self.id(n)), n)).collect();
            self.sequences[kind as usize] = Some(Sequence::new(self.base.count(kind), &gone, &come));
        }
        self.new_dangling = dangling;
    }

    /// How many of the base's defined nodes of a kind come before an id.
    fn position(&self, kind: Kind, id: &str) -> u64 {
        let (mut low, mut high) = (0, self.base.count(kind));
        while low < high {
            let middle = low + (high - low) / 2;
            if self.base.node_at(kind, middle).is_some_and(|node| self.base.id(node) < id) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

fn added(lists: &mut HashMap<Node, Vec<(Node, EdgeIndex)>>, node: Node) -> &mut Vec<(Node, EdgeIndex)> {
    lists.entry(node).or_default()
}

fn cell_order(a: CellRef<'_>, b: CellRef<'_>) -> Ordering {
    // Absent cells come first; a column holds either texts or numbers.
    a.text().cmp(&b.text()).then_with(|| a.number().cmp(&b.number()))
}

/// Column by column, as in one table that has the columns of both.
fn extras_order(a: &[Extra<'_>], b: &[Extra<'_>]) -> Ordering {
    let mut a = a.iter().filter(|e| e.name != ORDINAL).peekable();
    let mut b = b.iter().filter(|e| e.name != ORDINAL).peekable();
    loop {
        match (a.peek(), b.peek()) {
            (None, None) => return Ordering::Equal,
            (Some(_), None) => return Ordering::Greater,
            (None, Some(_)) => return Ordering::Less,
            (Some(x), Some(y)) => match (x.name, x.ty).cmp(&(y.name, y.ty)) {
                // Whoever lacks the column has an absent cell there.
                Ordering::Less => return Ordering::Greater,
                Ordering::Greater => return Ordering::Less,
                Ordering::Equal => match cell_order(x.cell, y.cell) {
                    Ordering::Equal => {
                        a.next();
                        b.next();
                    }
                    order => return order,
                },
            },
        }
    }
}
