//! Query text of any characters: an error with a place in the text, or statements; and tokens that lie in order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaokuai::query::lexer::tokens;
use tiaokuai::query::parser::{parse, parse_all};

fuzz_target!(|text: &str| {
    let mut end = 0;
    for token in tokens(text) {
        assert!(end <= token.span.start && token.span.start < token.span.end);
        end = token.span.end;
    }
    assert!(end as usize <= text.len());
    match parse_all(text) {
        Ok(statements) => {
            assert!(statements.iter().all(|s| !s.span.of(text).is_empty()));
            assert!(parse(text).is_err() || statements.len() == 1);
        }
        Err(error) => {
            let span = error.span.expect("every syntax error has a place");
            assert!(text.get(span.start as usize..span.end as usize).is_some());
        }
    }
});
