//! Time zones: fixed offsets from UTC, and regions whose offsets change by rules.
//!
//! The rules are those of the IANA time zone database that is compiled in, so that every machine answers alike, with
//! `/usr/share/zoneinfo` or without.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

use jiff::civil::DateTime as JiffDateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::civil::{DAYS_OF_ERA, LocalDateTime, NANOS_OF_SECOND, SECONDS_OF_DAY};
use super::error::{TemporalError, quoted};

/// The greatest offset, in seconds: 18 hours.
const GREATEST_OFFSET: i64 = 18 * 3600;
/// The rules are asked only about years in which the database certainly answers.
const RULED_YEARS: std::ops::RangeInclusive<i64> = -9990..=9990;
/// Beyond them, about the year of the same calendar in the 400 years that begin here.
const LATE_ERA: i64 = 9200;
const EARLY_ERA: i64 = -9600;

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// How far local time is ahead of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Offset {
    seconds: i32,
}

impl Offset {
    /// No difference from UTC.
    pub const UTC: Self = Self { seconds: 0 };

    /// An offset of that many seconds, if it is not more than 18 hours.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        let seconds = (-GREATEST_OFFSET..=GREATEST_OFFSET).contains(&seconds).then_some(seconds)?;
        Some(Self { seconds: i32::try_from(seconds).ok()? })
    }

    /// Seconds ahead of UTC.
    #[must_use]
    pub fn seconds(self) -> i64 {
        i64::from(self.seconds)
    }

    /// Nanoseconds ahead of UTC.
    pub(super) fn nanos(self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS_OF_SECOND)
    }

    fn of(offset: jiff::tz::Offset) -> Self {
        // No place has been further than 16 hours from UTC.
        Self::from_seconds(i64::from(offset.seconds())).unwrap_or(Self::UTC)
    }
}

/// A time zone of the database, such as `Asia/Shanghai`.
#[derive(Clone)]
pub struct Region {
    zone: TimeZone,
}

impl Region {
    /// The region of a name, in any case.
    ///
    /// # Errors
    /// If the database has none.
    pub fn get(name: &str) -> Result<Self, TemporalError> {
        let zone = DATABASE.get(name).ok().filter(|zone| zone.iana_name().is_some());
        zone.map(|zone| Self { zone }).ok_or_else(|| TemporalError::UnknownZone { name: quoted(name) })
    }

    /// Its name, as the database writes it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.zone.iana_name().unwrap_or_default()
    }

    /// The offset at an instant, in seconds since 1970-01-01T00:00Z.
    fn offset_at(&self, second: i64) -> Offset {
        let year = 1970 + second.div_euclid(SECONDS_OF_DAY * DAYS_OF_ERA) * 400;
        let eras = match year {
            year if year > *RULED_YEARS.end() - 800 => (LATE_ERA - year).div_euclid(400),
            year if year < *RULED_YEARS.start() + 800 => (EARLY_ERA - year).div_euclid(400) + 1,
            _ => 0,
        };
        let second = second.saturating_add(eras.saturating_mul(SECONDS_OF_DAY * DAYS_OF_ERA));
        jiff::Timestamp::new(second, 0).map_or(Offset::UTC, |instant| Offset::of(self.zone.to_offset(instant)))
    }

    /// What the clocks of the region made of a local date and time.
    fn offsets_of(&self, local: LocalDateTime) -> AmbiguousOffset {
        let (date, time) = (local.date, local.time);
        let year = match date.year() {
            year if year > *RULED_YEARS.end() => LATE_ERA + year.rem_euclid(400),
            year if year < *RULED_YEARS.start() => EARLY_ERA + year.rem_euclid(400),
            year => year,
        };
        let small = |value: i64| i8::try_from(value).unwrap_or_default();
        let civil = JiffDateTime::new(
            i16::try_from(year).unwrap_or_default(),
            small(date.month()),
            small(date.day()),
            small(time.hour()),
            small(time.minute()),
            small(time.second()),
            0,
        );
        match civil {
            Ok(civil) => self.zone.to_ambiguous_timestamp(civil).offset(),
            Err(_) => AmbiguousOffset::Unambiguous { offset: jiff::tz::Offset::UTC },
        }
    }
}

impl PartialEq for Region {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Region {}

impl Hash for Region {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl PartialOrd for Region {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Region {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Region").field(&self.name()).finish()
    }
}

/// A time zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Zone {
    /// Always the same offset.
    Fixed(Offset),
    /// The rules of a region.
    Region(Region),
}

impl Zone {
    /// UTC as a fixed offset, written `Z`.
    pub const UTC: Self = Self::Fixed(Offset::UTC);

    /// The offset at an instant, in seconds since 1970-01-01T00:00Z.
    pub(super) fn offset_at(&self, second: i64) -> Offset {
        match self {
            Self::Fixed(offset) => *offset,
            Self::Region(region) => region.offset_at(second),
        }
    }

    /// What a local date and time means here. Where clocks skipped it, it moves forward by as much; where they showed
    /// it twice, it has the preferred offset if that is one of the two, and else the earlier one.
    pub(super) fn resolve(
        &self,
        local: LocalDateTime,
        preferred: Option<Offset>,
    ) -> Result<(LocalDateTime, Offset), TemporalError> {
        let region = match self {
            Self::Fixed(offset) => return Ok((local, *offset)),
            Self::Region(region) => region,
        };
        match region.offsets_of(local) {
            AmbiguousOffset::Unambiguous { offset } => Ok((local, Offset::of(offset))),
            AmbiguousOffset::Gap { before, after } => {
                let (before, after) = (Offset::of(before), Offset::of(after));
                Ok((local.plus_nanos(after.nanos() - before.nanos())?, after))
            }
            AmbiguousOffset::Fold { before, after } => {
                let (before, after) = (Offset::of(before), Offset::of(after));
                Ok((local, if preferred == Some(after) { after } else { before }))
            }
        }
    }
}
