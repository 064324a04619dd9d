//! Saved queries: those that come with the program, and those of a reader's own folder.

use std::path::Path;

use super::error::{Error, Result};
use crate::model::{Language, Value};
use crate::query::rows::{Row, Rows};
use crate::query::saved::{Saved, built_in, parse};

/// The ending of a saved query's file.
const ENDING: &str = "cypher";

/// The saved query of a name: of the folder, if there is one and it has it, else of those that come with the program.
///
/// # Errors
/// When there is none, or its file cannot be read.
pub fn saved_query(name: &str, folder: Option<&Path>) -> Result<Saved> {
    if let Some(folder) = folder {
        let path = folder.join(format!("{name}.{ENDING}"));
        if path.is_file() {
            return read(name, &path);
        }
    }
    if let Some(saved) = built_in().iter().find(|q| q.name == name) {
        return Ok(saved.clone());
    }
    let names: Vec<String> = saved_queries(folder)?.into_iter().map(|q| q.name).collect();
    let near = crate::query::nearest(name, names.iter().map(String::as_str));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`tiaokuai queries` lists them".to_owned(),
    };
    Err(Error::User(format!("there is no saved query `{name}`; {hint}")))
}

/// All saved queries in the order of their names; one of the folder stands in place of one of its name that comes with the
/// program.
///
/// # Errors
/// When the folder, or a file of it, cannot be read.
pub fn saved_queries(folder: Option<&Path>) -> Result<Vec<Saved>> {
    let mut all: Vec<Saved> = Vec::new();
    if let Some(folder) = folder {
        let named = |source| Error::Io { path: folder.to_owned(), source };
        for entry in std::fs::read_dir(folder).map_err(named)? {
            let path = entry.map_err(named)?.path();
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            if let (Some(name), true) = (name, path.extension().is_some_and(|e| e == ENDING)) {
                all.push(read(&name, &path)?);
            }
        }
    }
    let own: Vec<String> = all.iter().map(|q| q.name.clone()).collect();
    all.extend(built_in().iter().filter(|q| !own.contains(&q.name)).cloned());
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

fn read(name: &str, path: &Path) -> Result<Saved> {
    let text = std::fs::read_to_string(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    parse(name, &text).map_err(|e| Error::User(format!("{}: {e}", path.display())))
}

/// Saved queries as rows: the name, the title, the question, and the parameters with their types and defaults.
#[must_use]
pub fn saved_rows(saved: &[Saved], language: Language) -> Rows<'static> {
    let rows: Vec<Row<'static>> = saved.iter().map(|saved| about(saved, language)).collect();
    Rows::new(vec!["name", "title", "question", "parameters"], rows.into_iter())
}

/// A saved query as a row, with its text.
#[must_use]
pub fn saved_row(saved: &Saved, language: Language) -> Rows<'static> {
    let mut row = about(saved, language);
    row.push(Value::owned(saved.text.clone()));
    Rows::new(vec!["name", "title", "question", "parameters", "text"], std::iter::once(row))
}

fn about(saved: &Saved, language: Language) -> Row<'static> {
    let pick = |text: &crate::query::error::Text| Value::owned(language.pick(&text.en, &text.zh).to_owned());
    let parameters = saved.parameters.iter().map(|p| Value::owned(p.signature())).collect();
    vec![Value::owned(saved.name.clone()), pick(&saved.title), pick(&saved.question), Value::List(parameters)]
}
