//! What the drawings of the HTML page show, counted.

use std::collections::HashSet;

use super::grids::Cells;
use super::why::explain_in;
use super::{Making, ReportMade, procedure, state_line};
use crate::database::Snapshot;
use crate::database::error::Result;
use crate::database::findings::{Question, findings_diff};
use crate::findings::flow::Flow;
use crate::findings::{NeedsGrid, keep_for_all, needs_grid};
use crate::graph::{Node, Presence};
use crate::model::{Kind, Language, RelType, Value};
use crate::query::kept::Kept;
use crate::query::registry::Arguments;
use crate::report::explain::WhyAnswer;
use crate::report::html::{Border, Drawings, Grid, Level, Part, Standing, TierFlow, Trend};
use crate::report::page::Report;
use crate::report::words;

/// How many silos, and how many unmet needs, are proved.
const PROOFS: usize = 3;

/// What the HTML page is asked for beside the report.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// The tier whose needs the report looks at.
    pub tier: &'a str,
    /// An earlier state to hold this one against, and what the reader called it.
    pub earlier: Option<(&'a Snapshot, &'a str)>,
    /// The folder of a plan whose files the snapshot takes to be put; empty without one.
    pub plan: &'a str,
}

/// What the drawings of a report's HTML page show.
///
/// # Errors
/// When the tier or the region is not there, now or in the earlier state.
pub fn drawings(
    snapshot: &Snapshot,
    made: &ReportMade,
    beside: &Beside<'_>,
    language: Language,
    question: &Question<'_>,
) -> Result<Drawings> {
    let report = &made.report;
    let making = Making::new(snapshot, question, 0, language, made.kept.clone());
    let flow = making.flow();
    let needs = needs_grid(&flow, making.outer());
    let ((tiers, met), silos) = rayon::join(|| (making.tier_flow(&needs), making.met(&needs)), || making.silo_map());
    Ok(Drawings {
        tiers,
        met,
        silos: silos?,
        trend: beside.earlier.map(|earlier| making.trend(report, earlier, beside.tier)).transpose()?,
        proofs: making.proofs(report, &flow)?,
        plan: beside.plan.to_owned(),
    })
}

impl<'g> Making<'g, '_> {
    /// The region that the question keeps to.
    pub(super) fn outer(&self) -> Option<Node> {
        self.question.region.and_then(|code| self.hierarchy.region_by_code(code))
    }

    /// Tiers from the top, and what crosses between two of them. Of a region's report also the tiers above it count.
    fn tier_flow(&self, needs: &NeedsGrid<'g>) -> TierFlow {
        let graph = self.graph;
        let mut tiers: Vec<(i64, &str)> =
            graph.nodes(Kind::Tier).filter_map(|t| Some((graph.number(t, "rank")?, graph.id(t)))).collect();
        tiers.sort_unstable();
        let mut levels: Vec<Level> = tiers
            .iter()
            .map(|(_, id)| Level { name: words::word("tier", id, self.language).to_owned(), ..Level::default() })
            .collect();
        for department in graph.nodes(Kind::Department).filter(|&d| self.in_chain(d)) {
            let tier = self.hierarchy.department_tier(department).map(|t| t.id);
            if let Some(i) = tiers.iter().position(|(_, id)| Some(*id) == tier) {
                levels[i].departments += 1;
                levels[i].datasets += graph.outgoing(RelType::Holds, department).len() as u64;
            }
        }
        let is_shown = |i: &usize| levels[*i].departments > 0;
        let shown: Vec<usize> = (0..levels.len()).filter(is_shown).collect();
        let rank = |id: &str| tiers.iter().find(|(_, other)| *other == id).map(|(rank, _)| *rank);
        let border = |pair: &[usize]| {
            let (above, below) = (tiers[pair[0]].0, tiers[pair[1]].0);
            let mut border = Border::default();
            for ((from, to), counted) in &needs.between_tiers {
                let (Some(from), Some(to)) = (rank(from), rank(to)) else { continue };
                let crossed = if from >= below && to <= above {
                    &mut border.up
                } else if from <= above && to >= below {
                    &mut border.down
                } else {
                    continue;
                };
                crossed.part += counted.met;
                crossed.whole += counted.needs;
            }
            border
        };
        let borders = shown.windows(2).map(border).collect();
        TierFlow { borders, levels: shown.iter().map(|&i| levels[i].clone()).collect() }
    }

    /// Whether a department's region is in one chain with the region asked for.
    fn in_chain(&self, department: Node) -> bool {
        let Some(outer) = self.outer() else { return true };
        let within = |a, b| self.hierarchy.is_within(a, b);
        self.hierarchy.region(department).is_some_and(|r| within(r, outer) || within(outer, r))
    }

    fn met(&self, needs: &NeedsGrid<'g>) -> Grid {
        let mut cells = Cells::new();
        for (&(region, sector), counted) in &needs.by_place {
            cells.add(region, sector, Part { part: counted.met, whole: counted.needs });
        }
        self.grid(cells, Kind::Sector)
    }

    fn silo_map(&self) -> Result<Grid> {
        let graph = self.graph;
        let mut cells = Cells::new();
        let mut add = |holder: Node, part: Part| {
            if let Some(region) = self.hierarchy.region(holder) {
                cells.add(region, self.hierarchy.line(holder).map(|line| graph.id(line)), part);
            }
        };
        let inside = self.inside();
        for dataset in graph.nodes(Kind::Dataset).filter(|&d| graph.text(d, "share") != Some("withheld")) {
            let holder = graph.one_in(RelType::Holds, dataset);
            if let Some(holder) = holder.filter(|&h| graph.presence(h) == Presence::Defined && inside(h)) {
                add(holder, Part { part: 0, whole: 1 });
            }
        }
        let asked = self.ask("silos", Arguments::new())?;
        let column = asked.rows.position("holder").unwrap_or_default();
        asked.reading.narrow([column]);
        asked.rows.visit(|row| {
            let holder = row[column].as_text().and_then(|id| graph.find(Kind::Department, id));
            if let Some(holder) = holder {
                add(holder, Part { part: 1, whole: 0 });
            }
        });
        Ok(self.grid(cells, Kind::Line))
    }

    /// Why the worst silos cannot be had by somebody who needs them, and the worst unmet needs not be met.
    fn proofs(&self, report: &Report, flow: &Flow<'_>) -> Result<Vec<WhyAnswer>> {
        let graph = self.graph;
        let needed_by = |dataset: &str| {
            let dataset = graph.find(Kind::Dataset, dataset)?;
            let holder = graph.one_in(RelType::Holds, dataset);
            let consumers = graph.incoming(RelType::Needs, dataset).nodes.iter().copied();
            let others = consumers.filter(|&c| Some(c) != holder && graph.presence(c) == Presence::Defined);
            others.map(|c| graph.id(c).to_owned()).min()
        };
        let silos = report.silos.worst.iter().filter_map(|s| Some((needed_by(&s.dataset)?, s.dataset.clone())));
        let unmet = report.unreachable.worst.iter().map(|u| (u.consumer.clone(), u.dataset.clone()));
        let mut told = HashSet::new();
        let mut proofs = Vec::new();
        for (consumer, dataset) in silos.take(PROOFS).chain(unmet.take(PROOFS)) {
            if told.insert((consumer.clone(), dataset.clone())) {
                proofs.push(explain_in(flow, &consumer, &dataset)?);
            }
        }
        Ok(proofs)
    }

    fn trend(&self, report: &Report, (earlier, named): (&Snapshot, &str), tier: &str) -> Result<Trend> {
        let before = Making::new(earlier, self.question, 0, self.language, Kept::default());
        keep_for_all(before.graph, &before.kept, false);
        let told = Report {
            silos: before.silos()?,
            unreachable: before.unreachable(tier)?.0,
            redundant: before.redundant()?,
            figures: before.figures(),
            ..Report::default()
        };
        let tiered = Arguments::new().with("tier", Value::owned(tier.to_owned()));
        let compared = [
            (procedure("silos")?, Arguments::new()),
            (procedure("unreachable")?, tiered),
            (procedure("redundant")?, Arguments::new()),
        ];
        let mut changes: Vec<(String, u64, u64)> =
            compared.iter().map(|(procedure, _)| (procedure.name.to_owned(), 0, 0)).collect();
        let rows = findings_diff(earlier, self.snapshot, &compared, self.question)?;
        let (change, finding) = (rows.position("change"), rows.position("finding"));
        for row in rows {
            let text = |i: Option<usize>| i.and_then(|i| row[i].as_text()).unwrap_or_default();
            let Some(counted) = changes.iter_mut().find(|(name, ..)| name == text(finding)) else { continue };
            match text(change) {
                "opened" => counted.1 += 1,
                "closed" => counted.2 += 1,
                _ => {}
            }
        }
        Ok(Trend {
            state: state_line(earlier),
            named: named.to_owned(),
            before: Standing::of(&told),
            after: Standing::of(report),
            changes,
        })
    }
}
