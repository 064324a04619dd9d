//! Administrative division codes (GB/T 2260, and 12 digits for townships and villages): which lies in which.

/// A division code without the zeros that say "all of it"; the country's, 100000, is empty. Province, city and county have
/// two digits each, township and village three.
#[must_use]
pub fn significant(code: &str) -> &str {
    let mut digits = code;
    for (above, len) in [(9, 12), (6, 9), (4, 6), (2, 4)] {
        if digits == "100000" {
            return "";
        }
        if digits.len() == len
            && let Some((shorter, zeros)) = digits.split_at_checked(above)
            && zeros.bytes().all(|b| b == b'0')
        {
            digits = shorter;
        }
    }
    digits
}

/// Whether a division lies in another by their codes; every division lies in itself.
#[must_use]
pub fn is_within(code: &str, outer: &str) -> bool {
    significant(code).starts_with(significant(outer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_tell_what_lies_in_what() {
        for (code, outer) in [
            ("510104", "510100"),
            ("510104", "510000"),
            ("510104", "100000"),
            ("510104010002", "510104010000"),
            ("510104010000", "510104"),
            ("100000", "100000"),
        ] {
            assert!(is_within(code, outer), "{code} in {outer}");
            assert_eq!(is_within(outer, code), code == outer, "{outer} in {code}");
        }
        assert!(!is_within("510104011000", "510104010000"));
        assert!(!is_within("440000", "510000"));
    }
}
