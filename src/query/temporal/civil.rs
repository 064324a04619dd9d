//! Dates and times of day without a time zone, in the proleptic Gregorian calendar.
//!
//! openCypher's years have up to nine digits, far beyond those of calendar libraries, so the day count is our own: the
//! algorithm of Howard Hinnant's "chrono-compatible low-level date algorithms", in which a year begins in March and
//! 400 years are one era.

use super::error::{TemporalError, ranged};

/// The least and the greatest year.
pub(super) const YEARS: (i64, i64) = (-999_999_999, 999_999_999);
/// Days of 400 years: the calendar repeats after them, days of the week included.
pub(super) const DAYS_OF_ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// Seconds of a day.
pub(super) const SECONDS_OF_DAY: i64 = 86_400;
/// Nanoseconds of a second.
pub(super) const NANOS_OF_SECOND: i64 = 1_000_000_000;
/// Nanoseconds of a day.
pub(super) const NANOS_OF_DAY: i64 = SECONDS_OF_DAY * NANOS_OF_SECOND;

const DATE_OVERFLOW: TemporalError = TemporalError::Overflow { what: "date" };

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    /// Nanoseconds since midnight, less than a day's.
    nanos: i64,
}

/// A date and a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDateTime {
    /// The date.
    pub date: Date,
    /// The time of day.
    pub time: LocalTime,
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month, which goes from 1 to 12.
fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of a year.
fn days_of_year(year: i64) -> i64 {
    365 + i64::from(is_leap(year))
}

/// Days of a quarter, which goes from 1 to 4.
fn days_of_quarter(year: i64, quarter: i64) -> i64 {
    (3 * quarter - 2..=3 * quarter).map(|month| days_of_month(year, month)).sum()
}

/// Days from 1970-01-01 to a date.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    year.div_euclid(400) * DAYS_OF_ERA + day_of_era - DAYS_TO_EPOCH
}

/// The year, month and day that many days after 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + DAYS_TO_EPOCH;
    let day_of_era = days.rem_euclid(DAYS_OF_ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + days.div_euclid(DAYS_OF_ERA) * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

/// The day of the week that many days after 1970-01-01, a Thursday: 1 for Monday.
fn day_of_week(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// The Monday of the first ISO week of a year: the week that has January 4th.
fn first_monday(year: i64) -> i64 {
    let fourth = days_from_civil(year, 1, 4);
    fourth - (day_of_week(fourth) - 1)
}

/// Weeks of a week-based year, 52 or 53.
fn weeks_of_year(year: i64) -> i64 {
    (first_monday(year + 1) - first_monday(year)) / 7
}

impl Date {
    /// 1970-01-01.
    pub(super) const EPOCH: Self = Self { year: 1970, month: 1, day: 1 };

    /// The date of a year, month and day.
    ///
    /// # Errors
    /// If there is no such date.
    pub fn new(year: i64, month: i64, day: i64) -> Result<Self, TemporalError> {
        ranged("year", year, YEARS.0, YEARS.1)?;
        ranged("month", month, 1, 12)?;
        ranged("day", day, 1, days_of_month(year, month))?;
        Self::checked(year, month, day)
    }

    /// The date of a year, month and day, or the last day of the month if it has none such.
    pub(super) fn clamped(year: i64, month: i64, day: i64) -> Result<Self, TemporalError> {
        ranged("year", year, YEARS.0, YEARS.1)?;
        ranged("month", month, 1, 12)?;
        Self::new(year, month, day.min(days_of_month(year, month)))
    }

    /// The date of an ISO week.
    ///
    /// # Errors
    /// If the year has no such week, or the week no such day (1 is Monday).
    pub(super) fn of_week(year: i64, week: i64, day: i64) -> Result<Self, TemporalError> {
        ranged("year", year, YEARS.0, YEARS.1)?;
        ranged("week", week, 1, weeks_of_year(year))?;
        ranged("dayOfWeek", day, 1, 7)?;
        Self::from_epoch_day(first_monday(year) + (week - 1) * 7 + day - 1)
    }

    /// The date of a quarter, whose days are counted from 1.
    ///
    /// # Errors
    /// If there is no such quarter or day.
    pub(super) fn of_quarter(year: i64, quarter: i64, day: i64) -> Result<Self, TemporalError> {
        ranged("year", year, YEARS.0, YEARS.1)?;
        ranged("quarter", quarter, 1, 4)?;
        ranged("dayOfQuarter", day, 1, days_of_quarter(year, quarter))?;
        Self::from_epoch_day(days_from_civil(year, quarter * 3 - 2, 1) + day - 1)
    }

    /// The date of a day of the year, counted from 1.
    ///
    /// # Errors
    /// If the year has no such day.
    pub(super) fn of_ordinal(year: i64, day: i64) -> Result<Self, TemporalError> {
        ranged("year", year, YEARS.0, YEARS.1)?;
        ranged("ordinalDay", day, 1, days_of_year(year))?;
        Self::from_epoch_day(days_from_civil(year, 1, 1) + day - 1)
    }

    /// The date that many days after 1970-01-01.
    ///
    /// # Errors
    /// If its year has more than nine digits.
    pub fn from_epoch_day(days: i64) -> Result<Self, TemporalError> {
        // Well within what the day count can take, and beyond what a date can hold.
        if days.unsigned_abs() > 1_000_000_000 * 366 {
            return Err(DATE_OVERFLOW);
        }
        let (year, month, day) = civil_from_days(days);
        Self::checked(year, month, day)
    }

    fn checked(year: i64, month: i64, day: i64) -> Result<Self, TemporalError> {
        if !(YEARS.0..=YEARS.1).contains(&year) {
            return Err(DATE_OVERFLOW);
        }
        let whole = (i32::try_from(year), u8::try_from(month), u8::try_from(day));
        let (Ok(year), Ok(month), Ok(day)) = whole else { return Err(DATE_OVERFLOW) };
        Ok(Self { year, month, day })
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn epoch_day(self) -> i64 {
        days_from_civil(self.year(), self.month(), self.day())
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i64 {
        i64::from(self.year)
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i64 {
        i64::from(self.month)
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> i64 {
        i64::from(self.day)
    }

    /// The quarter, 1 to 4.
    #[must_use]
    pub fn quarter(self) -> i64 {
        (self.month() + 2) / 3
    }

    /// The day of the quarter, from 1.
    #[must_use]
    pub fn day_of_quarter(self) -> i64 {
        self.epoch_day() - days_from_civil(self.year(), self.quarter() * 3 - 2, 1) + 1
    }

    /// The day of the year, from 1.
    #[must_use]
    pub fn ordinal_day(self) -> i64 {
        self.epoch_day() - days_from_civil(self.year(), 1, 1) + 1
    }

    /// The day of the week, 1 for Monday.
    #[must_use]
    pub fn day_of_week(self) -> i64 {
        day_of_week(self.epoch_day())
    }

    /// The year that the date's ISO week belongs to: that of its Thursday.
    #[must_use]
    pub fn week_year(self) -> i64 {
        let day = self.epoch_day();
        civil_from_days(day + 4 - day_of_week(day)).0
    }

    /// The ISO week, 1 to 53.
    #[must_use]
    pub fn week(self) -> i64 {
        (self.epoch_day() - first_monday(self.week_year())) / 7 + 1
    }

    /// This day of the week in another week: the last one if the year has none such.
    pub(super) fn of_week_clamped(year: i64, week: i64, day: i64) -> Result<Self, TemporalError> {
        ranged("year", year, YEARS.0, YEARS.1)?;
        Self::of_week(year, week.min(weeks_of_year(year)), day)
    }

    /// This day of the quarter in another quarter: the last one if it has none such.
    pub(super) fn of_quarter_clamped(year: i64, quarter: i64, day: i64) -> Result<Self, TemporalError> {
        ranged("quarter", quarter, 1, 4)?;
        Self::of_quarter(year, quarter, day.min(days_of_quarter(year, quarter)))
    }

    /// Months since year 0.
    fn proleptic_month(self) -> i64 {
        self.year() * 12 + self.month() - 1
    }

    /// The date some months later, the last of the month if it is shorter.
    pub(super) fn plus_months(self, months: i64) -> Result<Self, TemporalError> {
        let months = self.proleptic_month().checked_add(months).ok_or(DATE_OVERFLOW)?;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        if !(YEARS.0..=YEARS.1).contains(&year) {
            return Err(DATE_OVERFLOW);
        }
        Self::clamped(year, month, self.day())
    }

    /// The date some days later.
    pub(super) fn plus_days(self, days: i64) -> Result<Self, TemporalError> {
        Self::from_epoch_day(self.epoch_day().checked_add(days).ok_or(DATE_OVERFLOW)?)
    }

    /// Whole months from this date to another, negative if that is earlier.
    fn months_until(self, end: Self) -> i64 {
        let months = end.proleptic_month() - self.proleptic_month();
        match end.day() - self.day() {
            days if months > 0 && days < 0 => months - 1,
            days if months < 0 && days > 0 => months + 1,
            _ => months,
        }
    }
}

impl LocalTime {
    /// 00:00.
    pub const MIDNIGHT: Self = Self { nanos: 0 };

    /// The time of day of an hour, minute, second and nanosecond.
    ///
    /// # Errors
    /// If a clock does not show it.
    pub fn new(hour: i64, minute: i64, second: i64, nanosecond: i64) -> Result<Self, TemporalError> {
        ranged("hour", hour, 0, 23)?;
        ranged("minute", minute, 0, 59)?;
        ranged("second", second, 0, 59)?;
        ranged("nanosecond", nanosecond, 0, NANOS_OF_SECOND - 1)?;
        Ok(Self { nanos: ((hour * 60 + minute) * 60 + second) * NANOS_OF_SECOND + nanosecond })
    }

    /// The time of day that many nanoseconds after midnight, past later midnights too.
    pub(super) fn wrapped(nanos: i128) -> Self {
        let nanos = nanos.rem_euclid(i128::from(NANOS_OF_DAY));
        Self { nanos: i64::try_from(nanos).unwrap_or_default() }
    }

    /// Nanoseconds since midnight.
    #[must_use]
    pub fn nanosecond_of_day(self) -> i64 {
        self.nanos
    }

    /// Whole seconds since midnight.
    #[must_use]
    pub fn second_of_day(self) -> i64 {
        self.nanos / NANOS_OF_SECOND
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub fn hour(self) -> i64 {
        self.second_of_day() / 3600
    }

    /// The minute, 0 to 59.
    #[must_use]
    pub fn minute(self) -> i64 {
        self.second_of_day() / 60 % 60
    }

    /// The second, 0 to 59.
    #[must_use]
    pub fn second(self) -> i64 {
        self.second_of_day() % 60
    }

    /// Nanoseconds of the second.
    #[must_use]
    pub fn nanosecond(self) -> i64 {
        self.nanos % NANOS_OF_SECOND
    }
}

impl LocalDateTime {
    /// A date and a time of day.
    #[must_use]
    pub fn new(date: Date, time: LocalTime) -> Self {
        Self { date, time }
    }

    /// Seconds since 1970-01-01T00:00, of the same place.
    pub(super) fn epoch_second(self) -> i64 {
        self.date.epoch_day() * SECONDS_OF_DAY + self.time.second_of_day()
    }

    /// Nanoseconds since 1970-01-01T00:00, of the same place.
    pub(super) fn epoch_nanos(self) -> i128 {
        i128::from(self.date.epoch_day()) * i128::from(NANOS_OF_DAY) + i128::from(self.time.nanos)
    }

    /// The date and time that many nanoseconds after 1970-01-01T00:00.
    pub(super) fn from_epoch_nanos(nanos: i128) -> Result<Self, TemporalError> {
        let days = i64::try_from(nanos.div_euclid(i128::from(NANOS_OF_DAY))).map_err(|_| DATE_OVERFLOW)?;
        Ok(Self { date: Date::from_epoch_day(days)?, time: LocalTime::wrapped(nanos) })
    }

    /// The date and time some nanoseconds later.
    pub(super) fn plus_nanos(self, nanos: i128) -> Result<Self, TemporalError> {
        Self::from_epoch_nanos(self.epoch_nanos().checked_add(nanos).ok_or(DATE_OVERFLOW)?)
    }

    /// Whole months from this to another, negative if that is earlier.
    pub(super) fn months_until(self, end: Self) -> i64 {
        let date = if end.date > self.date && end.time < self.time {
            end.date.plus_days(-1)
        } else if end.date < self.date && end.time > self.time {
            end.date.plus_days(1)
        } else {
            Ok(end.date)
        };
        // A day nearer to this date is between two dates that there are.
        self.date.months_until(date.unwrap_or(end.date))
    }

    /// Whole days from this to another, negative if that is earlier.
    pub(super) fn days_until(self, end: Self) -> i64 {
        let days = end.date.epoch_day() - self.date.epoch_day();
        if days > 0 && end.time < self.time {
            days - 1
        } else if days < 0 && end.time > self.time {
            days + 1
        } else {
            days
        }
    }
}
