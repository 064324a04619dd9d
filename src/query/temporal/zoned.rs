//! Times with a time zone: the time of day with an offset, and the instant with a time zone.

use std::cmp::Ordering;

use super::civil::{LocalDateTime, LocalTime, NANOS_OF_SECOND};
use super::error::TemporalError;
use super::zone::{Offset, Region, Zone};

/// A time of day at an offset from UTC.
///
/// Two are equal if both parts are; they are ordered by the moment of the day in UTC, and then by the offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    /// What the clock shows.
    pub local: LocalTime,
    /// How far it is ahead of UTC.
    pub offset: Offset,
}

impl Time {
    /// A time of day at an offset.
    #[must_use]
    pub fn new(local: LocalTime, offset: Offset) -> Self {
        Self { local, offset }
    }

    /// Nanoseconds from midnight in UTC, of the day that the local clock is in: before or after that day in UTC too.
    fn utc_nanos(self) -> i128 {
        i128::from(self.local.nanosecond_of_day()) - self.offset.nanos()
    }

    /// The same moment as clocks at another offset show it.
    pub(super) fn at_offset(self, offset: Offset) -> Self {
        Self { local: LocalTime::wrapped(self.utc_nanos() + offset.nanos()), offset }
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> Ordering {
        self.utc_nanos().cmp(&other.utc_nanos()).then(self.offset.cmp(&other.offset))
    }
}

/// An instant, as the clocks of a time zone show it.
///
/// Two are equal if they are the same instant in the same time zone; they are ordered by the instant, then by the
/// offset, then by the name of the time zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    local: LocalDateTime,
    offset: Offset,
    /// None if the offset is all that is known of the time zone.
    region: Option<Region>,
}

impl DateTime {
    /// What a local date and time means in a time zone, as [`Zone::resolve`] tells.
    pub(super) fn resolve(local: LocalDateTime, zone: &Zone, preferred: Option<Offset>) -> Result<Self, TemporalError> {
        let (local, offset) = zone.resolve(local, preferred)?;
        Ok(Self { local, offset, region: region(zone) })
    }

    /// An instant, in nanoseconds since 1970-01-01T00:00Z, as clocks of a time zone show it.
    pub(super) fn of_instant(nanos: i128, zone: &Zone) -> Result<Self, TemporalError> {
        let second = i64::try_from(nanos.div_euclid(i128::from(NANOS_OF_SECOND)));
        let offset = zone.offset_at(second.map_err(|_| TemporalError::Overflow { what: "instant" })?);
        let shifted = nanos.checked_add(offset.nanos()).ok_or(TemporalError::Overflow { what: "instant" })?;
        Ok(Self { local: LocalDateTime::from_epoch_nanos(shifted)?, offset, region: region(zone) })
    }

    /// The date and time that clocks show.
    #[must_use]
    pub fn local(&self) -> LocalDateTime {
        self.local
    }

    /// How far those clocks are ahead of UTC.
    #[must_use]
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// The region, if the time zone is one.
    #[must_use]
    pub fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// The time zone.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.region.clone().map_or(Zone::Fixed(self.offset), Zone::Region)
    }

    /// Nanoseconds since 1970-01-01T00:00Z.
    #[must_use]
    pub fn instant(&self) -> i128 {
        self.local.epoch_nanos() - self.offset.nanos()
    }

    /// Whole seconds since 1970-01-01T00:00Z, rounded down.
    #[must_use]
    pub fn epoch_second(&self) -> i64 {
        self.local.epoch_second() - self.offset.seconds()
    }

    /// The same instant as clocks of another time zone show it.
    pub(super) fn in_zone(&self, zone: &Zone) -> Result<Self, TemporalError> {
        Self::of_instant(self.instant(), zone)
    }

    /// Another local date and time in this time zone, at the same offset where clocks show it twice.
    pub(super) fn with_local(&self, local: LocalDateTime) -> Result<Self, TemporalError> {
        Self::resolve(local, &self.zone(), Some(self.offset))
    }
}

fn region(zone: &Zone) -> Option<Region> {
    match zone {
        Zone::Fixed(_) => None,
        Zone::Region(region) => Some(region.clone()),
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        self.instant()
            .cmp(&other.instant())
            .then(self.offset.cmp(&other.offset))
            .then_with(|| self.region.cmp(&other.region))
    }
}
