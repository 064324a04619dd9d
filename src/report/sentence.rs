//! Numbers, amounts and names within sentences.

use crate::model::Language;

/// Picks one of two format strings by language and fills it in.
macro_rules! say {
    ($language:expr, $english:literal, $chinese:literal) => {
        match $language {
            $crate::model::Language::English => format!($english),
            $crate::model::Language::Chinese => format!($chinese),
        }
    };
}
pub(super) use say;

/// What stands where there is nothing to tell.
pub(super) const NOTHING: &str = "–";

/// A count with its thousands separated: `1,234,567`.
pub(super) fn count(value: u64) -> String {
    separated(&value.to_string())
}

fn separated(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun, in English: `1 dataset`, `1,234 datasets`.
pub(super) fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

/// One of two words by number, in English: `is` and `are`.
pub(super) fn plural<'w>(value: u64, one: &'w str, many: &'w str) -> &'w str {
    if value == 1 { one } else { many }
}

/// A part of a whole with one decimal, `72.1%`; nothing where there is no whole. What is not quite all is never shown as
/// all, nor a little as none.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return NOTHING.to_owned();
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let mut tenths = (part * 2000 + whole) / (2 * whole);
    if part < whole {
        tenths = tenths.min(999);
    }
    if part > 0 {
        tenths = tenths.max(1);
    }
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// An amount that is counted in units of 10 000 yuan, as a reader says it.
pub(super) fn money(ten_thousands: f64, language: Language) -> String {
    if !ten_thousands.is_finite() {
        return NOTHING.to_owned();
    }
    match language {
        Language::Chinese if ten_thousands >= 10_000.0 => format!("{}亿元", decimals(ten_thousands / 10_000.0, 2)),
        Language::Chinese => format!("{}万元", decimals(ten_thousands, 2)),
        Language::English if ten_thousands >= 100_000.0 => {
            format!("{} billion yuan", decimals(ten_thousands / 100_000.0, 2))
        }
        Language::English if ten_thousands >= 100.0 => format!("{} million yuan", decimals(ten_thousands / 100.0, 2)),
        Language::English => format!("{} yuan", decimals(ten_thousands * 10_000.0, 0)),
    }
}

/// A number with at most so many decimals and its thousands separated.
fn decimals(value: f64, most: usize) -> String {
    let text = format!("{value:.most$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", separated(whole))
}

/// Several names in a sentence: `A, B and C`, `甲、乙和丙`; of more than `most`, the first ones and how many others.
pub(super) fn names(names: &[String], most: usize, language: Language) -> String {
    if names.len() > most {
        let shown = names[..most].join(language.pick(", ", "、"));
        let others = (names.len() - most) as u64;
        let (number, noun, all) = (count(others), plural(others, "other", "others"), names.len());
        return say!(language, "{shown} and {number} {noun}", "{shown}等{all}个");
    }
    match names {
        [] => NOTHING.to_owned(),
        [one] => one.clone(),
        [first @ .., last] => {
            format!("{}{}{last}", first.join(language.pick(", ", "、")), language.pick(" and ", "和"))
        }
    }
}

/// A text, or what stands for nothing where it is empty.
pub(super) fn or_nothing(text: &str) -> &str {
    if text.is_empty() { NOTHING } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_a_person_writes_them() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(counted(1, "dataset", "datasets"), "1 dataset");
        assert_eq!(counted(0, "dataset", "datasets"), "0 datasets");
    }

    #[test]
    fn percentages_have_one_decimal_and_do_not_lie_at_the_ends() {
        assert_eq!(percent(31, 43), "72.1%");
        assert_eq!(percent(0, 43), "0.0%");
        assert_eq!(percent(43, 43), "100.0%");
        assert_eq!(percent(99_999, 100_000), "99.9%");
        assert_eq!(percent(1, 100_000), "0.1%");
        assert_eq!(percent(0, 0), "–");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.0%");
    }

    #[test]
    fn money_is_said_in_the_units_of_the_language() {
        let cases = [
            (35.0, "350,000 yuan", "35万元"),
            (1_280.5, "12.8 million yuan", "1,280.5万元"),
            (20_000.0, "200 million yuan", "2亿元"),
            (1_234_567.0, "12.35 billion yuan", "123.46亿元"),
            (0.0, "0 yuan", "0万元"),
        ];
        for (amount, english, chinese) in cases {
            assert_eq!(money(amount, Language::English), english);
            assert_eq!(money(amount, Language::Chinese), chinese);
        }
    }

    #[test]
    fn long_lists_of_names_are_cut_and_say_so() {
        let all: Vec<String> = ["A", "B", "C"].map(str::to_owned).to_vec();
        assert_eq!(names(&all, 3, Language::English), "A, B and C");
        assert_eq!(names(&all, 3, Language::Chinese), "A、B和C");
        assert_eq!(names(&all, 2, Language::English), "A, B and 1 other");
        assert_eq!(names(&all, 1, Language::Chinese), "A等3个");
        assert_eq!(names(&all[..1], 2, Language::Chinese), "A");
    }
}
