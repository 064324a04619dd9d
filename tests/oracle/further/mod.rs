//! The findings beyond the first three, a file each: every one answers with all its rows, in order.

pub mod asymmetry;
pub mod barriers;
pub mod burden;
pub mod census;
pub mod chokepoints;
pub mod claims;
pub mod cohesion;
pub mod contradictions;
pub mod disparity;
pub mod governance;
pub mod idle;
pub mod lagging;
pub mod overdue;
pub mod prescribe;
pub mod recollected;
pub mod reuse;
pub mod stovepipes;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::union::{Union, or};
use super::{Dataset, Need, Row, finding_id};

/// The day that all questions are asked on.
pub const TODAY: &str = "2026-05-01";

/// A row: the id over the first `keys` columns, the columns, how grave and how sure.
pub fn row(finding: &str, keys: usize, columns: Vec<(&'static str, Value)>, severity: &str, suspected: bool) -> Row {
    let key: Vec<&str> = columns.iter().take(keys).map(|(_, value)| value.as_str().unwrap_or("")).collect();
    let mut all = vec![("finding_id", Value::from(finding_id(finding, &key)))];
    all.extend(columns);
    all.push(("severity", severity.into()));
    all.push(("certainty", if suspected { "suspected" } else { "certain" }.into()));
    Row { columns: all }
}

/// In the order of the first `keys` columns.
pub fn in_order(mut rows: Vec<Row>, keys: usize) -> Vec<Row> {
    let key = |row: &Row| -> Vec<String> {
        let columns = row.columns.iter().skip(1).take(keys);
        columns.map(|(_, value)| value.as_str().unwrap_or("").to_string()).collect()
    };
    rows.sort_by_key(key);
    rows
}

/// A part of a whole; null where there is nothing to divide by.
pub fn ratio(part: usize, whole: usize) -> Value {
    if whole == 0 { Value::Null } else { (part as f64 / whole as f64).into() }
}

/// How many needs there are, how many are met, and whether an unmet one is only suspected to be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    pub needs: usize,
    pub met: usize,
    pub suspected: bool,
}

impl Figures {
    pub fn of<'a>(judged: impl IntoIterator<Item = &'a Judged>) -> Figures {
        let mut figures = Figures::default();
        for one in judged {
            figures.needs += 1;
            figures.met += usize::from(one.met);
            figures.suspected |= one.suspected;
        }
        figures
    }
}

/// A need that counts: of a department that is defined, for a dataset that is defined.
#[derive(Clone, Debug)]
pub struct Judged {
    pub consumer: String,
    pub dataset: Dataset,
    pub met: bool,
    /// It is not met, and the dataset's holder, or a record that it reaches, is absent.
    pub suspected: bool,
}

/// All needs that count.
pub fn judged(union: &Union) -> Vec<Judged> {
    let reaches = reaches(union);
    let judge = |need: &Need| {
        let dataset = union.datasets.get(&need.dataset)?;
        union.departments.get(&need.consumer)?;
        let met = reaches[&dataset.id].contains(&need.consumer);
        let suspected = !met && !union.reached_absent(dataset).is_empty();
        Some(Judged { consumer: need.consumer.clone(), dataset: dataset.clone(), met, suspected })
    };
    union.needs.iter().filter_map(judge).collect()
}

/// Whom each dataset reaches.
pub fn reaches(union: &Union) -> BTreeMap<String, BTreeSet<String>> {
    union.datasets.values().map(|dataset| (dataset.id.clone(), union.reach(dataset))).collect()
}

/// The code of the region of a department.
pub fn place<'a>(union: &'a Union, department: &str) -> Option<&'a str> {
    union.region_of(department).map(|region| region.code.as_str())
}

/// Is a region above another?
pub fn is_above(union: &Union, upper: &str, lower: &str) -> bool {
    union.above(lower).iter().any(|code| code == upper)
}

/// Are two regions in one chain: the same, or one under the other?
pub fn in_chain(union: &Union, a: &str, b: &str) -> bool {
    a == b || is_above(union, a, b) || is_above(union, b, a)
}

/// Is a region another, or under it?
pub fn is_in(union: &Union, code: &str, outer: &str) -> bool {
    code == outer || is_above(union, outer, code)
}

/// Does an exchange platform run in a region?
pub fn runs_exchange(union: &Union, code: &str) -> bool {
    union.platforms.values().any(|platform| {
        let exchange = platform.function.as_deref() == Some("data-exchange");
        let there = union.operated_in(platform).is_some_and(|region| region.code == code);
        exchange && there && or(&platform.status, "running") == "running"
    })
}
