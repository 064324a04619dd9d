//! Prescribe (开方): which few of the stated sharing edges to open so that the most unmet needs are met.
//!
//! Step by step: each takes the edge, or the whole cheapest repair of a need, that meets the most further needs for each
//! edge of it. What a single edge would meet is known exactly from the remedies of all needs (see [`remedies`]); what a
//! repair of several would is tried on the real reach, for the most promising ones.

mod change;
mod remedies;

use std::cmp::Ordering;
use std::sync::Arc;

use rayon::prelude::*;

use self::change::Change;
use self::remedies::{Remedies, Searches};
use super::flow::{Changes, Flow, ListChange, Plan, SharingEdge, Slot};
use super::row::{count, row, rows};
use super::unmet::UnmetNeeds;
use super::unreachable::edge_value;
use crate::graph::{Graph, Node, Presence};
use crate::model::{RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure};
use crate::query::rows::{Row, Rows};

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "prescribe",
    about: Bilingual {
        en: "A plan of at most k stated sharing edges to open, step by step, that meets the most unmet needs",
        zh: "至多开通 k 条已有共享关系、使最多需求得到满足的分步方案",
    },
    parameters: &[Parameter {
        name: "k",
        about: Bilingual {
            en: "How many sharing edges may be opened at most", zh: "至多开通多少条共享关系"
        },
        choices: &[],
        default: Some("10"),
    }],
    key: &["step"],
    columns: &[
        Column::text("finding_id"),
        Column::integer("step"),
        Column::list("edges"),
        Column::list("opens"),
        Column::integer("needs_met"),
        Column::integer("total_met"),
        Column::integer("bound"),
        Column::list("meets"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: None,
    call,
};

/// The most edges that a plan may have: more than any meeting decides on.
const MOST: usize = 1000;

/// How many repairs of several edges are tried at each step.
const TRIED: usize = 64;

/// A step that could be taken: edges, opened for a flow class.
#[derive(Clone, Debug)]
struct Candidate {
    slots: Vec<Slot>,
    class: u32,
    /// How many needs it would meet.
    gain: u64,
}

impl Candidate {
    /// Compares by how many needs each edge would meet; of two that are alike, the one with fewer edges is more.
    fn per_edge(&self, other: &Self) -> Ordering {
        let product = |x: &Self, y: &Self| u128::from(x.gain) * y.slots.len() as u128;
        product(self, other).cmp(&product(other, self)).then_with(|| other.slots.len().cmp(&self.slots.len()))
    }
}

/// A step of the plan.
struct Step {
    slots: Vec<Slot>,
    changes: Vec<Changes>,
    gain: u64,
    /// The datasets that come to those who need them, with how many needs of each are met.
    meets: Vec<(Node, u64)>,
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let k = match arguments.number("k")? {
        None => 10,
        Some(k) if k >= 1.0 && k.fract() == 0.0 && k <= MOST as f64 => k as usize,
        Some(_) => return Err(ArgumentError::new("k", format!("a whole number from 1 to {MOST} is wanted"))),
    };
    let flow = Flow::of(graph, arguments);
    let unmet = arguments.kept().get().unwrap_or_else(|| Arc::new(UnmetNeeds::search(&flow, k)));
    let mut remedies = Remedies::new(&flow, unmet, k);
    let bound = remedies.needs();
    let mut plan = Plan::default();
    let mut found: Vec<Row<'g>> = Vec::new();
    let (mut left, mut total) = (k, 0);
    while left > 0 && !flow.stop.is_due() {
        let Some(best) = best(&flow, &plan, &remedies, left) else { break };
        left -= best.slots.len();
        let after = plan.with(&flow, &best.slots, best.class);
        let change = Change { before: &plan, after: &after, slots: &best.slots };
        let step = step(&flow, &remedies, &change, best.class);
        if left > 0 {
            remedies.renew(&change);
        }
        plan = after;
        total += step.gain;
        found.push(told(&flow, found.len() + 1, &step, total, bound));
    }
    Ok(rows(&PROCEDURE, found))
}

/// The step that meets the most needs for each of its edges.
fn best<'f, 'g>(flow: &'f Flow<'g>, plan: &Plan, remedies: &Remedies<'f, 'g>, left: usize) -> Option<Candidate> {
    let mut candidates = remedies.best_singles(plan);
    try_repairs(flow, plan, remedies, left, &mut candidates);
    candidates.retain(|c| c.gain > 0);
    let first = candidates.iter().max_by(|a, b| a.per_edge(b))?.clone();
    // Of several that are as good the first by name, so that the choice is the same however records are numbered.
    let names = |c: &Candidate| -> Vec<_> { c.slots.iter().map(|&slot| name(flow, slot)).collect() };
    let changes = |c: &Candidate| -> Vec<String> {
        let of_edge = |&slot: &Slot| format!("{:?}", flow.openness.changes(&plan.terms(flow, slot), c.class));
        c.slots.iter().map(of_edge).collect()
    };
    let as_good = candidates.into_iter().filter(|c| c.per_edge(&first) == Ordering::Equal);
    as_good.min_by(|a, b| {
        names(a).cmp(&names(b)).then_with(|| changes(a).cmp(&changes(b))).then_with(|| a.slots.cmp(&b.slots))
    })
}

/// Tries the repairs of several edges that promise the most, and adds those that are tried to the candidates. One that cannot
/// be as good as the best by then, since it cannot meet more needs than its bound, is not.
fn try_repairs<'f, 'g>(
    flow: &'f Flow<'g>,
    plan: &Plan,
    remedies: &Remedies<'f, 'g>,
    left: usize,
    candidates: &mut Vec<Candidate>,
) {
    let promising = remedies.promising_repairs(left, TRIED);
    let measured = |searches: &mut Searches<'f, 'g>, (slots, class): (Vec<Slot>, u32), exactly: bool| {
        let change = Change { before: plan, after: &plan.with(flow, &slots, class), slots: &slots };
        let gain = if flow.stop.is_due() {
            0
        } else if exactly {
            remedies.met_by(&change, searches).values().sum()
        } else {
            remedies.bound(&change, searches)
        };
        Candidate { slots, class, gain }
    };
    let mut bounded: Vec<Candidate> = promising
        .into_par_iter()
        .map_init(|| Searches::new(flow), |searches, repair| measured(searches, repair, false))
        .collect();
    bounded.sort_by(|a, b| b.per_edge(a));
    let at_once = 2 * rayon::current_num_threads();
    while !bounded.is_empty() {
        let best = candidates.iter().max_by(|a, b| a.per_edge(b));
        bounded.retain(|bound| best.is_none_or(|best| bound.per_edge(best) != Ordering::Less));
        let next: Vec<Candidate> = bounded.drain(..at_once.min(bounded.len())).collect();
        let tried = next.into_par_iter().map_init(
            || Searches::new(flow),
            |searches, Candidate { slots, class, .. }| measured(searches, (slots, class), true),
        );
        candidates.extend(tried.collect::<Vec<_>>());
    }
}

/// What an edge is called, for an order that does not depend on numbers.
fn name<'g>(flow: &Flow<'g>, slot: Slot) -> (&'static str, &'g str, &'g str, Option<&'g str>) {
    const ID: usize = 10;
    let graph = flow.graph;
    let edge = flow.network.edge(graph, slot);
    (edge.ty.name(), graph.id(edge.from), graph.id(edge.to), graph.edge_cell(edge.ty, edge.edge, ID).text())
}

/// What a change does, as a step of the plan.
fn step<'f, 'g>(flow: &'f Flow<'g>, remedies: &Remedies<'f, 'g>, change: &Change<'_>, class: u32) -> Step {
    let terms = change.slots.iter().map(|&slot| change.before.terms(flow, slot));
    let changes = terms.map(|terms| flow.openness.changes(&terms, class)).collect();
    let mut meets: Vec<(Node, u64)> = remedies.met_by(change, &mut Searches::new(flow)).into_iter().collect();
    meets.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| flow.graph.compare(a.0, b.0)));
    Step { gain: meets.iter().map(|(_, needs)| needs).sum(), slots: change.slots.to_vec(), changes, meets }
}

fn told<'g>(flow: &Flow<'g>, number: usize, step: &Step, total: u64, bound: u64) -> Row<'g> {
    let graph = flow.graph;
    let edges: Vec<SharingEdge> = step.slots.iter().map(|&slot| flow.network.edge(graph, slot)).collect();
    let opens = edges.iter().zip(&step.changes).map(|(edge, changes)| opening(graph, edge, changes)).collect();
    let meets = step.meets.iter().map(|&(dataset, needs)| {
        Value::Map(vec![("dataset".into(), Value::text(Some(graph.id(dataset)))), ("needs".into(), count(needs))])
    });
    let cells = vec![
        count(number as u64),
        Value::List(edges.iter().map(|edge| edge_value(graph, *edge)).collect()),
        Value::List(opens),
        count(step.gain),
        count(total),
        count(bound),
        Value::List(meets.collect()),
    ];
    row(&PROCEDURE, cells, "note", false)
}

/// Who opens an edge, and what changes in it.
fn opening<'g>(graph: &'g dyn Graph, edge: &SharingEdge, changes: &Changes) -> Value<'g> {
    let owner = match edge.ty {
        RelType::GrantedTo | RelType::PublishedOn => graph.one_in(RelType::Holds, edge.from),
        RelType::CascadesTo | RelType::Serves => graph.one_in(RelType::Operates, edge.from),
        _ => Some(edge.from),
    };
    let owner = owner.filter(|&o| graph.presence(o) == Presence::Defined);
    let mut entries = vec![("by".into(), Value::text(owner.map(|o| graph.id(o))))];
    if changes.activate {
        entries.push(("status".into(), Value::text(Some("active"))));
    }
    if let Some(carries) = changes.carries {
        entries.push(("carries".into(), Value::text(Some(carries))));
    }
    if let Some(ceiling) = changes.ceiling {
        entries.push(("ceiling".into(), Value::Integer(ceiling)));
    }
    for (list, change) in [("sectors", &changes.sectors), ("standards", &changes.standards)] {
        match change {
            None => {}
            Some(ListChange::Add(item)) => entries.push((format!("add_to_{list}").into(), Value::owned(item.clone()))),
            Some(ListChange::Empty) => entries.push((list.into(), Value::List(Vec::new()))),
        }
    }
    Value::Map(entries)
}
