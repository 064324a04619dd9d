//! The graph: a projection of the logs that queries and findings read.
//!
//! A [`Projection`] is an immutable file, memory-mapped; an [`Overlay`] lays a few changes over another graph. Both
//! answer behind the [`Graph`] trait, and whoever reads cannot tell them apart.

mod agreed;
pub mod agreement;
mod build;
mod column;
#[cfg(test)]
mod damage_tests;
mod delegate;
pub mod delta;
mod dictionary;
pub mod diff;
pub mod digest;
mod error;
mod file;
pub mod integrity;
mod merge;
mod neighbours;
mod overlay;
pub mod projection;
pub mod provenance;
#[cfg(test)]
mod random_states;
pub mod records;
mod view;

pub use agreed::AgreedOnly;
pub use agreement::{Agreement, Agreements};
pub use build::{BuildSummary, build_in_memory, build_to_file, prepare};
pub use error::{Corrupt, Error, catch_corruption};
pub use merge::merge;
pub use neighbours::{NO_NEIGHBOURS, Neighbours};
pub use overlay::Overlay;
pub use projection::Projection;
pub use provenance::WithCommits;
pub use view::FlowView;

use std::cmp::Ordering;

use crate::model::{Cells, Column, Kind, RelType, Sym, Symbols, ValueType};

/// The number of a node of a graph.
pub type Node = u32;

/// The number of a relationship among those of its type.
pub type EdgeIndex = u32;

/// Whether a node's record is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// A catalog of the store defines it.
    Defined,
    /// The catalog that its id names is in the store and does not define it: deleted, or never there.
    Broken,
    /// The catalog that its id names is not in the store, or it names none: it may exist.
    Absent,
}

/// A cell, borrowed from the graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CellRef<'a> {
    /// Nothing.
    Absent,
    /// A text, or a list as the text of its cell.
    Text(&'a str),
    /// Any other value, as tables store it.
    Number(i64),
}

impl<'a> CellRef<'a> {
    /// The text within.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number within.
    #[must_use]
    pub fn number(self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// A property that the contract does not know, of one record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extra<'a> {
    /// The property's name.
    pub name: &'a str,
    /// The type of its value.
    pub ty: ValueType,
    /// The value.
    pub cell: CellRef<'a>,
}

/// What conditions 1 to 5 read of a sharing edge, as it is stated (empty where it is left out).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Terms<'a> {
    /// The edge's type: what is left out has a default by type.
    pub ty: RelType,
    /// `active`, `requested`, `suspended` or `refused`.
    pub status: Option<&'a str>,
    /// The strictest share class that it carries.
    pub carries: Option<&'a str>,
    /// The highest sensitivity that it carries.
    pub ceiling: Option<i64>,
    /// The sectors that it carries, as a list cell.
    pub sectors: Option<&'a str>,
    /// The standards that it carries, as a list cell.
    pub standards: Option<&'a str>,
}

/// What conditions 1 to 5 read of a dataset, as it is stated: datasets of one flow class flow alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FlowClass<'a> {
    /// The share class.
    pub share: Option<&'a str>,
    /// The sensitivity.
    pub sensitivity: Option<i64>,
    /// The sector.
    pub sector: Option<&'a str>,
    /// The standard.
    pub standard: Option<&'a str>,
}

/// A property graph of catalog records. Nodes of a kind and the neighbours of a node come in identity order (of the
/// neighbours, those that dangle last), so that answers are the same on every machine.
pub trait Graph: Send + Sync {
    /// Every node's number is below this.
    fn node_bound(&self) -> Node;
    /// The kind of a node's record; of a dangling node, the kind that the reference asks for.
    fn kind(&self, node: Node) -> Kind;
    /// Whether the node's record is there.
    fn presence(&self, node: Node) -> Presence;
    /// The node's id: a qualified id, or a key of shared vocabulary.
    fn id(&self, node: Node) -> &str;
    /// The node of this kind and id, defined or dangling.
    fn find(&self, kind: Kind, id: &str) -> Option<Node>;
    /// The defined nodes of a kind, in the order of their ids.
    fn nodes(&self, kind: Kind) -> Box<dyn Iterator<Item = Node> + '_>;
    /// The defined node of a kind at this position in the order of ids.
    fn node_at(&self, kind: Kind, position: u64) -> Option<Node> {
        self.nodes(kind).nth(usize::try_from(position).ok()?)
    }
    /// The nodes whose record is missing and that something refers to, in the order of kind and id.
    fn dangling(&self) -> Box<dyn Iterator<Item = Node> + '_>;
    /// How many nodes of a kind are defined.
    fn count(&self, kind: Kind) -> u64;
    /// Compares two nodes of one kind by their ids.
    fn compare(&self, a: Node, b: Node) -> Ordering {
        self.id(a).cmp(self.id(b))
    }

    /// The catalog that states a node's record; empty for a default that none states.
    fn node_catalog(&self, node: Node) -> &str;
    /// The commit that put a node's record as it is, by its id in hex: since when its catalog says so. None where that is
    /// not known: of a directory, of what dangles, and of any graph that was not asked for it ([`WithCommits`]).
    fn node_commit(&self, _node: Node) -> Option<&str> {
        None
    }
    /// A cell of the node's record by the position of its kind's column.
    fn node_cell(&self, node: Node, column: usize) -> CellRef<'_>;
    /// The properties of a node that the contract does not know, by name and type.
    fn node_extras(&self, node: Node) -> Vec<Extra<'_>>;
    /// Definitions of shared vocabulary that another catalog's definition of the same key outranks.
    fn outranked(&self) -> &[Outranked];

    /// The neighbours that relationships of a type lead to from a node.
    fn outgoing(&self, ty: RelType, node: Node) -> Neighbours<'_>;
    /// The neighbours that relationships of a type come from into a node.
    fn incoming(&self, ty: RelType, node: Node) -> Neighbours<'_>;
    /// How many relationships of a type there are.
    fn edge_count(&self, ty: RelType) -> u64;
    /// Every relationship of a type has a number below this; not every number is one's.
    fn edge_bound(&self, ty: RelType) -> EdgeIndex {
        self.edge_count(ty) as EdgeIndex
    }
    /// The catalog that states a relationship of a type that has records of its own.
    fn edge_catalog(&self, ty: RelType, edge: EdgeIndex) -> &str;
    /// The commit that put a relationship's record as it is; as [`Graph::node_commit`]. For a relationship without a
    /// record of its own that of the record which states it tells.
    fn edge_commit(&self, _ty: RelType, _edge: EdgeIndex) -> Option<&str> {
        None
    }
    /// A cell of a relationship's record, by the position of its kind's column (not its ends).
    fn edge_cell(&self, ty: RelType, edge: EdgeIndex, column: usize) -> CellRef<'_>;
    /// The properties of a relationship that the contract does not know, by name and type.
    fn edge_extras(&self, ty: RelType, edge: EdgeIndex) -> Vec<Extra<'_>>;

    /// The number, below [`Graph::terms`]'s length, of a sharing edge's terms.
    fn edge_terms(&self, ty: RelType, edge: EdgeIndex) -> u32;
    /// All terms that sharing edges state.
    fn terms(&self) -> Vec<Terms<'_>>;
    /// The number, below [`Graph::flow_classes`]' length, of a dataset's flow class.
    fn node_class(&self, dataset: Node) -> u32;
    /// All flow classes of datasets.
    fn flow_classes(&self) -> Vec<FlowClass<'_>>;
}

/// Helpers that every graph has.
impl<'g> dyn Graph + 'g {
    /// A text cell by the column's name.
    #[must_use]
    pub fn text(&self, node: Node, column: &str) -> Option<&str> {
        let column = self.kind(node).column(column)?;
        self.node_cell(node, column).text()
    }

    /// A number's cell by the column's name.
    #[must_use]
    pub fn number(&self, node: Node, column: &str) -> Option<i64> {
        let column = self.kind(node).column(column)?;
        self.node_cell(node, column).number()
    }

    /// The only neighbour that a relationship leads to, for relationships that are single.
    #[must_use]
    pub fn one_out(&self, ty: RelType, node: Node) -> Option<Node> {
        self.outgoing(ty, node).nodes.first().copied()
    }

    /// The only neighbour that a relationship comes from, for relationships that are single.
    #[must_use]
    pub fn one_in(&self, ty: RelType, node: Node) -> Option<Node> {
        self.incoming(ty, node).nodes.first().copied()
    }

    /// The ids of the catalogs that the store holds, in order.
    #[must_use]
    pub fn catalogs(&self) -> Vec<&str> {
        self.nodes(Kind::Catalog).map(|n| self.id(n)).collect()
    }
}

/// A definition of shared vocabulary that another catalog's definition of the same key outranks. It is a record all
/// the same: it is exported, counted in the state's digest and listed by conflicts.
#[derive(Clone, Debug, PartialEq)]
pub struct Outranked {
    /// The kind.
    pub kind: Kind,
    /// The catalog that states it.
    pub catalog: String,
    /// The cells that are not absent: column name, type, value.
    pub cells: Vec<(String, ValueType, OwnedCell)>,
}

/// A cell that owns its text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum OwnedCell {
    /// A text or a list.
    Text(String),
    /// Anything else.
    Number(i64),
}

impl OwnedCell {
    /// The cell, borrowed.
    #[must_use]
    pub fn as_ref(&self) -> CellRef<'_> {
        match self {
            Self::Text(text) => CellRef::Text(text),
            Self::Number(number) => CellRef::Number(*number),
        }
    }
}

/// A column's cell of a table, borrowed.
#[must_use]
pub(crate) fn table_cell<'a>(symbols: &'a Symbols, column: &'a Column, row: usize) -> CellRef<'a> {
    match &column.cells {
        Cells::Symbols(cells) => symbols.get(cells[row]).map_or(CellRef::Absent, CellRef::Text),
        Cells::Numbers(cells) if cells[row] == crate::model::table::ABSENT => CellRef::Absent,
        Cells::Numbers(cells) => CellRef::Number(cells[row]),
    }
}

/// The identity text of a node's record: its key, or for kinds whose key is not an id of the catalog's own (claims
/// and waivers) the catalog and the key's columns.
#[must_use]
pub(crate) fn identity_text(symbols: &Symbols, table: &crate::model::Table, row: usize) -> Option<String> {
    match table.kind {
        Kind::Claim | Kind::Waiver => {
            let mut text = format!("{}:", symbols.get(table.catalog[row]).unwrap_or_default());
            for (i, &column) in table.kind.spec().identity.iter().enumerate() {
                if i > 0 {
                    text.push('/');
                }
                match table_cell(symbols, &table.columns[column], row) {
                    CellRef::Absent => {}
                    CellRef::Text(part) => text.push_str(part),
                    CellRef::Number(days) => text.push_str(&crate::model::date::from_days(days).to_string()),
                }
            }
            Some(text)
        }
        _ => None,
    }
}

/// The numbers of the relationships of a type. Below [`Graph::edge_bound`] there may be numbers that are none's.
pub fn edges(graph: &dyn Graph, ty: RelType) -> Box<dyn Iterator<Item = EdgeIndex> + '_> {
    let bound = graph.edge_bound(ty);
    if u64::from(bound) == graph.edge_count(ty) {
        return Box::new(0..bound);
    }
    let kind = ty.from();
    let sources = graph.nodes(kind).chain(graph.dangling().filter(move |&node| graph.kind(node) == kind));
    Box::new(sources.flat_map(move |node| graph.outgoing(ty, node).iter().map(|(_, edge)| edge)))
}

/// Marks that a sharing edge's symbol is absent, as dictionaries store it.
pub(crate) const NONE: u32 = Sym::NONE.0;
