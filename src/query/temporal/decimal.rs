//! Decimal numbers with a fixed point, for the fractions of durations.
//!
//! `0.1` of a day is a whole number of nanoseconds, and stays one: floats are taken as the decimal number that they are
//! written as, and nothing is rounded until the last digit.

use super::error::TemporalError;

/// Digits after the point.
const DIGITS: usize = 18;
/// Digits before the point that certainly fit.
const WHOLE_DIGITS: usize = 20;
/// How many units make one.
pub(super) const ONE: i128 = 1_000_000_000_000_000_000;

const OVERFLOW: TemporalError = TemporalError::Overflow { what: "duration" };

/// A number with 18 digits after the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Decimal {
    units: i128,
}

impl Decimal {
    /// A whole number.
    pub(super) fn whole(value: i64) -> Self {
        Self { units: i128::from(value) * ONE }
    }

    /// The number that a float is written as, in as few digits as tell it from all other floats.
    pub(super) fn from_float(value: f64) -> Result<Self, TemporalError> {
        if !value.is_finite() {
            return Err(OVERFLOW);
        }
        let text = format!("{}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        Self::from_digits(value < 0.0, whole, fraction)
    }

    /// A number from its digits before and after the point; digits too small to matter are dropped.
    pub(super) fn from_digits(negative: bool, whole: &str, fraction: &str) -> Result<Self, TemporalError> {
        let whole = whole.trim_start_matches('0');
        if whole.len() > WHOLE_DIGITS {
            return Err(OVERFLOW);
        }
        let digits = whole.bytes().chain(fraction.bytes().chain(std::iter::repeat(b'0')).take(DIGITS));
        let units = digits.fold(0, |units: i128, digit| units * 10 + i128::from(digit.wrapping_sub(b'0')));
        Ok(Self { units: if negative { -units } else { units } })
    }

    /// This number so many times, added to another.
    pub(super) fn times_plus(self, factor: i128, sum: Self) -> Result<Self, TemporalError> {
        let units = self.units.checked_mul(factor).and_then(|product| product.checked_add(sum.units));
        units.map(|units| Self { units }).ok_or(OVERFLOW)
    }

    /// The whole part, towards zero, and what is left in units of 10⁻¹⁸, of the same sign.
    pub(super) fn split(self) -> (i128, i128) {
        (self.units / ONE, self.units % ONE)
    }

    /// The number as a fraction in lowest powers of ten: a numerator, and a denominator that is a power of ten.
    pub(super) fn fraction(self) -> (i128, i128) {
        let (mut numerator, mut denominator) = (self.units, ONE);
        while denominator > 1 && numerator % 10 == 0 {
            (numerator, denominator) = (numerator / 10, denominator / 10);
        }
        (numerator, denominator)
    }
}
