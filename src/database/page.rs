//! The data of the report's page, and of `why` in words: rows turned into names.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Snapshot;
use super::error::Result;
use super::findings::{Question, Tally, Waivers, ask};
use super::projections::hex;
use crate::findings::flow::{Closed, SharingEdge};
use crate::findings::{Hierarchy, procedures, why};
use crate::graph::{CellRef, Graph, Node, Presence, edges};
use crate::model::table::number_value;
use crate::model::vocabulary::SHARE;
use crate::model::{Kind, Language, RelType, Value, ValueType, list};
use crate::query::registry::{Arguments, Procedure};
use crate::query::rows::{Row, Rows};
use crate::report::edge::EdgeInWords;
use crate::report::explain::{Certificate, ClosedEdge, Condition, WhyAnswer};
use crate::report::page::{
    CatalogLine, Contradictions, Dangling, Figures, NextStep, Purpose, RedundantItem, RedundantSection, RepairItem,
    Report, SiloItem, SiloSection, StateLine, UnreachableItem, UnreachableSection, WaivedItem,
};

/// A report, and how grave its findings are.
#[derive(Debug)]
pub struct ReportMade {
    /// What the page is made from.
    pub report: Report,
    /// The findings on it, by severity.
    pub tally: Tally,
}

/// Names as a reader knows them.
struct Names<'g> {
    graph: &'g dyn Graph,
}

impl Names<'_> {
    /// The name or title of a node; its id where it has none.
    fn of(&self, node: Node) -> String {
        const NAME: usize = 1;
        let name = self.graph.node_cell(node, NAME).text().filter(|_| self.graph.kind(node) != Kind::Catalog);
        name.unwrap_or_else(|| self.graph.id(node)).to_owned()
    }

    fn by_id(&self, kind: Kind, id: &str) -> String {
        self.graph.find(kind, id).map_or_else(|| id.to_owned(), |node| self.of(node))
    }

    fn edge(&self, edge: SharingEdge) -> EdgeInWords {
        let holder = (self.graph.kind(edge.from) == Kind::Dataset)
            .then(|| self.graph.one_in(RelType::Holds, edge.from))
            .flatten()
            .map(|h| self.of(h));
        EdgeInWords {
            edge_type: edge.ty,
            from_name: self.of(edge.from),
            to_name: self.of(edge.to),
            holder_name: holder,
        }
    }

    /// A sharing edge as rows hold it.
    fn edge_of_value(&self, value: &Value<'_>) -> Option<EdgeInWords> {
        let Value::Map(entries) = value else { return None };
        let text = |key: &str| entries.iter().find(|(k, _)| k == key).and_then(|(_, v)| v.as_text());
        let ty = RelType::from_name(text("type")?)?;
        let from = self.graph.find(ty.from(), text("from")?)?;
        let to = self.graph.find(ty.to(), text("to")?)?;
        Some(self.edge(SharingEdge { ty, from, to, edge: 0 }))
    }
}

/// Reads a row by the names of its columns.
struct Reader {
    columns: HashMap<&'static str, usize>,
}

impl Reader {
    fn of(rows: &Rows<'_>) -> Self {
        Self { columns: rows.columns().iter().enumerate().map(|(i, c)| (*c, i)).collect() }
    }

    fn value<'r, 'g>(&self, row: &'r Row<'g>, column: &str) -> Option<&'r Value<'g>> {
        self.columns.get(column).map(|&i| &row[i])
    }

    fn text<'r>(&self, row: &'r Row<'_>, column: &str) -> &'r str {
        self.value(row, column).and_then(Value::as_text).unwrap_or_default()
    }

    fn owned(&self, row: &Row<'_>, column: &str) -> String {
        self.text(row, column).to_owned()
    }

    fn integer(&self, row: &Row<'_>, column: &str) -> Option<i64> {
        match self.value(row, column) {
            Some(Value::Integer(n)) => Some(*n),
            _ => None,
        }
    }
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
    tally: Tally,
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
    let mut making = Making {
        snapshot,
        graph,
        names: Names { graph },
        hierarchy: Hierarchy::new(graph),
        question,
        top,
        language,
        tally: Tally::default(),
    };
    let silos = making.silos()?;
    let (unreachable, example) = making.unreachable(tier)?;
    let redundant = making.redundant()?;
    let mut figures = making.figures();
    making.count_met(&mut figures, tier)?;
    let broken = graph.dangling().filter(|&n| graph.presence(n) == Presence::Broken).count() as u64;
    let report = Report {
        title: String::new(),
        region_name: question.region.map(|code| making.names.by_id(Kind::Region, code)).unwrap_or_default(),
        today: Some(question.today),
        catalogs: making.catalogs(),
        state: snapshot.state.as_ref().map(|s| StateLine {
            number: s.number,
            time: s.time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            digest: hex(&s.digest),
        }),
        figures,
        silos,
        unreachable,
        redundant,
        dangling: Dangling { broken, absent: graph.dangling().count() as u64 - broken },
        contradictions: making.contradictions(),
        waived: making.waived(tier)?,
        next: next_steps(source, question.region, example, broken > 0),
    };
    Ok(ReportMade { report, tally: making.tally })
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

impl<'g> Making<'g, '_> {
    fn ask(&self, name: &str, arguments: &Arguments) -> Result<super::findings::Asked<'g>> {
        ask(self.snapshot, procedure(name)?, arguments, self.question)
    }

    fn add_tally(&mut self, tally: &Tally) {
        for (severity, count) in &tally.by_severity {
            *self.tally.by_severity.entry(severity.clone()).or_default() += count;
        }
        self.tally.waived += tally.waived;
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

    fn figures(&self) -> Figures {
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

    /// How many needs there are of consumers of the tier, and how many of those are met.
    fn count_met(&self, figures: &mut Figures, tier: &str) -> Result<()> {
        let counted = self.counted_needs("all");
        figures.needs_counted = counted;
        let asked = self.ask("unreachable", &Arguments::new().with("tier", Value::text(Some("all"))))?;
        let unmet = asked.rows.count() as u64 + asked.tally.borrow().waived;
        figures.needs_met = counted.saturating_sub(unmet);
        let _ = tier;
        Ok(())
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

    fn silos(&mut self) -> Result<SiloSection> {
        let inside = self.inside();
        let shareable = |&d: &Node| {
            let holder = self.graph.one_in(RelType::Holds, d);
            let held = holder.is_some_and(|h| self.graph.presence(h) == Presence::Defined && inside(h));
            held && self.graph.text(d, "share") != Some("withheld")
        };
        let mut section = SiloSection {
            datasets: self.graph.nodes(Kind::Dataset).filter(shareable).count() as u64,
            ..SiloSection::default()
        };
        drop(inside);
        let asked = self.ask("silos", &Arguments::new())?;
        let reader = Reader::of(&asked.rows);
        let mut by_cause: BTreeMap<String, u64> = BTreeMap::new();
        for row in asked.rows {
            section.total += 1;
            *by_cause.entry(reader.owned(&row, "cause")).or_default() += 1;
            let needed_by = reader.integer(&row, "needed_by").unwrap_or(0) as u64;
            section.needed += u64::from(needed_by > 0);
            if section.worst.len() < self.top {
                section.worst.push(SiloItem {
                    finding_id: reader.owned(&row, "finding_id"),
                    dataset: reader.owned(&row, "dataset"),
                    title: reader.owned(&row, "title"),
                    holder: reader.owned(&row, "holder"),
                    holder_name: self.names.by_id(Kind::Department, reader.text(&row, "holder")),
                    region_name: self.names.by_id(Kind::Region, reader.text(&row, "region")),
                    cause: reader.owned(&row, "cause"),
                    barrier: reader.owned(&row, "barrier"),
                    needed_by,
                    certainty: reader.owned(&row, "certainty"),
                });
            }
        }
        section.by_cause = most_first(by_cause);
        let tally = asked.tally.borrow().clone();
        self.add_tally(&tally);
        for scope in ["tier", "line", "region", "sector", "platform"] {
            let asked = self.ask("silos", &Arguments::new().with("scope", Value::text(Some(scope))))?;
            section.by_scope.push((scope.to_owned(), asked.rows.count() as u64));
        }
        Ok(section)
    }

    /// The section, and a need to look into: its consumer and dataset.
    fn unreachable(&mut self, tier: &str) -> Result<(UnreachableSection, Option<(String, String)>)> {
        let mut section =
            UnreachableSection { tier: tier.to_owned(), needs: self.counted_needs(tier), ..Default::default() };
        let asked = self.ask("unreachable", &Arguments::new().with("tier", Value::owned(tier.to_owned())))?;
        let reader = Reader::of(&asked.rows);
        let mut by_cause: BTreeMap<String, u64> = BTreeMap::new();
        let mut by_cost: BTreeMap<(bool, i64), u64> = BTreeMap::new();
        let mut single: HashMap<String, (u64, Value<'g>)> = HashMap::new();
        // The worst: needs that one edge would meet, each edge once, then those that nothing would.
        let mut shown: Vec<(String, Row<'g>)> = Vec::new();
        for row in asked.rows {
            section.total += 1;
            let cause = reader.text(&row, "cause");
            *by_cause.entry(cause.to_owned()).or_default() += 1;
            if cause == "withheld" {
                section.withheld += 1;
                continue;
            }
            section.violations += 1;
            let cost = reader.integer(&row, "repair_cost");
            *by_cost.entry((cost.is_none(), cost.unwrap_or(0))).or_default() += 1;
            if let (Some(1), Some(Value::List(edges))) = (cost, reader.value(&row, "repair"))
                && let [edge] = &edges[..]
            {
                let key = format!("{edge:?}");
                match single.get_mut(&key) {
                    Some((count, _)) => *count += 1,
                    None => {
                        single.insert(key.clone(), (1, edge.clone()));
                        if single.len() <= 100_000 {
                            shown.push((key, row));
                        }
                    }
                }
            } else if shown.len() < self.top {
                shown.push((String::new(), row));
            }
        }
        section.by_cause = most_first(by_cause);
        section.by_cost = by_cost.into_iter().map(|((none, cost), n)| ((!none).then_some(cost as u32), n)).collect();
        let mut best: Vec<(&String, &(u64, Value<'g>))> = single.iter().collect();
        best.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(b.0)));
        for (_, (needs, edge)) in best.iter().take(self.top) {
            if let Some(edge) = self.names.edge_of_value(edge) {
                section.best_repairs.push(RepairItem { edge, needs: *needs });
            }
        }
        shown.sort_by_key(|(key, _)| std::cmp::Reverse(single.get(key).map_or(0, |(n, _)| *n)));
        let example = shown.first().map(|(_, row)| (reader.owned(row, "consumer"), reader.owned(row, "dataset")));
        for (_, row) in shown.iter().take(self.top) {
            section.worst.push(self.unreachable_item(&reader, row));
        }
        let tally = asked.tally.borrow().clone();
        self.add_tally(&tally);
        Ok((section, example))
    }

    fn unreachable_item(&self, reader: &Reader, row: &Row<'_>) -> UnreachableItem {
        let repair = match reader.value(row, "repair") {
            Some(Value::List(edges)) => edges.iter().filter_map(|e| self.names.edge_of_value(e)).collect(),
            _ => Vec::new(),
        };
        let service = reader.text(row, "service");
        UnreachableItem {
            finding_id: reader.owned(row, "finding_id"),
            consumer: reader.owned(row, "consumer"),
            consumer_name: self.names.by_id(Kind::Department, reader.text(row, "consumer")),
            region_name: self.names.by_id(Kind::Region, reader.text(row, "consumer_region")),
            dataset: reader.owned(row, "dataset"),
            title: reader.owned(row, "title"),
            holder_name: self.names.by_id(Kind::Department, reader.text(row, "holder")),
            service_name: if service.is_empty() { String::new() } else { self.names.by_id(Kind::Service, service) },
            cause: reader.owned(row, "cause"),
            repair,
            repair_cost: reader.integer(row, "repair_cost").map(|c| c as u32),
            certainty: reader.owned(row, "certainty"),
        }
    }

    fn redundant(&mut self) -> Result<RedundantSection> {
        let mut section = RedundantSection::default();
        let asked = self.ask("redundant", &Arguments::new())?;
        let reader = Reader::of(&asked.rows);
        let mut by_rule: BTreeMap<String, u64> = BTreeMap::new();
        // A platform may break several rules: its cost could have been saved only once.
        let mut saved: HashMap<String, f64> = HashMap::new();
        for row in asked.rows {
            section.total += 1;
            *by_rule.entry(reader.owned(&row, "rule")).or_default() += 1;
            section.violations += u64::from(reader.text(&row, "severity") == "violation");
            let cost = match reader.value(&row, "cost") {
                Some(Value::Float(cost)) => *cost,
                _ => 0.0,
            };
            let rule = reader.text(&row, "rule");
            match (rule, reader.value(&row, "members")) {
                ("look-alike", _) => {}
                (_, Some(Value::List(members))) => self.save_members(members, &mut saved),
                _ => drop(saved.insert(reader.owned(&row, "platform"), cost)),
            }
            if section.worst.len() < self.top {
                section.worst.push(self.redundant_item(&reader, &row, cost));
            }
        }
        section.cost_total = saved.values().sum();
        section.by_rule = most_first(by_rule);
        let tally = asked.tally.borrow().clone();
        self.add_tally(&tally);
        Ok(section)
    }

    /// All of a group but the dearest could have been saved.
    fn save_members(&self, members: &[Value<'_>], saved: &mut HashMap<String, f64>) {
        let mut costs: Vec<(f64, String)> = members
            .iter()
            .filter_map(Value::as_text)
            .map(|id| {
                let node = self.graph.find(Kind::Platform, id);
                let bits = node.and_then(|n| self.graph.number(n, "cost"));
                (bits.map_or(0.0, |bits| f64::from_bits(bits as u64)), id.to_owned())
            })
            .collect();
        costs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        saved.extend(costs.into_iter().skip(1).map(|(cost, id)| (id, cost)));
    }

    fn redundant_item(&self, reader: &Reader, row: &Row<'_>, cost: f64) -> RedundantItem {
        let members: Vec<String> = match reader.value(row, "members") {
            Some(Value::List(members)) => {
                members.iter().filter_map(Value::as_text).map(|id| self.names.by_id(Kind::Platform, id)).collect()
            }
            _ => Vec::new(),
        };
        let named = |kind, column| match reader.text(row, column) {
            "" => String::new(),
            id => self.names.by_id(kind, id),
        };
        RedundantItem {
            finding_id: reader.owned(row, "finding_id"),
            rule: reader.owned(row, "rule"),
            name: reader.owned(row, "name"),
            function: reader.owned(row, "function"),
            operator_name: named(Kind::Department, "operator"),
            region_name: named(Kind::Region, "region"),
            counterpart_name: named(Kind::Platform, "counterpart"),
            members,
            cost: (cost > 0.0).then_some(cost),
            reason: reason_in_words(reader.text(row, "reason"), self.language),
            severity: reader.owned(row, "severity"),
        }
    }

    /// Active edges at platforms that do not run, and withheld datasets that are granted: each edge a contradiction.
    fn contradictions(&self) -> Contradictions {
        let graph = self.graph;
        let mut found = Contradictions::default();
        let mut tell = |english: String, chinese: String| {
            found.total += 1;
            if found.worst.len() < self.top {
                found.worst.push(match self.language {
                    Language::English => english,
                    Language::Chinese => chinese,
                });
            }
        };
        let active: Vec<bool> = graph.terms().iter().map(|t| t.status.is_none_or(|s| s == "active")).collect();
        let idle: HashSet<Node> =
            graph.nodes(Kind::Platform).filter(|&p| graph.text(p, "status").is_some_and(|s| s != "running")).collect();
        for ty in [RelType::PublishedOn, RelType::CascadesTo, RelType::Serves] {
            for from in graph.nodes(ty.from()) {
                for (to, edge) in graph.outgoing(ty, from).iter() {
                    let platform = [from, to].into_iter().find(|n| idle.contains(n));
                    if let (Some(platform), true) = (platform, active[graph.edge_terms(ty, edge) as usize]) {
                        let name = self.names.of(platform);
                        let words = self.names.edge(SharingEdge { ty, from, to, edge });
                        tell(
                            format!("{}, and {name} does not run", words.clause(Language::English)),
                            format!("{}，而{name}并未运行", words.clause(Language::Chinese)),
                        );
                    }
                }
            }
        }
        for dataset in graph.nodes(Kind::Dataset).filter(|&d| graph.text(d, "share") == Some("withheld")) {
            for (to, edge) in graph.outgoing(RelType::GrantedTo, dataset).iter() {
                if active[graph.edge_terms(RelType::GrantedTo, edge) as usize] {
                    let (title, to) = (self.names.of(dataset), self.names.of(to));
                    tell(
                        format!("{title} is withheld, and granted to {to}"),
                        format!("“{title}”不予共享，却已授权给{to}"),
                    );
                }
            }
        }
        found
    }

    fn waived(&self, tier: &str) -> Result<Vec<WaivedItem>> {
        let graph = self.graph;
        let waivers = Waivers::of(self.snapshot);
        let silent: HashMap<&str, Node> = graph
            .nodes(Kind::Waiver)
            .filter_map(|node| Some((graph.text(node, "finding_id")?, node)))
            .filter(|(id, _)| waivers.covers(id, self.question.today))
            .collect();
        if silent.is_empty() {
            return Ok(Vec::new());
        }
        let question = Question { waived: true, ..self.question.clone() };
        let mut items = Vec::new();
        let asked = [
            ("silos", Arguments::new()),
            ("unreachable", Arguments::new().with("tier", Value::owned(tier.to_owned()))),
            ("redundant", Arguments::new()),
        ];
        for (name, arguments) in asked {
            let procedure = procedure(name)?;
            let asked = ask(self.snapshot, procedure, &arguments, &question)?;
            let reader = Reader::of(&asked.rows);
            for row in asked.rows {
                let Some(&waiver) = silent.get(reader.text(&row, "finding_id")) else { continue };
                let subject = ["title", "name", "function", "dataset"]
                    .into_iter()
                    .map(|column| reader.text(&row, column))
                    .find(|t| !t.is_empty())
                    .unwrap_or_default();
                items.push(WaivedItem {
                    finding_id: reader.owned(&row, "finding_id"),
                    finding: name.to_owned(),
                    subject: subject.to_owned(),
                    reason: graph.text(waiver, "reason").unwrap_or_default().to_owned(),
                    by: graph.text(waiver, "by").unwrap_or_default().to_owned(),
                    until: graph.number(waiver, "until").map(crate::model::date::from_days),
                });
            }
        }
        Ok(items)
    }
}

/// Counts, the largest first.
fn most_first(counts: BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// The reason of a redundant row as a sentence; evidence in figures stays as it is.
fn reason_in_words(reason: &str, language: Language) -> String {
    let (english, chinese) = match reason {
        "above-not-running" => ("the platform above does not run yet", "上级平台尚未运行"),
        "being-built" => ("it is still planned or being built", "本平台仍在规划或建设中"),
        "built-later" => ("it was built no earlier than the platform above", "本平台不早于上级平台建成"),
        "built-earlier" => ("it was there first: to migrate, not to blame", "本平台建成在先：应迁移，不追责"),
        "date-unknown" => ("a date of building is unknown", "建成日期不详"),
        "not-unified" => ("several regions below each built their own", "下级多地分别建设"),
        "same-region" => ("several stand in the same region", "同一区划内多个并存"),
        other => return other.to_owned(),
    };
    language.pick(english, chinese).to_owned()
}

/// Why a department has a dataset, or cannot get it, in names.
///
/// # Errors
/// When an id is not of a department or a dataset, or could be of several.
pub fn explain_why(snapshot: &Snapshot, consumer: &str, dataset: &str) -> Result<WhyAnswer> {
    let graph = snapshot.graph.as_ref();
    let why = why(graph, consumer, dataset)?;
    let names = Names { graph };
    let edges = |edges: &[SharingEdge]| -> Vec<EdgeInWords> { edges.iter().map(|&e| names.edge(e)).collect() };
    let certificate = why.path.is_none().then(|| Certificate {
        reached: why.reached.iter().map(|&n| names.of(n)).collect(),
        closed: why
            .closed
            .iter()
            .map(|&(edge, closed)| ClosedEdge {
                edge: names.edge(edge),
                condition: condition(graph, why.dataset, edge, closed),
                barrier: edge_text(graph, edge, "barrier").unwrap_or_default().to_owned(),
            })
            .collect(),
    });
    Ok(WhyAnswer {
        consumer_name: names.of(why.consumer),
        dataset_title: names.of(why.dataset),
        holder_name: why.holder.map(|h| names.of(h)).unwrap_or_default(),
        path: why.path.as_deref().map(edges),
        certificate,
        repair: why.repair.as_deref().map(edges).unwrap_or_default(),
        suspected: why.suspected,
    })
}

fn edge_text<'g>(graph: &'g dyn Graph, edge: SharingEdge, column: &str) -> Option<&'g str> {
    graph.edge_cell(edge.ty, edge.edge, Kind::Share.column(column)?).text()
}

/// What closes an edge for a dataset, with the two sides that disagree.
fn condition(graph: &dyn Graph, dataset: Node, edge: SharingEdge, closed: Option<Closed>) -> Condition {
    let stated = |column| edge_text(graph, edge, column).map(str::to_owned);
    let items = |column| -> Vec<String> {
        edge_text(graph, edge, column).into_iter().flat_map(list::split).map(std::borrow::Cow::into_owned).collect()
    };
    let own = |column| graph.text(dataset, column).map(str::to_owned);
    match closed {
        None => Condition::Broken,
        Some(Closed::Status) => Condition::Status { status: stated("status").unwrap_or_default() },
        Some(Closed::Share) => {
            let default = if edge.ty == RelType::GrantedTo { SHARE.words[1].0 } else { SHARE.words[0].0 };
            Condition::Share {
                share: own("share").unwrap_or_else(|| SHARE.words[1].0.to_owned()),
                carries: stated("carries").unwrap_or_else(|| default.to_owned()),
            }
        }
        Some(Closed::Sensitivity) => {
            let ceiling = Kind::Share.column("ceiling").and_then(|c| graph.edge_cell(edge.ty, edge.edge, c).number());
            Condition::Sensitivity {
                sensitivity: graph.number(dataset, "sensitivity").unwrap_or(4) as u8,
                ceiling: ceiling.unwrap_or(4) as u8,
            }
        }
        Some(Closed::Sector) => {
            Condition::Sector { sector: own("sector").unwrap_or_default(), sectors: items("sectors") }
        }
        Some(Closed::Standard) => {
            Condition::Standard { standard: own("standard").unwrap_or_default(), standards: items("standards") }
        }
    }
}
