//! Ids of findings: the same finding keeps its id across states.

use sha2::{Digest, Sha256};

/// The first 16 hex digits of SHA-256 over the UTF-8 JSON array of the finding's name and its key columns, in column
/// order, empty as `""`.
#[must_use]
pub fn finding_id(finding: &str, key: &[&str]) -> String {
    let mut json = Vec::with_capacity(128);
    json.push(b'[');
    push_text(&mut json, finding);
    for part in key {
        json.push(b',');
        push_text(&mut json, part);
    }
    json.push(b']');
    let hash = Sha256::digest(&json);
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut id = String::with_capacity(16);
    for byte in &hash[..8] {
        id.push(char::from(DIGITS[usize::from(byte >> 4)]));
        id.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    id
}

/// A JSON string: the common case needs no escapes, and this is done millions of times.
fn push_text(json: &mut Vec<u8>, text: &str) {
    // Without an early end, so that many bytes are looked at together.
    let plain = text.bytes().fold(true, |plain, b| plain & (b >= 0x20) & (b != b'"') & (b != b'\\'));
    if plain {
        json.push(b'"');
        json.extend_from_slice(text.as_bytes());
        json.push(b'"');
    } else {
        // Writing a text to memory as JSON cannot fail.
        let _ = serde_json::to_writer(json, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(json: &str) -> String {
        Sha256::digest(json.as_bytes()).iter().take(8).map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn is_over_the_json_array() {
        assert_eq!(finding_id("silos", &["any", "cn:d"]), begin(r#"["silos","any","cn:d"]"#));
        let escaped = "[\"silos\",\"a\\\"b\",\"\u{4e2d}\",\"\"]";
        assert_eq!(finding_id("silos", &["a\"b", "中", ""]), begin(escaped));
    }
}
