//! prescribe (开方): a plan is replayed step by step on the real reach; on small worlds it is held against all plans.

use std::collections::BTreeSet;

use super::super::flow::{Edge, EdgeName, is_withheld, share_of};
use super::super::union::Union;
use super::super::unreachable::cheapest_repair;
use super::super::{Dataset, Share, World};
use super::judged;

/// A step of a plan as its row says it.
pub struct Step {
    pub edges: Vec<EdgeName>,
    pub needs_met: usize,
    pub total_met: usize,
    pub bound: usize,
}

/// How many needs are met.
pub fn met(union: &Union) -> usize {
    judged(union).iter().filter(|one| one.met).count()
}

/// How many needs are not met that at most so many edges would meet, each by itself.
pub fn bound(union: &Union, k: usize) -> usize {
    let unmet = judged(union).into_iter().filter(|one| !one.met);
    unmet.filter(|one| cheapest_repair(union, &one.dataset, &one.consumer).is_some_and(|r| r.len() <= k)).count()
}

/// An edge with the least changes that let a dataset through: each of its statements alone.
pub fn opened(edge: &Edge, dataset: &Dataset) -> Edge {
    let open = |(by, share): &(String, Share)| {
        let order = |class: &str| if class == "unconditional" { 0 } else { 1 };
        let left_out = if share.kind == "GRANTED_TO" { "conditional" } else { "unconditional" };
        let carries = share.carries.as_deref().unwrap_or(left_out);
        let wanted = share_of(dataset);
        let list = |list: &[String], item: &Option<String>| match item {
            _ if list.is_empty() => Vec::new(),
            Some(item) if list.contains(item) => list.to_vec(),
            Some(item) => [list, std::slice::from_ref(item)].concat(),
            // Nothing could join the list: only an empty one admits it.
            None => Vec::new(),
        };
        let share = Share {
            status: Some("active".to_string()),
            carries: Some(if order(wanted) > order(carries) { wanted } else { carries }.to_string()),
            ceiling: Some(share.ceiling.unwrap_or(4).max(dataset.sensitivity.unwrap_or(4))),
            sectors: list(&share.sectors, &dataset.sector),
            standards: list(&share.standards, &dataset.standard),
            ..share.clone()
        };
        (by.clone(), share)
    };
    Edge { statements: edge.statements.iter().map(open).collect() }
}

/// The world's graph with edges, by their numbers, opened for a dataset.
pub fn with_opened(union: &Union, edges: &[usize], dataset: &Dataset) -> Union {
    let mut after = union.clone();
    for &edge in edges {
        after.edges[edge] = opened(&union.edges[edge], dataset);
    }
    after
}

/// The datasets that an edge could be opened for, one for each way of flowing.
fn classes(union: &Union) -> Vec<Dataset> {
    let mut seen = BTreeSet::new();
    let flows = |d: &&Dataset| !is_withheld(d) && seen.insert(class(d));
    union.datasets.values().filter(flows).cloned().collect()
}

/// What tells how a dataset flows.
fn class(d: &Dataset) -> (String, i64, Option<String>, Option<String>) {
    (share_of(d).to_string(), d.sensitivity.unwrap_or(4), d.sector.clone(), d.standard.clone())
}

/// *Choice*: an edge is opened for what it then brings to somebody who needs it, and not for something else that would
/// change more of it.
fn is_brought(before: &Union, after: &Union, dataset: &Dataset) -> bool {
    let newly = judged(before).into_iter().zip(judged(after)).filter(|(before, after)| !before.met && after.met);
    newly.into_iter().any(|(one, _)| class(&one.dataset) == class(dataset))
}

/// The steps that could be taken with at most `left` edges, with what each would meet: every single edge for every class,
/// and a whole cheapest repair of every need.
fn candidates(union: &Union, left: usize) -> Vec<(Vec<usize>, Dataset, usize)> {
    let now = met(union);
    let mut candidates = Vec::new();
    for edge in 0..union.edges.len() {
        for dataset in classes(union) {
            candidates.push((vec![edge], dataset));
        }
    }
    for one in judged(union).into_iter().filter(|one| !one.met) {
        let repair = cheapest_repair(union, &one.dataset, &one.consumer).unwrap_or_default();
        if repair.len() > 1 && repair.len() <= left {
            let closed = |name: &EdgeName| {
                union.edges.iter().position(|edge| edge.name() == *name && !union.carries(edge, &one.dataset))
            };
            let edges: Option<Vec<usize>> = repair.iter().map(closed).collect();
            candidates.extend(edges.map(|edges| (edges, one.dataset.clone())));
        }
    }
    let tried = candidates.into_iter().filter_map(|(edges, dataset)| {
        let after = with_opened(union, &edges, &dataset);
        let gain = met(&after) - now;
        is_brought(union, &after, &dataset).then_some((edges, dataset, gain))
    });
    tried.collect()
}

/// Holds a plan against the contract: what each step meets is what it says, no single edge would meet more for each edge
/// than a step does, the totals and the bound are right, and it ends only when nothing is left to gain.
pub fn check(world: &World, k: usize, steps: &[Step]) -> Result<(), String> {
    let union = world.union();
    let bound = bound(&union, k);
    match steps.iter().find(|step| step.bound != bound) {
        Some(step) => Err(format!("the bound is {bound}, not {}", step.bound)),
        None => follow(&union, met(&union), k, steps),
    }
}

/// Follows a plan from its first step on, in whichever way of opening its edges it holds.
fn follow(union: &Union, at_first: usize, left: usize, steps: &[Step]) -> Result<(), String> {
    let Some((step, rest)) = steps.split_first() else {
        return match candidates(union, left).first() {
            Some((edges, _, gain)) if left > 0 => Err(format!("it ends though {edges:?} would meet {gain}")),
            _ => Ok(()),
        };
    };
    let count = step.edges.len();
    if count == 0 || count > left {
        return Err(format!("a step takes {count} edges of {left}"));
    }
    for (edges, _, gain) in candidates(union, 1) {
        if edges.len() == 1 && gain * count > step.needs_met {
            let name = union.edges[edges[0]].name();
            return Err(format!("a step meets {} by {count}, {name:?} alone would meet {gain}", step.needs_met));
        }
    }
    let now = met(union);
    let mut reason = format!("no way of opening {:?} meets {} needs", step.edges, step.needs_met);
    for after in ways(union, &step.edges).into_iter().filter(|after| met(after) - now == step.needs_met) {
        if met(&after) - at_first != step.total_met {
            return Err(format!("in all {} are met, not {}", met(&after) - at_first, step.total_met));
        }
        match follow(&after, at_first, left - count, rest) {
            Ok(()) => return Ok(()),
            Err(other) => reason = other,
        }
    }
    Err(reason)
}

/// What may be after edges of these names are opened for one way of flowing, whichever of parallel ones is meant.
fn ways(union: &Union, names: &[EdgeName]) -> Vec<Union> {
    let mut ways = Vec::new();
    for dataset in classes(union) {
        let mut some = vec![union.clone()];
        for name in names {
            let of_name = |edge: usize| union.edges[edge].name() == *name;
            let edges: Vec<usize> = (0..union.edges.len()).filter(|edge| of_name(*edge)).collect();
            let open = |before: &Union| edges.iter().map(|e| with_opened(before, &[*e], &dataset)).collect::<Vec<_>>();
            some = some.iter().flat_map(open).collect();
        }
        ways.extend(some);
    }
    ways
}

/// The most needs that any `k` openings meet, by trying all of them.
pub fn optimum(union: &Union, k: usize) -> usize {
    fn most(union: &Union, k: usize, from: usize) -> usize {
        let mut best = met(union);
        for edge in if k == 0 { union.edges.len() } else { from }..union.edges.len() {
            for dataset in classes(union) {
                if !union.edges[edge].is_open_for(&dataset) {
                    // The same edge may be opened again, for another way of flowing.
                    best = best.max(most(&with_opened(union, &[edge], &dataset), k - 1, edge));
                }
            }
        }
        best
    }
    most(union, k, 0) - met(union)
}
