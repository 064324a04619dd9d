//! Temporal values from maps of components, and from other temporal values.
//!
//! A map names components (`{year: 2024, month: 5}`), and may select a date, a time or both from another value
//! (`{date: d, hour: 12}`), whose components the named ones replace. Without a value to select from, only the smallest
//! components can be left out.

use super::civil::{Date, LocalDateTime, LocalTime, NANOS_OF_SECOND};
use super::clock::{self, Clock};
use super::decimal::Decimal;
use super::duration::{self, DurationUnit};
use super::error::{TemporalError, quoted, ranged};
use super::parse;
use super::zone::{Offset, Zone};
use super::zoned::{DateTime, Time};
use super::{Argument, Components, Temporal, TemporalKind};

/// The components of a date.
const DATE_NAMES: [&str; 8] = ["year", "quarter", "month", "week", "day", "ordinalDay", "dayOfWeek", "dayOfQuarter"];
/// The components of a time of day.
const TIME_NAMES: [&str; 6] = ["hour", "minute", "second", "millisecond", "microsecond", "nanosecond"];
/// The components that a date is selected by.
const DATE_SELECTION: [&str; 1] = ["date"];
/// The components that a time of day is selected by.
const TIME_SELECTION: [&str; 1] = ["time"];
/// The components that a date with a time of day is selected by.
const BOTH_SELECTION: [&str; 1] = ["datetime"];
/// The components that an instant is given by.
const EPOCH_NAMES: [&str; 2] = ["epochSeconds", "epochMillis"];
/// The component that names a time zone.
pub(super) const TIMEZONE: &str = "timezone";

/// The value that a map of components describes.
///
/// # Errors
/// If it describes none: a component is unknown, of the wrong type, out of range, missing, or contradicts another.
pub fn construct(kind: TemporalKind, components: &Components, clock: &Clock) -> Result<Temporal, TemporalError> {
    let given = Given { kind, components };
    // A time zone alone asks for the present there.
    if kind != TemporalKind::Duration && components.len() == 1 && components.contains_key(TIMEZONE) {
        return clock::now_in(kind, clock, given.zone()?);
    }
    given.check(&known(kind))?;
    if components.is_empty() {
        return Err(TemporalError::Empty { kind, needed: needed(kind) });
    }
    let both = given.selected("datetime")?;
    if both.is_some() {
        for (name, first) in [("date", "date"), ("time", "time")] {
            if components.contains_key(name) {
                return Err(TemporalError::Conflict { first, second: "datetime" });
            }
        }
    }
    let from_date = both.map_or_else(|| given.selected("date"), |both| Ok(Some(both)))?;
    let from_time = both.map_or_else(|| given.selected("time"), |both| Ok(Some(both)))?;
    let date = || -> Result<Option<Date>, TemporalError> { given.date(from_date.map(date_of).transpose()?) };
    let time = || -> Result<Option<LocalTime>, TemporalError> { given.time(from_time.map(time_of).transpose()?) };
    let local = || -> Result<LocalDateTime, TemporalError> {
        let date = date()?.ok_or(TemporalError::Empty { kind, needed: needed(kind) })?;
        let time = time()?;
        if time.is_some() && from_date.is_none() {
            given.whole_date()?;
        }
        Ok(LocalDateTime::new(date, time.unwrap_or(LocalTime::MIDNIGHT)))
    };
    let empty = TemporalError::Empty { kind, needed: needed(kind) };
    Ok(match kind {
        TemporalKind::Duration => Temporal::Duration(duration::construct(&given)?),
        TemporalKind::Date => Temporal::Date(date()?.ok_or(empty)?),
        TemporalKind::LocalTime => Temporal::LocalTime(time()?.ok_or(empty)?),
        TemporalKind::Time => {
            let local = time()?.ok_or(empty)?;
            let source = from_time.and_then(offset_of);
            let time = Time::new(local, source.unwrap_or_else(|| clock.offset()));
            let Some(zone) = given.zone()? else { return Ok(Temporal::Time(time)) };
            let offset = zone.offset_at(from_time.map_or(clock.second(), |from| second_of(from, clock)));
            Temporal::Time(if source.is_some() { time.at_offset(offset) } else { Time::new(local, offset) })
        }
        TemporalKind::LocalDateTime => Temporal::LocalDateTime(local()?),
        TemporalKind::DateTime => {
            let zone = given.zone()?;
            if let Some(instant) = given.epoch()? {
                return Ok(Temporal::DateTime(DateTime::of_instant(instant, &zone.unwrap_or(Zone::UTC))?));
            }
            let source = from_time.and_then(zone_of);
            let preferred = from_time.and_then(offset_of);
            let local = local()?;
            Temporal::DateTime(match (source, zone) {
                (Some(source), None) => DateTime::resolve(local, &source, preferred)?,
                // The clocks of the value that was selected tell which instant is meant.
                (Some(source), Some(zone)) => DateTime::resolve(local, &source, preferred)?.in_zone(&zone)?,
                (None, zone) => DateTime::resolve(local, zone.as_ref().unwrap_or(clock.zone()), None)?,
            })
        }
    })
}

/// A value as one of another kind: what it lacks is midnight and the statement's time zone, what is too much is left
/// out.
///
/// # Errors
/// If it lacks what cannot be supplied: a date, or a time of day for a time.
pub fn convert(kind: TemporalKind, value: &Temporal, clock: &Clock) -> Result<Temporal, TemporalError> {
    let local = || -> Result<LocalDateTime, TemporalError> {
        Ok(LocalDateTime::new(date_of(value)?, time_of(value).unwrap_or(LocalTime::MIDNIGHT)))
    };
    Ok(match (kind, value) {
        _ if kind == value.kind() => value.clone(),
        (TemporalKind::Date, _) => Temporal::Date(date_of(value)?),
        (TemporalKind::LocalTime, _) => Temporal::LocalTime(time_of(value)?),
        (TemporalKind::Time, _) => {
            let offset = offset_of(value).unwrap_or_else(|| clock.offset());
            Temporal::Time(Time::new(time_of(value)?, offset))
        }
        (TemporalKind::LocalDateTime, _) => Temporal::LocalDateTime(local()?),
        (TemporalKind::DateTime, _) => {
            Temporal::DateTime(DateTime::resolve(local()?, &zone_of(value).unwrap_or(clock.zone().clone()), None)?)
        }
        (TemporalKind::Duration, _) => {
            return Err(TemporalError::NoSuchPart { kind: value.kind(), part: "length" });
        }
    })
}

/// The component without which there is no value of a kind.
fn needed(kind: TemporalKind) -> &'static str {
    match kind {
        TemporalKind::LocalTime | TemporalKind::Time => "hour",
        TemporalKind::Duration => "seconds",
        TemporalKind::Date | TemporalKind::LocalDateTime | TemporalKind::DateTime => "year",
    }
}

/// The components that a kind can be made of.
fn known(kind: TemporalKind) -> Vec<&'static str> {
    let zone: &[&str] = &[TIMEZONE];
    let groups: &[&[&str]] = match kind {
        TemporalKind::Duration => return DurationUnit::ALL.iter().map(|(name, _)| *name).collect(),
        TemporalKind::Date => &[&DATE_NAMES, &DATE_SELECTION],
        TemporalKind::LocalTime => &[&TIME_NAMES, &TIME_SELECTION],
        TemporalKind::Time => &[&TIME_NAMES, &TIME_SELECTION, zone],
        TemporalKind::LocalDateTime => &[&DATE_NAMES, &TIME_NAMES, &DATE_SELECTION, &TIME_SELECTION, &BOTH_SELECTION],
        TemporalKind::DateTime => {
            &[&DATE_NAMES, &TIME_NAMES, &DATE_SELECTION, &TIME_SELECTION, &BOTH_SELECTION, &EPOCH_NAMES, zone]
        }
    };
    groups.concat()
}

/// The components that can replace those of a value of a kind.
pub(super) fn replaceable(kind: TemporalKind) -> Vec<&'static str> {
    known(kind).into_iter().filter(|name| !is_selection(name)).collect()
}

fn is_selection(name: &str) -> bool {
    [&DATE_SELECTION[..], &TIME_SELECTION, &BOTH_SELECTION, &EPOCH_NAMES].concat().contains(&name)
}

/// The date of a value.
pub(super) fn date_of(value: &Temporal) -> Result<Date, TemporalError> {
    match value {
        Temporal::Date(date) => Ok(*date),
        Temporal::LocalDateTime(local) => Ok(local.date),
        Temporal::DateTime(zoned) => Ok(zoned.local().date),
        _ => Err(TemporalError::NoSuchPart { kind: value.kind(), part: "date" }),
    }
}

/// The time of day of a value.
pub(super) fn time_of(value: &Temporal) -> Result<LocalTime, TemporalError> {
    match value {
        Temporal::LocalTime(time) => Ok(*time),
        Temporal::Time(time) => Ok(time.local),
        Temporal::LocalDateTime(local) => Ok(local.time),
        Temporal::DateTime(zoned) => Ok(zoned.local().time),
        _ => Err(TemporalError::NoSuchPart { kind: value.kind(), part: "time of day" }),
    }
}

/// The offset of a value, if it has one.
pub(super) fn offset_of(value: &Temporal) -> Option<Offset> {
    match value {
        Temporal::Time(time) => Some(time.offset),
        Temporal::DateTime(zoned) => Some(zoned.offset()),
        _ => None,
    }
}

/// The time zone of a value, if it has one.
pub(super) fn zone_of(value: &Temporal) -> Option<Zone> {
    match value {
        Temporal::Time(time) => Some(Zone::Fixed(time.offset)),
        Temporal::DateTime(zoned) => Some(zoned.zone()),
        _ => None,
    }
}

/// The instant of a value, or else of the statement: when a time without a date asks for the offset of a region.
pub(super) fn second_of(value: &Temporal, clock: &Clock) -> i64 {
    match value {
        Temporal::DateTime(zoned) => zoned.epoch_second(),
        _ => clock.second(),
    }
}

/// A map of components, read one by one.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    /// What is to be made of it.
    pub(super) kind: TemporalKind,
    /// The components.
    pub(super) components: &'a Components,
}

impl<'a> Given<'a> {
    /// Whether all components are among these.
    pub(super) fn check(&self, known: &[&'static str]) -> Result<(), TemporalError> {
        match self.components.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                Err(TemporalError::UnknownComponent { kind: self.kind, name: quoted(name), known: known.join(", ") })
            }
        }
    }

    fn has(&self, name: &str) -> bool {
        self.components.contains_key(name)
    }

    fn wrong_type<T>(component: &'static str, found: &Argument, wanted: &'static str) -> Result<T, TemporalError> {
        let found = match found {
            Argument::Null => "null".to_owned(),
            Argument::Integer(value) => value.to_string(),
            Argument::Float(value) => format!("{value:?}"),
            Argument::Text(text) => format!("`{}`", quoted(text)),
            Argument::Temporal(value) => format!("a {}", value.kind()),
        };
        Err(TemporalError::WrongType { component, found, wanted })
    }

    /// A component that is a whole number.
    fn integer(&self, name: &'static str) -> Result<Option<i64>, TemporalError> {
        match self.components.get(name) {
            None => Ok(None),
            Some(Argument::Integer(value)) => Ok(Some(*value)),
            Some(other) => Self::wrong_type(name, other, "a whole number"),
        }
    }

    /// A component that is a number.
    pub(super) fn number(&self, name: &'static str) -> Result<Option<Decimal>, TemporalError> {
        match self.components.get(name) {
            None => Ok(None),
            Some(Argument::Integer(value)) => Ok(Some(Decimal::whole(*value))),
            Some(Argument::Float(value)) => Decimal::from_float(*value).map(Some),
            Some(other) => Self::wrong_type(name, other, "a number"),
        }
    }

    /// A component that is a temporal value.
    fn selected(&self, name: &'static str) -> Result<Option<&'a Temporal>, TemporalError> {
        match self.components.get(name) {
            None => Ok(None),
            Some(Argument::Temporal(value)) => Ok(Some(value)),
            Some(other) => Self::wrong_type(name, other, "a date or time"),
        }
    }

    /// The time zone.
    pub(super) fn zone(&self) -> Result<Option<Zone>, TemporalError> {
        match self.components.get(TIMEZONE) {
            None => Ok(None),
            Some(Argument::Text(text)) => parse::zone(text).map(Some),
            Some(other) => Self::wrong_type(TIMEZONE, other, "an offset or the name of a time zone"),
        }
    }

    /// The instant that is given by its distance from 1970-01-01T00:00Z, in nanoseconds.
    fn epoch(&self) -> Result<Option<i128>, TemporalError> {
        let Some(name) = EPOCH_NAMES.into_iter().find(|name| self.has(name)) else { return Ok(None) };
        let others = [&DATE_NAMES[..], &TIME_NAMES[..3], &["date", "time", "datetime", "epochMillis"]].concat();
        if let Some(other) = others.into_iter().find(|other| *other != name && self.has(other)) {
            return Err(TemporalError::Conflict { first: name, second: other });
        }
        let seconds = self.integer("epochSeconds")?.map(|s| i128::from(s) * i128::from(NANOS_OF_SECOND));
        let millis = self.integer("epochMillis")?.map(|ms| i128::from(ms) * 1_000_000);
        if millis.is_some() && self.has("millisecond") {
            return Err(TemporalError::Conflict { first: "epochMillis", second: "millisecond" });
        }
        let below = self.below_second(millis.map(|_| 0))?.unwrap_or_default();
        Ok(seconds.or(millis).map(|nanos| nanos + i128::from(below)))
    }

    /// The date, with the components of another for those that are not named.
    pub(super) fn date(&self, base: Option<Date>) -> Result<Option<Date>, TemporalError> {
        let forms =
            [["month", "day"], ["week", "dayOfWeek"], ["quarter", "dayOfQuarter"], ["ordinalDay", "ordinalDay"]];
        let mut named =
            forms.into_iter().filter_map(|form| Some((form, form.into_iter().find(|name| self.has(name))?)));
        let form = named.next();
        if let (Some((_, first)), Some((_, second))) = (form, named.next()) {
            return Err(TemporalError::Conflict { first, second });
        }
        let year = self.integer("year")?;
        let Some(([greater, smaller], first)) = form else {
            return match (year, base) {
                (None, base) => Ok(base),
                (Some(year), None) => Date::new(year, 1, 1).map(Some),
                (Some(year), Some(base)) => Date::clamped(year, base.month(), base.day()).map(Some),
            };
        };
        if base.is_none() {
            if year.is_none() {
                return Err(TemporalError::Missing { component: first, needed: "year" });
            }
            if !self.has(greater) {
                return Err(TemporalError::Missing { component: smaller, needed: greater });
            }
        }
        let (whole, part) = (self.integer(greater)?, self.integer(smaller)?);
        // A part that is taken over fits itself to the shorter months and years; one that is named must be there.
        let date = match (greater, base) {
            ("month", None) => Date::new(year.unwrap_or_default(), whole.unwrap_or(1), part.unwrap_or(1)),
            ("month", Some(base)) => {
                let (year, month) = (year.unwrap_or(base.year()), whole.unwrap_or(base.month()));
                part.map_or_else(|| Date::clamped(year, month, base.day()), |day| Date::new(year, month, day))
            }
            ("week", None) => Date::of_week(year.unwrap_or_default(), whole.unwrap_or(1), part.unwrap_or(1)),
            ("week", Some(base)) => {
                let (year, day) = (year.unwrap_or(base.week_year()), part.unwrap_or(base.day_of_week()));
                whole.map_or_else(
                    || Date::of_week_clamped(year, base.week(), day),
                    |week| Date::of_week(year, week, day),
                )
            }
            ("quarter", None) => Date::of_quarter(year.unwrap_or_default(), whole.unwrap_or(1), part.unwrap_or(1)),
            ("quarter", Some(base)) => {
                let (year, quarter) = (year.unwrap_or(base.year()), whole.unwrap_or(base.quarter()));
                part.map_or_else(
                    || Date::of_quarter_clamped(year, quarter, base.day_of_quarter()),
                    |day| Date::of_quarter(year, quarter, day),
                )
            }
            (_, base) => Date::of_ordinal(year.or(base.map(Date::year)).unwrap_or_default(), whole.unwrap_or(1)),
        };
        date.map(Some)
    }

    /// Whether the date is named down to the day, as a time of day needs it.
    fn whole_date(&self) -> Result<(), TemporalError> {
        let days = ["day", "dayOfWeek", "ordinalDay", "dayOfQuarter"];
        if days.into_iter().any(|name| self.has(name)) {
            return Ok(());
        }
        let needed = match self {
            _ if self.has("week") => "dayOfWeek",
            _ if self.has("quarter") => "dayOfQuarter",
            _ => "day",
        };
        let time = TIME_NAMES.into_iter().chain(TIME_SELECTION).find(|name| self.has(name));
        Err(TemporalError::Missing { component: time.unwrap_or("time"), needed })
    }

    /// The time of day, with the components of another for those that are not named.
    pub(super) fn time(&self, base: Option<LocalTime>) -> Result<Option<LocalTime>, TemporalError> {
        let below = self.below_second(None)?;
        self.time_above(base, below)
    }

    /// The time of day with these nanoseconds below the second.
    pub(super) fn time_above(
        &self,
        base: Option<LocalTime>,
        below: Option<i64>,
    ) -> Result<Option<LocalTime>, TemporalError> {
        let [hour, minute, second] = ["hour", "minute", "second"];
        let smallest = TIME_NAMES[3..].iter().copied().find(|name| self.has(name));
        if base.is_none() {
            let steps = [(smallest, second), (self.has(second).then_some(second), minute)];
            let steps = steps.into_iter().chain([(self.has(minute).then_some(minute), hour)]);
            for (component, needed) in steps {
                if let Some(component) = component.filter(|_| !self.has(needed)) {
                    return Err(TemporalError::Missing { component, needed });
                }
            }
            if !self.has(hour) {
                return Ok(None);
            }
        }
        let base = base.unwrap_or(LocalTime::MIDNIGHT);
        let time = LocalTime::new(
            self.integer(hour)?.unwrap_or(base.hour()),
            self.integer(minute)?.unwrap_or(base.minute()),
            self.integer(second)?.unwrap_or(base.second()),
            below.unwrap_or(base.nanosecond()),
        )?;
        Ok(Some(time))
    }

    /// The nanoseconds below the second, if anything is said of them. Beside a greater one, each component counts what
    /// is below that one; milliseconds may be known already.
    pub(super) fn below_second(&self, millis: Option<i64>) -> Result<Option<i64>, TemporalError> {
        let [milli, micro, nano] = ["millisecond", "microsecond", "nanosecond"];
        let read = |name, most| self.integer(name)?.map(|value| ranged(name, value, 0, most)).transpose();
        let millis = read(milli, 999)?.or(millis);
        let micros = read(micro, if millis.is_some() { 999 } else { 999_999 })?;
        let most = if micros.is_some() {
            999
        } else if millis.is_some() {
            999_999
        } else {
            NANOS_OF_SECOND - 1
        };
        let nanos = read(nano, most)?;
        if millis.or(micros).or(nanos).is_none() {
            return Ok(None);
        }
        Ok(Some(millis.unwrap_or_default() * 1_000_000 + micros.unwrap_or_default() * 1000 + nanos.unwrap_or_default()))
    }
}
