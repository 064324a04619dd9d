//! An export is a function of the records: how rows are ordered, spread over tables, and numbered does not show.

use proptest::prelude::*;
use tiaokuai::model::{Kind, Symbols, Table};

use crate::everything;
use crate::sample::{State, sample};

/// A source of choices that proptest shrinks.
struct Choices(std::vec::IntoIter<u32>);

impl Choices {
    fn below(&mut self, n: usize) -> usize {
        self.0.next().unwrap_or(0) as usize % n.max(1)
    }
}

/// The same records: rows in another order and spread over tables, texts numbered anew.
fn shuffled(state: &State, choices: &mut Choices) -> State {
    let mut texts: Vec<String> = state.symbols.iter().map(str::to_owned).collect();
    let mut symbols = Symbols::new();
    symbols.intern("a text that no cell holds");
    while !texts.is_empty() {
        let text = texts.swap_remove(choices.below(texts.len()));
        symbols.intern(&text);
    }
    let mut tables: Vec<Table> = Vec::new();
    for kind in Kind::ALL.into_iter().rev() {
        let mut rows: Vec<(&Table, usize)> =
            state.tables.iter().filter(|t| t.kind == kind).flat_map(|t| (0..t.len()).map(move |r| (t, r))).collect();
        let first = tables.len();
        tables.extend([Table::new(kind), Table::new(kind)]);
        tables[first].extra_column("a column without a value", tiaokuai::model::ValueType::Float);
        while !rows.is_empty() {
            let (table, row) = rows.swap_remove(choices.below(rows.len()));
            tables[first + choices.below(2)].append_row(table, row);
        }
    }
    for table in &mut tables {
        table.map_symbols(|sym| state.symbols.get(sym).and_then(|t| symbols.find(t)).unwrap_or(sym));
    }
    State { tables, symbols }
}

/// Records of few ids, so that ends meet, repeat and dangle.
fn random(choices: &mut Choices) -> State {
    let mut state = State::default();
    let ids = ["x:a", "x:b", "y:a", "y:a:b", "z:只"];
    let statuses = ["active", "requested", "refused"];
    for catalog in ["x", "y"] {
        state.put(catalog, Kind::Catalog, &[("id", catalog), ("authority", ["44", "440100;100000"][choices.below(2)])]);
        for code in ["440000", "440100", "440103"] {
            let parent = ["440000", "100000"][choices.below(2)];
            state.put(catalog, Kind::Region, &[("code", code), ("parent", parent), ("name", catalog)]);
        }
        for id in ids.iter().filter(|id| id.starts_with(catalog)) {
            state.put(catalog, Kind::Dataset, &[("id", id), ("holder", ids[choices.below(5)]), ("n:float", "0.5")]);
        }
        for _ in 0..choices.below(12) {
            let mut cells = vec![
                ("type", ["GRANTED_TO", "RELAYS_TO"][choices.below(2)]),
                ("from", ids[choices.below(3)]),
                ("to", ids[choices.below(5)]),
                ("status", statuses[choices.below(3)]),
            ];
            cells.extend([("id", "1"), ("ceiling", "2"), ("extra:list", "p;q")].iter().take(choices.below(4)));
            state.put(catalog, Kind::Share, &cells);
        }
        state.put(catalog, Kind::Sector, &[("id", "s"), ("lead", "x:a;y:a;x:a")]);
    }
    state
}

proptest! {
    // Each case writes a hundred files that are forced to the disk.
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_does_not_show(seed in proptest::collection::vec(any::<u32>(), 600)) {
        let mut choices = Choices(seed.into_iter());
        let state = if choices.below(4) == 0 { sample() } else { random(&mut choices) };
        prop_assert_eq!(everything(&state), everything(&shuffled(&state, &mut choices)));
    }
}
