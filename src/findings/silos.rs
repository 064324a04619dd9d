//! Silos (数据孤岛): datasets that nobody but their holder can get, or nobody beyond a scope.

use std::sync::Arc;

use hashbrown::HashMap;
use rayon::prelude::*;

use super::finding_id;
use super::flow::{Carrier, Flow, Obstacle, Reach};
use super::hierarchy::Hierarchy;
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::kept::Kept;
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::{Cells, Rows, Tell};

const SCOPES: [&str; 6] = ["any", "tier", "line", "region", "sector", "platform"];

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "silos",
    about: Bilingual {
        en: "Datasets that nobody but their holder can get, or nobody beyond its tier, line, region, sector or platform",
        zh: "除持有者外无人可得、或出不了本层级、本条线、本区划、本板块、本平台的数据集",
    },
    parameters: &[
        Parameter {
            name: "scope",
            about: Bilingual { en: "What the dataset does not get beyond", zh: "数据出不了的范围" },
            choices: &SCOPES,
            default: Some("any"),
        },
        Parameter {
            name: "withheld",
            about: Bilingual {
                en: "Also list withheld datasets, which are silos by law",
                zh: "一并列出不予共享的数据集（依法不共享）",
            },
            choices: &[],
            default: Some("false"),
        },
    ],
    key: &["scope", "dataset"],
    columns: &[
        Column::text("finding_id"),
        Column::text("scope"),
        Column::text("dataset"),
        Column::text("title"),
        Column::text("holder"),
        Column::text("tier"),
        Column::text("region"),
        Column::text("line"),
        Column::text("sector"),
        Column::text("share"),
        Column::text("cause"),
        Column::text("barrier"),
        Column::integer("needed_by"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Department("holder")),
    call,
};

/// In the order of [`SCOPES`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Any,
    Tier,
    Line,
    Region,
    Sector,
    Platform,
}

/// Something for each scope, in the order of [`SCOPES`].
type ByScope<T> = [T; SCOPES.len()];

impl Scope {
    const ALL: ByScope<Self> = [Self::Any, Self::Tier, Self::Line, Self::Region, Self::Sector, Self::Platform];

    fn parse(word: &str) -> Result<Self, ArgumentError> {
        SCOPES
            .iter()
            .position(|scope| *scope == word)
            .map(|position| Self::ALL[position])
            .ok_or_else(|| ArgumentError::new("scope", format!("`{word}` is none of {}", SCOPES.join(", "))))
    }
}

#[derive(Clone, Debug)]
struct Silo {
    dataset: Node,
    holder: Node,
    /// Where it is withheld; what else is the matter is told of rows alone.
    withheld: bool,
    needed_by: i64,
    suspected: bool,
}

/// The silos of every scope, for the calls that come after: by the scope's number, without what is withheld.
struct EveryScope(Vec<(Silo, ByScope<bool>)>);

/// Keeps the silos of every scope: one search from each dataset tells of all of them. Not worth its while for one scope.
pub(super) fn keep_silos(flow: &Flow<'_>, kept: &Kept) {
    let silos = find(flow, &Scope::ALL, false);
    if !flow.stop.is_due() {
        kept.put(Arc::new(EveryScope(silos)));
    }
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let word = arguments.text("scope")?.unwrap_or("any");
    let scope = Scope::parse(word)?;
    let withheld = arguments.flag("withheld")?;
    let flow = Flow::of(graph, arguments);
    let of_scope = |(silo, scopes): &(Silo, ByScope<bool>)| scopes[scope as usize].then(|| silo.clone());
    let silos = match arguments.kept().get::<EveryScope>().filter(|_| !withheld) {
        Some(known) => known.0.iter().filter_map(of_scope).collect(),
        None => find(&flow, &[scope], withheld).iter().filter_map(of_scope).collect(),
    };
    let (hierarchy, scope) = (Hierarchy::new(graph), SCOPES[scope as usize]);
    Ok(Rows::told(PROCEDURE.column_names(), Silos { flow, hierarchy, scope, silos }, arguments.reading()))
}

/// What departments are compared by: of each, by its number as a carrier, where a scope asks for it.
#[derive(Default)]
struct Grid<'g> {
    ranks: Vec<Option<i64>>,
    lines: Vec<Option<Node>>,
    regions: Vec<Option<Node>>,
    /// Per line, the sectors that it serves.
    sectors: HashMap<Node, Vec<&'g str>>,
}

impl<'g> Grid<'g> {
    fn new(flow: &Flow<'g>, scopes: &[Scope]) -> Self {
        let (graph, hierarchy) = (flow.graph, Hierarchy::new(flow.graph));
        fn of_each<T: Send>(flow: &Flow<'_>, is_asked: bool, of: impl Fn(Node) -> Option<T> + Sync) -> Vec<Option<T>> {
            let departments = 0..if is_asked { flow.network.departments() } else { 0 };
            departments.into_par_iter().map(|department| of(flow.network.node(department))).collect()
        }
        let asks = |asked: &[Scope]| scopes.iter().any(|scope| asked.contains(scope));
        let served =
            |line: Node| graph.outgoing(RelType::ServesSector, line).nodes.iter().map(|&s| graph.id(s)).collect();
        Self {
            // `tier(x)` is a rank; a tier that nobody defines has none.
            ranks: of_each(flow, asks(&[Scope::Tier]), |d| hierarchy.department_tier(d).and_then(|t| t.rank)),
            lines: of_each(flow, asks(&[Scope::Line, Scope::Sector]), |d| hierarchy.line(d)),
            regions: of_each(flow, asks(&[Scope::Region]), |d| hierarchy.region(d)),
            sectors: graph.nodes(Kind::Line).map(|line| (line, served(line))).collect(),
        }
    }

    /// Whether a department stands on its holder's side of the scope's border.
    fn is_inside(&self, scope: Scope, holder: Carrier, sector: Option<&str>, department: Carrier) -> bool {
        // What is empty equals nothing.
        fn same<T: PartialEq>(of: &[Option<T>], a: Carrier, b: Carrier) -> bool {
            let of = |carrier: Carrier| of.get(carrier as usize).and_then(Option::as_ref);
            of(a).is_some() && of(a) == of(b)
        }
        match scope {
            Scope::Any => false,
            // Departments are not asked about.
            Scope::Platform => true,
            Scope::Tier => same(&self.ranks, holder, department),
            Scope::Line => same(&self.lines, holder, department),
            Scope::Region => same(&self.regions, holder, department),
            Scope::Sector => self.lines[department as usize]
                .zip(sector)
                .is_some_and(|(line, sector)| self.sectors.get(&line).is_some_and(|served| served.contains(&sector))),
        }
    }
}

/// The datasets that are a silo of one scope at least, the most needed first.
fn find(flow: &Flow<'_>, scopes: &[Scope], withheld: bool) -> Vec<(Silo, ByScope<bool>)> {
    let graph = flow.graph;
    let grid = Grid::new(flow, scopes);
    let found: Vec<Vec<(Silo, ByScope<bool>)>> = flow
        .network
        .datasets()
        .par_chunks(1024)
        .map_init(
            || Reach::new(flow),
            |reach, datasets| {
                let datasets = datasets.iter().take_while(|_| !flow.stop.is_due());
                datasets.filter_map(|&d| examine(flow, &grid, reach, scopes, withheld, d)).collect()
            },
        )
        .collect();
    let mut silos: Vec<(Silo, ByScope<bool>)> = found.into_iter().flatten().collect();
    silos.par_sort_by(|(a, _), (b, _)| b.needed_by.cmp(&a.needed_by).then_with(|| graph.compare(a.dataset, b.dataset)));
    silos
}

fn examine(
    flow: &Flow<'_>,
    grid: &Grid<'_>,
    reach: &mut Reach<'_, '_>,
    scopes: &[Scope],
    with_withheld: bool,
    dataset: Node,
) -> Option<(Silo, ByScope<bool>)> {
    let (graph, network) = (flow.graph, &*flow.network);
    let holder = flow.holder(dataset).filter(|&h| graph.presence(h) == Presence::Defined)?;
    let own = network.carrier(holder)?;
    let withheld = flow.openness.is_withheld(graph.node_class(dataset));
    if withheld && !with_withheld {
        return None;
    }
    let mut inside = ByScope::default();
    let mut platform = None;
    for &scope in scopes {
        if scope == Scope::Platform {
            platform = graph.one_out(RelType::StoredOn, dataset).filter(|&p| is_stored_elsewhere(graph, p));
        }
        inside[scope as usize] = scope != Scope::Platform || platform.is_some();
    }
    let stored_on = platform.and_then(|platform| network.carrier(platform));
    let sector = if scopes.contains(&Scope::Sector) { graph.text(dataset, "sector") } else { None };
    let mut look = |carrier: Carrier| {
        if network.is_department(carrier) {
            for &scope in scopes.iter().filter(|_| carrier != own) {
                let inside = &mut inside[scope as usize];
                *inside = *inside && grid.is_inside(scope, own, sector, carrier);
            }
        } else if inside[Scope::Platform as usize] && Some(carrier) != stored_on {
            // Departments pass data to departments alone: a path to a platform leads from the dataset itself.
            inside[Scope::Platform as usize] = graph.kind(network.node(carrier)) != Kind::Platform;
        }
        inside.contains(&true)
    };
    reach.search(dataset, &mut look);
    if !inside.contains(&true) {
        return None;
    }
    let suspected = flow.is_in_doubt(reach.all_reached());
    Some((Silo { dataset, holder, withheld, needed_by: needed_by(graph, dataset, holder), suspected }, inside))
}

/// Whether a platform that a dataset is stored on is one from which it could get to another.
fn is_stored_elsewhere(graph: &dyn Graph, platform: Node) -> bool {
    graph.presence(platform) == Presence::Defined && graph.text(platform, "function") != Some("data-exchange")
}

/// The word for what stands in the way; none where something is open.
pub(super) fn obstacle_word(obstacle: Obstacle) -> Option<&'static str> {
    match obstacle {
        Obstacle::Unshared => Some("unshared"),
        Obstacle::Inactive => Some("inactive"),
        Obstacle::Blocked => Some("blocked"),
        Obstacle::None => None,
    }
}

/// How many departments other than the holder need a dataset.
fn needed_by(graph: &dyn Graph, dataset: Node, holder: Node) -> i64 {
    let mut count = 0;
    let mut last = None;
    for &consumer in graph.incoming(RelType::Needs, dataset).nodes {
        // Consumers come in order: one that needs it for several services stands several times in a row.
        if Some(consumer) != last && consumer != holder && graph.presence(consumer) == Presence::Defined {
            count += 1;
        }
        last = Some(consumer);
    }
    count
}

/// What was found, and what is told of it.
struct Silos<'g> {
    flow: Flow<'g>,
    hierarchy: Hierarchy<'g>,
    scope: &'static str,
    silos: Vec<Silo>,
}

impl<'g> Tell<'g> for Silos<'g> {
    fn len(&self) -> usize {
        self.silos.len()
    }

    fn tell(&self, row: usize, cells: &mut dyn Cells<'g>) {
        let Self { flow, hierarchy, scope, silos } = self;
        let (graph, silo) = (flow.graph, &silos[row]);
        let cause = || match silo.withheld {
            true => "withheld",
            false => obstacle_word(flow.obstacle(silo.dataset)).unwrap_or("confined"),
        };
        if !cells.skips(12) {
            let id = graph.id(silo.dataset);
            if !cells.skips(1) {
                cells.made(finding_id(PROCEDURE.name, &[scope, id]).as_str());
            }
            cells.text(scope);
            cells.text(id);
            cells.value(Value::text(graph.text(silo.dataset, "title")));
            cells.text(graph.id(silo.holder));
            cells.value(Value::text(hierarchy.department_tier(silo.holder).map(|t| t.id)));
            cells.value(Value::text(hierarchy.region(silo.holder).map(|r| graph.id(r))));
            cells.value(Value::text(hierarchy.line(silo.holder).map(|l| graph.id(l))));
            cells.value(Value::text(graph.text(silo.dataset, "sector")));
            cells.text(flow.openness.share(graph.node_class(silo.dataset)));
            cells.text(cause());
            cells.value(flow.barrier(silo.dataset).map_or(Value::Null, Value::Text));
        }
        cells.value(Value::Integer(silo.needed_by));
        cells.text(if silo.needed_by > 0 { "violation" } else { "note" });
        cells.text(certainty(silo.suspected));
    }
}

/// The word for how sure a row is.
pub(super) fn certainty(suspected: bool) -> &'static str {
    if suspected { "suspected" } else { "certain" }
}
