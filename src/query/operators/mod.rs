//! What operators compute: functions of values, without a row or a plan around them.
//!
//! Where an operand is null the result is null, unless another operand decides alone (`false AND null`). What an operator
//! does not take is an error that names the types.

mod access;
mod arithmetic;
mod regular;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;

use super::ast::{BinaryOp, UnaryOp};
use super::compare::{Comparison, compare, equals};
use super::error::{Detail, ErrorType, QueryError, Result};
use super::functions::size;
use super::value::Value;

pub use access::{index, property, slice};

/// The result of an operator between two operands, both of which are computed.
///
/// # Errors
/// `TypeError` for operands of types that the operator does not take, `ArithmeticError` for results that are none,
/// `ArgumentError` for a regular expression that is none.
pub fn binary(op: BinaryOp, a: &Value, b: &Value) -> Result<Value> {
    match op {
        BinaryOp::Or => Ok(truth_value(or(truth(op, a)?, truth(op, b)?))),
        BinaryOp::And => Ok(truth_value(and(truth(op, a)?, truth(op, b)?))),
        BinaryOp::Xor => {
            let (a, b) = (truth(op, a)?, truth(op, b)?);
            Ok(truth_value(a.zip(b).map(|(a, b)| a != b)))
        }
        BinaryOp::Equal => Ok(truth_value(equals(a, b))),
        BinaryOp::NotEqual => Ok(truth_value(equals(a, b).map(|equal| !equal))),
        BinaryOp::Less => Ok(compared(a, b, Ordering::is_lt)),
        BinaryOp::LessOrEqual => Ok(compared(a, b, Ordering::is_le)),
        BinaryOp::Greater => Ok(compared(a, b, Ordering::is_gt)),
        BinaryOp::GreaterOrEqual => Ok(compared(a, b, Ordering::is_ge)),
        BinaryOp::Add => arithmetic::add(a, b),
        BinaryOp::Subtract => arithmetic::subtract(a, b),
        BinaryOp::Multiply => arithmetic::multiply(a, b),
        BinaryOp::Divide => arithmetic::divide(a, b),
        BinaryOp::Modulo => arithmetic::modulo(a, b),
        BinaryOp::Power => arithmetic::power(a, b),
        BinaryOp::In => within(a, b),
        BinaryOp::StartsWith => Ok(texts(a, b, |text, start| text.starts_with(start))),
        BinaryOp::EndsWith => Ok(texts(a, b, |text, end| text.ends_with(end))),
        BinaryOp::Contains => Ok(texts(a, b, |text, part| text.contains(part))),
        BinaryOp::Matches => match (a, b) {
            (Value::Text(text), Value::Text(pattern)) => Ok(Value::Boolean(regular::matches(text, pattern)?)),
            _ => Ok(Value::Null),
        },
        BinaryOp::Concatenate => concatenate(a, b),
    }
}

/// The result of an operator before its operand.
///
/// # Errors
/// As of [`binary`].
pub fn unary(op: UnaryOp, operand: &Value) -> Result<Value> {
    match (op, operand) {
        (_, Value::Null) => Ok(Value::Null),
        (UnaryOp::Not, Value::Boolean(b)) => Ok(Value::Boolean(!b)),
        (UnaryOp::Minus, _) => arithmetic::negate(operand),
        (UnaryOp::Plus, Value::Integer(_) | Value::Float(_)) => Ok(operand.clone()),
        (UnaryOp::Plus, Value::Temporal(t)) if t.kind() == super::temporal::TemporalKind::Duration => {
            Ok(operand.clone())
        }
        (UnaryOp::Not, _) => Err(wrong_operand("NOT", "a Boolean", "布尔值", operand)),
        (UnaryOp::Plus, _) => Err(wrong_operand("+", "a number or a Duration", "数或时长", operand)),
    }
}

/// The truth of a value: none of null.
///
/// # Errors
/// `TypeError` for what is no truth.
pub fn truth(op: BinaryOp, value: &Value) -> Result<Option<bool>> {
    match value {
        Value::Boolean(b) => Ok(Some(*b)),
        Value::Null => Ok(None),
        other => Err(wrong_operand(symbol(op), "Booleans", "布尔值", other)),
    }
}

/// `AND` of two truths, either of which may be unknown.
#[must_use]
pub fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// `OR` of two truths, either of which may be unknown.
#[must_use]
pub fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// A truth, or null, as a value.
#[must_use]
pub fn truth_value(truth: Option<bool>) -> Value {
    truth.map_or(Value::Null, Value::Boolean)
}

fn compared(a: &Value, b: &Value, wanted: fn(Ordering) -> bool) -> Value {
    match compare(a, b) {
        Comparison::Ordered(ordering) => Value::Boolean(wanted(ordering)),
        Comparison::Unordered => Value::Boolean(false),
        Comparison::Unknown => Value::Null,
    }
}

/// `IN`: whether an element equals; unknown where that hangs on a null.
fn within(a: &Value, b: &Value) -> Result<Value> {
    let items = match b {
        Value::Null => return Ok(Value::Null),
        Value::List(items) => items,
        other => return Err(wrong_operand("IN", "a List on its right side", "右侧为列表", other)),
    };
    let mut found = Some(false);
    for item in items.iter() {
        match equals(a, item) {
            Some(true) => return Ok(Value::Boolean(true)),
            Some(false) => {}
            None => found = None,
        }
    }
    Ok(truth_value(found))
}

/// A test of two texts; null of anything else.
fn texts(a: &Value, b: &Value, test: fn(&str, &str) -> bool) -> Value {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => Value::Boolean(test(a, b)),
        _ => Value::Null,
    }
}

/// `||`: two texts, or two lists, joined.
fn concatenate(a: &Value, b: &Value) -> Result<Value> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Text(a), Value::Text(b)) => joined_texts(a, b),
        (Value::List(a), Value::List(b)) => joined_lists(a, b),
        _ => Err(wrong_operands(BinaryOp::Concatenate, a, b)),
    }
}

/// Two texts as one.
fn joined_texts(a: &str, b: &str) -> Result<Value> {
    size::text_may_have(a.len() as u64 + b.len() as u64)?;
    let mut joined = String::with_capacity(a.len() + b.len());
    joined.push_str(a);
    joined.push_str(b);
    Ok(Value::text(joined))
}

/// Two lists as one.
fn joined_lists(a: &[Value], b: &[Value]) -> Result<Value> {
    size::list_may_have(a.len() as u64 + b.len() as u64)?;
    Ok(Value::list([a, b].concat()))
}

/// An operator as it is written.
#[must_use]
pub fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "OR",
        BinaryOp::Xor => "XOR",
        BinaryOp::And => "AND",
        BinaryOp::Equal => "=",
        BinaryOp::NotEqual => "<>",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Modulo => "%",
        BinaryOp::Power => "^",
        BinaryOp::In => "IN",
        BinaryOp::StartsWith => "STARTS WITH",
        BinaryOp::EndsWith => "ENDS WITH",
        BinaryOp::Contains => "CONTAINS",
        BinaryOp::Matches => "=~",
        BinaryOp::Concatenate => "||",
    }
}

/// The error that an operator does not take an operand.
fn wrong_operand(op: &str, wanted: &str, wanted_zh: &str, given: &Value) -> Box<QueryError> {
    let given = given.type_name();
    QueryError::runtime(
        ErrorType::TypeError,
        Detail::InvalidArgumentType,
        format!("{op} takes {wanted}, but was given a value of type {given}"),
        format!("{op} 需要{wanted_zh}，得到的是 {given} 类型的值"),
    )
}

/// The error that an operator does not take two operands together.
fn wrong_operands(op: BinaryOp, a: &Value, b: &Value) -> Box<QueryError> {
    let (op, a, b) = (symbol(op), a.type_name(), b.type_name());
    QueryError::runtime(
        ErrorType::TypeError,
        Detail::InvalidArgumentType,
        format!("{op} does not take values of types {a} and {b}"),
        format!("{op} 不接受 {a} 和 {b} 类型的值"),
    )
}
