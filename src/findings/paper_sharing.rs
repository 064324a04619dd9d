//! Paper sharing (有名无实): sharing edges between two catalogs that one side alone states, or that the two state
//! differently.

use std::collections::BTreeMap;

use super::finding_id;
use super::hierarchy::Hierarchy;
use crate::graph::agreement::{DISPUTABLE, said};
use crate::graph::{Agreement, Agreements, EdgeIndex, Graph, Node, Presence};
use crate::model::{Kind, RelType, Value};
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Procedure, RegionBy};
use crate::query::rows::{Row, Rows};

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "paper-sharing",
    about: Bilingual {
        en: "Sharing edges between catalogs that one side alone states though the other is here, or that both state differently",
        zh: "跨目录的共享关系：对方在场而只有一方声明，或双方说法不一",
    },
    parameters: &[],
    key: &["type", "from", "to", "id"],
    columns: &[
        Column::text("finding_id"),
        Column::text("type"),
        Column::text("from"),
        Column::text("to"),
        Column::text("id"),
        Column::text("agreement"),
        Column::text("catalog"),
        Column::text("other_catalog"),
        Column::text("status"),
        Column::list("disputed"),
        Column::integer("edges"),
        Column::text("region"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Region("region")),
    call,
};

/// The column of a sharing edge's own id.
const ID: usize = 10;

/// What identifies a row.
type Key<'g> = (&'static str, &'g str, &'g str, &'g str);

/// The statements of one key: parallel edges without an id of their own are told together.
struct Found<'g> {
    agreement: Agreement,
    catalog: &'g str,
    other_catalog: &'g str,
    statuses: Vec<String>,
    disputed: Vec<String>,
    edges: i64,
    receiver: Option<Node>,
    is_active: bool,
}

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let hierarchy = Hierarchy::new(graph);
    let rows: Vec<Row<'g>> = find(graph).into_iter().map(|(key, found)| row(graph, &hierarchy, key, found)).collect();
    Ok(Rows::new(PROCEDURE.column_names(), rows.into_iter()))
}

fn find<'g>(graph: &'g dyn Graph) -> BTreeMap<Key<'g>, Found<'g>> {
    let mut all: BTreeMap<Key<'g>, Found<'g>> = BTreeMap::new();
    for (ty, from, to, edge, statement) in Agreements::new(graph).between_catalogs() {
        let first_of_two = statement.other.is_none_or(|other| speaks_first(graph, ty, edge, other));
        let is_listed = statement.is_unanswered() || statement.agreement == Agreement::Disputed && first_of_two;
        if !is_listed {
            continue;
        }
        let id = graph.edge_cell(ty, edge, ID).text().unwrap_or_default();
        let found = all.entry((ty.name(), graph.id(from), graph.id(to), id)).or_insert_with(|| Found {
            agreement: statement.agreement,
            catalog: graph.edge_catalog(ty, edge),
            other_catalog: statement.other_side,
            statuses: Vec::new(),
            disputed: Vec::new(),
            edges: 0,
            receiver: receiver(graph, to),
            is_active: false,
        });
        found.edges += 1;
        let status = said(graph, ty, edge, "status");
        found.is_active |= status == "active" || statement.agreement == Agreement::Disputed;
        if !found.statuses.contains(&status) {
            found.statuses.push(status);
        }
        if let Some(other) = statement.other {
            found.disputed.extend(differences(graph, ty, edge, other));
        }
    }
    all
}

/// Whether of two statements this one is told first: that of the smaller catalog id.
fn speaks_first(graph: &dyn Graph, ty: RelType, edge: EdgeIndex, other: EdgeIndex) -> bool {
    graph.edge_catalog(ty, edge) <= graph.edge_catalog(ty, other)
}

/// What two statements say differently, each as `status: active, requested`.
fn differences(graph: &dyn Graph, ty: RelType, edge: EdgeIndex, other: EdgeIndex) -> Vec<String> {
    let both = DISPUTABLE.into_iter().map(|p| (p, said(graph, ty, edge, p), said(graph, ty, other, p)));
    let any = |list: String| if list.is_empty() { "*".to_owned() } else { list };
    both.filter(|(_, a, b)| a != b).map(|(p, a, b)| format!("{p}: {} / {}", any(a), any(b))).collect()
}

/// The department at the receiving end: the end itself, or a platform's operator.
fn receiver(graph: &dyn Graph, to: Node) -> Option<Node> {
    let department = if graph.kind(to) == Kind::Platform { graph.one_in(RelType::Operates, to) } else { Some(to) };
    department.filter(|&d| graph.presence(d) == Presence::Defined)
}

fn row<'g>(graph: &'g dyn Graph, hierarchy: &Hierarchy<'g>, key: Key<'g>, mut found: Found<'g>) -> Row<'g> {
    let (ty, from, to, id) = key;
    found.statuses.sort_unstable();
    let list = |texts: Vec<String>| Value::List(texts.into_iter().map(Value::owned).collect());
    vec![
        Value::owned(finding_id("paper-sharing", &[ty, from, to, id]).into()),
        Value::text(Some(ty)),
        Value::text(Some(from)),
        Value::text(Some(to)),
        Value::text(Some(id).filter(|id| !id.is_empty())),
        Value::text(Some(found.agreement.word())),
        Value::text(Some(found.catalog)),
        Value::text(Some(found.other_catalog)),
        Value::owned(found.statuses.join(";")),
        list(found.disputed),
        Value::Integer(found.edges),
        Value::text(found.receiver.and_then(|d| hierarchy.region(d)).map(|r| graph.id(r))),
        // A statement that nobody acts on promises nothing.
        Value::text(Some(if found.is_active { "warning" } else { "note" })),
        Value::text(Some("certain")),
    ]
}
