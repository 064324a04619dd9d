//! Why a department has a dataset, or cannot get it: the shortest path, or the certificate that there is none.

use std::borrow::Cow;
use std::collections::HashMap;

use super::flow::{Carrier, Closed, Flow, Reach, SharingEdge};
use super::unreachable::edge_value;
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::exec::budget::Stop;
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure};
use crate::query::rows::{Row, Rows};

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "why",
    about: Bilingual {
        en: "The shortest path by which a department has a dataset, or the certificate that it cannot",
        zh: "某部门经由哪条最短路径得到某数据集，或得不到的证明",
    },
    parameters: &[
        Parameter {
            name: "consumer",
            about: Bilingual { en: "The department's id", zh: "部门代号" },
            choices: &[],
            default: None,
        },
        Parameter {
            name: "dataset",
            about: Bilingual { en: "The dataset's id", zh: "数据集代号" },
            choices: &[],
            default: None,
        },
    ],
    key: &["part", "step"],
    columns: &[
        Column::text("part"),
        Column::integer("step"),
        Column::text("record"),
        Column::map("edge"),
        Column::integer("condition"),
        Column::text("reason"),
        Column::text("barrier"),
    ],
    region_by: None,
    call,
};

/// The node that an id means: as it stands, or with the catalog of the only one that it could mean.
fn named(graph: &dyn Graph, kind: Kind, parameter: &str, id: &str) -> Result<Node, ArgumentError> {
    let exact = graph.find(kind, id).filter(|&n| graph.presence(n) == Presence::Defined);
    if let Some(node) = exact {
        return Ok(node);
    }
    let catalogs = graph.catalogs();
    let qualified: Vec<Node> = catalogs
        .iter()
        .filter_map(|catalog| graph.find(kind, &format!("{catalog}:{id}")))
        .filter(|&n| graph.presence(n) == Presence::Defined)
        .collect();
    match qualified[..] {
        [node] => Ok(node),
        [] => Err(ArgumentError::new(parameter, format!("no {} has the id `{id}`", kind.label()))),
        _ => {
            let ids: Vec<&str> = qualified.iter().map(|&n| graph.id(n)).collect();
            Err(ArgumentError::new(parameter, format!("`{id}` could be any of {}", ids.join(", "))))
        }
    }
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let missing = |name: &str| ArgumentError::new(name, "an id is wanted");
    let consumer = arguments.text("consumer")?.ok_or_else(|| missing("consumer"))?;
    let dataset = arguments.text("dataset")?.ok_or_else(|| missing("dataset"))?;
    let why = why(graph, consumer, dataset)?;
    let rows = match &why.path {
        Some(path) => path_rows(graph, &why, path),
        None => certificate_rows(graph, &why),
    };
    Ok(Rows::new(PROCEDURE.column_names(), rows.into_iter()))
}

/// Why a department has a dataset, or cannot get it.
#[derive(Debug)]
pub struct Why {
    /// The department.
    pub consumer: Node,
    /// The dataset.
    pub dataset: Node,
    /// The dataset's holder, defined or absent.
    pub holder: Option<Node>,
    /// The shortest path that the data takes: empty where the department holds it. None where it cannot come.
    pub path: Option<Vec<SharingEdge>>,
    /// What the dataset reaches, by kind and id, where the department is not among it.
    pub reached: Vec<Node>,
    /// Every sharing edge that leaves what is reached, with what closes it.
    pub closed: Vec<ClosedEdge>,
    /// The cheapest set of edges to open so that it comes, along the path; none where no path exists even then.
    pub repair: Option<Vec<SharingEdge>>,
    /// Whether a catalog that is not here could prove a negative answer wrong.
    pub suspected: bool,
}

/// A sharing edge that a dataset does not pass.
#[derive(Clone, Debug)]
pub struct ClosedEdge {
    /// The edge.
    pub edge: SharingEdge,
    /// The statement of it that does not hold: where both sides state the edge, it may be the other's.
    pub stated: SharingEdge,
    /// The condition that closes it; none where it is open, but leads to a broken record.
    pub condition: Option<Closed>,
    /// Why it is not active, as those of its statements say that are not.
    pub barrier: Option<String>,
}

/// Why a department has a dataset, or cannot get it. An id without its catalog will do where only one catalog has it.
///
/// # Errors
/// When an id is not of a department or a dataset, or is of several.
pub fn why(graph: &dyn Graph, consumer: &str, dataset: &str) -> Result<Why, ArgumentError> {
    why_in(&Flow::new(graph, &Stop::default()), consumer, dataset)
}

/// As [`why`], for one of several questions about what flows.
///
/// # Errors
/// As [`why`].
pub fn why_in(flow: &Flow<'_>, consumer: &str, dataset: &str) -> Result<Why, ArgumentError> {
    let graph = flow.graph;
    let consumer = named(graph, Kind::Department, "consumer", consumer)?;
    let dataset = named(graph, Kind::Dataset, "dataset", dataset)?;
    let network = &flow.network;
    let tree = Tree::grow(flow, dataset);
    let holder = flow.holder(dataset).filter(|&h| graph.presence(h) != Presence::Broken);
    let mut why = Why {
        consumer,
        dataset,
        holder,
        path: None,
        reached: Vec::new(),
        closed: Vec::new(),
        repair: None,
        suspected: false,
    };
    let Some(carrier) = network.carrier(consumer) else { return Ok(why) };
    if tree.came_by.contains_key(&carrier) {
        why.path = Some(tree.path(flow, dataset, carrier));
        return Ok(why);
    }
    why.reached = tree.order.iter().map(|&c| network.node(c)).collect();
    why.reached.sort_by(|&a, &b| (graph.kind(a), graph.id(a)).cmp(&(graph.kind(b), graph.id(b))));
    why.closed = tree.closed(flow, dataset, &why.reached);
    why.suspected = tree.order.iter().any(|&c| network.is_absent(c));
    if !flow.openness.is_withheld(graph.node_class(dataset)) {
        let mut reach = Reach::new(flow);
        reach.search(dataset, |_| true);
        let openable = reach.openable(dataset);
        let slots = reach.repair(dataset, carrier, &openable);
        why.repair = slots.map(|slots| slots.into_iter().map(|slot| network.edge(graph, slot)).collect());
    }
    Ok(why)
}

/// What a dataset reaches, each by the first edge that came to it: a breadth-first tree.
struct Tree {
    came_by: HashMap<Carrier, Option<SharingEdge>>,
    order: Vec<Carrier>,
}

impl Tree {
    fn grow(flow: &Flow<'_>, dataset: Node) -> Self {
        let (graph, network) = (flow.graph, &flow.network);
        let mut tree = Self { came_by: HashMap::new(), order: Vec::new() };
        if let Some(holder) = network.holder(dataset) {
            tree.take(holder, None);
        }
        tree.expand(flow, dataset, dataset, &[RelType::GrantedTo, RelType::PublishedOn]);
        let mut at = 0;
        while let Some(&carrier) = tree.order.get(at) {
            at += 1;
            let node = network.node(carrier);
            let types: &[RelType] = match graph.kind(node) {
                Kind::Platform => &[RelType::CascadesTo, RelType::Serves],
                _ => &[RelType::RelaysTo],
            };
            tree.expand(flow, dataset, node, types);
        }
        tree
    }

    fn take(&mut self, carrier: Carrier, by: Option<SharingEdge>) {
        if let std::collections::hash_map::Entry::Vacant(new) = self.came_by.entry(carrier) {
            new.insert(by);
            self.order.push(carrier);
        }
    }

    fn expand(&mut self, flow: &Flow<'_>, dataset: Node, from: Node, types: &[RelType]) {
        let class = flow.graph.node_class(dataset);
        for &ty in types {
            for (to, edge, terms) in flow.network.statements(flow.graph, ty, from) {
                if let Some(carrier) = flow.network.carrier(to)
                    && flow.openness.is_open(class, terms)
                {
                    self.take(carrier, Some(SharingEdge { ty, from, to, edge }));
                }
            }
        }
    }

    fn path(&self, flow: &Flow<'_>, dataset: Node, consumer: Carrier) -> Vec<SharingEdge> {
        let mut edges = Vec::new();
        let mut at = Some(consumer);
        while let Some(carrier) = at {
            match self.came_by.get(&carrier) {
                Some(Some(edge)) => {
                    edges.push(*edge);
                    at = flow.network.carrier(edge.from).filter(|_| edge.from != dataset);
                }
                // The holder has it without an edge.
                _ => at = None,
            }
        }
        edges.reverse();
        edges
    }

    /// Every sharing edge that leaves what is reached, with what closes it.
    fn closed(&self, flow: &Flow<'_>, dataset: Node, reached: &[Node]) -> Vec<ClosedEdge> {
        let (graph, network) = (flow.graph, &flow.network);
        let class = graph.node_class(dataset);
        let by = |stated: SharingEdge| flow.openness.closed(class, graph.edge_terms(stated.ty, stated.edge));
        let mut closed = Vec::new();
        for from in std::iter::once(dataset).chain(reached.iter().copied()) {
            for ty in RelType::SHARING.into_iter().filter(|ty| ty.from() == graph.kind(from)) {
                for (to, edge, terms) in network.statements(graph, ty, from) {
                    let inside = network.carrier(to).is_some_and(|c| self.came_by.contains_key(&c));
                    if !inside {
                        let edge = SharingEdge { ty, from, to, edge };
                        let condition = flow.openness.closed(class, terms);
                        let other =
                            network.second_statement(graph, &edge).map(|other| SharingEdge { edge: other, ..edge });
                        let stated = other.filter(|_| by(edge) != condition).unwrap_or(edge);
                        closed.push(ClosedEdge {
                            edge,
                            stated,
                            condition,
                            barrier: flow.edge_barrier(&edge).map(Cow::into_owned),
                        });
                    }
                }
            }
        }
        closed
    }
}

fn path_rows<'g>(graph: &'g dyn Graph, why: &Why, path: &[SharingEdge]) -> Vec<Row<'g>> {
    let mut rows = Vec::new();
    let starts_at_holder = path.first().is_none_or(|e| e.from != why.dataset);
    if starts_at_holder && let Some(holder) = why.holder {
        let holds = Value::Map(vec![
            ("type".into(), Value::text(Some(RelType::Holds.name()))),
            ("from".into(), Value::text(Some(graph.id(holder)))),
            ("to".into(), Value::text(Some(graph.id(why.dataset)))),
        ]);
        rows.push(row("path", 0, graph.id(holder), holds, None, Value::Null, None));
    }
    for &edge in path {
        let step = rows.len() as i64;
        rows.push(row("path", step, graph.id(edge.to), edge_value(graph, edge), None, Value::Null, None));
    }
    rows
}

fn certificate_rows<'g>(graph: &'g dyn Graph, why: &Why) -> Vec<Row<'g>> {
    let mut rows: Vec<Row<'g>> = Vec::new();
    for (i, &node) in why.reached.iter().enumerate() {
        let reason = match graph.presence(node) {
            Presence::Absent => Value::text(Some("absent")),
            _ => Value::Null,
        };
        rows.push(row("reached", i as i64, graph.id(node), Value::Null, None, reason, None));
    }
    for (i, closed) in why.closed.iter().enumerate() {
        rows.push(row(
            "closed",
            i as i64,
            graph.id(closed.edge.to),
            edge_value(graph, closed.edge),
            closed.condition.map(|c| c as i64),
            Value::text(Some(closed.condition.map_or("broken", Closed::word))),
            closed.barrier.clone(),
        ));
    }
    rows
}

fn row<'g>(
    part: &'static str,
    step: i64,
    record: &'g str,
    edge: Value<'g>,
    condition: Option<i64>,
    reason: Value<'g>,
    barrier: Option<String>,
) -> Row<'g> {
    vec![
        Value::text(Some(part)),
        Value::Integer(step),
        Value::text(Some(record)),
        edge,
        condition.map_or(Value::Null, Value::Integer),
        reason,
        barrier.map_or(Value::Null, Value::owned),
    ]
}
