//! Random small states for property tests, and what two graphs must agree on.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::diff::number_parallel_edges;
use super::records::{ends, of_row};
use super::{CellRef, Graph, OwnedCell, Presence, Projection, build_in_memory, digest};
use crate::model::change::ORDINAL;
use crate::model::{ChangeSet, ColumnType, Kind, Operation, RelType, Symbols, Table, ValueType, list};

/// A record that owns its texts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Owned {
    pub(super) kind: Kind,
    pub(super) catalog: String,
    pub(super) cells: Vec<(String, ValueType, OwnedCell)>,
}

/// What a row is made of: its kind, and what each of its cells is drawn from.
pub(super) type Choice = (u8, [u8; 12]);

/// Each record by its identity.
pub(super) type State = BTreeMap<Vec<String>, Owned>;

const CATALOGS: [&str; 4] = ["a", "b", "c", "zz"];
const REGIONS: [&str; 5] = ["100000", "510000", "510100", "510104", "440000"];
const WORDS: [&str; 3] = ["x", "一", "a;b"];

fn pick<'a>(from: &[&'a str], choice: u8) -> &'a str {
    from[usize::from(choice) % from.len()]
}

fn key(kind: Kind, choice: u8) -> String {
    let letter = match kind {
        Kind::Region => return pick(&REGIONS, choice).to_owned(),
        Kind::Tier => return pick(&["county", "bay"], choice).to_owned(),
        Kind::Catalog => return pick(&CATALOGS[..3], choice).to_owned(),
        Kind::Line => return pick(&["tax", "police", "land"], choice).to_owned(),
        Kind::Sector => return pick(&["s1", "s2", "s3"], choice).to_owned(),
        // The same id is asked for as of two kinds now and then.
        Kind::Department | Kind::Platform => "d",
        _ => "r",
    };
    format!("{}:{letter}{}", pick(&CATALOGS, choice), choice / 4 % 4)
}

fn cell(kind: Kind, ty: ColumnType, rel: Option<RelType>, c: usize, choice: u8) -> Option<OwnedCell> {
    let text = |text: &str| Some(OwnedCell::Text(text.to_owned()));
    if choice.is_multiple_of(5) {
        return None;
    }
    let choice = choice / 5;
    match ty {
        ColumnType::OwnId | ColumnType::SharedKey => None,
        ColumnType::Reference(other) | ColumnType::Shared(other) => text(&key(other, choice)),
        ColumnType::ReferenceList(other) | ColumnType::SharedList(other) => {
            text(&list::join([key(other, choice), key(other, choice / 3), key(other, choice / 7)]))
        }
        ColumnType::ShareEnd => {
            let rel = rel?;
            text(&key(if c == ends(kind).0 { rel.from() } else { rel.to() }, choice))
        }
        ColumnType::Text | ColumnType::List => text(pick(&WORDS, choice)),
        ColumnType::Integer { min, max } => Some(OwnedCell::Number((i64::from(choice) % 4).clamp(min, max))),
        ColumnType::Float { .. } => Some(OwnedCell::Number(f64::from(choice % 3).to_bits() as i64)),
        ColumnType::Boolean => Some(OwnedCell::Number(i64::from(choice % 2))),
        ColumnType::Date => Some(OwnedCell::Number(i64::from(choice % 3) * 1000)),
        ColumnType::Word(words) => text(words.words[usize::from(choice) % words.words.len()].0),
    }
}

fn record(&(kind, choices): &Choice) -> Option<Owned> {
    // Sharing edges and what they join are more than half of the rows.
    const KINDS: [Kind; 22] = [
        Kind::Region,
        Kind::Region,
        Kind::Line,
        Kind::Sector,
        Kind::Department,
        Kind::Department,
        Kind::Platform,
        Kind::Dataset,
        Kind::Dataset,
        Kind::Service,
        Kind::Pilot,
        Kind::Policy,
        Kind::Claim,
        Kind::Waiver,
        Kind::Share,
        Kind::Share,
        Kind::Share,
        Kind::Share,
        Kind::Need,
        Kind::Compact,
        Kind::Adoption,
        Kind::Need,
    ];
    let kind = KINDS[usize::from(kind) % KINDS.len()];
    Some(record_of(kind, choices))
}

fn record_of(kind: Kind, choices: [u8; 12]) -> Owned {
    let mut catalog = pick(&CATALOGS[..3], choices[0] / 3).to_owned();
    let mut cells = Vec::new();
    let rel = (kind == Kind::Share).then(|| RelType::SHARING[usize::from(choices[0]) % 5]);
    for (c, spec) in kind.columns().iter().enumerate() {
        let choice = choices[1 + (c * 5 + c / 11) % 11];
        let mut found = cell(kind, spec.ty, rel, c, choice);
        if c == 0 && kind.is_node() {
            let own = match kind {
                Kind::Waiver | Kind::Claim => pick(&["k1", "k2", "k3"], choice).to_owned(),
                // Only the own catalog defines an id.
                _ => key(kind, choice),
            };
            if !kind.is_shared_vocabulary() && !matches!(kind, Kind::Waiver | Kind::Claim) {
                catalog = own.split(':').next().unwrap_or_default().to_owned();
            }
            found = Some(OwnedCell::Text(own));
        } else if c == 0
            && let Some(rel) = rel
        {
            found = Some(OwnedCell::Text(rel.name().to_owned()));
        } else if kind == Kind::Share && spec.name == "id" && !choice.is_multiple_of(4) {
            found = None;
        } else if spec.required && found.is_none() {
            found = cell(kind, spec.ty, rel, c, choice | 1).or_else(|| cell(kind, spec.ty, rel, c, 7));
        }
        if let Some(found) = found {
            cells.push((spec.name.to_owned(), spec.ty.value_type(), found));
        }
    }
    for (i, (name, ty)) in
        [("note", ValueType::Text), ("level", ValueType::Integer), ("level", ValueType::Text)].into_iter().enumerate()
    {
        let choice = choices[11 - i];
        if choice.is_multiple_of(3) {
            let found = match ty {
                ValueType::Integer => OwnedCell::Number(i64::from(choice / 3 % 3)),
                _ => OwnedCell::Text(pick(&WORDS, choice / 3).to_owned()),
            };
            cells.push((name.to_owned(), ty, found));
        }
    }
    Owned { kind, catalog, cells }
}

impl Owned {
    fn cell(&self, name: &str) -> Option<&OwnedCell> {
        self.cells.iter().find(|(n, ..)| n == name).map(|(.., cell)| cell)
    }

    /// The identity, with the ordinal of parallel edges.
    fn identity(&self) -> Vec<String> {
        let mut identity = vec![format!("{:02}", self.kind as u8), self.catalog.clone()];
        for &c in self.kind.spec().identity {
            identity.push(format!("{:?}", self.cell(self.kind.columns()[c].name)));
        }
        identity.push(match self.cell(ORDINAL) {
            Some(OwnedCell::Number(ordinal)) => ordinal.to_string(),
            _ => "0".to_owned(),
        });
        identity
    }
}

/// Puts a record: one of the same identity gives way, but a sharing edge without an id stands beside it.
fn put(state: &mut State, record: Owned) {
    let mut identity = record.identity();
    if record.kind == Kind::Share && record.cell("id").is_none() {
        // Which is which is told by ordinals that the tables are given later.
        let parallel = (0..).find(|n: &u32| {
            *identity.last_mut().expect("an ordinal") = format!("p{n}");
            !state.contains_key(&identity)
        });
        assert!(parallel.is_some());
    }
    state.insert(identity, record);
}

pub(super) fn choices(most: usize) -> impl Strategy<Value = Vec<Choice>> {
    prop::collection::vec((any::<u8>(), any::<[u8; 12]>()), 0..most)
}

/// A state with some of three catalogs, and these rows.
pub(super) fn state(catalogs: u8, rows: &[Choice]) -> State {
    let mut state = State::new();
    for i in 0..3 {
        if catalogs & (1 << i) != 0 {
            put(&mut state, record_of(Kind::Catalog, [i * 3 * 5 + i; 12]));
        }
    }
    for row in rows {
        if let Some(record) = record(row) {
            put(&mut state, record);
        }
    }
    state
}

/// A state with rows dropped, changed and added. Catalogs stay but when `rare` says so.
pub(super) fn edited(old: &State, drops: &[u8], rows: &[Choice], rare: u8) -> State {
    let mut new = State::new();
    for (i, (_, record)) in old.iter().enumerate() {
        let drop = drops.get(i % drops.len().max(1)).is_some_and(|d| d.is_multiple_of(6));
        if !drop || (record.kind == Kind::Catalog && !rare.is_multiple_of(16)) {
            put(&mut new, record.clone());
        }
    }
    for row in rows {
        if let Some(record) = record(row) {
            put(&mut new, record);
        }
    }
    if rare % 16 == 1 {
        put(&mut new, record_of(Kind::Tier, [rare; 12]));
    }
    new
}

/// The tables of a state; parallel edges have their ordinals.
pub(super) fn tables<'a>(symbols: &mut Symbols, records: impl IntoIterator<Item = &'a Owned>) -> Vec<Table> {
    let mut tables: Vec<Table> = Kind::ALL.into_iter().map(Table::new).collect();
    for record in records {
        let cells = record.cells.iter().map(|(name, ty, cell)| (name.as_str(), *ty, cell.as_ref())).collect();
        let record = super::records::Record { kind: record.kind, catalog: &record.catalog, cells };
        record.push_to(&mut tables[record.kind as usize], symbols);
    }
    tables
}

pub(super) fn numbered_tables(symbols: &mut Symbols, state: &State) -> Vec<Table> {
    let mut tables = tables(symbols, state.values());
    number_parallel_edges(&mut tables[Kind::Share as usize]);
    tables
}

pub(super) fn built(symbols: &mut Symbols, tables: &[Table]) -> Projection {
    build_in_memory(symbols, tables, [0; 32]).expect("builds").0
}

/// The records of tables, by identity with ordinals.
pub(super) fn records(symbols: &Symbols, tables: &[Table]) -> BTreeMap<Vec<String>, Owned> {
    let mut records = BTreeMap::new();
    for table in tables {
        for row in 0..table.len() {
            let owned = owned_row(symbols, table, row);
            let before = records.insert(owned.identity(), owned);
            assert_eq!(before, None, "an identity occurs twice");
        }
    }
    records
}

fn owned_row(symbols: &Symbols, table: &Table, row: usize) -> Owned {
    let record = of_row(symbols, table, row);
    let cells = record
        .cells
        .iter()
        .map(|(name, ty, cell)| {
            let cell = match cell {
                CellRef::Text(text) => OwnedCell::Text((*text).to_owned()),
                CellRef::Number(number) => OwnedCell::Number(*number),
                CellRef::Absent => unreachable!("absent cells are left out"),
            };
            ((*name).to_owned(), *ty, cell)
        })
        .collect();
    Owned { kind: record.kind, catalog: record.catalog.to_owned(), cells }
}

/// Applies changes record by record.
pub(super) fn apply(records: &mut BTreeMap<Vec<String>, Owned>, changes: &ChangeSet) {
    for operation in [Operation::Delete, Operation::Put] {
        for batch in changes.batches.iter().filter(|b| b.operation == operation) {
            for row in 0..batch.table.len() {
                let record = owned_row(&changes.symbols, &batch.table, row);
                match operation {
                    Operation::Delete => {
                        assert!(records.remove(&record.identity()).is_some(), "{record:?} is deleted and not there");
                    }
                    Operation::Put => drop(records.insert(record.identity(), record)),
                }
            }
        }
    }
}

/// Everything that a graph answers, with the digest of its records.
pub(super) fn observed(graph: &dyn Graph, ordinals: bool) -> Vec<String> {
    let mut lines = observed_undigested(graph, ordinals);
    lines.push(format!("{:?}", digest::of_graph(graph).digest()));
    lines
}

/// Everything that a graph answers, as lines; without the ordinals of parallel edges where these may differ.
pub(super) fn observed_undigested(graph: &dyn Graph, ordinals: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let name = |node| format!("{:?} {} {:?}", graph.kind(node), graph.id(node), graph.presence(node));
    let extras = |extras: Vec<super::Extra<'_>>| -> Vec<String> {
        extras.iter().filter(|e| ordinals || e.name != ORDINAL).map(|e| format!("{e:?}")).collect()
    };
    let (terms, classes) = (graph.terms(), graph.flow_classes());
    let distinct: std::collections::HashSet<_> = terms.iter().collect();
    assert_eq!(distinct.len(), terms.len());
    let distinct: std::collections::HashSet<_> = classes.iter().collect();
    assert_eq!(distinct.len(), classes.len());
    let mut all = Vec::new();
    for kind in Kind::NODES {
        let nodes: Vec<_> = graph.nodes(kind).collect();
        assert_eq!(nodes.len() as u64, graph.count(kind));
        for (i, &node) in nodes.iter().enumerate() {
            assert_eq!(graph.node_at(kind, i as u64), Some(node));
            assert_eq!(graph.kind(node), kind);
            let cells: Vec<_> = (0..=kind.columns().len()).map(|c| graph.node_cell(node, c)).collect();
            let catalog = graph.node_catalog(node);
            lines.push(format!("{} {catalog} {cells:?} {:?}", name(node), extras(graph.node_extras(node))));
            if kind == Kind::Dataset {
                lines.push(format!("{:?}", classes[graph.node_class(node) as usize]));
            }
        }
        assert_eq!(graph.node_at(kind, nodes.len() as u64), None);
        assert!(nodes.is_sorted_by_key(|n| graph.id(*n)));
        all.extend(nodes);
    }
    for node in graph.dangling() {
        assert_ne!(graph.presence(node), Presence::Defined);
        let cells: Vec<_> = (0..graph.kind(node).columns().len()).map(|c| graph.node_cell(node, c)).collect();
        lines.push(format!("{} {} {cells:?}", name(node), graph.node_catalog(node)));
        assert!(graph.node_extras(node).is_empty());
        all.push(node);
    }
    for &node in &all {
        assert!(node < graph.node_bound());
        assert_eq!(graph.find(graph.kind(node), graph.id(node)), Some(node));
        for &other in all.iter().filter(|o| graph.kind(**o) == graph.kind(node)) {
            assert_eq!(graph.compare(node, other), graph.id(node).cmp(graph.id(other)));
        }
    }
    for &ty in RelType::ALL {
        let (mut out, mut into) = (BTreeMap::new(), BTreeMap::new());
        for &node in &all {
            for (direction, neighbours) in [("->", graph.outgoing(ty, node)), ("<-", graph.incoming(ty, node))] {
                for (other, edge) in neighbours.iter() {
                    assert!(edge < graph.edge_bound(ty));
                    let mut line = format!("{ty:?} {} {direction} {}", name(node), name(other));
                    if let Some(kind) = ty.record() {
                        let cells: Vec<_> = (0..kind.columns().len()).map(|c| graph.edge_cell(ty, edge, c)).collect();
                        let catalog = graph.edge_catalog(ty, edge);
                        line += &format!(" {catalog} {cells:?} {:?}", extras(graph.edge_extras(ty, edge)));
                    }
                    if ty.is_sharing() {
                        line += &format!(" {:?}", terms[graph.edge_terms(ty, edge) as usize]);
                    }
                    lines.push(line);
                    let before = if direction == "->" {
                        out.insert(edge, (node, other))
                    } else {
                        into.insert(edge, (other, node))
                    };
                    assert_eq!(before, None, "a relationship stands twice");
                }
            }
        }
        assert_eq!(out, into);
        assert_eq!(out.len() as u64, graph.edge_count(ty));
        lines.push(format!("{ty:?} {}", out.len()));
    }
    // A node that is listed nowhere has no relationships and is not found.
    let listed: std::collections::HashSet<_> = all.iter().collect();
    for node in (0..graph.node_bound()).filter(|n| !listed.contains(n)) {
        assert_ne!(graph.presence(node), Presence::Defined);
        assert_ne!(graph.find(graph.kind(node), graph.id(node)), Some(node));
        for &ty in RelType::ALL {
            assert!(graph.outgoing(ty, node).is_empty() && graph.incoming(ty, node).is_empty());
        }
    }
    lines.extend(graph.outranked().iter().map(|o| format!("{o:?}")));
    lines
}
