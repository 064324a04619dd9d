//! A small graph and arbitrary values, for the tests of this layer.

use std::sync::Arc;

use proptest::prelude::*;

use super::source::{Direction, Hop, PropertyGraph};
use super::temporal::{self, Clock, TemporalKind};
use super::value::{KeyToken, LabelToken, NodeId, Path, Relationship, TypeToken, Value};

/// Three nodes: 0 is a `:Person:Author` with the properties of [`NODE`], 1 has nothing, 2 was deleted. From 0 to 1 leads a
/// `:KNOWS` with those of [`RELATIONSHIP`], from 1 to 0 one that was deleted.
pub(crate) struct Small;

const LABELS: [&str; 2] = ["Person", "Author"];
const KEYS: [&str; 3] = ["name", "born", "since"];
const KNOWS: TypeToken = TypeToken(0);

/// A relationship that is there.
pub(crate) const THERE: Relationship = Relationship { ty: KNOWS, number: 0, start: NodeId(0), end: NodeId(1) };
/// A relationship that was deleted.
pub(crate) const GONE: Relationship = Relationship { ty: KNOWS, number: 1, start: NodeId(1), end: NodeId(0) };

fn node() -> [(&'static str, Value); 2] {
    [("name", Value::text("Mats")), ("born", Value::Integer(1949))]
}

fn find(names: &[&str], name: &str) -> Option<u32> {
    names.iter().position(|n| *n == name).map(|i| i as u32)
}

fn names(names: &[&str]) -> Vec<Arc<str>> {
    names.iter().map(|n| Arc::from(*n)).collect()
}

impl PropertyGraph for Small {
    fn node_bound(&self) -> u32 {
        3
    }
    fn label_name(&self, label: LabelToken) -> Arc<str> {
        Arc::from(LABELS[label.0 as usize])
    }
    fn key_name(&self, key: KeyToken) -> Arc<str> {
        Arc::from(KEYS[key.0 as usize])
    }
    fn label(&self, name: &str) -> Option<LabelToken> {
        find(&LABELS, name).map(LabelToken)
    }
    fn relationship_type(&self, name: &str) -> Option<TypeToken> {
        (name == "KNOWS").then_some(KNOWS)
    }
    fn key(&self, name: &str) -> Option<KeyToken> {
        find(&KEYS, name).map(KeyToken)
    }
    fn type_name(&self, _: TypeToken) -> Arc<str> {
        Arc::from("KNOWS")
    }
    fn labels(&self) -> Vec<Arc<str>> {
        names(&LABELS)
    }
    fn relationship_types(&self) -> Vec<Arc<str>> {
        names(&["KNOWS"])
    }
    fn keys(&self) -> Vec<Arc<str>> {
        names(&KEYS)
    }
    fn scan(&self, label: Option<LabelToken>, _: u64, out: &mut Vec<NodeId>) -> Option<u64> {
        out.push(NodeId(0));
        if label.is_none() {
            out.push(NodeId(1));
        }
        None
    }
    fn seek(&self, _: LabelToken, _: KeyToken, _: &Value) -> Option<Vec<NodeId>> {
        None
    }
    fn has_index(&self, _: LabelToken, _: KeyToken) -> bool {
        false
    }
    fn node_exists(&self, node: NodeId) -> bool {
        node.0 < 2
    }
    fn relationship_exists(&self, relationship: Relationship) -> bool {
        relationship == THERE
    }
    fn has_label(&self, node: NodeId, _: LabelToken) -> bool {
        node.0 == 0
    }
    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>> {
        if node.0 == 0 { names(&LABELS) } else { Vec::new() }
    }
    fn node_property(&self, of: NodeId, key: KeyToken) -> Value {
        let key = KEYS[key.0 as usize];
        if of.0 == 0 {
            node().into_iter().find(|(k, _)| *k == key).map_or(Value::Null, |(_, v)| v)
        } else {
            Value::Null
        }
    }
    fn node_properties(&self, of: NodeId) -> Vec<(Arc<str>, Value)> {
        if of.0 == 0 { node().into_iter().map(|(k, v)| (Arc::from(k), v)).collect() } else { Vec::new() }
    }
    fn relationship_property(&self, _: Relationship, key: KeyToken) -> Value {
        if KEYS[key.0 as usize] == "since" { Value::Integer(2010) } else { Value::Null }
    }
    fn relationship_properties(&self, _: Relationship) -> Vec<(Arc<str>, Value)> {
        vec![(Arc::from("since"), Value::Integer(2010))]
    }
    fn expand(&self, node: NodeId, direction: Direction, _: &[TypeToken], out: &mut Vec<Hop>) {
        match (node.0, direction) {
            (0, Direction::Outgoing | Direction::Both) => out.push(Hop { relationship: THERE, node: NodeId(1) }),
            (1, Direction::Incoming | Direction::Both) => out.push(Hop { relationship: THERE, node: NodeId(0) }),
            _ => {}
        }
    }
    fn node_count(&self, _: Option<LabelToken>) -> u64 {
        2
    }
    fn relationship_count(&self, _: Option<TypeToken>) -> u64 {
        1
    }
    fn node_name(&self, _: NodeId) -> Option<Arc<str>> {
        None
    }
}

/// The walk from node 0 to node 1.
pub(crate) fn path() -> Value {
    Value::Path(Arc::new(Path { nodes: vec![NodeId(0), NodeId(1)], relationships: vec![THERE] }))
}

/// A temporal value from its text.
pub(crate) fn temporal(kind: TemporalKind, text: &str) -> Value {
    Value::temporal(temporal::parse(kind, text, &Clock::fixed(0, 0)).unwrap())
}

/// Texts that functions find something in.
const TEXTS: [&str; 13] =
    ["", "a.b", "条块🧩", "ß", "true", " 12 ", "day", "2015-W30", "PT1S", "Europe/Berlin", "[a-", "NFC", "HALF_UP"];

/// Values of all types, those at the edges among them.
pub(crate) fn values() -> impl Strategy<Value = Value> {
    use TemporalKind::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time};
    let temporals = [
        (Date, "1984-10-11"),
        (Date, "-0044-03-15"),
        (LocalTime, "12:31:14.645876123"),
        (Time, "23:59:59.999999999+18:00"),
        (LocalDateTime, "9999-12-31T23:59:59"),
        (DateTime, "2015-07-21T21:40:32.142[Europe/London]"),
        (Duration, "P12Y5M14DT16H12M70.5S"),
        (Duration, "-P1M"),
    ];
    let temporals: Vec<Value> = temporals.into_iter().map(|(kind, text)| temporal(kind, text)).collect();
    let fixed = vec![
        Value::Null,
        Value::Integer(i64::MIN),
        Value::Integer(i64::MAX),
        Value::Float(f64::NAN),
        Value::Float(f64::INFINITY),
        Value::Float(f64::MIN_POSITIVE / 8.0),
        Value::Float(-0.0),
        Value::Node(NodeId(0)),
        Value::Node(NodeId(2)),
        Value::Relationship(THERE),
        Value::Relationship(GONE),
        path(),
    ];
    let leaf = prop_oneof![
        2 => prop::sample::select(fixed),
        1 => any::<bool>().prop_map(Value::Boolean),
        2 => (-3_i64..12).prop_map(Value::Integer),
        1 => any::<f64>().prop_map(Value::Float),
        2 => prop::sample::select(&TEXTS[..]).prop_map(Value::text),
        1 => ".{0,8}".prop_map(Value::text),
        2 => prop::sample::select(temporals),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        const KEYS: &[&str] = &["year", "day", "timezone", "date", "name", "hours"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::list),
            prop::collection::vec((prop::sample::select(KEYS).prop_map(Arc::from), inner), 0..4).prop_map(Value::map),
        ]
    })
}
