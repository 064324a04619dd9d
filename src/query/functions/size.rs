//! How large a value one call may make. The budget of a query counts what was made; these bounds hold for what a few words
//! could make at once, before anybody can count it.

use crate::query::error::{Detail, ErrorType, QueryError, Result};

/// The most elements of a list that a function or operator makes: half a gigabyte.
pub(crate) const LONGEST_LIST: u64 = 20_000_000;

/// The most bytes of a text that a function or operator makes.
const LARGEST_TEXT: u64 = 1 << 28;

/// Nothing, if a list may have so many elements.
///
/// # Errors
/// `LimitExceeded`, `MemoryExceeded`.
pub(crate) fn list_may_have(elements: u64) -> Result<()> {
    if elements <= LONGEST_LIST {
        return Ok(());
    }
    Err(exceeded(
        format!("a list of {elements} elements is longer than the {LONGEST_LIST} that one operation may make"),
        format!("列表将有 {elements} 个元素，超过单次运算的上限 {LONGEST_LIST}"),
    ))
}

/// Nothing, if a text may have so many bytes.
///
/// # Errors
/// `LimitExceeded`, `MemoryExceeded`.
pub(crate) fn text_may_have(bytes: u64) -> Result<()> {
    if bytes <= LARGEST_TEXT {
        return Ok(());
    }
    Err(exceeded(
        format!("a text of {bytes} bytes is longer than the {LARGEST_TEXT} that one operation may make"),
        format!("字符串将有 {bytes} 字节，超过单次运算的上限 {LARGEST_TEXT}"),
    ))
}

fn exceeded(en: String, zh: String) -> Box<QueryError> {
    QueryError::runtime(ErrorType::LimitExceeded, Detail::MemoryExceeded, en, zh)
}
