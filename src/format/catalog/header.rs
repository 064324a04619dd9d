//! The header row of a file: which column holds what.

use std::path::Path;

use super::cells::{Column, control_character};
use super::records::{COLUMN_LIMIT, Row};
use super::{Error, Note, notes};
use crate::model::{Kind, Table, ValueType};

/// What the columns of a file are.
#[derive(Debug)]
pub(super) struct Layout {
    /// The columns in the file's order.
    pub(super) columns: Vec<Column>,
    /// Pairs of columns that are one property in two types.
    pub(super) twins: Vec<(usize, usize)>,
    /// What may be a mistake.
    pub(super) notes: Vec<Note>,
}

impl Layout {
    /// The layout that a header row gives to a table, which gets the columns that the contract does not know.
    pub(super) fn read(table: &mut Table, header: &Row, text: &str, path: &Path, line: u64) -> Result<Self, Error> {
        let kind = table.kind;
        let wrong = |problem: String| Error::Header { path: path.to_path_buf(), line, problem };
        if header.after_quote.is_some() {
            return Err(wrong("in the header, text goes on after a closing quote".to_owned()));
        }
        if header.len() > COLUMN_LIMIT {
            return Err(wrong(format!("the header has {} columns, and {COLUMN_LIMIT} is the most", header.len())));
        }
        let mut columns = Vec::with_capacity(header.len());
        let mut extras: Vec<Option<(&str, ValueType)>> = Vec::with_capacity(header.len());
        for i in 0..header.len() {
            let name = header.cell(text, i);
            if control_character(name).is_some() {
                return Err(wrong("a control character stands in the header: is this a text file?".to_owned()));
            }
            if !name.is_empty() && columns.iter().any(|c: &Column| c.name == name) {
                return Err(wrong(format!("the column `{name}` stands twice in the header")));
            }
            let (column, extra) = match kind.column(name) {
                Some(target) => {
                    let spec = &kind.columns()[target];
                    (Column::known(name, target, spec.ty, spec.required), None)
                }
                None => {
                    let (base, ty) = property(name);
                    if kind.column(base).is_some() {
                        return Err(wrong(format!(
                            "the column `{name}`: `{base}` has a type of its own, so write `{base}`"
                        )));
                    }
                    (Column::extra(name, ty), (!name.is_empty()).then_some((base, ty)))
                }
            };
            columns.push(column);
            extras.push(extra);
        }
        missing(kind, &columns).map_or(Ok(()), |problem| Err(wrong(problem)))?;
        let left_out =
            kind.columns().iter().map(|spec| spec.name).filter(|name| columns.iter().all(|c| c.name != *name));
        let left_out: Vec<&'static str> = left_out.collect();
        let untyped = extras.iter().flatten().filter(|(_, ty)| *ty == ValueType::Text);
        let notes = untyped.filter_map(|(name, _)| notes::on_column(path, name, &left_out)).collect();
        // Adding a column shifts those after it, so all are added before any is placed.
        for (base, ty) in extras.iter().flatten() {
            table.extra_column(base, *ty);
        }
        let mut twins = Vec::new();
        for (i, extra) in extras.iter().enumerate() {
            let Some((base, ty)) = extra else { continue };
            columns[i].target = Some(table.extra_column(base, *ty));
            twins.extend((0..i).filter(|&j| extras[j].is_some_and(|(b, _)| b == *base)).map(|j| (j, i)));
        }
        Ok(Self { columns, twins, notes })
    }

    /// The position in the file of a column that the contract knows.
    pub(super) fn position(&self, target: usize) -> Option<usize> {
        self.columns.iter().position(|c| c.target == Some(target))
    }
}

/// The property and the type that an unknown column's name says.
fn property(name: &str) -> (&str, ValueType) {
    for ty in ValueType::ALL {
        if ty != ValueType::Text
            && let Some(base) = name.strip_suffix(ty.suffix())
        {
            let base = base.trim();
            if !base.is_empty() {
                return (base, ty);
            }
        }
    }
    (name, ValueType::Text)
}

/// What is wrong if a required column is not there.
fn missing(kind: Kind, columns: &[Column]) -> Option<String> {
    let missing = kind.columns().iter().find(|spec| spec.required && !columns.iter().any(|c| c.name == spec.name))?;
    let expected: Vec<&str> = kind.columns().iter().map(|c| c.name).collect();
    let similar = columns.iter().find(|c| c.name.eq_ignore_ascii_case(missing.name));
    let hint = match similar {
        Some(column) => format!("`{}` is written `{}`", column.name, missing.name),
        None => format!("the columns of this file are {}", expected.join(",")),
    };
    Some(format!("the header has no column `{}`, which is required; {hint}", missing.name))
}
