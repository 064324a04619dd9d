//! Folders are written whole or not at all, and never in the place of something else.

use std::fs;

use tiaokuai::format::catalog::write as catalog;
use tiaokuai::format::export::{ExportError, csv};
use tiaokuai::model::Kind;

use crate::files;
use crate::sample::{State, sample};

fn small(title: &str) -> State {
    let mut state = State::default();
    state.put("gd", Kind::Dataset, &[("id", "gd:d"), ("title", title)]);
    state
}

#[test]
fn a_catalog_without_a_row_of_its_own_still_has_its_description() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("deep");
    let notes = catalog::write(small("甲").snapshot(), &target, false).unwrap();
    assert_eq!(notes.nodes, 1);
    assert_eq!(fs::read_to_string(target.join("catalog.toml")).unwrap(), "id = \"gd\"\n");
    let names: Vec<_> = fs::read_dir(&target).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn an_occupied_folder_is_refused_unless_it_is_to_be_replaced() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("out");
    fs::create_dir(&target).unwrap();
    catalog::write(small("first").snapshot(), &target, false).unwrap();
    let before = files(&target);
    let refused = catalog::write(small("second").snapshot(), &target, false).unwrap_err();
    assert!(matches!(refused, ExportError::Occupied(_)), "{refused}");
    assert_eq!(files(&target), before);
    catalog::write(small("second").snapshot(), &target, true).unwrap();
    assert!(files(&target).contains("second") && !files(&target).contains("first"));
    // Several catalogs take the place of one, and no workshop is left beside them.
    catalog::write(sample().snapshot(), &target, true).unwrap();
    assert!(target.join("gz/catalog.toml").is_file() && !target.join("catalog.toml").exists());
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_of_other_things_is_never_replaced() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("home");
    fs::create_dir_all(target.join("photos")).unwrap();
    fs::write(target.join("photos/one.jpg"), "x").unwrap();
    let refused = catalog::write(small("d").snapshot(), &target, true).unwrap_err();
    assert!(matches!(&refused, ExportError::Foreign { name, .. } if name.contains("one.jpg")), "{refused}");
    let refused = csv::write(small("d").snapshot(), csv::Options { replace: true, ..Default::default() }, &target);
    assert!(matches!(refused, Err(ExportError::Foreign { .. })));
    assert_eq!(fs::read_to_string(target.join("photos/one.jpg")).unwrap(), "x");
    let file = place.path().join("file");
    fs::write(&file, "x").unwrap();
    let refused = catalog::write(small("d").snapshot(), &file, true).unwrap_err();
    assert!(matches!(refused, ExportError::NotAFolder(_)), "{refused}");
}

#[test]
fn what_fails_half_way_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("out");
    let mut state = small("d");
    // A text that would come back as a number, found after the datasets are written.
    state.put("gd", Kind::Service, &[("id", "gd:s"), ("name", "s")]);
    let extra = state.tables[1].extra_column("age:integer", tiaokuai::model::ValueType::Text);
    let text = tiaokuai::model::table::Cell::Symbol(state.symbols.intern("old"));
    state.tables[1].set(extra, 0, text);
    let refused = catalog::write(state.snapshot(), &target, false).unwrap_err();
    assert!(matches!(&refused, ExportError::Column { name, .. } if name == "age:integer"), "{refused}");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    let mut state = small("d");
    state.put("gd", Kind::Service, &[("id", "gd:s"), ("age", "old"), ("age:integer", "3")]);
    let refused = catalog::write(state.snapshot(), &target, false).unwrap_err();
    assert_eq!(refused.to_string(), "gd:s has `age` in two types: remove one of them");
    assert!(matches!(catalog::write(State::default().snapshot(), &target, false), Err(ExportError::Empty)));
    let mut state = State::default();
    state.put("../up", Kind::Dataset, &[("id", "../up:d")]);
    assert!(matches!(catalog::write(state.snapshot(), &target, false), Err(ExportError::CatalogId(_))));
}

#[test]
fn a_byte_order_mark_begins_each_file_when_asked_for() {
    let place = tempfile::tempdir().unwrap();
    let target = place.path().join("out");
    let options = csv::Options { byte_order_mark: true, ..Default::default() };
    csv::write(small("甲").snapshot(), options, &target).unwrap();
    let text = fs::read_to_string(target.join("nodes_Dataset.csv")).unwrap();
    assert!(text.starts_with("\u{feff}id,title,"), "{text}");
}
