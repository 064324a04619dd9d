//! What is written as CSV, TSV or JSON reads back as the same values.

use proptest::prelude::*;

use super::*;

fn value() -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Boolean),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        (-1_000_000.0..1_000_000.0).prop_map(Value::Float),
        "(?s).{0,12}".prop_map(Value::owned),
        "[ ,;\"\\\\\t\r\n|a低]{0,8}".prop_map(Value::owned),
        (-700_000_i64..2_900_000).prop_map(|days| Value::Date(crate::model::date::from_days(days))),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map("[$a-c低]{1,5}", inner, 0..4)
                .prop_map(|map| Value::Map(map.into_iter().map(|(k, v)| (k.into(), v)).collect())),
        ]
    })
}

fn table() -> impl Strategy<Value = Vec<Row<'static>>> {
    prop::collection::vec(prop::collection::vec(value(), 3), 0..6)
}

fn rows(rows: Vec<Row<'static>>) -> Rows<'static> {
    Rows::new(vec!["x", "y", "z"], rows.into_iter())
}

/// The value that a JSON text stands for, read by the rules of `docs/language.md`.
fn from_json(json: &serde_json::Value) -> Value<'static> {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(b) => Value::Boolean(*b),
        serde_json::Value::Number(n) => n.as_i64().map_or_else(|| Value::Float(n.as_f64().unwrap()), Value::Integer),
        serde_json::Value::String(s) => Value::owned(s.clone()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(from_json).collect()),
        serde_json::Value::Object(entries) => {
            if entries.len() == 1 {
                if let Some(date) = entries.get("$date") {
                    return Value::Date(date.as_str().unwrap().parse().unwrap());
                }
                match entries.get("$float").and_then(|f| f.as_str()) {
                    Some("NaN") => return Value::Float(f64::NAN),
                    Some("Infinity") => return Value::Float(f64::INFINITY),
                    Some("-Infinity") => return Value::Float(f64::NEG_INFINITY),
                    _ => {}
                }
            }
            let inner = match entries.get("$map") {
                Some(serde_json::Value::Object(inner)) if entries.len() == 1 => inner,
                _ => entries,
            };
            Value::Map(inner.iter().map(|(k, v)| (k.clone().into(), from_json(v))).collect())
        }
    }
}

/// Values compared with NaN equal to itself, and the entries of maps in any order.
fn same(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        // The JSON reader of the tests may miss the last bit; that the text is exact is tested beside the writer.
        (Value::Float(a), Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()) || (a / b - 1.0).abs() < 1e-15,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.iter().any(|(other, w)| k == other && same(v, w)))
        }
        (a, b) => a == b,
    }
}

/// Whether a cell of a delimited file reads back as the value.
fn cell_is(cell: &str, value: &Value<'_>) -> bool {
    match value {
        Value::Null => cell.is_empty(),
        Value::Boolean(b) => cell.parse() == Ok(*b),
        Value::Integer(i) => cell.parse() == Ok(*i),
        Value::Float(f) => same(&Value::Float(cell.parse().unwrap()), &Value::Float(*f)),
        Value::Text(t) => cell == t,
        Value::Date(d) => cell == d.to_string(),
        Value::List(items) => {
            // What a list cell cannot hold (see `model::list`): empty items, and blanks around one.
            let texts: Vec<&str> = items.iter().filter_map(Value::as_text).collect();
            if texts.len() < items.len() || texts.iter().any(|t| t.is_empty() || t.trim() != *t) {
                return true;
            }
            crate::model::list::split(cell).eq(texts)
        }
        Value::Map(_) => same(&from_json(&serde_json::from_str(cell).unwrap()), value),
    }
}

fn unescaped(cell: &str) -> String {
    let mut out = String::new();
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(match chars.next().unwrap() {
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                other => panic!("unknown escape {other}"),
            }),
            c => out.push(c),
        }
    }
    out
}

proptest! {
    #[test]
    fn json_reads_back_as_the_same_values(table in table()) {
        for format in [Format::Json, Format::Jsonl] {
            let text = rendered(rows(table.clone()), format, Language::Chinese, &RenderOptions::default());
            let objects: Vec<serde_json::Value> = match format {
                Format::Json => serde_json::from_str(&text).unwrap(),
                _ => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
            };
            prop_assert_eq!(objects.len(), table.len());
            for (object, row) in objects.iter().zip(&table) {
                for (name, value) in ["x", "y", "z"].iter().zip(row) {
                    prop_assert!(same(&from_json(&object[*name]), value), "{:?} in {}", value, text);
                }
            }
        }
    }

    #[test]
    fn csv_and_tsv_read_back_as_the_same_values(table in table()) {
        let text = rendered(rows(table.clone()), Format::Csv, Language::English, &RenderOptions::default());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(records.len(), table.len());
        for (record, row) in records.iter().zip(&table) {
            prop_assert_eq!(record.len(), 3);
            for (cell, value) in record.iter().zip(row) {
                prop_assert!(cell_is(cell, value), "{:?} as {:?}", value, cell);
            }
        }
        let text = rendered(rows(table.clone()), Format::Tsv, Language::English, &RenderOptions::default());
        prop_assert_eq!(text.split('\n').count(), table.len() + 2);
        prop_assert!(!text.contains('\r'));
        for (line, row) in text.split('\n').skip(1).zip(&table) {
            let cells: Vec<String> = line.split('\t').map(unescaped).collect();
            prop_assert_eq!(cells.len(), 3);
            for (cell, value) in cells.iter().zip(row) {
                prop_assert!(cell_is(cell, value), "{:?} as {:?}", value, cell);
            }
        }
    }

    #[test]
    fn no_answer_breaks_a_table(table in table(), width in 1_u16..100) {
        let options = RenderOptions { width: Some(width), ..RenderOptions::default() };
        for format in [Format::Table, Format::Markdown] {
            let text = rendered(rows(table.clone()), format, Language::Chinese, &options);
            prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}
