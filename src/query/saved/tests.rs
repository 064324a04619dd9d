#![allow(clippy::unwrap_used)]

use super::{ParameterType, Saved, built_in, parse};
use crate::query::compare;
use crate::query::lexer::{TokenKind, tokens};
use crate::query::value::Value;

const FILE: &str = "\u{feff}// title: Most wanted
// 标题：最受需要
// question: Which datasets do the most
//   departments need?
// 问题: 哪些数据集
//   最受需要？
// parameter region: region = 51
//   the code of a region,
//   or its beginning
//   中文: 区划代码，
//   或其开头
// parameter limit: integer = 20
//   the most rows
//   中文: 最多行数
// parameter since: date
//   the first day
//   中文: 起始日
//
// Anything: may stand here.
MATCH (n) RETURN n LIMIT $limit
";

/// Whether a value is another.
fn is(value: Option<&Value>, other: &Value) -> bool {
    value.is_some_and(|value| compare::equals(value, other) == Some(true))
}

fn saved() -> Saved {
    parse("wanted", FILE).unwrap()
}

#[test]
fn a_header_is_read() {
    let saved = saved();
    assert_eq!((saved.title.en.as_str(), saved.title.zh.as_str()), ("Most wanted", "最受需要"));
    assert_eq!(saved.question.en, "Which datasets do the most departments need?");
    assert_eq!(saved.question.zh, "哪些数据集最受需要？");
    let [region, limit, since] = saved.parameters.as_slice() else { panic!() };
    assert_eq!((region.name.as_str(), region.ty), ("region", ParameterType::Region));
    assert!(is(region.default.as_ref(), &Value::text("510000")));
    assert_eq!(
        (region.about.en.as_str(), region.about.zh.as_str()),
        ("the code of a region, or its beginning", "区划代码，或其开头")
    );
    assert!(is(limit.default.as_ref(), &Value::Integer(20)));
    assert!(since.default.is_none());
    assert_eq!(saved.text, FILE);
    let signatures: Vec<String> = saved.parameters.iter().map(super::SavedParameter::signature).collect();
    assert_eq!(signatures, ["region: region = 510000", "limit: integer = 20", "since: date"]);
}

#[test]
fn values_are_typed_by_the_header() {
    let values = saved().values([("since", "2026-11-01"), ("limit", " 5 ")]).unwrap();
    assert!(is(values.get("limit"), &Value::Integer(5)));
    assert!(is(values.get("region"), &Value::text("510000")));
    assert_eq!(values["since"].type_name(), "Date");
    let read = |ty: ParameterType, text: &str, value: Value| assert!(is(ty.read(text).as_ref(), &value), "{text}");
    read(ParameterType::String, "10", Value::text("10"));
    read(ParameterType::Float, "1", Value::Float(1.0));
    read(ParameterType::Boolean, "是", Value::Boolean(true));
    read(ParameterType::List, r"a; b\;c", Value::list(vec![Value::text("a"), Value::text("b;c")]));
    for (text, code) in [
        ("44", "440000"),
        ("4401", "440100"),
        ("440106", "440106"),
        ("440106007", "440106007000"),
        ("440106007000", "440106007000"),
        ("xy", "xy"),
        ("1", "1"),
    ] {
        read(ParameterType::Region, text, Value::text(code));
    }
    for (ty, text) in [
        (ParameterType::Integer, "1.5"),
        (ParameterType::Float, "NaN"),
        (ParameterType::Boolean, "1"),
        (ParameterType::Date, "2026-02-30"),
    ] {
        assert!(ty.read(text).is_none(), "{text}");
    }
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let refused = |given: &[(&str, &str)]| saved().values(given.iter().copied()).unwrap_err().to_string();
    assert_eq!(refused(&[]), "the parameter `since` must be given (the first day): since=2026-11-01");
    assert_eq!(
        refused(&[("limit", "many")]),
        "the parameter `limit` is of type integer, and `many` is not; write it as in limit=10"
    );
    assert_eq!(refused(&[("limt", "5")]), "`wanted` has no parameter `limt`: did you mean `limit`?");
    assert_eq!(refused(&[("x", "5")]), "`wanted` has no parameter `x`: it takes region, limit, since");
}

#[test]
fn a_header_that_is_wrong_says_where_and_how() {
    let wrong = |text: &str| parse("q", text).unwrap_err().to_string();
    let full = "// title: a\n// 标题: b\n// question: c\n// 问题: d\n";
    assert_eq!(wrong("MATCH (n) RETURN n"), "q.cypher:1: the header lacks its `// title: …`");
    assert_eq!(wrong("// title: a\nRETURN 1"), "q.cypher:2: the header lacks its `// 标题: …`");
    assert_eq!(wrong("//   a"), "q.cypher:1: an indented line goes on with the one before it, and here is none");
    assert_eq!(wrong("// title: a\n// title: b"), "q.cypher:2: `title` is said twice");
    assert!(wrong("// titel: a").contains("did you mean `title`?"));
    assert!(wrong("// Copyright").contains("its lines are // title: …"));
    let parameter = |line: &str| wrong(&format!("{full}// parameter {line}\nRETURN 1"));
    assert_eq!(
        parameter("a: text"),
        "q.cypher:5: `text` is no type of a parameter; the types are string, integer, float, boolean, date, list, region"
    );
    assert_eq!(parameter("a b: string"), "q.cypher:5: `a b` cannot be the name of a parameter");
    assert_eq!(
        parameter("a: integer = x"),
        "q.cypher:5: the parameter `a` is of type integer, and `x` is not; write it as in a=10"
    );
    assert!(parameter("a: integer = null").contains("lacks what it means"));
    assert!(wrong(&format!("{full}// parameter a: string\n// parameter a: string")).contains("there twice"));
    assert!(parse("q", full).is_ok());
}

#[test]
fn the_list_of_files_is_the_folder() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".cypher")?.to_owned()))
        .collect();
    names.sort();
    assert_eq!(built_in().iter().map(|saved| saved.name.as_str()).collect::<Vec<_>>(), names);
    for (name, text) in super::built_in::FILES {
        parse(name, text).unwrap();
    }
}

#[test]
fn what_a_query_takes_is_in_its_header() {
    for saved in built_in() {
        let used = tokens(&saved.text).into_iter().filter(|token| token.kind == TokenKind::Parameter);
        let mut used: Vec<&str> = used.map(|token| token.span.of(&saved.text).trim_start_matches('$')).collect();
        used.sort_unstable();
        used.dedup();
        let mut named: Vec<&str> = saved.parameters.iter().map(|p| p.name.as_str()).collect();
        named.sort_unstable();
        assert_eq!(used, named, "{}", saved.name);
    }
}
