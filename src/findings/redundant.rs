//! Redundant (重复建设): platforms built below what the level above already runs, or side by side where one would do.

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::finding_id;
use super::hierarchy::Hierarchy;
use super::look_alike;
use super::silos::certainty;
use crate::graph::{CellRef, Graph, Node, Presence};
use crate::model::table::number_value;
use crate::model::{Kind, RelType, Value, ValueType, list};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::{Cells, Rows, Tell};

const RULES: [&str; 4] = ["built-above", "could-unify", "look-alike", "twice-here"];

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "redundant",
    about: Bilingual {
        en: "Platforms built below what the level above already runs, or side by side where one would do",
        zh: "上级已建下级又建、能统一建却分别建、同地重复建的平台",
    },
    parameters: &[
        Parameter {
            name: "rule",
            about: Bilingual { en: "One rule alone", zh: "只看一条规则" },
            choices: &RULES,
            default: None,
        },
        Parameter {
            name: "threshold",
            about: Bilingual {
                en: "How alike look-alikes are at least, from 0 to 1",
                zh: "名称说明相似到什么程度算疑似重复（0 到 1）",
            },
            choices: &[],
            default: Some("0.8"),
        },
    ],
    key: &["rule", "platform", "function", "region"],
    columns: &[
        Column::text("finding_id"),
        Column::text("rule"),
        Column::text("platform"),
        Column::text("function"),
        Column::text("region"),
        Column::text("counterpart"),
        Column::text("name"),
        Column::text("operator"),
        Column::text("tier"),
        Column::list("members"),
        Column::float("cost"),
        Column::text("reason"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("region")),
    call,
};

/// The function of platforms that the sharing network runs over.
const EXCHANGE: &str = "data-exchange";

/// A platform that counts: soft, not retired.
#[derive(Clone, Copy)]
pub(super) struct Platform {
    pub(super) node: Node,
    /// The number of its function among those there are.
    pub(super) function: Option<u32>,
    /// The region that its operator is in, where both are defined.
    pub(super) region: Option<Node>,
    rank: Option<i64>,
    unified: bool,
    status: Status,
    built: Option<i64>,
    cost: f64,
}

/// As much of a platform's status as the rules read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    /// Planned or building.
    Coming,
    Running,
}

#[derive(Clone)]
struct Finding {
    rule: &'static str,
    platform: Option<Node>,
    function: Option<u32>,
    region: Option<Node>,
    counterpart: Option<Node>,
    members: Vec<Node>,
    cost: f64,
    reason: String,
    violation: &'static str,
    suspected: bool,
}

/// Ranks that the rules name, by the ids of their tiers.
struct Ranks {
    province: Option<i64>,
    city: Option<i64>,
}

struct Survey<'g> {
    graph: &'g dyn Graph,
    hierarchy: Hierarchy<'g>,
    ranks: Ranks,
    platforms: Vec<Platform>,
    /// The functions, by their numbers.
    functions: Vec<&'g str>,
    /// The number of the function of exchange platforms.
    exchange: Option<u32>,
    /// Unified platforms by region and function, in the order of ids.
    unified: HashMap<(Node, u32), Vec<usize>>,
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let rule = arguments.text("rule")?;
    if let Some(word) = rule.filter(|word| !RULES.contains(word)) {
        return Err(ArgumentError::new("rule", format!("`{word}` is none of {}", RULES.join(", "))));
    }
    let threshold = arguments.number("threshold")?.unwrap_or(0.8);
    if !(threshold > 0.0 && threshold <= 1.0) {
        return Err(ArgumentError::new("threshold", "a number above 0 and up to 1 is wanted"));
    }
    let wanted = |name: &str| rule.is_none_or(|r| r == name);
    let prepare = || {
        if wanted("look-alike") {
            look_alike::prepare();
        }
    };
    let (survey, ()) = rayon::join(|| Survey::new(graph), prepare);
    let by_function = || {
        let mut findings = Vec::new();
        if wanted("built-above") {
            survey.built_above(&mut findings);
        }
        if wanted("could-unify") {
            survey.could_unify(&mut findings);
        }
        if wanted("twice-here") {
            survey.twice_here(&mut findings);
        }
        findings
    };
    let by_name = || {
        let mut findings = Vec::new();
        if wanted("look-alike") {
            survey.look_alike(threshold, &mut findings);
        }
        findings
    };
    // Texts take as long as everything else.
    let (mut findings, look_alikes) = rayon::join(by_function, by_name);
    findings.extend(look_alikes);
    let id = |node: Option<Node>| node.map_or("", |n| graph.id(n));
    findings.par_sort_by(|a, b| {
        b.cost.total_cmp(&a.cost).then_with(|| {
            let key = |f: &Finding| (f.rule, id(f.platform), id(f.region), survey.function(f));
            key(a).cmp(&key(b)).then_with(|| id(a.counterpart).cmp(id(b.counterpart)))
        })
    });
    Ok(Rows::told(PROCEDURE.column_names(), Redundant { survey, findings }, arguments.reading()))
}

impl<'g> Survey<'g> {
    fn new(graph: &'g dyn Graph) -> Self {
        let hierarchy = Hierarchy::new(graph);
        let ranks = Ranks { province: hierarchy.rank("province"), city: hierarchy.rank("city") };
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut functions: Vec<&str> = Vec::new();
        let mut number = |function: &'g str| {
            *numbers.entry(function).or_insert_with(|| {
                functions.push(function);
                functions.len() as u32 - 1
            })
        };
        let nodes: Vec<Node> = graph.nodes(Kind::Platform).collect();
        let read: Vec<Option<Platform>> = nodes.par_iter().map(|&node| read(graph, &hierarchy, node)).collect();
        let platforms: Vec<Platform> = read
            .into_iter()
            .flatten()
            .map(|platform| {
                let function = graph.node_cell(platform.node, FUNCTION).text().filter(|f| !f.is_empty());
                Platform { function: function.map(&mut number), ..platform }
            })
            .collect();
        let exchange = numbers.get(EXCHANGE).copied();
        let mut unified: HashMap<(Node, u32), Vec<usize>> = HashMap::new();
        for (i, platform) in platforms.iter().enumerate().filter(|(_, p)| p.unified) {
            if let (Some(region), Some(function)) = (platform.region, platform.function) {
                unified.entry((region, function)).or_default().push(i);
            }
        }
        Self { graph, hierarchy, ranks, platforms, functions, exchange, unified }
    }

    /// Whether a platform is a node of the national exchange system, which breaks neither of the first two rules.
    fn is_exchange_node(&self, platform: &Platform) -> bool {
        platform.function.is_some()
            && platform.function == self.exchange
            && platform.rank.zip(self.ranks.city).is_some_and(|(rank, city)| rank <= city)
    }

    fn built_above(&self, findings: &mut Vec<Finding>) {
        for p in &self.platforms {
            let (Some(region), Some(function)) = (p.region, p.function) else { continue };
            let exempt_in_city = p.rank.is_some() && p.rank == self.ranks.city && {
                const EXEMPT: usize = 10;
                self.graph.node_cell(p.node, EXEMPT).text().is_some()
            };
            if exempt_in_city || self.is_exchange_node(p) {
                continue;
            }
            let above = self.hierarchy.upwards(region).skip(1);
            let nearest = above.filter_map(|r| self.unified.get(&(r, function))?.first()).next();
            let Some(q) = nearest.map(|&i| &self.platforms[i]) else { continue };
            let (reason, violation) = match (p.built, q.built) {
                _ if q.status != Status::Running => ("above-not-running", "warning"),
                _ if p.status == Status::Coming => ("being-built", "violation"),
                (Some(p), Some(q)) if p >= q => ("built-later", "violation"),
                (Some(_), Some(_)) => ("built-earlier", "warning"),
                _ => ("date-unknown", "warning"),
            };
            findings.push(Finding {
                rule: "built-above",
                platform: Some(p.node),
                function: Some(function),
                region: Some(region),
                counterpart: Some(q.node),
                members: Vec::new(),
                cost: p.cost,
                reason: reason.to_owned(),
                violation,
                suspected: false,
            });
        }
    }

    fn could_unify(&self, findings: &mut Vec<Finding>) {
        // For each region and function, the regions directly in it that have such a platform in their subtree.
        let mut branches: HashMap<(Node, u32), HashSet<Node>> = HashMap::new();
        let mut may_unify: HashMap<Node, bool> = HashMap::new();
        for p in self.platforms.iter().filter(|p| !self.is_exchange_node(p)) {
            let (Some(region), Some(function)) = (p.region, p.function) else { continue };
            let mut child = region;
            for above in self.hierarchy.upwards(region).skip(1) {
                if *may_unify.entry(above).or_insert_with(|| self.may_unify(above)) {
                    branches.entry((above, function)).or_default().insert(child);
                }
                child = above;
            }
        }
        let mut candidates: HashSet<(u32, Node)> = HashSet::new();
        for ((region, function), children) in &branches {
            let unified_above = || self.hierarchy.upwards(*region).any(|r| self.unified.contains_key(&(r, *function)));
            if children.len() >= 2 && !unified_above() {
                candidates.insert((*function, *region));
            }
        }
        let highest = |function: u32, region: Node| {
            !self.hierarchy.upwards(region).skip(1).any(|r| candidates.contains(&(function, r)))
        };
        let mut groups: HashMap<(u32, Node), Vec<&Platform>> = HashMap::new();
        for p in self.platforms.iter().filter(|p| !self.is_exchange_node(p)) {
            let (Some(region), Some(function)) = (p.region, p.function) else { continue };
            for above in self.hierarchy.upwards(region).skip(1) {
                if candidates.contains(&(function, above)) && highest(function, above) {
                    groups.entry((function, above)).or_default().push(p);
                }
            }
        }
        for ((function, region), members) in groups {
            findings.push(Finding {
                suspected: self.authority_is_missing_above(region),
                ..group("could-unify", function, region, &members, "warning", "not-unified")
            });
        }
    }

    /// Whether a region is of the tiers that could build for all below them.
    fn may_unify(&self, region: Node) -> bool {
        self.hierarchy
            .region_tier(region)
            .and_then(|t| t.rank)
            .is_some_and(|rank| Some(rank) == self.ranks.province || Some(rank) == self.ranks.city)
    }

    /// Whether no catalog held has authority over some region above: its unified platform would not be known.
    fn authority_is_missing_above(&self, region: Node) -> bool {
        const AUTHORITY: usize = 2;
        let authorities: HashSet<String> = self
            .graph
            .nodes(Kind::Catalog)
            .filter_map(|c| self.graph.node_cell(c, AUTHORITY).text())
            .flat_map(|cell| list::split(cell).map(std::borrow::Cow::into_owned).collect::<Vec<_>>())
            .collect();
        let spoken_for = |r: Node| self.hierarchy.upwards(r).any(|a| authorities.contains(self.graph.id(a)));
        self.hierarchy.upwards(region).skip(1).any(|r| !spoken_for(r))
    }

    fn twice_here(&self, findings: &mut Vec<Finding>) {
        let mut groups: HashMap<(u32, Node), Vec<&Platform>> = HashMap::new();
        for p in &self.platforms {
            if let (Some(region), Some(function)) = (p.region, p.function) {
                groups.entry((function, region)).or_default().push(p);
            }
        }
        for ((function, region), members) in groups.into_iter().filter(|(_, members)| members.len() > 1) {
            findings.push(group("twice-here", function, region, &members, "violation", "same-region"));
        }
    }

    fn look_alike(&self, threshold: f64, findings: &mut Vec<Finding>) {
        for pair in look_alike::pairs(self.graph, &self.hierarchy, &self.platforms, threshold) {
            let (p, q) = (&self.platforms[pair.first], &self.platforms[pair.second]);
            findings.push(Finding {
                rule: "look-alike",
                platform: Some(p.node),
                function: p.function,
                region: p.region,
                counterpart: Some(q.node),
                members: Vec::new(),
                cost: p.cost,
                reason: format!("{:.2}: {}", pair.score, pair.shared),
                violation: "note",
                suspected: false,
            });
        }
    }

    /// The function of a finding, or an empty text.
    fn function(&self, finding: &Finding) -> &'g str {
        finding.function.map_or("", |f| self.functions[f as usize])
    }
}

/// What was found, and what is told of it.
struct Redundant<'g> {
    survey: Survey<'g>,
    findings: Vec<Finding>,
}

impl<'g> Tell<'g> for Redundant<'g> {
    fn len(&self) -> usize {
        self.findings.len()
    }

    fn tell(&self, row: usize, cells: &mut dyn Cells<'g>) {
        let Survey { graph, hierarchy, .. } = &self.survey;
        let finding = &self.findings[row];
        let id = |node: Option<Node>| node.map(|n| graph.id(n));
        let [platform, region, counterpart] = [finding.platform, finding.region, finding.counterpart].map(id);
        let function = self.survey.function(finding);
        if !cells.skips(1) {
            let key = [finding.rule, platform.unwrap_or_default(), function, region.unwrap_or_default()];
            let with_counterpart = [&key[..], &[counterpart.unwrap_or_default()]].concat();
            let key = if finding.rule == "look-alike" { &with_counterpart[..] } else { &key };
            cells.made(finding_id(PROCEDURE.name, key).as_str());
        }
        cells.text(finding.rule);
        cells.value(Value::text(platform));
        cells.value(Value::text(finding.function.map(|_| function)));
        cells.value(Value::text(region));
        cells.value(Value::text(counterpart));
        cells.value(Value::text(finding.platform.and_then(|p| graph.text(p, "name"))));
        let operator = finding.platform.and_then(|p| graph.one_in(RelType::Operates, p));
        cells.value(Value::text(operator.map(|o| graph.id(o))));
        cells.value(Value::text(finding.region.and_then(|r| hierarchy.region_tier(r)).map(|t| t.id)));
        match finding.platform {
            Some(_) => cells.value(Value::Null),
            None => cells.list(&mut finding.members.iter().map(|&m| Value::text(Some(graph.id(m))))),
        }
        cells.value(number_value(ValueType::Float, finding.cost.to_bits() as i64));
        cells.made(&finding.reason);
        cells.text(finding.violation);
        cells.text(certainty(finding.suspected));
    }
}

/// A row for several platforms, in the order of their ids: what could have been saved is all but the dearest.
fn group(
    rule: &'static str,
    function: u32,
    region: Node,
    members: &[&Platform],
    violation: &'static str,
    reason: &str,
) -> Finding {
    let mut costs: Vec<f64> = members.iter().map(|p| p.cost).collect();
    // The sum of the others, not of all less the dearest: that would leave fractions of its own.
    costs.sort_by(f64::total_cmp);
    costs.pop();
    Finding {
        rule,
        platform: None,
        function: Some(function),
        region: Some(region),
        counterpart: None,
        members: members.iter().map(|p| p.node).collect(),
        cost: costs.into_iter().fold(0.0, |sum, cost| sum + cost),
        reason: reason.to_owned(),
        violation,
        suspected: false,
    }
}

/// The column of `function` in a platform's record.
const FUNCTION: usize = 2;

/// Reads a platform that counts; its function has no number yet.
fn read(graph: &dyn Graph, hierarchy: &Hierarchy<'_>, node: Node) -> Option<Platform> {
    const NATURE: usize = 4;
    const SCOPE: usize = 5;
    const STATUS: usize = 6;
    const BUILT: usize = 7;
    const COST: usize = 8;
    let text = |column| graph.node_cell(node, column).text();
    let number = |column| match graph.node_cell(node, column) {
        CellRef::Number(number) => Some(number),
        _ => None,
    };
    let status = text(STATUS).unwrap_or("running");
    if text(NATURE) == Some("hard") || status == "retired" {
        return None;
    }
    let operator = graph.one_in(RelType::Operates, node);
    let region = operator.filter(|&o| graph.presence(o) == Presence::Defined).and_then(|o| hierarchy.region(o));
    Some(Platform {
        node,
        function: None,
        region,
        rank: region.and_then(|r| hierarchy.region_tier(r)).and_then(|t| t.rank),
        unified: text(SCOPE) == Some("unified"),
        status: if status == "running" { Status::Running } else { Status::Coming },
        built: number(BUILT),
        cost: number(COST).map_or(0.0, |bits| f64::from_bits(bits as u64)),
    })
}
