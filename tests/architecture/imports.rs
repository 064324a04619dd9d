//! Which layers a file imports, and whether it may.

use crate::source::Source;

/// Who may import whom: a layer, and the paths of ours that it may name beside its own. `docs/architecture.md` shows
/// the same table. A layer that is not written yet may stand here.
pub(crate) const TABLE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("store", &["model"]),
    ("graph", &["model"]),
    ("format", &["model"]),
    ("federation", &["model"]),
    ("query", &["model", "graph"]),
    ("findings", &["model", "graph", "query"]),
    ("report", &["model", "query::rows"]),
    ("database", &["model", "store", "graph", "format", "federation", "query", "findings", "report"]),
    ("cli", &["database", "report", "server"]),
    ("server", &["database", "report"]),
];

/// What the program itself may name.
const MAIN: &[&str] = &["cli"];

/// A path of the crate that a file names: `query::rows`, from the root; `*` for everything.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    pub line: usize,
    pub path: Vec<String>,
}

/// Every path that a file names from the crate's root: by `crate::`, in groups, by the crate's own name, and by `super`
/// where that leads out of the file's layer.
pub(crate) fn imports(source: &Source) -> Vec<Import> {
    let tokens = &source.tokens;
    let text = |i: usize| tokens.get(i).map_or("", |t| t.text.as_str());
    let mut found = Vec::new();
    let mut inline: Vec<usize> = Vec::new();
    let mut depth = 0;
    let mut i = 0;
    while i < tokens.len() {
        let begins = i == 0 || text(i - 1) != "::";
        match text(i) {
            "mod" if text(i + 2) == "{" => inline.push(depth),
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if inline.last() == Some(&depth) {
                    inline.pop();
                }
            }
            "crate" | "tiaokuai" if begins && text(i + 1) == "::" => paths(source, i + 2, &[], &mut found),
            // Another name for the root would hide what is taken from it.
            "crate" if begins && text(i + 1) == "as" => {
                found.push(Import { line: tokens[i].line, path: vec!["*".to_owned()] });
            }
            "super" if begins => {
                let mut supers = 1;
                while text(i + 1) == "::" && text(i + 2) == "super" {
                    supers += 1;
                    i += 2;
                }
                let modules = source.modules().len() + inline.len();
                if supers >= modules && text(i + 1) == "::" {
                    paths(source, i + 2, &[], &mut found);
                }
            }
            _ => {}
        }
        i += 1;
    }
    found
}

/// The paths that begin at a token: one, or those of a group in braces.
fn paths(source: &Source, at: usize, before: &[String], found: &mut Vec<Import>) {
    let tokens = &source.tokens;
    let text = |i: usize| tokens.get(i).map_or("", |t| t.text.as_str());
    if text(at) == "{" {
        let (mut depth, mut i, mut starts) = (1, at + 1, true);
        while i < tokens.len() && depth > 0 {
            if starts && depth == 1 && text(i) != "}" {
                paths(source, i, before, found);
            }
            match text(i) {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            starts = text(i) == ",";
            i += 1;
        }
        return;
    }
    let mut path = before.to_vec();
    path.push(text(at).to_owned());
    // Two steps are all that the table knows.
    if path.len() == 1 && text(at + 1) == "::" && !matches!(text(at + 2), "<" | "") {
        paths(source, at + 2, &path, found);
    } else {
        found.push(Import { line: tokens[at].line, path });
    }
}

/// What a file imports and may not, in words.
pub(crate) fn violations(source: &Source) -> Vec<String> {
    let name = |import: &Import| import.path.join("::");
    let told = |import: &Import, layer: &str, allowed: &[&str]| {
        let may = if allowed.is_empty() { "nothing of ours".to_owned() } else { allowed.join(", ") };
        format!("src/{}:{}: `{layer}` may import {may}, but not `{}`", source.path, import.line, name(import))
    };
    let (layer, allowed) = match source.modules().first() {
        // The library's root only names its layers; the program calls the command line.
        None if source.path == "lib.rs" => ("lib.rs", TABLE.iter().map(|(layer, _)| *layer).collect()),
        None => ("main.rs", MAIN.to_vec()),
        Some(layer) => match TABLE.iter().find(|(name, _)| name == layer) {
            Some((layer, allowed)) => (*layer, allowed.to_vec()),
            None => return vec![format!("src/{}: `{layer}` is no layer of the table", source.path)],
        },
    };
    imports(source)
        .iter()
        .filter(|import| {
            let within = |allowed: &str| {
                let allowed: Vec<&str> = allowed.split("::").collect();
                import.path.len() >= allowed.len() && allowed.iter().zip(&import.path).all(|(a, p)| a == p)
            };
            import.path[0] != layer && !allowed.iter().any(|a| within(a))
        })
        .map(|import| told(import, layer, &allowed))
        .collect()
}
