//! Sums and differences of temporal values and durations, multiples and fractions of durations.

use super::Temporal;
use super::civil::{LocalDateTime, LocalTime, NANOS_OF_DAY};
use super::duration::Duration;
use super::error::TemporalError;
use super::zone::Zone;
use super::zoned::{DateTime, Time};

/// A value and a duration added, in either order, or two durations.
///
/// Months are added first, then days, then the time. A date takes whole days of the time only, and a time of day takes
/// nothing but the time.
///
/// # Errors
/// If neither is a duration, or the sum is beyond what can be held.
pub fn add(left: &Temporal, right: &Temporal) -> Result<Temporal, TemporalError> {
    match (left, right) {
        (Temporal::Duration(left), Temporal::Duration(right)) => left.plus(*right).map(Temporal::Duration),
        (value, Temporal::Duration(duration)) | (Temporal::Duration(duration), value) => later(value, *duration),
        _ => Err(undefined("+", left, right)),
    }
}

/// A duration subtracted from a value or from another duration.
///
/// # Errors
/// If the second is no duration, or the difference is beyond what can be held.
pub fn subtract(left: &Temporal, right: &Temporal) -> Result<Temporal, TemporalError> {
    let Temporal::Duration(duration) = right else { return Err(undefined("-", left, right)) };
    let negated = duration.negated()?;
    match left {
        Temporal::Duration(left) => left.plus(negated).map(Temporal::Duration),
        value => later(value, negated),
    }
}

/// A duration times a number: what is left of months becomes days, what is left of days becomes time.
///
/// # Errors
/// If the first is no duration, or the product is beyond what can be held.
pub fn multiply(duration: &Temporal, factor: f64) -> Result<Temporal, TemporalError> {
    match duration {
        Temporal::Duration(duration) => duration.times(factor).map(Temporal::Duration),
        other => Err(TemporalError::Operands { operation: "*", left: other.kind().name(), right: "a number" }),
    }
}

/// A duration by a number: what is left of months becomes days, what is left of days becomes time.
///
/// # Errors
/// If the first is no duration, if the number is zero, or the quotient is beyond what can be held.
pub fn divide(duration: &Temporal, divisor: f64) -> Result<Temporal, TemporalError> {
    match duration {
        Temporal::Duration(duration) => duration.divided_by(divisor).map(Temporal::Duration),
        other => Err(TemporalError::Operands { operation: "/", left: other.kind().name(), right: "a number" }),
    }
}

fn undefined(operation: &'static str, left: &Temporal, right: &Temporal) -> TemporalError {
    TemporalError::Operands { operation, left: left.kind().name(), right: right.kind().name() }
}

/// A value so much later.
fn later(value: &Temporal, duration: Duration) -> Result<Temporal, TemporalError> {
    let clock = |time: LocalTime| LocalTime::wrapped(i128::from(time.nanosecond_of_day()) + duration.nanos());
    let moved = |local: LocalDateTime| -> Result<LocalDateTime, TemporalError> {
        let date = local.date.plus_months(duration.months())?.plus_days(duration.days())?;
        Ok(LocalDateTime::new(date, local.time))
    };
    Ok(match value {
        Temporal::Date(date) => {
            let days = i64::try_from(duration.nanos() / i128::from(NANOS_OF_DAY));
            let days = days.map_err(|_| TemporalError::Overflow { what: "date" })?;
            let date = moved(LocalDateTime::new(*date, LocalTime::MIDNIGHT))?.date;
            Temporal::Date(date.plus_days(days)?)
        }
        Temporal::LocalTime(time) => Temporal::LocalTime(clock(*time)),
        Temporal::Time(time) => Temporal::Time(Time::new(clock(time.local), time.offset)),
        Temporal::LocalDateTime(local) => Temporal::LocalDateTime(moved(*local)?.plus_nanos(duration.nanos())?),
        Temporal::DateTime(zoned) => Temporal::DateTime(later_instant(zoned, moved(zoned.local())?, duration)?),
        Temporal::Duration(other) => Temporal::Duration(other.plus(duration)?),
    })
}

/// An instant so much later: months and days are those of the local calendar, the time passes as it does for everyone.
fn later_instant(zoned: &DateTime, moved: LocalDateTime, duration: Duration) -> Result<DateTime, TemporalError> {
    let day = if moved == zoned.local() { zoned.clone() } else { zoned.with_local(moved)? };
    let zone: Zone = day.zone();
    let instant = day.instant().checked_add(duration.nanos()).ok_or(TemporalError::Overflow { what: "instant" })?;
    DateTime::of_instant(instant, &zone)
}
