//! Functions that make temporal values: dates, times, instants and durations.

use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::temporal::{self, Argument, Clock, Components, Temporal, TemporalError, TemporalKind};
use crate::query::value::{Map, Value};

use super::arguments::Arguments;
use super::{Function, Parameter, Surroundings, Type};

const INPUT: &[Parameter] = &[Parameter::optional("input", Type::Any)];
const ZONE: &[Parameter] = &[Parameter::optional("timezone", Type::String)];
const TRUNCATE: &[Parameter] = &[
    Parameter::new("unit", Type::String),
    Parameter::optional("instant", Type::Instant),
    Parameter::optional("fields", Type::Map),
];
const FROM_AND_TO: &[Parameter] = &[Parameter::new("from", Type::Instant), Parameter::new("to", Type::Instant)];

/// The functions of a kind of instant: its constructor, those that read a clock, and truncation. The clock is that of
/// the statement; a transaction is a statement here.
macro_rules! instants {
    ($(($kind:ident, $ty:ident, $name:literal, $transaction:literal, $statement:literal, $realtime:literal,
        $truncate:literal, $en:literal, $zh:literal),)*) => {
        &[
            $(
                Function::scalar(
                    $name,
                    INPUT,
                    Type::$ty,
                    |around, values| construct($name, TemporalKind::$kind, around, values),
                    concat!("A ", $en, " from a map of components, a text or another temporal value; without any, that of now."),
                    concat!("由分量映射、文本或其他时间值得到", $zh, "；不给参数时为当前", $zh, "。"),
                ),
                Function::scalar(
                    $transaction,
                    ZONE,
                    Type::$ty,
                    |around, values| now($transaction, TemporalKind::$kind, around.clock, values),
                    concat!("The ", $en, " when the transaction began, in a time zone."),
                    concat!("事务开始时的", $zh, "，可给时区。"),
                ),
                Function::scalar(
                    $statement,
                    ZONE,
                    Type::$ty,
                    |around, values| now($statement, TemporalKind::$kind, around.clock, values),
                    concat!("The ", $en, " when the statement began, in a time zone."),
                    concat!("语句开始时的", $zh, "，可给时区。"),
                ),
                Function::scalar(
                    $realtime,
                    ZONE,
                    Type::$ty,
                    |_, values| now($realtime, TemporalKind::$kind, &Clock::system(), values),
                    concat!("The ", $en, " of this very moment, in a time zone."),
                    concat!("此时此刻的", $zh, "，可给时区。"),
                )
                .volatile(),
                Function::scalar(
                    $truncate,
                    TRUNCATE,
                    Type::$ty,
                    |around, values| truncate($truncate, TemporalKind::$kind, around, values),
                    concat!("The ", $en, " at which the unit (day, month, hour …) of an instant began; fields may be set then."),
                    concat!("将时间截断到给定单位（day、month、hour 等）得到的", $zh, "；随后可设置分量。"),
                ),
            )*
            Function::scalar(
                "duration",
                &[Parameter::new("input", Type::Any)],
                Type::Duration,
                |around, values| construct("duration", TemporalKind::Duration, around, values),
                "A duration from a map of components or a text.",
                "由分量映射或文本得到时长。",
            ),
            Function::scalar(
                "duration.between",
                FROM_AND_TO,
                Type::Duration,
                |_, values| difference("duration.between", temporal::between, values),
                "From one instant to another, in months, days, seconds and nanoseconds.",
                "两个时间之间的时长，以月、日、秒和纳秒表示。",
            ),
            Function::scalar(
                "duration.inMonths",
                FROM_AND_TO,
                Type::Duration,
                |_, values| difference("duration.inMonths", temporal::in_months, values),
                "From one instant to another, in whole months.",
                "两个时间之间的整月数。",
            ),
            Function::scalar(
                "duration.inDays",
                FROM_AND_TO,
                Type::Duration,
                |_, values| difference("duration.inDays", temporal::in_days, values),
                "From one instant to another, in whole days.",
                "两个时间之间的整日数。",
            ),
            Function::scalar(
                "duration.inSeconds",
                FROM_AND_TO,
                Type::Duration,
                |_, values| difference("duration.inSeconds", temporal::in_seconds, values),
                "From one instant to another, in seconds and nanoseconds.",
                "两个时间之间的秒和纳秒数。",
            ),
            Function::scalar(
                "datetime.fromEpoch",
                &[Parameter::new("seconds", Type::Integer), Parameter::new("nanoseconds", Type::Integer)],
                Type::DateTime,
                from_epoch,
                "The instant so many seconds and nanoseconds after the beginning of 1970, UTC.",
                "自 1970 年初（UTC）起经过给定秒和纳秒的时刻。",
            ),
            Function::scalar(
                "datetime.fromEpochMillis",
                &[Parameter::new("milliseconds", Type::Integer)],
                Type::DateTime,
                from_epoch_millis,
                "The instant so many milliseconds after the beginning of 1970, UTC.",
                "自 1970 年初（UTC）起经过给定毫秒的时刻。",
            ),
            Function::scalar(
                "timestamp",
                &[],
                Type::Integer,
                timestamp,
                "Milliseconds from the beginning of 1970, UTC, to when the statement began.",
                "自 1970 年初（UTC）到语句开始时的毫秒数。",
            ),
        ]
    };
}

/// The functions of this file.
pub(super) const FUNCTIONS: &[Function] = instants![
    (Date, Date, "date", "date.transaction", "date.statement", "date.realtime", "date.truncate", "date", "日期"),
    (
        LocalTime,
        LocalTime,
        "localtime",
        "localtime.transaction",
        "localtime.statement",
        "localtime.realtime",
        "localtime.truncate",
        "local time",
        "本地时间"
    ),
    (
        Time,
        Time,
        "time",
        "time.transaction",
        "time.statement",
        "time.realtime",
        "time.truncate",
        "time with an offset",
        "带时差的时间"
    ),
    (
        LocalDateTime,
        LocalDateTime,
        "localdatetime",
        "localdatetime.transaction",
        "localdatetime.statement",
        "localdatetime.realtime",
        "localdatetime.truncate",
        "local date and time",
        "本地日期时间"
    ),
    (
        DateTime,
        DateTime,
        "datetime",
        "datetime.transaction",
        "datetime.statement",
        "datetime.realtime",
        "datetime.truncate",
        "date and time with a zone",
        "带时区的日期时间"
    ),
];

/// A temporal value, or why there is none.
fn made(function: &str, result: Result<Temporal, TemporalError>) -> Result<Value> {
    result.map(Value::temporal).map_err(|e| refused(function, &e))
}

/// The error that an argument makes no temporal value.
fn refused(function: &str, reason: &TemporalError) -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::ArgumentError,
        Detail::InvalidArgumentValue,
        format!("{function}(): {reason}"),
        format!("{function}()：{reason}"),
    )
}

/// The components that a map names.
fn components(arguments: Arguments<'_>, map: &Map) -> Result<Components> {
    let component = |value: &Value| {
        Ok(match value {
            Value::Null => Argument::Null,
            Value::Integer(i) => Argument::Integer(*i),
            Value::Float(f) => Argument::Float(*f),
            Value::Text(text) => Argument::Text(text.to_string()),
            Value::Temporal(temporal) => Argument::Temporal(temporal.as_ref().clone()),
            other => return Err(arguments.wrong_type(other, "numbers, texts and temporal values", "数、文本和时间值")),
        })
    };
    map.iter().map(|(key, value)| Ok((key.to_string(), component(value)?))).collect()
}

fn construct(function: &'static str, kind: TemporalKind, around: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of(function, values);
    let clock = around.clock;
    match arguments.get(0) {
        Value::Null if !arguments.given(0) => made(function, temporal::now(kind, clock, None)),
        Value::Null => Ok(Value::Null),
        Value::Text(text) => made(function, temporal::parse(kind, text, clock)),
        Value::Map(map) => made(function, temporal::construct(kind, &components(arguments, map)?, clock)),
        Value::Temporal(other) => made(function, temporal::convert(kind, other, clock)),
        other => Err(arguments.wrong_type(other, "a Map, a String or a temporal value", "映射、字符串或时间值")),
    }
}

fn now(function: &'static str, kind: TemporalKind, clock: &Clock, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of(function, values);
    let zone = match arguments.get(0) {
        Value::Null if arguments.given(0) => return Ok(Value::Null),
        // The components of the constructor, of which only the time zone makes sense here.
        Value::Map(map) => match map.get("timezone") {
            Some(Value::Text(zone)) => Some(zone),
            _ => None,
        },
        _ => arguments.text(0)?,
    };
    made(function, temporal::now(kind, clock, zone.map(|zone| &**zone)))
}

fn truncate(function: &'static str, kind: TemporalKind, around: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of(function, values);
    let fields = match arguments.map(2)? {
        Some(map) => components(arguments, map)?,
        None if arguments.given(2) => return Ok(Value::Null),
        None => Components::new(),
    };
    let (unit, instant) = (arguments.text(0)?, arguments.temporal(1)?);
    let Some(unit) = unit else { return Ok(Value::Null) };
    match instant {
        Some(instant) => made(function, temporal::truncate(kind, unit, instant, &fields, around.clock)),
        None if arguments.given(1) => Ok(Value::Null),
        None => {
            let now = temporal::now(kind, around.clock, None).map_err(|e| refused(function, &e))?;
            made(function, temporal::truncate(kind, unit, &now, &fields, around.clock))
        }
    }
}

fn difference(
    function: &'static str,
    compute: fn(&Temporal, &Temporal) -> Result<Temporal, TemporalError>,
    values: &[Value],
) -> Result<Value> {
    let arguments = Arguments::of(function, values);
    let (from, to) = (arguments.temporal(0)?, arguments.temporal(1)?);
    let (Some(from), Some(to)) = (from, to) else { return Ok(Value::Null) };
    made(function, compute(from, to))
}

fn from_epoch(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("datetime.fromEpoch", values);
    let (Some(seconds), Some(nanoseconds)) = (arguments.integer(0)?, arguments.integer(1)?) else {
        return Ok(Value::Null);
    };
    made("datetime.fromEpoch", temporal::from_epoch(seconds, nanoseconds))
}

fn from_epoch_millis(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let milliseconds = Arguments::of("datetime.fromEpochMillis", values).integer(0)?;
    milliseconds.map_or(Ok(Value::Null), |m| made("datetime.fromEpochMillis", temporal::from_epoch_millis(m)))
}

fn timestamp(around: &Surroundings<'_>, _: &[Value]) -> Result<Value> {
    let now = temporal::now(TemporalKind::DateTime, around.clock, None).map_err(|e| refused("timestamp", &e))?;
    Ok(match now.component("epochMillis") {
        Some(temporal::Part::Integer(milliseconds)) => Value::Integer(milliseconds),
        _ => Value::Null,
    })
}
