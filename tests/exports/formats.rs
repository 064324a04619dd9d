//! Golden files: each format of the sample.

use tiaokuai::format::export::{Notes, graphml, jsonl};

use crate::sample::sample;
use crate::{catalog_folder, csv_folder, graph_ml, json_lines, picture};

#[test]
fn json_lines_of_the_sample() {
    let text = json_lines(&sample());
    for line in text.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(object["type"] == "node" || object["start"].is_string(), "{line}");
    }
    insta::assert_snapshot!("jsonl", text);
}

#[test]
fn graphml_of_the_sample() {
    insta::assert_snapshot!("graphml", graph_ml(&sample()));
}

#[test]
fn dot_of_the_sample() {
    insta::assert_snapshot!("dot", picture(&sample(), false));
    insta::assert_snapshot!("dot-everything", picture(&sample(), true));
}

#[test]
fn csv_of_the_sample() {
    insta::assert_snapshot!("csv", csv_folder(&sample()));
}

#[test]
fn catalogs_of_the_sample() {
    insta::assert_snapshot!("catalogs", catalog_folder(&sample()));
}

#[test]
fn notes_count_what_was_written() {
    let state = sample();
    let (mut lines, mut xml) = (Vec::new(), Vec::new());
    let notes = jsonl::write(state.snapshot(), &mut lines).unwrap();
    let text = String::from_utf8(lines).unwrap();
    let count = |what: &str| text.lines().filter(|l| l.contains(what)).count() as u64;
    assert_eq!(notes.nodes, count("\"type\":\"node\""));
    assert_eq!(notes.relationships, count("\"type\":\"relationship\""));
    assert_eq!(notes.dangling, count("\"dangling\":true"));
    // 440100 and the line of tax are defined twice.
    assert_eq!(notes.passed_over, 2);
    assert_eq!(graphml::write(state.snapshot(), &mut xml).unwrap(), Notes { replaced: 1, ..notes });
}
