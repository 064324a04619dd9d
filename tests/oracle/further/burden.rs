//! burden (上面千根线，下面一根针): what the grassroots hand up, and what they get back.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::{Row, World, text};
use super::{is_above, place, ratio, reaches, row};

/// Every grassroots department: `lines` down, then by id.
pub fn burden(world: &World) -> Vec<Row> {
    let union = world.union();
    let reaches = reaches(&union);
    let mut rows = Vec::new();
    for department in union.departments.keys().filter(|d| union.is_grassroots(d)) {
        let own = place(&union, department);
        let above =
            |other: &str| own.zip(place(&union, other)).is_some_and(|(own, other)| is_above(&union, other, own));
        let held: Vec<_> = union.datasets.values().filter(|d| d.holder.as_ref() == Some(department)).collect();
        let leaves = |from: &str| from == department || held.iter().any(|dataset| dataset.id == from);
        let (mut lines, mut platforms) = (BTreeSet::new(), BTreeSet::new());
        for edge in union.edges.iter().filter(|edge| edge.is_active() && leaves(edge.from())) {
            // *Choice*: what has no region is not in this one, so it is outside; and so must a department be to count.
            if let Some(platform) = union.platforms.get(edge.to()) {
                if union.operated_in(platform).map(|region| region.code.as_str()) != own {
                    platforms.insert(edge.to());
                }
            } else if union.departments.contains_key(edge.to()) && place(&union, edge.to()) != own {
                lines.extend(union.line_of(edge.to()).map(|line| line.id.as_str()));
            }
        }
        let given = held.iter().filter(|dataset| reaches[&dataset.id].iter().any(|other| above(other))).count();
        let from_above = union.datasets.values().filter(|d| union.holder_of(d).is_some_and(above));
        let returned = from_above.filter(|dataset| reaches[&dataset.id].contains(department)).count();
        let columns = vec![
            ("department", department.clone().into()),
            ("region", text(own)),
            ("lines", lines.len().into()),
            ("platforms", platforms.len().into()),
            ("given", given.into()),
            ("returned", returned.into()),
            ("ratio", ratio(returned, given)),
        ];
        rows.push(row("burden", 1, columns, "note", false));
    }
    rows.sort_by_key(|row| (Reverse(row.get("lines").as_u64()), row.text("department").to_string()));
    rows
}
