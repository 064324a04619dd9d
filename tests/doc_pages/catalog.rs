//! `docs/catalog.md` names every file and every column, and which of them must be filled in.

use std::collections::HashMap;

use tiaokuai::model::Kind;

/// The rows of the page's tables that are about each file: from the one that begins with its name on, while the first cell is
/// empty. The section on sharing edges is about theirs.
fn rows_by_file(page: &str) -> HashMap<String, String> {
    let mut rows: HashMap<String, String> = HashMap::new();
    let (mut file, mut shares) = (String::new(), false);
    for line in page.lines() {
        if line.starts_with('#') {
            shares = line == "### What is shared";
        }
        if let Some((name, _)) = line.strip_prefix("| `").and_then(|rest| rest.split_once(".csv` |")) {
            file = format!("{name}.csv");
        } else if !line.starts_with("| |") {
            file.clear();
        }
        let about = if shares { "shares.csv" } else { &file };
        *rows.entry(about.to_owned()).or_default() += &format!("{line}\n");
    }
    rows
}

#[test]
fn the_page_names_every_column_of_every_file() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/catalog.md")).unwrap();
    let rows = rows_by_file(&page);
    for kind in Kind::ALL.into_iter().filter(|kind| !matches!(kind, Kind::Catalog | Kind::Tier)) {
        let file = kind.spec().file;
        let own = rows.get(file).unwrap_or_else(|| panic!("{file} has no rows"));
        for column in kind.spec().columns {
            let bold = own.contains(&format!("**`{}`**", column.name));
            assert!(bold || own.contains(&format!("`{}`", column.name)), "{file}: `{}` is not named", column.name);
            assert_eq!(bold, column.required, "{file}: whether `{}` must be filled in", column.name);
        }
    }
}
