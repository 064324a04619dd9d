//! Calendar dates as catalogs write them and as tables store them (days since 1970-01-01).

use jiff::civil::Date;

const EPOCH: Date = Date::constant(1970, 1, 1);

/// Reads `2024-05-01`, or `2024/5/1` as spreadsheets write it.
#[must_use]
pub fn parse(text: &str) -> Option<Date> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(separator);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if parts.next().is_some() || year.len() != 4 || !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Days since 1970-01-01.
#[must_use]
pub fn to_days(date: Date) -> i64 {
    i64::from((date - EPOCH).get_days())
}

/// The date that many days after 1970-01-01; a day that no calendar has becomes the nearest one.
#[must_use]
pub fn from_days(days: i64) -> Date {
    let span = jiff::Span::new().try_days(days).unwrap_or_default();
    EPOCH.saturating_add(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_iso_and_spreadsheet_dates_and_nothing_else() {
        let may = Date::constant(2024, 5, 1);
        for good in ["2024-05-01", "2024/5/1", "2024/05/01"] {
            assert_eq!(parse(good), Some(may), "{good}");
        }
        for bad in ["", "2024", "2024-05", "24-05-01", "2024-02-30", "2024-05-01x", "2024-05-01-1", "+024-05-01"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(from_days(to_days(may)), may);
    }
}
