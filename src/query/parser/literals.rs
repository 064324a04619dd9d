//! What literals say: numbers, texts, names in back-quotes.

use crate::query::error::{Detail, QueryError, Result};
use crate::query::span::Span;

/// The name that is written in back-quotes.
pub(super) fn unquoted(written: &str) -> String {
    let inner = written.strip_prefix('`').and_then(|w| w.strip_suffix('`')).unwrap_or(written);
    inner.replace("``", "`")
}

/// The name of a parameter, as it is written with its `$`.
pub(super) fn parameter(written: &str) -> String {
    unquoted(written.strip_prefix('$').unwrap_or(written))
}

/// An integer; `negative` where a minus sign stands before it, which the place covers.
pub(super) fn integer(digits: &str, negative: bool, span: Span) -> Result<i64> {
    let magnitude = magnitude(digits).filter(|m| *m <= 1 << 63);
    let value = match magnitude {
        Some(m) if negative => 0i64.checked_sub_unsigned(m),
        Some(m) => i64::try_from(m).ok(),
        None => None,
    };
    value.ok_or_else(|| {
        QueryError::syntax(
            Detail::IntegerOverflow,
            span,
            format!("an integer is between {} and {}", i64::MIN, i64::MAX),
            format!("整数应在 {} 与 {} 之间", i64::MIN, i64::MAX),
        )
    })
}

/// A bound of a length, which is never negative.
pub(super) fn bound(digits: &str, span: Span) -> Result<u64> {
    magnitude(digits).ok_or_else(|| {
        let (en, zh) = ("a length is a smaller number than this", "长度没有这么大");
        QueryError::syntax(Detail::IntegerOverflow, span, en, zh)
    })
}

fn magnitude(digits: &str) -> Option<u64> {
    match digits.get(..2) {
        Some("0x" | "0X") => u64::from_str_radix(&digits[2..], 16).ok(),
        Some("0o" | "0O") => u64::from_str_radix(&digits[2..], 8).ok(),
        _ => digits.parse().ok(),
    }
}

/// A float.
pub(super) fn float(digits: &str, span: Span) -> Result<f64> {
    digits.parse().ok().filter(|f: &f64| f.is_finite()).ok_or_else(|| {
        let (en, zh) = ("the number is too large for a float", "该数超出浮点数的范围");
        QueryError::syntax(Detail::FloatingPointOverflow, span, en, zh)
    })
}

/// What is wrong with digits that are no number.
pub(super) fn bad_number(digits: &str, span: Span) -> Box<QueryError> {
    let error = QueryError::syntax(
        Detail::InvalidNumberLiteral,
        span,
        format!("`{digits}` is no number"),
        format!("`{digits}` 不是数字"),
    );
    if digits.starts_with('0') && digits.chars().all(|c| c.is_ascii_digit()) {
        return error.hint(
            "a number does not begin with a zero; an octal one begins with `0o`, and a code is a text in quotes",
            "数字不以零开头；八进制数以 `0o` 开头，代码应写成带引号的文本",
        );
    }
    error
}

/// The text that is written in quotes, which stands at a place.
pub(super) fn text(written: &str, span: Span) -> Result<String> {
    let mut inner = written.chars();
    inner.next();
    inner.next_back();
    let inner = inner.as_str();
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let (c, length) = escape(rest).map_err(|(detail, length)| {
            let start = span.start as usize + 1 + inner.len() - rest.len();
            bad_escape(detail, &rest[..length], Span::new(start, start + length))
        })?;
        text.push(c);
        rest = &rest[length..];
    }
    text.push_str(rest);
    Ok(text)
}

/// The character that an escape at the beginning of a text stands for and how many bytes the escape has; or what is
/// wrong with it, and how many bytes are.
fn escape(text: &str) -> Result<(char, usize), (Detail, usize)> {
    let Some(letter) = text.chars().nth(1) else { return Err((Detail::UnexpectedSyntax, text.len())) };
    let simple = match letter {
        '\\' | '\'' | '"' => letter,
        'b' | 'B' => '\u{8}',
        'f' | 'F' => '\u{c}',
        'n' | 'N' => '\n',
        'r' | 'R' => '\r',
        't' | 'T' => '\t',
        'u' => return unicode(text),
        'U' => {
            let code = code(text, 8).map_err(|length| (Detail::InvalidUnicodeLiteral, length))?;
            return char::from_u32(code).map(|c| (c, 10)).ok_or((Detail::InvalidUnicodeLiteral, 10));
        }
        _ => return Err((Detail::UnexpectedSyntax, 1 + letter.len_utf8())),
    };
    Ok((simple, 2))
}

/// `\uXXXX`, or two of them that make one character beyond 16 bits.
fn unicode(text: &str) -> Result<(char, usize), (Detail, usize)> {
    let wrong = |length| (Detail::InvalidUnicodeLiteral, length);
    let high = code(text, 4).map_err(wrong)?;
    if let Some(c) = char::from_u32(high) {
        return Ok((c, 6));
    }
    let low = text.get(6..).filter(|t| t.starts_with("\\u")).and_then(|t| code(t, 4).ok());
    let pair = [high as u16, low.ok_or(wrong(6))? as u16];
    match char::decode_utf16(pair).next() {
        Some(Ok(c)) => Ok((c, 12)),
        _ => Err(wrong(6)),
    }
}

/// The code after `\u` or `\U`, of so many digits; or how much of the text looks like one.
fn code(text: &str, digits: usize) -> Result<u32, usize> {
    let found = text[2..].chars().take(digits).take_while(char::is_ascii_hexdigit).count();
    if found < digits {
        return Err(2 + found);
    }
    u32::from_str_radix(&text[2..2 + digits], 16).map_err(|_| 2 + digits)
}

fn bad_escape(detail: Detail, written: &str, span: Span) -> Box<QueryError> {
    if detail == Detail::InvalidUnicodeLiteral {
        return QueryError::syntax(
            detail,
            span,
            format!("`{written}` is no character"),
            format!("`{written}` 不表示任何字符"),
        )
        .hint(
            "a character is written with its code: `\\u` and four hexadecimal digits, or `\\U` and eight",
            "字符以编码书写：`\\u` 加四位十六进制数，或 `\\U` 加八位",
        );
    }
    QueryError::syntax(detail, span, format!("`{written}` is no escape"), format!("`{written}` 不是转义符"))
        .hint("a backslash itself is written `\\\\`", "反斜杠本身写作 `\\\\`")
}
