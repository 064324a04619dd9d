//! Access to what is within a value: elements, parts, entries, properties, components.

use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::functions::entities::{node_is_there, relationship_is_there};
use crate::query::source::PropertyGraph;
use crate::query::temporal::Part;
use crate::query::value::Value;

use super::wrong_operand;

/// `base[index]`: an element of a list, counted from 0 or, below, from its end; an entry of a map; a property of a node or
/// relationship; a component of a temporal value. Null where there is none.
///
/// # Errors
/// `TypeError` for an index of the wrong type, or a base that has nothing within; `EntityNotFound` for what was deleted.
pub fn index(graph: &dyn PropertyGraph, base: &Value, index: &Value) -> Result<Value> {
    match (base, index) {
        (Value::Null, _) => Ok(Value::Null),
        (
            Value::List(_) | Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Temporal(_),
            Value::Null,
        ) => Ok(Value::Null),
        (Value::List(items), Value::Integer(i)) => {
            let from_start = if *i < 0 { i.checked_add(items.len() as i64) } else { Some(*i) };
            let position = from_start.and_then(|i| usize::try_from(i).ok());
            Ok(position.and_then(|i| items.get(i)).cloned().unwrap_or_default())
        }
        (Value::List(_), other) => Err(QueryError::runtime(
            ErrorType::TypeError,
            Detail::ListElementAccessByNonInteger,
            format!("an element of a List is found by an Integer, not by a value of type {}", other.type_name()),
            format!("列表元素须以整数定位，得到的是 {} 类型的值", other.type_name()),
        )),
        (Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Temporal(_), Value::Text(key)) => {
            property(graph, base, key)
        }
        (Value::Map(_) | Value::Node(_) | Value::Relationship(_) | Value::Temporal(_), other) => {
            Err(QueryError::runtime(
                ErrorType::TypeError,
                Detail::MapElementAccessByNonString,
                format!(
                    "an entry of a {} is found by a String, not by a value of type {}",
                    base.type_name(),
                    other.type_name()
                ),
                format!("{} 的条目须以字符串定位，得到的是 {} 类型的值", base.type_name(), other.type_name()),
            ))
        }
        _ => Err(wrong_operand("[ ]", "a List, a Map, a Node or a Relationship", "列表、映射、节点或关系", base)),
    }
}

/// `base[from..to]`: the elements of a list from a position up to, but without, another. Positions below 0 count from the
/// end; those beyond an end stand for that end.
///
/// # Errors
/// `TypeError` for what is no list, and positions that are no integers.
pub fn slice(base: &Value, from: Option<&Value>, to: Option<&Value>) -> Result<Value> {
    let items = match base {
        Value::Null => return Ok(Value::Null),
        Value::List(items) => items,
        other => return Err(wrong_operand("[ .. ]", "a List", "列表", other)),
    };
    let end = items.len() as i64;
    let position = |given: Option<&Value>, without: i64| match given {
        None => Ok(Some(without)),
        Some(Value::Null) => Ok(None),
        Some(Value::Integer(i)) => Ok(Some(if *i < 0 { i.saturating_add(end) } else { *i }.clamp(0, end))),
        Some(other) => Err(wrong_operand("[ .. ]", "Integers as its bounds", "整数作为边界", other)),
    };
    let (Some(from), Some(to)) = (position(from, 0)?, position(to, end)?) else { return Ok(Value::Null) };
    Ok(Value::list(items.get(from as usize..to as usize).unwrap_or_default().to_vec()))
}

/// `base.key`: an entry of a map, a property of a node or relationship, a component of a temporal value. Null where there is
/// none.
///
/// # Errors
/// `TypeError` for a base that has no properties; `EntityNotFound` for what was deleted.
pub fn property(graph: &dyn PropertyGraph, base: &Value, key: &str) -> Result<Value> {
    match base {
        Value::Null => Ok(Value::Null),
        Value::Map(entries) => Ok(entries.get(key).cloned().unwrap_or_default()),
        Value::Node(node) => {
            node_is_there(graph, *node)?;
            Ok(graph.key(key).map_or(Value::Null, |key| graph.node_property(*node, key)))
        }
        Value::Relationship(relationship) => {
            relationship_is_there(graph, *relationship)?;
            Ok(graph.key(key).map_or(Value::Null, |key| graph.relationship_property(*relationship, key)))
        }
        Value::Temporal(temporal) => Ok(match temporal.component(key) {
            None => Value::Null,
            Some(Part::Integer(i)) => Value::Integer(i),
            Some(Part::Text(text)) => Value::text(text),
        }),
        other => {
            let (en, zh) = ("a Map, a Node, a Relationship or a temporal value", "映射、节点、关系或时间值");
            Err(wrong_operand(&format!(".{key}"), en, zh, other))
        }
    }
}
