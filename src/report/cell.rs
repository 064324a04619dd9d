//! The text of a value: for people (tables), and for programs (delimited files).

use std::borrow::{Borrow, Cow};
use std::fmt::Write as _;

use crate::model::{Language, Value, list};

use super::json;
use super::tagged;
use super::words::Glossary;

/// Appends an integer. Faster than the formatting machinery, which matters at tens of millions of cells.
pub(super) fn push_integer(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// The shortest decimal text that reads back as the same float; exponents only where plain digits would be long.
fn shortest(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e16).contains(&size) || !value.is_finite() {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

fn push_float(out: &mut Vec<u8>, value: f64) {
    // Most are counts, and ratios of 1: written without the search for the shortest text.
    let is_whole = value.fract() == 0.0 && value.abs() < 1e15 && (value != 0.0 || value.is_sign_positive());
    if is_whole { push_integer(out, value as i64) } else { out.extend_from_slice(shortest(value).as_bytes()) }
}

/// A float for people: at most six decimals.
fn rounded(value: f64) -> String {
    let text = shortest(value);
    let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
    if decimals <= 6 || text.contains('e') || value.abs() < 1e-3 {
        return text;
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The word of a closed vocabulary in the reader's language, or the text as it stands. Several words joined by `;` are
/// translated one by one.
fn translated<'t>(text: &'t str, glossary: Option<&Glossary>) -> Cow<'t, str> {
    let Some(glossary) = glossary else { return Cow::Borrowed(text) };
    if let Some(word) = glossary.chinese(text) {
        return Cow::Borrowed(word);
    }
    if !text.contains(';') {
        return Cow::Borrowed(text);
    }
    let words: Option<Vec<&str>> = text.split(';').map(|part| glossary.chinese(part)).collect();
    words.map_or(Cow::Borrowed(text), |words| Cow::Owned(words.join(";")))
}

/// A value as a cell of a file, appended as bytes: null empty, numbers as they read back, lists joined by `;` with the
/// escapes of [`list`], maps as compact JSON.
pub(super) fn push_plain(out: &mut Vec<u8>, value: &Value<'_>, glossary: Option<&Glossary>) {
    match value {
        Value::Null => {}
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Integer(i) => push_integer(out, *i),
        Value::Float(f) => push_float(out, *f),
        Value::Text(t) => push_word(out, t, glossary),
        Value::Date(d) => out.extend_from_slice(d.to_string().as_bytes()),
        Value::List(items) => push_list(out, items, glossary),
        Value::Map(entries) => match Relationship::of(entries) {
            Some(relationship) => relationship.push(out),
            None if tagged::push(out, entries) => {}
            None => json::push_value(out, value),
        },
    }
}

/// The items of a list, joined, as [`push_plain`] does.
pub(super) fn push_list<'v, V: Borrow<Value<'v>>>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = V>,
    glossary: Option<&Glossary>,
) {
    let begin = out.len();
    for item in items {
        if out.len() > begin {
            out.push(b';');
        }
        let start = out.len();
        push_plain(out, item.borrow(), glossary);
        if list::needs_escapes(&out[start..]) {
            let mut escaped = String::new();
            list::push(&mut escaped, &String::from_utf8_lossy(&out[start..]));
            out.truncate(start);
            out.extend_from_slice(escaped.as_bytes());
        }
    }
}

/// A text, or the word that a glossary has for it.
pub(super) fn push_word(out: &mut Vec<u8>, text: &str, glossary: Option<&Glossary>) {
    out.extend_from_slice(translated(text, glossary).as_bytes());
}

/// A relationship as evidence names it: outside of JSON it is written `TYPE from → to`, with its own id in brackets.
struct Relationship<'v> {
    ty: &'v str,
    from: &'v str,
    to: &'v str,
    id: Option<&'v str>,
}

impl<'v> Relationship<'v> {
    fn of(entries: &'v [(Cow<'_, str>, Value<'_>)]) -> Option<Self> {
        let text = |key: &str| entries.iter().find(|(k, _)| k == key).and_then(|(_, v)| v.as_text());
        let known = entries.iter().all(|(key, _)| matches!(key.as_ref(), "type" | "from" | "to" | "id"));
        known.then_some(())?;
        Some(Self { ty: text("type")?, from: text("from")?, to: text("to")?, id: text("id") })
    }

    fn push(&self, out: &mut Vec<u8>) {
        for part in [self.ty, " ", self.from, " → ", self.to] {
            out.extend_from_slice(part.as_bytes());
        }
        if let Some(id) = self.id {
            for part in [" [", id, "]"] {
                out.extend_from_slice(part.as_bytes());
            }
        }
    }
}

/// A value as a reader sees it, appended: like [`push_plain`], but floats have at most six decimals, lists are easier on
/// the eye, and nothing in it can drive a terminal.
pub(super) fn push_readable(out: &mut String, value: &Value<'_>, glossary: Option<&Glossary>, language: Language) {
    match value {
        Value::Null => {}
        Value::Boolean(yes) => {
            out.push_str(if *yes { language.pick("true", "是") } else { language.pick("false", "否") });
        }
        Value::Integer(i) => {
            let _ = write!(out, "{i}");
        }
        Value::Float(f) => out.push_str(&rounded(*f)),
        Value::Text(t) => push_harmless(out, &translated(t, glossary)),
        Value::Date(d) => {
            let _ = write!(out, "{d}");
        }
        Value::List(items) => {
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(language.pick("; ", "；"));
                }
                push_readable(out, item, glossary, language);
            }
        }
        Value::Map(entries) => {
            let mut bytes = Vec::new();
            match Relationship::of(entries) {
                Some(relationship) => relationship.push(&mut bytes),
                None if tagged::push(&mut bytes, entries) => {}
                None => json::push_value(&mut bytes, value),
            }
            push_harmless(out, &String::from_utf8_lossy(&bytes));
        }
    }
}

/// Whether a character could move a cursor, colour a terminal or turn the direction of a line around. Catalogs come
/// from strangers.
pub(super) fn is_harmful(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Appends a text with tabs as blanks, line breaks as `\n`, and what could drive a terminal as `�`.
pub(super) fn push_harmless(out: &mut String, text: &str) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push(' '),
            c if is_harmful(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relationship_reads_as_one_and_other_maps_stay_json() {
        let entry = |key: &'static str, value: &'static str| (key.into(), Value::text(Some(value)));
        let edge = vec![entry("type", "SERVES"), entry("from", "cn:p"), entry("to", "cn:d"), entry("id", "x")];
        let mut out = Vec::new();
        push_plain(&mut out, &Value::List(vec![Value::Map(edge.clone())]), None);
        assert_eq!(String::from_utf8_lossy(&out), "SERVES cn:p → cn:d [x]");
        assert_eq!(readable(&Value::Map(edge[..3].to_vec()), Language::English), "SERVES cn:p → cn:d");
        let other = Value::Map(vec![entry("from", "a")]);
        assert_eq!(readable(&other, Language::English), r#"{"from": "a"}"#);
    }

    fn readable(value: &Value<'_>, language: Language) -> String {
        let mut out = String::new();
        push_readable(&mut out, value, None, language);
        out
    }

    #[test]
    fn items_of_a_list_are_told_apart() {
        let items = ["a;b", "c\\d", "e"].map(|item| Value::text(Some(item))).to_vec();
        let mut out = b"before".to_vec();
        push_plain(&mut out, &Value::List(items), None);
        assert_eq!(String::from_utf8_lossy(&out), r"beforea\;b;c\\d;e");
    }

    #[test]
    fn integers_are_written_as_the_standard_library_does() {
        for value in [0, 1, -1, 9, 10, -10, 4_711, i64::MAX, i64::MIN, i64::MIN + 1] {
            let mut out = Vec::new();
            push_integer(&mut out, value);
            assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }
    }

    #[test]
    fn floats_for_people_are_short_and_floats_for_programs_exact() {
        let cases = [
            (1.0 / 3.0, "0.333333", "0.3333333333333333"),
            (0.1 + 0.2, "0.3", "0.30000000000000004"),
            (1234.5, "1234.5", "1234.5"),
            (1200.0, "1200", "1200"),
            (0.0, "0", "0"),
            (-0.0, "-0", "-0"),
            (-3.0, "-3", "-3"),
            (1e15, "1000000000000000", "1000000000000000"),
            (1e300, "1e300", "1e300"),
            (1.0 / 3e5, "0.0000033333333333333333", "0.0000033333333333333333"),
            (f64::NAN, "NaN", "NaN"),
        ];
        for (value, people, programs) in cases {
            assert_eq!(rounded(value), people);
            let mut out = Vec::new();
            push_float(&mut out, value);
            assert_eq!(String::from_utf8_lossy(&out), programs);
        }
    }

    #[test]
    fn a_cell_cannot_drive_a_terminal() {
        let text = Value::owned("a\u{1b}[2Jb\r\nc\td\u{202e}e".to_owned());
        assert_eq!(readable(&text, Language::English), "a\u{fffd}[2Jb\nc d\u{fffd}e");
    }

    #[test]
    fn lists_and_booleans_read_well_in_both_languages() {
        let list = Value::List(vec![Value::Boolean(true), Value::Integer(2), Value::owned("丙".to_owned())]);
        assert_eq!(readable(&list, Language::English), "true; 2; 丙");
        assert_eq!(readable(&list, Language::Chinese), "是；2；丙");
    }
}
