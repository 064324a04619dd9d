//! The part of a state that belongs to a region.

use tiaokuai::format::export::{ExportError, subtree};
use tiaokuai::model::{Kind, Table};

use crate::sample::{State, sample};

fn keys(state: &State, tables: &[Table], kind: Kind) -> Vec<String> {
    let of = |t: &Table| (0..t.len()).map(|r| state.symbols.text(t.sym(0, r)).to_owned()).collect::<Vec<_>>();
    let mut keys: Vec<String> = tables.iter().filter(|t| t.kind == kind).flat_map(of).collect();
    keys.sort();
    keys.dedup();
    keys
}

#[test]
fn a_city_keeps_what_is_its_own_and_the_chain_above() {
    let state = sample();
    let city = subtree::subtree(state.snapshot(), "440100").unwrap();
    let keys = |kind| keys(&state, &city, kind);
    assert_eq!(keys(Kind::Region), ["440000", "440100", "440103"]);
    assert_eq!(keys(Kind::Department), ["gz:odd;id", "gz:tax"]);
    assert_eq!(keys(Kind::Dataset), ["gz:a:b"]);
    assert_eq!(keys(Kind::Platform), [""; 0]);
    assert_eq!(keys(Kind::Service), ["gz:licence"]);
    assert_eq!(keys(Kind::Pilot), ["gz:p"]);
    assert_eq!(keys(Kind::Policy), ["gd:rule"], "the province's rule is in force in the city");
    assert_eq!(keys(Kind::Claim), ["440100"]);
    assert_eq!(keys(Kind::Sector), ["market"]);
    assert_eq!(keys(Kind::Catalog), ["gd", "gz"]);
    let count = |kind| city.iter().filter(|t| t.kind == kind).map(Table::len).sum::<usize>();
    assert_eq!(count(Kind::Share), 5, "all but the one from the province's hub to a ministry");
    assert_eq!(count(Kind::Need), 2);
    assert_eq!((count(Kind::Compact), count(Kind::Adoption)), (1, 0));
}

#[test]
fn the_root_keeps_all_that_has_a_place_and_a_county_little() {
    let state = sample();
    let rows = |tables: &[Table]| tables.iter().map(Table::len).sum::<usize>();
    let whole = subtree::subtree(state.snapshot(), "440000").unwrap();
    assert_eq!(rows(&whole), rows(&state.tables));
    let county = subtree::subtree(state.snapshot(), "440103").unwrap();
    assert_eq!(keys(&state, &county, Kind::Department), ["gz:tax"]);
    assert_eq!(keys(&state, &county, Kind::Compact), [""; 0]);
    let missing = subtree::subtree(state.snapshot(), "999999").unwrap_err();
    assert!(matches!(missing, ExportError::NoSuchRegion(_)), "{missing}");
    // A text that is known, but no region.
    assert!(subtree::subtree(state.snapshot(), "gd:tax").is_err());
}

#[test]
fn regions_in_a_loop_end() {
    let mut state = State::default();
    state.put("x", Kind::Region, &[("code", "1"), ("parent", "2")]);
    state.put("x", Kind::Region, &[("code", "2"), ("parent", "1")]);
    assert_eq!(subtree::subtree(state.snapshot(), "1").unwrap()[0].len(), 2);
}
