//! Which commit put each record as it is.
//!
//! A projection does not hold this: it would have to be rewritten whenever a commit touches a record without changing it,
//! and few questions ask. [`WithCommits`] is made from the logs where one does.

use std::collections::HashMap;
use std::sync::Arc;

use super::delegate::records_of_base;
use super::records::{Record, of_edge, of_node, of_row, types_leaving};
use super::{CellRef, EdgeIndex, Graph, NONE, Node, Terms};
use crate::model::kind::Direction;
use crate::model::{ChangeSet, Kind, Operation, RelType};

/// The identity of a record, in every log: kind, catalog, identity cells and ordinal, as a text of its own form.
fn identity(record: &Record<'_>) -> String {
    let mut key = format!("{}\u{1}{}\u{1}{}", record.kind as u8, record.catalog, record.ordinal());
    for &column in record.kind.spec().identity {
        key.push('\u{1}');
        match record.cell(record.kind.columns()[column].name) {
            CellRef::Absent => {}
            CellRef::Text(text) => key.push_str(text),
            CellRef::Number(number) => key.push_str(&number.to_string()),
        }
    }
    key
}

/// The newest commit of each record, gathered from logs in the order in which they arrived.
#[derive(Debug, Default)]
pub struct Origins {
    commits: Vec<String>,
    newest: HashMap<String, u32>,
}

impl Origins {
    /// No commit yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what a commit changes; a commit may come in several parts, one after another.
    pub fn take(&mut self, commit: &str, changes: &ChangeSet) {
        if self.commits.last().is_none_or(|last| last != commit) {
            self.commits.push(commit.to_owned());
        }
        let number = self.commits.len() as u32 - 1;
        for batch in &changes.batches {
            for row in 0..batch.table.len() {
                let key = identity(&of_row(&changes.symbols, &batch.table, row));
                match batch.operation {
                    Operation::Put => drop(self.newest.insert(key, number)),
                    Operation::Delete => drop(self.newest.remove(&key)),
                }
            }
        }
    }

    fn of(&self, record: &Record<'_>) -> u32 {
        self.newest.get(&identity(record)).copied().unwrap_or(NONE)
    }
}

/// A graph that knows which commit put each of its records.
pub struct WithCommits {
    base: Arc<dyn Graph>,
    commits: Vec<String>,
    /// The commit of each node, by its number.
    nodes: Vec<u32>,
    /// The commit of each relationship, by type and number.
    edges: Vec<Vec<u32>>,
}

impl std::fmt::Debug for WithCommits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WithCommits").field("commits", &self.commits.len()).finish_non_exhaustive()
    }
}

impl WithCommits {
    /// Looks the records of a graph up among the commits of its state.
    #[must_use]
    pub fn new(base: Arc<dyn Graph>, origins: Origins) -> Self {
        let graph = base.as_ref();
        let mut nodes = vec![NONE; graph.node_bound() as usize];
        let mut edges: Vec<Vec<u32>> =
            RelType::ALL.iter().map(|&ty| vec![NONE; graph.edge_bound(ty) as usize]).collect();
        for kind in Kind::NODES {
            let stated: Vec<_> = kind.columns().iter().filter_map(|column| column.states).collect();
            for node in graph.nodes(kind) {
                let commit = origins.of(&of_node(graph, node));
                nodes[node as usize] = commit;
                for &(ty, direction) in &stated {
                    let neighbours = match direction {
                        Direction::Outgoing => graph.outgoing(ty, node),
                        Direction::Incoming => graph.incoming(ty, node),
                    };
                    neighbours.iter().for_each(|(_, edge)| edges[ty as usize][edge as usize] = commit);
                }
            }
        }
        for node in 0..graph.node_bound() {
            for ty in types_leaving(graph.kind(node)) {
                for (to, edge) in graph.outgoing(ty, node).iter() {
                    if let Some(record) = of_edge(graph, ty, node, to, edge) {
                        edges[ty as usize][edge as usize] = origins.of(&record);
                    }
                }
            }
        }
        Self { base, commits: origins.commits, nodes, edges }
    }

    fn commit(&self, number: Option<&u32>) -> Option<&str> {
        self.commits.get(*number? as usize).map(String::as_str)
    }
}

impl Graph for WithCommits {
    records_of_base!();

    fn node_commit(&self, node: Node) -> Option<&str> {
        self.commit(self.nodes.get(node as usize))
    }

    fn edge_commit(&self, ty: RelType, edge: EdgeIndex) -> Option<&str> {
        self.commit(self.edges.get(ty as usize)?.get(edge as usize))
    }

    fn edge_terms(&self, ty: RelType, edge: EdgeIndex) -> u32 {
        self.base.edge_terms(ty, edge)
    }

    fn terms(&self) -> Vec<Terms<'_>> {
        self.base.terms()
    }
}
