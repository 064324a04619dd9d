//! The shape of expressions.

use super::shape::{clauses, expr, truth, value};
use crate::query::ast::ClauseKind;

fn check(cases: &[(&str, &str)]) {
    for (text, shape) in cases {
        assert_eq!(value(text), *shape, "{text}");
    }
}

#[test]
fn operators_bind_as_the_grammar_says() {
    check(&[
        ("1 + 2 * 3 ^ 2", "(1 + (2 * (3 ^ 2)))"),
        ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("2 ^ 3 ^ 2", "((2 ^ 3) ^ 2)"),
        ("-a ^ 2", "((Minus a) ^ 2)"),
        ("a OR b XOR c AND NOT d", "(a Or (b Xor (c And (Not d))))"),
        ("NOT a = b AND c", "((Not (a = b)) And c)"),
        ("NOT NOT a", "(Not (Not a))"),
        ("a = b IN c", "(a = (b In c))"),
        ("a = b IS NULL", "(a = (b is null))"),
        ("a + b IS NOT NULL", "((a + b) is not null)"),
        ("a IN b + c", "(a In (b + c))"),
        ("a STARTS WITH b ENDS WITH c", "((a StartsWith b) EndsWith c)"),
        ("a CONTAINS 'x' || b =~ '.*'", "((a Contains (\"x\" || b)) =~ \".*\")"),
        ("a % b / c", "((a % b) / c)"),
        ("- - a", "(Minus (Minus a))"),
        ("+a", "(Plus a)"),
        ("1<-1", "(1 < -1)"),
    ]);
}

#[test]
fn comparisons_form_chains() {
    check(&[("a < b", "(a < b)"), ("a < b <= c <> d", "(a < b <= c <> d)"), ("(a < b) = c", "((a < b) = c)")]);
}

#[test]
fn junctions_are_shallow_and_keep_their_order() {
    check(&[
        ("a AND b AND c", "((a And b) And c)"),
        ("a OR b OR c OR d OR e", "(((a Or b) Or (c Or d)) Or e)"),
        ("a XOR b XOR c", "((a Xor b) Xor c)"),
    ]);
}

#[test]
fn literals() {
    check(&[
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775807", "9223372036854775807"),
        ("-0x8000000000000000", "-9223372036854775808"),
        ("0xFf", "255"),
        ("-0o17", "-15"),
        ("- 1", "-1"),
        ("1.5e3", "1500.0"),
        ("-.5", "-0.5"),
        ("1e-2", "0.01"),
        ("-1.5", "-1.5"),
        (r#"'it\'s' "#, r#""it's""#),
        (r#""\\\t\"""#, r#""\\\t\"""#),
        (r"'\u4e2d\U0001F600\uD83D\uDE00'", "\"中😀😀\""),
        (r"'\N\r'", r#""\n\r""#),
        ("TRUE", "true"),
        ("nUll", "null"),
        ("$p", "$p"),
        ("$0", "$0"),
        ("$`a``b`", "$a`b"),
        ("[]", "[]"),
        ("{}", "{}"),
        ("{a: 1, `b c`: [2], null: 3, match: 4}", "{a: 1, b c: [2], null: 3, match: 4}"),
        ("数据集", "数据集"),
        ("`a``b`", "a`b"),
        ("count", "count"),
    ]);
}

#[test]
fn keys_elements_slices_and_labels() {
    check(&[
        ("a.b.order", "a.b.order"),
        ("a[0][-1]", "a[0][-1]"),
        ("a[1..3]", "a[1..3]"),
        ("a[..-1].b", "a[..-1].b"),
        ("a[x..]", "a[x..]"),
        ("a[..]", "a[..]"),
        ("a.b[c.d]", "a.b[c.d]"),
        ("-a.b", "(Minus a.b)"),
        ("-1.a", "(Minus 1.a)"),
        ("n:A", "(n:A)"),
        ("n:A:B", "(n:(A&B))"),
        ("n:A|B&!C", "(n:(A|(B&!C)))"),
        ("n:(A|%)", "(n:(A|%))"),
        ("n IS A", "(n:A)"),
        ("n IS NOT LABELED A|B", "(n:!(A|B))"),
        ("n IS labeled", "(n:labeled)"),
        ("n.p:A AND b", "((n.p:A) And b)"),
    ]);
}

#[test]
fn brackets_tell_lists_from_comprehensions() {
    check(&[
        ("[x IN xs]", "[x in xs]"),
        ("[x IN xs WHERE x > 1]", "[x in xs where (x > 1)]"),
        ("[x IN xs | x + 1]", "[x in xs | (x + 1)]"),
        ("[x IN xs WHERE x:A | x]", "[x in xs where (x:A) | x]"),
        ("[x IN xs WHERE (x:A|B) | x]", "[x in xs where (x:(A|B)) | x]"),
        ("[x IN [1, 2] | [x, x]]", "[x in [1, 2] | [x, x]]"),
        ("[x IN xs, y]", "[(x In xs), y]"),
        ("[(x) IN xs]", "[(x In xs)]"),
        ("[(a)-[:T]->(b) | b.x]", "[<(a)-[:T]->(b)> | b.x]"),
        ("[p = (a)--() WHERE a.x | p]", "[<p = (a)-[]-()> where a.x | p]"),
        ("[(a) - [b] - c, 1]", "[((a - [b]) - c), 1]"),
        ("[(a:A)<--(b) WHERE b:B | 1]", "[<(a:A)<-[]-(b)> where (b:B) | 1]"),
    ]);
}

#[test]
fn parentheses_tell_expressions_from_patterns() {
    for (text, shape) in [
        ("(a)-->(b)", "<(a)-[]->(b)>"),
        ("NOT (a)-[:T*]->() AND b", "((Not <(a)-[:T{1,}]->()>) And b)"),
        ("((a)--(b))", "<(a)-[]-(b)>"),
        ("(a {x: 1})<--(b)", "<(a {x: 1})<-[]-(b)>"),
        ("(a)-(b)", "(a - b)"),
        ("(a) - -(b)", "(a - (Minus b))"),
        ("(1)--(2)", "(1 - (Minus 2))"),
        ("(a)<-(b)", "(a < (Minus b))"),
        ("(a)-[1]", "(a - [1])"),
        ("(a)-[b]-c", "((a - [b]) - c)"),
        ("(a)-[b]-(c)", "<(a)-[b]-(c)>"),
        ("(a)-[:T]-+(c)", "<(a)-[:T{1,}]-(c)>"),
        ("(a:A) AND (a)", "((a:A) And a)"),
        ("exists((a)-->())", "exists(<(a)-[]->()>)"),
        ("exists(a.x)", "exists(a.x)"),
        ("((a)-->(b)){2}", "<()((a)-[]->(b)){2,2}()>"),
        ("(a)-->+(b)", "<(a)-[{1,}]->(b)>"),
        ("(a)((x)-->(y))*", "<(a)((x)-[]->(y)){0,}()>"),
        ("shortestPath((a)-[*]->(b))", "<AnyShortest (a)-[{1,}]->(b)>"),
        ("CASE WHEN (a)-->() THEN 1 END", "case {<(a)-[]->()> -> 1}"),
    ] {
        assert_eq!(truth(text), shape, "{text}");
    }
}

#[test]
fn calls_and_what_looks_like_them() {
    check(&[
        ("f()", "f()"),
        ("a.b.c(1, x)", "a.b.c(1, x)"),
        ("collect(DISTINCT x)", "collect(distinct x)"),
        ("COUNT( * )", "count(*)"),
        ("count(x)", "count(x)"),
        ("all(x IN xs WHERE x)", "All(x in xs where x)"),
        ("any(x IN xs WHERE x:A|B)", "Any(x in xs where (x:(A|B)))"),
        ("none(x IN xs)", "None(x in xs)"),
        ("single(x IN xs WHERE x > 1)", "Single(x in xs where (x > 1))"),
        ("reduce(s = 0, x IN xs | s + x)", "reduce(s = 0, x in xs | (s + x))"),
        ("reduce(x)", "reduce(x)"),
        ("CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' ELSE 'z' END", "case a {1 -> \"x\", 2 -> \"y\"} else \"z\""),
        ("CASE WHEN a THEN b END", "case {a -> b}"),
        ("n {.a, .*, b: 1, c}", "n {.a, .*, b: 1, c}"),
        ("n {}", "n {}"),
        ("count {.a}", "count {.a}"),
        ("labels(n)", "labels(n)"),
    ]);
}

#[test]
fn subqueries() {
    check(&[
        ("EXISTS { (a)-->(b) }", "exists{<(a)-[]->(b)>}"),
        ("EXISTS { MATCH (a)-->(b), (c) WHERE a.x }", "exists{<(a)-[]->(b), (c)> where a.x}"),
        ("COUNT { p = (a)-->() WHERE true }", "count{<p = (a)-[]->()> where true}"),
        ("COUNT { ANY SHORTEST (a)-->+(b) }", "count{<AnyShortest (a)-[{1,}]->(b)>}"),
        ("EXISTS { OPTIONAL MATCH (a) }", "exists{Match +0}"),
        ("COLLECT { MATCH (a) RETURN a.x ORDER BY a.x }", "collect{Match, Return +0}"),
        ("EXISTS { MATCH (a) RETURN a UNION MATCH (b) RETURN b }", "exists{Match, Return +1}"),
        ("EXISTS { LET x = 1 FILTER x > 0 }", "exists{Let, Filter +0}"),
    ]);
}

/// A column without an alias is named by the text of its expression.
#[test]
fn places_cover_the_text_exactly() {
    for text in [
        "a",
        "( a + b )",
        "(a + b)*c",
        "n.`x y`",
        "count( * )",
        "-  1",
        "[x IN xs | x]",
        "a.b [ 0 ]",
        "NOT  a",
        "a < b < c",
        "EXISTS { (a)-->(b) }",
        "CASE WHEN a THEN b END",
        "n:A&B",
        "$`p`",
        "a IS NOT NULL",
        "n {.x}",
        "a OR b OR c OR d",
        "f(DISTINCT x)",
        "'文本'",
    ] {
        let query = format!("RETURN /* the column */ {text}  /* behind */, 1");
        match clauses(&query).pop() {
            Some(ClauseKind::Return(projection)) => {
                let item = &projection.items[0].expression;
                assert_eq!(item.span.of(&query), text, "{}", expr(item));
            }
            other => panic!("{other:?}"),
        }
    }
}
