//! Tests of whole directories, as users have them.

mod files;
mod manifest;
mod property;
mod records;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::model::{Kind, Language, Value};

/// A directory of these files. Where `catalog.toml` is not among them, the catalog is `c`.
fn directory(files: &[(&str, &[u8])]) -> TempDir {
    let dir = TempDir::new().unwrap();
    if !files.iter().any(|(name, _)| *name == "catalog.toml") {
        fs::write(dir.path().join("catalog.toml"), "id = \"c\"\n").unwrap();
    }
    for (name, content) in files {
        fs::write(dir.path().join(name), content).unwrap();
    }
    dir
}

/// What is read from a directory of these files.
fn reading(files: &[(&str, &str)]) -> Reading {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, content)| (*name, content.as_bytes())).collect();
    read(directory(&files).path(), &ReadOptions::default()).unwrap()
}

/// The error of reading a directory of these files, without the directory's name.
fn error(files: &[(&str, &[u8])]) -> String {
    let dir = directory(files);
    without(dir.path(), &read(dir.path(), &ReadOptions::default()).unwrap_err().to_string())
}

fn without(dir: &Path, text: &str) -> String {
    text.replace(&format!("{}/", dir.display()), "").replace(&dir.display().to_string(), "DIR")
}

/// The good rows of a kind: the line, and `name=value` of every cell that is not empty.
fn rows(reading: &Reading, kind: Kind) -> Vec<String> {
    let Some(file) = reading.file(kind) else { return Vec::new() };
    let row = |row: usize| {
        let mut text = file.lines[row].to_string();
        for (i, column) in file.table.columns.iter().enumerate() {
            let value = file.table.value(&reading.symbols, i, row);
            if !value.is_null() {
                text.push_str(&format!(" {}={}", column.name, show(&value)));
            }
        }
        assert_eq!(reading.symbols.text(file.table.catalog[row]), reading.id);
        text
    };
    assert_eq!(file.lines.len(), file.table.len());
    (0..file.table.len()).map(row).collect()
}

fn show(value: &Value<'_>) -> String {
    match value {
        Value::Text(text) => text.clone().into_owned(),
        Value::List(items) => format!("{:?}", items.iter().map(show).collect::<Vec<_>>()),
        Value::Integer(n) => n.to_string(),
        Value::Float(x) => format!("{x:?}"),
        Value::Boolean(b) => b.to_string(),
        Value::Date(date) => date.to_string(),
        other => format!("{other:?}"),
    }
}

/// The rejections, without the directory's name.
fn rejections(reading: &Reading, language: Language) -> Vec<String> {
    let message = |r: &Rejection| {
        let dir = r.file.parent().unwrap();
        without(dir, &r.message(language))
    };
    reading.rejections.iter().map(message).collect()
}

/// Prints the time that a large catalog takes, by `cargo test --release --lib large_catalog -- --ignored --nocapture`
/// with its directory in `TIAOKUAI_CATALOG`.
#[test]
#[ignore = "measures a catalog that the machine may not have"]
fn large_catalog() {
    let Ok(dir) = std::env::var("TIAOKUAI_CATALOG") else { return };
    let start = std::time::Instant::now();
    let reading = read(dir.as_ref(), &ReadOptions::default()).unwrap();
    let time = start.elapsed();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or_default().to_owned();
    for file in &reading.files {
        println!("{:?}: {} rows, {} rejected", file.kind, file.table.len(), file.rejected.len());
    }
    for rejection in reading.rejections.iter().take(10) {
        println!("{rejection}");
    }
    println!("{time:.2?}, {} texts, {} rejections, {peak}", reading.symbols.len(), reading.rejections.len());
}
