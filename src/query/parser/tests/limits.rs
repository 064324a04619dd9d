//! Depth, size and garbage: the parser always ends, soon, with a tree or an error.

use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::query::ast::Statement;
use crate::query::error::{Detail, ErrorType, Result};
use crate::query::keyword::keywords;
use crate::query::parser::{MAX_DEPTH, parse, parse_all};

/// Parses on a thread with the stack that threads have by default, whatever the test runner's is, and drops, copies
/// and compares the tree there.
fn on_a_small_stack(text: String) -> Result<()> {
    let work = move || {
        let statement: Statement = parse(&text)?;
        assert!(statement.clone() == statement);
        Ok(())
    };
    thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap()
}

/// Texts that are nested so many times, in every way that they can be.
fn nested(times: usize) -> Vec<String> {
    let around =
        |before: &str, inner: &str, after: &str| format!("{}{inner}{}", before.repeat(times), after.repeat(times));
    let values = [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a: ", "1", "}"),
        ("f(", "1", ")"),
        ("a[", "1", "]"),
        ("NOT ", "true", ""),
        ("- ", "a", ""),
        ("-(", "a", ")"),
        ("CASE WHEN true THEN ", "1", " END"),
        ("CASE ", "1", " WHEN 1 THEN 2 END"),
        ("[x IN ", "y", " | x]"),
        ("[(a)-->(b {x: ", "1", "}) | 1]"),
        ("all(x IN ", "y", " WHERE x)"),
        ("reduce(a = 1, x IN ", "y", " | a)"),
        ("n {x: ", "1", "}"),
        ("1 OR 1 XOR 1 AND 1 = 1 IN 1 + 1 * 1 ^ -(", "1", ")"),
        ("COUNT { MATCH (n) WITH n WHERE n.x = ", "1", " RETURN n }"),
        ("", "1", " - 1"),
        ("", "'a'", " + 'a'"),
        ("", "a", ".b"),
        ("", "a", "[0]"),
        ("", "a", " IS NULL"),
    ];
    let truths = [
        ("EXISTS { MATCH (n) WHERE ", "true", " }"),
        ("EXISTS { (n) WHERE ", "true", " }"),
        ("(n)-->(m WHERE ", "true", ")"),
        ("(n)-[WHERE ", "true", "]->(m)"),
    ];
    let paths = [("(", "(a)-->(b)", "){2}"), ("(", "(a)", ")"), ("(n WHERE EXISTS { (n)-->", "(b)", "})")];
    let values = values.map(|(a, b, c)| format!("RETURN {}", around(a, b, c)));
    let truths = truths.map(|(a, b, c)| format!("MATCH (n) WHERE {} RETURN n", around(a, b, c)));
    let paths = paths.map(|(a, b, c)| format!("MATCH {} RETURN 1", around(a, b, c)));
    let labels =
        [format!("RETURN n:{}", around("!(A|B&", "C", ")")), format!("MATCH (:{}) RETURN 1", around("(!", "A", ")"))];
    values.into_iter().chain(truths).chain(paths).chain(labels).collect()
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    for text in nested(10_000) {
        let shown: String = text.chars().take(60).collect();
        let error = on_a_small_stack(text).expect_err(&shown);
        assert!((error.ty, error.detail) == (ErrorType::LimitExceeded, Detail::DepthExceeded), "{shown}: {error}");
        assert!(error.span.is_some());
    }
}

#[test]
fn what_is_nested_as_people_do_is_taken() {
    for text in nested(15) {
        assert!(on_a_small_stack(text.clone()).is_ok(), "{text}: {:?}", parse(&text));
    }
    let deepest = MAX_DEPTH as usize - 2;
    let parentheses = |n: usize| format!("RETURN {}1{}", "(".repeat(n), ")".repeat(n));
    assert!(on_a_small_stack(parentheses(deepest)).is_ok());
    assert!(on_a_small_stack(parentheses(deepest + 1)).is_err());
    let sum = |n: usize| format!("RETURN 1{}", " + 1".repeat(n));
    assert!(on_a_small_stack(sum(deepest)).is_ok());
    assert!(on_a_small_stack(sum(deepest + 1)).is_err());
}

/// Depth is not length: what is only long has no limit.
#[test]
fn what_is_only_long_is_taken() {
    for text in [
        format!("MATCH (n) WHERE n.x = 0{} RETURN n", " OR n.x = 1".repeat(20_000)),
        format!("RETURN true{}", " AND NOT false".repeat(20_000)),
        format!("RETURN [0{}]", ", -1".repeat(50_000)),
        format!("MATCH (n:A{}) RETURN n", "|B&!C".repeat(20_000)),
        format!("MATCH (n){} RETURN n", "-->()".repeat(20_000)),
        format!("RETURN 1 < 2{}", " < 3".repeat(20_000)),
        format!("RETURN 1 AS a{}", " UNION RETURN 2 AS a".repeat(20_000)),
        format!("MATCH (n){} RETURN n", " WITH n".repeat(20_000)),
        format!("RETURN CASE WHEN a THEN 1{} END", " WHEN b + 1 THEN 2".repeat(20_000)),
        format!("RETURN {{a: 1{}}}", ", b: (1 + 1)".repeat(20_000)),
    ] {
        let shown: String = text.chars().take(60).collect();
        assert!(on_a_small_stack(text).is_ok(), "{shown}");
    }
}

/// A megabyte takes a fraction of a second. The bound is for a busy machine: a time that grew with the square of the
/// length would be hours.
#[test]
fn a_megabyte_is_parsed_soon() {
    let clause = "MATCH (d:Dataset {id: 'x'})-[r:SHARES*1..3]->(p:平台) WHERE d.rows > 1 AND NOT (d)-->(p) WITH d\n";
    let mut texts = vec![format!("{}RETURN d", clause.repeat((1 << 20) / clause.len()))];
    for (before, piece) in [
        ("", "("),
        ("", "((a)-"),
        ("", "[x IN "),
        ("", "[(a)-["),
        ("", "a."),
        ("", "RETURN `"),
        ("", "/*"),
        ("", "'\\"),
        ("", "$`"),
        ("", "({["),
        ("", "1."),
        ("", "x"),
        ("RETURN ", "NOT "),
        ("RETURN ", "-"),
        ("RETURN a", ".b"),
        ("RETURN '", "\\n"),
        ("MATCH (:", "!"),
        ("MATCH ", "(a)--"),
    ] {
        texts.push(before.to_owned() + &piece.repeat((1 << 18) / piece.len()));
    }
    for text in texts {
        let start = Instant::now();
        let parsed = on_a_small_stack(text.clone());
        let took = start.elapsed();
        let shown: String = text.chars().take(30).collect();
        assert!(took < Duration::from_secs(20), "{shown}: {took:?}, {parsed:?}");
    }
}

/// Pieces of queries, which make deeper nonsense than random characters do.
fn piece() -> impl Strategy<Value = String> {
    let signs =
        "( ) [ ] { } , . .. : ; = <> < <= > >= =~ + += - * / % ^ | || & ! -- --> <-- -[ ]-> <-[ ]- (a) (a)-->(b)";
    let words = "a 数据集 `b` `` $p $0 1 0 1.5 .5 1..3 0x 12x 9223372036854775808 1e999 'x' \"y\" '\\u0041' '\\u00' ' \" ` /* */ // \
                 STARTS\u{20}WITH IS\u{20}NULL EXISTS{ COUNT{ count(*) shortestPath( reduce( all(x\u{20}IN ， — \u{feff}";
    let mut pieces: Vec<String> = signs.split(' ').chain(words.split(' ')).map(str::to_owned).collect();
    pieces.extend(keywords().iter().map(|w| (*w).to_owned()));
    prop_oneof![9 => prop::sample::select(pieces), 1 => any::<char>().prop_map(String::from)]
}

proptest! {
    #[test]
    fn token_soup_is_a_tree_or_an_error(pieces in prop::collection::vec(piece(), 0..60), blank in "[ \n]?") {
        let text = pieces.join(&blank);
        for text in [format!("RETURN {text}"), format!("MATCH {text}"), text] {
            match parse_all(&text) {
                Ok(statements) => for statement in statements {
                    prop_assert!(!statement.span.of(&text).is_empty());
                },
                Err(error) => {
                    let span = error.span.expect("a place");
                    prop_assert!(span.start <= span.end && text.get(span.start as usize..span.end as usize).is_some());
                    prop_assert!(!error.message.en.is_empty() && !error.message.zh.is_empty());
                }
            }
        }
    }
}
