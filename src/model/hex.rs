//! Bytes as lower-case hex digits, and back.

use std::fmt::Write;

/// Lower-case hex digits, two a byte.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a text does not fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The bytes that so many hex digits write, in upper or lower case; none for a text of another length or other signs.
#[must_use]
pub fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut out = [0; N];
    for (byte, digits) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_nothing_else_is_taken() {
        let bytes: [u8; 4] = [0, 9, 0xab, 0xff];
        assert_eq!(encode(&bytes), "0009abff");
        assert_eq!(decode(&encode(&bytes)), Some(bytes));
        assert_eq!(decode("0009ABFF"), Some(bytes));
        for other in ["", "0009abf", "0009abff00", "0009abfg", "+009abff", "0009ab数"] {
            assert_eq!(decode::<4>(other), None, "{other}");
        }
    }
}
