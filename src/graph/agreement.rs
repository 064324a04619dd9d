//! Agreement: whether both sides of a sharing edge state it, and whether they state it alike.
//!
//! An edge whose ends are of one catalog is that catalog's own matter. Where they are of two, each may state it in its own
//! log. The two statements stand side by side, as relationships of one type between the same nodes; this module finds
//! which of them are one edge.

use super::{EdgeIndex, Graph, Neighbours, Node};
use crate::model::vocabulary::SHARE;
use crate::model::{Kind, RelType, id, list};

/// The column of a sharing edge's own id.
const ID: usize = 10;

/// What the two sides of a sharing edge say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// Both ends are of one catalog.
    Internal,
    /// Both sides state it, alike.
    Confirmed,
    /// One side alone states it.
    Claimed,
    /// Both sides state it, with a different status, share class, ceiling, sectors or standards.
    Disputed,
}

impl Agreement {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Confirmed => "confirmed",
            Self::Claimed => "claimed",
            Self::Disputed => "disputed",
        }
    }
}

/// A statement of a sharing edge, seen from both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement<'g> {
    /// What the two sides say.
    pub agreement: Agreement,
    /// The other side's statement of the same edge.
    pub other: Option<EdgeIndex>,
    /// The catalog of the other side; the edge's own where both ends are of one, empty where an end names no catalog.
    pub other_side: &'g str,
    /// Whether that catalog is in the store.
    pub is_present: bool,
}

impl Statement<'_> {
    /// Whether one side alone states the edge, while the other is there and could confirm it.
    #[must_use]
    pub fn is_unanswered(self) -> bool {
        self.agreement == Agreement::Claimed && self.is_present
    }
}

/// Reads the agreement of sharing edges off a graph.
pub struct Agreements<'g> {
    graph: &'g dyn Graph,
    catalogs: Vec<&'g str>,
}

impl std::fmt::Debug for Agreements<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agreements").field("catalogs", &self.catalogs).finish_non_exhaustive()
    }
}

impl<'g> Agreements<'g> {
    /// Those of this graph.
    #[must_use]
    pub fn new(graph: &'g dyn Graph) -> Self {
        Self { graph, catalogs: graph.catalogs() }
    }

    /// What the two sides say of a sharing edge between these nodes, and who says it.
    #[must_use]
    pub fn of(&self, ty: RelType, from: Node, to: Node, edge: EdgeIndex) -> Statement<'g> {
        let graph = self.graph;
        let catalog = |node: Node| id::catalog_of(graph.id(node)).unwrap_or_default();
        let (source, target) = (catalog(from), catalog(to));
        let own = graph.edge_catalog(ty, edge);
        let other_side = if own == source { target } else { source };
        let is_present = self.catalogs.contains(&other_side);
        let statement = |agreement, other| Statement { agreement, other, other_side, is_present };
        if source == target {
            return statement(Agreement::Internal, None);
        }
        let neighbours = graph.outgoing(ty, from);
        let start = neighbours.nodes.partition_point(|&n| self.stands_before(n, to));
        let found = group_of(neighbours, start, to).and_then(|(start, end)| {
            let mut pairs = Vec::new();
            pairs_within(graph, ty, from, neighbours, (start, end), &mut pairs);
            let edges = |[a, b]: [usize; 2]| [neighbours.edge(a), neighbours.edge(b)];
            pairs.into_iter().map(edges).find(|pair| pair.contains(&edge))
        });
        match found {
            None => statement(Agreement::Claimed, None),
            Some([a, b]) => {
                let other = if a == edge { b } else { a };
                let alike = said_alike(graph, ty, a, b);
                statement(if alike { Agreement::Confirmed } else { Agreement::Disputed }, Some(other))
            }
        }
    }

    /// Whether a neighbour comes before another in the order of neighbours: by id, those that dangle last.
    fn stands_before(&self, neighbour: Node, node: Node) -> bool {
        let dangles = |n: Node| self.graph.presence(n) != super::Presence::Defined;
        (dangles(neighbour), self.graph.id(neighbour)) < (dangles(node), self.graph.id(node))
    }

    /// Every statement of a sharing edge whose ends are of two catalogs, in the order of type, source and target.
    pub fn between_catalogs(&self) -> impl Iterator<Item = (RelType, Node, Node, EdgeIndex, Statement<'g>)> + '_ {
        let several = self.catalogs.len() > 1;
        RelType::SHARING
            .into_iter()
            .filter(move |_| several)
            .flat_map(move |ty| {
                sources(self.graph, ty.from()).flat_map(move |from| {
                    let of_neighbour = move |(to, edge)| (ty, from, to, edge, self.of(ty, from, to, edge));
                    self.graph.outgoing(ty, from).iter().map(of_neighbour)
                })
            })
            .filter(|(.., statement)| statement.agreement != Agreement::Internal)
    }
}

/// The nodes that relationships of a kind may leave: defined ones, then those that dangle.
fn sources(graph: &dyn Graph, kind: Kind) -> impl Iterator<Item = Node> + '_ {
    graph.nodes(kind).chain(graph.dangling().filter(move |&node| graph.kind(node) == kind))
}

/// The run of neighbours that are this node, looked for from a position on; the whole list where that was a miss.
fn group_of(neighbours: Neighbours<'_>, start: usize, to: Node) -> Option<(usize, usize)> {
    let is_there = neighbours.nodes.get(start) == Some(&to);
    let start = if is_there { start } else { neighbours.nodes.iter().position(|&n| n == to)? };
    let length = neighbours.nodes[start..].iter().take_while(|&&n| n == to).count();
    Some((start, start + length))
}

/// The pairs of positions among a node's neighbours that are one edge stated by both sides: matched by an agreed id, or
/// where there is one without an id on each side.
#[must_use]
pub fn doubly_stated(graph: &dyn Graph, ty: RelType, from: Node, neighbours: Neighbours<'_>) -> Vec<[usize; 2]> {
    let mut found = Vec::new();
    // Most nodes have no neighbour twice, and whose they are need not be looked up.
    if !neighbours.repeat() {
        return found;
    }
    let own = graph.node_catalog(from);
    let mut start = 0;
    while start < neighbours.len() {
        let to = neighbours.nodes[start];
        let end = start + neighbours.nodes[start..].iter().take_while(|&&n| n == to).count();
        if end - start > 1 && graph.node_catalog(to) != own {
            pairs_within(graph, ty, from, neighbours, (start, end), &mut found);
        }
        start = end;
    }
    found
}

/// The pairs among the statements from one node to another.
fn pairs_within(
    graph: &dyn Graph,
    ty: RelType,
    from: Node,
    neighbours: Neighbours<'_>,
    (start, end): (usize, usize),
    found: &mut Vec<[usize; 2]>,
) {
    let own = graph.node_catalog(from);
    let (near, far): (Vec<usize>, Vec<usize>) =
        (start..end).partition(|&i| graph.edge_catalog(ty, neighbours.edge(i)) == own);
    // The id is part of what an edge is: one with an id never matches one without, nor stands in its way.
    let id = |i: usize| graph.edge_cell(ty, neighbours.edge(i), ID).text();
    for &a in &near {
        let alike = |side: &[usize]| side.iter().copied().filter(|&i| id(i) == id(a)).collect::<Vec<_>>();
        if let ([_], [b]) = (&alike(&near)[..], &alike(&far)[..]) {
            found.push([a.min(*b), a.max(*b)]);
        }
    }
}

/// The properties in which two statements of an edge can dispute it.
pub const DISPUTABLE: [&str; 5] = ["status", "carries", "ceiling", "sectors", "standards"];

/// What a statement says of a property that can be disputed, what is left out filled in; lists sorted.
#[must_use]
pub fn said(graph: &dyn Graph, ty: RelType, edge: EdgeIndex, property: &str) -> String {
    let Some(column) = Kind::Share.column(property) else { return String::new() };
    let cell = graph.edge_cell(ty, edge, column);
    let text = cell.text().map(str::to_owned);
    match property {
        "status" => text.unwrap_or_else(|| "active".to_owned()),
        "carries" => text.unwrap_or_else(|| {
            let code = usize::from(ty == RelType::GrantedTo);
            SHARE.words[code].0.to_owned()
        }),
        "ceiling" => cell.number().unwrap_or(4).to_string(),
        _ => {
            let cell = text.unwrap_or_default();
            let mut items: Vec<_> = list::split(&cell).collect();
            items.sort_unstable();
            items.dedup();
            let mut sorted = String::new();
            items.iter().for_each(|item| list::push(&mut sorted, item));
            sorted
        }
    }
}

/// Whether two statements of an edge say the same of all that can be disputed.
fn said_alike(graph: &dyn Graph, ty: RelType, a: EdgeIndex, b: EdgeIndex) -> bool {
    // Statements of the same terms are alike; most are.
    graph.edge_terms(ty, a) == graph.edge_terms(ty, b)
        || DISPUTABLE.iter().all(|property| said(graph, ty, a, property) == said(graph, ty, b, property))
}

/// How many sharing edges of a graph there are of each agreement; one that both sides state counts once.
#[must_use]
pub fn count(graph: &dyn Graph) -> [(Agreement, u64); 4] {
    let (mut confirmed, mut claimed, mut disputed) = (0, 0, 0);
    for (.., statement) in Agreements::new(graph).between_catalogs() {
        match statement.agreement {
            Agreement::Confirmed => confirmed += 1,
            Agreement::Disputed => disputed += 1,
            _ => claimed += 1,
        }
    }
    let all: u64 = RelType::SHARING.into_iter().map(|ty| graph.edge_count(ty)).sum();
    [
        (Agreement::Internal, all - confirmed - claimed - disputed),
        (Agreement::Confirmed, confirmed / 2),
        (Agreement::Claimed, claimed),
        (Agreement::Disputed, disputed / 2),
    ]
}
