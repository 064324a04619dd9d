//! Temporal values from ISO 8601 texts, in the basic forms (`20240501`) and the extended ones (`2024-05-01`).

use super::civil::{Date, LocalDateTime, LocalTime};
use super::clock::Clock;
use super::error::{TemporalError, quoted};
use super::parse_duration;
use super::zone::{Offset, Region, Zone};
use super::zoned::{DateTime, Time};
use super::{Temporal, TemporalKind};

/// The value that a text writes.
///
/// # Errors
/// If values of the kind are not written so, or the calendar, the clock or the time zone database has no such value.
pub fn parse(kind: TemporalKind, text: &str, clock: &Clock) -> Result<Temporal, TemporalError> {
    let unreadable = || TemporalError::unreadable(kind.name(), text, example(kind));
    if !text.is_ascii() {
        return Err(unreadable());
    }
    // The first T is the one before the time: no date has the letter.
    let (date_text, time_text) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let date = || date(date_text).ok_or_else(unreadable)?;
    let clocked = |text| clocked(text).ok_or_else(unreadable)?;
    let local = || -> Result<(LocalDateTime, Option<Written>), TemporalError> {
        let date = date()?;
        let (time, zone) = time_text.map_or(Ok((LocalTime::MIDNIGHT, None)), clocked)?;
        Ok((LocalDateTime::new(date, time), zone))
    };
    Ok(match kind {
        TemporalKind::Duration => Temporal::Duration(parse_duration::duration(text)?),
        TemporalKind::Date => match time_text {
            None => Temporal::Date(date()?),
            Some(_) => return Err(unreadable()),
        },
        TemporalKind::LocalTime => match clocked(text)? {
            (time, None) => Temporal::LocalTime(time),
            _ => return Err(unreadable()),
        },
        TemporalKind::Time => match clocked(text)? {
            (time, None) => Temporal::Time(Time::new(time, clock.offset())),
            (time, Some(Written { offset: Some(offset), region: None })) => Temporal::Time(Time::new(time, offset)),
            _ => return Err(unreadable()),
        },
        TemporalKind::LocalDateTime => match local()? {
            (local, None) => Temporal::LocalDateTime(local),
            _ => return Err(unreadable()),
        },
        TemporalKind::DateTime => {
            let (local, written) = local()?;
            Temporal::DateTime(match written {
                None => DateTime::resolve(local, clock.zone(), None)?,
                Some(written) => written.resolve(local)?,
            })
        }
    })
}

/// How values of a kind are written.
fn example(kind: TemporalKind) -> &'static str {
    match kind {
        TemporalKind::Date => "2024-05-01",
        TemporalKind::LocalTime => "12:30:00.5",
        TemporalKind::Time => "12:30:00.5+08:00",
        TemporalKind::LocalDateTime => "2024-05-01T12:30:00.5",
        TemporalKind::DateTime => "2024-05-01T12:30:00.5+08:00[Asia/Shanghai]",
        TemporalKind::Duration => "P1Y2M3DT4H5M6.5S",
    }
}

/// A time of day and the time zone behind it, none if the text has the form of none.
fn clocked(text: &str) -> Option<Result<(LocalTime, Option<Written<'_>>), TemporalError>> {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | ':' | '.' | ',')).unwrap_or(text.len());
    let zone = if end == text.len() { None } else { Some(written(&text[end..])?) };
    Some(time(&text[..end])?.map(|time| (time, zone)))
}

/// A number of that many digits and nothing else.
pub(super) fn digits(text: &str, count: usize) -> Option<i64> {
    let digits = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A date, none if the text has the form of none.
pub(super) fn date(text: &str) -> Option<Result<Date, TemporalError>> {
    let (year, rest) = year(text)?;
    let (extended, rest) = match rest.strip_prefix('-') {
        Some(rest) if !rest.is_empty() => (true, rest),
        Some(_) => return None,
        None => (false, rest),
    };
    // What follows the greater component: nothing, or the smaller one.
    let part = |text: &str, count| match text {
        "" => Some(1),
        text if extended => digits(text.strip_prefix('-')?, count),
        text => digits(text, count),
    };
    if let Some(rest) = rest.strip_prefix('W') {
        return Some(Date::of_week(year, digits(rest.get(..2)?, 2)?, part(&rest[2..], 1)?));
    }
    if let Some(rest) = rest.strip_prefix('Q') {
        return Some(Date::of_quarter(year, digits(rest.get(..1)?, 1)?, part(&rest[1..], 2)?));
    }
    match rest.len() {
        0 => Some(Date::new(year, 1, 1)),
        3 => Some(Date::of_ordinal(year, digits(rest, 3)?)),
        _ => Some(Date::new(year, digits(rest.get(..2)?, 2)?, part(&rest[2..], 2)?)),
    }
}

/// The year that a text begins with, and what follows: four digits, or a sign and up to nine digits. After a sign only
/// something that is no digit tells where the year ends.
fn year(text: &str) -> Option<(i64, &str)> {
    let Some(rest) = text.strip_prefix(['+', '-']) else {
        return Some((digits(text.get(..4)?, 4)?, &text[4..]));
    };
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let year = (1..=9).contains(&end).then(|| digits(&rest[..end], end)).flatten()?;
    Some((if text.starts_with('-') { -year } else { year }, &rest[end..]))
}

/// A time of day, none if the text has the form of none.
pub(super) fn time(text: &str) -> Option<Result<LocalTime, TemporalError>> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let [hour, minute, second] = sexagesimal(whole)?;
    let nanos = match fraction {
        None => 0,
        // Only seconds have a fraction.
        Some(fraction) if second.is_some() && (1..=9).contains(&fraction.len()) => {
            let digits = digits(fraction, fraction.len())?;
            (fraction.len()..9).fold(digits, |nanos, _| nanos * 10)
        }
        Some(_) => return None,
    };
    Some(LocalTime::new(hour?, minute.unwrap_or_default(), second.unwrap_or_default(), nanos))
}

/// One to three numbers of two digits, with colons between all of them or none.
fn sexagesimal(text: &str) -> Option<[Option<i64>; 3]> {
    let mut parts = [None; 3];
    let mut free = parts.iter_mut();
    if text.contains(':') {
        for part in text.split(':') {
            *free.next()? = Some(digits(part, 2)?);
        }
    } else {
        for part in text.as_bytes().chunks(2) {
            *free.next()? = Some(digits(std::str::from_utf8(part).ok()?, 2)?);
        }
    }
    Some(parts)
}

/// An offset from UTC: `Z`, or a sign and hours, minutes and seconds.
fn offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let [hours, minutes, seconds] = sexagesimal(text.strip_prefix(['+', '-'])?)?;
    let (minutes, seconds) = (minutes.unwrap_or_default(), seconds.unwrap_or_default());
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let seconds = (hours? * 60 + minutes) * 60 + seconds;
    Offset::from_seconds(if text.starts_with('-') { -seconds } else { seconds })
}

/// A time zone as functions and maps take it: an offset or the name of a region.
pub(super) fn zone(text: &str) -> Result<Zone, TemporalError> {
    match offset(text) {
        Some(offset) => Ok(Zone::Fixed(offset)),
        None => Region::get(text).map(Zone::Region),
    }
}

/// A time zone as it is written after a time: an offset, the name of a region in brackets, or both.
struct Written<'a> {
    offset: Option<Offset>,
    region: Option<&'a str>,
}

/// The time zone after a time, none if the text has the form of none.
fn written(text: &str) -> Option<Written<'_>> {
    let (before, region) = match text.split_once('[') {
        Some((before, region)) => (before, Some(region.strip_suffix(']')?)),
        None => (text, None),
    };
    let offset = if before.is_empty() { None } else { Some(offset(before)?) };
    Some(Written { offset, region })
}

impl Written<'_> {
    /// What a local date and time means in this time zone.
    fn resolve(&self, local: LocalDateTime) -> Result<DateTime, TemporalError> {
        let zone = match (self.region, self.offset) {
            (Some(name), _) => Zone::Region(Region::get(name)?),
            (None, offset) => Zone::Fixed(offset.unwrap_or(Offset::UTC)),
        };
        let resolved = DateTime::resolve(local, &zone, self.offset)?;
        match self.offset {
            Some(offset) if offset != resolved.offset() || local != resolved.local() => {
                Err(TemporalError::OffsetMismatch {
                    zone: quoted(&zone.to_string()),
                    offset: offset.to_string(),
                    local: local.to_string(),
                    right: resolved.to_string(),
                })
            }
            _ => Ok(resolved),
        }
    }
}
