//! Durations: months, days and seconds beside each other, since a month has no fixed number of days, nor a day of
//! seconds.

use std::cmp::Ordering;

use super::civil::{NANOS_OF_DAY, NANOS_OF_SECOND};
use super::construct::Given;
use super::decimal::{Decimal, ONE};
use super::error::TemporalError;

/// Nanoseconds of an average month, a twelfth of 365.2425 days: what a fraction of a month is worth.
const NANOS_OF_MONTH: i128 = 2_629_746 * NANOS as i128;
const NANOS: i64 = NANOS_OF_SECOND;
const OVERFLOW: TemporalError = TemporalError::Overflow { what: "duration" };

/// A length of time.
///
/// Two are equal if all their parts are: a day is not 24 hours. They are ordered by how long they are with average
/// months and days of 24 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duration {
    months: i64,
    days: i64,
    /// Whole seconds, rounded down.
    seconds: i64,
    /// The nanoseconds above them.
    nanos: u32,
}

impl Duration {
    /// A duration of months, days and nanoseconds, each with its own sign.
    ///
    /// # Errors
    /// If it is longer than can be held.
    pub fn new(months: i64, days: i64, nanos: i128) -> Result<Self, TemporalError> {
        let second = i128::from(NANOS);
        let seconds = i64::try_from(nanos.div_euclid(second)).map_err(|_| OVERFLOW)?;
        let nanos = u32::try_from(nanos.rem_euclid(second)).map_err(|_| OVERFLOW)?;
        Ok(Self { months, days, seconds, nanos })
    }

    /// The months.
    #[must_use]
    pub fn months(self) -> i64 {
        self.months
    }

    /// The days.
    #[must_use]
    pub fn days(self) -> i64 {
        self.days
    }

    /// The whole seconds, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// The nanoseconds above the whole seconds.
    #[must_use]
    pub fn nanosecond(self) -> i64 {
        i64::from(self.nanos)
    }

    /// The nanoseconds of the whole seconds and those above them.
    #[must_use]
    pub fn nanos(self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOS) + i128::from(self.nanos)
    }

    /// Both durations, one after the other.
    pub(super) fn plus(self, other: Self) -> Result<Self, TemporalError> {
        let months = self.months.checked_add(other.months).ok_or(OVERFLOW)?;
        let days = self.days.checked_add(other.days).ok_or(OVERFLOW)?;
        Self::new(months, days, self.nanos() + other.nanos())
    }

    /// The duration backwards.
    pub(super) fn negated(self) -> Result<Self, TemporalError> {
        let months = self.months.checked_neg().ok_or(OVERFLOW)?;
        let days = self.days.checked_neg().ok_or(OVERFLOW)?;
        Self::new(months, days, -self.nanos())
    }

    /// The duration times a number.
    pub(super) fn times(self, factor: f64) -> Result<Self, TemporalError> {
        let (numerator, denominator) = Decimal::from_float(factor)?.fraction();
        self.scaled(numerator, denominator)
    }

    /// The duration by a number.
    pub(super) fn divided_by(self, divisor: f64) -> Result<Self, TemporalError> {
        if divisor == 0.0 {
            return Err(TemporalError::DivisionByZero);
        }
        let (numerator, denominator) = Decimal::from_float(divisor)?.fraction();
        match numerator {
            // So small that the quotient is beyond everything.
            0 if self == Self::default() => Ok(self),
            0 => Err(OVERFLOW),
            _ => self.scaled(denominator * numerator.signum(), numerator.abs()),
        }
    }

    /// The duration times a fraction, whose denominator is positive. What is left of months becomes days, and what is
    /// left of days becomes time; what is left of nanoseconds is dropped.
    fn scaled(self, numerator: i128, denominator: i128) -> Result<Self, TemporalError> {
        let scale = |value: i64| {
            let product = i128::from(value).checked_mul(numerator).ok_or(OVERFLOW)?;
            Ok((product / denominator, product % denominator))
        };
        let (months, rest_of_months) = scale(self.months)?;
        let (days, rest_of_days) = scale(self.days)?;
        let second = i128::from(NANOS);
        // Seconds and nanoseconds of one sign.
        let (seconds, nanos) = (self.nanos() / second, self.nanos() % second);
        let (seconds, rest_of_seconds) = scale(i64::try_from(seconds).map_err(|_| OVERFLOW)?)?;
        let nanos = nanos.checked_mul(numerator).ok_or(OVERFLOW)?;
        Parts { months, days, nanos: seconds.checked_mul(second).ok_or(OVERFLOW)?, unit: denominator }.duration(
            rest_of_months,
            rest_of_days,
            (rest_of_seconds * second).checked_add(nanos).ok_or(OVERFLOW)?,
        )
    }

    /// How long it is with average months, in nanoseconds.
    fn average(self) -> i128 {
        i128::from(self.months) * NANOS_OF_MONTH + i128::from(self.days) * i128::from(NANOS_OF_DAY) + self.nanos()
    }
}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Duration {
    fn cmp(&self, other: &Self) -> Ordering {
        let parts = |d: &Self| (d.average(), d.months, d.days);
        parts(self).cmp(&parts(other))
    }
}

/// Whole parts of a duration, to which fractions in a common unit are still to be added.
struct Parts {
    months: i128,
    days: i128,
    nanos: i128,
    /// How many units of the fractions make one.
    unit: i128,
}

impl Parts {
    /// The duration, with these fractions of a month, of a day and of a nanosecond.
    fn duration(self, months: i128, days: i128, nanos: i128) -> Result<Duration, TemporalError> {
        let day = i128::from(NANOS_OF_DAY);
        let rest = months * NANOS_OF_MONTH + days * day;
        let (days, rest) = carried(self.days, rest, self.unit * day);
        let (nanos, _) = carried(self.nanos, rest.checked_add(nanos).ok_or(OVERFLOW)?, self.unit);
        let months = i64::try_from(self.months).map_err(|_| OVERFLOW)?;
        Duration::new(months, i64::try_from(days).map_err(|_| OVERFLOW)?, nanos)
    }
}

/// A whole number with a rest added to it, of which so many units make one: the sum towards zero, and what is left,
/// of the same sign.
fn carried(whole: i128, rest: i128, unit: i128) -> (i128, i128) {
    let (sum, left) = (whole.saturating_add(rest / unit), rest % unit);
    if sum > 0 && left < 0 {
        (sum - 1, left + unit)
    } else if sum < 0 && left > 0 {
        (sum + 1, left - unit)
    } else {
        (sum, left)
    }
}

/// A unit in which durations are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DurationUnit {
    Years,
    Quarters,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl DurationUnit {
    /// Every unit, with the name of its component.
    pub(super) const ALL: [(&str, Self); 11] = [
        ("years", Self::Years),
        ("quarters", Self::Quarters),
        ("months", Self::Months),
        ("weeks", Self::Weeks),
        ("days", Self::Days),
        ("hours", Self::Hours),
        ("minutes", Self::Minutes),
        ("seconds", Self::Seconds),
        ("milliseconds", Self::Milliseconds),
        ("microseconds", Self::Microseconds),
        ("nanoseconds", Self::Nanoseconds),
    ];
}

/// Sums of amounts that may have fractions.
#[derive(Default)]
pub(super) struct Amounts {
    months: Decimal,
    days: Decimal,
    seconds: Decimal,
    millis: Decimal,
    micros: Decimal,
    nanos: Decimal,
}

impl Amounts {
    /// Adds an amount of a unit.
    pub(super) fn add(&mut self, unit: DurationUnit, amount: Decimal) -> Result<(), TemporalError> {
        let (sum, factor) = match unit {
            DurationUnit::Years => (&mut self.months, 12),
            DurationUnit::Quarters => (&mut self.months, 3),
            DurationUnit::Months => (&mut self.months, 1),
            DurationUnit::Weeks => (&mut self.days, 7),
            DurationUnit::Days => (&mut self.days, 1),
            DurationUnit::Hours => (&mut self.seconds, 3600),
            DurationUnit::Minutes => (&mut self.seconds, 60),
            DurationUnit::Seconds => (&mut self.seconds, 1),
            DurationUnit::Milliseconds => (&mut self.millis, 1),
            DurationUnit::Microseconds => (&mut self.micros, 1),
            DurationUnit::Nanoseconds => (&mut self.nanos, 1),
        };
        *sum = amount.times_plus(factor, *sum)?;
        Ok(())
    }

    /// The duration of all amounts. A fraction of a month becomes days, a fraction of a day becomes time.
    pub(super) fn duration(self) -> Result<Duration, TemporalError> {
        let (months, rest_of_months) = self.months.split();
        let (days, rest_of_days) = self.days.split();
        let (mut nanos, mut rest_of_nanos) = (0, 0);
        let second = i128::from(NANOS);
        for (sum, worth) in [(self.seconds, second), (self.millis, 1_000_000), (self.micros, 1000), (self.nanos, 1)] {
            let (whole, rest) = sum.split();
            nanos += whole.checked_mul(worth).ok_or(OVERFLOW)?;
            rest_of_nanos += rest * worth;
        }
        Parts { months, days, nanos, unit: ONE }.duration(rest_of_months, rest_of_days, rest_of_nanos)
    }
}

/// The duration of a map of components.
pub(super) fn construct(given: &Given<'_>) -> Result<Duration, TemporalError> {
    let mut amounts = Amounts::default();
    for (name, unit) in DurationUnit::ALL {
        if let Some(amount) = given.number(name)? {
            amounts.add(unit, amount)?;
        }
    }
    amounts.duration()
}
