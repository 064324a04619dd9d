//! recollected (重复采集): every two datasets are held against each other.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::union::Union;
use super::super::{Dataset, Row, World, text};
use super::{in_chain, in_order, place, row};

pub fn recollected(world: &World, threshold: f64) -> Vec<Row> {
    let union = world.union();
    let mut rows = Vec::new();
    for (id, dataset) in &union.datasets {
        for (other_id, other) in union.datasets.iter().filter(|(other, _)| *other > id) {
            rows.extend(pair(&union, (id, dataset), (other_id, other), threshold));
        }
    }
    in_order(rows, 2)
}

fn pair(
    union: &Union,
    (id, dataset): (&String, &Dataset),
    (other_id, other): (&String, &Dataset),
    threshold: f64,
) -> Option<Row> {
    let (holder, other_holder) = (union.holder_of(dataset)?, union.holder_of(other)?);
    let (region, other_region) = (place(union, holder)?, place(union, other_holder)?);
    if holder == other_holder || !in_chain(union, region, other_region) {
        return None;
    }
    let title =
        folded(union, dataset, region).filter(|title| folded(union, other, other_region).as_ref() == Some(title));
    let (fields, other_fields) = (set(dataset), set(other));
    let common: Vec<&String> = fields.intersection(&other_fields).copied().collect();
    let either = fields.union(&other_fields).count();
    let score = common.len() as f64 / either.max(1) as f64;
    let alike = fields.len() >= 3 && other_fields.len() >= 3 && score >= threshold;
    if title.is_none() && !alike {
        return None;
    }
    // *Choice*: the score is 1 where the titles are the same; what the two share is the title, then the fields.
    let shared = title.iter().chain(if alike { common } else { Vec::new() }).cloned();
    let shared: Vec<Value> = shared.map(Value::from).collect();
    let columns = vec![
        ("dataset", id.clone().into()),
        ("other", other_id.clone().into()),
        ("title", text(dataset.title.as_deref())),
        ("holder", holder.into()),
        ("other_holder", other_holder.into()),
        ("region", region.into()),
        ("score", if title.is_some() { 1.0 } else { score }.into()),
        ("shared", shared.into()),
    ];
    Some(row("recollected", 2, columns, "warning", false))
}

fn set(dataset: &Dataset) -> BTreeSet<&String> {
    dataset.fields.iter().collect()
}

/// A title without the names of its region and of those above, folded as far as these worlds need it.
pub fn folded(union: &Union, dataset: &Dataset, region: &str) -> Option<String> {
    let chain = std::iter::once(region.to_string()).chain(union.above(region));
    let mut names: Vec<String> = chain.filter_map(|code| union.regions.get(&code)?.name.clone()).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let without = |text: String, names: &[String]| names.iter().fold(text, |text, name| text.replace(name, " "));
    let bare = without(dataset.title.clone()?, &names);
    let lower: Vec<String> = names.iter().map(|name| fold(name)).collect();
    let left = without(fold(&bare), &lower);
    let words: Vec<&str> = left.split_whitespace().collect();
    Some(words.join(" ")).filter(|text| !text.is_empty())
}

/// Width, case, and the one character of these worlds that has a traditional form.
fn fold(text: &str) -> String {
    text.replace('Ｔ', "t").replace('資', "资").to_lowercase()
}
