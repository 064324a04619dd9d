//! The canonical text of temporal values, which can be read back.

use std::fmt::{self, Display, Formatter};

use super::civil::{Date, LocalDateTime, LocalTime, NANOS_OF_SECOND};
use super::duration::Duration;
use super::zone::{Offset, Zone};
use super::zoned::{DateTime, Time};
use super::{Temporal, TemporalKind};

impl Display for Date {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.year() {
            year if year > 9999 => write!(f, "+{year}")?,
            year if year < 0 => write!(f, "-{:04}", year.unsigned_abs())?,
            year => write!(f, "{year:04}")?,
        }
        write!(f, "-{:02}-{:02}", self.month(), self.day())
    }
}

/// Writes a point and the digits of a fraction of a second, if there are any.
fn fraction(f: &mut Formatter<'_>, nanos: u64) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let digits = format!("{nanos:09}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}

impl Display for LocalTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())?;
        if self.second() == 0 && self.nanosecond() == 0 {
            return Ok(());
        }
        write!(f, ":{:02}", self.second())?;
        fraction(f, self.nanosecond().unsigned_abs())
    }
}

impl Display for LocalDateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

impl Display for Offset {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds().unsigned_abs();
        if seconds == 0 {
            return f.write_str("Z");
        }
        let sign = if self.seconds() < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds.is_multiple_of(60) { Ok(()) } else { write!(f, ":{:02}", seconds % 60) }
    }
}

impl Display for Zone {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(offset) => offset.fmt(f),
            Self::Region(region) => f.write_str(region.name()),
        }
    }
}

impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local, self.offset)
    }
}

impl Display for DateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local(), self.offset())?;
        match self.region() {
            None => Ok(()),
            Some(region) => write!(f, "[{}]", region.name()),
        }
    }
}

impl Display for Duration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if *self == Self::default() {
            return f.write_str("PT0S");
        }
        f.write_str("P")?;
        for (amount, unit) in [(self.months() / 12, 'Y'), (self.months() % 12, 'M'), (self.days(), 'D')] {
            if amount != 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        let nanos = self.nanos();
        if nanos == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        // Everything below is of the sign of the whole, seconds without a whole part too.
        let second = i128::from(NANOS_OF_SECOND);
        let seconds = nanos / second;
        for (amount, unit) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M')] {
            if amount != 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        let (seconds, rest) = (seconds % 60, u64::try_from((nanos % second).unsigned_abs()).unwrap_or_default());
        if seconds == 0 && rest == 0 {
            return Ok(());
        }
        let sign = if nanos < 0 { "-" } else { "" };
        write!(f, "{sign}{}", seconds.unsigned_abs())?;
        fraction(f, rest)?;
        f.write_str("S")
    }
}

impl Display for Temporal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(value) => value.fmt(f),
            Self::LocalTime(value) => value.fmt(f),
            Self::Time(value) => value.fmt(f),
            Self::LocalDateTime(value) => value.fmt(f),
            Self::DateTime(value) => value.fmt(f),
            Self::Duration(value) => value.fmt(f),
        }
    }
}

impl Display for TemporalKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
