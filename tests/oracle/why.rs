//! why: the shortest path that the data takes, or the certificate that it cannot.

use std::collections::{BTreeMap, BTreeSet};

use super::flow::{Edge, EdgeName};
use super::union::{Standing, Union};
use super::{Dataset, World};

/// How many edges the shortest path from the dataset or its holder to the consumer has: 0 for the holder itself,
/// `None` where there is no path. An error where either is not defined.
pub fn why(world: &World, consumer: &str, dataset: &str) -> Result<Option<usize>, String> {
    let union = world.union();
    let dataset = ask(&union, consumer, dataset)?;
    let mut reached = union.sources(dataset);
    let mut length = 0;
    loop {
        if reached.contains(consumer) {
            return Ok(Some(length));
        }
        let steps = union.edges.iter().filter(|edge| reached.contains(edge.from()) && union.carries(edge, dataset));
        let next: BTreeSet<String> = steps.map(|edge| edge.to().to_string()).collect();
        if next.is_subset(&reached) {
            return Ok(None);
        }
        reached.extend(next);
        length += 1;
    }
}

fn ask<'a>(union: &'a Union, consumer: &str, dataset: &str) -> Result<&'a Dataset, String> {
    if !union.departments.contains_key(consumer) {
        return Err(format!("{consumer} is no department"));
    }
    union.datasets.get(dataset).ok_or(format!("{dataset} is no dataset"))
}

/// Is this a shortest path: does it start at the dataset or its holder, does each edge start where the one before
/// ends, exist and carry the dataset, does the last end at the consumer, and is none shorter?
pub fn check_path(world: &World, consumer: &str, dataset: &str, path: &[EdgeName]) -> Result<(), String> {
    let shortest = why(world, consumer, dataset)?;
    let union = world.union();
    let dataset = ask(&union, consumer, dataset)?;
    let mut at = union.sources(dataset);
    for name in path {
        let mut edges = union.edges.iter().filter(|edge| edge.name() == *name);
        if !edges.any(|edge| union.carries(edge, dataset)) {
            return Err(format!("no edge {name:?} carries {}", dataset.id));
        }
        if !at.contains(&name.from) {
            return Err(format!("{name:?} does not start at {at:?}"));
        }
        at = [name.to.clone()].into();
    }
    if !at.contains(consumer) {
        return Err(format!("the path ends at {at:?}"));
    }
    match shortest == Some(path.len()) {
        true => Ok(()),
        false => Err(format!("the shortest path has {shortest:?} edges, not {}", path.len())),
    }
}

/// A sharing edge that leaves the set, and the condition (1 to 5) that closes it; without one, it leads to a broken
/// record.
pub type Closed = (EdgeName, Option<u8>);

/// Is this a certificate that the consumer cannot have the dataset: the set that the data reaches, with the dataset,
/// its holder unless that is broken, and absent records, since edges leave from all of these; and every sharing edge
/// that leaves the set, each once, with a condition that really closes it.
///
/// Of an edge stated by both sides, a condition closes it that does so by either statement. An edge to a broken record
/// that is closed as well may be listed for either reason.
pub fn check_certificate(
    world: &World,
    consumer: &str,
    dataset: &str,
    set: &BTreeSet<String>,
    closed: &[Closed],
) -> Result<(), String> {
    let union = world.union();
    let dataset = ask(&union, consumer, dataset)?;
    if set.contains(consumer) {
        return Err(format!("{consumer} is in the set"));
    }
    if let Some(source) = union.sources(dataset).iter().find(|source| !set.contains(*source)) {
        return Err(format!("the set lacks {source}, which the data starts from"));
    }
    let leaves = |edge: &&Edge| set.contains(edge.from()) && !set.contains(edge.to());
    let mut leaving: BTreeMap<EdgeName, Vec<&Edge>> = BTreeMap::new();
    for edge in union.edges.iter().filter(leaves) {
        leaving.entry(edge.name()).or_default().push(edge);
    }
    let mut listed: BTreeMap<EdgeName, Vec<Option<u8>>> = BTreeMap::new();
    for (name, condition) in closed {
        listed.entry(name.clone()).or_default().push(*condition);
    }
    if let Some(name) = listed.keys().find(|name| !leaving.contains_key(name)) {
        return Err(format!("no edge {name:?} leaves the set"));
    }
    let closes = |edge: &Edge, condition: Option<u8>| match condition {
        Some(condition) => edge.closed_by(dataset).contains(&condition),
        None => union.standing(edge.to()) == Standing::Broken,
    };
    for (name, edges) in &leaving {
        let conditions = listed.get(name).cloned().unwrap_or_default();
        if !pair_up(edges, &conditions, &closes) {
            return Err(format!("{name:?}, of which {} leave the set, is listed as {conditions:?}", edges.len()));
        }
    }
    // It is the set that the data reaches, not a wider one.
    let reached = union.reached(dataset);
    match set.iter().find(|record| !reached.contains(*record)) {
        Some(record) => Err(format!("the data does not reach {record}")),
        None => Ok(()),
    }
}

/// Can each of the parallel edges be given a condition of its own that closes it, with none left over?
fn pair_up(edges: &[&Edge], conditions: &[Option<u8>], closes: &impl Fn(&Edge, Option<u8>) -> bool) -> bool {
    let Some((first, rest)) = edges.split_first() else {
        return conditions.is_empty();
    };
    (0..conditions.len()).any(|i| {
        let mut others = conditions.to_vec();
        closes(first, others.remove(i)) && pair_up(rest, &others, closes)
    })
}
