//! Cohesion (分板块统筹): whether the departments of a region that work for one sector have anything of each other, and who
//! leads them.

use std::collections::HashMap;

use rayon::prelude::*;

use super::flow::{Carrier, Flow};
use super::places::Places;
use super::row::{count, id, ratio, row, rows};
use super::sweep::sweep;
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure, RegionBy};
use crate::query::rows::Rows;

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "cohesion",
    about: Bilingual {
        en: "For every sector and region, how many pairs of its departments there share any data, and who leads",
        zh: "各区划内服务同一板块的部门之间有多少对互有数据，由谁牵头",
    },
    parameters: &[],
    key: &["sector", "region"],
    columns: &[
        Column::text("finding_id"),
        Column::text("sector"),
        Column::text("region"),
        Column::integer("departments"),
        Column::integer("pairs"),
        Column::integer("linked"),
        Column::float("ratio"),
        Column::text("lead"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("region")),
    call,
};

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let flow = Flow::of(graph, arguments);
    let places = Places::new(&flow);
    let mut inhabitants: HashMap<Node, Vec<Carrier>> = HashMap::new();
    for carrier in 0..flow.network.departments() {
        if let Some(region) = places.region(carrier) {
            inhabitants.entry(region).or_default().push(carrier);
        }
    }
    let links = links(&flow, &places, &inhabitants);
    let mut regions: Vec<Node> = inhabitants.keys().copied().collect();
    regions.sort_unstable_by(|a, b| graph.compare(*a, *b));
    let mut found = Vec::new();
    for sector in graph.nodes(Kind::Sector) {
        let serves: Vec<Node> = graph.incoming(RelType::ServesSector, sector).nodes.to_vec();
        let is_of_sector =
            |c: &Carrier| places.hierarchy.line(flow.network.node(*c)).is_some_and(|line| serves.contains(&line));
        let leads = leads(graph, &places, sector);
        for &region in flow.stop.within(regions.iter()) {
            let members: Vec<Carrier> = inhabitants[&region].iter().copied().filter(is_of_sector).collect();
            let departments = members.len() as u64;
            if departments < 2 {
                continue;
            }
            let pairs = departments * (departments - 1);
            let (mut linked, mut suspected) = (0, false);
            for &from in &members {
                let of = links.of(from);
                let others = members.iter().filter(|to| **to != from && of.binary_search(to).is_ok()).count() as u64;
                linked += others;
                suspected |= others < departments - 1 && links.doubt[from as usize];
            }
            let lead = places.upwards(region).find_map(|r| leads.get(&r).copied());
            let cells = vec![
                Value::text(Some(graph.id(sector))),
                Value::text(Some(graph.id(region))),
                count(departments),
                count(pairs),
                count(linked),
                ratio(linked, pairs),
                id(graph, lead),
            ];
            let severity = if 2 * linked < pairs || lead.is_none() { "warning" } else { "note" };
            found.push(row(&PROCEDURE, cells, severity, suspected));
        }
    }
    Ok(rows(&PROCEDURE, found))
}

/// The data agencies that lead a sector, by their region: of several, the first by id.
fn leads(graph: &dyn Graph, places: &Places<'_>, sector: Node) -> HashMap<Node, Node> {
    let mut leads = HashMap::new();
    for &lead in graph.incoming(RelType::Leads, sector).nodes {
        let counts = graph.presence(lead) == Presence::Defined && graph.text(lead, "kind") == Some("data-agency");
        if let Some(region) = places.hierarchy.region(lead).filter(|_| counts) {
            let first = leads.entry(region).or_insert(lead);
            if graph.compare(lead, *first).is_lt() {
                *first = lead;
            }
        }
    }
    leads
}

/// Which departments have a dataset of which others in their own region.
struct Links {
    /// Holder and department, sorted, each pair once.
    pairs: Vec<(Carrier, Carrier)>,
    /// Per department, those that have a dataset of it.
    others: Vec<Carrier>,
    /// Per department, whether a dataset of it reaches an absent record: more may have it.
    doubt: Vec<bool>,
}

impl Links {
    /// The departments that have a dataset of this one, sorted.
    fn of(&self, holder: Carrier) -> &[Carrier] {
        let start = self.pairs.partition_point(|(h, _)| *h < holder);
        let end = self.pairs.partition_point(|(h, _)| *h <= holder);
        &self.others[start..end]
    }
}

fn links(flow: &Flow<'_>, places: &Places<'_>, inhabitants: &HashMap<Node, Vec<Carrier>>) -> Links {
    type Found = (Vec<(Carrier, Carrier)>, Vec<Carrier>);
    let parts: Vec<Found> = sweep(flow, Found::default, |(pairs, doubt), reach, dataset| {
        let Some(holder) = flow.network.holder(dataset) else { return };
        let Some(region) = places.region(holder) else { return };
        reach.search(dataset, |_| true);
        let others = inhabitants.get(&region).into_iter().flatten();
        pairs.extend(others.filter(|c| **c != holder && reach.reached(**c)).map(|c| (holder, *c)));
        if flow.is_in_doubt(reach.all_reached()) {
            doubt.push(holder);
        }
    });
    let mut doubt = vec![false; flow.network.departments() as usize];
    let mut pairs = Vec::new();
    for (linked, doubtful) in parts {
        pairs.extend(linked);
        doubtful.into_iter().for_each(|c| doubt[c as usize] = true);
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    Links { others: pairs.iter().map(|(_, other)| *other).collect(), pairs, doubt }
}
