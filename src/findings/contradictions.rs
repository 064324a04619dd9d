//! Contradictions (台账矛盾): records that cannot all be true.

use std::collections::HashSet;

use super::exchanges::is_running;
use super::flow::{Flow, SharingEdge};
use super::places::Places;
use super::row::{row, rows, sort_by_key};
use super::sharing::{identity, sharing_edges};
use super::today::today;
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value, date};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure, RegionBy};
use crate::query::rows::{Row, Rows};

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "contradictions",
    about: Bilingual { en: "Records that cannot all be true", zh: "不可能同时属实的记录" },
    parameters: &[super::today::PARAMETER],
    key: &["reason", "record", "type", "from", "to", "id"],
    columns: &[
        Column::text("finding_id"),
        Column::text("reason"),
        Column::text("record"),
        Column::text("type"),
        Column::text("from"),
        Column::text("to"),
        Column::text("id"),
        Column::text("name"),
        Column::text("detail"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Record("record")),
    call,
};

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let today = today(arguments)?;
    let flow = Flow::of(graph, arguments);
    let mut found = edges_at_platforms_that_do_not_run(&flow);
    found.extend(granted_though_withheld(&flow));
    found.extend(superiors_that_are_not_above(&flow));
    found.extend(built_in_the_future(graph, today));
    sort_by_key(&mut found, PROCEDURE.key.len());
    Ok(rows(&PROCEDURE, found))
}

/// A row: what contradicts, the record that it is about, the edge where there is one, and the other side of it.
fn told<'g>(
    graph: &'g dyn Graph,
    reason: &'static str,
    record: Node,
    edge: Option<&SharingEdge>,
    detail: Value<'g>,
) -> Row<'g> {
    const NAME: usize = 1;
    let mut cells = vec![Value::text(Some(reason)), Value::text(Some(graph.id(record)))];
    match edge {
        Some(edge) => cells.extend(identity(graph, edge)),
        None => cells.extend([const { Value::Null }; 4]),
    }
    cells.extend([Value::text(graph.node_cell(record, NAME).text()), detail]);
    row(&PROCEDURE, cells, "warning", false)
}

fn edges_at_platforms_that_do_not_run<'g>(flow: &Flow<'g>) -> Vec<Row<'g>> {
    let graph = flow.graph;
    let idle: HashSet<Node> = graph.nodes(Kind::Platform).filter(|&p| !is_running(graph, p)).collect();
    let mut found = Vec::new();
    for (edge, terms) in sharing_edges(flow, &[RelType::PublishedOn, RelType::CascadesTo, RelType::Serves]) {
        if flow.openness.is_active(terms) {
            let mut ends = vec![edge.from, edge.to];
            ends.dedup();
            for platform in ends.into_iter().filter(|end| idle.contains(end)) {
                let status = Value::text(graph.text(platform, "status"));
                found.push(told(graph, "not-running", platform, Some(&edge), status));
            }
        }
    }
    found
}

fn granted_though_withheld<'g>(flow: &Flow<'g>) -> Vec<Row<'g>> {
    let graph = flow.graph;
    let granted = sharing_edges(flow, &[RelType::GrantedTo]).filter(|(edge, terms)| {
        graph.presence(edge.from) == Presence::Defined
            && flow.openness.is_active(*terms)
            && flow.openness.is_withheld(graph.node_class(edge.from))
    });
    let word = || Value::text(Some("withheld"));
    granted.map(|(edge, _)| told(graph, "withheld-granted", edge.from, Some(&edge), word())).collect()
}

/// Departments whose superior stands in a region that is not above theirs. Where a region is not known, nothing is.
fn superiors_that_are_not_above<'g>(flow: &Flow<'g>) -> Vec<Row<'g>> {
    let graph = flow.graph;
    let places = Places::new(flow);
    let mut found = Vec::new();
    for department in graph.nodes(Kind::Department) {
        let Some(superior) = graph.one_out(RelType::ReportsTo, department) else { continue };
        let regions = places.hierarchy.region(department).zip(places.hierarchy.region(superior));
        if let Some((own, theirs)) = regions
            && graph.presence(superior) == Presence::Defined
            && !places.is_above(theirs, own)
        {
            let superior = Value::text(Some(graph.id(superior)));
            found.push(told(graph, "superior-not-above", department, None, superior));
        }
    }
    found
}

fn built_in_the_future(graph: &dyn Graph, today: i64) -> Vec<Row<'_>> {
    let mut found = Vec::new();
    for platform in graph.nodes(Kind::Platform).filter(|&p| is_running(graph, p)) {
        if let Some(built) = graph.number(platform, "built").filter(|&built| built > today) {
            let day = Value::owned(date::from_days(built).to_string());
            found.push(told(graph, "built-in-future", platform, None, day));
        }
    }
    found
}
