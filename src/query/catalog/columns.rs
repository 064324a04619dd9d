//! Properties as cells of records: what the model's columns take, and what becomes of everything else.

use std::collections::BTreeMap;

use super::TIER;
use super::provenance::{AGREEMENT, CATALOG, COMMIT};
use crate::graph::records::Record;
use crate::graph::{CellRef, OwnedCell};
use crate::model::change::ORDINAL;
use crate::model::table::{Cell, float_bits};
use crate::model::{ColumnType, Kind, Symbols, Table, ValueType, date, list};
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::temporal::Temporal;
use crate::query::value::Value;

/// The cells of a record that are not absent, by the name of their column.
pub(super) type Cells = BTreeMap<String, (ValueType, OwnedCell)>;

/// The cells of a record.
pub(super) fn of_record(record: &Record<'_>) -> Cells {
    let owned = |cell: CellRef<'_>| match cell {
        CellRef::Absent => None,
        CellRef::Text(text) => Some(OwnedCell::Text(text.to_owned())),
        CellRef::Number(number) => Some(OwnedCell::Number(number)),
    };
    let cells = record.cells.iter();
    cells.filter_map(|(name, ty, cell)| Some(((*name).to_owned(), (*ty, owned(*cell)?)))).collect()
}

/// The text of a cell.
pub(super) fn text<'c>(cells: &'c Cells, name: &str) -> Option<&'c str> {
    match cells.get(name) {
        Some((_, OwnedCell::Text(text))) => Some(text),
        _ => None,
    }
}

pub(super) fn put_text(cells: &mut Cells, name: &str, text: String) {
    cells.insert(name.to_owned(), (ValueType::Text, OwnedCell::Text(text)));
}

pub(super) fn put_number(cells: &mut Cells, name: &str, ty: ValueType, number: i64) {
    cells.insert(name.to_owned(), (ty, OwnedCell::Number(number)));
}

/// What tells parallel sharing edges apart.
pub(super) fn ordinal(cells: &Cells) -> i64 {
    match cells.get(ORDINAL) {
        Some((_, OwnedCell::Number(number))) => *number,
        _ => 0,
    }
}

/// The cells that identify a record.
pub(super) fn identity(kind: Kind, cells: &Cells) -> Vec<Option<OwnedCell>> {
    let names = kind.spec().identity.iter().map(|&c| kind.columns()[c].name);
    names.map(|name| cells.get(name).map(|(_, cell)| cell.clone())).collect()
}

/// Adds a record to a table.
pub(super) fn push(cells: &Cells, kind: Kind, catalog: &str, table: &mut Table, symbols: &mut Symbols) {
    let row = table.push_row(symbols.intern(catalog));
    for (name, (ty, cell)) in cells {
        let own = kind.column(name).filter(|&c| table.columns[c].ty == *ty);
        let column = own.unwrap_or_else(|| table.extra_column(name, *ty));
        let cell = match cell {
            OwnedCell::Text(text) => Cell::Symbol(symbols.intern(text)),
            OwnedCell::Number(number) => Cell::Number(*number),
        };
        table.set(column, row, cell);
    }
}

/// Names another record in a column, or takes it out; false where the column holds one already.
pub(super) fn state(cells: &mut Cells, column: &str, is_list: bool, other: &str, add: bool) -> bool {
    let there = text(cells, column).map(str::to_owned);
    if !is_list {
        match (there, add) {
            (Some(there), true) => return there == other,
            (None, false) => {}
            (None, true) => put_text(cells, column, other.to_owned()),
            (Some(_), false) => drop(cells.remove(column)),
        }
        return true;
    }
    let mut items: Vec<String> =
        there.as_deref().map(|t| list::split(t).map(|i| i.into_owned()).collect()).unwrap_or_default();
    items.retain(|item| item != other);
    if add {
        items.push(other.to_owned());
    }
    if items.is_empty() {
        cells.remove(column);
    } else {
        cells.insert(column.to_owned(), (ValueType::List, OwnedCell::Text(list::join(&items))));
    }
    true
}

/// Puts a property into the cells of a record; null takes it out.
///
/// # Errors
/// When the column does not take the value.
pub(super) fn set(kind: Kind, cells: &mut Cells, key: &str, value: &Value) -> Result<()> {
    let derived = [CATALOG, COMMIT, AGREEMENT].contains(&key) || (kind == Kind::Department && key == TIER);
    if derived {
        // Where all properties are replaced, those that follow from other records are as they were.
        if value.is_null() {
            return Ok(());
        }
        return Err(refused(kind, key, "it follows from other records", "它由其他记录得出"));
    }
    let column = kind.columns().iter().find(|c| c.name == key);
    if let Some(column) = column.filter(|c| !c.property) {
        let ty = column.states.map_or("relationship", |(ty, _)| ty.name());
        return Err(refused(
            kind,
            key,
            &format!("it is a relationship: create or delete {ty}"),
            &format!("它是关系：请新建或删除 {ty}"),
        ));
    }
    cells.remove(key);
    if value.is_null() {
        return Ok(());
    }
    let (ty, cell) = match column {
        Some(column) => (column.ty.value_type(), of_column(kind, key, column.ty, value)?),
        None => of_any(kind, key, value)?,
    };
    cells.insert(key.to_owned(), (ty, cell));
    Ok(())
}

fn refused(kind: Kind, key: &str, en: &str, zh: &str) -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::ConstraintVerificationFailed,
        Detail::SchemaViolation,
        format!("`{key}` of a {} cannot be set so: {en}", kind.label()),
        format!("{}的 `{key}` 不能如此设置：{zh}", kind.spec().chinese),
    )
}

/// A value as a column of the model stores it.
fn of_column(kind: Kind, key: &str, ty: ColumnType, value: &Value) -> Result<OwnedCell> {
    let wrong = |en: String, zh: String| Err(refused(kind, key, &en, &zh));
    let of_type = |wanted: &str, chinese: &str| {
        wrong(
            format!("{wanted} is wanted, not a value of type {}", value.type_name()),
            format!("需要{chinese}，而不是 {} 类型的值", value.type_name()),
        )
    };
    match ty {
        ColumnType::Word(vocabulary) => {
            let all = || vocabulary.listing();
            let Some(text) = value.as_text() else {
                return wrong(format!("the words are {}", all()), format!("可用的词为 {}", all()));
            };
            match vocabulary.parse(text) {
                Some(word) => Ok(OwnedCell::Text(word.to_owned())),
                None => wrong(
                    format!("`{text}` is none of the words, which are {}", all()),
                    format!("没有 `{text}` 这个词，可用的词为 {}", all()),
                ),
            }
        }
        ColumnType::OwnId
        | ColumnType::SharedKey
        | ColumnType::Reference(_)
        | ColumnType::ShareEnd
        | ColumnType::Shared(_)
        | ColumnType::Text => match value.as_text() {
            Some("") => wrong("an empty text is no value".to_owned(), "空文本不是值".to_owned()),
            Some(text) => Ok(OwnedCell::Text(text.to_owned())),
            None => of_type("a text", "文本"),
        },
        ColumnType::ReferenceList(_) | ColumnType::SharedList(_) | ColumnType::List => match texts(value) {
            Some(items) => Ok(OwnedCell::Text(list::join(&items))),
            None => of_type("a list of texts", "文本列表"),
        },
        ColumnType::Integer { min, max } => match value {
            Value::Integer(i) if (min..=max).contains(i) => Ok(OwnedCell::Number(*i)),
            Value::Integer(_) => wrong(format!("it lies between {min} and {max}"), format!("应在 {min} 与 {max} 之间")),
            _ => of_type("an integer", "整数"),
        },
        ColumnType::Float { min, max } => {
            let number = match value {
                Value::Integer(i) => *i as f64,
                Value::Float(f) => *f,
                _ => return of_type("a number", "数值"),
            };
            if (min..=max).contains(&number) {
                Ok(OwnedCell::Number(float_bits(number)))
            } else {
                wrong(format!("it lies between {min} and {max}"), format!("应在 {min} 与 {max} 之间"))
            }
        }
        ColumnType::Boolean => match value {
            Value::Boolean(b) => Ok(OwnedCell::Number(i64::from(*b))),
            _ => of_type("true or false", "布尔值"),
        },
        ColumnType::Date => match day(value) {
            Some(days) => Ok(OwnedCell::Number(days)),
            None => of_type("a date", "日期"),
        },
    }
}

/// A value as a column of its own type stores it.
fn of_any(kind: Kind, key: &str, value: &Value) -> Result<(ValueType, OwnedCell)> {
    Ok(match value {
        Value::Text(text) => (ValueType::Text, OwnedCell::Text(text.to_string())),
        Value::Integer(i) if *i != i64::MIN => (ValueType::Integer, OwnedCell::Number(*i)),
        Value::Float(f) if f.is_finite() => (ValueType::Float, OwnedCell::Number(float_bits(*f))),
        Value::Boolean(b) => (ValueType::Boolean, OwnedCell::Number(i64::from(*b))),
        Value::Temporal(_) if day(value).is_some() => {
            (ValueType::Date, OwnedCell::Number(day(value).unwrap_or_default()))
        }
        Value::List(_) => match texts(value) {
            Some(items) => (ValueType::List, OwnedCell::Text(list::join(&items))),
            None => return Err(refused(kind, key, "a list holds texts", "列表的元素应为文本")),
        },
        other => {
            return Err(refused(
                kind,
                key,
                &format!("a value of type {} cannot be stored", other.type_name()),
                &format!("{} 类型的值不能存储", other.type_name()),
            ));
        }
    })
}

fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::List(items) => items.iter().map(|item| item.as_text().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// The days of a date, or of a text that is one.
fn day(value: &Value) -> Option<i64> {
    match value {
        Value::Temporal(temporal) => match &**temporal {
            Temporal::Date(date) => Some(date.epoch_day()),
            _ => None,
        },
        Value::Text(text) => date::parse(text).map(date::to_days),
        _ => None,
    }
}
