//! Truncation: the beginning of the century, week, hour … that a temporal value is in.

use super::civil::{Date, LocalDateTime, LocalTime, NANOS_OF_SECOND, YEARS};
use super::clock::Clock;
use super::construct::{Given, date_of, offset_of, replaceable, second_of, time_of, zone_of};
use super::error::{TemporalError, quoted, ranged};
use super::zoned::{DateTime, Time};
use super::{Components, Temporal, TemporalKind};

/// What a value can be truncated to, the greatest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Millennium,
    Century,
    Decade,
    Year,
    WeekYear,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
}

const UNITS: [(&str, Unit); 14] = [
    ("millennium", Unit::Millennium),
    ("century", Unit::Century),
    ("decade", Unit::Decade),
    ("year", Unit::Year),
    ("weekYear", Unit::WeekYear),
    ("quarter", Unit::Quarter),
    ("month", Unit::Month),
    ("week", Unit::Week),
    ("day", Unit::Day),
    ("hour", Unit::Hour),
    ("minute", Unit::Minute),
    ("second", Unit::Second),
    ("millisecond", Unit::Millisecond),
    ("microsecond", Unit::Microsecond),
];

impl Unit {
    /// Whether values of a kind can be truncated to this unit: dates have nothing below the day, times nothing above.
    fn fits(self, kind: TemporalKind) -> bool {
        match kind {
            TemporalKind::Date => self <= Self::Day,
            TemporalKind::LocalTime | TemporalKind::Time => self >= Self::Day,
            TemporalKind::LocalDateTime | TemporalKind::DateTime => true,
            TemporalKind::Duration => false,
        }
    }

    /// The unit of a name, in any case, for values of a kind.
    fn named(kind: TemporalKind, name: &str) -> Result<Self, TemporalError> {
        let fitting = || UNITS.into_iter().filter(|(_, unit)| unit.fits(kind));
        let found = fitting().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, unit)| unit).ok_or_else(|| TemporalError::Unit {
            kind,
            unit: quoted(name),
            known: fitting().map(|(name, _)| name).collect::<Vec<_>>().join(", "),
        })
    }

    /// The first day of what a date is in.
    fn date(self, date: Date) -> Result<Date, TemporalError> {
        // The first years of the calendar have no whole century below them.
        let years = |count: i64| Date::new((date.year().div_euclid(count) * count).max(YEARS.0), 1, 1);
        match self {
            Self::Millennium => years(1000),
            Self::Century => years(100),
            Self::Decade => years(10),
            Self::Year => years(1),
            Self::WeekYear => Date::of_week(date.week_year(), 1, 1),
            Self::Quarter => Date::of_quarter(date.year(), date.quarter(), 1),
            Self::Month => Date::new(date.year(), date.month(), 1),
            Self::Week => date.plus_days(1 - date.day_of_week()),
            _ => Ok(date),
        }
    }

    /// The first moment of what a time of day is in.
    fn time(self, time: LocalTime) -> LocalTime {
        let length = match self {
            Self::Hour => 3600 * NANOS_OF_SECOND,
            Self::Minute => 60 * NANOS_OF_SECOND,
            Self::Second => NANOS_OF_SECOND,
            Self::Millisecond => 1_000_000,
            Self::Microsecond => 1000,
            _ => return LocalTime::MIDNIGHT,
        };
        LocalTime::wrapped(i128::from(time.nanosecond_of_day() / length * length))
    }
}

/// The beginning of the unit that a value is in, as a value of a kind, with some of its components replaced.
///
/// Components below the second add to what the unit keeps: truncated to milliseconds, with `nanosecond: 2`, is two
/// nanoseconds after the millisecond. Another time zone keeps what clocks show.
///
/// # Errors
/// If values of the kind have no such unit, if the value has no date or time of day where one is needed, or if the
/// components are wrong.
pub fn truncate(
    kind: TemporalKind,
    unit: &str,
    from: &Temporal,
    overrides: &Components,
    clock: &Clock,
) -> Result<Temporal, TemporalError> {
    let unit = Unit::named(kind, unit)?;
    let given = Given { kind, components: overrides };
    given.check(&replaceable(kind))?;
    let date = || -> Result<Date, TemporalError> {
        let date = unit.date(date_of(from)?)?;
        Ok(given.date(Some(date))?.unwrap_or(date))
    };
    let time = || -> Result<LocalTime, TemporalError> {
        let time = match time_of(from) {
            // A date has a beginning of the day, but of no hour.
            Err(_) if unit <= Unit::Day && kind.has_date() => LocalTime::MIDNIGHT,
            time => unit.time(time?),
        };
        let below = below_second(unit, time, &given)?;
        Ok(given.time_above(Some(time), below)?.unwrap_or(time))
    };
    Ok(match kind {
        TemporalKind::Date => Temporal::Date(date()?),
        TemporalKind::LocalTime => Temporal::LocalTime(time()?),
        TemporalKind::Time => {
            let offset = match given.zone()? {
                Some(zone) => zone.offset_at(second_of(from, clock)),
                None => offset_of(from).unwrap_or_else(|| clock.offset()),
            };
            Temporal::Time(Time::new(time()?, offset))
        }
        TemporalKind::LocalDateTime => Temporal::LocalDateTime(LocalDateTime::new(date()?, time()?)),
        TemporalKind::DateTime => {
            let own = zone_of(from).unwrap_or_else(|| clock.zone().clone());
            let zone = given.zone()?.unwrap_or(own);
            Temporal::DateTime(DateTime::resolve(LocalDateTime::new(date()?, time()?), &zone, offset_of(from))?)
        }
        TemporalKind::Duration => return Err(TemporalError::NoSuchPart { kind, part: "beginning" }),
    })
}

/// The nanoseconds below the second: those of the components, on top of what the unit keeps.
fn below_second(unit: Unit, time: LocalTime, given: &Given<'_>) -> Result<Option<i64>, TemporalError> {
    let names = |names: &[&str]| names.iter().any(|name| given.components.contains_key(*name));
    match unit {
        Unit::Millisecond if !names(&["millisecond"]) && names(&["microsecond", "nanosecond"]) => {
            given.below_second(Some(time.nanosecond() / 1_000_000))
        }
        Unit::Microsecond if !names(&["millisecond", "microsecond"]) && names(&["nanosecond"]) => {
            let below = given.below_second(None)?.unwrap_or_default();
            Ok(Some(time.nanosecond() + ranged("nanosecond", below, 0, 999)?))
        }
        _ => given.below_second(None),
    }
}
