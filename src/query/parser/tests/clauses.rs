//! The shape of clauses, and of statements.

use super::shape::{clauses, expr, paths};
use crate::query::ast::*;
use crate::query::parser::{parse, parse_all};

fn only(text: &str) -> ClauseKind {
    let mut all = clauses(text);
    assert_eq!(all.len(), 1, "{text}: {all:?}");
    all.swap_remove(0)
}

fn names(all: &[Name]) -> String {
    all.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// The first words of the clauses' kinds.
fn order(text: &str) -> String {
    let kind = |c: &ClauseKind| format!("{c:?}").split([' ', '(']).next().unwrap_or_default().to_owned();
    clauses(text).iter().map(kind).collect::<Vec<_>>().join(" ")
}

#[test]
fn projections_have_stars_aliases_order_and_pages() {
    let ClauseKind::Return(p) = only("RETURN DISTINCT *, 1 AS a, b ORDER BY a DESC, b ASC, c SKIP 1 LIMIT $n") else {
        panic!("no projection")
    };
    assert!(p.distinct && p.star.is_some());
    let items: Vec<_> =
        p.items.iter().map(|i| (expr(&i.expression), i.alias.as_ref().map(|a| a.text.clone()))).collect();
    assert_eq!(items, [("1".to_owned(), Some("a".to_owned())), ("b".to_owned(), None)]);
    let sorted: Vec<_> = p.paging.order.iter().map(|i| (expr(&i.expression), i.descending)).collect();
    assert_eq!(sorted, [("a".to_owned(), true), ("b".to_owned(), false), ("c".to_owned(), false)]);
    assert_eq!(p.paging.skip.as_ref().map(expr).as_deref(), Some("1"));
    assert_eq!(p.paging.limit.as_ref().map(expr).as_deref(), Some("$n"));
}

#[test]
fn clauses_stand_in_order() {
    for (text, kinds) in [
        ("MATCH (a) OPTIONAL MATCH (b) WHERE a.x RETURN a", "Match Match Return"),
        ("UNWIND [1] AS x WITH x AS y WHERE y > 0 RETURN y", "Unwind With Return"),
        (
            "MATCH (a) FILTER a.x > 1 LET b = a.x, c = b FILTER WHERE c ORDER BY c OFFSET 1 LIMIT 2 RETURN c",
            "Match Filter Let Filter OrderAndPage Return",
        ),
        ("MATCH (a) SKIP 1 RETURN a", "Match OrderAndPage Return"),
        ("CREATE (a) WITH a MATCH (b) MERGE (a)-[:T]->(b)", "Create With Match Merge"),
        ("MATCH (a) SET a.x = 1 REMOVE a.y DETACH DELETE a", "Match Set Remove Delete"),
        ("CALL a.b()", "Call"),
        ("MATCH (a) CALL a.b(a)", "Match Call"),
        ("match (a) return a", "Match Return"),
        ("MATCH(a)RETURN(a)", "Match Return"),
    ] {
        assert_eq!(order(text), kinds, "{text}");
    }
}

#[test]
fn calls() {
    let call = |text| match clauses(text).swap_remove(0) {
        ClauseKind::Call(call) => call,
        other => panic!("{other:?}"),
    };
    let implicit = call("CALL a.b.c");
    assert_eq!((implicit.name.text.as_str(), implicit.arguments, implicit.yields), ("a.b.c", None, None));
    let full = call("CALL p(1, x) YIELD a AS b, c WHERE c > 1 RETURN b");
    assert_eq!(full.arguments.map(|a| a.len()), Some(2));
    let yields = full.yields.unwrap();
    let items: Vec<_> =
        yields.items.iter().map(|(c, a)| (c.text.as_str(), a.as_ref().map(|a| a.text.as_str()))).collect();
    assert_eq!(items, [("a", Some("b")), ("c", None)]);
    assert_eq!((yields.star, yields.filter.as_ref().map(expr).as_deref()), (false, Some("(c > 1)")));
    assert!(call("CALL p() YIELD *").yields.unwrap().star);
    assert_eq!(call("CALL p() YIELD -").yields.unwrap().items, []);
}

#[test]
fn items_that_are_set_and_removed() {
    let ClauseKind::Set(items) = only("SET a.b.c = 1, a = {}, a += $m, a:B:C, (a).x = 2") else { panic!("no set") };
    let shape = |item: &SetItem| match item {
        SetItem::Property { target, key, value } => format!("{}.{} = {}", expr(target), key.text, expr(value)),
        SetItem::Replace { variable, value } => format!("{} := {}", variable.text, expr(value)),
        SetItem::Extend { variable, value } => format!("{} += {}", variable.text, expr(value)),
        SetItem::Labels { variable, labels } => format!("{}:{}", variable.text, names(labels)),
    };
    let shapes: Vec<_> = items.iter().map(shape).collect();
    assert_eq!(shapes, ["a.b.c = 1", "a := {}", "a += $m", "a:B C", "a.x = 2"]);
    let ClauseKind::Remove(items) = only("REMOVE a.b, a:B:C") else { panic!("no remove") };
    assert!(matches!(&items[0], RemoveItem::Property { target, key } if expr(target) == "a" && key.text == "b"));
    assert!(matches!(&items[1], RemoveItem::Labels { labels, .. } if names(labels) == "B C"));
}

#[test]
fn merging_and_deleting() {
    let text = "MERGE (a {x: 1}) ON CREATE SET a.y = 1 ON MATCH SET a.y = 2, a:B ON CREATE SET a.z = 3";
    let ClauseKind::Merge { pattern, on_create, on_match } = only(text) else { panic!("no merge") };
    assert_eq!(paths(&[pattern]), "(a {x: 1})");
    assert_eq!((on_create.len(), on_match.len()), (2, 2));
    for (text, detached) in [("DETACH DELETE a, b", true), ("NODETACH DELETE a", false), ("DELETE a", false)] {
        let ClauseKind::Delete { detach, expressions } = only(text) else { panic!("no delete") };
        assert_eq!((detach, expr(&expressions[0]).as_str()), (detached, "a"), "{text}");
    }
}

#[test]
fn unions_and_catalogs() {
    let Body::Query(query) =
        parse("USE `a-b` RETURN 1 AS a UNION ALL RETURN 2 AS a UNION ALL RETURN 3 AS a").unwrap().body
    else {
        panic!("no query")
    };
    assert_eq!(query.catalog.map(|c| c.text).as_deref(), Some("a-b"));
    assert_eq!(query.unions.iter().map(|(u, _)| u.all).collect::<Vec<_>>(), [true, true]);
    assert!(parse("RETURN 1 AS a UNION RETURN 2 AS a UNION DISTINCT RETURN 3 AS a").is_ok());
}

#[test]
fn modes_and_shows() {
    assert_eq!(parse("EXPLAIN MATCH (a) RETURN a").unwrap().mode, Mode::Explain);
    assert_eq!(parse("profile MATCH (a) RETURN a;").unwrap().mode, Mode::Profile);
    for (text, shown) in [
        ("SHOW PROCEDURES", Shown::Procedures),
        ("show functions;", Shown::Functions),
        ("SHOW LABELS", Shown::Labels),
        ("SHOW CATALOGS", Shown::Catalogs),
    ] {
        assert!(matches!(parse(text).unwrap().body, Body::Show(s, _) if s == shown), "{text}");
    }
}

#[test]
fn scripts_have_statements_with_their_places() {
    let text = "// a title\nRETURN 1; ;\n/* another */ MATCH (a) RETURN ';';\n";
    let statements = parse_all(text).unwrap();
    let places: Vec<_> = statements.iter().map(|s| s.span.of(text)).collect();
    assert_eq!(places, ["RETURN 1", "MATCH (a) RETURN ';'"]);
    assert_eq!(parse_all(" ; // nothing").unwrap(), []);
    assert_eq!(parse_all("RETURN 1; RETRUN 2").unwrap_err().span.map(|s| s.start), Some(10));
    assert!(parse("RETURN 1; RETURN 2").is_err());
}

#[test]
fn keywords_may_be_names() {
    for text in ["MATCH (match:Match {where: 1}) RETURN 1", "MATCH (order) RETURN 1", "RETURN 1 AS end"] {
        assert!(parse(text).is_err(), "{text}");
    }
    for text in [
        "MATCH (`match`:Match {where: 1})-[:RETURN|:ON]->(:All) RETURN `match`.order",
        "MATCH (count)-[filter:Filter]->(use) RETURN count, filter.limit, use AS yield",
        "LET let = 1 FILTER let > 0 LIMIT 1 RETURN let AS offset",
        "WITH 1 AS call, 2 AS show, 3 AS any RETURN call + show + any",
        "MATCH (数据集:数据集) RETURN 数据集.名称 AS 名称",
    ] {
        assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
    }
}
