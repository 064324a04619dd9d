//! The shape of the code, held against the code: who may import whom, and the rules of style that a reviewer would
//! otherwise have to remember. `docs/architecture.md` tells the reasons.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod imports;
mod source;

use std::fs;
use std::path::Path;

use imports::{TABLE, violations};
use source::{Source, sources};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_layer_imports_only_what_the_table_allows() {
    let sources = sources();
    assert!(sources.len() > 100, "only {} files were found", sources.len());
    let found: Vec<String> = sources.iter().flat_map(violations).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_table_of_the_document_is_the_table() {
    let document = read("docs/architecture.md");
    let (_, section) = document.split_once("## Who may import whom").expect("the section");
    let rows: Vec<(String, String)> = section
        .lines()
        .skip_while(|l| !l.starts_with("|---"))
        .skip(1)
        .take_while(|l| l.starts_with('|'))
        .map(|l| {
            let cells: Vec<&str> = l.trim_matches('|').split('|').map(str::trim).collect();
            (cells[0].replace('`', ""), cells[1].replace('`', ""))
        })
        .collect();
    let table: Vec<(String, String)> = TABLE
        .iter()
        .map(|(layer, allowed)| {
            let allowed = if allowed.is_empty() { "nothing of ours".to_owned() } else { allowed.join(", ") };
            ((*layer).to_owned(), allowed)
        })
        .collect();
    assert_eq!(rows, table);
}

/// The scanner must see what it is there for: each of these breaks the table.
#[test]
fn violations_are_seen_wherever_they_hide() {
    let seen = |path: &str, text: &str| !violations(&Source::new(path, text)).is_empty();
    assert!(seen("model/id.rs", "use crate::graph::Graph;"));
    assert!(seen("store/ledger.rs", "use crate::{model::Kind, graph};"));
    assert!(seen("store/ledger.rs", "use crate::{model::{Kind, id}, findings::silos};"));
    assert!(seen("store/codec/mod.rs", "use super::super::graph::Graph;"));
    assert!(seen("store/mod.rs", "use super::cli;"));
    assert!(seen("store/mod.rs", "mod inner { use super::super::cli; }"));
    assert!(seen("findings/why.rs", "fn f() -> crate::report::Format { crate::report::Format::Csv }"));
    assert!(seen("report/mod.rs", "use crate::query::registry::Arguments;"));
    assert!(seen("report/mod.rs", "use crate::query;"));
    assert!(seen("report/mod.rs", "use crate::query::{rows, registry::Call};"));
    assert!(seen("cli/context.rs", "use crate::database::Database; use crate::model::Kind;"));
    assert!(seen("graph/mod.rs", "use crate as root;"));
    assert!(seen("graph/mod.rs", "use crate::*;"));
    assert!(seen("model/mod.rs", "pub fn f() { tiaokuai::graph::g() }"));
    assert!(seen("main.rs", "fn main() { tiaokuai::database::x() }"));
    assert!(seen("somewhere/mod.rs", ""));
}

#[test]
fn what_is_allowed_is_left_alone() {
    let clean = |path: &str, text: &str| assert_eq!(violations(&Source::new(path, text)), Vec::<String>::new());
    clean("store/ledger.rs", "use crate::{model::{Kind, id}, store::state};");
    clean("store/codec/encode.rs", "use super::super::engine::Engine;");
    clean("store/mod.rs", "mod inner { use super::ledger; }");
    clean("report/mod.rs", "use crate::query::rows::{Row, Rows};");
    clean("model/id.rs", "// crate::graph\nconst A: &str = \"crate::graph\"; const B: &str = r#\"crate::cli\"#;");
    clean("model/id.rs", "/* crate::graph /* crate::cli */ */ fn f<'a>(c: &'a char) -> bool { *c == '\"' }");
    clean("model/id.rs", "#[cfg(test)]\nmod tests { use crate::graph::Graph; fn f() {} }");
    clean("model/id.rs", "#[cfg(test)]\nuse crate::graph::Graph;");
    clean("main.rs", "fn main() { tiaokuai::cli::run() }");
}

#[test]
fn no_file_is_over_800_lines() {
    let long: Vec<String> =
        sources().iter().filter(|s| s.lines > 800).map(|s| format!("src/{}: {} lines", s.path, s.lines)).collect();
    assert!(long.is_empty(), "one subject a file, please:\n{}", long.join("\n"));
}

#[test]
fn nothing_is_left_to_be_done_later() {
    for source in sources() {
        for word in ["todo", "unimplemented", "dbg"] {
            let call = source.tokens.windows(2).find(|w| w[0].text == word && w[1].text == "!");
            assert!(call.is_none(), "src/{}:{}: `{word}!`", source.path, call.map_or(0, |w| w[0].line));
        }
    }
}

/// An engine or an encoding that is named in one place can be replaced in one place.
#[test]
fn the_engine_and_its_encoding_are_named_in_one_place() {
    for source in sources() {
        for (name, home) in [("sled", "store/"), ("bincode", "store/codec/")] {
            let line = source.line_of(name).filter(|_| !source.path.starts_with(home));
            assert!(line.is_none(), "src/{}:{}: only src/{home} names {name}", source.path, line.unwrap_or(0));
        }
    }
}

/// The dependencies of a section of Cargo.toml: name, and whether the line says what it is for.
fn dependencies(section: &str) -> Vec<(String, bool)> {
    let manifest = read("Cargo.toml");
    let lines = manifest.lines().skip_while(|l| *l != format!("[{section}]")).skip(1);
    let lines = lines.take_while(|l| !l.starts_with('[')).filter(|l| l.contains('='));
    lines.map(|l| (l.split(" =").next().unwrap_or(l).trim().to_owned(), l.contains("  # "))).collect()
}

#[test]
fn every_dependency_says_why_it_is_there() {
    for section in ["dependencies", "dev-dependencies"] {
        let all = dependencies(section);
        assert!(all.len() > 1, "[{section}] was not found");
        for (name, told) in all {
            assert!(told, "Cargo.toml: `{name}` needs a comment on its line that says what it is for");
        }
    }
}

#[test]
fn every_dependency_is_used() {
    let sources = sources();
    for (name, _) in dependencies("dependencies") {
        let word = name.replace('-', "_");
        assert!(sources.iter().any(|s| s.line_of(&word).is_some()), "Cargo.toml: nothing in src names `{name}`");
    }
    let mut tests = String::new();
    for folder in ["src", "tests"] {
        append(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut tests);
    }
    for (name, _) in dependencies("dev-dependencies") {
        let uses = [format!("{}::", name.replace('-', "_")), format!("use {};", name.replace('-', "_"))];
        assert!(uses.iter().any(|u| tests.contains(u)), "Cargo.toml: no test names `{name}`");
    }
}

fn append(dir: &Path, all: &mut String) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        // This very test names what it looks for.
        if path.is_dir() && path.file_name().is_none_or(|n| n != "architecture") {
            append(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs") {
            all.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
