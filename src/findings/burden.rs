//! Burden (上面千根线，下面一根针): what grassroots departments hand upwards and outwards, and what comes back.

use std::collections::HashSet;

use rayon::prelude::*;

use super::exchanges::operated_in;
use super::flow::{Carrier, Flow};
use super::places::Places;
use super::row::{count, id, ratio, row, rows};
use super::sweep::sweep;
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure, RegionBy};
use crate::query::rows::{Row, Rows};

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "burden",
    about: Bilingual {
        en: "For every grassroots department, to how many lines and platforms it hands data, and how much comes back",
        zh: "各基层单位向多少条线、平台报送数据，又有多少上级数据返还",
    },
    parameters: &[],
    key: &["department"],
    columns: &[
        Column::text("finding_id"),
        Column::text("department"),
        Column::text("region"),
        Column::integer("lines"),
        Column::integer("platforms"),
        Column::integer("given"),
        Column::integer("returned"),
        Column::float("ratio"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("region")),
    call,
};

/// Datasets per department, by its number as a carrier.
struct Passed {
    given: Vec<u32>,
    returned: Vec<u32>,
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let flow = Flow::of(graph, arguments);
    let places = Places::new(&flow);
    let passed = passed(&flow, &places);
    let departments: Vec<Carrier> = (0..flow.network.departments()).filter(|&c| places.is_grassroots(c)).collect();
    let mut found: Vec<((u64, Carrier), Row<'g>)> = departments
        .into_par_iter()
        .take_any_while(|_| !flow.stop.is_due())
        .map(|carrier| {
            let (lines, platforms) = threads(&flow, &places, carrier);
            let [given, returned] = [&passed.given, &passed.returned].map(|list| u64::from(list[carrier as usize]));
            let cells = vec![
                Value::text(Some(graph.id(flow.network.node(carrier)))),
                id(graph, places.region(carrier)),
                count(lines),
                count(platforms),
                count(given),
                count(returned),
                ratio(returned, given),
            ];
            ((lines, carrier), row(&PROCEDURE, cells, "note", false))
        })
        .collect();
    // Carriers are numbered in the order of their ids.
    found.par_sort_unstable_by_key(|((lines, carrier), _)| (std::cmp::Reverse(*lines), *carrier));
    Ok(rows(&PROCEDURE, found.into_iter().map(|(_, row)| row).collect()))
}

/// The distinct lines of departments, and the platforms, outside a department's region to which an active edge leaves it
/// or its datasets.
fn threads(flow: &Flow<'_>, places: &Places<'_>, department: Carrier) -> (u64, u64) {
    let graph = flow.graph;
    let node = flow.network.node(department);
    let own = places.region(department);
    let (mut lines, mut platforms): (HashSet<Node>, HashSet<Node>) = (HashSet::new(), HashSet::new());
    let mut follow = |ty: RelType, from: Node| {
        for (to, _, terms) in flow.network.statements(graph, ty, from) {
            if graph.presence(to) != Presence::Defined || !flow.openness.is_active(terms) {
                continue;
            }
            if graph.kind(to) == Kind::Platform {
                if operated_in(graph, &places.hierarchy, to) != own {
                    platforms.insert(to);
                }
            } else if places.hierarchy.region(to) != own {
                lines.extend(places.hierarchy.line(to));
            }
        }
    };
    follow(RelType::RelaysTo, node);
    for &dataset in graph.outgoing(RelType::Holds, node).nodes {
        follow(RelType::GrantedTo, dataset);
        follow(RelType::PublishedOn, dataset);
    }
    (lines.len() as u64, platforms.len() as u64)
}

/// Counts the datasets that departments above have, and those held above that come down.
fn passed(flow: &Flow<'_>, places: &Places<'_>) -> Passed {
    let departments = flow.network.departments();
    let grassroots: Vec<bool> = (0..departments).map(|c| places.is_grassroots(c)).collect();
    let zero = || Passed { given: vec![0; departments as usize], returned: vec![0; departments as usize] };
    let parts = sweep(flow, zero, |passed, reach, dataset| {
        let Some(holder) = flow.network.holder(dataset) else { return };
        let Some(held_in) = places.region(holder) else { return };
        let mut goes_up = false;
        for &carrier in reach.search(dataset, |_| true) {
            let Some(region) = places.region(carrier) else { continue };
            if grassroots[carrier as usize] && places.is_above(held_in, region) {
                passed.returned[carrier as usize] += 1;
            }
            goes_up = goes_up || places.is_above(region, held_in);
        }
        if goes_up {
            passed.given[holder as usize] += 1;
        }
    });
    let mut sums = zero();
    for part in parts {
        sums.given.iter_mut().zip(part.given).for_each(|(sum, part)| *sum += part);
        sums.returned.iter_mut().zip(part.returned).for_each(|(sum, part)| *sum += part);
    }
    sums
}
