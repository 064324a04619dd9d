//! Lengths of time as people write them: `90 m`, `12h`, `7d`; and as they read them.

/// The units, from the longest, each with its seconds.
const UNITS: [(&str, i64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

/// The seconds that a text means: a whole number and `d`, `h`, `m` or `s`.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (unit, seconds) = UNITS.into_iter().find(|(unit, _)| text.ends_with(unit))?;
    let number: u32 = text[..text.len() - unit.len()].trim_end().parse().ok()?;
    i64::from(number).checked_mul(seconds)
}

/// A length of time in its longest whole unit, as `3 d`; what is less than a second is `0 s`.
#[must_use]
pub fn told(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (unit, length) = UNITS.into_iter().find(|(_, length)| seconds >= *length).unwrap_or(("s", 1));
    format!("{} {unit}", seconds / length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_and_told() {
        for (text, seconds) in [("7d", 604_800), ("12 h", 43_200), ("90m", 5_400), ("0s", 0), (" 1d ", 86_400)] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
        for text in ["", "7", "d", "-1d", "1.5h", "7 weeks", "99999999999d", "数d"] {
            assert_eq!(parse(text), None, "{text}");
        }
        for (seconds, text) in [(0, "0 s"), (59, "59 s"), (61, "1 m"), (86_399, "23 h"), (90_000, "1 d"), (-5, "0 s")] {
            assert_eq!(told(seconds), text);
        }
    }
}
