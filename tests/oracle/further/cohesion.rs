//! cohesion (分板块统筹): whether those who work for one sector in one region have anything of each other.

use super::super::union::Union;
use super::super::{Row, World, text};
use super::{place, ratio, reaches, row};

pub fn cohesion(world: &World) -> Vec<Row> {
    let union = world.union();
    let reaches = reaches(&union);
    let mut rows = Vec::new();
    for sector in union.sectors.keys() {
        for region in union.regions.keys() {
            let member = |department: &&String| {
                let serves = union.line_of(department).is_some_and(|line| line.sectors.contains(sector));
                serves && place(&union, department) == Some(region)
            };
            let members: Vec<&String> = union.departments.keys().filter(member).collect();
            if members.len() < 2 {
                continue;
            }
            let (mut linked, mut suspected) = (0, false);
            for first in &members {
                let held: Vec<_> = union.datasets.values().filter(|d| d.holder.as_ref() == Some(first)).collect();
                for second in members.iter().filter(|second| *second != first) {
                    if held.iter().any(|dataset| reaches[&dataset.id].contains(*second)) {
                        linked += 1;
                    } else {
                        suspected |= held.iter().any(|dataset| !union.reached_absent(dataset).is_empty());
                    }
                }
            }
            let pairs = members.len() * (members.len() - 1);
            let lead = lead(&union, sector, region);
            let columns = vec![
                ("sector", sector.clone().into()),
                ("region", region.clone().into()),
                ("departments", members.len().into()),
                ("pairs", pairs.into()),
                ("linked", linked.into()),
                ("ratio", ratio(linked, pairs)),
                ("lead", text(lead.as_deref())),
            ];
            let warned = 2 * linked < pairs || lead.is_none();
            rows.push(row("cohesion", 2, columns, if warned { "warning" } else { "note" }, suspected));
        }
    }
    rows
}

/// A data agency that leads the sector here, or in the nearest region above; of several the first by id.
pub fn lead(union: &Union, sector: &str, region: &str) -> Option<String> {
    let mut chain = std::iter::once(region.to_string()).chain(union.above(region));
    chain.find_map(|code| {
        let mut leads = union.departments.values().filter(|department| {
            let agency = department.kind.as_deref() == Some("data-agency");
            let leads = union.sectors.get(sector).is_some_and(|leads| leads.contains(&department.id));
            agency && leads && place(union, &department.id) == Some(&code)
        });
        leads.next().map(|department| department.id.clone())
    })
}
