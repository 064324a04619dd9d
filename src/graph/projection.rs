//! An open projection: the graph, read where it lies.

use std::path::Path;
use std::sync::OnceLock;

use super::build::{CATALOG_COLUMN, FLOW_COLUMN, FlowMeta, Meta};
use super::column::ColumnRef;
use super::error::{Corrupt, Error};
use super::file::{Part, Section, SectionFile, SectionKey};
use super::neighbours::{NO_NEIGHBOURS, Neighbours};
use super::{CellRef, EdgeIndex, Extra, FlowClass, Graph, NONE, Node, Outranked, Presence, Terms, catch_corruption};
use crate::model::kind::Direction;
use crate::model::table::ABSENT;
use crate::model::{Kind, RelType, ValueType, id};

/// An immutable graph, mapped from a file or laid out in memory.
#[derive(Debug)]
pub struct Projection {
    file: SectionFile,
    id_texts: Section,
    id_ends: Section,
    texts: Section,
    text_ends: Section,
    broken: Section,
    kinds: Vec<KindView>,
    types: Vec<TypeView>,
    outranked: Vec<Outranked>,
    /// How many nodes are defined; dangling ones follow.
    defined: Node,
    /// How many nodes there are in all.
    nodes: Node,
    flow: OnceLock<FlowMeta>,
}

/// The columns of a record: which column of the kind is which column of the file.
#[derive(Debug, Default)]
struct RecordColumns {
    catalog: Option<ColumnRef>,
    flow: Option<ColumnRef>,
    /// By the position of the kind's own column.
    own: Vec<Option<ColumnRef>>,
    extras: Vec<ColumnRef>,
}

impl RecordColumns {
    fn arrange(kind: Kind, columns: Vec<ColumnRef>) -> Self {
        let mut arranged = Self { own: kind.columns().iter().map(|_| None).collect(), ..Self::default() };
        for column in columns {
            match column.name.as_str() {
                CATALOG_COLUMN => arranged.catalog = Some(column),
                FLOW_COLUMN => arranged.flow = Some(column),
                name => match kind.column(name) {
                    Some(own) if arranged.own[own].is_none() && kind.columns()[own].ty.value_type() == column.ty => {
                        arranged.own[own] = Some(column);
                    }
                    _ => arranged.extras.push(column),
                },
            }
        }
        arranged
    }
}

#[derive(Debug)]
struct KindView {
    first: Node,
    count: u32,
    dangling_first: Node,
    dangling_count: u32,
    columns: RecordColumns,
}

#[derive(Debug)]
struct TypeView {
    count: u32,
    out_offsets: Section,
    out_targets: Section,
    in_offsets: Section,
    in_sources: Section,
    in_edges: Section,
    columns: RecordColumns,
}

impl Projection {
    /// Maps a projection's file.
    ///
    /// # Errors
    /// When the file cannot be read, is no projection, or its description is damaged.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::from_file(SectionFile::open(path)?)
    }

    pub(super) fn from_file(file: SectionFile) -> Result<Self, Error> {
        let section = |part| file.section(SectionKey::of(part));
        let meta: Meta = {
            let json = catch_corruption(|| file.bytes(section(Part::Meta)))?;
            serde_json::from_slice(json)
                .map_err(|e| Error::NotAProjection { path: file.path().to_owned(), reason: e.to_string() })?
        };
        if meta.kinds.len() != Kind::NODES.len() || meta.types.len() != RelType::ALL.len() {
            let reason = "its description does not fit this version".to_owned();
            return Err(Error::NotAProjection { path: file.path().to_owned(), reason });
        }
        let open_columns = |metas: &[super::column::ColumnMeta], owner: u8, kind: Kind, of_nodes: bool| {
            let columns =
                metas.iter().enumerate().map(|(c, m)| ColumnRef::open(&file, m, owner, c as u16, of_nodes)).collect();
            RecordColumns::arrange(kind, columns)
        };
        let kinds: Vec<KindView> = Kind::NODES
            .into_iter()
            .zip(&meta.kinds)
            .map(|(kind, m)| KindView {
                first: m.first,
                count: m.count,
                dangling_first: m.dangling_first,
                dangling_count: m.dangling_count,
                columns: open_columns(&m.columns, kind as u8, kind, true),
            })
            .collect();
        let types = RelType::ALL
            .iter()
            .zip(&meta.types)
            .map(|(&ty, m)| {
                let key = |part| file.section(SectionKey { part, owner: ty as u8, column: 0 });
                TypeView {
                    count: m.count,
                    out_offsets: key(Part::OutOffsets),
                    out_targets: key(Part::OutTargets),
                    in_offsets: key(Part::InOffsets),
                    in_sources: key(Part::InSources),
                    in_edges: key(Part::InEdges),
                    columns: ty
                        .record()
                        .map(|kind| open_columns(&m.columns, ty as u8, kind, false))
                        .unwrap_or_default(),
                }
            })
            .collect();
        let outranked = meta
            .outranked
            .into_iter()
            .filter_map(|o| {
                let cells = o
                    .cells
                    .into_iter()
                    .map(|(name, ty, cell)| (name, ValueType::from_code(ty).unwrap_or(ValueType::Text), cell))
                    .collect();
                Some(Outranked { kind: Kind::from_code(o.kind)?, catalog: o.catalog, cells })
            })
            .collect();
        let defined = kinds.iter().map(|k| k.count).sum();
        let nodes = kinds.iter().map(|k| k.dangling_count).sum::<u32>() + defined;
        Ok(Self {
            id_texts: section(Part::IdTexts),
            id_ends: section(Part::IdEnds),
            texts: section(Part::Texts),
            text_ends: section(Part::TextEnds),
            broken: section(Part::Broken),
            kinds,
            types,
            outranked,
            defined,
            nodes,
            flow: OnceLock::new(),
            file,
        })
    }

    /// The digest of the state that the projection shows.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.file.digest()
    }

    /// Writes the projection to a file, which appears whole or not at all.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        self.file.save(path)
    }

    /// Verifies every part.
    ///
    /// # Errors
    /// The first part whose checksum does not match.
    pub fn verify(&self) -> Result<(), Corrupt> {
        catch_corruption(|| self.file.verify_everything())
    }

    fn text_in(&self, arena: Section, ends: Section, index: usize) -> &str {
        let ends: &[u32] = self.file.slice(ends);
        let start = if index == 0 { 0 } else { ends.get(index - 1).copied().unwrap_or(0) };
        let end = ends.get(index).copied().unwrap_or(start);
        let bytes = self.file.range(arena, start as usize..end.max(start) as usize);
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The text of a symbol of the file: an id's is that of its node.
    fn symbol_text(&self, symbol: u32) -> &str {
        if symbol < self.nodes {
            self.text_in(self.id_texts, self.id_ends, symbol as usize)
        } else {
            self.text_in(self.texts, self.text_ends, (symbol - self.nodes) as usize)
        }
    }

    fn place(&self, kind: Kind, node: Node) -> Option<usize> {
        let view = &self.kinds[kind as usize];
        if node >= view.first && node - view.first < view.count {
            Some((node - view.first) as usize)
        } else if node >= view.dangling_first && node - view.dangling_first < view.dangling_count {
            Some((view.count + node - view.dangling_first) as usize)
        } else {
            None
        }
    }

    fn row(&self, node: Node) -> usize {
        (node - self.kinds[self.kind(node) as usize].first) as usize
    }

    fn cell(&self, column: &ColumnRef, row: usize) -> CellRef<'_> {
        column.cell(&self.file, row, |symbol| self.symbol_text(symbol))
    }

    fn extras<'a>(&'a self, columns: &'a RecordColumns, row: usize) -> Vec<Extra<'a>> {
        columns
            .extras
            .iter()
            .filter_map(|column| match self.cell(column, row) {
                CellRef::Absent => None,
                cell => Some(Extra { name: &column.name, ty: column.ty, cell }),
            })
            .collect()
    }

    fn flow_meta(&self) -> &FlowMeta {
        self.flow.get_or_init(|| {
            let section = self.file.section(SectionKey::of(Part::Flow));
            // Verified bytes that we wrote: they parse.
            serde_json::from_slice(self.file.bytes(section)).unwrap_or_default()
        })
    }

    fn neighbours(&self, offsets: Section, place: Option<usize>) -> Option<std::ops::Range<usize>> {
        let place = place?;
        let offsets: &[u32] = self.file.slice(offsets);
        let (start, end) = (*offsets.get(place)? as usize, *offsets.get(place + 1)? as usize);
        (start < end).then_some(start..end)
    }

    fn search(&self, first: Node, count: u32, id: &str) -> Option<Node> {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.id(first + middle).cmp(id) {
                std::cmp::Ordering::Equal => return Some(first + middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }
}

impl Graph for Projection {
    fn node_bound(&self) -> Node {
        self.nodes
    }

    fn kind(&self, node: Node) -> Kind {
        let found = if node < self.defined {
            self.kinds.iter().rposition(|k| k.count > 0 && k.first <= node)
        } else {
            self.kinds.iter().rposition(|k| k.dangling_count > 0 && k.dangling_first <= node)
        };
        Kind::NODES[found.unwrap_or(0)]
    }

    fn presence(&self, node: Node) -> Presence {
        if node < self.defined {
            Presence::Defined
        } else if self.file.bytes(self.broken).get((node - self.defined) as usize) == Some(&1) {
            Presence::Broken
        } else {
            Presence::Absent
        }
    }

    fn id(&self, node: Node) -> &str {
        self.text_in(self.id_texts, self.id_ends, node as usize)
    }

    fn find(&self, kind: Kind, id: &str) -> Option<Node> {
        let view = self.kinds.get(kind as usize)?;
        self.search(view.first, view.count, id).or_else(|| self.search(view.dangling_first, view.dangling_count, id))
    }

    fn nodes(&self, kind: Kind) -> Box<dyn Iterator<Item = Node> + '_> {
        let (first, count) = self.kinds.get(kind as usize).map_or((0, 0), |v| (v.first, v.count));
        Box::new(first..first + count)
    }

    fn node_at(&self, kind: Kind, position: u64) -> Option<Node> {
        let view = self.kinds.get(kind as usize)?;
        (position < u64::from(view.count)).then(|| view.first + position as Node)
    }

    fn dangling(&self) -> Box<dyn Iterator<Item = Node> + '_> {
        Box::new(self.defined..self.nodes)
    }

    fn count(&self, kind: Kind) -> u64 {
        self.kinds.get(kind as usize).map_or(0, |v| u64::from(v.count))
    }

    fn compare(&self, a: Node, b: Node) -> std::cmp::Ordering {
        // Numbers are in the order of ids among the defined, and among the dangling of a kind.
        if (a < self.defined) == (b < self.defined) { a.cmp(&b) } else { self.id(a).cmp(self.id(b)) }
    }

    fn node_catalog(&self, node: Node) -> &str {
        let kind = self.kind(node);
        match &self.kinds[kind as usize].columns.catalog {
            Some(column) if node < self.defined => self.cell(column, self.row(node)).text().unwrap_or_default(),
            _ if kind == Kind::Catalog => self.id(node),
            _ => id::catalog_of(self.id(node)).unwrap_or_default(),
        }
    }

    fn node_cell(&self, node: Node, column: usize) -> CellRef<'_> {
        if node >= self.defined {
            return CellRef::Absent;
        }
        let kind = self.kind(node);
        if let Some(Some(stored)) = self.kinds[kind as usize].columns.own.get(column) {
            return self.cell(stored, self.row(node));
        }
        let Some(spec) = kind.columns().get(column) else { return CellRef::Absent };
        match spec.states {
            Some((ty, direction)) => {
                let others = match direction {
                    Direction::Outgoing => self.outgoing(ty, node),
                    Direction::Incoming => self.incoming(ty, node),
                };
                others.nodes.first().map_or(CellRef::Absent, |&other| CellRef::Text(self.id(other)))
            }
            None if column == 0 => CellRef::Text(self.id(node)),
            None => CellRef::Absent,
        }
    }

    fn node_extras(&self, node: Node) -> Vec<Extra<'_>> {
        if node >= self.defined {
            return Vec::new();
        }
        self.extras(&self.kinds[self.kind(node) as usize].columns, self.row(node))
    }

    fn outranked(&self) -> &[Outranked] {
        &self.outranked
    }

    fn outgoing(&self, ty: RelType, node: Node) -> Neighbours<'_> {
        let view = &self.types[ty as usize];
        self.neighbours(view.out_offsets, self.place(ty.from(), node)).map_or(NO_NEIGHBOURS, |range| {
            let targets: &[u32] = self.file.slice(view.out_targets);
            let first = range.start as EdgeIndex;
            Neighbours::run(targets.get(range).unwrap_or_default(), first)
        })
    }

    fn incoming(&self, ty: RelType, node: Node) -> Neighbours<'_> {
        let view = &self.types[ty as usize];
        self.neighbours(view.in_offsets, self.place(ty.to(), node)).map_or(NO_NEIGHBOURS, |range| {
            let (sources, edges): (&[u32], &[u32]) = (self.file.slice(view.in_sources), self.file.slice(view.in_edges));
            match (sources.get(range.clone()), edges.get(range)) {
                (Some(sources), Some(edges)) => Neighbours::listed(sources, edges),
                _ => NO_NEIGHBOURS,
            }
        })
    }

    fn edge_count(&self, ty: RelType) -> u64 {
        u64::from(self.types[ty as usize].count)
    }

    fn edge_catalog(&self, ty: RelType, edge: EdgeIndex) -> &str {
        let column = self.types[ty as usize].columns.catalog.as_ref();
        column.map_or("", |c| self.cell(c, edge as usize).text().unwrap_or_default())
    }

    fn edge_cell(&self, ty: RelType, edge: EdgeIndex, column: usize) -> CellRef<'_> {
        match self.types[ty as usize].columns.own.get(column) {
            Some(Some(stored)) => self.cell(stored, edge as usize),
            _ => CellRef::Absent,
        }
    }

    fn edge_extras(&self, ty: RelType, edge: EdgeIndex) -> Vec<Extra<'_>> {
        self.extras(&self.types[ty as usize].columns, edge as usize)
    }

    fn edge_terms(&self, ty: RelType, edge: EdgeIndex) -> u32 {
        let column = self.types[ty as usize].columns.flow.as_ref();
        column.map_or(0, |c| c.number(&self.file, edge as usize) as u32)
    }

    fn terms(&self) -> Vec<Terms<'_>> {
        let text = |symbol: u32| (symbol != NONE).then(|| self.symbol_text(symbol));
        self.flow_meta()
            .terms
            .iter()
            .map(|&(ty, status, carries, ceiling, sectors, standards)| Terms {
                ty: RelType::from_code(ty).unwrap_or(RelType::GrantedTo),
                status: text(status),
                carries: text(carries),
                ceiling: (ceiling != ABSENT).then_some(ceiling),
                sectors: text(sectors),
                standards: text(standards),
            })
            .collect()
    }

    fn node_class(&self, dataset: Node) -> u32 {
        let column = self.kinds[Kind::Dataset as usize].columns.flow.as_ref();
        column.map_or(0, |c| c.number(&self.file, self.row(dataset)) as u32)
    }

    fn flow_classes(&self) -> Vec<FlowClass<'_>> {
        let text = |symbol: u32| (symbol != NONE).then(|| self.symbol_text(symbol));
        self.flow_meta()
            .classes
            .iter()
            .map(|&(share, sensitivity, sector, standard)| FlowClass {
                share: text(share),
                sensitivity: (sensitivity != ABSENT).then_some(sensitivity),
                sector: text(sector),
                standard: text(standard),
            })
            .collect()
    }
}
