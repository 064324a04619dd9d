//! Values as they leave the engine: without the graph that they are of.
//!
//! A node becomes `{"$node": {id, labels, properties}}`, a relationship `{"$rel": {id, type, start, end, properties}}`, a path
//! `{"$path": {nodes, rels}}` with the same within, a temporal value `{"$date": "2024-05-01"}` and its like. JSON shows these
//! as they stand.

use std::borrow::Cow;
use std::sync::Arc;

use crate::model;

use super::source::PropertyGraph;
use super::value::{NodeId, Relationship, Value};

type Outside = model::Value<'static>;
type Entry = (Cow<'static, str>, Outside);

/// A value of an answer, with what a graph knows of the nodes and relationships in it.
#[must_use]
pub fn outward(graph: &dyn PropertyGraph, value: &Value) -> Outside {
    match value {
        Value::Null => Outside::Null,
        Value::Boolean(b) => Outside::Boolean(*b),
        Value::Integer(i) => Outside::Integer(*i),
        Value::Float(f) => Outside::Float(*f),
        Value::Text(text) => Outside::owned(text.to_string()),
        Value::List(items) => Outside::List(items.iter().map(|item| outward(graph, item)).collect()),
        Value::Map(entries) => {
            let map = Outside::Map(entries.iter().map(|(k, v)| (owned(k), outward(graph, v))).collect());
            // What only looks like a node is told apart from one.
            let alike = entries.len() == 1 && entries.keys().all(|key| model::TAGS.contains(&&**key));
            if alike { tagged("$map", map) } else { map }
        }
        Value::Node(n) => tagged("$node", node(graph, *n)),
        Value::Relationship(r) => tagged("$rel", relationship(graph, *r)),
        Value::Path(path) => {
            let nodes = path.nodes.iter().map(|n| node(graph, *n)).collect();
            let relationships = path.relationships.iter().map(|r| relationship(graph, *r)).collect();
            let both = vec![entry("nodes", Outside::List(nodes)), entry("rels", Outside::List(relationships))];
            tagged("$path", Outside::Map(both))
        }
        Value::Temporal(temporal) => {
            let tag = format!("${}", temporal.kind().function());
            Outside::Map(vec![(Cow::Owned(tag), Outside::owned(temporal.to_string()))])
        }
    }
}

fn owned(text: &Arc<str>) -> Cow<'static, str> {
    Cow::Owned(text.to_string())
}

fn entry(key: &'static str, value: Outside) -> Entry {
    (Cow::Borrowed(key), value)
}

fn tagged(tag: &'static str, value: Outside) -> Outside {
    Outside::Map(vec![entry(tag, value)])
}

/// What names a node outside: its own id, where the graph knows one, or its number.
fn node_id(graph: &dyn PropertyGraph, node: NodeId) -> Outside {
    match graph.node_name(node) {
        Some(name) => Outside::owned(name.to_string()),
        None => Outside::Integer(graph.node_number(node)),
    }
}

fn node(graph: &dyn PropertyGraph, node: NodeId) -> Outside {
    let labels = graph.node_labels(node).iter().map(|label| Outside::owned(label.to_string())).collect();
    Outside::Map(vec![
        entry("id", node_id(graph, node)),
        entry("labels", Outside::List(labels)),
        entry("properties", properties(graph, graph.node_properties(node))),
    ])
}

fn relationship(graph: &dyn PropertyGraph, relationship: Relationship) -> Outside {
    Outside::Map(vec![
        entry("id", Outside::Integer(graph.relationship_number(relationship))),
        entry("type", Outside::owned(graph.type_name(relationship.ty).to_string())),
        entry("start", node_id(graph, relationship.start)),
        entry("end", node_id(graph, relationship.end)),
        entry("properties", properties(graph, graph.relationship_properties(relationship))),
    ])
}

fn properties(graph: &dyn PropertyGraph, all: Vec<(Arc<str>, Value)>) -> Outside {
    Outside::Map(all.iter().map(|(key, value)| (owned(key), outward(graph, value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::temporal::TemporalKind;
    use crate::query::testing::{Small, path, temporal};

    /// As text, without the noise of its types.
    fn said(value: &Outside) -> String {
        match value {
            Outside::Map(entries) => {
                let entries: Vec<String> = entries.iter().map(|(k, v)| format!("{k}: {}", said(v))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Outside::List(items) => format!("[{}]", items.iter().map(said).collect::<Vec<_>>().join(", ")),
            Outside::Text(text) => format!("'{text}'"),
            Outside::Integer(i) => i.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_path_carries_its_nodes_and_relationships() {
        assert_eq!(
            said(&outward(&Small, &path())),
            "{$path: {nodes: [{id: 0, labels: ['Person', 'Author'], properties: {name: 'Mats', born: 1949}}, {id: 1, \
             labels: [], properties: {}}], rels: [{id: 0, type: 'KNOWS', start: 0, end: 1, properties: {since: 2010}}]}}"
        );
    }

    #[test]
    fn temporal_values_say_their_kind_and_maps_cannot_pretend() {
        let date = temporal(TemporalKind::LocalDateTime, "2024-05-01T12:00");
        assert_eq!(said(&outward(&Small, &date)), "{$localdatetime: '2024-05-01T12:00'}");
        let map = |key: &str| Value::map([(Arc::from(key), Value::Integer(1))]);
        assert_eq!(said(&outward(&Small, &map("$node"))), "{$map: {$node: 1}}");
        assert_eq!(said(&outward(&Small, &map("$price"))), "{$price: 1}");
    }
}
