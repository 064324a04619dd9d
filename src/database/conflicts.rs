//! Where catalogs disagree, and the waivers that each of them asks for.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Snapshot;
use crate::graph::agreement::{DISPUTABLE, said};
use crate::graph::records::{Record, of_node, of_outranked};
use crate::graph::{Agreement, Agreements, CellRef};
use crate::model::table::{number_value, text_value};
use crate::model::{Kind, Value, ValueType, date};
use crate::query::rows::{Row, Rows};

/// The columns of [`conflicts`].
const CONFLICTS: [&str; 7] = ["kind", "record", "property", "catalog", "value", "other_catalog", "other_value"];

/// Every disagreement between catalogs, property by property: definitions of shared vocabulary, where `catalog` is the one
/// that counts; and sharing edges that both sides state differently. What `LEADS` and `SERVES_SECTOR` say is joined, and no
/// disagreement; nor is a property that the other definition leaves empty.
#[must_use]
pub fn conflicts(snapshot: &Snapshot) -> Rows<'static> {
    let graph = snapshot.graph.as_ref();
    let mut rows: BTreeMap<(Kind, String, usize, String, usize), Row<'static>> = BTreeMap::new();
    for outranked in graph.outranked() {
        let other = of_outranked(outranked);
        let key = other.cell(outranked.kind.columns()[0].name).text().unwrap_or_default();
        let Some(node) = graph.find(outranked.kind, key) else { continue };
        let counting = of_node(graph, node);
        for (at, (property, ours, theirs)) in disagreements(&counting, &other).into_iter().enumerate() {
            let row = vec![
                Value::text(Some(outranked.kind.label())),
                Value::owned(key.to_owned()),
                Value::owned(property),
                Value::owned(counting.catalog.to_owned()),
                ours,
                Value::owned(other.catalog.to_owned()),
                theirs,
            ];
            rows.insert((outranked.kind, key.to_owned(), at, other.catalog.to_owned(), 0), row);
        }
    }
    let agreements = Agreements::new(graph);
    let disputed = agreements.between_catalogs().filter(|(.., s)| s.agreement == Agreement::Disputed);
    for (place, (ty, from, to, edge, statement)) in disputed.enumerate() {
        let (catalog, Some(other)) = (graph.edge_catalog(ty, edge), statement.other) else { continue };
        // Both statements come by; the one of the smaller catalog id tells of both.
        if catalog > graph.edge_catalog(ty, other) {
            continue;
        }
        let record = format!("{} {} → {}", ty.name(), graph.id(from), graph.id(to));
        for (at, property) in DISPUTABLE.into_iter().enumerate() {
            let (ours, theirs) = (said(graph, ty, edge, property), said(graph, ty, other, property));
            if ours != theirs {
                let row = vec![
                    Value::text(Some(Kind::Share.label())),
                    Value::owned(record.clone()),
                    Value::text(Some(property)),
                    Value::owned(catalog.to_owned()),
                    Value::owned(ours),
                    Value::owned(graph.edge_catalog(ty, other).to_owned()),
                    Value::owned(theirs),
                ];
                rows.insert((Kind::Share, record.clone(), at, catalog.to_owned(), place), row);
            }
        }
    }
    Rows::new(CONFLICTS.to_vec(), rows.into_values().collect::<Vec<_>>().into_iter())
}

/// The properties that a definition states otherwise than the one that counts: name, what counts, what the other says.
fn disagreements(counting: &Record<'_>, other: &Record<'_>) -> Vec<(String, Value<'static>, Value<'static>)> {
    let value = |ty: ValueType, cell: CellRef<'_>| match cell {
        CellRef::Absent => Value::Null,
        CellRef::Text(text) => text_value(ty, Some(text)).into_owned(),
        CellRef::Number(number) => number_value(ty, number),
    };
    let is_joined = |name: &str| {
        let column = counting.kind.column(name).map(|c| &counting.kind.columns()[c]);
        column.is_some_and(|c| c.states.is_some() && c.ty.value_type() == ValueType::List)
    };
    let stated = other.cells.iter().filter(|(name, ..)| !is_joined(name));
    stated
        .filter(|(name, _, cell)| counting.cell(name) != *cell)
        .map(|&(name, ty, cell)| (name.to_owned(), value(ty, counting.cell(name)), value(ty, cell)))
        .collect()
}

/// The columns of [`waivers`].
const WAIVERS: [&str; 6] = ["finding_id", "catalog", "standing", "until", "by", "reason"];

/// Every waiver: those of the home catalog count until their date; those of members are asked for, and count at home.
#[must_use]
pub fn waivers(snapshot: &Snapshot, today: Date) -> Rows<'static> {
    let graph = snapshot.graph.as_ref();
    let text = |node, column: &str| graph.text(node, column).map(str::to_owned).map_or(Value::Null, Value::owned);
    let rows: Vec<Row<'static>> = graph
        .nodes(Kind::Waiver)
        .map(|node| {
            let until = graph.number(node, "until");
            let is_home = snapshot.home.as_ref().is_none_or(|home| graph.node_catalog(node) == home);
            let standing = match until {
                _ if !is_home => "requested",
                Some(day) if date::to_days(today) <= day => "in force",
                _ => "expired",
            };
            vec![
                text(node, "finding_id"),
                Value::owned(graph.node_catalog(node).to_owned()),
                Value::text(Some(standing)),
                until.map_or(Value::Null, |day| number_value(ValueType::Date, day)),
                text(node, "by"),
                text(node, "reason"),
            ]
        })
        .collect();
    Rows::new(WAIVERS.to_vec(), rows.into_iter())
}
