//! `=~`: whether the whole of a text matches a regular expression. Matching takes time in proportion to the text,
//! whatever the expression: it comes from whoever wrote the query.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::{Regex, RegexBuilder};

use crate::query::error::{Detail, ErrorType, QueryError, Result};

/// How large an expression may become when it is compiled, in bytes: repetitions can make a short one huge.
const LARGEST: usize = 1 << 20;

/// How many compiled expressions are kept. One that is the same for every row is compiled once.
const KEPT: usize = 32;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Regex>> = RefCell::new(HashMap::new());
}

/// Whether the whole of a text matches an expression.
///
/// # Errors
/// `ArgumentError`, `InvalidArgumentValue` where the expression is none, or too large.
pub(super) fn matches(text: &str, pattern: &str) -> Result<bool> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(regex) = compiled.get(pattern) {
            return Ok(regex.is_match(text));
        }
        let regex = compile(pattern).map_err(|e| refused(pattern, &e))?;
        let found = regex.is_match(text);
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        compiled.insert(pattern.to_owned(), regex);
        Ok(found)
    })
}

/// An expression that has to match from the beginning of a text to its end.
fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    let build = |text: &str| RegexBuilder::new(text).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
    // By itself first: `a)|(b` is none, though it would be one between parentheses.
    build(pattern)?;
    // A pattern that ends in a comment (`(?x)`) would swallow the closing parenthesis: then a new line ends it.
    build(&format!(r"\A(?:{pattern})\z")).or_else(|_| build(&format!("\\A(?:{pattern}\n)\\z")))
}

fn refused(pattern: &str, reason: &regex::Error) -> Box<QueryError> {
    let start: String = pattern.chars().take(80).collect();
    let (reason, reason_zh) = match reason {
        regex::Error::CompiledTooBig(_) => ("it becomes too large".to_owned(), "展开后过大".to_owned()),
        // The last line says what is wrong; those before point at it.
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            (last.clone(), last)
        }
    };
    QueryError::runtime(
        ErrorType::ArgumentError,
        Detail::InvalidArgumentValue,
        format!("`{start}` is no regular expression: {reason}"),
        format!("`{start}` 不是正则表达式：{reason_zh}"),
    )
}
