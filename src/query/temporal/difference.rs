//! The duration between two temporal values.
//!
//! What only one of the two has is taken for both: a value without a date is of the other's day, one without a time of
//! day at midnight, one without a time zone in the other's. Months and days are counted only between two dates.

use super::civil::{Date, LocalDateTime, LocalTime};
use super::construct::{date_of, offset_of, time_of, zone_of};
use super::duration::Duration;
use super::error::TemporalError;
use super::zone::Zone;
use super::zoned::DateTime;
use super::{Temporal, TemporalKind};

/// Two values that have the same parts.
struct Pair {
    start: DateTime,
    end: DateTime,
    /// Whether both had a date of their own.
    dated: bool,
}

impl Pair {
    fn new(start: &Temporal, end: &Temporal) -> Result<Self, TemporalError> {
        for value in [start, end] {
            if value.kind() == TemporalKind::Duration {
                return Err(TemporalError::Operands {
                    operation: "the duration between",
                    left: start.kind().name(),
                    right: end.kind().name(),
                });
            }
        }
        let dates = (date_of(start).ok(), date_of(end).ok());
        let zones = (zone_of(start), zone_of(end));
        let resolve = |value: &Temporal, own: Option<Date>, zone: Option<&Zone>| {
            let date = own.or(dates.0).or(dates.1).unwrap_or(Date::EPOCH);
            let local = LocalDateTime::new(date, time_of(value).unwrap_or(LocalTime::MIDNIGHT));
            DateTime::resolve(local, zone.unwrap_or(&Zone::UTC), offset_of(value))
        };
        Ok(Self {
            start: resolve(start, dates.0, zones.0.as_ref().or(zones.1.as_ref()))?,
            end: resolve(end, dates.1, zones.1.as_ref().or(zones.0.as_ref()))?,
            dated: dates.0.is_some() && dates.1.is_some(),
        })
    }

    /// What clocks in the start's time zone show at the end.
    fn local_end(&self) -> Result<LocalDateTime, TemporalError> {
        if self.start.zone() == self.end.zone() {
            return Ok(self.end.local());
        }
        Ok(self.end.in_zone(&self.start.zone())?.local())
    }
}

/// The duration between two values in months, days and time: as many whole months as there are, then days, then time.
///
/// # Errors
/// If one of them is a duration.
pub fn between(start: &Temporal, end: &Temporal) -> Result<Temporal, TemporalError> {
    let pair = Pair::new(start, end)?;
    let (mut months, mut days, mut reached) = (0, 0, pair.start.clone());
    if pair.dated {
        let end = pair.local_end()?;
        let local = reached.local();
        months = local.months_until(end);
        reached = reached.with_local(LocalDateTime::new(local.date.plus_months(months)?, local.time))?;
        let local = reached.local();
        days = local.days_until(end);
        reached = reached.with_local(LocalDateTime::new(local.date.plus_days(days)?, local.time))?;
    }
    Duration::new(months, days, pair.end.instant() - reached.instant()).map(Temporal::Duration)
}

/// The whole months between two values.
///
/// # Errors
/// If one of them is a duration.
pub fn in_months(start: &Temporal, end: &Temporal) -> Result<Temporal, TemporalError> {
    let pair = Pair::new(start, end)?;
    let months = if pair.dated { pair.start.local().months_until(pair.local_end()?) } else { 0 };
    Duration::new(months, 0, 0).map(Temporal::Duration)
}

/// The whole days between two values.
///
/// # Errors
/// If one of them is a duration.
pub fn in_days(start: &Temporal, end: &Temporal) -> Result<Temporal, TemporalError> {
    let pair = Pair::new(start, end)?;
    let days = if pair.dated { pair.start.local().days_until(pair.local_end()?) } else { 0 };
    Duration::new(0, days, 0).map(Temporal::Duration)
}

/// The time between two values, in seconds and nanoseconds.
///
/// # Errors
/// If one of them is a duration.
pub fn in_seconds(start: &Temporal, end: &Temporal) -> Result<Temporal, TemporalError> {
    let pair = Pair::new(start, end)?;
    Duration::new(0, 0, pair.end.instant() - pair.start.instant()).map(Temporal::Duration)
}
