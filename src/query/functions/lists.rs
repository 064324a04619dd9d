//! Functions of lists, and of texts and maps as collections of something.

use std::sync::Arc;

use crate::query::compare::equals;
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::value::Value;

use super::arguments::Arguments;
use super::{Function, Parameter, Surroundings, Type, size};

const LIST: &[Parameter] = &[Parameter::new("list", Type::List)];

/// The functions of this file.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::scalar(
        "size",
        &[Parameter::new("list", Type::Collection)],
        Type::Integer,
        size_of,
        "How many elements a list has, characters a text, entries a map.",
        "列表的元素数、字符串的字符数或映射的条目数。",
    ),
    Function::scalar("head", LIST, Type::Any, head, "The first element of a list.", "列表的第一个元素。"),
    Function::scalar("last", LIST, Type::Any, last, "The last element of a list.", "列表的最后一个元素。"),
    Function::scalar("tail", LIST, Type::List, tail, "A list without its first element.", "去掉第一个元素的列表。"),
    Function::scalar(
        "reverse",
        &[Parameter::new("list", Type::Sequence)],
        Type::Sequence,
        reverse,
        "A list or a text from its end to its beginning.",
        "倒序的列表或字符串。",
    ),
    Function::scalar(
        "range",
        &[
            Parameter::new("start", Type::Integer),
            Parameter::new("end", Type::Integer),
            Parameter::optional("step", Type::Integer),
        ],
        Type::List,
        range,
        "The integers from one up to and with another; with a step, every so many; with a negative step, downwards.",
        "从起点到终点（含终点）的整数；可给步长，负步长为递减。",
    )
    .unchecked(),
    Function::scalar(
        "coalesce",
        &[Parameter::new("value", Type::Any)],
        Type::Any,
        coalesce,
        "The first of the values that is not null.",
        "参数中第一个非空的值。",
    )
    .variadic(),
    Function::scalar(
        "nullIf",
        &[Parameter::new("value", Type::Any), Parameter::new("other", Type::Any)],
        Type::Any,
        null_if,
        "Null where both values are equal, else the first.",
        "两值相等时为空，否则为第一个值。",
    ),
    Function::scalar(
        "isEmpty",
        &[Parameter::new("list", Type::Collection)],
        Type::Boolean,
        is_empty,
        "Whether a list, a text or a map is empty.",
        "列表、字符串或映射是否为空。",
    ),
];

/// How many there are in a collection; none of null.
fn count(arguments: Arguments<'_>) -> Result<Option<usize>> {
    match arguments.get(0) {
        Value::Null => Ok(None),
        Value::List(items) => Ok(Some(items.len())),
        Value::Text(text) => Ok(Some(text.chars().count())),
        Value::Map(entries) => Ok(Some(entries.len())),
        other => Err(arguments.wrong_type(other, "a List, a String or a Map", "列表、字符串或映射")),
    }
}

fn size_of(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(count(Arguments::of("size", values))?.map_or(Value::Null, |count| Value::Integer(count as i64)))
}

fn is_empty(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(count(Arguments::of("isEmpty", values))?.map_or(Value::Null, |count| Value::Boolean(count == 0)))
}

fn head(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let list = Arguments::of("head", values).list(0)?;
    Ok(list.and_then(|items| items.first()).cloned().unwrap_or_default())
}

fn last(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let list = Arguments::of("last", values).list(0)?;
    Ok(list.and_then(|items| items.last()).cloned().unwrap_or_default())
}

fn tail(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let list = Arguments::of("tail", values).list(0)?;
    Ok(list.map_or(Value::Null, |items| Value::list(items.get(1..).unwrap_or_default().to_vec())))
}

fn reverse(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("reverse", values);
    match arguments.get(0) {
        Value::Null => Ok(Value::Null),
        Value::Text(text) => Ok(Value::Text(Arc::from(text.chars().rev().collect::<String>()))),
        Value::List(items) => Ok(Value::list(items.iter().rev().cloned().collect())),
        other => Err(arguments.wrong_type(other, "a List or a String", "列表或字符串")),
    }
}

fn range(surroundings: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("range", values);
    let integer = |position: usize| match arguments.get(position) {
        Value::Null => Ok(None),
        Value::Integer(i) => Ok(Some(*i)),
        other => {
            let (ty, detail) = (ErrorType::ArgumentError, Detail::InvalidArgumentType);
            Err(arguments.refuse(ty, detail, other, "Integers", "整数"))
        }
    };
    let step = if arguments.given(2) { integer(2)? } else { Some(1) };
    let (Some(start), Some(end), Some(step)) = (integer(0)?, integer(1)?, step) else { return Ok(Value::Null) };
    if step == 0 {
        return Err(QueryError::runtime(
            ErrorType::ArgumentError,
            Detail::NumberOutOfRange,
            "the step of range() cannot be 0",
            "range() 的步长不能为 0",
        ));
    }
    if start != end && (start < end) != (step > 0) {
        return Ok(Value::list(Vec::new()));
    }
    let steps = start.abs_diff(end) / step.unsigned_abs();
    size::list_may_have(steps.saturating_add(1))?;
    surroundings.budget.check(std::mem::size_of::<Value>().saturating_mul(steps as usize + 1))?;
    // Nothing wraps around: the last is not beyond the end.
    let numbers = (0..=steps as i64).map(|i| Value::Integer(start.wrapping_add(i.wrapping_mul(step))));
    Ok(Value::list(numbers.collect()))
}

fn coalesce(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(values.iter().find(|v| !v.is_null()).cloned().unwrap_or_default())
}

fn null_if(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("nullIf", values);
    let same = equals(arguments.get(0), arguments.get(1)) == Some(true);
    Ok(if same { Value::Null } else { arguments.get(0).clone() })
}
