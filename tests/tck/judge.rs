//! Whether an answer is what a scenario expects.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::cell::{Cell, Node, Path, Relationship};
use super::feature::{Expectation, Outcome};

/// Floats that differ by less than this part of themselves are the same.
const PRECISION: f64 = 1e-13;

/// Nothing, or what is wrong with an answer.
pub(crate) fn judge(expectation: &Expectation, answer: &Json) -> Result<(), String> {
    if let Some(error) = answer.get("error") {
        return judge_error(&expectation.outcome, answer, error);
    }
    if let Some(reason) = answer.get("unsupported").or_else(|| answer.get("panic")) {
        return Err(format!("the engine gave up: {reason}"));
    }
    let list = |key: &str| answer[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<&[Json]> =
        list("rows").iter().map(|row| row.as_array().map(Vec::as_slice).unwrap_or_default()).collect();
    match &expectation.outcome {
        Outcome::Any => {}
        Outcome::Empty if rows.is_empty() => {}
        Outcome::Empty => return Err(format!("{} rows, and none was expected", rows.len())),
        Outcome::Error { ty, detail, .. } => {
            return Err(format!("no error, and {ty} {} was expected", detail.as_deref().unwrap_or("of any kind")));
        }
        Outcome::Rows { columns, rows: wanted, ordered, lists_unordered } => {
            let named: Vec<&str> = list("columns").iter().filter_map(Json::as_str).collect();
            let order =
                order(columns, &named).ok_or_else(|| format!("columns {named:?}, and {columns:?} were expected"))?;
            let rows: Vec<Vec<&Json>> =
                rows.iter().map(|row| order.iter().map(|i| row.get(*i).unwrap_or(&Json::Null)).collect()).collect();
            let alike = |a: &Vec<Cell>, b: &Vec<&Json>| a.iter().zip(b).all(|(a, b)| same(a, b, *lists_unordered));
            if !same_all(wanted, &rows, *ordered, alike) {
                return Err(format!("rows {}", answer["rows"]));
            }
        }
    }
    let Some(wanted) = &expectation.effects else { return Ok(()) };
    let effects: BTreeMap<String, u64> = serde_json::from_value(answer["effects"].clone()).unwrap_or_default();
    if effects == *wanted { Ok(()) } else { Err(format!("side effects {effects:?}, and {wanted:?} were expected")) }
}

fn judge_error(wanted: &Outcome, answer: &Json, error: &Json) -> Result<(), String> {
    let said = |key: &str| answer[key].as_str().unwrap_or_default();
    let given = format!("{} {} {}: {error}", said("type"), said("phase"), said("detail"));
    let Outcome::Error { ty, phase, detail } = wanted else { return Err(format!("{} failed: {given}", said("stage"))) };
    let fits = said("stage") == "query"
        && said("type") == ty
        && phase.as_ref().is_none_or(|phase| said("phase") == phase)
        && detail.as_ref().is_none_or(|detail| said("detail") == detail);
    let any = |said: &Option<String>| said.clone().unwrap_or_else(|| "*".to_owned());
    if fits { Ok(()) } else { Err(format!("{given}, and {ty} {} {} was expected", any(phase), any(detail))) }
}

/// Where each expected column stands; none where the columns are others. The kit gives columns no order.
fn order(wanted: &[String], named: &[&str]) -> Option<Vec<usize>> {
    (wanted.len() == named.len()).then_some(())?;
    wanted.iter().map(|name| named.iter().position(|n| n == name)).collect()
}

/// Whether two sequences are alike, item by item or in some order.
fn same_all<A, B>(wanted: &[A], given: &[B], ordered: bool, alike: impl Fn(&A, &B) -> bool) -> bool {
    if wanted.len() != given.len() {
        return false;
    }
    if ordered {
        return wanted.iter().zip(given).all(|(a, b)| alike(a, b));
    }
    let mut left: Vec<&B> = given.iter().collect();
    wanted.iter().all(|a| match left.iter().position(|b| alike(a, b)) {
        Some(i) => {
            left.swap_remove(i);
            true
        }
        None => false,
    })
}

/// Whether a value of an answer is what a cell says. The kit writes temporal values as texts.
fn same(cell: &Cell, json: &Json, unordered: bool) -> bool {
    if let Some((tag, body)) = tagged(json) {
        return match (tag, cell) {
            ("$node", Cell::Node(node)) => same_node(node, body, unordered),
            ("$rel", Cell::Relationship(relationship)) => same_relationship(relationship, body, unordered),
            ("$path", Cell::Path(path)) => same_path(path, body, unordered),
            ("$map", Cell::Map(entries)) => same_map(entries, body, unordered),
            ("$float", Cell::Float(f)) => body.as_str().is_some_and(|name| match name {
                "NaN" => f.is_nan(),
                "Infinity" => *f == f64::INFINITY,
                _ => *f == f64::NEG_INFINITY,
            }),
            ("$date" | "$localtime" | "$time" | "$localdatetime" | "$datetime" | "$duration", Cell::Text(text)) => {
                body == text
            }
            _ => false,
        };
    }
    match (cell, json) {
        (Cell::Null, Json::Null) => true,
        (Cell::Boolean(a), Json::Bool(b)) => a == b,
        (Cell::Integer(a), Json::Number(b)) => b.as_i64() == Some(*a),
        (Cell::Float(a), Json::Number(b)) => {
            let b = b.as_f64().filter(|_| b.is_f64());
            b.is_some_and(|b| *a == b || (a - b).abs() <= PRECISION * a.abs().max(b.abs()))
        }
        (Cell::Text(a), Json::String(b)) => a == b,
        (Cell::List(a), Json::Array(b)) => same_all(a, b, !unordered, |a, b| same(a, b, unordered)),
        (Cell::Map(a), Json::Object(_)) => same_map(a, json, unordered),
        _ => false,
    }
}

/// The tag of a value that stands for something else, and what it holds.
fn tagged(json: &Json) -> Option<(&str, &Json)> {
    let map = json.as_object().filter(|map| map.len() == 1)?;
    map.iter().next().map(|(tag, body)| (tag.as_str(), body)).filter(|(tag, _)| tag.starts_with('$'))
}

fn same_map(wanted: &BTreeMap<String, Cell>, json: &Json, unordered: bool) -> bool {
    let Some(given) = json.as_object() else { return false };
    let alike = |(key, cell): (&String, &Cell)| given.get(key).is_some_and(|json| same(cell, json, unordered));
    wanted.len() == given.len() && wanted.iter().all(alike)
}

fn same_node(wanted: &Node, json: &Json, unordered: bool) -> bool {
    let labels = json["labels"].as_array().into_iter().flatten().filter_map(Json::as_str);
    let mut labels: Vec<&str> = labels.collect();
    labels.sort_unstable();
    wanted.labels == labels && same_map(&wanted.properties, &json["properties"], unordered)
}

fn same_relationship(wanted: &Relationship, json: &Json, unordered: bool) -> bool {
    json["type"] == wanted.ty && same_map(&wanted.properties, &json["properties"], unordered)
}

fn same_path(wanted: &Path, json: &Json, unordered: bool) -> bool {
    let (Some(nodes), Some(relationships)) = (json["nodes"].as_array(), json["rels"].as_array()) else { return false };
    let nodes_fit = same_all(&wanted.nodes, nodes, true, |a, b| same_node(a, b, unordered));
    let ids: Vec<&Json> = nodes.iter().map(|node| &node["id"]).collect();
    nodes_fit
        && wanted.relationships.len() == relationships.len()
        && wanted.relationships.iter().zip(relationships).zip(ids.windows(2)).all(
            |(((wanted, forward), given), ends)| {
                let (from, to) = if *forward { (ends[0], ends[1]) } else { (ends[1], ends[0]) };
                given["start"] == *from && given["end"] == *to && same_relationship(wanted, given, unordered)
            },
        )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fits(cell: &str, json: &Json) -> bool {
        same(&Cell::parse(cell).unwrap(), json, false)
    }

    #[test]
    fn integers_are_no_floats_and_temporal_values_are_texts() {
        assert!(fits("1", &json!(1)) && !fits("1", &json!(1.0)) && !fits("1.0", &json!(1)));
        assert!(fits("0.30000000000000004", &json!(0.3)));
        assert!(fits("'P1D'", &json!({"$duration": "P1D"})) && !fits("{a: 1}", &json!({"a": 1, "b": null})));
        assert!(fits("NaN", &json!({"$float": "NaN"})) && !fits("NaN", &json!(null)));
        assert!(!fits("[1, 2]", &json!([2, 1])));
        assert!(same(&Cell::parse("[1, 2]").unwrap(), &json!([2, 1]), true));
    }

    #[test]
    fn a_path_has_a_direction() {
        let node = |id: i64| json!({"id": id, "labels": [], "properties": {}});
        let rel = json!({"id": 0, "type": "T", "start": 2, "end": 1, "properties": {}});
        let path = json!({"$path": {"nodes": [node(1), node(2)], "rels": [rel]}});
        assert!(fits("<()<-[:T]-()>", &path) && !fits("<()-[:T]->()>", &path));
    }

    #[test]
    fn an_error_has_to_be_the_one_that_was_expected() {
        let outcome = Outcome::Error { ty: "TypeError".into(), phase: Some("runtime".into()), detail: None };
        let expectation = Expectation { outcome, effects: None };
        let error =
            |ty: &str, phase: &str| json!({"error": "…", "stage": "query", "type": ty, "phase": phase, "detail": "X"});
        assert!(judge(&expectation, &error("TypeError", "runtime")).is_ok());
        assert!(judge(&expectation, &error("TypeError", "compile time")).is_err());
        assert!(judge(&expectation, &error("SyntaxError", "runtime")).is_err());
        assert!(judge(&expectation, &json!({"columns": [], "rows": []})).is_err());
        assert!(judge(&Expectation::default(), &error("TypeError", "runtime")).is_err());
    }

    #[test]
    fn rows_are_a_multiset_unless_they_are_in_order() {
        let rows = |ordered| Expectation {
            outcome: Outcome::Rows {
                columns: vec!["a".into(), "b".into()],
                rows: vec![vec![Cell::Integer(1), Cell::Null], vec![Cell::Integer(2), Cell::Null]],
                ordered,
                lists_unordered: false,
            },
            effects: Some(BTreeMap::new()),
        };
        let answer = json!({"columns": ["b", "a"], "rows": [[null, 2], [null, 1]], "effects": {}});
        assert!(judge(&rows(false), &answer).is_ok() && judge(&rows(true), &answer).is_err());
        let written = json!({"columns": ["b", "a"], "rows": [[null, 1], [null, 2]], "effects": {"+nodes": 1}});
        assert!(judge(&rows(true), &written).is_err());
    }
}
