//! Functions of texts. Positions and lengths count characters (Unicode scalar values), not bytes.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::value::Value;

use super::arguments::Arguments;
use super::{Function, Parameter, Surroundings, Type, size};

const TEXT: &[Parameter] = &[Parameter::new("text", Type::String)];
const TEXT_AND_LENGTH: &[Parameter] = &[Parameter::new("text", Type::String), Parameter::new("length", Type::Integer)];
const TEXT_AND_CHARACTERS: &[Parameter] =
    &[Parameter::new("text", Type::String), Parameter::optional("characters", Type::String)];

/// The functions of this file.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::scalar("toUpper", TEXT, Type::String, to_upper, "A text in upper case.", "转为大写。"),
    Function::scalar(
        "upper",
        TEXT,
        Type::String,
        to_upper,
        "A text in upper case, as GQL calls it.",
        "转为大写（GQL 名称）。",
    ),
    Function::scalar("toLower", TEXT, Type::String, to_lower, "A text in lower case.", "转为小写。"),
    Function::scalar(
        "lower",
        TEXT,
        Type::String,
        to_lower,
        "A text in lower case, as GQL calls it.",
        "转为小写（GQL 名称）。",
    ),
    Function::scalar(
        "trim",
        TEXT_AND_CHARACTERS,
        Type::String,
        trim,
        "A text without blanks, or other characters, at both ends.",
        "去掉首尾的空白或给定的字符。",
    ),
    Function::scalar(
        "btrim",
        TEXT_AND_CHARACTERS,
        Type::String,
        trim,
        "A text without blanks, or other characters, at both ends: another name of trim().",
        "去掉首尾的空白或给定的字符：trim() 的别名。",
    ),
    Function::scalar(
        "ltrim",
        TEXT_AND_CHARACTERS,
        Type::String,
        ltrim,
        "A text without blanks, or other characters, at its beginning.",
        "去掉开头的空白或给定的字符。",
    ),
    Function::scalar(
        "rtrim",
        TEXT_AND_CHARACTERS,
        Type::String,
        rtrim,
        "A text without blanks, or other characters, at its end.",
        "去掉末尾的空白或给定的字符。",
    ),
    Function::scalar(
        "left",
        TEXT_AND_LENGTH,
        Type::String,
        left,
        "The first characters of a text.",
        "字符串开头的若干字符。",
    ),
    Function::scalar(
        "right",
        TEXT_AND_LENGTH,
        Type::String,
        right,
        "The last characters of a text.",
        "字符串末尾的若干字符。",
    ),
    Function::scalar(
        "substring",
        &[
            Parameter::new("text", Type::String),
            Parameter::new("start", Type::Integer),
            Parameter::optional("length", Type::Integer),
        ],
        Type::String,
        substring,
        "A part of a text, from a position counted from 0: of a length, or to the end.",
        "从给定位置（从 0 起）开始的子串；可给长度，否则到末尾。",
    ),
    Function::scalar(
        "replace",
        &[
            Parameter::new("text", Type::String),
            Parameter::new("search", Type::String),
            Parameter::new("replacement", Type::String),
        ],
        Type::String,
        replace,
        "A text with every occurrence of another replaced.",
        "替换字符串中出现的每一处指定文本。",
    ),
    Function::scalar(
        "split",
        &[Parameter::new("text", Type::String), Parameter::new("delimiter", Type::Any)],
        Type::List,
        split,
        "The parts of a text between delimiters; of several delimiters, given as a list, each divides.",
        "按分隔符切分字符串；可给多个分隔符组成的列表。",
    ),
    Function::scalar(
        "char_length",
        TEXT,
        Type::Integer,
        char_length,
        "How many characters a text has.",
        "字符串的字符数。",
    ),
    Function::scalar(
        "character_length",
        TEXT,
        Type::Integer,
        char_length,
        "How many characters a text has: the long name of char_length().",
        "字符串的字符数：char_length() 的全称。",
    ),
    Function::scalar(
        "normalize",
        &[Parameter::new("text", Type::String), Parameter::optional("form", Type::String)],
        Type::String,
        normalize,
        "A text in a Unicode normal form: NFC, NFD, NFKC or NFKD; NFC where none is given.",
        "转换为 Unicode 规范形式：NFC、NFD、NFKC 或 NFKD，默认 NFC。",
    ),
];

/// The text that a function makes of its only argument.
fn mapped(function: &'static str, values: &[Value], map: impl FnOnce(&str) -> String) -> Result<Value> {
    Ok(Arguments::of(function, values).text(0)?.map_or(Value::Null, |text| Value::text(map(text))))
}

fn to_upper(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    mapped("toUpper", values, str::to_uppercase)
}

fn to_lower(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    mapped("toLower", values, str::to_lowercase)
}

/// Takes characters off one end or both.
fn trimmed(function: &'static str, values: &[Value], start: bool, end: bool) -> Result<Value> {
    let arguments = Arguments::of(function, values);
    let (text, characters) = (arguments.text(0)?, arguments.text(1)?);
    let Some(text) = text.filter(|_| characters.is_some() || !arguments.given(1)) else { return Ok(Value::Null) };
    let goes = |c: char| characters.map_or(c.is_whitespace(), |set| set.contains(c));
    let mut rest: &str = text;
    if start {
        rest = rest.trim_start_matches(goes);
    }
    if end {
        rest = rest.trim_end_matches(goes);
    }
    Ok(Value::text(rest))
}

fn trim(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    trimmed("trim", values, true, true)
}

fn ltrim(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    trimmed("ltrim", values, true, false)
}

fn rtrim(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    trimmed("rtrim", values, false, true)
}

/// The byte at which a character begins, counted from 0; the end of the text where it has not so many.
fn byte_of(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(byte, _)| byte)
}

fn left(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("left", values);
    let (Some(text), Some(length)) = (arguments.text(0)?, arguments.count(1)?) else { return Ok(Value::Null) };
    Ok(Value::text(&text[..byte_of(text, length)]))
}

fn right(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("right", values);
    let (Some(text), Some(length)) = (arguments.text(0)?, arguments.count(1)?) else { return Ok(Value::Null) };
    let before = text.chars().count().saturating_sub(length);
    Ok(Value::text(&text[byte_of(text, before)..]))
}

fn substring(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("substring", values);
    let length = if arguments.given(2) { arguments.count(2)? } else { Some(usize::MAX) };
    let (Some(text), Some(start), Some(length)) = (arguments.text(0)?, arguments.count(1)?, length) else {
        return Ok(Value::Null);
    };
    let rest = &text[byte_of(text, start)..];
    Ok(Value::text(&rest[..byte_of(rest, length)]))
}

fn replace(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("replace", values);
    let (text, search, replacement) = (arguments.text(0)?, arguments.text(1)?, arguments.text(2)?);
    let (Some(text), Some(search), Some(replacement)) = (text, search, replacement) else { return Ok(Value::Null) };
    // An empty text is found nowhere; `str::replace` would find it between all characters.
    if search.is_empty() {
        return Ok(Value::Text(Arc::clone(text)));
    }
    if replacement.len() > search.len() {
        let found = text.matches(&**search).count() as u64;
        size::text_may_have(text.len() as u64 + found.saturating_mul((replacement.len() - search.len()) as u64))?;
    }
    Ok(Value::text(text.replace(&**search, replacement)))
}

fn split(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("split", values);
    let text = arguments.text(0)?;
    let wrong = |given: &Value| arguments.wrong_type(given, "a String or a List of Strings", "字符串或字符串列表");
    let mut delimiters: Vec<&str> = Vec::new();
    match arguments.get(1) {
        Value::Null => return Ok(Value::Null),
        Value::Text(delimiter) => delimiters.push(delimiter),
        Value::List(items) => {
            for item in items.iter() {
                match item {
                    Value::Null => return Ok(Value::Null),
                    Value::Text(delimiter) => delimiters.push(delimiter),
                    other => return Err(wrong(other)),
                }
            }
        }
        other => return Err(wrong(other)),
    }
    let Some(text) = text else { return Ok(Value::Null) };
    if delimiters.contains(&"") {
        // Between all characters, but neither before the first nor after the last.
        return Ok(Value::list(text.chars().map(|c| Value::text(c.encode_utf8(&mut [0; 4]) as &str)).collect()));
    }
    Ok(Value::list(pieces(text, &delimiters).into_iter().map(Value::text).collect()))
}

/// The parts of a text between delimiters, none of which is empty. Where two begin at one place, the first that is
/// named divides.
fn pieces<'a>(text: &'a str, delimiters: &[&str]) -> Vec<&'a str> {
    if let [delimiter] = delimiters {
        return text.split(delimiter).collect();
    }
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while at < text.len() {
        match delimiters.iter().find(|d| text[at..].starts_with(**d)) {
            Some(delimiter) => {
                found.push(&text[start..at]);
                at += delimiter.len();
                start = at;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    found.push(&text[start..]);
    found
}

fn char_length(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let text = Arguments::of("char_length", values).text(0)?;
    Ok(text.map_or(Value::Null, |text| Value::Integer(text.chars().count() as i64)))
}

fn normalize(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("normalize", values);
    let form = if arguments.given(1) { arguments.text(1)?.map(|form| &**form) } else { Some("NFC") };
    let (Some(text), Some(form)) = (arguments.text(0)?, form) else { return Ok(Value::Null) };
    Ok(Value::text(match form {
        "NFC" => text.nfc().collect::<String>(),
        "NFD" => text.nfd().collect(),
        "NFKC" => text.nfkc().collect(),
        "NFKD" => text.nfkd().collect(),
        other => {
            return Err(QueryError::runtime(
                ErrorType::ArgumentError,
                Detail::InvalidArgumentValue,
                format!("`{other}` is no normal form: NFC, NFD, NFKC and NFKD are"),
                format!("`{other}` 不是规范形式；可用 NFC、NFD、NFKC、NFKD"),
            ));
        }
    }))
}
