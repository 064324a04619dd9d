//! Names as a reader knows them, and rows by the names of their columns.

use hashbrown::HashMap;

use crate::findings::flow::SharingEdge;
use crate::graph::{Graph, Node};
use crate::model::{Kind, RelType, Value};
use crate::query::rows::{Row, Rows};
use crate::report::edge::EdgeInWords;

/// Names as a reader knows them.
pub(super) struct Names<'g> {
    pub(super) graph: &'g dyn Graph,
}

impl Names<'_> {
    /// The name or title of a node; its id where it has none.
    pub(super) fn of(&self, node: Node) -> String {
        const NAME: usize = 1;
        let name = self.graph.node_cell(node, NAME).text().filter(|_| self.graph.kind(node) != Kind::Catalog);
        name.unwrap_or_else(|| self.graph.id(node)).to_owned()
    }

    pub(super) fn by_id(&self, kind: Kind, id: &str) -> String {
        self.graph.find(kind, id).map_or_else(|| id.to_owned(), |node| self.of(node))
    }

    pub(super) fn edge(&self, edge: SharingEdge) -> EdgeInWords {
        let holder = (self.graph.kind(edge.from) == Kind::Dataset)
            .then(|| self.graph.one_in(RelType::Holds, edge.from))
            .flatten()
            .map(|h| self.of(h));
        EdgeInWords {
            edge_type: edge.ty,
            from_name: self.of(edge.from),
            to_name: self.of(edge.to),
            holder_name: holder,
        }
    }

    /// A sharing edge as rows hold it.
    pub(super) fn edge_of_value(&self, value: &Value<'_>) -> Option<EdgeInWords> {
        let Value::Map(entries) = value else { return None };
        let text = |key: &str| entries.iter().find(|(k, _)| k == key).and_then(|(_, v)| v.as_text());
        let ty = RelType::from_name(text("type")?)?;
        let from = self.graph.find(ty.from(), text("from")?)?;
        let to = self.graph.find(ty.to(), text("to")?)?;
        Some(self.edge(SharingEdge { ty, from, to, edge: 0 }))
    }
}

/// Reads a row by the names of its columns.
pub(super) struct Reader {
    columns: HashMap<String, usize>,
}

impl Reader {
    pub(super) fn of(rows: &Rows<'_>) -> Self {
        Self { columns: rows.columns().iter().enumerate().map(|(i, c)| (c.to_string(), i)).collect() }
    }

    /// Where columns stand.
    pub(super) fn positions(&self, columns: &[&str]) -> impl Iterator<Item = usize> {
        columns.iter().filter_map(|column| self.columns.get(*column).copied())
    }

    /// The cells of a row by their columns, in the order of the columns.
    pub(super) fn cells<'r, 'g>(&'r self, row: &'r Row<'g>) -> impl Iterator<Item = (&'r str, &'r Value<'g>)> {
        let mut columns: Vec<(&'r str, usize)> = self.columns.iter().map(|(name, &i)| (name.as_str(), i)).collect();
        columns.sort_unstable_by_key(|(_, i)| *i);
        columns.into_iter().map(|(name, i)| (name, &row[i]))
    }

    pub(super) fn value<'r, 'g>(&self, row: &'r Row<'g>, column: &str) -> Option<&'r Value<'g>> {
        self.columns.get(column).map(|&i| &row[i])
    }

    pub(super) fn text<'r>(&self, row: &'r Row<'_>, column: &str) -> &'r str {
        self.value(row, column).and_then(Value::as_text).unwrap_or_default()
    }

    pub(super) fn owned(&self, row: &Row<'_>, column: &str) -> String {
        self.text(row, column).to_owned()
    }

    pub(super) fn integer(&self, row: &Row<'_>, column: &str) -> Option<i64> {
        match self.value(row, column) {
            Some(Value::Integer(n)) => Some(*n),
            _ => None,
        }
    }
}
