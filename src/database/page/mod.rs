//! The data of the report's page, and of `why` in words: rows turned into names.

mod contradictions;
mod drawings;
mod further;
mod grids;
mod names;
mod redundant;
mod silos;
mod unreachable;
mod why;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use self::drawings::{Beside, drawings};
use self::names::{Names, Reader};
pub use self::why::explain_why;
use super::Snapshot;
use super::error::Result;
use super::findings::{Question, Tally, Waivers, ask};
use super::projections::hex;
use crate::findings::flow::Flow;
use crate::findings::{Hierarchy, keep_for_all, needs_met, procedures};
use crate::graph::{CellRef, Graph, Node, Presence, edges};
use crate::model::table::number_value;
use crate::model::{Kind, Language, RelType, Value, ValueType};
use crate::query::kept::Kept;
use crate::query::registry::{Arguments, Procedure};
use crate::query::rows::Row;
use crate::report::page::{CatalogLine, Dangling, Figures, NextStep, Purpose, Report, StateLine, WaivedItem};

/// A report, and how grave its findings are.
#[derive(Debug)]
pub struct ReportMade {
    /// What the page is made from.
    pub report: Report,
    /// The findings on it, by severity.
    pub tally: Tally,
    /// What was worked out of the graph on the way, for the drawings.
    kept: Kept,
}

fn procedure(name: &str) -> Result<&'static Procedure> {
    procedures()
        .into_iter()
        .find(|p| p.name == name)
        .ok_or_else(|| super::Error::User(format!("there is no finding `{name}`")))
}

/// Everything that the sections are made from.
struct Making<'g, 'q> {
    snapshot: &'g Snapshot,
    graph: &'g dyn Graph,
    names: Names<'g>,
    hierarchy: Hierarchy<'g>,
    question: &'q Question<'q>,
    top: usize,
    language: Language,
    /// What is worked out of the graph once for all sections.
    kept: Kept,
    told: Mutex<Told>,
}

/// What the sections so far have told: they are made side by side.
#[derive(Debug, Default)]
struct Told {
    tally: Tally,
    /// What is waived, without the waivers' own words.
    waived: Vec<WaivedItem>,
}

/// Makes the report of a snapshot: `top` of each finding, needs of consumers of `tier`.
///
/// # Errors
/// When the tier or the region is not there.
pub fn report(
    snapshot: &Snapshot,
    tier: &str,
    top: usize,
    source: Option<&str>,
    language: Language,
    question: &Question<'_>,
) -> Result<ReportMade> {
    let graph = snapshot.graph.as_ref();
    let making = Making::new(snapshot, question, top, language, Kept::default());
    // A region's report has no plan, and one finding alone asks for what unmet needs would take.
    keep_for_all(graph, &making.kept, question.region.is_none());
    // The longest first, so that none of them is left alone at the end.
    let (further, (unreachable, others)) = rayon::join(
        || making.further(),
        || {
            rayon::join(
                || making.unreachable(tier),
                || (making.silos(), making.redundant(), making.contradictions(), making.figures()),
            )
        },
    );
    let (silos, redundant, contradictions, figures) = others;
    let (unreachable, example) = unreachable?;
    let told = std::mem::take(&mut *making.told());
    let broken = graph.dangling().filter(|&n| graph.presence(n) == Presence::Broken).count() as u64;
    let report = Report {
        title: String::new(),
        region_name: question.region.map(|code| making.names.by_id(Kind::Region, code)).unwrap_or_default(),
        today: Some(question.today),
        plan: String::new(),
        catalogs: making.catalogs(),
        state: state_line(snapshot),
        figures,
        silos: silos?,
        unreachable,
        redundant: redundant?,
        further: further?,
        dangling: Dangling { broken, absent: graph.dangling().count() as u64 - broken },
        contradictions: contradictions?,
        waived: making.waived(&told.waived),
        next: next_steps(source, question.region, example, broken > 0),
    };
    Ok(ReportMade { report, tally: told.tally, kept: making.kept })
}

/// The state of a snapshot, where it is of a store.
fn state_line(snapshot: &Snapshot) -> Option<StateLine> {
    snapshot.state.as_ref().map(|s| StateLine {
        number: s.number,
        time: s.time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        digest: hex(&s.digest),
    })
}

fn next_steps(
    source: Option<&str>,
    region: Option<&str>,
    example: Option<(String, String)>,
    dangling: bool,
) -> Vec<NextStep> {
    let source = source.map(|s| format!(" {}", quoted(s))).unwrap_or_default();
    let region = region.map(|r| format!(" --region {r}")).unwrap_or_default();
    let step = |command: String, purpose| NextStep { command, purpose };
    let mut steps = vec![
        step(format!("tiaokuai silos{source}{region}"), Purpose::Silos),
        step(format!("tiaokuai unreachable{source}{region}"), Purpose::Unreachable),
    ];
    if let Some((consumer, dataset)) = example {
        steps.push(step(format!("tiaokuai why {} {}{source}", quoted(&consumer), quoted(&dataset)), Purpose::Why));
    }
    steps.push(step(format!("tiaokuai redundant{source}{region}"), Purpose::Redundant));
    steps.push(step(format!("tiaokuai unreachable{source} --what-if PLAN_DIR"), Purpose::WhatIf));
    if dangling {
        steps.push(step(format!("tiaokuai dangling{source}"), Purpose::Dangling));
    }
    steps
}

/// A word as a shell takes it whole.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '+' | '@');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

impl<'g, 'q> Making<'g, 'q> {
    fn new(snapshot: &'g Snapshot, question: &'q Question<'q>, top: usize, language: Language, kept: Kept) -> Self {
        let graph = snapshot.graph.as_ref();
        let (names, hierarchy, told) = (Names { graph }, Hierarchy::new(graph), Mutex::default());
        Self { snapshot, graph, names, hierarchy, question, top, language, kept, told }
    }
}

impl<'g> Making<'g, '_> {
    fn ask(&self, name: &str, arguments: Arguments) -> Result<super::findings::Asked<'g>> {
        ask(self.snapshot, procedure(name)?, &arguments.with_kept(self.kept.clone()), self.question)
    }

    /// The flow of the graph.
    fn flow(&self) -> Flow<'g> {
        Flow::of(self.graph, &Arguments::new().with_kept(self.kept.clone()))
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what a section has told, and keeps what is waived of it.
    fn tell(&self, finding: &str, reader: &Reader, tally: &Tally, waived: &[Row<'_>]) {
        let mut told = self.told();
        for (severity, count) in &tally.by_severity {
            *told.tally.by_severity.entry(severity.clone()).or_default() += count;
        }
        told.tally.waived += tally.waived;
        for row in waived {
            let subject = ["title", "name", "function", "dataset"]
                .into_iter()
                .map(|column| reader.text(row, column))
                .find(|t| !t.is_empty())
                .unwrap_or_default();
            told.waived.push(WaivedItem {
                finding_id: reader.owned(row, "finding_id"),
                finding: finding.to_owned(),
                subject: subject.to_owned(),
                ..WaivedItem::default()
            });
        }
    }

    /// Whether a department counts for the region asked for.
    fn inside(&self) -> Box<dyn Fn(Node) -> bool + '_> {
        let outer = self.question.region.and_then(|code| self.hierarchy.region_by_code(code));
        Box::new(move |department| match outer {
            None => true,
            Some(outer) => self.hierarchy.region(department).is_some_and(|r| self.hierarchy.is_within(r, outer)),
        })
    }

    fn catalogs(&self) -> Vec<CatalogLine> {
        let graph = self.graph;
        let mut records: HashMap<&str, u64> = HashMap::new();
        for kind in Kind::NODES {
            for node in graph.nodes(kind) {
                *records.entry(graph.node_catalog(node)).or_default() += 1;
            }
        }
        for &ty in RelType::ALL.iter().filter(|ty| ty.record().is_some()) {
            for edge in edges(graph, ty) {
                *records.entry(graph.edge_catalog(ty, edge)).or_default() += 1;
            }
        }
        graph
            .nodes(Kind::Catalog)
            .map(|node| CatalogLine {
                id: graph.id(node).to_owned(),
                title: graph.text(node, "title").unwrap_or_default().to_owned(),
                issued: match number_value(ValueType::Date, graph.number(node, "issued").unwrap_or(i64::MIN)) {
                    Value::Date(date) => Some(date),
                    _ => None,
                },
                records: records.get(graph.id(node)).copied().unwrap_or(0),
            })
            .collect()
    }

    /// What there is, and how much of what is needed is met.
    fn figures(&self) -> Figures {
        let met = needs_met(&self.flow(), self.outer());
        let graph = self.graph;
        let inside = self.inside();
        let in_region = |region: Node| {
            self.question
                .region
                .and_then(|code| self.hierarchy.region_by_code(code))
                .is_none_or(|outer| self.hierarchy.is_within(region, outer))
        };
        let held = |ty: RelType| {
            move |node: &Node| match self.question.region {
                None => true,
                Some(_) => graph.one_in(ty, *node).is_some_and(self.inside()),
            }
        };
        let mut figures = Figures {
            regions: graph.nodes(Kind::Region).filter(|&r| in_region(r)).count() as u64,
            platforms: graph.nodes(Kind::Platform).filter(held(RelType::Operates)).count() as u64,
            datasets: graph.nodes(Kind::Dataset).filter(held(RelType::Holds)).count() as u64,
            services: graph.nodes(Kind::Service).filter(held(RelType::Delivers)).count() as u64,
            needs_counted: met.needs,
            needs_met: met.met,
            ..Figures::default()
        };
        for department in graph.nodes(Kind::Department).filter(|&d| inside(d)) {
            figures.departments += 1;
            figures.grassroots += u64::from(self.hierarchy.department_tier(department).is_some_and(|t| t.grassroots));
            figures.needs += graph.outgoing(RelType::Needs, department).len() as u64;
        }
        const STATUS: usize = 3;
        let terms = graph.terms();
        let active: Vec<bool> = terms.iter().map(|t| t.status.is_none_or(|s| s == "active")).collect();
        for ty in RelType::SHARING {
            let whole = self.question.region.is_none();
            if whole {
                figures.sharing_edges += graph.edge_count(ty);
                let counts = edges(graph, ty).filter(|&e| active[graph.edge_terms(ty, e) as usize]);
                figures.active_edges += counts.count() as u64;
            } else {
                for source in graph.nodes(ty.from()) {
                    let owner = match ty.from() {
                        Kind::Dataset => graph.one_in(RelType::Holds, source),
                        Kind::Platform => graph.one_in(RelType::Operates, source),
                        _ => Some(source),
                    };
                    if !owner.is_some_and(&inside) {
                        continue;
                    }
                    for (_, edge) in graph.outgoing(ty, source).iter() {
                        figures.sharing_edges += 1;
                        let status = graph.edge_cell(ty, edge, STATUS);
                        figures.active_edges += u64::from(matches!(status, CellRef::Absent | CellRef::Text("active")));
                    }
                }
            }
        }
        figures
    }

    fn counted_needs(&self, tier: &str) -> u64 {
        let inside = self.inside();
        let of_tier = |department: Node| match (tier, self.hierarchy.department_tier(department)) {
            ("all", _) => true,
            ("grassroots", Some(t)) => t.grassroots,
            (id, Some(t)) => t.id == id,
            (_, None) => false,
        };
        let departments = self.graph.nodes(Kind::Department).filter(|&d| of_tier(d) && inside(d));
        departments
            .map(|d| {
                let needs = self.graph.outgoing(RelType::Needs, d);
                needs.nodes.iter().filter(|&&n| self.graph.presence(n) == Presence::Defined).count() as u64
            })
            .sum()
    }

    /// What is waived, with the waivers' own words, in the order of the findings.
    fn waived(&self, items: &[WaivedItem]) -> Vec<WaivedItem> {
        let graph = self.graph;
        let waivers = Waivers::of(self.snapshot);
        let silent: HashMap<&str, Node> = graph
            .nodes(Kind::Waiver)
            .filter_map(|node| Some((graph.text(node, "finding_id")?, node)))
            .filter(|(id, _)| waivers.covers(id, self.question.today))
            .collect();
        let mut items = items.to_vec();
        let order = procedures();
        items.sort_by_key(|item| order.iter().position(|p| p.name == item.finding));
        for item in &mut items {
            let Some(&waiver) = silent.get(item.finding_id.as_str()) else { continue };
            item.reason = graph.text(waiver, "reason").unwrap_or_default().to_owned();
            item.by = graph.text(waiver, "by").unwrap_or_default().to_owned();
            item.until = graph.number(waiver, "until").map(crate::model::date::from_days);
        }
        items
    }
}

/// Counts, the largest first.
fn most_first(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}
