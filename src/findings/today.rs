//! The day that findings about time are asked on: an argument like any other, since nothing here looks at a clock.

use jiff::civil::Date;

use crate::model::{Value, date};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Parameter};

/// The parameter of procedures that hold dates against today.
pub(super) const PARAMETER: Parameter = Parameter {
    name: "today",
    about: Bilingual { en: "The day that dates are held against", zh: "作为今天的日期" },
    choices: &[],
    default: None,
};

/// The day that is asked on, in days since 1970-01-01.
pub(super) fn today(arguments: &Arguments) -> Result<i64, ArgumentError> {
    Ok(date::to_days(date_of(arguments)?))
}

/// The day that is asked on.
pub(super) fn date_of(arguments: &Arguments) -> Result<Date, ArgumentError> {
    let wanted = || ArgumentError::new("today", "a date is wanted, such as 2026-05-01");
    match arguments.get("today") {
        Some(Value::Date(day)) => Ok(*day),
        Some(Value::Text(text)) => date::parse(text).ok_or_else(wanted),
        _ => Err(wanted()),
    }
}
