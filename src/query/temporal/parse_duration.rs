//! Durations from ISO 8601 texts: amounts of units (`P1Y2M3DT4H5M6.5S`), or a date and time (`P0001-02-03T04:05:06.5`).

use super::decimal::Decimal;
use super::duration::{Amounts, Duration, DurationUnit};
use super::error::{TemporalError, ranged};
use super::parse::{digits, time};

/// The designators before the `T` and behind it, in their order.
const DATE_UNITS: [(u8, DurationUnit); 4] = [
    (b'Y', DurationUnit::Years),
    (b'M', DurationUnit::Months),
    (b'W', DurationUnit::Weeks),
    (b'D', DurationUnit::Days),
];
const TIME_UNITS: [(u8, DurationUnit); 3] =
    [(b'H', DurationUnit::Hours), (b'M', DurationUnit::Minutes), (b'S', DurationUnit::Seconds)];

/// The duration that a text writes; it may have a sign, and so may each amount.
pub(super) fn duration(text: &str) -> Result<Duration, TemporalError> {
    let unreadable = || TemporalError::unreadable("Duration", text, "P1Y2M3DT4H5M6.5S");
    let (negative, body) = match text.strip_prefix(['+', '-']) {
        Some(body) => (text.starts_with('-'), body),
        None => (false, text),
    };
    let body = body.strip_prefix('P').filter(|body| !body.is_empty()).ok_or_else(unreadable)?;
    let (date, time) = match body.split_once('T') {
        Some((_, "")) => return Err(unreadable()),
        Some((date, time)) => (date, time),
        None => (body, ""),
    };
    let duration = if body.bytes().any(|b| b.is_ascii_alphabetic() && b != b'T') {
        let mut amounts = Amounts::default();
        amounts_of(date, &DATE_UNITS, &mut amounts).ok_or_else(unreadable)??;
        amounts_of(time, &TIME_UNITS, &mut amounts).ok_or_else(unreadable)??;
        amounts.duration()?
    } else {
        like_a_date(date, time).ok_or_else(unreadable)??
    };
    if negative { duration.negated() } else { Ok(duration) }
}

/// Adds up amounts, each with its designator; none if the text has not this form.
fn amounts_of(
    mut text: &str,
    units: &[(u8, DurationUnit)],
    amounts: &mut Amounts,
) -> Option<Result<(), TemporalError>> {
    let mut units = units.iter();
    while !text.is_empty() {
        let end = text.find(|c: char| c.is_ascii_alphabetic())?;
        let amount = match decimal(&text[..end])? {
            Ok(amount) => amount,
            Err(error) => return Some(Err(error)),
        };
        // Going on from the last one, so that each comes once and in order.
        let (_, unit) = units.find(|(designator, _)| *designator == text.as_bytes()[end])?;
        if let Err(error) = amounts.add(*unit, amount) {
            return Some(Err(error));
        }
        text = &text[end + 1..];
    }
    Some(Ok(()))
}

/// A number with or without sign and fraction; none if the text is none.
fn decimal(text: &str) -> Option<Result<Decimal, TemporalError>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once(['.', ',']) {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (unsigned, ""),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    (!whole.is_empty() && digits(whole) && digits(fraction))
        .then(|| Decimal::from_digits(text.starts_with('-'), whole, fraction))
}

/// A duration that is written as a date and time; none if the text has not this form.
fn like_a_date(date: &str, clock: &str) -> Option<Result<Duration, TemporalError>> {
    let [year, month, day] = match date.len() {
        10 if date.is_ascii() && date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-' => {
            [&date[..4], &date[5..7], &date[8..]]
        }
        8 if date.is_ascii() => [&date[..4], &date[4..6], &date[6..]],
        _ => return None,
    };
    let (year, month, day) = (digits(year, 4)?, digits(month, 2)?, digits(day, 2)?);
    let nanos = match clock {
        "" => 0,
        clock => match time(clock)? {
            Ok(time) => time.nanosecond_of_day(),
            Err(error) => return Some(Err(error)),
        },
    };
    // No more than would be one of the next greater unit.
    let parts = ranged("month", month, 0, 12).and_then(|_| ranged("day", day, 0, 31));
    Some(parts.and_then(|_| Duration::new(year * 12 + month, day, i128::from(nanos))))
}
