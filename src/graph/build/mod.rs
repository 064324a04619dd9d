//! Builds a projection from the records of a state.
//!
//! Nodes are numbered by kind and id; relationships by type, source and target: compressed sparse rows in both
//! directions, filled by counting. Everything that does not depend on each other is done on all cores.

mod edges;
mod encode;
mod nodes;

use std::borrow::{Borrow, Cow};
use std::path::Path;

use serde::{Deserialize, Serialize};

use self::edges::Edges;
use self::encode::{Encoder, Texts};
use self::nodes::Nodes;
use super::column::ColumnMeta;
use super::error::Error;
use super::file::{self, Data, Part, SectionKey};
use super::projection::Projection;
use super::{Node, OwnedCell};
use crate::model::table::Cell;
use crate::model::vocabulary::TIER;
use crate::model::{Kind, Sym, Symbols, Table, ValueType, id, list};

/// The description of a projection, as its section of JSON.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Meta {
    pub(super) kinds: Vec<KindMeta>,
    pub(super) types: Vec<TypeMeta>,
    pub(super) outranked: Vec<OutrankedMeta>,
}

/// The nodes of one kind.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct KindMeta {
    /// The first node.
    pub(super) first: Node,
    /// How many are defined.
    pub(super) count: u32,
    /// The first dangling node that a reference asks for as of this kind.
    pub(super) dangling_first: Node,
    /// How many of those there are.
    pub(super) dangling_count: u32,
    /// The columns; the catalog that states a record is the first, for kinds whose ids do not tell.
    pub(super) columns: Vec<ColumnMeta>,
}

/// The relationships of one type.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct TypeMeta {
    pub(super) count: u32,
    pub(super) columns: Vec<ColumnMeta>,
}

/// [`Outranked`] as the file holds it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OutrankedMeta {
    pub(super) kind: u8,
    pub(super) catalog: String,
    pub(super) cells: Vec<(String, u8, OwnedCell)>,
}

/// The terms of sharing edges and the flow classes of datasets: texts by their symbols in the file.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct FlowMeta {
    /// Type, status, carries, ceiling, sectors, standards.
    pub(super) terms: Vec<(u8, u32, u32, i64, u32, u32)>,
    /// Share, sensitivity, sector, standard.
    pub(super) classes: Vec<(u32, i64, u32, u32)>,
}

/// The name of the column that holds the catalog which states a record.
pub(super) const CATALOG_COLUMN: &str = "\u{1}catalog";
/// The name of the column that holds a sharing edge's terms, or a dataset's flow class.
pub(super) const FLOW_COLUMN: &str = "\u{1}flow";

/// What a build saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BuildSummary {
    /// How many records there are of each kind, by [`Kind`]'s code: outranked definitions included, defaults not.
    pub records: [u64; Kind::ALL.len()],
    /// How many dangling nodes are broken.
    pub broken: u64,
    /// How many dangling nodes are absent.
    pub absent: u64,
}

/// Gives what a build reads besides the records' own texts (the default tiers, the items of lists) symbols. A build of
/// what was not prepared works on a copy of all texts.
pub fn prepare<T: Borrow<Table>>(symbols: &mut Symbols, tables: &[T]) {
    for text in wanted(symbols, tables) {
        symbols.intern(&text);
    }
}

/// The texts that [`prepare`] has to add.
fn wanted<T: Borrow<Table>>(symbols: &Symbols, tables: &[T]) -> Vec<String> {
    let mut texts: Vec<String> = TIER.words.iter().map(|(word, _)| (*word).to_owned()).collect();
    for table in tables.iter().map(Borrow::borrow).filter(|t| t.kind.is_node()) {
        for (c, spec) in table.kind.columns().iter().enumerate() {
            if spec.states.is_some() && spec.ty.value_type() == ValueType::List {
                let cells = table.syms(c).iter().filter_map(|cell| symbols.get(*cell));
                texts.extend(cells.flat_map(list::split).map(Cow::into_owned));
            }
        }
    }
    texts.retain(|text| symbols.find(text).is_none());
    texts
}

/// Builds a projection of these records as a file, whole or not at all.
///
/// # Errors
/// When the file cannot be written, or the graph is larger than the format holds.
pub fn build_to_file<T: Borrow<Table>>(
    path: &Path,
    symbols: &Symbols,
    tables: &[T],
    digest: [u8; 32],
) -> Result<BuildSummary, Error> {
    let (sections, summary) = sections(symbols, tables)?;
    file::write_file(path, &sections, digest)?;
    Ok(summary)
}

/// Builds a projection of these records in memory.
///
/// # Errors
/// When there is no memory for it, or the graph is larger than the format holds.
pub fn build_in_memory<T: Borrow<Table>>(
    symbols: &Symbols,
    tables: &[T],
    digest: [u8; 32],
) -> Result<(Projection, BuildSummary), Error> {
    let (sections, summary) = sections(symbols, tables)?;
    Ok((Projection::from_file(file::write_memory(&sections, digest)?)?, summary))
}

type Sections = Vec<(SectionKey, Data)>;

fn sections<T: Borrow<Table>>(symbols: &Symbols, tables: &[T]) -> Result<(Sections, BuildSummary), Error> {
    let mut symbols = Cow::Borrowed(symbols);
    if !wanted(&symbols, tables).is_empty() {
        prepare(symbols.to_mut(), tables);
    }
    let symbols = symbols.as_ref();
    let mut tables = by_kind(tables);
    add_default_tiers(symbols, &mut tables);
    let mut summary = BuildSummary::default();
    for (kind, table) in Kind::ALL.into_iter().zip(&tables) {
        summary.records[kind as usize] = table.catalog.iter().filter(|c| c.is_some()).count() as u64;
    }

    let mut nodes = Nodes::number(symbols, &tables)?;
    let edges = Edges::collect(symbols, &tables, &mut nodes)?;
    let catalogs: Vec<&str> = tables[Kind::Catalog as usize].syms(0).iter().filter_map(|s| symbols.get(*s)).collect();
    let broken: Vec<u8> = nodes
        .dangling()
        .iter()
        .map(|(_, sym)| {
            let catalog = id::catalog_of(symbols.text(*sym));
            u8::from(catalog.is_some_and(|c| catalogs.contains(&c)))
        })
        .collect();
    summary.broken = broken.iter().filter(|b| **b == 1).count() as u64;
    summary.absent = broken.len() as u64 - summary.broken;

    let texts = Texts::number(symbols, &tables, &nodes)?;
    let encoder = Encoder { symbols, tables: &tables, nodes: &nodes, texts: &texts };
    let (flow, classes, terms) = encoder.flow();
    let ((kinds, node_sections), (types, edge_sections)) =
        rayon::join(|| encoder.node_columns(&classes), || encoder.relationships(edges, &terms));
    let meta = Meta { kinds, types, outranked: encoder.outranked() };

    let mut sections: Sections = vec![
        (SectionKey::of(Part::Meta), Data::Bytes(json(&meta)?)),
        (SectionKey::of(Part::Flow), Data::Bytes(json(&flow)?)),
        (SectionKey::of(Part::Broken), Data::Bytes(broken)),
    ];
    let (ids, other) = rayon::join(|| nodes.sections(symbols, &tables), || texts.sections(symbols));
    sections.extend(ids?);
    sections.extend(other?);
    sections.extend(node_sections);
    sections.extend(edge_sections);
    Ok((sections, summary))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|_| Error::TooLarge("a description that JSON cannot hold"))
}

/// One table a kind, in the order of kinds; several of a kind are joined.
fn by_kind<T: Borrow<Table>>(tables: &[T]) -> Vec<Cow<'_, Table>> {
    Kind::ALL
        .into_iter()
        .map(|kind| {
            let mut of_kind = tables.iter().map(Borrow::borrow).filter(|t: &&Table| t.kind == kind && !t.is_empty());
            let Some(first) = of_kind.next() else { return Cow::Owned(Table::new(kind)) };
            let mut joined = Cow::Borrowed(first);
            for table in of_kind {
                let joined = joined.to_mut();
                for row in 0..table.len() {
                    joined.append_row(table, row);
                }
            }
            joined
        })
        .collect()
}

/// Defaults stand below what any catalog defines.
fn add_default_tiers(symbols: &Symbols, tables: &mut [Cow<'_, Table>]) {
    let table = &mut tables[Kind::Tier as usize];
    let defined: Vec<&str> = table.syms(0).iter().filter_map(|s| symbols.get(*s)).collect();
    let missing: Vec<usize> = (0..TIER.words.len()).filter(|&i| !defined.contains(&TIER.words[i].0)).collect();
    for rank in missing {
        let (word, _) = TIER.words[rank];
        let table = table.to_mut();
        let row = table.push_row(Sym::NONE);
        let word_sym = symbols.find(word).unwrap_or(Sym::NONE);
        table.set(0, row, Cell::Symbol(word_sym));
        table.set(1, row, Cell::Number(rank as i64));
        table.set(2, row, Cell::Symbol(word_sym));
        table.set(3, row, Cell::Number(i64::from(matches!(word, "township" | "village"))));
    }
}
