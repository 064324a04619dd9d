//! Side effects, as the TCK counts them: what a graph holds after a query that it did not hold before, and the other way
//! around. A property that is set to another value is one lost and one gained.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tiaokuai::query::source::{Direction, PropertyGraph};

/// What a graph holds.
#[derive(Default)]
pub(crate) struct Snapshot {
    nodes: BTreeSet<String>,
    relationships: BTreeSet<String>,
    /// Labels that a node has.
    labels: BTreeSet<String>,
    /// Of an entity: a key with its value.
    properties: BTreeSet<String>,
}

impl Snapshot {
    /// Of a graph as it is now.
    pub(crate) fn of(graph: &dyn PropertyGraph) -> Self {
        let (mut snapshot, mut nodes) = (Self::default(), Vec::new());
        let mut position = Some(0);
        while let Some(from) = position {
            position = graph.scan(None, from, &mut nodes);
        }
        let mut hops = Vec::new();
        for node in nodes {
            let name = format!("node {}", node.0);
            snapshot.labels.extend(graph.node_labels(node).iter().map(ToString::to_string));
            snapshot.add_properties(&name, graph.node_properties(node));
            snapshot.nodes.insert(name);
            hops.clear();
            graph.expand(node, Direction::Outgoing, &[], &mut hops);
            for hop in &hops {
                let name = format!("relationship {:?}", hop.relationship.identity());
                snapshot.add_properties(&name, graph.relationship_properties(hop.relationship));
                snapshot.relationships.insert(name);
            }
        }
        snapshot
    }

    fn add_properties(&mut self, of: &str, properties: Vec<(Arc<str>, tiaokuai::query::value::Value)>) {
        self.properties.extend(properties.iter().map(|(key, value)| format!("{of} {key}: {value:?}")));
    }

    /// What changed from this to another: `+nodes`, `-properties` and so on, those that are none left out.
    pub(crate) fn to(&self, after: &Self) -> BTreeMap<String, usize> {
        let sets = [
            ("nodes", &self.nodes, &after.nodes),
            ("relationships", &self.relationships, &after.relationships),
            ("labels", &self.labels, &after.labels),
            ("properties", &self.properties, &after.properties),
        ];
        let changes = sets.into_iter().flat_map(|(name, before, after)| {
            let (gained, lost) = (after.difference(before).count(), before.difference(after).count());
            [(format!("+{name}"), gained), (format!("-{name}"), lost)]
        });
        changes.filter(|(_, count)| *count > 0).collect()
    }
}
