//! What the rows of findings have in common: the id in front, how grave and how sure they are at the end, their order.

use std::borrow::Cow;
use std::cmp::Ordering;

use rayon::prelude::*;

use super::finding_id::{FindingId, finding_id};
use super::silos::certainty;
use crate::graph::{Graph, Node};
use crate::model::Value;
use crate::query::registry::Procedure;
use crate::query::rows::{Row, Rows};

/// A row whose first columns are the key of its finding.
pub(super) fn row<'g>(
    procedure: &Procedure,
    cells: Vec<Value<'g>>,
    severity: &'static str,
    suspected: bool,
) -> Row<'g> {
    let key: Vec<Cow<'_, str>> = cells.iter().take(procedure.key.len()).map(key_text).collect();
    let key: Vec<&str> = key.iter().map(AsRef::as_ref).collect();
    let id = finding_id(procedure.name, &key);
    row_of_id(id, cells, severity, suspected)
}

/// A row whose id is over other columns than its first.
pub(super) fn row_of_id<'g>(id: FindingId, cells: Vec<Value<'g>>, severity: &'static str, suspected: bool) -> Row<'g> {
    let mut row = Vec::with_capacity(cells.len() + 3);
    row.push(Value::owned(id.into()));
    row.extend(cells);
    row.push(Value::text(Some(severity)));
    row.push(Value::text(Some(certainty(suspected))));
    row
}

fn key_text<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    match value {
        Value::Text(text) => Cow::Borrowed(text.as_ref()),
        Value::Integer(number) => Cow::Owned(number.to_string()),
        _ => Cow::Borrowed(""),
    }
}

/// Rows in the order of the first columns after the id, an empty one first; equal ones stay in the order given.
pub(super) fn sort_by_key(rows: &mut [Row<'_>], columns: usize) {
    rows.par_sort_by(|a, b| {
        let pairs = a.iter().zip(b).skip(1).take(columns);
        pairs.map(|(a, b)| key_text(a).cmp(&key_text(b))).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
}

/// The rows of a finding.
pub(super) fn rows<'g>(procedure: &Procedure, rows: Vec<Row<'g>>) -> Rows<'g> {
    Rows::new(procedure.column_names(), rows.into_iter())
}

/// The id of a record that may not be there.
pub(super) fn id(graph: &dyn Graph, node: Option<Node>) -> Value<'_> {
    Value::text(node.map(|n| graph.id(n)))
}

/// A count.
pub(super) fn count(number: u64) -> Value<'static> {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A part of a whole; null where there is nothing to divide by.
pub(super) fn ratio(part: u64, whole: u64) -> Value<'static> {
    share_of(part, whole).map_or(Value::Null, Value::Float)
}

/// A part of a whole; none where there is nothing to divide by.
pub(super) fn share_of(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
