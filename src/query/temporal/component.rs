//! The components of temporal values, as `d.year` reads them.

use super::civil::{Date, LocalTime, NANOS_OF_SECOND};
use super::duration::Duration;
use super::zone::Offset;
use super::zoned::DateTime;
use super::{Part, Temporal};

/// The component of a value; none if its kind has no such component, or if the number is too great for an integer.
pub(super) fn component(value: &Temporal, name: &str) -> Option<Part> {
    let number = match value {
        Temporal::Date(date) => of_date(*date, name),
        Temporal::LocalTime(time) => of_time(*time, name),
        Temporal::Time(time) => match name {
            "timezone" | "offset" => return Some(Part::Text(time.offset.to_string())),
            _ => of_time(time.local, name).or_else(|| of_offset(time.offset, name)),
        },
        Temporal::LocalDateTime(local) => of_date(local.date, name).or_else(|| of_time(local.time, name)),
        Temporal::DateTime(zoned) => match name {
            "timezone" => return Some(Part::Text(zoned.zone().to_string())),
            "offset" => return Some(Part::Text(zoned.offset().to_string())),
            _ => of_instant(zoned, name),
        },
        Temporal::Duration(duration) => of_duration(*duration, name),
    };
    number.map(Part::Integer)
}

fn of_date(date: Date, name: &str) -> Option<i64> {
    Some(match name {
        "year" => date.year(),
        "quarter" => date.quarter(),
        "month" => date.month(),
        "week" => date.week(),
        "weekYear" => date.week_year(),
        "day" => date.day(),
        "dayOfQuarter" | "quarterDay" => date.day_of_quarter(),
        "ordinalDay" => date.ordinal_day(),
        "weekDay" | "dayOfWeek" => date.day_of_week(),
        _ => return None,
    })
}

fn of_time(time: LocalTime, name: &str) -> Option<i64> {
    Some(match name {
        "hour" => time.hour(),
        "minute" => time.minute(),
        "second" => time.second(),
        "millisecond" => time.nanosecond() / 1_000_000,
        "microsecond" => time.nanosecond() / 1000,
        "nanosecond" => time.nanosecond(),
        _ => return None,
    })
}

fn of_offset(offset: Offset, name: &str) -> Option<i64> {
    match name {
        "offsetMinutes" => Some(offset.seconds() / 60),
        "offsetSeconds" => Some(offset.seconds()),
        _ => None,
    }
}

fn of_instant(zoned: &DateTime, name: &str) -> Option<i64> {
    let local = zoned.local();
    match name {
        "epochSeconds" => Some(zoned.epoch_second()),
        "epochMillis" => i64::try_from(zoned.instant().div_euclid(1_000_000)).ok(),
        _ => {
            of_date(local.date, name).or_else(|| of_time(local.time, name)).or_else(|| of_offset(zoned.offset(), name))
        }
    }
}

/// The plural names count the whole part of the duration in that unit; those with `Of` what is left below a greater
/// unit.
fn of_duration(duration: Duration, name: &str) -> Option<i64> {
    let (months, days, seconds, nanos) =
        (duration.months(), duration.days(), duration.seconds(), duration.nanosecond());
    let counted = |worth: i64| i64::try_from(duration.nanos().div_euclid(i128::from(worth))).ok();
    Some(match name {
        "years" => months / 12,
        "quarters" => months / 3,
        "months" => months,
        "weeks" => days / 7,
        "days" => days,
        "hours" => seconds / 3600,
        "minutes" => seconds / 60,
        "seconds" => seconds,
        "milliseconds" => counted(1_000_000)?,
        "microseconds" => counted(1000)?,
        "nanoseconds" => counted(1)?,
        "quartersOfYear" => months / 3 % 4,
        "monthsOfYear" => months % 12,
        "monthsOfQuarter" => months % 3,
        "daysOfWeek" => days % 7,
        "minutesOfHour" => seconds / 60 % 60,
        "secondsOfMinute" => seconds % 60,
        "millisecondsOfSecond" => nanos / 1_000_000,
        "microsecondsOfSecond" => nanos / 1000,
        "nanosecondsOfSecond" => nanos % NANOS_OF_SECOND,
        _ => return None,
    })
}
