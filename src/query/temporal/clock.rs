//! The present, as a statement sees it.

use super::civil::NANOS_OF_SECOND;
use super::error::TemporalError;
use super::parse;
use super::zone::{Offset, Zone};
use super::zoned::{DateTime, Time};
use super::{Temporal, TemporalKind};

/// The instant that a statement takes for the present, and the time zone of values that name none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Nanoseconds since 1970-01-01T00:00Z.
    instant: i128,
    zone: Zone,
}

impl Clock {
    /// The present of the system's clock; the time zone is UTC, so that a query means the same on every machine.
    #[must_use]
    pub fn system() -> Self {
        Self { instant: jiff::Timestamp::now().as_nanosecond(), zone: Zone::UTC }
    }

    /// A present of one's choice, in seconds and nanoseconds since 1970-01-01T00:00Z.
    #[must_use]
    pub fn fixed(seconds: i64, nanoseconds: u32) -> Self {
        let instant = i128::from(seconds) * i128::from(NANOS_OF_SECOND) + i128::from(nanoseconds);
        Self { instant, zone: Zone::UTC }
    }

    /// The same present, with another time zone for values that name none.
    #[must_use]
    pub fn with_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// The time zone of values that name none.
    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The present offset of that time zone.
    pub(super) fn offset(&self) -> Offset {
        self.zone.offset_at(self.second())
    }

    /// The present, in whole seconds since 1970-01-01T00:00Z.
    pub(super) fn second(&self) -> i64 {
        i64::try_from(self.instant.div_euclid(i128::from(NANOS_OF_SECOND))).unwrap_or_default()
    }
}

/// The present as a value of a kind, in the statement's time zone or in another.
///
/// # Errors
/// If there is no such time zone, or for a duration, which has no present.
pub fn now(kind: TemporalKind, clock: &Clock, timezone: Option<&str>) -> Result<Temporal, TemporalError> {
    now_in(kind, clock, timezone.map(parse::zone).transpose()?)
}

/// The present as a value of a kind, in a time zone.
pub(super) fn now_in(kind: TemporalKind, clock: &Clock, zone: Option<Zone>) -> Result<Temporal, TemporalError> {
    let now = DateTime::of_instant(clock.instant, zone.as_ref().unwrap_or(&clock.zone))?;
    Ok(match kind {
        TemporalKind::Date => Temporal::Date(now.local().date),
        TemporalKind::LocalTime => Temporal::LocalTime(now.local().time),
        TemporalKind::Time => Temporal::Time(Time::new(now.local().time, now.offset())),
        TemporalKind::LocalDateTime => Temporal::LocalDateTime(now.local()),
        TemporalKind::DateTime => Temporal::DateTime(now),
        TemporalKind::Duration => return Err(TemporalError::Empty { kind, needed: "seconds" }),
    })
}

/// The instant so many seconds and nanoseconds after 1970-01-01T00:00Z, in UTC.
///
/// # Errors
/// If its year has more than nine digits.
pub fn from_epoch(seconds: i64, nanoseconds: i64) -> Result<Temporal, TemporalError> {
    let instant = i128::from(seconds) * i128::from(NANOS_OF_SECOND) + i128::from(nanoseconds);
    DateTime::of_instant(instant, &Zone::UTC).map(Temporal::DateTime)
}

/// The instant so many milliseconds after 1970-01-01T00:00Z, in UTC.
///
/// # Errors
/// None in practice: every number of milliseconds is within nine-digit years.
pub fn from_epoch_millis(milliseconds: i64) -> Result<Temporal, TemporalError> {
    DateTime::of_instant(i128::from(milliseconds) * 1_000_000, &Zone::UTC).map(Temporal::DateTime)
}
