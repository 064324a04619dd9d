//! contradictions (台账矛盾): records that cannot all be true.

use serde_json::Value;

use super::super::flow::{Edge, is_withheld};
use super::super::union::or;
use super::super::{Row, World, text};
use super::{TODAY, in_order, is_above, place, row};

pub fn contradictions(world: &World) -> Vec<Row> {
    let union = world.union();
    let mut rows = Vec::new();
    for edge in union.edges.iter().filter(|edge| edge.is_active()) {
        let mut ends = vec![edge.from(), edge.to()];
        ends.dedup();
        for end in ends {
            if let Some(platform) = union.platforms.get(end).filter(|p| or(&p.status, "running") != "running") {
                let status = or(&platform.status, "running").into();
                rows.push(told("not-running", end, Some(edge), platform.name.as_deref(), status));
            }
        }
        let dataset = union.datasets.get(edge.from()).filter(|d| is_withheld(d) && edge.kind() == "GRANTED_TO");
        if let Some(dataset) = dataset {
            let title = dataset.title.as_deref();
            rows.push(told("withheld-granted", edge.from(), Some(edge), title, "withheld".into()));
        }
    }
    for (id, department) in &union.departments {
        let superior = department.superior.as_deref().unwrap_or("");
        let places = place(&union, id).zip(place(&union, superior));
        if places.is_some_and(|(own, theirs)| !is_above(&union, theirs, own)) {
            rows.push(told("superior-not-above", id, None, department.name.as_deref(), superior.into()));
        }
    }
    for (id, platform) in &union.platforms {
        let built = platform.built.as_deref().filter(|built| *built > TODAY);
        if let Some(built) = built.filter(|_| or(&platform.status, "running") == "running") {
            rows.push(told("built-in-future", id, None, platform.name.as_deref(), built.into()));
        }
    }
    in_order(rows, 6)
}

fn told(reason: &str, record: &str, edge: Option<&Edge>, name: Option<&str>, detail: Value) -> Row {
    let edge = edge.map(Edge::name);
    let cell = |part: Option<&String>| text(part.map(String::as_str));
    let columns = vec![
        ("reason", reason.into()),
        ("record", record.into()),
        ("type", cell(edge.as_ref().map(|edge| &edge.kind))),
        ("from", cell(edge.as_ref().map(|edge| &edge.from))),
        ("to", cell(edge.as_ref().map(|edge| &edge.to))),
        ("id", cell(edge.as_ref().and_then(|edge| edge.id.as_ref()))),
        ("name", text(name)),
        ("detail", detail),
    ];
    row("contradictions", 6, columns, "warning", false)
}
