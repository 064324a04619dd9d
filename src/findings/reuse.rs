//! Reuse (一地创新、多地复用): where an innovation was taken over, where it was invented a second time, and where neither.

use std::collections::{BTreeMap, HashSet};

use super::exchanges::operated_in;
use super::hierarchy::Hierarchy;
use super::row::{count, row, rows, sort_by_key};
use super::today::date_of;
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value, date};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure, RegionBy};
use crate::query::rows::{Row, Rows};

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "reuse",
    about: Bilingual {
        en: "Where each pilot was adopted, where its like was built anew, and whether it still spreads",
        zh: "各试点在哪里复用、在哪里另起炉灶，推广是否停滞",
    },
    parameters: &[super::today::PARAMETER],
    key: &["pilot", "region"],
    columns: &[
        Column::text("finding_id"),
        Column::text("pilot"),
        Column::text("region"),
        Column::text("kind"),
        Column::date("since"),
        Column::integer("lag_days"),
        Column::integer("adopters"),
        Column::integer("provinces"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("region")),
    call,
};

/// After how many years without an adoption a pilot has stalled.
const STALLED_YEARS: i64 = 2;

struct Survey<'g> {
    graph: &'g dyn Graph,
    hierarchy: Hierarchy<'g>,
    /// By function, where a platform of it was built and on which day.
    built: BTreeMap<&'g str, Vec<(Node, i64)>>,
    /// The day before which nothing may have happened for a pilot to have stalled.
    long_ago: i64,
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let today = date_of(arguments)?;
    let hierarchy = Hierarchy::new(graph);
    let mut built: BTreeMap<&str, Vec<(Node, i64)>> = BTreeMap::new();
    for platform in graph.nodes(Kind::Platform) {
        let stated = graph.text(platform, "function").zip(graph.number(platform, "built"));
        if let (Some((function, day)), Some(region)) = (stated, operated_in(graph, &hierarchy, platform)) {
            built.entry(function).or_default().push((region, day));
        }
    }
    let long_ago = today.saturating_sub(jiff::Span::new().years(STALLED_YEARS));
    let survey = Survey { graph, hierarchy, built, long_ago: date::to_days(long_ago) };
    let mut found: Vec<Row<'g>> = graph.nodes(Kind::Pilot).flat_map(|pilot| survey.of_pilot(pilot)).collect();
    sort_by_key(&mut found, PROCEDURE.key.len());
    Ok(rows(&PROCEDURE, found))
}

impl<'g> Survey<'g> {
    fn of_pilot(&self, pilot: Node) -> Vec<Row<'g>> {
        const SINCE: usize = 2;
        let graph = self.graph;
        let is_defined = |r: &Node| graph.presence(*r) == Presence::Defined;
        let since = graph.number(pilot, "since");
        let home = graph.one_in(RelType::Piloted, pilot).filter(is_defined);
        let mut adopted: BTreeMap<Node, Option<i64>> = BTreeMap::new();
        for (region, edge) in graph.incoming(RelType::Adopted, pilot).iter().filter(|(r, _)| is_defined(r)) {
            let day = graph.edge_cell(RelType::Adopted, edge, SINCE).number();
            // Several catalogs may state one adoption: the earliest day counts.
            let first = adopted.entry(region).or_insert(day);
            *first = [*first, day].into_iter().flatten().min();
        }
        let newest = adopted.values().copied().chain([since]).max().flatten();
        let mut found: Vec<Row<'g>> =
            adopted.iter().map(|(&region, &day)| self.row(pilot, region, "adopted", since, day)).collect();
        let mut reinvented: BTreeMap<Node, i64> = BTreeMap::new();
        let alike = graph.text(pilot, "function").and_then(|function| self.built.get(function));
        for &(region, day) in alike.into_iter().flatten() {
            let later = since.is_some_and(|since| day > since);
            if later && Some(region) != home && !adopted.contains_key(&region) {
                let first = reinvented.entry(region).or_insert(day);
                *first = day.min(*first);
            }
        }
        for (&region, &day) in &reinvented {
            found.push(self.row(pilot, region, "reinvented", since, Some(day)));
        }
        if let Some(tier) = home.and_then(|home| self.hierarchy.region_tier(home)) {
            let open = graph.nodes(Kind::Region).filter(|&region| {
                let alike = self.hierarchy.region_tier(region).is_some_and(|t| t.id == tier.id);
                alike && Some(region) != home && !adopted.contains_key(&region) && !reinvented.contains_key(&region)
            });
            found.extend(open.map(|region| self.row(pilot, region, "open", since, None)));
        }
        found.push(self.summary(pilot, &adopted, newest));
        found
    }

    fn row(&self, pilot: Node, region: Node, kind: &'static str, since: Option<i64>, day: Option<i64>) -> Row<'g> {
        let cells = vec![
            Value::text(Some(self.graph.id(pilot))),
            Value::text(Some(self.graph.id(region))),
            Value::text(Some(kind)),
            day.map_or(Value::Null, |day| Value::Date(date::from_days(day))),
            day.zip(since).map_or(Value::Null, |(day, since)| Value::Integer(day - since)),
            Value::Null,
            Value::Null,
        ];
        row(&PROCEDURE, cells, if kind == "reinvented" { "warning" } else { "note" }, false)
    }

    /// The row of a pilot as a whole. Only dates can show that nothing has happened for long.
    fn summary(&self, pilot: Node, adopted: &BTreeMap<Node, Option<i64>>, newest: Option<i64>) -> Row<'g> {
        let province = self.hierarchy.rank("province");
        let rank = |r: &Node| self.hierarchy.region_tier(*r).and_then(|t| t.rank);
        let of_province = |r: &Node| self.hierarchy.upwards(*r).find(|r| province.is_some() && rank(r) == province);
        let provinces: HashSet<Node> = adopted.keys().filter_map(of_province).collect();
        let stalled = newest.is_some_and(|day| day <= self.long_ago);
        let cells = vec![
            Value::text(Some(self.graph.id(pilot))),
            Value::Null,
            Value::text(Some(if stalled { "stalled" } else { "spread" })),
            newest.map_or(Value::Null, |day| Value::Date(date::from_days(day))),
            Value::Null,
            count(adopted.len() as u64),
            count(provinces.len() as u64),
        ];
        row(&PROCEDURE, cells, if stalled { "warning" } else { "note" }, false)
    }
}
