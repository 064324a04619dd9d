//! Ids of findings: the same finding keeps its id across states.

use std::cell::RefCell;

use sha2::{Digest, Sha256};

/// The id of a finding: 16 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingId([u8; 16]);

impl FindingId {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The id of a hash: its first digits.
    fn of(hash: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut id = [0; 16];
        for (digits, byte) in id.chunks_exact_mut(2).zip(hash) {
            digits.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        Self(id)
    }
}

impl From<FindingId> for String {
    fn from(id: FindingId) -> Self {
        id.as_str().to_owned()
    }
}

/// The first 16 hex digits of SHA-256 over the UTF-8 JSON array of the finding's name and its key columns, in column
/// order, empty as `""`.
#[must_use]
pub fn finding_id(finding: &str, key: &[&str]) -> FindingId {
    thread_local! {
        static JSON: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    JSON.with_borrow_mut(|json| {
        write_plainly(finding, key, json);
        if !is_plain(json, key.len() + 1) {
            let array: Vec<&str> = [finding].iter().chain(key).copied().collect();
            json.clear();
            json.extend_from_slice(serde_json::Value::from(array).to_string().as_bytes());
        }
        FindingId::of(&Sha256::digest(json))
    })
}

/// Writes the array as if none of its texts needed escapes.
fn write_plainly(finding: &str, key: &[&str], json: &mut Vec<u8>) {
    json.clear();
    json.extend_from_slice(b"[\"");
    json.extend_from_slice(finding.as_bytes());
    for part in key {
        json.extend_from_slice(b"\",\"");
        json.extend_from_slice(part.as_bytes());
    }
    json.extend_from_slice(b"\"]");
}

/// Whether an array of so many texts that was written plainly needed no escapes. Most do not, and this is asked millions
/// of times.
fn is_plain(json: &[u8], texts: usize) -> bool {
    // Without an early end, so that many bytes are looked at together; so few that their quotes are counted in one.
    let count = |(quotes, special): (u8, bool), &b: &u8| {
        (quotes.wrapping_add((b == b'"').into()), special | (b < 0x20) | (b == b'\\'))
    };
    let (quotes, special) = json.iter().fold((0, false), count);
    json.len() <= usize::from(u8::MAX) && usize::from(quotes) == 2 * texts && !special
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn begin(json: &str) -> String {
        Sha256::digest(json.as_bytes()).iter().take(8).map(|b| format!("{b:02x}")).collect()
    }

    proptest! {
        #[test]
        fn is_over_the_json_array_whatever_is_in_it(key in prop::collection::vec("[a\"\\\\\n\u{1f}\u{7f}中]{0,90}", 0..4)) {
            let key: Vec<&str> = key.iter().map(String::as_str).collect();
            let array = serde_json::to_string(&[&["silos"], &key[..]].concat()).unwrap();
            prop_assert_eq!(String::from(finding_id("silos", &key)), begin(&array));
        }
    }

    #[test]
    fn is_over_the_json_array() {
        assert_eq!(finding_id("silos", &["any", "cn:d"]).as_str(), begin(r#"["silos","any","cn:d"]"#));
        let escaped = "[\"silos\",\"a\\\"b\",\"\u{4e2d}\",\"\"]";
        assert_eq!(finding_id("silos", &["a\"b", "中", ""]).as_str(), begin(escaped));
    }
}
