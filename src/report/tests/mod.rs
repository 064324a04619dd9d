//! What readers see, held against golden files and parsed back.

mod formats;
mod pages;
mod roundtrip;

use crate::model::{Language, Value};
use crate::query::rows::{Row, Rows};

use super::{Format, RenderOptions, render};

/// The rendered rows as text.
fn rendered(rows: Rows<'_>, format: Format, language: Language, options: &RenderOptions) -> String {
    let mut out = Vec::new();
    render(rows, format, language, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn text(text: &'static str) -> Value<'static> {
    Value::text(Some(text))
}

/// Rows as the finding `silos` gives them, with wide characters, absent cells, lists and numbers.
fn silos() -> Rows<'static> {
    let columns = vec!["finding_id", "dataset", "title", "tier", "share", "cause", "barrier", "needed_by"];
    let rows: Vec<Row<'static>> = vec![
        vec![
            text("0f3a9c1e5b7d2468"),
            text("sichuan:dibao"),
            text("低保对象信息（含历年变更）"),
            text("city"),
            text("conditional"),
            text("unshared"),
            text("interest;risk"),
            Value::Integer(1_204),
        ],
        vec![
            text("1b2c3d4e5f607182"),
            text("sichuan:tax"),
            text("Tax returns | 税务申报"),
            text("province"),
            text("withheld"),
            text("withheld"),
            Value::Null,
            Value::Integer(7),
        ],
    ];
    Rows::new(columns, rows.into_iter())
}

/// One row of every kind of value.
fn kinds() -> Rows<'static> {
    let columns = vec!["null", "boolean", "integer", "float", "text", "date", "list", "map"];
    let row = vec![
        Value::Null,
        Value::Boolean(true),
        Value::Integer(-12),
        Value::Float(1.0 / 3.0),
        text("two\tcells, a \"quote\"\nand a \\line"),
        Value::Date(jiff::civil::date(2024, 5, 1)),
        Value::List(vec![text("a;b"), Value::Integer(2), Value::Null]),
        Value::Map(vec![("城市".into(), text("成都")), ("n".into(), Value::Float(2.0))]),
    ];
    Rows::new(columns, std::iter::once(row))
}
