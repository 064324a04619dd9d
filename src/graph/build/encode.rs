//! Encodes texts and columns.

use std::borrow::Cow;

use rayon::prelude::*;

use super::super::column::{ColumnMeta, EncodedColumn, encode_numbers, encode_symbols};
use super::super::dictionary::Dictionary;
use super::super::error::Error;
use super::super::file::{Part, SectionKey};
use super::super::{CellRef, NONE, OwnedCell, table_cell};
use super::edges::{Edges, lay_out};
use super::nodes::{Nodes, text_sections};
use super::{CATALOG_COLUMN, FLOW_COLUMN, FlowMeta, KindMeta, OutrankedMeta, Sections, TypeMeta};
use crate::model::{Cells, ColumnType, Kind, RelType, Sym, Symbols, Table, ValueType};

/// The numbers of texts that are no ids: those come first, so that the symbol of an id is its node.
pub(super) struct Texts {
    number: Vec<u32>,
    used: Vec<Sym>,
}

impl Texts {
    pub(super) fn number(symbols: &Symbols, tables: &[Cow<'_, Table>], nodes: &Nodes) -> Result<Self, Error> {
        let mut used = vec![false; symbols.len()];
        let mut mark = |cells: &[Sym]| {
            for sym in cells.iter().filter(|s| s.is_some()) {
                used[sym.index()] = true;
            }
        };
        for table in tables {
            mark(&table.catalog);
            for (c, column) in table.columns.iter().enumerate() {
                if let Cells::Symbols(cells) = &column.cells
                    && is_stored(table.kind, c)
                {
                    match reference(table.kind, c) {
                        None => mark(cells),
                        // A reference to what is defined is stored as its node.
                        Some(other) => {
                            for sym in cells.iter().filter(|s| s.is_some() && nodes.defined(other, **s).is_none()) {
                                mark(&[*sym]);
                            }
                        }
                    }
                }
            }
        }
        let first = u64::from(nodes.defined_count()) + nodes.dangling().len() as u64;
        let used: Vec<Sym> = (0..symbols.len() as u32).map(Sym).filter(|s| used[s.index()]).collect();
        if first + used.len() as u64 >= u64::from(NONE) {
            return Err(Error::TooLarge("more than four thousand million texts"));
        }
        let mut number = vec![NONE; symbols.len()];
        for (i, sym) in used.iter().enumerate() {
            number[sym.index()] = first as u32 + i as u32;
        }
        Ok(Self { number, used })
    }

    fn of(&self, sym: Sym) -> u32 {
        if sym.is_none() { NONE } else { self.number[sym.index()] }
    }

    pub(super) fn sections(&self, symbols: &Symbols) -> Result<Sections, Error> {
        text_sections(self.used.iter().map(|s| symbols.text(*s)), Part::Texts, Part::TextEnds)
    }
}

/// Whether a column is stored as cells. What relationships tell (an operator, a superior) is not stored twice, but for
/// shared vocabulary, whose several definitions may state different ones. Nor are ids and ends.
fn is_stored(kind: Kind, column: usize) -> bool {
    match kind.columns().get(column) {
        None => true,
        Some(spec) => match spec.ty {
            ColumnType::OwnId => false,
            ColumnType::SharedKey => kind == Kind::Waiver,
            _ if kind.is_node() => spec.states.is_none() || kind.is_shared_vocabulary(),
            _ => spec.property,
        },
    }
}

/// The kind that a stored column's cells refer to: what is defined is stored as its node. Only needs refer to anything
/// (a service) without a relationship.
fn reference(kind: Kind, column: usize) -> Option<Kind> {
    match kind.columns().get(column)?.ty {
        ColumnType::Reference(other) if kind == Kind::Need => Some(other),
        _ => None,
    }
}

/// Everything that columns are encoded from.
pub(super) struct Encoder<'a> {
    pub(super) symbols: &'a Symbols,
    pub(super) tables: &'a [Cow<'a, Table>],
    pub(super) nodes: &'a Nodes,
    pub(super) texts: &'a Texts,
}

impl Encoder<'_> {
    /// The distinct terms and flow classes, and the number of each row's.
    pub(super) fn flow(&self) -> (FlowMeta, Vec<u32>, Vec<u32>) {
        let text = |table: &Table, column: usize, row: usize| self.texts.of(table.sym(column, row));
        let (classes, terms) = rayon::join(
            || {
                let table = &self.tables[Kind::Dataset as usize];
                let mut dictionary = Dictionary::new();
                let column = |name| Kind::Dataset.column(name).unwrap_or_default();
                let [share, sensitivity, sector, standard] = ["share", "sensitivity", "sector", "standard"].map(column);
                let rows: Vec<u32> = (0..table.len())
                    .map(|row| {
                        dictionary.code((
                            text(table, share, row),
                            table.number(sensitivity, row),
                            text(table, sector, row),
                            text(table, standard, row),
                        ))
                    })
                    .collect();
                (dictionary.into_values(), rows)
            },
            || {
                let table = &self.tables[Kind::Share as usize];
                let mut dictionary = Dictionary::new();
                let column = |name| Kind::Share.column(name).unwrap_or_default();
                let [status, carries, ceiling, sectors, standards] =
                    ["status", "carries", "ceiling", "sectors", "standards"].map(column);
                let types: Vec<(Sym, u8)> =
                    RelType::SHARING.iter().filter_map(|ty| Some((self.symbols.find(ty.name())?, *ty as u8))).collect();
                let rows: Vec<u32> = (0..table.len())
                    .map(|row| {
                        let word = table.sym(0, row);
                        let ty = types.iter().find(|(sym, _)| *sym == word).map_or(0, |(_, ty)| *ty);
                        dictionary.code((
                            ty,
                            text(table, status, row),
                            text(table, carries, row),
                            table.number(ceiling, row),
                            text(table, sectors, row),
                            text(table, standards, row),
                        ))
                    })
                    .collect();
                (dictionary.into_values(), rows)
            },
        );
        (FlowMeta { terms: terms.0, classes: classes.0 }, classes.1, terms.1)
    }

    /// The columns of nodes, of every kind.
    pub(super) fn node_columns(&self, classes: &[u32]) -> (Vec<KindMeta>, Sections) {
        let of_kinds: Vec<(KindMeta, Sections)> = Kind::NODES
            .into_par_iter()
            .map(|kind| {
                let rows = self.nodes.rows(kind);
                let flow = (kind == Kind::Dataset).then_some(classes);
                let states_catalog = kind.is_shared_vocabulary() || matches!(kind, Kind::Claim | Kind::Waiver);
                let (columns, sections) = self.columns(kind, rows, flow, states_catalog, kind as u8, true);
                let (dangling_first, dangling_count) = self.nodes.dangling_range(kind);
                let meta = KindMeta {
                    first: self.nodes.first(kind),
                    count: self.nodes.count(kind),
                    dangling_first,
                    dangling_count,
                    columns,
                };
                (meta, sections)
            })
            .collect();
        let (metas, sections): (Vec<_>, Vec<_>) = of_kinds.into_iter().unzip();
        (metas, sections.into_iter().flatten().collect())
    }

    /// The relationships of every type, with their columns.
    pub(super) fn relationships(&self, mut edges: Edges, terms: &[u32]) -> (Vec<TypeMeta>, Sections) {
        let taken: Vec<_> = RelType::ALL.iter().map(|&ty| (ty, edges.take(ty))).collect();
        let of_types: Vec<(TypeMeta, Sections)> = taken
            .into_par_iter()
            .map(|(ty, edges)| {
                let count = edges.len() as u32;
                let layout = lay_out(self.symbols, self.tables, self.nodes, ty, edges);
                let mut sections = layout.sections;
                let mut columns = Vec::new();
                if let Some(kind) = ty.record() {
                    let flow = ty.is_sharing().then_some(terms);
                    let encoded = self.columns(kind, &layout.rows, flow, true, ty as u8, false);
                    columns = encoded.0;
                    sections.extend(encoded.1);
                }
                (TypeMeta { count, columns }, sections)
            })
            .collect();
        let (metas, sections): (Vec<_>, Vec<_>) = of_types.into_iter().unzip();
        (metas, sections.into_iter().flatten().collect())
    }

    /// The stored columns of these rows of a kind.
    fn columns(
        &self,
        kind: Kind,
        rows: &[u32],
        flow: Option<&[u32]>,
        states_catalog: bool,
        owner: u8,
        of_nodes: bool,
    ) -> (Vec<ColumnMeta>, Sections) {
        let table = &self.tables[kind as usize];
        let mut metas = Vec::new();
        let mut sections = Vec::new();
        let mut add = |name: &str, ty: ValueType, encoded: EncodedColumn| {
            let column = metas.len() as u16;
            let (codes, values) =
                if of_nodes { (Part::NodeCodes, Part::NodeValues) } else { (Part::EdgeCodes, Part::EdgeValues) };
            let data = [(codes, encoded.codes), (values, encoded.values)];
            for (part, data) in data.into_iter().filter_map(|(part, data)| Some((part, data?))) {
                sections.push((SectionKey { part, owner, column }, data));
            }
            metas.push(ColumnMeta { name: name.to_owned(), ty: ty as u8, encoding: encoded.encoding });
        };
        if states_catalog {
            let cells = rows.iter().map(|&r| self.texts.of(table.catalog[r as usize]));
            add(CATALOG_COLUMN, ValueType::Text, encode_symbols(cells, rows.len()));
        }
        if let Some(flow) = flow {
            let cells = rows.iter().map(|&r| i64::from(flow[r as usize]));
            add(FLOW_COLUMN, ValueType::Integer, encode_numbers(cells, rows.len()));
        }
        for (c, column) in table.columns.iter().enumerate().filter(|(c, _)| is_stored(kind, *c)) {
            let encoded = match &column.cells {
                Cells::Symbols(cells) => match reference(kind, c) {
                    Some(other) => {
                        let node = |r: &u32| match cells[*r as usize] {
                            sym if sym.is_none() => NONE,
                            sym => self.nodes.defined(other, sym).unwrap_or_else(|| self.texts.of(sym)),
                        };
                        encode_symbols(rows.iter().map(node), rows.len())
                    }
                    None => encode_symbols(rows.iter().map(|&r| self.texts.of(cells[r as usize])), rows.len()),
                },
                Cells::Numbers(cells) => encode_numbers(rows.iter().map(|&r| cells[r as usize]), rows.len()),
            };
            add(&column.name, column.ty, encoded);
        }
        (metas, sections)
    }

    /// The definitions that another catalog's outrank.
    pub(super) fn outranked(&self) -> Vec<OutrankedMeta> {
        let mut all = Vec::new();
        for kind in Kind::NODES {
            let table = &self.tables[kind as usize];
            for &row in self.nodes.outranked(kind) {
                let row = row as usize;
                let Some(catalog) = self.symbols.get(table.catalog[row]) else { continue };
                let cells = table
                    .columns
                    .iter()
                    .filter_map(|column| {
                        let cell = match table_cell(self.symbols, column, row) {
                            CellRef::Absent => return None,
                            CellRef::Text(text) => OwnedCell::Text(text.to_owned()),
                            CellRef::Number(number) => OwnedCell::Number(number),
                        };
                        Some((column.name.to_string(), column.ty as u8, cell))
                    })
                    .collect();
                all.push(OutrankedMeta { kind: kind as u8, catalog: catalog.to_owned(), cells });
            }
        }
        all
    }
}
