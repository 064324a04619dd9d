//! Unreachable (基层够不着): needs that no open path meets, with the cheapest repair.

use rayon::prelude::*;

use super::finding_id;
use super::flow::{Flow, Obstacle, Reach, SharingEdge, Slot};
use super::hierarchy::Hierarchy;
use super::silos::{certainty, obstacle_word};
use crate::graph::{EdgeIndex, Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Parameter, Procedure, RegionBy};
use crate::query::rows::{Row, Rows};

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "unreachable",
    about: Bilingual {
        en: "Needs of grassroots units that no open path meets, with the cheapest set of sharing edges to open",
        zh: "基层单位需要而没有通路可得的数据，及代价最小的打通办法",
    },
    parameters: &[Parameter {
        name: "tier",
        about: Bilingual {
            en: "The consumers' tier: a tier's id, `grassroots` or `all`",
            zh: "需求方的层级：层级代号、grassroots（基层）或 all（全部）",
        },
        choices: &[],
        default: Some("grassroots"),
    }],
    key: &["consumer", "dataset", "service"],
    columns: &[
        "finding_id",
        "consumer",
        "dataset",
        "service",
        "consumer_region",
        "title",
        "holder",
        "holder_tier",
        "share",
        "cause",
        "barrier",
        "repair",
        "repair_cost",
        "severity",
        "certainty",
    ],
    region_by: Some(RegionBy::Department("consumer")),
    call,
};

/// The column of `service` in a need's record.
const SERVICE: usize = 2;

#[derive(Clone, Copy)]
enum Tiers<'a> {
    All,
    Grassroots,
    One(&'a str),
}

/// A need that is not met.
#[derive(Clone, Copy)]
struct Unmet {
    need: EdgeIndex,
    consumer: Node,
    dataset: Node,
    cause: Cause,
    suspected: bool,
    /// The position of the dataset's barrier in the list of all.
    barrier: u32,
    /// The repair's slots, from here, in the list of all; none where there is no repair.
    repair: Option<(u32, u32)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    Withheld,
    Obstacle(Obstacle),
}

impl Cause {
    fn word(self) -> &'static str {
        match self {
            Self::Withheld => "withheld",
            Self::Obstacle(obstacle) => obstacle_word(obstacle).unwrap_or("cut"),
        }
    }
}

/// How many datasets one thread takes at a time, and how many rows.
const CHUNK: usize = 512;

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let hierarchy = Hierarchy::new(graph);
    let tiers = match arguments.text("tier")? {
        None | Some("grassroots") => Tiers::Grassroots,
        Some("all") => Tiers::All,
        Some(id) => {
            if hierarchy.tier(id).is_none() {
                let ids: Vec<&str> = graph.nodes(Kind::Tier).map(|n| graph.id(n)).collect();
                let reason = format!("`{id}` is none of grassroots, all, {}", ids.join(", "));
                return Err(ArgumentError::new("tier", reason));
            }
            Tiers::One(id)
        }
    };
    let flow = Flow::new(graph);
    let found = find(&flow, &hierarchy, tiers);
    let total = found.unmet.len();
    let rows = (0..total).step_by(CHUNK * 16).flat_map(move |start| {
        let end = (start + CHUNK * 16).min(total);
        let batch: Vec<Row<'g>> =
            found.unmet[start..end].par_iter().map(|u| row(&flow, &hierarchy, &found, u)).collect();
        batch
    });
    Ok(Rows::new(PROCEDURE.columns.to_vec(), rows))
}

/// The departments whose needs count.
fn consumers(flow: &Flow<'_>, hierarchy: &Hierarchy<'_>, tiers: Tiers<'_>) -> Vec<bool> {
    (0..flow.network.departments())
        .into_par_iter()
        .map(|carrier| match tiers {
            Tiers::All => true,
            Tiers::Grassroots => hierarchy.department_tier(flow.network.node(carrier)).is_some_and(|t| t.grassroots),
            Tiers::One(id) => hierarchy.department_tier(flow.network.node(carrier)).is_some_and(|t| t.id == id),
        })
        .collect()
}

/// Unmet needs, and what several of them share or that is of no fixed length.
#[derive(Default)]
struct Found {
    unmet: Vec<Unmet>,
    /// The edges of repairs, end to end.
    slots: Vec<Slot>,
    /// The barrier of each dataset that has unmet needs.
    barriers: Vec<Option<String>>,
}

/// Every unmet need in the order of consumer, dataset and service.
fn find(flow: &Flow<'_>, hierarchy: &Hierarchy<'_>, tiers: Tiers<'_>) -> Found {
    let graph = flow.graph;
    let counts = consumers(flow, hierarchy, tiers);
    let parts: Vec<Found> = flow
        .network
        .datasets()
        .par_chunks(CHUNK)
        .map_init(
            || Reach::new(flow),
            |reach, datasets| {
                let mut found = Found::default();
                for &dataset in datasets {
                    examine(flow, reach, &counts, dataset, &mut found);
                }
                found
            },
        )
        .collect();
    let mut found = Found::default();
    for part in parts {
        let (slots, barriers) = (found.slots.len() as u32, found.barriers.len() as u32);
        found.unmet.extend(part.unmet.into_iter().map(|u| Unmet {
            repair: u.repair.map(|(start, end)| (start + slots, end + slots)),
            barrier: u.barrier + barriers,
            ..u
        }));
        found.slots.extend(part.slots);
        found.barriers.extend(part.barriers);
    }
    found.unmet.par_sort_unstable_by(|a, b| {
        graph
            .compare(a.consumer, b.consumer)
            .then_with(|| graph.compare(a.dataset, b.dataset))
            .then_with(|| service(graph, a.need).cmp(&service(graph, b.need)))
    });
    found
}

fn service(graph: &dyn Graph, need: EdgeIndex) -> Option<&str> {
    graph.edge_cell(RelType::Needs, need, SERVICE).text()
}

fn examine(flow: &Flow<'_>, reach: &mut Reach<'_, '_>, counts: &[bool], dataset: Node, found: &mut Found) {
    let (graph, network) = (flow.graph, &flow.network);
    let needs = graph.incoming(RelType::Needs, dataset);
    let wanted = |consumer: Node| network.carrier(consumer).filter(|&c| counts.get(c as usize) == Some(&true));
    if !needs.nodes.iter().any(|&c| wanted(c).is_some()) {
        return;
    }
    reach.search(dataset, |_| true);
    let is_withheld = flow.openness.is_withheld(graph.node_class(dataset));
    let mut of_dataset = None;
    let mut last: Option<(Node, Option<(u32, u32)>)> = None;
    for (consumer, need) in needs.iter() {
        let Some(carrier) = wanted(consumer).filter(|&c| !reach.reached(c)) else { continue };
        let (cause, suspected, openable) = of_dataset.get_or_insert_with(|| {
            let cause = if is_withheld { Cause::Withheld } else { Cause::Obstacle(flow.obstacle(dataset)) };
            // The holder is among what is reached, absent or not.
            let suspected = reach.all_reached().iter().any(|&c| network.is_absent(c));
            found.barriers.push(flow.barrier(dataset));
            (cause, suspected, (!is_withheld).then(|| reach.openable(dataset)))
        });
        // The same consumer may need it for several services.
        let repair = match (&last, &openable) {
            (Some((same, repair)), _) if *same == consumer => *repair,
            (_, Some(openable)) => reach.repair(dataset, carrier, openable).map(|edges| {
                let start = found.slots.len() as u32;
                found.slots.extend(edges);
                (start, found.slots.len() as u32)
            }),
            (_, None) => None,
        };
        last = Some((consumer, repair));
        let barrier = found.barriers.len() as u32 - 1;
        found.unmet.push(Unmet { need, consumer, dataset, cause: *cause, suspected: *suspected, barrier, repair });
    }
}

fn row<'g>(flow: &Flow<'g>, hierarchy: &Hierarchy<'g>, found: &Found, unmet: &Unmet) -> Row<'g> {
    const TITLE: usize = 1;
    let graph = flow.graph;
    let (consumer, dataset) = (graph.id(unmet.consumer), graph.id(unmet.dataset));
    let service = service(graph, unmet.need);
    let holder = flow.holder(unmet.dataset).filter(|&h| graph.presence(h) == Presence::Defined);
    let repair: Vec<Value<'g>> = unmet
        .repair
        .iter()
        .flat_map(|&(start, end)| &found.slots[start as usize..end as usize])
        .map(|&slot| edge_value(graph, flow.network.edge(graph, slot)))
        .collect();
    let cost = unmet.repair.map_or(Value::Null, |(start, end)| Value::Integer(i64::from(end - start)));
    vec![
        Value::owned(finding_id("unreachable", &[consumer, dataset, service.unwrap_or_default()])),
        Value::text(Some(consumer)),
        Value::text(Some(dataset)),
        Value::text(service),
        Value::text(hierarchy.region(unmet.consumer).map(|r| graph.id(r))),
        Value::text(graph.node_cell(unmet.dataset, TITLE).text()),
        Value::text(holder.map(|h| graph.id(h))),
        Value::text(holder.and_then(|h| hierarchy.department_tier(h)).map(|t| t.id)),
        Value::text(Some(flow.openness.share(graph.node_class(unmet.dataset)))),
        Value::text(Some(unmet.cause.word())),
        found.barriers[unmet.barrier as usize].clone().map_or(Value::Null, Value::owned),
        Value::List(repair),
        cost,
        Value::text(Some(if unmet.cause == Cause::Withheld { "note" } else { "violation" })),
        Value::text(Some(certainty(unmet.suspected))),
    ]
}

/// A sharing edge as a value: its type, its ends, and its own id where it has one.
pub(super) fn edge_value<'g>(graph: &'g dyn Graph, edge: SharingEdge) -> Value<'g> {
    const ID: usize = 10;
    let mut entries = vec![
        ("type".into(), Value::text(Some(edge.ty.name()))),
        ("from".into(), Value::text(Some(graph.id(edge.from)))),
        ("to".into(), Value::text(Some(graph.id(edge.to)))),
    ];
    if let Some(id) = graph.edge_cell(edge.ty, edge.edge, ID).text() {
        entries.push(("id".into(), Value::text(Some(id))));
    }
    Value::Map(entries)
}
