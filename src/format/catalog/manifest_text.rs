//! The text of `catalog.toml`.

use serde::{Serialize, Serializer};

use crate::format::export::layout::{Layout, RowRef};
use crate::model::table::Cell;
use crate::model::{Symbols, ValueType, date, list};

/// Keys and values in the order in which they are written.
struct Ordered(Vec<(String, toml::Value)>);

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// The description of a catalog: its row, if it has one, and its tiers in the order of their ids.
///
/// A catalog without a row still needs its id. The policy is kept as the text of its table, and is that table again.
pub(super) fn manifest(
    symbols: &Symbols,
    id: &str,
    catalog: (&Layout<'_>, &[RowRef]),
    tiers: (&Layout<'_>, &[RowRef]),
) -> Result<String, String> {
    let mut top = Ordered(vec![("id".to_owned(), toml::Value::String(id.to_owned()))]);
    let mut policy = None;
    for row in catalog.1.iter().take(1) {
        for (key, value) in entries(symbols, catalog.0, *row)? {
            match (key.as_str(), value) {
                ("id", _) => {}
                ("tier", _) => return Err("`tier` is the key of the tiers: rename that property".to_owned()),
                ("policy", toml::Value::String(text)) => match toml::from_str::<toml::Table>(&text) {
                    Ok(table) => policy = Some(table),
                    Err(_) => top.0.push((key, toml::Value::String(text))),
                },
                (_, value) => top.0.push((key, value)),
            }
        }
    }
    // Tables come after the values of the level above them.
    top.0.extend(policy.map(|table| ("policy".to_owned(), toml::Value::Table(table))));
    let mut text = toml::to_string(&top).map_err(|e| e.to_string())?;
    for row in tiers.1 {
        text.push_str("\n[[tier]]\n");
        let tier = Ordered(entries(symbols, tiers.0, *row)?);
        text.push_str(&toml::to_string(&tier).map_err(|e| e.to_string())?);
    }
    Ok(text)
}

/// The cells of a row that have a value. TOML's values have types of their own, so the keys need none.
fn entries(symbols: &Symbols, layout: &Layout<'_>, at: RowRef) -> Result<Vec<(String, toml::Value)>, String> {
    let mut entries: Vec<(String, toml::Value)> = Vec::new();
    for (i, column) in layout.columns.iter().enumerate() {
        let cell = layout.cell(i, at);
        if cell.is_absent() {
            continue;
        }
        if entries.iter().any(|(key, _)| key == column.name) {
            return Err(format!("it has two values for `{}`", column.name));
        }
        entries.push((column.name.to_owned(), value(symbols, column.ty, cell)?));
    }
    Ok(entries)
}

fn value(symbols: &Symbols, ty: ValueType, cell: Cell) -> Result<toml::Value, String> {
    Ok(match (cell, ty) {
        (Cell::Symbol(sym), ValueType::List) => {
            list::split(symbols.text(sym)).map(|item| toml::Value::String(item.into_owned())).collect::<Vec<_>>().into()
        }
        (Cell::Symbol(sym), _) => toml::Value::String(symbols.text(sym).to_owned()),
        (Cell::Number(n), ValueType::Float) => toml::Value::Float(f64::from_bits(n as u64)),
        (Cell::Number(n), ValueType::Boolean) => toml::Value::Boolean(n != 0),
        (Cell::Number(n), ValueType::Date) => {
            let text = date::from_days(n).to_string();
            toml::Value::Datetime(text.parse().map_err(|_| format!("the date {text} has no form in TOML"))?)
        }
        (Cell::Number(n), _) => toml::Value::Integer(n),
    })
}
