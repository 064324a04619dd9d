//! Values as requests write them.

use std::sync::Arc;

use serde_json::Value as Json;
use tiaokuai::query::temporal::{self, Clock, TemporalKind};
use tiaokuai::query::value::Value;

/// The value that a piece of JSON stands for; none where it stands for nothing that can be given from outside.
pub(crate) fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Bool(b) => Value::Boolean(*b),
        Json::Number(n) => match n.as_i64() {
            Some(i) => Value::Integer(i),
            None => Value::Float(n.as_f64()?),
        },
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => Value::list(items.iter().map(value).collect::<Option<_>>()?),
        Json::Object(entries) => match entries.iter().next() {
            Some((tag, body)) if entries.len() == 1 && tag.starts_with('$') => tagged(tag, body)?,
            _ => map(entries)?,
        },
    })
}

fn map(entries: &serde_json::Map<String, Json>) -> Option<Value> {
    let entries: Option<Vec<_>> = entries.iter().map(|(k, v)| Some((Arc::from(k.as_str()), value(v)?))).collect();
    Some(Value::map(entries?))
}

fn tagged(tag: &str, body: &Json) -> Option<Value> {
    use TemporalKind::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time};
    match tag {
        "$map" => map(body.as_object()?),
        "$float" => Some(Value::Float(match body.as_str()? {
            "NaN" => f64::NAN,
            "Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            _ => return None,
        })),
        _ => {
            let kind = [Date, LocalTime, Time, LocalDateTime, DateTime, Duration];
            let kind = kind.into_iter().find(|kind| tag.strip_prefix('$') == Some(kind.function()))?;
            temporal::parse(kind, body.as_str()?, &Clock::system()).ok().map(Value::temporal)
        }
    }
}
