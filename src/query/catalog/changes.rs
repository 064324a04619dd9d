//! What a statement wrote to a catalog, as changes of the home catalog's records.
//!
//! A node is a record of its label's kind. A relationship is a record of its own (a sharing edge, a need, …) or a column of
//! the record at one of its ends (`HOLDS` is the dataset's `holder`). What the schema does not have is refused, as is what
//! only another catalog may say.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns::{self, Cells};
use super::{CatalogGraph, type_of};
use crate::graph::{Presence, records};
use crate::model::change::{Counts, ORDINAL};
use crate::model::kind::Direction;
use crate::model::{Batch, ChangeSet, Kind, Operation, RelType, Symbols, Table, ValueType, id};
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::source::PropertyGraph;
use crate::query::value::{NodeId, Relationship, Value};
use crate::query::workspace::{NewNode, Workspace};

/// What a statement changes: the changes, and how many of each kind.
#[derive(Debug)]
pub struct Written {
    /// The changes.
    pub changes: ChangeSet,
    /// How many, by kind: those where there are any.
    pub counts: Vec<(Kind, Counts)>,
}

/// A record as it will be.
struct Draft {
    kind: Kind,
    cells: Cells,
    /// Whether it is there already.
    known: bool,
}

/// Turns what was written to a workspace over a catalog into changes of its home catalog.
///
/// # Errors
/// When something was written that the schema does not allow, or that is another catalog's to say.
pub fn written(graph: &CatalogGraph<'_>, workspace: &Workspace<'_>, home: &str) -> Result<Written> {
    let mut drafting =
        Drafting { graph, workspace, home, nodes: BTreeMap::new(), puts: Vec::new(), deletes: Vec::new() };
    let changes = workspace.changes();
    for NewNode { node, labels, properties } in &changes.made_nodes {
        drafting.make_node(*node, labels, properties)?;
    }
    for node in &changes.changed_nodes {
        drafting.change_node(*node)?;
    }
    for relationship in &changes.deleted_relationships {
        drafting.delete_relationship(*relationship, &changes.deleted_nodes)?;
    }
    for relationship in &changes.changed_relationships {
        drafting.change_relationship(*relationship)?;
    }
    for relationship in &changes.made_relationships {
        drafting.make_relationship(*relationship)?;
    }
    for node in &changes.deleted_nodes {
        drafting.delete_node(*node)?;
    }
    drafting.finish()
}

struct Drafting<'d> {
    graph: &'d CatalogGraph<'d>,
    workspace: &'d Workspace<'d>,
    home: &'d str,
    /// Records of nodes that are new or differ.
    nodes: BTreeMap<NodeId, Draft>,
    /// Records of relationships that are new or differ.
    puts: Vec<Draft>,
    /// Identities of records that go.
    deletes: Vec<Draft>,
}

/// A write that the schema does not allow.
fn violation(en: impl Into<String>, zh: impl Into<String>) -> Box<QueryError> {
    QueryError::runtime(ErrorType::ConstraintVerificationFailed, Detail::SchemaViolation, en, zh)
}

impl Drafting<'_> {
    fn make_node(&mut self, node: NodeId, labels: &[Arc<str>], properties: &[(Arc<str>, Value)]) -> Result<()> {
        let kind = match labels {
            [label] => Kind::from_label(label).filter(|k| *k != Kind::Catalog),
            _ => None,
        };
        let Some(kind) = kind else {
            let names: Vec<&str> = Kind::NODES.iter().filter(|k| **k != Kind::Catalog).map(|k| k.label()).collect();
            return Err(violation(
                format!("a new node needs exactly one label of the catalog: {}", names.join(", ")),
                format!("新节点必须恰好有一个目录标签：{}", names.join("、")),
            ));
        };
        let mut cells = Cells::new();
        for (key, value) in properties {
            columns::set(kind, &mut cells, key, value)?;
        }
        self.qualify(kind, &mut cells)?;
        let spec = kind.spec();
        for column in spec.columns.iter().filter(|c| c.required && c.property) {
            if !cells.contains_key(column.name) {
                return Err(violation(
                    format!("a {} needs the property `{}`", spec.label, column.name),
                    format!("{}必须有属性 `{}`", spec.chinese, column.name),
                ));
            }
        }
        if let Some(id) = columns::text(&cells, spec.columns[0].name)
            && let Some(there) = self.graph.graph().find(kind, id)
            && self.graph.graph().presence(there) == Presence::Defined
        {
            return Err(violation(
                format!("there is a {} `{id}` already", spec.label),
                format!("已有{} `{id}`", spec.chinese),
            ));
        }
        self.nodes.insert(node, Draft { kind, cells, known: false });
        Ok(())
    }

    /// Qualifies a record's own id by the home catalog.
    fn qualify(&self, kind: Kind, cells: &mut Cells) -> Result<()> {
        use crate::model::ColumnType;
        let column = &kind.columns()[0];
        if !matches!(column.ty, ColumnType::OwnId) {
            return Ok(());
        }
        let Some(own) = columns::text(cells, column.name) else { return Ok(()) };
        let qualified = id::qualify(self.home, own).into_owned();
        if id::catalog_of(&qualified) != Some(self.home) {
            return Err(violation(
                format!("`{qualified}` is an id of another catalog; this store's home is `{}`", self.home),
                format!("`{qualified}` 是其他目录的代号；本库的主目录是 `{}`", self.home),
            ));
        }
        columns::put_text(cells, column.name, qualified);
        Ok(())
    }

    /// The record of a node below as it will be; it has to be the home catalog's.
    fn draft(&mut self, node: NodeId) -> Result<&mut Draft> {
        if !self.nodes.contains_key(&node) {
            let graph = self.graph.graph();
            self.own(graph.node_catalog(node.0), graph.id(node.0))?;
            let record = records::of_node(graph, node.0);
            let draft = Draft { kind: record.kind, cells: columns::of_record(&record), known: true };
            self.nodes.insert(node, draft);
        }
        match self.nodes.get_mut(&node) {
            Some(draft) => Ok(draft),
            None => Err(violation("the record is not there", "记录不存在")),
        }
    }

    fn own(&self, catalog: &str, what: &str) -> Result<()> {
        if catalog == self.home {
            return Ok(());
        }
        let whose = if catalog.is_empty() { "no catalog" } else { catalog };
        Err(violation(
            format!("`{what}` is stated by {whose}: only the home catalog `{}` can be changed here", self.home),
            format!("`{what}` 由 {whose} 登记：此处只能更改主目录 `{}`", self.home),
        ))
    }

    fn change_node(&mut self, node: NodeId) -> Result<()> {
        let (graph, workspace) = (self.graph, self.workspace);
        let kind = graph.graph().kind(node.0);
        if workspace.node_labels(node) != graph.node_labels(node) {
            return Err(violation(
                format!("the label of a {} cannot be changed", kind.label()),
                format!("{}的标签不能更改", kind.spec().chinese),
            ));
        }
        let before: BTreeMap<Arc<str>, Value> = graph.node_properties(node).into_iter().collect();
        let after: BTreeMap<Arc<str>, Value> = workspace.node_properties(node).into_iter().collect();
        self.change(kind, &before, &after, |drafting| Ok(&mut drafting.draft(node)?.cells))
    }

    /// Puts what differs between two sets of properties into cells.
    fn change(
        &mut self,
        kind: Kind,
        before: &BTreeMap<Arc<str>, Value>,
        after: &BTreeMap<Arc<str>, Value>,
        cells: impl Fn(&mut Self) -> Result<&mut Cells>,
    ) -> Result<()> {
        let keys = before.keys().chain(after.keys().filter(|k| !before.contains_key(*k)));
        for key in keys {
            let (old, new) = (before.get(key), after.get(key));
            let same = match (old, new) {
                (Some(old), Some(new)) => crate::query::compare::equivalent(old, new),
                _ => false,
            };
            if same {
                continue;
            }
            if kind.spec().identity.iter().any(|&c| kind.columns()[c].name == &**key) {
                return Err(violation(
                    format!(
                        "`{key}` identifies a {} and cannot be changed; delete it and create another",
                        kind.label()
                    ),
                    format!("`{key}` 是{}的标识，不能更改；请删除后另建", kind.spec().chinese),
                ));
            }
            columns::set(kind, cells(self)?, key, new.unwrap_or(&Value::Null))?;
        }
        Ok(())
    }

    fn delete_node(&mut self, node: NodeId) -> Result<()> {
        let graph = self.graph.graph();
        self.own(graph.node_catalog(node.0), graph.id(node.0))?;
        let record = records::of_node(graph, node.0);
        self.nodes.remove(&node);
        self.deletes.push(Draft { kind: record.kind, cells: columns::of_record(&record), known: true });
        Ok(())
    }

    /// The id of a node, below or made here.
    fn id(&self, node: NodeId) -> String {
        match self.nodes.get(&node) {
            Some(draft) => columns::text(&draft.cells, draft.kind.columns()[0].name).unwrap_or_default().to_owned(),
            None => self.graph.graph().id(node.0).to_owned(),
        }
    }

    fn kind(&self, node: NodeId) -> Kind {
        self.nodes.get(&node).map_or_else(|| self.graph.graph().kind(node.0), |draft| draft.kind)
    }

    /// The type of a relationship, whose ends have to be of its kinds.
    fn relationship_type(&self, relationship: Relationship) -> Result<RelType> {
        let Some(ty) = type_of(relationship.ty) else {
            let name = self.workspace.type_name(relationship.ty);
            return Err(match &*name {
                super::AT => violation(
                    "`AT` follows from the property `tier`: set that",
                    "`AT` 由属性 `tier` 得出：请设置该属性",
                ),
                _ => violation(
                    format!("the catalog has no relationships of type `{name}`; SHOW LABELS lists the types"),
                    format!("目录中没有 `{name}` 类型的关系；可用 SHOW LABELS 列出"),
                ),
            });
        };
        for (node, wanted, end) in [(relationship.start, ty.from(), "from"), (relationship.end, ty.to(), "to")] {
            let found = self.kind(node);
            if found != wanted {
                return Err(violation(
                    format!("{} leads {end} a {}, not a {}", ty.name(), wanted.label(), found.label()),
                    format!("{} 的一端应为{}，而不是{}", ty.name(), wanted.spec().chinese, found.spec().chinese),
                ));
            }
        }
        Ok(ty)
    }

    fn make_relationship(&mut self, relationship: Relationship) -> Result<()> {
        let ty = self.relationship_type(relationship)?;
        let properties = self.workspace.relationship_properties(relationship);
        let Some(kind) = ty.record() else {
            if let Some((key, _)) = properties.first() {
                return Err(violation(
                    format!("{} has no property `{key}`", ty.name()),
                    format!("{} 没有属性 `{key}`", ty.name()),
                ));
            }
            return self.state(ty, relationship, true);
        };
        let mut cells = Cells::new();
        for (key, value) in &properties {
            columns::set(kind, &mut cells, key, value)?;
        }
        let (first, second) = records::ends(kind);
        columns::put_text(&mut cells, kind.columns()[first].name, self.id(relationship.start));
        columns::put_text(&mut cells, kind.columns()[second].name, self.id(relationship.end));
        if kind == Kind::Share {
            columns::put_text(&mut cells, kind.columns()[0].name, ty.name().to_owned());
        }
        self.tell_apart(ty, relationship, kind, &mut cells)?;
        self.puts.push(Draft { kind, cells, known: false });
        Ok(())
    }

    /// Gives a relationship that has parallel ones the ordinal that tells it from them; refuses a second one with its identity.
    fn tell_apart(&self, ty: RelType, relationship: Relationship, kind: Kind, cells: &mut Cells) -> Result<()> {
        let key = |cells: &Cells| columns::identity(kind, cells);
        let own = key(cells);
        let mut ordinals = Vec::new();
        let graph = self.graph.graph();
        let exists = |node: NodeId| node.0 < graph.node_bound();
        if exists(relationship.start) && exists(relationship.end) {
            for (to, edge) in
                graph.outgoing(ty, relationship.start.0).iter().filter(|(to, _)| *to == relationship.end.0)
            {
                let there = Relationship {
                    ty: relationship.ty,
                    number: edge,
                    start: relationship.start,
                    end: relationship.end,
                };
                if graph.edge_catalog(ty, edge) != self.home || !self.workspace.relationship_exists(there) {
                    continue;
                }
                if let Some(record) = records::of_edge(graph, ty, relationship.start.0, to, edge)
                    && key(&columns::of_record(&record)) == own
                {
                    ordinals.push(record.ordinal());
                }
            }
        }
        let made = self.puts.iter().filter(|draft| !draft.known && draft.kind == kind && key(&draft.cells) == own);
        ordinals.extend(made.map(|draft| columns::ordinal(&draft.cells)));
        if ordinals.is_empty() {
            return Ok(());
        }
        if kind != Kind::Share || columns::text(cells, "id").is_some() {
            return Err(violation(
                format!("there is such a {} already", kind.label()),
                format!("已有相同的{}", kind.spec().chinese),
            ));
        }
        let free = (0..).find(|n| !ordinals.contains(n)).unwrap_or_default();
        if free > 0 {
            columns::put_number(cells, ORDINAL, ValueType::Integer, free);
        }
        Ok(())
    }

    /// The record of a relationship below; it has to be the home catalog's.
    fn of_relationship(&self, ty: RelType, relationship: Relationship) -> Result<Option<Draft>> {
        let graph = self.graph.graph();
        let (start, end, edge) = (relationship.start.0, relationship.end.0, relationship.number);
        let Some(record) = records::of_edge(graph, ty, start, end, edge) else { return Ok(None) };
        self.own(record.catalog, &format!("{} {} → {}", ty.name(), graph.id(start), graph.id(end)))?;
        Ok(Some(Draft { kind: record.kind, cells: columns::of_record(&record), known: true }))
    }

    fn change_relationship(&mut self, relationship: Relationship) -> Result<()> {
        let ty = self.relationship_type(relationship)?;
        let before: BTreeMap<Arc<str>, Value> = self.graph.relationship_properties(relationship).into_iter().collect();
        let after: BTreeMap<Arc<str>, Value> =
            self.workspace.relationship_properties(relationship).into_iter().collect();
        if before.len() == after.len()
            && before.iter().all(|(k, v)| after.get(k).is_some_and(|w| crate::query::compare::equivalent(v, w)))
        {
            return Ok(());
        }
        let Some(draft) = self.of_relationship(ty, relationship)? else {
            return Err(violation(format!("{} has no properties", ty.name()), format!("{} 没有属性", ty.name())));
        };
        let kind = draft.kind;
        self.puts.push(draft);
        let last = self.puts.len() - 1;
        self.change(kind, &before, &after, |drafting| Ok(&mut drafting.puts[last].cells))
    }

    fn delete_relationship(&mut self, relationship: Relationship, deleted: &[NodeId]) -> Result<()> {
        let ty = match self.relationship_type(relationship) {
            // What follows from a record goes with it.
            Err(_) if deleted.contains(&relationship.start) || deleted.contains(&relationship.end) => return Ok(()),
            ty => ty?,
        };
        if let Some(draft) = self.of_relationship(ty, relationship)? {
            self.deletes.push(draft);
            return Ok(());
        }
        let (record, _) = holder(ty, relationship);
        if deleted.contains(&record) {
            return Ok(());
        }
        self.state(ty, relationship, false)
    }

    /// States a relationship in the column of a record, or takes it out.
    fn state(&mut self, ty: RelType, relationship: Relationship, add: bool) -> Result<()> {
        let (record, other) = holder(ty, relationship);
        let other = self.id(other);
        let draft = self.draft(record)?;
        let kind = draft.kind;
        let Some(column) = kind.columns().iter().find(|c| c.states.is_some_and(|(t, _)| t == ty)) else {
            return Err(violation(format!("{} cannot be written", ty.name()), format!("{} 不能写入", ty.name())));
        };
        let is_list = column.ty.value_type() == ValueType::List;
        if columns::state(&mut draft.cells, column.name, is_list, &other, add) {
            return Ok(());
        }
        let there = columns::text(&draft.cells, column.name).unwrap_or_default().to_owned();
        Err(violation(
            format!("a {} has one `{}` at most, and this one has `{there}`", kind.label(), column.name),
            format!("{}至多有一个 `{}`，此处已有 `{there}`", kind.spec().chinese, column.name),
        ))
    }

    fn finish(self) -> Result<Written> {
        let mut symbols = Symbols::new();
        let mut puts: Vec<Table> = Kind::ALL.into_iter().map(Table::new).collect();
        let mut deletes: Vec<Table> = Kind::ALL.into_iter().map(Table::new).collect();
        let mut counts = [Counts::default(); Kind::ALL.len()];
        for draft in self.nodes.into_values().chain(self.puts) {
            let count = &mut counts[draft.kind as usize];
            if draft.known {
                count.changed += 1
            } else {
                count.put += 1
            }
            columns::push(&draft.cells, draft.kind, self.home, &mut puts[draft.kind as usize], &mut symbols);
        }
        for draft in self.deletes {
            counts[draft.kind as usize].deleted += 1;
            let identity = draft.kind.spec().identity.iter().map(|&c| draft.kind.columns()[c].name);
            let names: Vec<&str> = identity.chain([ORDINAL]).collect();
            let mut cells = draft.cells;
            cells.retain(|name, _| names.contains(&name.as_str()));
            columns::push(&cells, draft.kind, self.home, &mut deletes[draft.kind as usize], &mut symbols);
        }
        let batches = |operation, tables: Vec<Table>| {
            tables.into_iter().filter(|t| !t.is_empty()).map(move |table| Batch { operation, table })
        };
        let batches = batches(Operation::Delete, deletes).chain(batches(Operation::Put, puts)).collect();
        let counts = Kind::ALL.into_iter().zip(counts).filter(|(_, c)| c.total() > 0).collect();
        Ok(Written { changes: ChangeSet { symbols, batches }, counts })
    }
}

/// The end whose record states a relationship that has none of its own, and the other end.
fn holder(ty: RelType, relationship: Relationship) -> (NodeId, NodeId) {
    let stated_by = |kind: Kind| kind.columns().iter().find_map(|c| c.states.filter(|(t, _)| *t == ty));
    let incoming = Kind::NODES
        .into_iter()
        .find_map(|kind| stated_by(kind).map(|(_, direction)| direction))
        .is_some_and(|direction| direction == Direction::Incoming);
    if incoming { (relationship.end, relationship.start) } else { (relationship.start, relationship.end) }
}
