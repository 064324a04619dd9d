//! Rules that need the whole state: ends of the right kind, regions without loops.

use std::collections::HashMap;

use crate::model::{ColumnType, Kind, RelType, Sym, Symbols, Table, list};

/// What breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breach {
    /// A reference to a record that exists, but of another kind.
    WrongKind {
        /// The kind that the column asks for.
        expected: Kind,
        /// The kind that it is.
        found: Kind,
    },
    /// A region that is its own ancestor: the codes on the way round.
    RegionLoop(Vec<String>),
}

/// A row that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The position of its table.
    pub table: usize,
    /// The row.
    pub row: usize,
    /// The column.
    pub column: usize,
    /// The rule.
    pub breach: Breach,
}

/// Which kinds define an id, one bit each.
struct Definitions(Vec<u32>);

impl Definitions {
    fn of(symbols: &Symbols, tables: &[Table]) -> Self {
        let mut kinds = vec![0; symbols.len()];
        for table in tables.iter().filter(|t| t.kind.is_node()) {
            for sym in table.syms(0).iter().filter(|s| s.is_some()) {
                kinds[sym.index()] |= 1 << table.kind as u32;
            }
        }
        Self(kinds)
    }

    fn wrong(&self, sym: Sym, expected: Kind) -> Option<Breach> {
        let kinds = self.0[sym.index()];
        if kinds == 0 || kinds & (1 << expected as u32) != 0 {
            return None;
        }
        let found = Kind::from_code(kinds.trailing_zeros() as u8)?;
        // Keys of vocabulary and ids of records live apart: `510000` as an operator's id is no region.
        Some(Breach::WrongKind { expected, found })
    }
}

/// Every row of a state's tables that breaks a rule, in the order of tables and rows.
#[must_use]
pub fn check(symbols: &Symbols, tables: &[Table]) -> Vec<Violation> {
    let definitions = Definitions::of(symbols, tables);
    let mut violations = Vec::new();
    for (t, table) in tables.iter().enumerate() {
        check_references(symbols, &definitions, t, table, &mut violations);
    }
    check_regions(symbols, tables, &mut violations);
    violations.sort_by_key(|v| (v.table, v.row, v.column));
    violations
}

fn check_references(symbols: &Symbols, definitions: &Definitions, t: usize, table: &Table, out: &mut Vec<Violation>) {
    let mut found = |row, column, breach| out.push(Violation { table: t, row, column, breach });
    for (c, spec) in table.kind.columns().iter().enumerate() {
        match spec.ty {
            ColumnType::Reference(expected) => {
                for (row, sym) in table.syms(c).iter().enumerate().filter(|(_, s)| s.is_some()) {
                    if let Some(breach) = definitions.wrong(*sym, expected) {
                        found(row, c, breach);
                    }
                }
            }
            ColumnType::ReferenceList(expected) => {
                for (row, sym) in table.syms(c).iter().enumerate() {
                    for item in symbols.get(*sym).into_iter().flat_map(list::split) {
                        let breach = symbols.find(&item).and_then(|s| definitions.wrong(s, expected));
                        if let Some(breach) = breach {
                            found(row, c, breach);
                        }
                    }
                }
            }
            ColumnType::ShareEnd => {
                let types: HashMap<Sym, RelType> =
                    RelType::SHARING.iter().filter_map(|ty| Some((symbols.find(ty.name())?, *ty))).collect();
                for (row, (word, sym)) in table.syms(0).iter().zip(table.syms(c)).enumerate() {
                    let Some(ty) = types.get(word) else { continue };
                    let expected = if c == 1 { ty.from() } else { ty.to() };
                    if sym.is_some()
                        && let Some(breach) = definitions.wrong(*sym, expected)
                    {
                        found(row, c, breach);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Each catalog's regions must have no loops; nor must those of all together.
fn check_regions(symbols: &Symbols, tables: &[Table], out: &mut Vec<Violation>) {
    const PARENT: usize = 3;
    let mut parents: HashMap<Sym, (Sym, usize, usize)> = HashMap::new();
    for (t, table) in tables.iter().enumerate().filter(|(_, table)| table.kind == Kind::Region) {
        for row in 0..table.len() {
            let parent = table.sym(PARENT, row);
            if parent.is_some() {
                parents.entry(table.sym(0, row)).or_insert((parent, t, row));
            }
        }
    }
    // Walk up from each region once: what a walk leaves behind is sound.
    let mut sound: HashMap<Sym, ()> = HashMap::new();
    for &start in parents.keys() {
        let (mut walk, mut at) = (Vec::new(), start);
        while !sound.contains_key(&at) {
            if let Some(begin) = walk.iter().position(|seen| *seen == at) {
                let round: Vec<Sym> = walk[begin..].to_vec();
                let codes: Vec<String> = round.iter().map(|s| symbols.text(*s).to_owned()).collect();
                for (i, member) in round.iter().enumerate() {
                    let (_, table, row) = parents[member];
                    let mut codes = codes.clone();
                    codes.rotate_left(i);
                    out.push(Violation { table, row, column: PARENT, breach: Breach::RegionLoop(codes) });
                }
                break;
            }
            walk.push(at);
            match parents.get(&at) {
                Some((parent, ..)) => at = *parent,
                None => break,
            }
        }
        sound.extend(walk.into_iter().map(|s| (s, ())));
    }
}
