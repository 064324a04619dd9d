//! The shape of patterns.

use super::shape::{clauses, matched, path};
use crate::query::ast::{ClauseKind, Link, NodePattern};

fn check(cases: &[(&str, &str)]) {
    for (text, shape) in cases {
        assert_eq!(matched(text), *shape, "{text}");
    }
}

#[test]
fn nodes() {
    check(&[
        ("()", "()"),
        ("(n)", "(n)"),
        ("(:A:B)", "(:(A&B))"),
        ("(n:A|B&!C)", "(n:(A|(B&!C)))"),
        ("(n IS A&(B|%))", "(n:(A&(B|%)))"),
        ("(n:!!A)", "(n:!!A)"),
        ("(n:A {x: 1} WHERE n.y > 2)", "(n:A {x: 1} where (n.y > 2))"),
        ("(n $p)", "(n $p)"),
        ("(:数据集)", "(:数据集)"),
        ("(:Match {order: 1}), (count)", "(:Match {order: 1}), (count)"),
        ("(WHERE true)", "( where true)"),
    ]);
}

#[test]
fn relationships() {
    check(&[
        ("(a)--(b)", "(a)-[]-(b)"),
        ("(a)-->(b)<--(c)", "(a)-[]->(b)<-[]-(c)"),
        ("(a)<-->(b)", "(a)-[]-(b)"),
        ("(a)<-[r]->(b)", "(a)-[r]-(b)"),
        ("(a) - [ r : T ] - > (b)", "(a)-[r:T]->(b)"),
        ("(a)-[:A|B|C]->(b)", "(a)-[:((A|B)|C)]->(b)"),
        ("(a)-[:A|:B]->(b)", "(a)-[:(A|B)]->(b)"),
        ("(a)-[r:!A&%]->(b)", "(a)-[r:(!A&%)]->(b)"),
        ("(a)-[r IS T {x: 1} WHERE r.y]->(b)", "(a)-[r:T {x: 1} where r.y]->(b)"),
        ("(a)⟨—[r]—(b)", "(a)<-[r]-(b)"),
    ]);
}

#[test]
fn lengths() {
    check(&[
        ("(a)-[*]->(b)", "(a)-[{1,}]->(b)"),
        ("(a)-[r:T*2]->(b)", "(a)-[r:T{2,2}]->(b)"),
        ("(a)-[*1..3]->(b)", "(a)-[{1,3}]->(b)"),
        ("(a)-[* 1 .. 3 {x: 1}]->(b)", "(a)-[{1,3} {x: 1}]->(b)"),
        ("(a)-[*..3]->(b)", "(a)-[{1,3}]->(b)"),
        ("(a)-[*2..]->(b)", "(a)-[{2,}]->(b)"),
        ("(a)-[*0..]->(b)", "(a)-[{0,}]->(b)"),
        ("(a)-[*..]->(b)", "(a)-[{1,}]->(b)"),
        ("(a)-[*3..1]->(b)", "(a)-[{3,1}]->(b)"),
        ("(a)-[:T]->{1,3}(b)", "(a)-[:T{1,3}]->(b)"),
        ("(a)-[:T]->{,3}(b)", "(a)-[:T{0,3}]->(b)"),
        ("(a)-->{2}(b)", "(a)-[{2,2}]->(b)"),
        ("(a)-->{2,}(b)", "(a)-[{2,}]->(b)"),
        ("(a)-->*(b)<--+(c)", "(a)-[{0,}]->(b)<-[{1,}]-(c)"),
    ]);
}

#[test]
fn paths() {
    check(&[
        ("p = (a)-->(b), (c)", "p = (a)-[]->(b), (c)"),
        ("ALL (a)", "(a)"),
        ("p = ANY (a)-->(b)", "p = Any (a)-[]->(b)"),
        ("ANY SHORTEST PATH (a)-->+(b)", "AnyShortest (a)-[{1,}]->(b)"),
        ("ALL SHORTEST (a)--(b)", "AllShortest (a)-[]-(b)"),
        ("p = shortestPath((a)-[*]->(b))", "p = AnyShortest (a)-[{1,}]->(b)"),
        ("allShortestPaths((a)-[*]->(b))", "AllShortest (a)-[{1,}]->(b)"),
        ("((a))", "(a)"),
        ("p = (((a)-->(b)))", "p = (a)-[]->(b)"),
        ("any = (a)", "any = (a)"),
    ]);
}

#[test]
fn groups_stand_between_nodes() {
    check(&[
        ("((a)-->(b)){1,3}", "()((a)-[]->(b)){1,3}()"),
        ("(s)((a)-[:T]->(b) WHERE a.x)+(t)", "(s)((a)-[:T]->(b) where a.x){1,}(t)"),
        ("((a)-->(b))*((c)--(d)){2}", "()((a)-[]->(b)){0,}()((c)-[]-(d)){2,2}()"),
        ("(s)-->((a)-->(b))+", "(s)-[]->()((a)-[]->(b)){1,}()"),
        ("((a)-->(b))+-->(t)", "()((a)-[]->(b)){1,}()-[]->(t)"),
        ("(((a)-->(b)){2}(c)--(d)){3}", "()(()((a)-[]->(b)){2,2}(c)-[]-(d)){3,3}()"),
    ]);
}

#[test]
fn places_cover_elements() {
    let text = "MATCH p = (a:A)-[r:T*2]->(b), ((x)-->(y))+ RETURN 1";
    let Some(ClauseKind::Match { patterns, .. }) = clauses(text).into_iter().next() else { panic!("no match") };
    assert_eq!(patterns[0].span.of(text), "p = (a:A)-[r:T*2]->(b)");
    assert_eq!(patterns[0].start.span.of(text), "(a:A)");
    let (Link::Relationship(relationship), node) = &patterns[0].links[0] else { panic!("{}", path(&patterns[0])) };
    assert_eq!((relationship.span.of(text), node.span.of(text)), ("-[r:T*2]->", "(b)"));
    let (Link::Group(group), end) = &patterns[1].links[0] else { panic!("{}", path(&patterns[1])) };
    assert_eq!((group.span.of(text), group.pattern.span.of(text)), ("((x)-->(y))+", "(x)-->(y)"));
    for (unnamed, at) in [(&patterns[1].start, group.span.start), (end, group.span.end)] {
        assert_eq!((unnamed.span.start, unnamed.span.end), (at, at));
        assert_eq!(NodePattern { span: NodePattern::default().span, ..unnamed.clone() }, NodePattern::default());
    }
}
