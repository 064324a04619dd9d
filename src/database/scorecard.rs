//! Scorecards: groups of departments, ranked by what the findings say of them.

use std::collections::{BTreeMap, HashMap};

use super::Snapshot;
use super::error::{Error, Result};
use super::findings::{Question, ask};
use crate::findings::{Hierarchy, procedures};
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::Arguments;
use crate::query::rows::{Row, Rows};

/// What groups are made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// A region and all under it; ranked among those of its tier.
    Region,
    /// The sector of datasets.
    Sector,
    /// The line of departments.
    Line,
    /// The tier of departments.
    Tier,
}

impl std::str::FromStr for GroupBy {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        Ok(match word {
            "region" => Self::Region,
            "sector" => Self::Sector,
            "line" => Self::Line,
            "tier" => Self::Tier,
            other => return Err(Error::User(format!("`{other}` is none of region, sector, line, tier"))),
        })
    }
}

/// What is counted of a group.
#[derive(Clone, Copy, Debug, Default)]
struct Card {
    needs: u64,
    unmet: u64,
    /// Datasets that may be shared, and the silos among them.
    shareable: u64,
    silos: u64,
    platforms: u64,
    redundant: u64,
    /// All datasets, and what is left unsaid of them.
    datasets: u64,
    unsaid: u64,
}

/// How many things a dataset is to say.
const SAID: u64 = 6;

impl Card {
    /// What the group is ranked by, each a share of which less is better; none where there is nothing to divide by.
    fn measures(&self) -> [Option<f64>; 4] {
        let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
        [
            share(self.unmet, self.needs),
            share(self.silos, self.shareable),
            share(self.redundant, self.platforms),
            share(self.unsaid, SAID * self.datasets),
        ]
    }
}

const COLUMNS: [&str; 13] = [
    "rank",
    "group",
    "name",
    "tier",
    "needs",
    "met",
    "ratio",
    "datasets",
    "silos",
    "platforms",
    "redundant",
    "complete",
    "score",
];

/// The scorecards of a snapshot, the best of a tier first.
///
/// # Errors
/// When the region is not there.
pub fn scorecards<'g>(snapshot: &'g Snapshot, by: GroupBy, question: &Question<'_>) -> Result<Rows<'g>> {
    let graph = snapshot.graph.as_ref();
    let hierarchy = Hierarchy::new(graph);
    let outer = match question.region {
        None => None,
        Some(code) => Some(hierarchy.region_by_code(code).ok_or_else(|| {
            Error::User(format!("no region has the code `{code}`; codes are those of the column `code` in regions.csv"))
        })?),
    };
    let mut cards = Cards { graph, hierarchy, by, outer, cards: BTreeMap::new() };
    cards.count_records();
    cards.count_rows(snapshot, question)?;
    Ok(Rows::new(COLUMNS.to_vec(), cards.rows().into_iter()))
}

struct Cards<'g> {
    graph: &'g dyn Graph,
    hierarchy: Hierarchy<'g>,
    by: GroupBy,
    /// The region that the question keeps to.
    outer: Option<Node>,
    cards: BTreeMap<&'g str, Card>,
}

impl<'g> Cards<'g> {
    /// The groups that a record counts in: by where its department stands, or by its dataset's sector.
    fn groups(&self, department: Option<Node>, dataset: Option<Node>) -> Vec<&'g str> {
        let graph = self.graph;
        let department = department.filter(|&d| graph.presence(d) == Presence::Defined);
        let region = department.and_then(|d| self.hierarchy.region(d));
        let inside = |outer| region.is_some_and(|r| self.hierarchy.is_within(r, outer));
        if self.outer.is_some_and(|outer| !inside(outer)) {
            return Vec::new();
        }
        let one = match self.by {
            GroupBy::Region => return self.regions(region),
            GroupBy::Sector => dataset.and_then(|d| graph.text(d, "sector")),
            GroupBy::Line => department.and_then(|d| self.hierarchy.line(d)).map(|l| graph.id(l)),
            GroupBy::Tier => region.and_then(|r| self.hierarchy.region_tier(r)).map(|t| t.id),
        };
        one.into_iter().collect()
    }

    /// A region and those above it, as far as the question goes.
    fn regions(&self, region: Option<Node>) -> Vec<&'g str> {
        let mut codes = Vec::new();
        for above in region.into_iter().flat_map(|r| self.hierarchy.upwards(r)) {
            if self.graph.presence(above) == Presence::Defined {
                codes.push(self.graph.id(above));
            }
            if Some(above) == self.outer {
                break;
            }
        }
        codes
    }

    fn add(&mut self, department: Option<Node>, dataset: Option<Node>, count: impl Fn(&mut Card)) {
        for group in self.groups(department, dataset) {
            count(self.cards.entry(group).or_default());
        }
    }

    fn count_records(&mut self) {
        const MISSED: [&str; SAID as usize] =
            ["share", "sensitivity", "owner_right", "revenue_rule", "security_rule", "standard"];
        let graph = self.graph;
        for department in graph.nodes(Kind::Department) {
            for &dataset in graph.outgoing(RelType::Needs, department).nodes {
                if graph.presence(dataset) == Presence::Defined {
                    self.add(Some(department), Some(dataset), |card| card.needs += 1);
                }
            }
        }
        for dataset in graph.nodes(Kind::Dataset) {
            let Some(holder) = graph.one_in(RelType::Holds, dataset) else { continue };
            let said = |column: &&str| graph.text(dataset, column).is_some() || graph.number(dataset, column).is_some();
            let unsaid = MISSED.iter().filter(|column| !said(column)).count() as u64;
            let shareable = u64::from(graph.text(dataset, "share") != Some("withheld"));
            self.add(Some(holder), Some(dataset), |card| {
                card.datasets += 1;
                card.unsaid += unsaid;
                card.shareable += shareable;
            });
        }
        for platform in graph.nodes(Kind::Platform) {
            let counts =
                graph.text(platform, "nature") != Some("hard") && graph.text(platform, "status") != Some("retired");
            if let Some(operator) = graph.one_in(RelType::Operates, platform).filter(|_| counts) {
                self.add(Some(operator), None, |card| card.platforms += 1);
            }
        }
    }

    /// Counts the rows of findings that are not waived.
    fn count_rows(&mut self, snapshot: &'g Snapshot, question: &Question<'_>) -> Result<()> {
        let graph = self.graph;
        let all = Arguments::new().with("tier", Value::text(Some("all")));
        for (name, arguments) in [("unreachable", all), ("silos", Arguments::new()), ("redundant", Arguments::new())] {
            let Some(procedure) = procedures().into_iter().find(|p| p.name == name) else { continue };
            let asked = ask(snapshot, procedure, &arguments, question)?;
            let at: HashMap<String, usize> =
                asked.rows.columns().iter().enumerate().map(|(i, column)| (column.to_string(), i)).collect();
            for row in asked.rows {
                let cell = |column: &str| at.get(column).map(|&i| &row[i]);
                let node =
                    |kind, column: &str| cell(column).and_then(Value::as_text).and_then(|id| graph.find(kind, id));
                match name {
                    "unreachable" => {
                        let (consumer, dataset) = (node(Kind::Department, "consumer"), node(Kind::Dataset, "dataset"));
                        self.add(consumer, dataset, |card| card.unmet += 1);
                    }
                    "silos" => {
                        let (holder, dataset) = (node(Kind::Department, "holder"), node(Kind::Dataset, "dataset"));
                        self.add(holder, dataset, |card| card.silos += 1);
                    }
                    _ => self.count_redundant(cell("rule"), cell("platform"), cell("members")),
                }
            }
        }
        Ok(())
    }

    /// A platform that breaks a rule counts; of a group, all but one.
    fn count_redundant(&mut self, rule: Option<&Value<'_>>, platform: Option<&Value<'_>>, members: Option<&Value<'_>>) {
        if rule.and_then(Value::as_text) == Some("look-alike") {
            return;
        }
        let platforms: Vec<&str> = match members {
            Some(Value::List(members)) => members.iter().skip(1).filter_map(Value::as_text).collect(),
            _ => platform.and_then(Value::as_text).into_iter().collect(),
        };
        for id in platforms {
            let platform = self.graph.find(Kind::Platform, id);
            let operator = platform.and_then(|p| self.graph.one_in(RelType::Operates, p));
            self.add(operator, None, |card| card.redundant += 1);
        }
    }

    /// The tier that a group is ranked in: of a region its own, of others none.
    fn tier(&self, group: &str) -> Option<&'g str> {
        let region = self.hierarchy.region_by_code(group).filter(|_| self.by == GroupBy::Region)?;
        self.hierarchy.region_tier(region).map(|t| t.id)
    }

    fn rows(&self) -> Vec<Row<'g>> {
        let mut leagues: BTreeMap<Option<&str>, Vec<(&'g str, Card)>> = BTreeMap::new();
        for (&group, &card) in &self.cards {
            leagues.entry(self.tier(group)).or_default().push((group, card));
        }
        let mut leagues: Vec<_> = leagues.into_iter().collect();
        leagues.sort_by_key(|(tier, _)| tier.and_then(|t| self.hierarchy.rank(t)));
        leagues.into_iter().flat_map(|(tier, cards)| self.league(tier, cards)).collect()
    }

    /// The groups that are ranked against each other: by the mean, over what can be measured of a group, of the share of
    /// groups that do better.
    fn league(&self, tier: Option<&'g str>, cards: Vec<(&'g str, Card)>) -> Vec<Row<'g>> {
        let measures: Vec<[Option<f64>; 4]> = cards.iter().map(|(_, card)| card.measures()).collect();
        let sorted: [Vec<f64>; 4] = std::array::from_fn(|m| {
            let mut all: Vec<f64> = measures.iter().filter_map(|of_group| of_group[m]).collect();
            all.sort_unstable_by(f64::total_cmp);
            all
        });
        let better = |m: usize, own: f64| {
            let all = &sorted[m];
            all.partition_point(|other| *other < own) as f64 / all.len() as f64
        };
        let score = |own: &[Option<f64>; 4]| {
            let shares: Vec<f64> =
                own.iter().enumerate().filter_map(|(m, own)| own.map(|own| better(m, own))).collect();
            (!shares.is_empty()).then(|| 1.0 - shares.iter().sum::<f64>() / shares.len() as f64)
        };
        let mut scored: Vec<(Option<f64>, (&'g str, Card))> = measures.iter().map(score).zip(cards).collect();
        scored.sort_by(|a, b| {
            let last = |score: Option<f64>| score.unwrap_or(f64::NEG_INFINITY);
            last(b.0).total_cmp(&last(a.0)).then_with(|| a.1.0.cmp(b.1.0))
        });
        let mut rank = 0;
        let mut last = None;
        let mut rows = Vec::with_capacity(scored.len());
        for (i, (score, (group, card))) in scored.into_iter().enumerate() {
            if last != Some(score) {
                (rank, last) = (i + 1, Some(score));
            }
            rows.push(self.row(rank, score, tier, group, &card));
        }
        rows
    }

    fn row(&self, rank: usize, score: Option<f64>, tier: Option<&'g str>, group: &'g str, card: &Card) -> Row<'g> {
        let kind = match self.by {
            GroupBy::Region => Kind::Region,
            GroupBy::Sector => Kind::Sector,
            GroupBy::Line => Kind::Line,
            GroupBy::Tier => Kind::Tier,
        };
        let name = self.graph.find(kind, group).and_then(|node| self.graph.text(node, "name"));
        let count = |number: u64| Value::Integer(number as i64);
        let kept = |left: u64, whole: u64| match whole {
            0 => Value::Null,
            whole => Value::Float(whole.saturating_sub(left) as f64 / whole as f64),
        };
        vec![
            count(rank as u64),
            Value::text(Some(group)),
            Value::text(name),
            Value::text(tier),
            count(card.needs),
            count(card.needs.saturating_sub(card.unmet)),
            kept(card.unmet, card.needs),
            count(card.datasets),
            count(card.silos),
            count(card.platforms),
            count(card.redundant),
            kept(card.unsaid, SAID * card.datasets),
            score.map_or(Value::Null, Value::Float),
        ]
    }
}
