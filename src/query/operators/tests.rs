//! Operators: tables of results and errors, and laws that hold for all values.

use proptest::prelude::*;

use super::*;
use crate::query::ast::{BinaryOp as Op, UnaryOp};
use crate::query::temporal::TemporalKind;
use crate::query::testing::{GONE, Small, THERE, path, temporal, values};
use crate::query::value::NodeId;

fn t(text: &str) -> Value {
    Value::text(text)
}

fn i(i: i64) -> Value {
    Value::Integer(i)
}

fn f(f: f64) -> Value {
    Value::Float(f)
}

fn l<const N: usize>(items: [Value; N]) -> Value {
    Value::list(items.to_vec())
}

const NULL: Value = Value::Null;
const TRUE: Value = Value::Boolean(true);
const FALSE: Value = Value::Boolean(false);

const ALL: [Op; 21] = [
    Op::Or,
    Op::Xor,
    Op::And,
    Op::Equal,
    Op::NotEqual,
    Op::Less,
    Op::LessOrEqual,
    Op::Greater,
    Op::GreaterOrEqual,
    Op::Add,
    Op::Subtract,
    Op::Multiply,
    Op::Divide,
    Op::Modulo,
    Op::Power,
    Op::In,
    Op::StartsWith,
    Op::EndsWith,
    Op::Contains,
    Op::Matches,
    Op::Concatenate,
];

fn check(cases: &[(Value, Op, Value, Value)]) {
    for (a, op, b, wanted) in cases {
        let result = binary(*op, a, b).unwrap_or_else(|e| panic!("{a:?} {} {b:?}: {e}", symbol(*op)));
        assert_eq!(format!("{result:?}"), format!("{wanted:?}"), "{a:?} {} {b:?}", symbol(*op));
    }
}

fn error(result: Result<Value>) -> String {
    let error = result.expect_err("an error");
    format!("{} {}", error.ty.name(), error.detail.name())
}

#[test]
fn logic_has_three_values() {
    for (a, b, and, or, xor) in [
        (TRUE, TRUE, TRUE, TRUE, FALSE),
        (TRUE, FALSE, FALSE, TRUE, TRUE),
        (TRUE, NULL, NULL, TRUE, NULL),
        (FALSE, FALSE, FALSE, FALSE, FALSE),
        (FALSE, NULL, FALSE, NULL, NULL),
        (NULL, NULL, NULL, NULL, NULL),
    ] {
        for (a, b) in [(a.clone(), b.clone()), (b, a)] {
            check(&[
                (a.clone(), Op::And, b.clone(), and.clone()),
                (a.clone(), Op::Or, b.clone(), or.clone()),
                (a, Op::Xor, b, xor.clone()),
            ]);
        }
    }
    for op in [Op::And, Op::Or, Op::Xor] {
        assert_eq!(error(binary(op, &FALSE, &i(1))), "TypeError InvalidArgumentType");
        assert_eq!(error(binary(op, &t("true"), &NULL)), "TypeError InvalidArgumentType");
    }
}

#[test]
fn numbers_are_computed_exactly_or_not_at_all() {
    check(&[
        (i(7), Op::Divide, i(-2), i(-3)),
        (i(7), Op::Modulo, i(-2), i(1)),
        (i(-7), Op::Modulo, i(2), i(-1)),
        (i(i64::MIN), Op::Modulo, i(-1), i(0)),
        (i(7), Op::Divide, f(2.0), f(3.5)),
        (i(1), Op::Divide, f(0.0), f(f64::INFINITY)),
        (f(5.5), Op::Modulo, i(2), f(1.5)),
        (i(2), Op::Power, i(10), f(1024.0)),
        (i(2), Op::Power, i(-1), f(0.5)),
        (i(1), Op::Add, f(0.5), f(1.5)),
        (NULL, Op::Subtract, i(1), NULL),
        (i(1), Op::Multiply, NULL, NULL),
        (NULL, Op::Divide, i(0), NULL),
        (t("x"), Op::Power, NULL, NULL),
    ]);
    for (a, op, b) in
        [(i64::MAX, Op::Add, 1), (i64::MIN, Op::Subtract, 1), (i64::MAX, Op::Multiply, 2), (i64::MIN, Op::Divide, -1)]
    {
        assert_eq!(error(binary(op, &i(a), &i(b))), "ArithmeticError IntegerOverflow");
    }
    for op in [Op::Divide, Op::Modulo] {
        assert_eq!(error(binary(op, &i(1), &i(0))), "ArithmeticError DivisionByZero");
    }
    for op in [Op::Subtract, Op::Multiply, Op::Divide, Op::Modulo, Op::Power] {
        assert_eq!(error(binary(op, &t("a"), &i(1))), "TypeError InvalidArgumentType");
    }
}

#[test]
fn a_sum_joins_texts_and_lists() {
    check(&[
        (t("条"), Op::Add, t("块"), t("条块")),
        (t("a"), Op::Add, i(1), t("a1")),
        (f(1.0), Op::Add, t("a"), t("1.0a")),
        (l([i(1)]), Op::Add, l([i(2)]), l([i(1), i(2)])),
        (l([i(1)]), Op::Add, t("a"), l([i(1), t("a")])),
        (TRUE, Op::Add, l([FALSE]), l([TRUE, FALSE])),
        (l([i(1)]), Op::Add, NULL, NULL),
        (t("a"), Op::Concatenate, t("b"), t("ab")),
        (l([i(1)]), Op::Concatenate, l([NULL]), l([i(1), NULL])),
        (NULL, Op::Concatenate, t("b"), NULL),
    ]);
    assert_eq!(error(binary(Op::Add, &TRUE, &FALSE)), "TypeError InvalidArgumentType");
    assert!(binary(Op::Add, &t("a"), &TRUE).unwrap_err().hint.is_some());
    assert_eq!(error(binary(Op::Concatenate, &t("a"), &i(1))), "TypeError InvalidArgumentType");
    assert_eq!(error(binary(Op::Concatenate, &l([]), &i(1))), "TypeError InvalidArgumentType");
}

#[test]
fn times_take_durations() {
    let date = |text| temporal(TemporalKind::Date, text);
    let duration = |text| temporal(TemporalKind::Duration, text);
    check(&[
        (date("2001-01-31"), Op::Add, duration("P1M"), date("2001-02-28")),
        (duration("P1D"), Op::Add, date("2001-01-31"), date("2001-02-01")),
        (date("2001-03-31"), Op::Subtract, duration("P1M"), date("2001-02-28")),
        (duration("P1D"), Op::Subtract, duration("PT1H"), duration("P1DT-1H")),
        (duration("P1D"), Op::Multiply, i(3), duration("P3D")),
        (f(0.5), Op::Multiply, duration("PT2H"), duration("PT1H")),
        (duration("PT3H"), Op::Divide, i(2), duration("PT1H30M")),
        (date("2001-01-01"), Op::Less, date("2001-01-02"), TRUE),
        (date("2001-01-01"), Op::Less, duration("P1D"), NULL),
        (duration("P1D"), Op::Less, duration("P2D"), NULL),
        (duration("P1D"), Op::Equal, duration("P1D"), TRUE),
    ]);
    assert!(binary(Op::Subtract, &date("2001-01-01"), &date("2001-01-01")).unwrap_err().hint.is_some());
    assert_eq!(error(binary(Op::Add, &date("2001-01-01"), &i(1))), "TypeError InvalidArgumentType");
    assert_eq!(error(binary(Op::Add, &date("2001-01-01"), &date("2001-01-01"))), "TypeError InvalidArgumentType");
    assert_eq!(error(binary(Op::Divide, &duration("P1D"), &i(0))), "ArithmeticError DivisionByZero");
    let minus = unary(UnaryOp::Minus, &duration("P1M2DT-3S")).unwrap();
    assert_eq!(format!("{minus:?}"), format!("{:?}", duration("P-1M-2DT3S")));
}

#[test]
fn membership_is_unknown_where_a_null_may_be_the_one() {
    check(&[
        (i(1), Op::In, l([NULL, f(1.0)]), TRUE),
        (i(2), Op::In, l([NULL, i(1)]), NULL),
        (i(2), Op::In, l([i(1)]), FALSE),
        (NULL, Op::In, l([]), FALSE),
        (NULL, Op::In, l([i(1)]), NULL),
        (NULL, Op::In, NULL, NULL),
        (l([i(1), i(2)]), Op::In, l([l([NULL, i(2)])]), NULL),
        (l([i(1)]), Op::In, l([l([i(1), NULL])]), FALSE),
    ]);
    assert_eq!(error(binary(Op::In, &i(1), &t("1"))), "TypeError InvalidArgumentType");
}

#[test]
fn texts_are_searched_and_matched() {
    check(&[
        (t("条块"), Op::StartsWith, t("条"), TRUE),
        (t("条块"), Op::EndsWith, t("条"), FALSE),
        (t("条块"), Op::Contains, t(""), TRUE),
        (i(1), Op::Contains, i(1), NULL),
        (t("a"), Op::StartsWith, NULL, NULL),
        (t("abc"), Op::Matches, t("a.c"), TRUE),
        (t("abcd"), Op::Matches, t("a.c"), FALSE),
        (t("ab"), Op::Matches, t("a|ab"), TRUE),
        (t("AB"), Op::Matches, t("(?i)ab"), TRUE),
        (t("ab"), Op::Matches, t("(?x) a b # both"), TRUE),
        (t("a\n"), Op::Matches, t("a"), FALSE),
        (t("数据目录"), Op::Matches, t(r"数据.*"), TRUE),
        (i(1), Op::Matches, t("1"), NULL),
        (t("a"), Op::Matches, NULL, NULL),
    ]);
    for pattern in ["[a-", "a)|(b", "(a{1000}){1000}", r"(a)\1"] {
        assert_eq!(error(binary(Op::Matches, &t("a"), &t(pattern))), "ArgumentError InvalidArgumentValue", "{pattern}");
    }
    // More expressions than are kept.
    for n in 0..100 {
        check(&[(t(&n.to_string()), Op::Matches, t(&format!("{n}")), TRUE)]);
    }
}

#[test]
fn what_is_not_comparable_is_unknown() {
    check(&[
        (i(1), Op::Less, t("a"), NULL),
        (i(1), Op::Less, f(f64::NAN), FALSE),
        (f(f64::NAN), Op::GreaterOrEqual, f(f64::NAN), FALSE),
        (f(f64::NAN), Op::Equal, f(f64::NAN), FALSE),
        (f(f64::NAN), Op::NotEqual, f(f64::NAN), TRUE),
        (i(1), Op::Equal, f(1.0), TRUE),
        (l([i(1), i(2)]), Op::Less, l([i(1), i(3)]), TRUE),
        (l([i(1)]), Op::Less, l([i(1), NULL]), TRUE),
        (FALSE, Op::LessOrEqual, TRUE, TRUE),
        (Value::Node(NodeId(0)), Op::Less, Value::Node(NodeId(1)), NULL),
        (NULL, Op::Equal, NULL, NULL),
        (NULL, Op::NotEqual, i(1), NULL),
    ]);
}

#[test]
fn signs_and_not() {
    for (op, operand, wanted) in [
        (UnaryOp::Not, TRUE, FALSE),
        (UnaryOp::Not, NULL, NULL),
        (UnaryOp::Minus, i(3), i(-3)),
        (UnaryOp::Minus, f(0.5), f(-0.5)),
        (UnaryOp::Plus, i(3), i(3)),
    ] {
        assert_eq!(format!("{:?}", unary(op, &operand).unwrap()), format!("{wanted:?}"));
    }
    assert_eq!(error(unary(UnaryOp::Minus, &i(i64::MIN))), "ArithmeticError IntegerOverflow");
    for op in [UnaryOp::Not, UnaryOp::Minus, UnaryOp::Plus] {
        assert_eq!(error(unary(op, &t("a"))), "TypeError InvalidArgumentType");
    }
}

#[test]
fn elements_entries_and_properties() {
    let list = l([i(1), i(2), i(3)]);
    let map = Value::map([("k".into(), i(1))]);
    let (node, relationship) = (Value::Node(NodeId(0)), Value::Relationship(THERE));
    let date = temporal(TemporalKind::Date, "1984-10-11");
    for (base, at, wanted) in [
        (&list, i(0), i(1)),
        (&list, i(-1), i(3)),
        (&list, i(3), NULL),
        (&list, i(-4), NULL),
        (&list, i(i64::MIN), NULL),
        (&list, NULL, NULL),
        (&NULL, i(0), NULL),
        (&map, t("k"), i(1)),
        (&map, t("K"), NULL),
        (&map, NULL, NULL),
        (&node, t("name"), t("Mats")),
        (&node, t("since"), NULL),
        (&node, t("unheard-of"), NULL),
        (&relationship, t("since"), i(2010)),
        (&date, t("month"), i(10)),
        (&date, t("hour"), NULL),
    ] {
        let result = index(&Small, base, &at).unwrap();
        assert_eq!(format!("{result:?}"), format!("{wanted:?}"), "{base:?}[{at:?}]");
    }
    for (base, at, wanted) in [
        (&list, t("0"), "TypeError ListElementAccessByNonInteger"),
        (&list, f(0.0), "TypeError ListElementAccessByNonInteger"),
        (&map, i(0), "TypeError MapElementAccessByNonString"),
        (&node, i(0), "TypeError MapElementAccessByNonString"),
        (&i(1), i(0), "TypeError InvalidArgumentType"),
        (&t("text"), i(0), "TypeError InvalidArgumentType"),
        (&path(), i(0), "TypeError InvalidArgumentType"),
        (&Value::Node(NodeId(2)), t("name"), "EntityNotFound DeletedEntityAccess"),
        (&Value::Relationship(GONE), t("since"), "EntityNotFound DeletedEntityAccess"),
    ] {
        assert_eq!(error(index(&Small, base, &at)), wanted, "{base:?}[{at:?}]");
    }
    for base in [i(1), TRUE, t("a"), list] {
        assert_eq!(error(property(&Small, &base, "name")), "TypeError InvalidArgumentType");
    }
    assert!(property(&Small, &NULL, "name").unwrap().is_null());
}

#[test]
fn slices() {
    let list = l([i(1), i(2), i(3)]);
    for (from, to, wanted) in [
        (None, None, l([i(1), i(2), i(3)])),
        (Some(i(1)), None, l([i(2), i(3)])),
        (None, Some(i(-1)), l([i(1), i(2)])),
        (Some(i(-2)), None, l([i(2), i(3)])),
        (Some(i(2)), Some(i(1)), l([])),
        (Some(i(-9)), Some(i(9)), l([i(1), i(2), i(3)])),
        (Some(i(i64::MIN)), Some(i(i64::MAX)), l([i(1), i(2), i(3)])),
        (Some(NULL), None, NULL),
        (Some(i(0)), Some(NULL), NULL),
    ] {
        let result = slice(&list, from.as_ref(), to.as_ref()).unwrap();
        assert_eq!(format!("{result:?}"), format!("{wanted:?}"), "{from:?}..{to:?}");
    }
    assert!(slice(&NULL, None, None).unwrap().is_null());
    assert_eq!(error(slice(&t("abc"), None, None)), "TypeError InvalidArgumentType");
    assert_eq!(error(slice(&list, Some(&f(1.0)), None)), "TypeError InvalidArgumentType");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever the operands, a result or an error comes; and where one is null, no error but for a wrong type of the other.
    #[test]
    fn no_operator_panics(a in values(), b in values()) {
        for op in ALL {
            let _ = binary(op, &a, &b);
            if let Err(e) = binary(op, &a, &NULL) {
                prop_assert_eq!(e.detail.name(), "InvalidArgumentType");
            }
        }
        for op in [UnaryOp::Not, UnaryOp::Minus, UnaryOp::Plus] {
            let _ = unary(op, &a);
        }
        let _ = index(&Small, &a, &b);
        let _ = property(&Small, &a, "name");
        let _ = slice(&a, Some(&b), None);
    }

    /// `=` and `<>` are each other's opposite; `<` and `>` mirror each other.
    #[test]
    fn comparisons_agree(a in values(), b in values()) {
        let said = |op, a, b| format!("{:?}", binary(op, a, b).unwrap());
        let opposite = unary(UnaryOp::Not, &binary(Op::Equal, &a, &b).unwrap()).unwrap();
        prop_assert_eq!(said(Op::NotEqual, &a, &b), format!("{opposite:?}"));
        prop_assert_eq!(said(Op::Less, &a, &b), said(Op::Greater, &b, &a));
        prop_assert_eq!(said(Op::LessOrEqual, &a, &b), said(Op::GreaterOrEqual, &b, &a));
        prop_assert_eq!(said(Op::Equal, &a, &b), said(Op::Equal, &b, &a));
    }
}
