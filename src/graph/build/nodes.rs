//! Numbers nodes: by kind, then by id; what is referred to and defined nowhere comes last.

use std::borrow::Cow;
use std::collections::HashMap;

use rayon::prelude::*;

use super::super::error::Error;
use super::super::file::{Data, Part, SectionKey};
use super::super::{NONE, Node, identity_text};
use super::Sections;
use crate::model::division::significant;
use crate::model::{Kind, Sym, Symbols, Table, list};

/// A reference to a dangling node, before those have their numbers: this bit, and its position among those found.
const PROVISIONAL: Node = 1 << 31;

/// The numbers of nodes.
pub(super) struct Nodes {
    /// Per node kind, its first node; one more for the first dangling node.
    first: [Node; Kind::NODES.len() + 1],
    /// Per node kind, the row of each node.
    rows: Vec<Vec<u32>>,
    /// Per node kind, the rows that define what another catalog's row outranks.
    outranked: Vec<Vec<u32>>,
    /// The node of each id: of the first kind that has it.
    by_sym: Vec<Node>,
    /// The nodes of ids that an earlier kind has too.
    by_kind_and_sym: HashMap<(Kind, Sym), Node>,
    /// Identity texts of claims and waivers, which no symbol has, in the order of their nodes.
    made: HashMap<Kind, Vec<String>>,
    dangling: Vec<(Kind, Sym)>,
    dangling_places: HashMap<(Kind, Sym), u32>,
}

struct SortedKind {
    rows: Vec<u32>,
    outranked: Vec<u32>,
    made: Vec<String>,
}

impl Nodes {
    pub(super) fn number(symbols: &Symbols, tables: &[Cow<'_, Table>]) -> Result<Self, Error> {
        let authorities = authorities(symbols, &tables[Kind::Catalog as usize]);
        let sorted: Vec<SortedKind> =
            Kind::NODES.into_par_iter().map(|kind| sort_kind(symbols, &tables[kind as usize], &authorities)).collect();
        let mut nodes = Self {
            first: [0; Kind::NODES.len() + 1],
            rows: Vec::new(),
            outranked: Vec::new(),
            by_sym: vec![NONE; symbols.len()],
            by_kind_and_sym: HashMap::new(),
            made: HashMap::new(),
            dangling: Vec::new(),
            dangling_places: HashMap::new(),
        };
        let mut next: u64 = 0;
        for (kind, sorted) in Kind::NODES.into_iter().zip(sorted) {
            let first = next as Node;
            nodes.first[kind as usize] = first;
            next += sorted.rows.len() as u64;
            if next >= u64::from(PROVISIONAL) {
                return Err(Error::TooLarge("more than two thousand million records"));
            }
            if matches!(kind, Kind::Claim | Kind::Waiver) {
                nodes.made.insert(kind, sorted.made);
            } else {
                let ids = tables[kind as usize].syms(0);
                for (i, &row) in sorted.rows.iter().enumerate() {
                    let (sym, node) = (ids[row as usize], first + i as Node);
                    if nodes.by_sym[sym.index()] == NONE {
                        nodes.by_sym[sym.index()] = node;
                    } else {
                        nodes.by_kind_and_sym.insert((kind, sym), node);
                    }
                }
            }
            nodes.rows.push(sorted.rows);
            nodes.outranked.push(sorted.outranked);
        }
        nodes.first[Kind::NODES.len()] = next as Node;
        Ok(nodes)
    }

    /// The first node of a kind.
    pub(super) fn first(&self, kind: Kind) -> Node {
        self.first[kind as usize]
    }

    /// How many nodes of a kind are defined.
    pub(super) fn count(&self, kind: Kind) -> u32 {
        self.rows[kind as usize].len() as u32
    }

    /// How many nodes are defined.
    pub(super) fn defined_count(&self) -> u32 {
        self.first[Kind::NODES.len()]
    }

    /// The row of each node of a kind.
    pub(super) fn rows(&self, kind: Kind) -> &[u32] {
        &self.rows[kind as usize]
    }

    /// The rows of a kind that define what another catalog's row outranks.
    pub(super) fn outranked(&self, kind: Kind) -> &[u32] {
        &self.outranked[kind as usize]
    }

    /// What is referred to and defined nowhere, in the order of kind and id.
    pub(super) fn dangling(&self) -> &[(Kind, Sym)] {
        &self.dangling
    }

    /// The first dangling node of a kind, and how many there are.
    pub(super) fn dangling_range(&self, kind: Kind) -> (Node, u32) {
        let start = self.dangling.partition_point(|(k, _)| *k < kind);
        let end = self.dangling.partition_point(|(k, _)| *k <= kind);
        (self.defined_count() + start as Node, (end - start) as u32)
    }

    /// The defined node of this kind and id.
    pub(super) fn defined(&self, kind: Kind, sym: Sym) -> Option<Node> {
        let node = self.by_sym[sym.index()];
        if node == NONE {
            return None;
        }
        let first = self.first(kind);
        if node >= first && node < first + self.count(kind) {
            return Some(node);
        }
        self.by_kind_and_sym.get(&(kind, sym)).copied()
    }

    /// The node that a reference of this kind means; one that dangles gets a provisional number.
    pub(super) fn refer(&mut self, kind: Kind, sym: Sym) -> Node {
        self.defined(kind, sym).unwrap_or_else(|| {
            let next = self.dangling.len() as u32;
            let place = *self.dangling_places.entry((kind, sym)).or_insert(next);
            if place == next {
                self.dangling.push((kind, sym));
            }
            PROVISIONAL | place
        })
    }

    /// Sorts the dangling nodes, and returns what turns provisional numbers into theirs.
    pub(super) fn settle(&mut self, symbols: &Symbols) -> Result<impl Fn(Node) -> Node + Sync + use<>, Error> {
        let defined = self.defined_count();
        if u64::from(defined) + self.dangling.len() as u64 >= u64::from(PROVISIONAL) {
            return Err(Error::TooLarge("more than two thousand million records and references"));
        }
        let mut order: Vec<u32> = (0..self.dangling.len() as u32).collect();
        order.sort_by_key(|&i| {
            let (kind, sym) = self.dangling[i as usize];
            (kind, symbols.text(sym))
        });
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old as usize] = new as u32;
        }
        self.dangling = order.iter().map(|&i| self.dangling[i as usize]).collect();
        self.dangling_places = HashMap::new();
        Ok(
            move |node: Node| {
                if node & PROVISIONAL == 0 { node } else { defined + place[(node & !PROVISIONAL) as usize] }
            },
        )
    }

    /// The identity texts, in the order of nodes.
    pub(super) fn texts<'a>(
        &'a self,
        symbols: &'a Symbols,
        tables: &'a [Cow<'_, Table>],
    ) -> impl Iterator<Item = &'a str> {
        let defined = Kind::NODES.into_iter().flat_map(move |kind| {
            let ids = tables[kind as usize].syms(0);
            let made = self.made.get(&kind);
            self.rows(kind).iter().enumerate().map(move |(i, &row)| match made {
                Some(made) => made[i].as_str(),
                None => symbols.text(ids[row as usize]),
            })
        });
        defined.chain(self.dangling.iter().map(|(_, sym)| symbols.text(*sym)))
    }

    /// The sections of identity texts.
    pub(super) fn sections(&self, symbols: &Symbols, tables: &[Cow<'_, Table>]) -> Result<Sections, Error> {
        text_sections(self.texts(symbols, tables), Part::IdTexts, Part::IdEnds)
    }
}

/// Texts end to end, and where each ends.
pub(super) fn text_sections<'a>(
    texts: impl Iterator<Item = &'a str>,
    arena_part: Part,
    ends_part: Part,
) -> Result<Sections, Error> {
    let (mut arena, mut ends) = (Vec::new(), Vec::new());
    for text in texts {
        arena.extend_from_slice(text.as_bytes());
        ends.push(u32::try_from(arena.len()).map_err(|_| Error::TooLarge("more than 4 GiB of texts"))?);
    }
    Ok(vec![(SectionKey::of(arena_part), Data::Bytes(arena)), (SectionKey::of(ends_part), Data::Words(ends))])
}

/// The authority of each catalog: the significant digits of the regions that it speaks for.
fn authorities(symbols: &Symbols, catalogs: &Table) -> HashMap<Sym, Vec<String>> {
    (0..catalogs.len())
        .map(|row| {
            let regions = symbols.get(catalogs.sym(2, row)).unwrap_or_default();
            (catalogs.sym(0, row), list::split(regions).map(|code| significant(&code).to_owned()).collect())
        })
        .collect()
}

fn sort_kind(symbols: &Symbols, table: &Table, authorities: &HashMap<Sym, Vec<String>>) -> SortedKind {
    let made: Vec<String> = if matches!(table.kind, Kind::Claim | Kind::Waiver) {
        (0..table.len()).map(|row| identity_text(symbols, table, row).unwrap_or_default()).collect()
    } else {
        Vec::new()
    };
    let ids = table.syms(0);
    let text =
        |row: u32| -> &str { if made.is_empty() { symbols.text(ids[row as usize]) } else { &made[row as usize] } };
    // Most ids of a kind begin alike: the sixteen bytes after that decide nearly every comparison.
    let common = common_prefix((0..table.len() as u32).map(text));
    let key = |row: u32| {
        let mut bytes = [0; 16];
        let tail = &text(row).as_bytes()[common..];
        let len = tail.len().min(16);
        bytes[..len].copy_from_slice(&tail[..len]);
        u128::from_be_bytes(bytes)
    };
    let mut keyed: Vec<(u128, u32)> = (0..table.len() as u32).into_par_iter().map(|row| (key(row), row)).collect();
    keyed.par_sort_unstable_by(|a, b| {
        a.0.cmp(&b.0)
            .then_with(|| text(a.1).cmp(text(b.1)))
            // Of several definitions the one that counts comes first.
            .then_with(|| precedence(symbols, table, authorities, b.1, a.1))
            .then_with(|| a.1.cmp(&b.1))
    });
    let mut sorted = SortedKind { rows: Vec::with_capacity(keyed.len()), outranked: Vec::new(), made: Vec::new() };
    for (_, row) in keyed {
        if sorted.rows.last().is_some_and(|&last| text(last) == text(row)) {
            sorted.outranked.push(row);
        } else {
            sorted.rows.push(row);
        }
    }
    if !made.is_empty() {
        sorted.made = sorted.rows.iter().map(|&row| made[row as usize].clone()).collect();
    }
    sorted
}

fn common_prefix<'a>(mut texts: impl Iterator<Item = &'a str>) -> usize {
    let Some(first) = texts.next() else { return 0 };
    texts.fold(first.len(), |len, text| {
        let agree = first.as_bytes().iter().zip(text.as_bytes()).take_while(|(a, b)| a == b).count();
        len.min(agree)
    })
}

/// Compares two definitions of one key: greater is the one that counts. For a region, the catalog whose authority is
/// nearest to it by division code; ties, and all other vocabulary, go to the smallest catalog id.
fn precedence(
    symbols: &Symbols,
    table: &Table,
    authorities: &HashMap<Sym, Vec<String>>,
    a: u32,
    b: u32,
) -> std::cmp::Ordering {
    let catalog = |row: u32| table.catalog[row as usize];
    let nearness = |row: u32| {
        if table.kind != Kind::Region {
            return None;
        }
        let code = significant(symbols.text(table.sym(0, row as usize)));
        let covering = authorities.get(&catalog(row))?.iter().filter(|authority| code.starts_with(authority.as_str()));
        covering.map(String::len).max()
    };
    nearness(a).cmp(&nearness(b)).then_with(|| {
        let name = |row: u32| symbols.get(catalog(row)).unwrap_or("\u{10ffff}");
        name(b).cmp(name(a))
    })
}
