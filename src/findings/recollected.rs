//! Recollected (重复采集): the same data collected by several departments of one chain of regions.
//!
//! Candidates come from two indexes, by region and folded title and by region and list of fields, so that no dataset is
//! held against all others. Lists of fields are compared once for all datasets that have the same ones.

mod fields;
mod numbers;
mod titles;

use std::borrow::Cow;
use std::ops::Range;

use hashbrown::HashMap;
use rayon::prelude::*;

use self::fields::{Fields, InOrder};
use self::numbers::Numbers;
use self::titles::Titles;
use super::finding_id;
use super::flow::Flow;
use super::places::Places;
use super::sharing::defined_holder;
use super::silos::certainty;
use crate::graph::{Graph, Node};
use crate::model::Value;
use crate::query::exec::budget::Stop;
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::{Cells, Rows, Tell};

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

/// A dataset as far as it is compared, and what rows tell of it: they are many times more than datasets.
#[derive(Clone, Copy)]
struct Collected<'g> {
    id: &'g str,
    name: Option<&'g str>,
    holder: Node,
    holder_id: &'g str,
    region: Node,
    region_id: &'g str,
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
    let flow = Flow::of(graph, arguments);
    let places = Places::new(&flow);
    let (mut titles, mut fields) = (Numbers::default(), Fields::default());
    let collected: Vec<Collected<'g>> = read(&flow, &places)
        .into_iter()
        .map(|read| Collected {
            title: read.title.map(|title| titles.number(title)),
            fields: read.fields.and_then(|cell| fields.number(cell)),
            ..read.collected
        })
        .collect();
    let titles = titles.into_texts();
    let fields = fields.in_order();
    let alike = fields.alike(threshold, &flow.stop);
    let pairs = pairs(&collected, &places, &alike, &flow.stop);
    let found = Recollected { pairs, collected, titles, fields, threshold };
    Ok(Rows::told(PROCEDURE.column_names(), found, arguments.reading()))
}

/// A dataset before its title and its fields have numbers.
struct Read<'g> {
    collected: Collected<'g>,
    title: Option<Cow<'g, str>>,
    fields: Option<&'g str>,
}

/// Reads the datasets that have a place.
fn read<'g>(flow: &Flow<'g>, places: &Places<'g>) -> Vec<Read<'g>> {
    /// How many datasets one thread takes at a time.
    const CHUNK: usize = 8192;
    const TITLE: usize = 1;
    const FIELDS: usize = 14;
    let graph = flow.graph;
    let read = |titles: &mut Titles<'g>, node: Node| {
        let holder = defined_holder(flow, node)?;
        let region = places.hierarchy.region(holder)?;
        let name = graph.node_cell(node, TITLE).text();
        let collected = Collected {
            id: graph.id(node),
            name,
            holder,
            holder_id: graph.id(holder),
            region,
            region_id: graph.id(region),
            title: None,
            fields: None,
        };
        let title = name.and_then(|name| titles.bare(name, region, &places.hierarchy));
        Some(Read { collected, title, fields: graph.node_cell(node, FIELDS).text() })
    };
    flow.network
        .datasets()
        .par_chunks(CHUNK)
        .map_init(
            || Titles::new(graph),
            |titles, datasets| flow.stop.within(datasets.iter()).filter_map(|&node| read(titles, node)).collect(),
        )
        .collect::<Vec<Vec<Read<'g>>>>()
        .into_iter()
        .flatten()
        .collect()
}

/// Every pair that is alike, each once, in the order of their ids. A region finds those of itself and of all above it.
fn pairs(collected: &[Collected<'_>], places: &Places<'_>, alike: &[Vec<u32>], stop: &Stop) -> Vec<Pair> {
    let by = |number: fn(&Collected<'_>) -> Option<u32>| {
        let numbered = stop.within((0..).zip(collected));
        ByRegion::new(numbered.filter_map(|(i, one)| Some((one.region, number(one)?, i))).collect())
    };
    let (by_title, by_fields) = (by(|one| one.title), by(|one| one.fields));
    let mut pairs: Vec<Pair> = collected
        .par_iter()
        .enumerate()
        .flat_map_iter(|(i, one)| {
            let mut found = Vec::new();
            if stop.is_due() {
                return found;
            }
            for region in places.upwards(one.region) {
                let titled = one.title.into_iter().flat_map(|title| by_title.get(region, title));
                let listed = one.fields.into_iter().flat_map(|fields| &alike[fields as usize]);
                let listed = listed.flat_map(|&fields| by_fields.get(region, fields));
                for &j in titled.chain(listed) {
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

/// Datasets by their region and the number of their title, or of their list of fields.
struct ByRegion {
    /// Where those of a region and a number stand in the list.
    spans: HashMap<(Node, u32), (u32, u32)>,
    datasets: Vec<u32>,
}

impl ByRegion {
    /// Of the regions, numbers and positions of datasets.
    fn new(mut numbered: Vec<(Node, u32, u32)>) -> Self {
        numbered.par_sort_unstable();
        let mut spans = HashMap::with_capacity(numbered.len());
        let mut end = 0;
        for same in numbered.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let start = end;
            end += same.len() as u32;
            spans.insert((same[0].0, same[0].1), (start, end));
        }
        Self { spans, datasets: numbered.into_iter().map(|(_, _, dataset)| dataset).collect() }
    }

    fn get(&self, region: Node, number: u32) -> &[u32] {
        self.spans.get(&(region, number)).map_or(&[], |&(start, end)| &self.datasets[start as usize..end as usize])
    }
}

/// What was found, and what is told of it.
struct Recollected<'g> {
    pairs: Vec<Pair>,
    collected: Vec<Collected<'g>>,
    titles: Vec<Cow<'g, str>>,
    fields: InOrder<'g>,
    threshold: f64,
}

impl<'g> Tell<'g> for Recollected<'g> {
    fn len(&self) -> usize {
        self.pairs.len()
    }

    /// The second of a pair may lie anywhere.
    fn look_ahead(&self, rows: Range<usize>) {
        let seen = self.pairs[rows].iter().fold(0, |seen: u8, pair| {
            let other = &self.collected[pair.second as usize];
            seen ^ ends_of(other.id) ^ ends_of(other.holder_id)
        });
        std::hint::black_box(seen);
    }

    /// A pair with what the two share: their title where it is the same, and their common fields.
    fn tell(&self, row: usize, cells: &mut dyn Cells<'g>) {
        let Pair { first, second } = self.pairs[row];
        let [one, other] = [first, second].map(|i| &self.collected[i as usize]);
        if !cells.skips(9) {
            let title = one.title.filter(|_| one.title == other.title);
            let lists = one.fields.zip(other.fields);
            let alike = lists.map(|(a, b)| self.fields.similarity(a, b)).filter(|score| *score >= self.threshold);
            if !cells.skips(1) {
                cells.made(finding_id(PROCEDURE.name, &[one.id, other.id]).as_str());
            }
            cells.text(one.id);
            cells.text(other.id);
            cells.value(Value::text(one.name));
            cells.text(one.holder_id);
            cells.text(other.holder_id);
            cells.text(one.region_id);
            cells.value(Value::Float(if title.is_some() { 1.0 } else { alike.unwrap_or(0.0) }));
            if !cells.skips(1) {
                let title = title.map(|title| self.titles[title as usize].clone());
                match (title, lists.filter(|_| alike.is_some())) {
                    (None, Some((a, b))) if a == b => cells.same_list(self.fields.all(a)),
                    (title, lists) => {
                        let common = lists.map(|(a, b)| self.fields.common(a, b));
                        cells.list(&mut title.into_iter().chain(common.into_iter().flatten()).map(Value::Text));
                    }
                }
            }
        }
        cells.text("warning");
        cells.text(certainty(false));
    }
}

/// The first and the last byte of a text, for the sake of having it at hand.
fn ends_of(text: &str) -> u8 {
    let bytes = text.as_bytes();
    bytes.first().zip(bytes.last()).map_or(0, |(first, last)| first ^ last)
}
