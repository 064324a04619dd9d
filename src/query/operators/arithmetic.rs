//! Arithmetic: integers stay integers and are exact or an error, floats follow IEEE 754, temporal values take durations.

use crate::query::ast::BinaryOp;
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::functions::text_of;
use crate::query::temporal::{self, Temporal, TemporalError, TemporalKind};
use crate::query::value::Value;

use super::{joined_lists, joined_texts, wrong_operand, wrong_operands};

/// Two numbers: both integers, or both as floats.
enum Numbers {
    Integers(i64, i64),
    Floats(f64, f64),
}

fn numbers(a: &Value, b: &Value) -> Option<Numbers> {
    Some(match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Numbers::Integers(*a, *b),
        (Value::Integer(a), Value::Float(b)) => Numbers::Floats(*a as f64, *b),
        (Value::Float(a), Value::Integer(b)) => Numbers::Floats(*a, *b as f64),
        (Value::Float(a), Value::Float(b)) => Numbers::Floats(*a, *b),
        _ => return None,
    })
}

/// The result of arithmetic on numbers: null of a null, none where an operand is neither.
fn on_numbers(
    op: BinaryOp,
    a: &Value,
    b: &Value,
    integers: fn(i64, i64) -> Option<i64>,
    floats: fn(f64, f64) -> f64,
) -> Result<Option<Value>> {
    if a.is_null() || b.is_null() {
        return Ok(Some(Value::Null));
    }
    Ok(match numbers(a, b) {
        Some(Numbers::Integers(x, y)) => {
            Some(Value::Integer(integers(x, y).ok_or_else(|| overflow(&format!("{x} {} {y}", super::symbol(op))))?))
        }
        Some(Numbers::Floats(x, y)) => Some(Value::Float(floats(x, y))),
        None => None,
    })
}

/// The error that an integer is beyond 64 bits.
fn overflow(computed: &str) -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::ArithmeticError,
        Detail::IntegerOverflow,
        format!("{computed} is beyond the 64 bits of an Integer"),
        format!("{computed} 超出 64 位整数的范围"),
    )
}

/// A temporal value that was computed, or the error that there is none.
fn computed(op: BinaryOp, result: Result<Temporal, TemporalError>) -> Result<Value> {
    result.map(Value::temporal).map_err(|e| {
        let op = super::symbol(op);
        QueryError::runtime(
            ErrorType::ArithmeticError,
            Detail::NumberOutOfRange,
            format!("{op} of temporal values: {e}"),
            format!("时间值的 {op} 运算：{e}"),
        )
    })
}

/// The duration that a value is.
fn duration(value: &Value) -> Option<&Temporal> {
    match value {
        Value::Temporal(temporal) if temporal.kind() == TemporalKind::Duration => Some(temporal),
        _ => None,
    }
}

/// The number that a value is, as a float.
fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(i) => Some(*i as f64),
        Value::Float(f) => Some(*f),
        _ => None,
    }
}

pub(super) fn add(a: &Value, b: &Value) -> Result<Value> {
    if let Some(sum) = on_numbers(BinaryOp::Add, a, b, i64::checked_add, |a, b| a + b)? {
        return Ok(sum);
    }
    match (a, b) {
        (Value::List(a), Value::List(b)) => joined_lists(a, b),
        (Value::List(items), item) => joined_lists(items, std::slice::from_ref(item)),
        (item, Value::List(items)) => joined_lists(std::slice::from_ref(item), items),
        (Value::Text(a), Value::Text(b)) => joined_texts(a, b),
        (Value::Text(text), Value::Integer(_) | Value::Float(_)) => joined_texts(text, &text_of(b).unwrap_or_default()),
        (Value::Integer(_) | Value::Float(_), Value::Text(text)) => joined_texts(&text_of(a).unwrap_or_default(), text),
        (Value::Temporal(x), Value::Temporal(y)) if duration(a).is_some() || duration(b).is_some() => {
            computed(BinaryOp::Add, temporal::add(x, y))
        }
        _ => {
            let error = wrong_operands(BinaryOp::Add, a, b);
            let text = matches!(a, Value::Text(_)) || matches!(b, Value::Text(_));
            let hint = "toString() makes a text of truths and temporal values";
            Err(if text { error.hint(hint, "可用 toString() 将布尔值和时间值转为文本") } else { error })
        }
    }
}

pub(super) fn subtract(a: &Value, b: &Value) -> Result<Value> {
    if let Some(difference) = on_numbers(BinaryOp::Subtract, a, b, i64::checked_sub, |a, b| a - b)? {
        return Ok(difference);
    }
    match (a, duration(b)) {
        (Value::Temporal(a), Some(b)) => computed(BinaryOp::Subtract, temporal::subtract(a, b)),
        (Value::Temporal(_), None) if matches!(b, Value::Temporal(_)) => {
            let error = wrong_operands(BinaryOp::Subtract, a, b);
            Err(error.hint(
                "duration.between(from, to) gives the time between two",
                "可用 duration.between(起, 止) 求两个时间之差",
            ))
        }
        _ => Err(wrong_operands(BinaryOp::Subtract, a, b)),
    }
}

pub(super) fn multiply(a: &Value, b: &Value) -> Result<Value> {
    if let Some(product) = on_numbers(BinaryOp::Multiply, a, b, i64::checked_mul, |a, b| a * b)? {
        return Ok(product);
    }
    match (duration(a).zip(float(b))).or(duration(b).zip(float(a))) {
        Some((duration, factor)) => computed(BinaryOp::Multiply, temporal::multiply(duration, factor)),
        None => Err(wrong_operands(BinaryOp::Multiply, a, b)),
    }
}

pub(super) fn divide(a: &Value, b: &Value) -> Result<Value> {
    if let (Value::Integer(_), Value::Integer(0)) = (a, b) {
        return Err(division_by_zero());
    }
    // Integers are divided towards zero.
    if let Some(quotient) = on_numbers(BinaryOp::Divide, a, b, i64::checked_div, |a, b| a / b)? {
        return Ok(quotient);
    }
    match (duration(a), float(b)) {
        (Some(_), Some(0.0)) => Err(division_by_zero()),
        (Some(duration), Some(divisor)) => computed(BinaryOp::Divide, temporal::divide(duration, divisor)),
        _ => Err(wrong_operands(BinaryOp::Divide, a, b)),
    }
}

/// The rest of a division towards zero: it has the sign of the dividend.
pub(super) fn modulo(a: &Value, b: &Value) -> Result<Value> {
    if let (Value::Integer(_), Value::Integer(0)) = (a, b) {
        return Err(division_by_zero());
    }
    // The rest by -1 is 0 even where the quotient has no place in 64 bits.
    let integers = |a: i64, b: i64| Some(a.wrapping_rem(b));
    on_numbers(BinaryOp::Modulo, a, b, integers, |a, b| a % b)?.ok_or_else(|| wrong_operands(BinaryOp::Modulo, a, b))
}

/// A power is a float, even of integers.
pub(super) fn power(a: &Value, b: &Value) -> Result<Value> {
    if a.is_null() || b.is_null() {
        return Ok(Value::Null);
    }
    match float(a).zip(float(b)) {
        Some((base, exponent)) => Ok(Value::Float(base.powf(exponent))),
        None => Err(wrong_operands(BinaryOp::Power, a, b)),
    }
}

/// The operand with the other sign.
pub(super) fn negate(operand: &Value) -> Result<Value> {
    match operand {
        Value::Null => Ok(Value::Null),
        Value::Integer(i) => i.checked_neg().map(Value::Integer).ok_or_else(|| overflow(&format!("-({i})"))),
        Value::Float(f) => Ok(Value::Float(-f)),
        other => match duration(other) {
            Some(duration) => computed(BinaryOp::Multiply, temporal::multiply(duration, -1.0)),
            None => Err(wrong_operand("-", "a number or a Duration", "数或时长", other)),
        },
    }
}

fn division_by_zero() -> Box<QueryError> {
    QueryError::runtime(ErrorType::ArithmeticError, Detail::DivisionByZero, "division by zero", "除数为零")
}
