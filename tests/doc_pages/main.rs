//! Pages of `docs/`, held against what the program itself says; most are made from it, and `UPDATE_DOCS=1 cargo test --test
//! doc_pages` renews those.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod catalog;
mod functions;
mod procedures;
mod queries;

/// Holds a page against what it should say; renews it where that is asked for.
#[track_caller]
fn hold(name: &str, page: &str) {
    let path = format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/{name} is out of date; UPDATE_DOCS=1 cargo test --test doc_pages renews it");
}
