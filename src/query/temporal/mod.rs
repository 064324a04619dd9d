//! The temporal values of the query language, after openCypher's CIP2015-08-06 "Date and Time": dates, times and
//! instants of the proleptic Gregorian calendar to the nanosecond, with years of up to nine digits, and durations.
//!
//! Everything here is a function of its arguments: the present and the default time zone come in a [`Clock`], time
//! zones from the database that is compiled in. What is beyond the calendar is an error.

mod arithmetic;
pub mod civil;
mod clock;
mod component;
mod construct;
mod decimal;
mod difference;
mod duration;
mod error;
mod parse;
mod parse_duration;
mod text;
mod truncate;
mod zone;
mod zoned;

#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::collections::BTreeMap;

pub use arithmetic::{add, divide, multiply, subtract};
pub use civil::{Date, LocalDateTime, LocalTime};
pub use clock::{Clock, from_epoch, from_epoch_millis, now};
pub use construct::{construct, convert};
pub use difference::{between, in_days, in_months, in_seconds};
pub use duration::Duration;
pub use error::TemporalError;
pub use parse::parse;
pub use truncate::truncate;
pub use zone::{Offset, Region, Zone};
pub use zoned::{DateTime, Time};

/// The kinds of temporal values, in the order in which `ORDER BY` puts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TemporalKind {
    /// An instant, with a time zone.
    DateTime,
    /// A date and a time of day, of no particular place.
    LocalDateTime,
    /// A date.
    Date,
    /// A time of day, with an offset from UTC.
    Time,
    /// A time of day, of no particular place.
    LocalTime,
    /// A length of time.
    Duration,
}

impl TemporalKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::DateTime, Self::LocalDateTime, Self::Date, Self::Time, Self::LocalTime, Self::Duration];

    /// The name of the type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DateTime => "DateTime",
            Self::LocalDateTime => "LocalDateTime",
            Self::Date => "Date",
            Self::Time => "Time",
            Self::LocalTime => "LocalTime",
            Self::Duration => "Duration",
        }
    }

    /// The name of the function that makes values of it.
    #[must_use]
    pub fn function(self) -> &'static str {
        match self {
            Self::DateTime => "datetime",
            Self::LocalDateTime => "localdatetime",
            Self::Date => "date",
            Self::Time => "time",
            Self::LocalTime => "localtime",
            Self::Duration => "duration",
        }
    }

    /// Whether its values have a date.
    fn has_date(self) -> bool {
        matches!(self, Self::DateTime | Self::LocalDateTime | Self::Date)
    }
}

/// A temporal value. Equality is that of the query language; [`std::fmt::Display`] writes the canonical text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Temporal {
    /// A date.
    Date(Date),
    /// A time of day, of no particular place.
    LocalTime(LocalTime),
    /// A time of day, with an offset from UTC.
    Time(Time),
    /// A date and a time of day, of no particular place.
    LocalDateTime(LocalDateTime),
    /// An instant, with a time zone.
    DateTime(DateTime),
    /// A length of time.
    Duration(Duration),
}

/// A component of a temporal value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// A number.
    Integer(i64),
    /// A text: a time zone or an offset.
    Text(String),
}

/// The value of one component of the map that a temporal value is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// Nothing is known; no component takes it.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number; components of durations take it.
    Float(f64),
    /// A text: a time zone.
    Text(String),
    /// A value to take components from.
    Temporal(Temporal),
}

/// The map that a temporal value is made of, by the names of components.
pub type Components = BTreeMap<String, Argument>;

impl Temporal {
    /// The kind of the value.
    #[must_use]
    pub fn kind(&self) -> TemporalKind {
        match self {
            Self::Date(_) => TemporalKind::Date,
            Self::LocalTime(_) => TemporalKind::LocalTime,
            Self::Time(_) => TemporalKind::Time,
            Self::LocalDateTime(_) => TemporalKind::LocalDateTime,
            Self::DateTime(_) => TemporalKind::DateTime,
            Self::Duration(_) => TemporalKind::Duration,
        }
    }

    /// A component of the value; none if its kind has no such component, or if the number is too great for an integer.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<Part> {
        component::component(self, name)
    }

    /// The order of `<`; none between kinds, and between durations, of which none is simply the longer.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Duration(_), _) => None,
            _ if self.kind() == other.kind() => Some(self.order(other)),
            _ => None,
        }
    }

    /// The order of `ORDER BY`, in which every two values have their place; only equal values share one.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Date(left), Self::Date(right)) => left.cmp(right),
            (Self::LocalTime(left), Self::LocalTime(right)) => left.cmp(right),
            (Self::Time(left), Self::Time(right)) => left.cmp(right),
            (Self::LocalDateTime(left), Self::LocalDateTime(right)) => left.cmp(right),
            (Self::DateTime(left), Self::DateTime(right)) => left.cmp(right),
            (Self::Duration(left), Self::Duration(right)) => left.cmp(right),
            _ => self.kind().cmp(&other.kind()),
        }
    }
}
