//! What flows: the sharing edges, when one is open for a dataset, and whom the dataset reaches.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::union::{Standing, Union, or};
use super::{Dataset, Share, World};

/// A sharing edge of the union graph, by one statement or by one of each side.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The catalog of each statement, and the statement.
    pub statements: Vec<(String, Share)>,
}

/// What an edge is called in an answer. Parallel edges have one name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeName {
    pub kind: String,
    pub from: String,
    pub to: String,
    pub id: Option<String>,
}

impl EdgeName {
    /// Reads `{type, from, to, id}`; `id` may be missing, null or empty, and other members are passed over.
    pub fn from_json(value: &Value) -> Result<EdgeName, String> {
        let member = |name: &str| value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let needed = |name: &str| member(name).ok_or_else(|| format!("{value} has no {name}"));
        Ok(EdgeName {
            kind: needed("type")?.to_string(),
            from: needed("from")?.to_string(),
            to: needed("to")?.to_string(),
            id: member("id").map(str::to_string),
        })
    }

    /// Reads an array of them; null is an empty one.
    pub fn list_from_json(value: &Value) -> Result<Vec<EdgeName>, String> {
        match value {
            Value::Null => Ok(Vec::new()),
            Value::Array(edges) => edges.iter().map(EdgeName::from_json).collect(),
            other => Err(format!("{other} is no list of edges")),
        }
    }

    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("type".to_string(), self.kind.clone().into());
        object.insert("from".to_string(), self.from.clone().into());
        object.insert("to".to_string(), self.to.clone().into());
        if let Some(id) = &self.id {
            object.insert("id".to_string(), id.clone().into());
        }
        Value::Object(object)
    }
}

impl Edge {
    pub fn name(&self) -> EdgeName {
        let share = &self.statements[0].1;
        EdgeName { kind: share.kind.clone(), from: share.from.clone(), to: share.to.clone(), id: share.id.clone() }
    }

    pub fn kind(&self) -> &str {
        &self.statements[0].1.kind
    }

    pub fn from(&self) -> &str {
        &self.statements[0].1.from
    }

    pub fn to(&self) -> &str {
        &self.statements[0].1.to
    }

    /// Which of the conditions 1 to 5 close it for a dataset: those that close it as one side or the other states it.
    pub fn closed_by(&self, dataset: &Dataset) -> BTreeSet<u8> {
        let statements = self.statements.iter();
        statements.flat_map(|(_, share)| closed_by(share, dataset)).collect()
    }

    /// Open for a dataset: each of its statements alone is.
    pub fn is_open_for(&self, dataset: &Dataset) -> bool {
        self.closed_by(dataset).is_empty()
    }

    /// *Choice*: an edge that one side states as not active is not active.
    pub fn is_active(&self) -> bool {
        self.statements.iter().all(|(_, share)| is_active(share))
    }

    /// The barriers that keep it inactive.
    ///
    /// *Choice*: of an edge stated by both sides, those of the statements that are not active themselves.
    pub fn barriers(&self) -> BTreeSet<String> {
        let inactive = self.statements.iter().filter(|(_, share)| !is_active(share));
        inactive.filter_map(|(_, share)| share.barrier.clone()).collect()
    }
}

/// A sharing edge without `status` is active.
fn is_active(share: &Share) -> bool {
    or(&share.status, "active") == "active"
}

/// The order of the share classes.
fn strictness(class: &str) -> u8 {
    match class {
        "unconditional" => 0,
        "conditional" => 1,
        "withheld" => 2,
        other => panic!("{other} is no share class"),
    }
}

/// A dataset without `share` counts as conditional.
pub fn share_of(dataset: &Dataset) -> &str {
    or(&dataset.share, "conditional")
}

pub fn is_withheld(dataset: &Dataset) -> bool {
    share_of(dataset) == "withheld"
}

/// Which of the conditions 1 to 5 do not hold for a dataset, by one statement of an edge.
pub fn closed_by(share: &Share, dataset: &Dataset) -> BTreeSet<u8> {
    let mut closed = BTreeSet::new();
    // 1. It is active.
    if !is_active(share) {
        closed.insert(1);
    }
    // 2. The dataset's share class is no stricter than what it carries: left out, conditional for a grant and
    //    unconditional for the other types.
    let left_out = match share.kind.as_str() {
        "GRANTED_TO" => "conditional",
        _ => "unconditional",
    };
    if strictness(share_of(dataset)) > strictness(or(&share.carries, left_out)) {
        closed.insert(2);
    }
    // 3. The dataset is no more sensitive than its ceiling: 4 if left out. A dataset without sensitivity counts as 4.
    if dataset.sensitivity.unwrap_or(4) > share.ceiling.unwrap_or(4) {
        closed.insert(3);
    }
    // 4. Its list of sectors is empty or holds the dataset's. An empty sector equals nothing.
    let among = |list: &[String], value: &Option<String>| value.as_ref().is_some_and(|value| list.contains(value));
    if !share.sectors.is_empty() && !among(&share.sectors, &dataset.sector) {
        closed.insert(4);
    }
    // 5. Its list of standards is empty or holds the dataset's. An empty standard equals nothing.
    if !share.standards.is_empty() && !among(&share.standards, &dataset.standard) {
        closed.insert(5);
    }
    closed
}

/// The sharing edges of all catalogs. Two statements are of one edge when they agree on type, ends and `id` (or both
/// have none), and are the only such statement of each side. All others are edges of their own.
///
/// *Choice*: an edge with an `id` and one without never match, since the `id` is part of the identity; and edges with
/// an `id` do not keep the ones without from being the only one on each side.
pub fn edges(world: &World) -> Vec<Edge> {
    let mut statements: Vec<(String, Share)> = Vec::new();
    for catalog in &world.catalogs {
        let shares = catalog.shares.iter().map(|share| catalog.full_share(share));
        statements.extend(shares.map(|share| (catalog.id.clone(), share)));
    }
    let mut edges: Vec<Edge> = Vec::new();
    for (catalog, share) in &statements {
        let alike = |other: &Share| {
            (&other.kind, &other.from, &other.to, &other.id) == (&share.kind, &share.from, &share.to, &share.id)
        };
        let same: Vec<_> = statements.iter().filter(|(_, other)| alike(other)).collect();
        let mine = same.iter().filter(|(by, _)| by == catalog).count();
        let theirs: Vec<_> = same.into_iter().filter(|(by, _)| by != catalog).collect();
        match theirs.as_slice() {
            // The edge is made at the statement of the smaller catalog id.
            [other] if mine == 1 && other.0 < *catalog => {}
            [other] if mine == 1 => {
                edges.push(Edge { statements: vec![(catalog.clone(), share.clone()), (*other).clone()] })
            }
            _ => edges.push(Edge { statements: vec![(catalog.clone(), share.clone())] }),
        }
    }
    edges
}

impl Union {
    /// Where a dataset starts from: itself and its holder.
    ///
    /// *Choice*: an absent holder passes it on as any absent record does; a broken one passes nothing.
    pub fn sources(&self, dataset: &Dataset) -> BTreeSet<String> {
        let mut sources = BTreeSet::from([dataset.id.clone()]);
        let holder = dataset.holder.iter();
        sources.extend(holder.filter(|holder| self.standing(holder) != Standing::Broken).cloned());
        sources
    }

    /// Does the dataset run along this edge, once it is at its start: it is open for it, and the end is not broken.
    pub fn carries(&self, edge: &Edge, dataset: &Dataset) -> bool {
        edge.is_open_for(dataset) && self.standing(edge.to()) != Standing::Broken
    }

    /// Everything that directed paths of edges open for the dataset run to from any of `start`, with `start`.
    pub fn spread(&self, dataset: &Dataset, start: BTreeSet<String>) -> BTreeSet<String> {
        let mut reached = start;
        loop {
            let before = reached.len();
            for edge in &self.edges {
                if reached.contains(edge.from()) && self.carries(edge, dataset) {
                    reached.insert(edge.to().to_string());
                }
            }
            if reached.len() == before {
                return reached;
            }
        }
    }

    /// Every record that has the dataset or passes it on, absent ones too.
    pub fn reached(&self, dataset: &Dataset) -> BTreeSet<String> {
        self.spread(dataset, self.sources(dataset))
    }

    /// The departments that have the dataset. Broken and absent ones are never among them.
    pub fn reach(&self, dataset: &Dataset) -> BTreeSet<String> {
        let reached = self.reached(dataset).into_iter();
        reached.filter(|record| self.departments.contains_key(record)).collect()
    }

    /// The absent records that the dataset reaches, through any chain; its holder too, when it is absent.
    pub fn reached_absent(&self, dataset: &Dataset) -> BTreeSet<String> {
        let reached = self.reached(dataset).into_iter();
        reached.filter(|record| self.standing(record) == Standing::Absent).collect()
    }

    /// The holder of a dataset, where it is defined.
    pub fn holder_of<'a>(&self, dataset: &'a Dataset) -> Option<&'a str> {
        let holder = dataset.holder.as_deref()?;
        self.departments.contains_key(holder).then_some(holder)
    }

    /// The edges by which a cause is told: those that leave the dataset, and the `RELAYS_TO` that leave its holder.
    ///
    /// *Choice*: a broken holder passes nothing, so none leave it.
    pub fn first_edges(&self, dataset: &Dataset) -> Vec<&Edge> {
        let sources = self.sources(dataset);
        self.edges.iter().filter(|edge| sources.contains(edge.from())).collect()
    }

    /// Why nothing flows from the dataset: there is no edge, none that is active, or none open for it that leads to
    /// a record that is not broken. `None` when it flows.
    pub fn stopped(&self, dataset: &Dataset) -> Option<&'static str> {
        let edges = self.first_edges(dataset);
        if edges.is_empty() {
            Some("unshared")
        } else if !edges.iter().any(|edge| edge.is_active()) {
            Some("inactive")
        } else if !edges.iter().any(|edge| self.carries(edge, dataset)) {
            Some("blocked")
        } else {
            None
        }
    }

    /// The dataset's own barrier, else the distinct barriers of the inactive first edges, sorted and joined by `;`.
    pub fn barrier(&self, dataset: &Dataset) -> Option<String> {
        if dataset.barrier.is_some() {
            return dataset.barrier.clone();
        }
        let edges = self.first_edges(dataset).into_iter();
        let barriers: BTreeSet<String> = edges.flat_map(Edge::barriers).collect();
        let joined = barriers.into_iter().collect::<Vec<_>>().join(";");
        (!joined.is_empty()).then_some(joined)
    }

    /// A row that says that somebody lacks the dataset is suspected exactly when its holder, or a record that it
    /// reaches, is absent.
    pub fn certainty(&self, dataset: &Dataset) -> &'static str {
        match self.reached_absent(dataset).is_empty() {
            true => "certain",
            false => "suspected",
        }
    }
}
