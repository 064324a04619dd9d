//! What there is, counted.

use std::collections::BTreeMap;

use super::Snapshot;
use crate::graph::{Graph, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::rows::{Row, Rows};

/// How many records of each kind and relationships of each type there are, and what dangles.
#[must_use]
pub fn stats(snapshot: &Snapshot) -> Rows<'static> {
    let graph = snapshot.graph.as_ref();
    let mut rows: Vec<Row<'static>> = Vec::new();
    let mut add = |what: &'static str, name: &'static str, count: u64| {
        rows.push(vec![Value::text(Some(what)), Value::text(Some(name)), Value::Integer(count as i64)]);
    };
    for kind in Kind::NODES {
        add("node", kind.label(), graph.count(kind));
    }
    for &ty in RelType::ALL {
        add("relationship", ty.name(), graph.edge_count(ty));
    }
    let broken = graph.dangling().filter(|&n| graph.presence(n) == Presence::Broken).count() as u64;
    add("dangling", "broken", broken);
    add("dangling", "absent", graph.dangling().count() as u64 - broken);
    Rows::new(vec!["what", "name", "count"], rows.into_iter())
}

/// References to records that no catalog defines: the record, what it should be, whether it is broken or absent, and
/// how many relationships refer to it.
#[must_use]
pub fn dangling(snapshot: &Snapshot) -> Rows<'static> {
    let graph: &dyn Graph = snapshot.graph.as_ref();
    let mut rows: BTreeMap<(bool, Kind, String), Row<'static>> = BTreeMap::new();
    for node in graph.dangling() {
        let broken = graph.presence(node) == Presence::Broken;
        let references: usize =
            RelType::ALL.iter().map(|&ty| graph.incoming(ty, node).len() + graph.outgoing(ty, node).len()).sum();
        let row = vec![
            Value::owned(graph.id(node).to_owned()),
            Value::text(Some(graph.kind(node).label())),
            Value::text(Some(if broken { "broken" } else { "absent" })),
            Value::Integer(references as i64),
        ];
        rows.insert((!broken, graph.kind(node), graph.id(node).to_owned()), row);
    }
    Rows::new(vec!["record", "label", "dangling", "references"], rows.into_values().collect::<Vec<_>>().into_iter())
}
