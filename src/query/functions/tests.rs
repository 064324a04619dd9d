//! Functions as they are called: their results, their nulls and their errors.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::query::exec::budget::{Interrupt, Limits};
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

fn b(b: bool) -> Value {
    Value::Boolean(b)
}

fn l<const N: usize>(items: [Value; N]) -> Value {
    Value::list(items.to_vec())
}

fn m<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::map(entries.map(|(k, v)| (Arc::from(k), v)))
}

const NULL: Value = Value::Null;

/// The result of a call; an aggregate is called for one row.
fn call(name: &str, arguments: &[Value]) -> Result<Value> {
    let clock = Clock::fixed(1_000_000_000, 5_000_000);
    let budget = Budget::new(Limits::default(), Interrupt::default());
    let around = Surroundings { graph: &Small, clock: &clock, budget: &budget };
    match lookup(name).unwrap_or_else(|| panic!("{name}")).kind {
        FunctionKind::Scalar { call, .. } => call(&around, arguments),
        FunctionKind::Aggregate { start, .. } => {
            let mut group = start();
            group.add(arguments)?;
            group.finish()
        }
    }
}

/// The result of an aggregate over rows of one argument, or of one and what is the same for all.
fn over(name: &str, rows: &[Value], constant: Option<Value>) -> Result<Value> {
    let FunctionKind::Aggregate { start, .. } = lookup(name).unwrap().kind else { panic!("{name} is no aggregate") };
    let mut group = start();
    for row in rows {
        let arguments: Vec<Value> = [row.clone()].into_iter().chain(constant.clone()).collect();
        group.add(&arguments)?;
    }
    group.finish()
}

fn check(cases: &[(&str, &[Value], Value)]) {
    for (name, arguments, wanted) in cases {
        let result = call(name, arguments).unwrap_or_else(|e| panic!("{name}({arguments:?}): {e}"));
        assert_eq!(format!("{result:?}"), format!("{wanted:?}"), "{name}({arguments:?})");
    }
}

/// What went wrong, as programs read it.
fn error(result: Result<Value>) -> String {
    let error = result.expect_err("an error");
    assert_eq!(error.phase.name(), "runtime");
    format!("{} {}", error.ty.name(), error.detail.name())
}

#[test]
fn texts() {
    check(&[
        ("toUpper", &[t("straße 条块")], t("STRASSE 条块")),
        ("LOWER", &[t("ÀÉ")], t("àé")),
        ("trim", &[t("\u{3000} 条块\n")], t("条块")),
        ("ltrim", &[t("  a ")], t("a ")),
        ("rtrim", &[t(" a  ")], t(" a")),
        ("btrim", &[t("xxaxyx"), t("xy")], t("a")),
        ("trim", &[t("a"), NULL], NULL),
        ("left", &[t("数据目录"), i(2)], t("数据")),
        ("left", &[t("数据"), i(9)], t("数据")),
        ("right", &[t("数据目录"), i(3)], t("据目录")),
        ("right", &[t("🧩a"), i(0)], t("")),
        ("substring", &[t("数据目录"), i(1)], t("据目录")),
        ("substring", &[t("数据目录"), i(1), i(2)], t("据目")),
        ("substring", &[t("ab"), i(7), i(2)], t("")),
        ("replace", &[t("aXbX"), t("X"), t("条")], t("a条b条")),
        ("replace", &[t("ab"), t(""), t("-")], t("ab")),
        ("split", &[t("a,b,,c"), t(",")], l([t("a"), t("b"), t(""), t("c")])),
        ("split", &[t("a,b;c"), l([t(","), t(";")])], l([t("a"), t("b"), t("c")])),
        ("split", &[t("条块"), t("")], l([t("条"), t("块")])),
        ("split", &[t(""), t(",")], l([t("")])),
        ("reverse", &[t("条块🧩")], t("🧩块条")),
        ("size", &[t("条块🧩")], i(3)),
        ("char_length", &[t("条块🧩")], i(3)),
        ("normalize", &[t("e\u{301}")], t("é")),
        ("normalize", &[t("Ａ①"), t("NFKC")], t("A1")),
    ]);
    assert_eq!(error(call("left", &[t("a"), i(-1)])), "ArgumentError NegativeIntegerArgument");
    assert_eq!(error(call("substring", &[t("a"), i(-1)])), "ArgumentError NegativeIntegerArgument");
    assert_eq!(error(call("toUpper", &[i(1)])), "TypeError InvalidArgumentType");
    assert_eq!(error(call("normalize", &[t("a"), t("NFX")])), "ArgumentError InvalidArgumentValue");
}

#[test]
fn numbers() {
    check(&[
        ("abs", &[i(-3)], i(3)),
        ("abs", &[f(-3.5)], f(3.5)),
        ("sign", &[f(-0.5)], i(-1)),
        ("sign", &[f(-0.0)], i(0)),
        ("ceil", &[f(1.2)], f(2.0)),
        ("floor", &[i(-7)], f(-7.0)),
        ("round", &[f(-1.5)], f(-1.0)),
        ("round", &[f(2.34567), i(2)], f(2.35)),
        ("round", &[f(2.5), i(0), t("half_even")], f(2.0)),
        ("sqrt", &[i(81)], f(9.0)),
        ("log10", &[i(1000)], f(3.0)),
        ("exp", &[i(0)], f(1.0)),
        ("atan2", &[i(0), i(1)], f(0.0)),
        ("degrees", &[f(std::f64::consts::PI)], f(180.0)),
        ("isNaN", &[f(f64::NAN)], b(true)),
        ("isNaN", &[i(1)], b(false)),
    ]);
    assert_eq!(error(call("abs", &[i(i64::MIN)])), "ArithmeticError IntegerOverflow");
    assert_eq!(error(call("sqrt", &[t("4")])), "TypeError InvalidArgumentType");
    assert_eq!(error(call("round", &[f(1.5), i(0), t("SIDEWAYS")])), "ArgumentError InvalidArgumentValue");
    let Value::Float(random) = call("rand", &[]).unwrap() else { panic!("no float") };
    assert!((0.0..1.0).contains(&random));
}

#[test]
fn lists() {
    check(&[
        ("size", &[l([NULL, NULL])], i(2)),
        ("head", &[l([])], NULL),
        ("head", &[l([i(1), i(2)])], i(1)),
        ("last", &[l([i(1), i(2)])], i(2)),
        ("tail", &[l([i(1), i(2), i(3)])], l([i(2), i(3)])),
        ("tail", &[l([])], l([])),
        ("reverse", &[l([i(1), NULL])], l([NULL, i(1)])),
        ("range", &[i(3), i(1), i(-1)], l([i(3), i(2), i(1)])),
        ("range", &[i(1), i(6), i(2)], l([i(1), i(3), i(5)])),
        ("range", &[i(5), i(5), i(-3)], l([i(5)])),
        ("range", &[i(1), i(0)], l([])),
        ("range", &[i(i64::MAX), i(i64::MAX)], l([i(i64::MAX)])),
        ("range", &[i(i64::MIN), i(i64::MAX), i(i64::MAX)], l([i(i64::MIN), i(-1), i(i64::MAX - 1)])),
        ("coalesce", &[NULL, NULL, i(3)], i(3)),
        ("coalesce", &[NULL], NULL),
        ("nullIf", &[i(1), f(1.0)], NULL),
        ("nullIf", &[i(1), NULL], i(1)),
        ("isEmpty", &[t("")], b(true)),
        ("isEmpty", &[m([("k", NULL)])], b(false)),
    ]);
    for wrong in [b(true), f(0.0), t("1"), l([i(0)]), m([])] {
        for position in 0..3 {
            let mut arguments = [i(0), i(1), i(1)];
            arguments[position] = wrong.clone();
            assert_eq!(error(call("range", &arguments)), "ArgumentError InvalidArgumentType");
        }
    }
    assert_eq!(error(call("range", &[i(0), i(1), i(0)])), "ArgumentError NumberOutOfRange");
    assert_eq!(error(call("range", &[i(i64::MIN), i(i64::MAX)])), "LimitExceeded MemoryExceeded");
    assert_eq!(error(call("size", &[path()])), "TypeError InvalidArgumentType");
    assert_eq!(error(call("head", &[t("a")])), "TypeError InvalidArgumentType");
}

#[test]
fn what_a_text_or_a_number_converts_to() {
    let date = temporal(TemporalKind::Date, "1984-10-11");
    check(&[
        ("toInteger", &[f(-2.9)], i(-2)),
        ("toInteger", &[t(" 42 ")], i(42)),
        ("toInteger", &[t("2.9")], i(2)),
        ("toInteger", &[t("1e3")], i(1000)),
        ("toInteger", &[t("two")], NULL),
        ("toInteger", &[t("")], NULL),
        ("toInteger", &[f(f64::NAN)], NULL),
        ("toInteger", &[i(7)], i(7)),
        ("toFloat", &[i(4)], f(4.0)),
        ("toFloat", &[t("4.5e1")], f(45.0)),
        ("toFloat", &[t("nan")], NULL),
        ("toFloat", &[t("NaN")], f(f64::NAN)),
        ("toFloat", &[t("infinity")], NULL),
        ("toBoolean", &[t("TRUE")], b(true)),
        ("toBoolean", &[t("false ")], b(false)),
        ("toBoolean", &[t("yes")], NULL),
        ("toString", &[i(-1)], t("-1")),
        ("toString", &[f(1.0)], t("1.0")),
        ("toString", &[f(1e300)], t("1e300")),
        ("toString", &[f(f64::NEG_INFINITY)], t("-Infinity")),
        ("toString", &[b(true)], t("true")),
        ("toString", std::slice::from_ref(&date), t("1984-10-11")),
        ("toIntegerOrNull", &[b(true)], NULL),
        ("toStringOrNull", &[path()], NULL),
        ("toIntegerList", &[l([t("1"), m([]), NULL, f(2.5)])], l([i(1), NULL, NULL, i(2)])),
        ("toStringList", &[l([i(1), l([])])], l([t("1"), NULL])),
    ]);
    let never: [Value; 5] = [l([]), m([]), Value::Node(NodeId(0)), Value::Relationship(THERE), path()];
    for name in ["toInteger", "toFloat", "toBoolean", "toString"] {
        for value in &never {
            assert_eq!(error(call(name, std::slice::from_ref(value))), "TypeError InvalidArgumentValue");
        }
    }
    for (name, value) in [("toInteger", b(true)), ("toFloat", b(true)), ("toBoolean", i(1)), ("toBoolean", f(1.0))] {
        assert_eq!(error(call(name, &[value])), "TypeError InvalidArgumentValue", "{name}");
    }
    assert_eq!(error(call("toInteger", &[f(1e19)])), "ArithmeticError IntegerOverflow");
    assert_eq!(error(call("toInteger", &[t("9223372036854775808")])), "ArithmeticError IntegerOverflow");
}

#[test]
fn nodes_relationships_and_paths() {
    let (node, plain, relationship) = (Value::Node(NodeId(0)), Value::Node(NodeId(1)), Value::Relationship(THERE));
    let one = std::slice::from_ref;
    check(&[
        ("id", std::slice::from_ref(&plain), i(1)),
        ("elementId", one(&node), t("n0")),
        ("elementId", one(&relationship), t("r0")),
        ("labels", one(&node), l([t("Person"), t("Author")])),
        ("labels", one(&plain), l([])),
        ("type", one(&relationship), t("KNOWS")),
        ("keys", one(&node), l([t("born"), t("name")])),
        ("keys", &[m([("k", NULL)])], l([t("k")])),
        ("properties", one(&relationship), m([("since", i(2010))])),
        ("properties", &[m([("a", i(1))])], m([("a", i(1))])),
        ("startNode", one(&relationship), node.clone()),
        ("endNode", one(&relationship), plain.clone()),
        ("length", &[path()], i(1)),
        ("nodes", &[path()], l([node.clone(), plain.clone()])),
        ("relationships", &[path()], l([relationship.clone()])),
        ("exists", &[NULL], b(false)),
        ("exists", &[f(f64::NAN)], b(true)),
        // What tells a deleted relationship from others can still be read.
        ("type", &[Value::Relationship(GONE)], t("KNOWS")),
        ("id", &[Value::Node(NodeId(2))], i(2)),
    ]);
    for name in ["labels", "keys", "properties"] {
        assert_eq!(error(call(name, &[Value::Node(NodeId(2))])), "EntityNotFound DeletedEntityAccess");
    }
    assert_eq!(error(call("keys", &[Value::Relationship(GONE)])), "EntityNotFound DeletedEntityAccess");
    for (name, value) in
        [("labels", path()), ("labels", i(1)), ("type", node.clone()), ("id", t("a")), ("endNode", i(0))]
    {
        assert_eq!(error(call(name, &[value])), "TypeError InvalidArgumentValue", "{name}");
    }
    assert_eq!(error(call("properties", &[i(1)])), "TypeError InvalidArgumentType");
    assert_eq!(error(call("length", &[node])), "TypeError InvalidArgumentType");
}

#[test]
fn dates_and_times() {
    let date = |text| temporal(TemporalKind::Date, text);
    let at = |text| temporal(TemporalKind::DateTime, text);
    let duration = |text| temporal(TemporalKind::Duration, text);
    check(&[
        ("date", &[], date("2001-09-09")),
        ("date", &[t("2015-202")], date("2015-07-21")),
        ("date", &[m([("year", i(1984)), ("week", i(10)), ("dayOfWeek", i(3))])], date("1984-03-07")),
        ("date", &[at("1984-10-11T12:31+01:00")], date("1984-10-11")),
        ("date.statement", &[t("Asia/Shanghai")], date("2001-09-09")),
        ("datetime.transaction", &[], at("2001-09-09T01:46:40.005Z")),
        ("date.truncate", &[t("month"), date("1984-10-11"), m([("day", i(2))])], date("1984-10-02")),
        ("date.truncate", &[t("year"), date("1984-10-11")], date("1984-01-01")),
        ("date.truncate", &[t("year")], date("2001-01-01")),
        ("datetime.fromepoch", &[i(1), i(5)], at("1970-01-01T00:00:01.000000005Z")),
        ("datetime.fromepochmillis", &[i(1500)], at("1970-01-01T00:00:01.5Z")),
        ("duration", &[t("P1DT36H")], duration("P1DT36H")),
        ("duration.between", &[date("1984-10-11"), date("1985-11-12")], duration("P1Y1M1D")),
        ("duration.inDays", &[date("1984-10-11"), date("1984-10-21")], duration("P10D")),
        ("duration.inMonths", &[date("1984-10-11"), date("1985-11-10")], duration("P1Y")),
        ("duration.inSeconds", &[date("1984-10-11"), date("1984-10-12")], duration("PT24H")),
        ("timestamp", &[], i(1_000_000_000_005)),
    ]);
    for name in ["date", "localtime.transaction", "time.statement", "datetime.realtime", "duration"] {
        check(&[(name, &[NULL], NULL)]);
    }
    assert_eq!(error(call("date", &[i(1)])), "TypeError InvalidArgumentType");
    assert_eq!(error(call("date", &[m([("year", l([]))])])), "TypeError InvalidArgumentType");
    assert_eq!(error(call("date", &[t("1984-13-01")])), "ArgumentError InvalidArgumentValue");
    assert_eq!(error(call("datetime.statement", &[t("Nowhere/City")])), "ArgumentError InvalidArgumentValue");
    assert_eq!(
        error(call("date.truncate", &[t("fortnight"), date("1984-10-11")])),
        "ArgumentError InvalidArgumentValue"
    );
}

#[test]
fn groups() {
    let duration = |text| temporal(TemporalKind::Duration, text);
    let cases: &[(&str, &[Value], Value)] = &[
        ("count", &[i(1), NULL, i(1)], i(2)),
        ("count", &[], i(0)),
        ("collect", &[i(1), NULL, t("a")], l([i(1), t("a")])),
        ("sum", &[], i(0)),
        ("sum", &[NULL, i(1), i(2)], i(3)),
        ("sum", &[i(1), f(0.5)], f(1.5)),
        ("sum", &[i(i64::MAX), i(1), i(-1)], i(i64::MAX)),
        ("sum", &[duration("P1D"), duration("PT1H")], duration("P1DT1H")),
        ("avg", &[], NULL),
        ("avg", &[i(1), i(2), NULL], f(1.5)),
        ("avg", &[i(i64::MAX), i(i64::MAX)], f(i64::MAX as f64)),
        ("avg", &[duration("PT1H"), duration("PT3H")], duration("PT2H")),
        ("min", &[i(1), t("a"), NULL, l([i(1), i(2)]), f(0.2)], l([i(1), i(2)])),
        ("max", &[i(1), t("a"), NULL, l([i(1), i(2)]), f(0.2)], i(1)),
        ("max", &[l([i(2)]), l([i(2), i(1)])], l([i(2), i(1)])),
        ("min", &[NULL], NULL),
        ("stDev", &[i(2), i(4), f(4.0), i(4), i(5), i(5), i(7), i(9)], f((32.0_f64 / 7.0).sqrt())),
        ("stDevP", &[i(2), i(4), f(4.0), i(4), i(5), i(5), i(7), i(9)], f(2.0)),
        ("stDev", &[i(2)], f(0.0)),
        ("stDevP", &[], f(0.0)),
    ];
    for (name, rows, wanted) in cases {
        assert_eq!(format!("{:?}", over(name, rows, None).unwrap()), format!("{wanted:?}"), "{name} {rows:?}");
    }
    let mixed = [i(1), duration("P1D")];
    assert_eq!(error(over("sum", &mixed, None)), "TypeError InvalidArgumentType");
    assert_eq!(error(over("avg", &[t("1")], None)), "TypeError InvalidArgumentType");
    assert_eq!(error(over("sum", &[i(i64::MAX), i(1)], None)), "ArithmeticError IntegerOverflow");
}

#[test]
fn percentiles() {
    let rows = [i(30), NULL, f(10.0), i(20), i(40)];
    let cases = [
        ("percentileDisc", f(0.0), f(10.0)),
        ("percentileDisc", f(0.25), f(10.0)),
        ("percentileDisc", f(0.3), i(20)),
        ("percentileDisc", i(1), i(40)),
        ("percentileCont", i(0), f(10.0)),
        ("percentileCont", f(0.5), f(25.0)),
        ("percentileCont", f(0.75), f(32.5)),
        ("percentileCont", f(1.0), f(40.0)),
    ];
    for (name, share, wanted) in cases {
        let result = over(name, &rows, Some(share.clone())).unwrap();
        assert_eq!(format!("{result:?}"), format!("{wanted:?}"), "{name} {share:?}");
    }
    for name in ["percentileDisc", "percentileCont"] {
        assert!(over(name, &[], Some(f(0.5))).unwrap().is_null());
        for share in [f(1.1), i(-1), i(1000), f(f64::NAN)] {
            assert_eq!(error(over(name, &rows, Some(share))), "ArgumentError NumberOutOfRange");
        }
        assert_eq!(error(over(name, &rows, Some(NULL))), "TypeError InvalidArgumentType");
        assert_eq!(error(over(name, &[t("a")], Some(f(0.5)))), "TypeError InvalidArgumentType");
    }
}

#[test]
fn functions_are_found_in_any_case_and_near_misses_are_guessed() {
    assert_eq!(lookup("DATETIME.FROMEPOCH").unwrap().name, "datetime.fromEpoch");
    assert!(lookup("toupper ").is_none());
    assert_eq!(suggest("toUper"), Some("toUpper"));
    assert_eq!(suggest("percentilDisc"), Some("percentileDisc"));
    assert_eq!(suggest("shortestRoute"), None);
    assert_eq!(suggest(&"x".repeat(1 << 20)), None);
    let names: Vec<String> = all().iter().map(|f| f.name.to_ascii_lowercase()).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "sorted, and each once: {names:?}");
}

#[test]
fn signatures_say_what_is_taken() {
    assert_eq!(lookup("left").unwrap().signature(), "left(text: String, length: Integer) :: String");
    assert_eq!(lookup("coalesce").unwrap().signature(), "coalesce(value: Any, …) :: Any");
    let range = lookup("range").unwrap();
    assert!(!range.takes(1) && range.takes(2) && range.takes(3) && !range.takes(4) && !range.checked);
    assert!(lookup("coalesce").unwrap().takes(9) && !lookup("coalesce").unwrap().takes(0));
    assert!(Type::Any.may_be(Type::Path) && !Type::Path.may_be(Type::Collection) && Type::Number.may_be(Type::Float));
    for function in all() {
        let optional: Vec<bool> = function.parameters.iter().map(|p| p.optional).collect();
        assert!(optional.is_sorted(), "{}: what may be left out stands last", function.name);
    }
}

/// A value of a type, for a call that ought to succeed.
fn sample(function: &Function, parameter: &Parameter) -> Value {
    match (function.name, parameter.name) {
        (_, "unit") => return t("hour"),
        (_, "timezone") => return t("+08:00"),
        (_, "form") => return t("NFD"),
        (_, "mode") => return t("UP"),
        (_, "delimiter") => return t(","),
        (_, "fields") => return m([]),
        (_, "percentile") => return f(0.5),
        ("toBoolean", _) => return t("true"),
        ("duration", "input") => return t("P1D"),
        (name, "input") if name.contains("date") => return temporal(TemporalKind::DateTime, "2001-01-01T00:00Z"),
        (_, "input") => return temporal(TemporalKind::Time, "12:00Z"),
        ("time.truncate" | "localtime.truncate", "instant") => return temporal(TemporalKind::LocalTime, "12:00"),
        ("date.truncate", "instant") => return temporal(TemporalKind::Date, "2001-01-01"),
        (_, "instant") => return temporal(TemporalKind::DateTime, "2001-01-01T12:00Z"),
        _ => {}
    }
    match parameter.ty {
        Type::Any | Type::Integer | Type::Number | Type::Quantity => i(2),
        Type::String | Type::Sequence => t("a"),
        Type::List | Type::Collection => l([i(1)]),
        Type::Map => m([]),
        Type::Node | Type::Properties => Value::Node(NodeId(0)),
        Type::Relationship | Type::Entity => Value::Relationship(THERE),
        Type::Path => path(),
        Type::Instant => temporal(TemporalKind::Date, "2001-01-01"),
        other => panic!("no sample of {other:?}"),
    }
}

/// A signature that promises too much, or a null that slips through, is found here for every function at once.
#[test]
fn every_function_keeps_its_signature_and_its_nulls() {
    let heeds_no_null = ["coalesce", "exists", "nullIf"];
    for function in all() {
        let mut arguments: Vec<Value> = function.parameters.iter().map(|p| sample(function, p)).collect();
        if function.name == "date.truncate" {
            arguments[0] = t("month");
        }
        let result = call(function.name, &arguments).unwrap_or_else(|e| panic!("{}: {e}", function.name));
        assert!(function.result.holds(&result), "{} gave {result:?}", function.name);
        if function.is_aggregate() || heeds_no_null.contains(&function.name) {
            continue;
        }
        for position in 0..arguments.len() {
            let mut with_null = arguments.clone();
            with_null[position] = NULL;
            let result = call(function.name, &with_null).unwrap_or_else(|e| panic!("{}: {e}", function.name));
            assert!(result.is_null(), "{}: null at {position} gave {result:?}", function.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whatever is given, a result or an error comes, and a result is of the type that the signature promises.
    #[test]
    fn no_function_panics(arguments in prop::collection::vec(values(), 0..4)) {
        for function in all() {
            if let Ok(result) = call(function.name, &arguments) {
                prop_assert!(function.result.holds(&result), "{}({arguments:?}) gave {result:?}", function.name);
            }
        }
    }

    /// A group gives the same in one go and row by row with nulls between.
    #[test]
    fn nulls_count_for_nothing(rows in prop::collection::vec(values(), 0..6)) {
        let with_nulls: Vec<Value> = rows.iter().flat_map(|row| [NULL, row.clone(), NULL]).collect();
        for function in all().iter().filter(|f| f.is_aggregate()) {
            let constant = (function.parameters.len() > 1).then(|| f(0.5));
            let plain = over(function.name, &rows, constant.clone()).map_err(|e| e.to_string());
            let padded = over(function.name, &with_nulls, constant).map_err(|e| e.to_string());
            prop_assert_eq!(format!("{plain:?}"), format!("{padded:?}"), "{}", function.name);
        }
    }
}
