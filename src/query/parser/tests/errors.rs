//! What is refused: where, by which detail, and in which words.

use crate::query::error::{Detail, ErrorType};
use crate::query::parser::parse;

/// What is said about a text: the words at the place, the message, the hint.
fn said(text: &str) -> (String, String, String) {
    let error = parse(text).expect_err(text);
    let hint = error.hint.map_or_else(String::new, |h| h.en);
    (error.span.expect("a place").of(text).to_owned(), error.message.en, hint)
}

#[track_caller]
fn refused(text: &str, detail: Detail, at: &str) {
    let error = parse(text).expect_err(text);
    assert_eq!((error.ty, error.detail), (ErrorType::SyntaxError, detail), "{text}: {error}");
    assert_eq!(error.span.expect("a place").of(text), at, "{text}: {error}");
    assert!(!error.message.zh.is_empty());
}

#[test]
fn mistyped_keywords_are_recognised() {
    for (text, at, meant) in [
        ("RETRUN 1", "RETRUN", "RETURN"),
        ("MATCH (n) WEHRE n.x RETURN n", "WEHRE", "WHERE"),
        ("MATCH (n) RETURN n ODER BY n", "ODER", "ORDER"),
        ("MATCH (n) RETURN n ORDER YB n", "YB", ""),
        ("MATHC (n)", "MATHC", "MATCH"),
        ("CREATE (n) RETUN n", "RETUN", "RETURN"),
        ("UNWIND [1] SA x RETURN x", "SA", ""),
        ("MATCH (n) RETURN CASE WEN true THEN 1 END", "true", ""),
    ] {
        let (place, _, hint) = said(text);
        assert_eq!(place, at, "{text}");
        let expected = if meant.is_empty() { String::new() } else { format!("did you mean `{meant}`?") };
        assert_eq!(hint, expected, "{text}");
    }
}

#[test]
fn messages_say_what_was_found_and_expected() {
    let check = |text: &str, message: &str, hint: &str| {
        let (_, got, got_hint) = said(text);
        assert_eq!((got.as_str(), got_hint.as_str()), (message, hint), "{text}");
    };
    check("", "expected a clause such as `MATCH` or `RETURN`, found the end of the query", "");
    check("RETURN", "expected an expression, found the end of the query", "");
    check("RETURN (1", "expected `)`, found the end of the query", "it would close the `(` in line 1, column 8");
    check(
        "MATCH (n)\nRETURN [n, 1",
        "expected `]`, found the end of the query",
        "it would close the `[` in line 2, column 8",
    );
    check(
        "MATCH (return) RETURN 1",
        "expected a variable, `:` or `)`, found `return`",
        "`RETURN` is a word of the language; as a name it is written `` `return` ``",
    );
    check("RETURN 1 +", "expected an expression, found the end of the query", "");
    check("RETURN '中文", "the text that begins with ' is never closed", "");
    check("RETURN 1，2", "the character `，` (U+FF0C) means nothing here", "did you mean the narrow `,`?");
    check("RETURN 1 /* a", "the comment is never closed", "it ends with `*/`");
    check(
        "RETURN 007",
        "`007` is no number",
        "a number does not begin with a zero; an octal one begins with `0o`, and a code is a text in quotes",
    );
    check(r"RETURN 'a\d'", r"`\d` is no escape", r"a backslash itself is written `\\`");
    check("RETURN 1 = NOT true", "expected an operand, found `NOT`", "put parentheses around the negation");
    check(
        "MATCH SHORTEST 1 (a)-->(b) RETURN a",
        "expected a path, found `SHORTEST`",
        "write `ANY SHORTEST` or `ALL SHORTEST`",
    );
    assert_eq!(parse("RETURN").unwrap_err().message.zh, "此处应为表达式，但查询已结束");
    assert_eq!(parse("RETURN )").unwrap_err().message.zh, "此处应为表达式，但遇到 `)`");
}

#[test]
fn literals_are_refused_by_their_own_details() {
    for (text, detail, at) in [
        ("RETURN 9223372036854775808", Detail::IntegerOverflow, "9223372036854775808"),
        ("RETURN -9223372036854775809", Detail::IntegerOverflow, "-9223372036854775809"),
        ("RETURN -(9223372036854775808)", Detail::IntegerOverflow, "9223372036854775808"),
        ("RETURN 0x8000000000000000", Detail::IntegerOverflow, "0x8000000000000000"),
        ("RETURN -0o1000000000000000000001", Detail::IntegerOverflow, "-0o1000000000000000000001"),
        ("RETURN 99999999999999999999999999", Detail::IntegerOverflow, "99999999999999999999999999"),
        ("MATCH (a)-[*99999999999999999999]->() RETURN a", Detail::IntegerOverflow, "99999999999999999999"),
        ("RETURN 1.34E999", Detail::FloatingPointOverflow, "1.34E999"),
        ("RETURN 9223372h54775808", Detail::InvalidNumberLiteral, "9223372h54775808"),
        ("RETURN 0x", Detail::InvalidNumberLiteral, "0x"),
        ("RETURN 0xFG", Detail::InvalidNumberLiteral, "0xFG"),
        ("RETURN 0o18", Detail::InvalidNumberLiteral, "0o18"),
        ("RETURN 1e", Detail::InvalidNumberLiteral, "1e"),
        ("RETURN 9223372#54775808", Detail::UnexpectedSyntax, "#"),
        ("RETURN {1B2c3e67:1}", Detail::UnexpectedSyntax, "1B2c3e67"),
        (r"RETURN '中\uH'", Detail::InvalidUnicodeLiteral, r"\u"),
        (r"RETURN '\u12'", Detail::InvalidUnicodeLiteral, r"\u12"),
        (r"RETURN '\uD800'", Detail::InvalidUnicodeLiteral, r"\uD800"),
        (r"RETURN '\uD800\u0041'", Detail::InvalidUnicodeLiteral, r"\uD800"),
        (r"RETURN '\U00110000'", Detail::InvalidUnicodeLiteral, r"\U00110000"),
        (r"RETURN '\U0011中文'", Detail::InvalidUnicodeLiteral, r"\U0011"),
        (r"RETURN '\中'", Detail::UnexpectedSyntax, r"\中"),
        ("RETURN `a", Detail::UnexpectedSyntax, "`"),
        ("RETURN $", Detail::UnexpectedSyntax, "$"),
    ] {
        refused(text, detail, at);
    }
}

#[test]
fn patterns_are_refused_where_they_cannot_be() {
    for (text, at) in [
        ("MATCH (n) RETURN (n)-[]->()", "(n)-[]->()"),
        ("MATCH (a), (b) RETURN size((a)--(b))", "(a)--(b)"),
        ("MATCH (n) WHERE size((n)-->()) > 1 RETURN n", "(n)-->()"),
        ("MATCH (n) SET n.p = head(nodes(head((n)-[:REL]->()))).foo", "(n)-[:REL]->()"),
        ("CREATE ((a)-->(b))+", "((a)-->(b))+"),
        ("CREATE ANY SHORTEST (a)-->(b)", "ANY SHORTEST (a)-->(b)"),
        ("CREATE (a:A|B)", "(a:A|B)"),
        ("MERGE (a WHERE a.x)", "a.x"),
        ("MATCH ((a)-->(b) WHERE a.x) RETURN a", "WHERE"),
        ("MATCH (a)-[:A:B]->(b) RETURN a", ":"),
        ("MATCH (a)-->(b)-->RETURN a", "RETURN"),
    ] {
        refused(text, Detail::UnexpectedSyntax, at);
    }
    for (text, at) in [
        ("MATCH (a)-[:LIKES..]->(c) RETURN c", ".."),
        ("MATCH (a)-[:LIKES*-2]->(c) RETURN c", "-"),
        ("MATCH (a)-[*1.5]->(c) RETURN c", "1.5"),
        ("MATCH (a)-[2]->(c) RETURN c", "2"),
        ("MATCH (a)-->{3,1}(c) RETURN c", "{3,1}"),
        ("MATCH (a)-[*2]->+(c) RETURN c", "+"),
        ("MATCH ((a)){2} RETURN a", "(a)"),
    ] {
        refused(text, Detail::InvalidRelationshipPattern, at);
    }
    refused("MATCH (a)-[*$n]->(b) RETURN a", Detail::InvalidParameterUse, "$n");
}

#[test]
fn clauses_are_refused_out_of_order() {
    for (text, at) in [
        ("RETURN 1 MATCH (n) RETURN n", "RETURN 1"),
        ("MATCH (n)", "MATCH (n)"),
        ("MATCH (n) WITH n", "WITH n"),
        ("CREATE (a) MATCH (b) RETURN b", "MATCH (b)"),
        ("MATCH (n) CALL p() YIELD x", "CALL p() YIELD x"),
        ("RETURN 1 AS a UNION RETURN 2 AS a UNION ALL RETURN 3 AS a", "UNION ALL"),
        ("MATCH (n) WHERE EXISTS { MATCH (n)-->(m) SET m.x = 1 } RETURN n", "SET m.x = 1"),
    ] {
        refused(text, Detail::InvalidClauseComposition, at);
    }
    refused("CALL p() YIELD * RETURN x", Detail::UnexpectedSyntax, "YIELD *");
}

#[test]
fn brackets_and_commas_are_refused_where_they_cannot_be() {
    for (text, at) in [
        ("RETURN [, ]", ","),
        ("RETURN [1, ]", "]"),
        ("RETURN [[[]] AS a", "AS"),
        ("RETURN {, }", ","),
        ("RETURN {1}", "1"),
        ("RETURN {[]}", "["),
        ("RETURN {k1.k: 1}", "."),
        ("RETURN {k: {k: {}} AS a", "AS"),
        ("RETURN f(1,)", ")"),
        ("RETURN 1)", ")"),
        ("RETURN a..b", ".."),
        ("RETURN [x IN xs WHERE x:A|B | x]", "|"),
        ("SET a = 1, 1 = 2", "1"),
        ("REMOVE a", "a"),
        ("CASE", "CASE"),
        ("RETURN CASE END", "END"),
        ("EXPLAIN EXPLAIN RETURN 1", "EXPLAIN"),
        ("SHOW TABLES", "TABLES"),
        ("RETURN 1 2", "2"),
        ("RETURN *, * ", "*"),
    ] {
        refused(text, Detail::UnexpectedSyntax, at);
    }
}
