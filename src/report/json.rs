//! Rows as JSON: integers have no point, floats have one, dates are `{"$date": "2024-05-01"}`. Keys and values are
//! English in every language.

use std::io::{self, Write};

use crate::model::{TAGS, Value};

use super::cell;
use super::render::{Columns, Limited};

const BUFFER: usize = 1 << 16;

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
    let keys: Vec<Vec<u8>> = columns
        .names
        .iter()
        .map(|name| {
            let mut key = Vec::new();
            push_text(&mut key, name);
            key.extend_from_slice(b": ");
            key
        })
        .collect();
    let mut buffer = Vec::with_capacity(2 * BUFFER);
    let mut first = true;
    for row in rows.by_ref() {
        buffer.extend_from_slice(if first { before } else { between }.as_bytes());
        first = false;
        buffer.push(b'{');
        for (i, (key, value)) in keys.iter().zip(&row).enumerate() {
            if i > 0 {
                buffer.extend_from_slice(b", ");
            }
            buffer.extend_from_slice(key);
            push_value(&mut buffer, value);
        }
        buffer.push(b'}');
        if buffer.len() >= BUFFER {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    if let Err(error) = rows.whole() {
        // What came is written without the end that would make it look whole.
        out.write_all(&buffer)?;
        return Err(error);
    }
    buffer.extend_from_slice(if first { none } else { after }.as_bytes());
    out.write_all(&buffer)
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
        Value::List(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.extend_from_slice(b", ");
                }
                push_value(out, item);
            }
            out.push(b']');
        }
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
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut clean = 0;
    for (i, &byte) in bytes.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..=0x1f | 0x7f => &[b'\\', b'u', b'0', b'0', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]],
            _ => continue,
        };
        out.extend_from_slice(&bytes[clean..i]);
        out.extend_from_slice(escape);
        clean = i + 1;
    }
    out.extend_from_slice(&bytes[clean..]);
    out.push(b'"');
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
