//! Why a department has a dataset, or cannot get it: the shortest path, or the certificate that there is none.

use std::collections::HashMap;

use super::flow::{Carrier, Flow};
use super::unreachable::edge_value;
use crate::findings::flow::SharingEdge;
use crate::graph::{Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Parameter, Procedure};
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
    columns: &["part", "step", "record", "edge", "condition", "reason", "barrier"],
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
    let consumer = named(graph, Kind::Department, "consumer", consumer)?;
    let dataset = named(graph, Kind::Dataset, "dataset", dataset)?;
    let flow = Flow::new(graph);
    let tree = Tree::grow(&flow, dataset);
    let rows = match flow.network.carrier(consumer).filter(|c| tree.came_by.contains_key(c)) {
        Some(carrier) => tree.path(&flow, dataset, carrier),
        None => tree.certificate(&flow, dataset),
    };
    Ok(Rows::new(PROCEDURE.columns.to_vec(), rows.into_iter()))
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

    fn path<'g>(&self, flow: &Flow<'g>, dataset: Node, consumer: Carrier) -> Vec<Row<'g>> {
        let graph = flow.graph;
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
        let starts_at_holder = edges.first().is_none_or(|e| e.from != dataset);
        let mut rows = Vec::new();
        if starts_at_holder && let Some(holder) = flow.holder(dataset) {
            let holds = Value::Map(vec![
                ("type".into(), Value::text(Some(RelType::Holds.name()))),
                ("from".into(), Value::text(Some(graph.id(holder)))),
                ("to".into(), Value::text(Some(graph.id(dataset)))),
            ]);
            rows.push(row("path", 0, graph.id(holder), holds, None, Value::Null, None));
        }
        for edge in edges {
            let step = rows.len() as i64;
            rows.push(row("path", step, graph.id(edge.to), edge_value(graph, edge), None, Value::Null, None));
        }
        rows
    }

    /// The set that the dataset reaches, and every sharing edge that leaves it with what closes it.
    fn certificate<'g>(&self, flow: &Flow<'g>, dataset: Node) -> Vec<Row<'g>> {
        const BARRIER: usize = 9;
        let (graph, network) = (flow.graph, &flow.network);
        let class = graph.node_class(dataset);
        let mut reached: Vec<Node> = self.order.iter().map(|&c| network.node(c)).collect();
        reached.sort_by(|&a, &b| (graph.kind(a), graph.id(a)).cmp(&(graph.kind(b), graph.id(b))));
        let mut rows: Vec<Row<'g>> = Vec::new();
        for (i, &node) in reached.iter().enumerate() {
            let reason = match graph.presence(node) {
                Presence::Absent => Value::text(Some("absent")),
                _ => Value::Null,
            };
            rows.push(row("reached", i as i64, graph.id(node), Value::Null, None, reason, None));
        }
        let mut step = 0;
        let sources = std::iter::once(dataset).chain(reached.iter().copied());
        for from in sources {
            for ty in RelType::SHARING.into_iter().filter(|ty| ty.from() == graph.kind(from)) {
                for (to, edge, terms) in network.statements(graph, ty, from) {
                    let carrier = network.carrier(to);
                    if carrier.is_some_and(|c| self.came_by.contains_key(&c)) {
                        continue;
                    }
                    let closed = flow.openness.closed(class, terms);
                    let reason = match closed {
                        None => "broken",
                        Some(super::flow::Closed::Status) => "status",
                        Some(super::flow::Closed::Share) => "share",
                        Some(super::flow::Closed::Sensitivity) => "sensitivity",
                        Some(super::flow::Closed::Sector) => "sector",
                        Some(super::flow::Closed::Standard) => "standard",
                    };
                    rows.push(row(
                        "closed",
                        step,
                        graph.id(to),
                        edge_value(graph, SharingEdge { ty, from, to, edge }),
                        closed.map(|c| c as i64),
                        Value::text(Some(reason)),
                        graph.edge_cell(ty, edge, BARRIER).text(),
                    ));
                    step += 1;
                }
            }
        }
        rows
    }
}

fn row<'g>(
    part: &'static str,
    step: i64,
    record: &'g str,
    edge: Value<'g>,
    condition: Option<i64>,
    reason: Value<'g>,
    barrier: Option<&'g str>,
) -> Row<'g> {
    vec![
        Value::text(Some(part)),
        Value::Integer(step),
        Value::text(Some(record)),
        edge,
        condition.map_or(Value::Null, Value::Integer),
        reason,
        Value::text(barrier),
    ]
}
