//! Rules that need the whole state: ends of the right kind, regions without loops.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::model::{ColumnType, Kind, RelType, Sym, Symbols, Table, list};

/// The column of a region's parent.
const PARENT: usize = 3;

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
        // What a published figure is about is no id of the figure.
        let has_id = |kind: Kind| matches!(kind.columns()[0].ty, ColumnType::OwnId | ColumnType::SharedKey);
        for table in tables.iter().filter(|t| t.kind.is_node() && has_id(t.kind)) {
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
    let of_tables: Vec<Vec<Violation>> = tables
        .par_iter()
        .enumerate()
        .map(|(t, table)| {
            let mut violations = Vec::new();
            check_references(symbols, &definitions, t, table, &mut violations);
            violations
        })
        .collect();
    let mut violations: Vec<Violation> = of_tables.into_iter().flatten().collect();
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

/// Where a region's parent is stated: the parent, the position of the table, the row.
type Parents = HashMap<Sym, (Sym, usize, usize)>;

/// Each catalog's regions must have no loops; nor must those of all together.
fn check_regions(symbols: &Symbols, tables: &[Table], out: &mut Vec<Violation>) {
    let mut together = Parents::new();
    let mut by_catalog: HashMap<Sym, Parents> = HashMap::new();
    for (t, table) in tables.iter().enumerate().filter(|(_, table)| table.kind == Kind::Region) {
        for row in 0..table.len() {
            let parent = table.sym(PARENT, row);
            if parent.is_some() {
                let (region, stated) = (table.sym(0, row), (parent, t, row));
                together.entry(region).or_insert(stated);
                by_catalog.entry(table.catalog[row]).or_default().entry(region).or_insert(stated);
            }
        }
    }
    check_loops(symbols, &together, out);
    if by_catalog.len() > 1 {
        for parents in by_catalog.values() {
            let mut found = Vec::new();
            check_loops(symbols, parents, &mut found);
            // A loop within one catalog may be one of all together.
            found.retain(|violation| !out.contains(violation));
            out.extend(found);
        }
    }
}

fn check_loops(symbols: &Symbols, parents: &Parents, out: &mut Vec<Violation>) {
    // Walk up from each region once: what a walk leaves behind is sound.
    let mut sound: HashSet<Sym> = HashSet::new();
    for &start in parents.keys() {
        let (mut walk, mut at) = (Vec::new(), start);
        let mut walked: HashMap<Sym, usize> = HashMap::new();
        while !sound.contains(&at) {
            if let Some(&begin) = walked.get(&at) {
                let round: &[Sym] = &walk[begin..];
                let codes: Vec<String> = round.iter().map(|s| symbols.text(*s).to_owned()).collect();
                for (i, member) in round.iter().enumerate() {
                    let (_, table, row) = parents[member];
                    let mut codes = codes.clone();
                    codes.rotate_left(i);
                    out.push(Violation { table, row, column: PARENT, breach: Breach::RegionLoop(codes) });
                }
                break;
            }
            walked.insert(at, walk.len());
            walk.push(at);
            match parents.get(&at) {
                Some((parent, ..)) => at = *parent,
                None => break,
            }
        }
        sound.extend(walk);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::graph::build_in_memory;
    use crate::model::table::Cell;

    /// One table a row: kind, catalog, texts by column.
    fn tables(symbols: &mut Symbols, rows: &[(Kind, &str, &[&str])]) -> Vec<Table> {
        rows.iter()
            .map(|(kind, catalog, cells)| {
                let mut table = Table::new(*kind);
                let row = table.push_row(symbols.intern(catalog));
                for (c, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                    for item in list::split(cell) {
                        symbols.intern(&item);
                    }
                    table.set(c, row, Cell::Symbol(symbols.intern(cell)));
                }
                table
            })
            .collect()
    }

    fn found(rows: &[(Kind, &str, &[&str])]) -> Vec<(usize, usize, Breach)> {
        let mut symbols = Symbols::new();
        let tables = tables(&mut symbols, rows);
        check(&symbols, &tables).into_iter().map(|v| (v.table, v.column, v.breach)).collect()
    }

    #[test]
    fn a_reference_to_a_record_of_another_kind_is_found_and_one_to_nothing_is_not() {
        use Kind::{Dataset, Department, Platform, Sector, Share};
        let wrong = |expected, found| Breach::WrongKind { expected, found };
        let all: &[(Kind, &str, &[&str])] = &[
            (Department, "a", &["a:d"]),
            (Platform, "a", &["a:p", "", "", "a:d"]),
            (Platform, "a", &["a:q", "", "", "a:p"]),
            (Dataset, "a", &["a:s", "", "a:nobody", "a:p"]),
            (Sector, "a", &["x", "", "a:d;a:p"]),
            (Share, "a", &["GRANTED_TO", "a:s", "a:p"]),
            (Share, "a", &["PUBLISHED_ON", "a:s", "a:p"]),
            (Share, "a", &["SERVES", "a:d", "a:d"]),
        ];
        assert_eq!(
            found(all),
            [
                (2, 3, wrong(Department, Platform)),
                (4, 2, wrong(Department, Platform)),
                (5, 2, wrong(Department, Platform)),
                (7, 1, wrong(Platform, Department)),
            ]
        );
    }

    #[test]
    fn every_region_on_a_loop_is_found_and_none_below_it() {
        use Kind::Region;
        let round = |codes: [&str; 2]| Breach::RegionLoop(codes.map(str::to_owned).to_vec());
        let regions: &[(Kind, &str, &[&str])] = &[
            (Region, "a", &["1", "", "", "2"]),
            (Region, "a", &["2", "", "", "1"]),
            (Region, "a", &["3", "", "", "1"]),
            (Region, "a", &["4", "", "", "5"]),
        ];
        assert_eq!(found(regions), [(0, 3, round(["1", "2"])), (1, 3, round(["2", "1"]))]);
        assert_eq!(found(&[(Region, "a", &["1", "", "", "1"])]), [(0, 3, Breach::RegionLoop(vec!["1".to_owned()]))]);
    }

    #[test]
    fn a_loop_within_a_catalog_is_found_where_another_defines_the_regions_too() {
        use Kind::Region;
        let regions: &[(Kind, &str, &[&str])] = &[
            (Region, "a", &["1", "", "", "3"]),
            (Region, "b", &["1", "", "", "2"]),
            (Region, "b", &["2", "", "", "1"]),
        ];
        let tables: Vec<usize> = found(regions).into_iter().map(|f| f.0).collect();
        assert_eq!(tables, [1, 2]);
    }

    /// Which of some catalogs' definitions of a region counts; each with its authority.
    fn counting(region: &str, catalogs: &[(&str, &str)]) -> String {
        let rows: Vec<[&str; 3]> = catalogs.iter().map(|(id, authority)| [*id, "", *authority]).collect();
        let region_cells = [region];
        let mut all: Vec<(Kind, &str, &[&str])> =
            rows.iter().map(|cells| (Kind::Catalog, cells[0], &cells[..])).collect();
        all.extend(catalogs.iter().map(|(id, _)| (Kind::Region, *id, &region_cells[..])));
        let mut symbols = Symbols::new();
        let tables = tables(&mut symbols, &all);
        let (graph, _) = build_in_memory(&symbols, &tables, [0; 32]).expect("built");
        let node = graph.find(Kind::Region, region).expect("defined");
        assert_eq!(graph.outranked().len(), catalogs.len() - 1);
        graph.node_catalog(node).to_owned()
    }

    #[test]
    fn the_definition_of_the_nearest_authority_counts_and_of_equals_the_smallest_id() {
        let (country, province, city) = ("100000", "510000", "510100");
        assert_eq!(counting("510104", &[("cn", country), ("sc", province), ("zz", city)]), "zz");
        assert_eq!(counting("510104", &[("a", "440000"), ("cn", country)]), "cn");
        assert_eq!(counting("510104", &[("a", ""), ("b", ""), ("cn", "440000")]), "a");
        assert_eq!(counting("510104", &[("b", province), ("a", province)]), "a");
        assert_eq!(counting("510104", &[("b", "440000;510000"), ("a", country)]), "b");
        // The authority over a region itself is nearer than that over its parent.
        assert_eq!(counting("510000", &[("a", country), ("b", province), ("c", city)]), "b");
        // Townships and villages have three digits each: 510104010 is no part of 510104011's.
        assert_eq!(counting("510104011000", &[("t", "510104010000"), ("w", "510104000000")]), "w");
        assert_eq!(counting("510104010002", &[("a", "510104"), ("t", "510104010000")]), "t");
    }
}
