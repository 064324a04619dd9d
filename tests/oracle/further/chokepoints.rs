//! chokepoints: one record after another is taken out, and the needs that were met are looked at again.

use std::cmp::Reverse;

use super::super::union::Union;
use super::super::{Dataset, Row, World, text};
use super::{judged, row};

/// `cuts` down, then by id.
pub fn chokepoints(world: &World) -> Vec<Row> {
    let union = world.union();
    let met: Vec<_> = judged(&union).into_iter().filter(|one| one.met).collect();
    let departments = union.departments.iter().map(|(id, d)| (id, "Department", &d.name));
    let platforms = union.platforms.iter().map(|(id, p)| (id, "Platform", &p.name));
    let mut rows = Vec::new();
    for (record, label, name) in departments.chain(platforms) {
        let others = met.iter().filter(|one| one.consumer != *record);
        let cuts = others.filter(|one| !reaches_without(&union, &one.dataset, &one.consumer, record)).count();
        if cuts > 0 {
            let columns = vec![
                ("record", record.clone().into()),
                ("label", label.into()),
                ("name", text(name.as_deref())),
                ("cuts", cuts.into()),
            ];
            rows.push(row("chokepoints", 1, columns, "note", false));
        }
    }
    rows.sort_by_key(|row| (Reverse(row.get("cuts").as_u64()), row.text("record").to_string()));
    rows
}

/// Does a department still have a dataset when a record passes nothing on?
///
/// *Choice*: a record that is lost is lost as one that data passes through. A dataset does not vanish with its holder, only
/// what the holder relays.
fn reaches_without(union: &Union, dataset: &Dataset, consumer: &str, lost: &str) -> bool {
    let mut reached = union.sources(dataset);
    reached.remove(lost);
    loop {
        let before = reached.len();
        for edge in &union.edges {
            if reached.contains(edge.from()) && edge.to() != lost && union.carries(edge, dataset) {
                reached.insert(edge.to().to_string());
            }
        }
        if reached.len() == before {
            return reached.contains(consumer);
        }
    }
}
