//! Rows as JSON: integers have no point, floats have one, dates are `{"$date": "2024-05-01"}`. Keys and values are
//! English in every language.

use std::borrow::Borrow;
use std::io::{self, Write};
use std::sync::Arc;

use crate::model::{TAGS, Value};
use crate::query::rows::{Cells, Records};

use super::cell;
use super::pieces::{self, LastList, Text};
use super::render::{Columns, Limited};

/// Writes one array of objects, a row a line.
pub(super) fn write_array(rows: &mut Limited<'_>, columns: &Columns, out: &mut dyn Write) -> io::Result<()> {
    write(rows, columns, out, ["[\n", ",\n", "\n]\n", "[]\n"])
}

/// Writes an object a line.
pub(super) fn write_lines(rows: &mut Limited<'_>, columns: &Columns, out: &mut dyn Write) -> io::Result<()> {
    write(rows, columns, out, ["", "\n", "\n", ""])
}

/// Writes the rows with what stands before, between and after them, and instead of them where there are none.
fn write(
    rows: &mut Limited<'_>,
    columns: &Columns,
    out: &mut dyn Write,
    [before, between, after, none]: [&str; 4],
) -> io::Result<()> {
    let keys: Vec<Vec<u8>> = (columns.names.iter().enumerate())
        .map(|(column, name)| {
            let mut key = if column > 0 { b", ".to_vec() } else { Vec::new() };
            push_text(&mut key, name);
            key.extend_from_slice(b": ");
            key
        })
        .collect();
    let mut first = true;
    let begin = |rows| {
        let (text, last) = (Vec::with_capacity(rows * 512), LastList::none());
        Objects { text, between: between.as_bytes(), keys: &keys, at: 0, last }
    };
    pieces::write(rows, begin, |text| {
        // What stands between two rows is in front of each.
        let text = if first {
            out.write_all(before.as_bytes())?;
            &text[between.len()..]
        } else {
            text
        };
        first = false;
        out.write_all(text)
    })?;
    // What came is written without the end that would make it look whole.
    rows.whole()?;
    out.write_all(if first { none } else { after }.as_bytes())
}

/// Rows as objects, one after the other.
struct Objects<'c, 'a> {
    text: Vec<u8>,
    between: &'c [u8],
    /// The keys, with what stands around them.
    keys: &'c [Vec<u8>],
    at: usize,
    last: LastList<'a>,
}

impl Objects<'_, '_> {
    fn key(&mut self) {
        if self.at == 0 {
            self.begin();
        }
        if let Some(key) = self.keys.get(self.at) {
            self.text.extend_from_slice(key);
        }
        self.at += 1;
    }

    fn begin(&mut self) {
        self.text.extend_from_slice(self.between);
        self.text.push(b'{');
    }
}

impl<'a> Cells<'a> for Objects<'_, 'a> {
    fn text(&mut self, text: &'a str) {
        self.made(text);
    }

    fn made(&mut self, text: &str) {
        self.key();
        push_text(&mut self.text, text);
    }

    fn value(&mut self, value: Value<'a>) {
        self.key();
        push_value(&mut self.text, &value);
    }

    fn list(&mut self, items: &mut dyn Iterator<Item = Value<'a>>) {
        self.key();
        push_list(&mut self.text, items);
    }

    fn same_list(&mut self, items: &Arc<[Value<'a>]>) {
        self.key();
        self.last.push(&mut self.text, items, |text, items| push_list(text, items));
    }
}

impl<'a> Records<'a> for Objects<'_, 'a> {
    fn end(&mut self) {
        if self.at == 0 {
            self.begin();
        }
        self.text.push(b'}');
        self.at = 0;
    }
}

impl<'a> Text<'a> for Objects<'_, 'a> {
    fn into_bytes(self) -> Vec<u8> {
        self.text
    }
}

/// A value as JSON, in one line.
#[must_use]
pub fn json_text(value: &Value<'_>) -> String {
    let mut out = Vec::new();
    push_value(&mut out, value);
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends a value. A map of one key that is a tag (`$node`, `$rel`, `$path`, a temporal, …) is how a query hands over
/// such a thing, and is written as it stands; any other map with a key that begins with `$` is wrapped in `{"$map": …}`,
/// so that it cannot be taken for one.
pub(super) fn push_value(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Integer(i) => cell::push_integer(out, *i),
        Value::Float(f) => push_float(out, *f),
        Value::Text(text) => push_text(out, text),
        Value::Date(date) => {
            out.extend_from_slice(b"{\"$date\": \"");
            out.extend_from_slice(date.to_string().as_bytes());
            out.extend_from_slice(b"\"}");
        }
        Value::List(items) => push_list(out, items),
        Value::Map(entries) => {
            let tagged = matches!(entries.as_slice(), [(key, _)] if TAGS.contains(&key.as_ref()));
            let wrap = !tagged && entries.iter().any(|(key, _)| key.starts_with('$'));
            out.extend_from_slice(if wrap { b"{\"$map\": {" } else { b"{" });
            for (i, (key, value)) in entries.iter().enumerate() {
                if i > 0 {
                    out.extend_from_slice(b", ");
                }
                push_text(out, key);
                out.extend_from_slice(b": ");
                push_value(out, value);
            }
            out.extend_from_slice(if wrap { b"}}" } else { b"}" });
        }
    }
}

fn push_list<'v, V: Borrow<Value<'v>>>(out: &mut Vec<u8>, items: impl IntoIterator<Item = V>) {
    out.push(b'[');
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        push_value(out, item.borrow());
    }
    out.push(b']');
}

fn push_float(out: &mut Vec<u8>, value: f64) {
    if !value.is_finite() {
        let name = if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        out.extend_from_slice(format!("{{\"$float\": \"{name}\"}}").as_bytes());
        return;
    }
    // The shortest text that reads back the same; it has a point or, for large and small numbers, an exponent.
    let text = format!("{value:?}");
    match text.split_once('e') {
        Some((digits, exponent)) if !digits.contains('.') => {
            out.extend_from_slice(format!("{digits}.0e{exponent}").as_bytes());
        }
        _ => out.extend_from_slice(text.as_bytes()),
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    // Without an early end, so that many bytes are looked at together.
    let special = |found: bool, b: u8| found | (b < 0x20) | (b == b'"') | (b == b'\\') | (b == 0x7f);
    if text.bytes().fold(false, special) {
        text.bytes().for_each(|byte| push_escaped(out, byte));
    } else {
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b'"');
}

fn push_escaped(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        0..=0x1f | 0x7f => {
            out.extend_from_slice(b"\\u00");
            out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
        _ => out.push(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: &Value<'_>) -> String {
        let mut out = Vec::new();
        push_value(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_list_that_comes_again_reads_the_same() {
        let lists: [Arc<[Value<'_>]>; 2] =
            [&["a\"b", "中"][..], &[]].map(|items| items.iter().map(|&item| Value::text(Some(item))).collect());
        let keys = [b"\"x\": ".to_vec()];
        let written = |anew: bool| {
            let mut objects = Objects { text: Vec::new(), between: b"\n", keys: &keys, at: 0, last: LastList::none() };
            for list in [0, 0, 1, 1, 0, 0].map(|list: usize| &lists[list]) {
                if anew {
                    objects.list(&mut list.iter().cloned())
                } else {
                    objects.same_list(list)
                }
                objects.end();
            }
            String::from_utf8(objects.text).unwrap()
        };
        assert_eq!(written(false), written(true));
        assert!(written(false).starts_with("\n{\"x\": [\"a\\\"b\", \"中\"]}\n{\"x\": [\"a"), "{}", written(false));
    }

    #[test]
    fn floats_always_have_a_point_and_integers_never() {
        for value in [0.0, -0.0, 1.0, 1e15, 1e16, 1.5e16, 1e300, 1e-7, 0.1, f64::MAX, f64::MIN_POSITIVE, 5e-324] {
            let text = json(&Value::Float(value));
            assert!(text.contains('.'), "{text}");
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{text}");
        }
        assert_eq!(json(&Value::Integer(i64::MIN)), "-9223372036854775808");
        assert_eq!(json(&Value::Float(f64::NEG_INFINITY)), r#"{"$float": "-Infinity"}"#);
    }

    #[test]
    fn a_map_cannot_be_taken_for_a_node_or_a_date() {
        let map = |key: &'static str| Value::Map(vec![(key.into(), Value::Integer(1)), ("b".into(), Value::Null)]);
        assert_eq!(json(&map("a")), r#"{"a": 1, "b": null}"#);
        assert_eq!(json(&map("$node")), r#"{"$map": {"$node": 1, "b": null}}"#);
        let node = Value::Map(vec![("$node".into(), Value::Map(vec![("id".into(), Value::Integer(7))]))]);
        assert_eq!(json(&node), r#"{"$node": {"id": 7}}"#);
    }
}
