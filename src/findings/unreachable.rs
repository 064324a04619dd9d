//! Unreachable (基层够不着): needs that no open path meets, with the cheapest repair.

use std::borrow::Cow;

use rayon::prelude::*;

use super::finding_id;
use super::flow::{Carrier, Flow, Network, Obstacle, Reach, SharingEdge, Slot};
use super::hierarchy::Hierarchy;
use super::silos::{certainty, obstacle_word};
use super::unmet::{Unmet, UnmetNeeds};
use crate::graph::{EdgeIndex, Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::{Cells, Rows, Tell};

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
        Column::text("finding_id"),
        Column::text("consumer"),
        Column::text("dataset"),
        Column::text("service"),
        Column::text("consumer_region"),
        Column::text("title"),
        Column::text("holder"),
        Column::text("holder_tier"),
        Column::text("share"),
        Column::text("cause"),
        Column::text("barrier"),
        Column::list("repair"),
        Column::integer("repair_cost"),
        Column::text("severity"),
        Column::text("certainty"),
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
struct UnmetNeed {
    consumer: Carrier,
    /// The position of its dataset in the list of those that have unmet needs.
    dataset: u32,
    need: EdgeIndex,
    /// The repair's slots, from here, in the list of all; none where there is no repair.
    repair: Option<(u32, u32)>,
}

/// What the rows of one dataset have in common.
struct Wanted<'g> {
    id: &'g str,
    title: Option<&'g str>,
    holder: Option<&'g str>,
    holder_tier: Option<&'g str>,
    share: &'static str,
    cause: Cause,
    barrier: Option<Cow<'g, str>>,
    suspected: bool,
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

/// How many datasets one thread takes at a time.
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
    let flow = Flow::of(graph, arguments);
    let known = arguments.kept().get::<UnmetNeeds>();
    let found = find(&flow, &hierarchy, tiers, known.as_deref());
    let texts = Texts::of(&flow, &hierarchy);
    Ok(Rows::told(PROCEDURE.column_names(), Unreachable { flow, texts, found }, arguments.reading()))
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
struct Found<'g> {
    unmet: Vec<UnmetNeed>,
    /// The datasets that have unmet needs, in the order of their ids.
    wanted: Vec<Wanted<'g>>,
    /// The edges of repairs, end to end.
    slots: Vec<Slot>,
}

impl Found<'_> {
    /// Adds the edges of a repair, and gives where they stand.
    fn add(&mut self, edges: &[Slot]) -> (u32, u32) {
        let start = self.slots.len() as u32;
        self.slots.extend_from_slice(edges);
        (start, self.slots.len() as u32)
    }
}

/// Every unmet need in the order of consumer, dataset and service.
fn find<'g>(flow: &Flow<'g>, hierarchy: &Hierarchy<'g>, tiers: Tiers<'_>, known: Option<&UnmetNeeds>) -> Found<'g> {
    let counts = consumers(flow, hierarchy, tiers);
    let parts: Vec<Found<'g>> = flow
        .network
        .datasets()
        .par_chunks(CHUNK)
        .map_init(
            || Reach::new(flow),
            |reach, datasets| {
                let mut found = Found::default();
                for &dataset in datasets.iter().take_while(|_| !flow.stop.is_due()) {
                    let known = known.map(|known| (known.of(flow.network.position(dataset)), known.slots()));
                    examine(flow, hierarchy, reach, &counts, dataset, known, &mut found);
                }
                found
            },
        )
        .collect();
    let mut found = Found::default();
    // What was told to stop is not to put in order what it has.
    if flow.stop.is_due() {
        return found;
    }
    found.unmet.reserve_exact(parts.iter().map(|part| part.unmet.len()).sum());
    for part in parts {
        let (slots, wanted) = (found.slots.len() as u32, found.wanted.len() as u32);
        found.unmet.extend(part.unmet.into_iter().map(|u| UnmetNeed {
            repair: u.repair.map(|(start, end)| (start + slots, end + slots)),
            dataset: u.dataset + wanted,
            ..u
        }));
        found.slots.extend(part.slots);
        found.wanted.extend(part.wanted);
    }
    // Departments and datasets are numbered in the order of their ids.
    let graph = flow.graph;
    found.unmet.par_sort_unstable_by(|a, b| {
        let (left, right) = ((a.consumer, a.dataset), (b.consumer, b.dataset));
        left.cmp(&right).then_with(|| service(graph, a.need).cmp(&service(graph, b.need)))
    });
    found
}

fn service(graph: &dyn Graph, need: EdgeIndex) -> Option<&str> {
    graph.edge_cell(RelType::Needs, need, SERVICE).text()
}

/// Finds the unmet needs of a dataset. What they would take is known already, or searched for.
fn examine<'g>(
    flow: &Flow<'g>,
    hierarchy: &Hierarchy<'g>,
    reach: &mut Reach<'_, 'g>,
    counts: &[bool],
    dataset: Node,
    known: Option<(&[Unmet], &[Slot])>,
    found: &mut Found<'g>,
) {
    let network: &Network = &flow.network;
    let needs = flow.graph.incoming(RelType::Needs, dataset);
    let department = |consumer: Node| network.carrier(consumer).filter(|&c| network.is_department(c));
    let wanted = |consumer: Node| department(consumer).filter(|&c| counts[c as usize]);
    if !needs.nodes.iter().any(|&c| wanted(c).is_some()) {
        return;
    }
    reach.search(dataset, |_| true);
    let is_withheld = flow.openness.is_withheld(flow.graph.node_class(dataset));
    let mut known = known.map(|(unmet, slots)| (unmet.iter().peekable(), slots));
    let mut openable = None;
    let mut position = None;
    // The same consumer may need it for several services.
    let mut last: Option<(Carrier, Option<(u32, u32)>)> = None;
    for (consumer, need) in needs.iter() {
        let Some(consumer) = department(consumer).filter(|&c| !reach.reached(c)) else { continue };
        // What is known follows the needs, those of other tiers too.
        let remedy = known.as_mut().map(|(unmet, slots)| {
            let unmet = unmet.next_if(|unmet| unmet.consumer == consumer);
            unmet.map(|unmet| unmet.remedy.repair(unmet.remedy.edges(slots)))
        });
        if !counts[consumer as usize] {
            continue;
        }
        let dataset_at = *position.get_or_insert_with(|| {
            found.wanted.push(of_dataset(flow, hierarchy, reach, dataset, is_withheld));
            found.wanted.len() as u32 - 1
        });
        let repair = match (&last, remedy) {
            (Some((same, repair)), _) if *same == consumer => *repair,
            (_, Some(known)) => known.map(|edges| found.add(edges)),
            (_, None) if is_withheld => None,
            (_, None) => {
                let openable = openable.get_or_insert_with(|| reach.openable(dataset));
                reach.repair(dataset, consumer, openable).map(|edges| found.add(&edges))
            }
        };
        last = Some((consumer, repair));
        found.unmet.push(UnmetNeed { consumer, dataset: dataset_at, need, repair });
    }
}

fn of_dataset<'g>(
    flow: &Flow<'g>,
    hierarchy: &Hierarchy<'g>,
    reach: &Reach<'_, 'g>,
    dataset: Node,
    is_withheld: bool,
) -> Wanted<'g> {
    const TITLE: usize = 1;
    let graph = flow.graph;
    let holder = flow.holder(dataset).filter(|&h| graph.presence(h) == Presence::Defined);
    Wanted {
        id: graph.id(dataset),
        title: graph.node_cell(dataset, TITLE).text(),
        holder: holder.map(|h| graph.id(h)),
        holder_tier: holder.and_then(|h| hierarchy.department_tier(h)).map(|t| t.id),
        share: flow.openness.share(graph.node_class(dataset)),
        cause: if is_withheld { Cause::Withheld } else { Cause::Obstacle(flow.obstacle(dataset)) },
        barrier: flow.barrier(dataset),
        suspected: flow.is_in_doubt(reach.all_reached()),
    }
}

/// The texts that rows repeat, read once.
struct Texts<'g> {
    /// Per carrier, its id.
    ids: Vec<&'g str>,
    /// Per department, the id of its region.
    regions: Vec<Option<&'g str>>,
}

impl<'g> Texts<'g> {
    fn of(flow: &Flow<'g>, hierarchy: &Hierarchy<'g>) -> Self {
        let (graph, network) = (flow.graph, &flow.network);
        Self {
            ids: (0..network.len() as Carrier).into_par_iter().map(|c| graph.id(network.node(c))).collect(),
            regions: (0..network.departments())
                .into_par_iter()
                .map(|c| hierarchy.region(network.node(c)).map(|r| graph.id(r)))
                .collect(),
        }
    }
}

/// What was found, and what is told of it.
struct Unreachable<'g> {
    flow: Flow<'g>,
    texts: Texts<'g>,
    found: Found<'g>,
}

impl<'g> Tell<'g> for Unreachable<'g> {
    fn len(&self) -> usize {
        self.found.unmet.len()
    }

    fn tell(&self, row: usize, cells: &mut dyn Cells<'g>) {
        let Self { flow, texts, found } = self;
        let unmet = &found.unmet[row];
        let wanted = &found.wanted[unmet.dataset as usize];
        let consumer = texts.ids[unmet.consumer as usize];
        let service = service(flow.graph, unmet.need);
        if !cells.skips(1) {
            let key = [consumer, wanted.id, service.unwrap_or_default()];
            cells.made(finding_id(PROCEDURE.name, &key).as_str());
        }
        cells.text(consumer);
        cells.text(wanted.id);
        cells.value(Value::text(service));
        cells.value(Value::text(texts.regions[unmet.consumer as usize]));
        cells.value(Value::text(wanted.title));
        cells.value(Value::text(wanted.holder));
        cells.value(Value::text(wanted.holder_tier));
        cells.text(wanted.share);
        cells.text(wanted.cause.word());
        cells.value(wanted.barrier.clone().map_or(Value::Null, Value::Text));
        let slots = unmet.repair.map(|(start, end)| &found.slots[start as usize..end as usize]);
        if !cells.skips(1) {
            let edges = slots.into_iter().flatten();
            cells.list(&mut edges.map(|&slot| repaired(flow, texts, wanted.id, slot)));
        }
        cells.value(slots.map_or(Value::Null, |slots| Value::Integer(slots.len() as i64)));
        cells.text(if wanted.cause == Cause::Withheld { "note" } else { "violation" });
        cells.text(certainty(wanted.suspected));
    }
}

/// An edge of a dataset's repair as a value.
fn repaired<'g>(flow: &Flow<'g>, texts: &Texts<'g>, dataset: &'g str, slot: Slot) -> Value<'g> {
    let end = flow.network.ends(flow.graph, slot);
    let from = end.from.map_or(dataset, |carrier| texts.ids[carrier as usize]);
    relationship(flow.graph, end.ty, end.edge, from, texts.ids[end.to as usize])
}

/// A sharing edge as a value: its type, its ends, and its own id where it has one.
pub(super) fn edge_value<'g>(graph: &'g dyn Graph, edge: SharingEdge) -> Value<'g> {
    relationship(graph, edge.ty, edge.edge, graph.id(edge.from), graph.id(edge.to))
}

fn relationship<'g>(graph: &'g dyn Graph, ty: RelType, edge: EdgeIndex, from: &'g str, to: &'g str) -> Value<'g> {
    const ID: usize = 10;
    let text = |text| Value::text(Some(text));
    let mut entries = vec![("type".into(), text(ty.name())), ("from".into(), text(from)), ("to".into(), text(to))];
    if let Some(id) = graph.edge_cell(ty, edge, ID).text() {
        entries.push(("id".into(), text(id)));
    }
    Value::Map(entries)
}
