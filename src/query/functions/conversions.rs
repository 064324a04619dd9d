//! Conversions between types. A text that is no number, or no truth, converts to null; a value of a type that is never
//! converted is an error, or null from the functions that end in `OrNull` and within lists.

use std::sync::Arc;

use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::value::Value;

use super::arguments::Arguments;
use super::{Function, Parameter, Type};

const VALUE: &[Parameter] = &[Parameter::new("value", Type::Any)];
const LIST: &[Parameter] = &[Parameter::new("list", Type::List)];

/// The functions of this file.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::scalar(
        "toInteger",
        VALUE,
        Type::Integer,
        |_, values| convert("toInteger", to_integer, ["a number or a String", "数或字符串"], values),
        "An integer from a number or a text; what is behind the point goes.",
        "将数或字符串转为整数，舍去小数部分。",
    ),
    Function::scalar(
        "toFloat",
        VALUE,
        Type::Float,
        |_, values| convert("toFloat", to_float, ["a number or a String", "数或字符串"], values),
        "A float from a number or a text.",
        "将数或字符串转为浮点数。",
    ),
    Function::scalar(
        "toBoolean",
        VALUE,
        Type::Boolean,
        |_, values| convert("toBoolean", to_boolean, ["a Boolean or a String", "布尔值或字符串"], values),
        "True or false from a text that says so.",
        "将内容为 true 或 false 的字符串转为布尔值。",
    ),
    Function::scalar(
        "toString",
        VALUE,
        Type::String,
        |_, values| {
            convert(
                "toString",
                to_text,
                ["a String, a number, a Boolean or a temporal value", "字符串、数、布尔值或时间值"],
                values,
            )
        },
        "The text of a number, a truth or a temporal value.",
        "数、布尔值或时间值的文本。",
    ),
    Function::scalar(
        "toIntegerOrNull",
        VALUE,
        Type::Integer,
        |_, values| or_null("toIntegerOrNull", to_integer, values),
        "As toInteger(), and null of any other value.",
        "同 toInteger()，其他值得到空。",
    ),
    Function::scalar(
        "toFloatOrNull",
        VALUE,
        Type::Float,
        |_, values| or_null("toFloatOrNull", to_float, values),
        "As toFloat(), and null of any other value.",
        "同 toFloat()，其他值得到空。",
    ),
    Function::scalar(
        "toBooleanOrNull",
        VALUE,
        Type::Boolean,
        |_, values| or_null("toBooleanOrNull", to_boolean, values),
        "As toBoolean(), and null of any other value.",
        "同 toBoolean()，其他值得到空。",
    ),
    Function::scalar(
        "toStringOrNull",
        VALUE,
        Type::String,
        |_, values| or_null("toStringOrNull", to_text, values),
        "As toString(), and null of any other value.",
        "同 toString()，其他值得到空。",
    ),
    Function::scalar(
        "toIntegerList",
        LIST,
        Type::List,
        |_, values| each("toIntegerList", to_integer, values),
        "Each element as toIntegerOrNull() converts it.",
        "对每个元素做 toIntegerOrNull()。",
    ),
    Function::scalar(
        "toFloatList",
        LIST,
        Type::List,
        |_, values| each("toFloatList", to_float, values),
        "Each element as toFloatOrNull() converts it.",
        "对每个元素做 toFloatOrNull()。",
    ),
    Function::scalar(
        "toBooleanList",
        LIST,
        Type::List,
        |_, values| each("toBooleanList", to_boolean, values),
        "Each element as toBooleanOrNull() converts it.",
        "对每个元素做 toBooleanOrNull()。",
    ),
    Function::scalar(
        "toStringList",
        LIST,
        Type::List,
        |_, values| each("toStringList", to_text, values),
        "Each element as toStringOrNull() converts it.",
        "对每个元素做 toStringOrNull()。",
    ),
];

/// What became of a value.
enum Converted {
    /// Another.
    To(Value),
    /// A value of its type is never converted.
    Never,
    /// It is a number beyond 64 bits.
    TooLarge,
}

type Conversion = fn(&Value) -> Converted;

/// Converts the argument of a function, which takes what is named in English and Chinese.
fn convert(function: &'static str, conversion: Conversion, taken: [&str; 2], values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of(function, values);
    let given = arguments.get(0);
    match conversion(given) {
        Converted::To(value) => Ok(value),
        Converted::Never => Err(arguments.wrong_value(given, taken[0], taken[1])),
        Converted::TooLarge => Err(QueryError::runtime(
            ErrorType::ArithmeticError,
            Detail::IntegerOverflow,
            "the number is beyond the 64 bits of an Integer",
            "该数超出 64 位整数的范围",
        )),
    }
}

/// Converts the argument of a function, or gives null.
fn or_null(function: &'static str, conversion: Conversion, values: &[Value]) -> Result<Value> {
    Ok(converted_or_null(conversion, Arguments::of(function, values).get(0)))
}

fn converted_or_null(conversion: Conversion, value: &Value) -> Value {
    match conversion(value) {
        Converted::To(value) => value,
        Converted::Never | Converted::TooLarge => Value::Null,
    }
}

/// Converts each element of a list.
fn each(function: &'static str, conversion: Conversion, values: &[Value]) -> Result<Value> {
    let list = Arguments::of(function, values).list(0)?;
    let convert = |item: &Value| converted_or_null(conversion, item);
    Ok(list.map_or(Value::Null, |items| Value::list(items.iter().map(convert).collect())))
}

fn to_integer(value: &Value) -> Converted {
    match value {
        Value::Null => Converted::To(Value::Null),
        Value::Integer(i) => Converted::To(Value::Integer(*i)),
        Value::Float(f) => truncated(*f),
        Value::Text(text) => {
            let text = text.trim();
            match text.parse::<i64>() {
                Ok(i) => Converted::To(Value::Integer(i)),
                Err(e)
                    if matches!(
                        e.kind(),
                        std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow
                    ) =>
                {
                    Converted::TooLarge
                }
                Err(_) => number_in(text).map_or(Converted::To(Value::Null), truncated),
            }
        }
        _ => Converted::Never,
    }
}

/// A float without what is behind its point, as an integer. Not-a-number is none and becomes null.
fn truncated(f: f64) -> Converted {
    // Both bounds are floats; the upper one is the first beyond the integers.
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    if f.is_nan() {
        return Converted::To(Value::Null);
    }
    let whole = f.trunc();
    if (-BOUND..BOUND).contains(&whole) { Converted::To(Value::Integer(whole as i64)) } else { Converted::TooLarge }
}

fn to_float(value: &Value) -> Converted {
    match value {
        Value::Null => Converted::To(Value::Null),
        Value::Integer(i) => Converted::To(Value::Float(*i as f64)),
        Value::Float(f) => Converted::To(Value::Float(*f)),
        Value::Text(text) => Converted::To(number_in(text.trim()).map_or(Value::Null, Value::Float)),
        _ => Converted::Never,
    }
}

/// The number that a text writes: digits with a point and an exponent, `NaN`, or `Infinity` with a sign.
fn number_in(text: &str) -> Option<f64> {
    let words = ["NaN", "Infinity", "+Infinity", "-Infinity"];
    let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if digits || words.contains(&text) { text.parse().ok() } else { None }
}

fn to_boolean(value: &Value) -> Converted {
    match value {
        Value::Null => Converted::To(Value::Null),
        Value::Boolean(b) => Converted::To(Value::Boolean(*b)),
        Value::Text(text) => {
            let text = text.trim();
            let says = |word: &str| text.eq_ignore_ascii_case(word);
            Converted::To(if says("true") || says("false") { Value::Boolean(says("true")) } else { Value::Null })
        }
        _ => Converted::Never,
    }
}

fn to_text(value: &Value) -> Converted {
    match text_of(value) {
        Some(text) => Converted::To(Value::Text(text)),
        None if value.is_null() => Converted::To(Value::Null),
        None => Converted::Never,
    }
}

/// The text of a value as `toString()` gives it: of numbers, truths, texts and temporal values. A float always has a
/// point or an exponent, and reads back as the same float.
#[must_use]
pub fn text_of(value: &Value) -> Option<Arc<str>> {
    Some(match value {
        Value::Text(text) => Arc::clone(text),
        Value::Boolean(b) => Arc::from(if *b { "true" } else { "false" }),
        Value::Integer(i) => Arc::from(i.to_string()),
        Value::Float(f) if f.is_infinite() => Arc::from(if *f > 0.0 { "Infinity" } else { "-Infinity" }),
        Value::Float(f) => Arc::from(format!("{f:?}")),
        Value::Temporal(temporal) => Arc::from(temporal.to_string()),
        _ => return None,
    })
}
