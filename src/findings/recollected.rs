//! Recollected (重复采集): the same data collected by several departments of one chain of regions.
//!
//! Candidates come from two indexes, by region and folded title and by region and list of fields, so that no dataset is
//! held against all others. Lists of fields are compared once for all datasets that have the same ones.

mod fields;
mod titles;

use hashbrown::HashMap;
use rayon::prelude::*;

use self::fields::Fields;
use self::titles::Titles;
use super::flow::Flow;
use super::places::Places;
use super::row::row;
use super::sharing::defined_holder;
use crate::graph::{Graph, Node};
use crate::model::Value;
use crate::query::exec::budget::Stop;
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::{Row, Rows};

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "recollected",
    about: Bilingual {
        en: "Datasets of different departments in one chain of regions with the same title or nearly the same fields",
        zh: "同一隶属链上不同部门持有的标题相同或数据项雷同的数据集",
    },
    parameters: &[Parameter {
        name: "threshold",
        about: Bilingual {
            en: "How alike two lists of fields are at least, above 0 and up to 1",
            zh: "数据项相似到什么程度算重复（大于 0，至多 1）",
        },
        choices: &[],
        default: Some("0.8"),
    }],
    key: &["dataset", "other"],
    columns: &[
        Column::text("finding_id"),
        Column::text("dataset"),
        Column::text("other"),
        Column::text("title"),
        Column::text("holder"),
        Column::text("other_holder"),
        Column::text("region"),
        Column::float("score"),
        Column::list("shared"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("region")),
    call,
};

/// A dataset as far as it is compared.
#[derive(Clone, Copy)]
struct Collected {
    node: Node,
    holder: Node,
    region: Node,
    /// The number of its folded title, where there is one.
    title: Option<u32>,
    /// The number of its list of fields, where that is long enough.
    fields: Option<u32>,
}

/// Two datasets that are alike, by their positions: the smaller id first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    first: u32,
    second: u32,
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let threshold = arguments.number("threshold")?.unwrap_or(0.8);
    if !(threshold > 0.0 && threshold <= 1.0) {
        return Err(ArgumentError::new("threshold", "a number above 0 and up to 1 is wanted"));
    }
    let flow = Flow::new(graph, arguments.stop());
    let places = Places::new(&flow);
    let (mut titles, mut fields) = (Titles::new(graph), Fields::default());
    let collected: Vec<Collected> = flow
        .stop
        .within(flow.network.datasets().iter())
        .filter_map(|&node| {
            let holder = defined_holder(&flow, node)?;
            let region = places.hierarchy.region(holder)?;
            let title = titles.number(node, region, &places.hierarchy);
            Some(Collected { node, holder, region, title, fields: fields.number(graph, node) })
        })
        .collect();
    let titles = titles.into_texts();
    let alike = fields.alike(threshold, &flow.stop);
    let pairs = pairs(&collected, &places, &alike, &flow.stop);
    /// How many rows are put together at a time.
    const BATCH: usize = 8192;
    let found = (0..pairs.len()).step_by(BATCH).flat_map(move |start| {
        let batch = &pairs[start..(start + BATCH).min(pairs.len())];
        let rows: Vec<Row<'g>> =
            batch.par_iter().map(|&pair| told(graph, &collected, &titles, &fields, threshold, pair)).collect();
        rows
    });
    Ok(Rows::new(PROCEDURE.column_names(), found))
}

/// Every pair that is alike, each once, in the order of their ids. A region finds those of itself and of all above it.
fn pairs(collected: &[Collected], places: &Places<'_>, alike: &[Vec<u32>], stop: &Stop) -> Vec<Pair> {
    let mut by_title: HashMap<(Node, u32), Vec<u32>> = HashMap::new();
    let mut by_fields: HashMap<(Node, u32), Vec<u32>> = HashMap::new();
    for (i, one) in stop.within(collected.iter().enumerate()) {
        if let Some(title) = one.title {
            by_title.entry((one.region, title)).or_default().push(i as u32);
        }
        if let Some(fields) = one.fields {
            by_fields.entry((one.region, fields)).or_default().push(i as u32);
        }
    }
    let mut pairs: Vec<Pair> = collected
        .par_iter()
        .enumerate()
        .flat_map_iter(|(i, one)| {
            let mut found = Vec::new();
            if stop.is_due() {
                return found;
            }
            for region in places.upwards(one.region) {
                let titled = one.title.and_then(|title| by_title.get(&(region, title)));
                let listed = one.fields.into_iter().flat_map(|fields| &alike[fields as usize]);
                let listed = listed.filter_map(|&fields| by_fields.get(&(region, fields)));
                for &j in titled.into_iter().chain(listed).flatten() {
                    let other = &collected[j as usize];
                    // Two of one region meet twice, those of two regions once: from below.
                    let counts = other.region != one.region || (i as u32) < j;
                    if counts && other.holder != one.holder {
                        found.push(Pair { first: j.min(i as u32), second: j.max(i as u32) });
                    }
                }
            }
            found
        })
        .collect();
    if stop.is_due() {
        return Vec::new();
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// The row of a pair, with what the two share: their title where it is the same, and their common fields.
fn told<'g>(
    graph: &'g dyn Graph,
    collected: &[Collected],
    titles: &[String],
    fields: &Fields,
    threshold: f64,
    pair: Pair,
) -> Row<'g> {
    let [one, other] = [pair.first, pair.second].map(|i| collected[i as usize]);
    let title = one.title.filter(|_| one.title == other.title);
    let lists = one.fields.zip(other.fields);
    let score = lists.map(|(a, b)| fields.similarity(a, b)).filter(|score| *score >= threshold);
    let mut shared: Vec<Value<'g>> = title.map(|t| Value::owned(titles[t as usize].clone())).into_iter().collect();
    let common = lists.filter(|_| score.is_some()).map(|(a, b)| fields.common(a, b));
    shared.extend(common.into_iter().flatten().map(|field| Value::owned(field.to_owned())));
    let cells = vec![
        Value::text(Some(graph.id(one.node))),
        Value::text(Some(graph.id(other.node))),
        Value::text(graph.text(one.node, "title")),
        Value::text(Some(graph.id(one.holder))),
        Value::text(Some(graph.id(other.holder))),
        Value::text(Some(graph.id(one.region))),
        Value::Float(if title.is_some() { 1.0 } else { score.unwrap_or(0.0) }),
        Value::List(shared),
    ];
    row(&PROCEDURE, cells, "warning", false)
}
