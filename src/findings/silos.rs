//! Silos (数据孤岛): datasets that nobody but their holder can get, or nobody beyond a scope.

use rayon::prelude::*;

use super::finding_id;
use super::flow::{Carrier, Flow, Obstacle, Reach};
use super::hierarchy::Hierarchy;
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    Any,
    Tier,
    Line,
    Region,
    Sector,
    Platform,
}

impl Scope {
    fn parse(word: &str) -> Result<Self, ArgumentError> {
        Ok(match word {
            "any" => Self::Any,
            "tier" => Self::Tier,
            "line" => Self::Line,
            "region" => Self::Region,
            "sector" => Self::Sector,
            "platform" => Self::Platform,
            other => {
                let reason = format!("`{other}` is none of {}", SCOPES.join(", "));
                return Err(ArgumentError::new("scope", reason));
            }
        })
    }
}

struct Silo {
    dataset: Node,
    holder: Node,
    cause: &'static str,
    needed_by: i64,
    suspected: bool,
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let word = arguments.text("scope")?.unwrap_or("any");
    let scope = Scope::parse(word)?;
    let word = SCOPES.into_iter().find(|s| *s == word).unwrap_or("any");
    let withheld = arguments.flag("withheld")?;
    let flow = Flow::of(graph, arguments);
    let silos = find(&flow, scope, withheld);
    let hierarchy = Hierarchy::new(graph);
    Ok(Rows::told(PROCEDURE.column_names(), Silos { flow, hierarchy, scope: word, silos }, arguments.reading()))
}

/// What departments are compared by.
struct Grid<'g> {
    hierarchy: Hierarchy<'g>,
}

impl<'g> Grid<'g> {
    /// Whether a department stands on its holder's side of the scope's border.
    fn is_inside(&self, graph: &'g dyn Graph, scope: Scope, holder: Node, dataset: Node, department: Node) -> bool {
        // What is empty equals nothing.
        let same = |a: Option<Node>, b: Option<Node>| a.is_some() && a == b;
        match scope {
            Scope::Any | Scope::Platform => false,
            Scope::Tier => {
                // `tier(x)` is a rank; a tier that nobody defines has none.
                let rank = |d| self.hierarchy.department_tier(d).and_then(|t| t.rank);
                rank(holder).is_some() && rank(holder) == rank(department)
            }
            Scope::Line => same(self.hierarchy.line(holder), self.hierarchy.line(department)),
            Scope::Region => same(self.hierarchy.region(holder), self.hierarchy.region(department)),
            Scope::Sector => {
                let sector = graph.text(dataset, "sector");
                self.hierarchy.line(department).zip(sector).is_some_and(|(line, sector)| {
                    graph.outgoing(RelType::ServesSector, line).nodes.iter().any(|&s| graph.id(s) == sector)
                })
            }
        }
    }
}

fn find(flow: &Flow<'_>, scope: Scope, withheld: bool) -> Vec<Silo> {
    let graph = flow.graph;
    let grid = Grid { hierarchy: Hierarchy::new(graph) };
    let found: Vec<Vec<Silo>> = flow
        .network
        .datasets()
        .par_chunks(1024)
        .map_init(
            || Reach::new(flow),
            |reach, datasets| {
                let datasets = datasets.iter().take_while(|_| !flow.stop.is_due());
                datasets.filter_map(|&d| examine(flow, &grid, reach, scope, withheld, d)).collect()
            },
        )
        .collect();
    let mut silos: Vec<Silo> = found.into_iter().flatten().collect();
    silos.par_sort_by(|a, b| b.needed_by.cmp(&a.needed_by).then_with(|| graph.compare(a.dataset, b.dataset)));
    silos
}

fn examine(
    flow: &Flow<'_>,
    grid: &Grid<'_>,
    reach: &mut Reach<'_, '_>,
    scope: Scope,
    withheld: bool,
    dataset: Node,
) -> Option<Silo> {
    let graph = flow.graph;
    let holder = flow.holder(dataset).filter(|&h| graph.presence(h) == Presence::Defined)?;
    let is_withheld = flow.openness.is_withheld(graph.node_class(dataset));
    if is_withheld && !withheld {
        return None;
    }
    let network = &flow.network;
    if scope == Scope::Platform {
        let platform = graph.one_out(RelType::StoredOn, dataset)?;
        let stored_elsewhere =
            graph.presence(platform) == Presence::Defined && graph.text(platform, "function") != Some("data-exchange");
        if !stored_elsewhere || reaches_another_platform(flow, reach, dataset, platform) {
            return None;
        }
    }
    let mut inside = true;
    let own = network.carrier(holder);
    reach.search(dataset, |carrier| {
        if network.is_department(carrier) && Some(carrier) != own && scope != Scope::Platform {
            inside = grid.is_inside(graph, scope, holder, dataset, network.node(carrier));
        }
        inside
    });
    if !inside {
        return None;
    }
    let suspected = reach.all_reached().iter().any(|&c| network.is_absent(c));
    let cause = if is_withheld { "withheld" } else { obstacle_word(flow.obstacle(dataset)).unwrap_or("confined") };
    Some(Silo { dataset, holder, cause, needed_by: needed_by(graph, dataset, holder), suspected })
}

/// Whether a path of open edges from the dataset, not from its holder, comes to a platform other than the one it is
/// stored on. Departments pass data to departments alone, so that only platforms need be looked at.
fn reaches_another_platform(flow: &Flow<'_>, reach: &mut Reach<'_, '_>, dataset: Node, stored_on: Node) -> bool {
    let network = &flow.network;
    let stored_on = network.carrier(stored_on);
    let mut another = false;
    reach.search(dataset, |carrier: Carrier| {
        let is_platform = flow.graph.kind(network.node(carrier)) == Kind::Platform;
        another |= is_platform && Some(carrier) != stored_on;
        !another
    });
    another
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
            cells.text(silo.cause);
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
