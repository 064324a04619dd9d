//! What leaves the store: every format from the library's door, as other programs read it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod folders;
mod formats;
mod order;
mod programs;
mod sample;
mod subtree;
mod vocabulary;

use std::path::Path;

use tiaokuai::format::catalog::write as catalog;
use tiaokuai::format::export::{csv, dot, graphml, jsonl};

use sample::State;

/// Everything that a state exports, in one text: the streams, and the files of the folders.
fn everything(state: &State) -> String {
    let mut text = String::new();
    for (name, stream) in [("jsonl", json_lines(state)), ("graphml", graph_ml(state)), ("dot", picture(state, true))] {
        text.push_str(&format!("=== {name}\n{stream}"));
    }
    text + &csv_folder(state) + &catalog_folder(state)
}

fn json_lines(state: &State) -> String {
    let mut out = Vec::new();
    jsonl::write(state.snapshot(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn graph_ml(state: &State) -> String {
    let mut out = Vec::new();
    graphml::write(state.snapshot(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn picture(state: &State, everything: bool) -> String {
    let mut out = Vec::new();
    dot::write(state.snapshot(), dot::Options { everything }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn csv_folder(state: &State) -> String {
    let place = tempfile::tempdir().unwrap();
    csv::write(state.snapshot(), csv::Options::default(), &place.path().join("out")).unwrap();
    files(&place.path().join("out"))
}

fn catalog_folder(state: &State) -> String {
    let place = tempfile::tempdir().unwrap();
    catalog::write(state.snapshot(), &place.path().join("out"), false).unwrap();
    files(&place.path().join("out"))
}

/// The files under a folder, in the order of their paths.
fn files(folder: &Path) -> String {
    let mut paths: Vec<_> = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { paths.push(path) }
        }
    }
    paths.sort();
    let section = |path: &std::path::PathBuf| {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        format!("=== {name}\n{}", std::fs::read_to_string(path).unwrap())
    };
    paths.iter().map(section).collect()
}
