//! The catalog as a property graph that can be queried.
//!
//! This is where the engine meets the catalog: labels are kinds of records, relationship types those of the model, keys the
//! columns of the model and whatever else records hold. Labels and types have Chinese aliases. What dangles is not shown:
//! only records that are defined are nodes, and only relationships between two such.

pub mod changes;
mod columns;
mod provenance;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock};

use super::source::{Direction, Hop, PropertyGraph};
use super::temporal::{Temporal, civil};
use super::value::{KeyToken, LabelToken, NodeId, Relationship, TypeToken, Value};
use crate::graph::agreement::Agreements;
use crate::graph::{CellRef, EdgeIndex, Graph, Node, Presence};
use crate::model::kind::ColumnSpec;
use crate::model::{Kind, RelType, ValueType, list};
use provenance::{AGREEMENT, CATALOG, COMMIT};

pub use provenance::reads_commits;

/// The relationship that is derived from `tier`.
const AT: &str = "AT";
/// Its Chinese alias.
const AT_CHINESE: &str = "属于层级";
/// Its token, after those of the model.
const AT_TOKEN: TypeToken = TypeToken(RelType::ALL.len() as u32);

/// The key of a department's tier, which is that of its region.
const TIER: &str = "tier";

/// Tokens of keys that the model does not know begin here.
const OTHER_KEYS: u32 = 1 << 16;

/// A catalog graph that can be queried.
pub struct CatalogGraph<'g> {
    graph: &'g dyn Graph,
    keys: &'static Keys,
    /// Keys that the model does not know, as far as they were asked for.
    others: RwLock<Vec<Arc<str>>>,
    /// Nodes by property, where a query looked them up that way.
    indexes: RwLock<HashMap<(LabelToken, KeyToken), Arc<Index>>>,
    /// The regions and departments of each tier.
    at: OnceLock<HashMap<Node, Vec<NodeId>>>,
    agreements: Agreements<'g>,
}

/// The nodes of a label by the value of a property.
type Index = HashMap<super::compare::Key, Vec<NodeId>>;

/// The keys that the model knows.
struct Keys {
    names: Vec<Arc<str>>,
    tokens: HashMap<&'static str, KeyToken>,
    /// By kind and token, the position of the column.
    columns: Vec<Vec<Option<u8>>>,
}

fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| {
        let mut keys = Keys { names: Vec::new(), tokens: HashMap::new(), columns: Vec::new() };
        let add = |keys: &mut Keys, name: &'static str| {
            let next = KeyToken(keys.names.len() as u32);
            let token = *keys.tokens.entry(name).or_insert(next);
            if token == next {
                keys.names.push(Arc::from(name));
            }
        };
        let properties = |kind: Kind| kind.columns().iter().filter(|c| c.property).map(|c| c.name);
        Kind::ALL.into_iter().flat_map(properties).for_each(|name| add(&mut keys, name));
        [CATALOG, COMMIT, AGREEMENT, TIER].into_iter().for_each(|name| add(&mut keys, name));
        for kind in Kind::ALL {
            let mut columns = vec![None; keys.names.len()];
            for (i, column) in kind.columns().iter().enumerate().filter(|(_, c)| c.property) {
                columns[keys.tokens[column.name].0 as usize] = Some(i as u8);
            }
            keys.columns.push(columns);
        }
        keys
    })
}

impl<'g> CatalogGraph<'g> {
    /// A catalog graph to query.
    #[must_use]
    pub fn new(graph: &'g dyn Graph) -> Self {
        let (others, indexes, agreements) = (RwLock::default(), RwLock::default(), Agreements::new(graph));
        Self { graph, keys: keys(), others, indexes, at: OnceLock::new(), agreements }
    }

    /// The graph below.
    #[must_use]
    pub fn graph(&self) -> &'g dyn Graph {
        self.graph
    }

    fn is_defined(&self, node: Node) -> bool {
        self.graph.presence(node) == Presence::Defined
    }

    /// The name of a key that the model does not know.
    fn other(&self, key: KeyToken) -> Option<Arc<str>> {
        let position = key.0.checked_sub(OTHER_KEYS)?;
        self.others.read().ok()?.get(position as usize).cloned()
    }

    /// The tier of a region, or of a department's region.
    fn tier_of(&self, node: Node) -> Option<&'g str> {
        let region = match self.graph.kind(node) {
            Kind::Region => node,
            Kind::Department => self.graph.one_out(RelType::In, node).filter(|r| self.is_defined(*r))?,
            _ => return None,
        };
        self.graph.text(region, TIER)
    }

    fn tier_node(&self, node: Node) -> Option<Node> {
        let tier = self.graph.find(Kind::Tier, self.tier_of(node)?)?;
        self.is_defined(tier).then_some(tier)
    }

    /// The regions and departments of a tier.
    fn at(&self, tier: Node) -> &[NodeId] {
        let all = self.at.get_or_init(|| {
            let mut by_tier: HashMap<Node, Vec<NodeId>> = HashMap::new();
            for kind in [Kind::Region, Kind::Department] {
                for node in self.graph.nodes(kind) {
                    if let Some(tier) = self.tier_node(node) {
                        by_tier.entry(tier).or_default().push(NodeId(node));
                    }
                }
            }
            by_tier
        });
        all.get(&tier).map_or(&[], Vec::as_slice)
    }

    fn neighbours(&self, ty: RelType, node: NodeId, outgoing: bool, loops: bool, out: &mut Vec<Hop>) {
        let found = if outgoing { self.graph.outgoing(ty, node.0) } else { self.graph.incoming(ty, node.0) };
        let token = TypeToken(ty as u32);
        // Neighbours that dangle come last.
        let defined = match found.nodes.last() {
            None => return,
            Some(last) if self.is_defined(*last) => found.len(),
            Some(_) => found.nodes.partition_point(|n| self.is_defined(*n)),
        };
        out.reserve(defined);
        for (other, edge) in found.iter().take(defined) {
            if !loops && other == node.0 {
                continue;
            }
            let (start, end) = if outgoing { (node, NodeId(other)) } else { (NodeId(other), node) };
            let relationship = Relationship { ty: token, number: edge, start, end };
            out.push(Hop { relationship, node: NodeId(other) });
        }
    }

    fn expand_at(&self, node: NodeId, direction: Direction, out: &mut Vec<Hop>) {
        let derived = |start: NodeId, end: NodeId| Relationship { ty: AT_TOKEN, number: start.0, start, end };
        if direction != Direction::Incoming
            && let Some(tier) = self.tier_node(node.0)
        {
            let tier = NodeId(tier);
            out.push(Hop { relationship: derived(node, tier), node: tier });
        }
        if direction != Direction::Outgoing && self.graph.kind(node.0) == Kind::Tier {
            out.extend(self.at(node.0).iter().map(|&n| Hop { relationship: derived(n, node), node: n }));
        }
    }

    fn index(&self, label: LabelToken, key: KeyToken) -> Arc<Index> {
        if let Some(index) = self.indexes.read().ok().and_then(|all| all.get(&(label, key)).cloned()) {
            return index;
        }
        let mut index = Index::new();
        if let Some(kind) = kind_of(label) {
            for node in self.graph.nodes(kind) {
                let value = self.node_property(NodeId(node), key);
                if !value.is_null() {
                    index.entry(super::compare::Key(value)).or_default().push(NodeId(node));
                }
            }
        }
        let index = Arc::new(index);
        if let Ok(mut all) = self.indexes.write() {
            all.insert((label, key), Arc::clone(&index));
        }
        index
    }
}

fn kind_of(label: LabelToken) -> Option<Kind> {
    u8::try_from(label.0).ok().and_then(Kind::from_code).filter(|k| k.is_node())
}

fn type_of(ty: TypeToken) -> Option<RelType> {
    u8::try_from(ty.0).ok().and_then(RelType::from_code)
}

/// A cell as a value.
fn value(cell: CellRef<'_>, ty: ValueType) -> Value {
    match (cell, ty) {
        (CellRef::Absent, _) => Value::Null,
        (CellRef::Text(text), ValueType::List) => {
            Value::list(list::split(text).map(|item| Value::text(item.as_ref())).collect())
        }
        (CellRef::Text(text), _) => Value::text(text),
        (CellRef::Number(n), ValueType::Float) => Value::Float(f64::from_bits(n.cast_unsigned())),
        (CellRef::Number(n), ValueType::Boolean) => Value::Boolean(n != 0),
        (CellRef::Number(n), ValueType::Date) => {
            civil::Date::from_epoch_day(n).map_or(Value::Null, |date| Value::temporal(Temporal::Date(date)))
        }
        (CellRef::Number(n), _) => Value::Integer(n),
    }
}

fn of_column(cell: CellRef<'_>, column: &ColumnSpec) -> Value {
    value(cell, column.ty.value_type())
}

impl PropertyGraph for CatalogGraph<'_> {
    fn node_bound(&self) -> u32 {
        self.graph.node_bound()
    }

    fn label(&self, name: &str) -> Option<LabelToken> {
        Kind::from_label(name).map(|kind| LabelToken(kind as u32))
    }

    fn relationship_type(&self, name: &str) -> Option<TypeToken> {
        if name == AT || name == AT_CHINESE {
            return Some(AT_TOKEN);
        }
        let found = RelType::ALL.iter().find(|t| t.name() == name || t.chinese() == name);
        found.map(|ty| TypeToken(*ty as u32))
    }

    fn key(&self, name: &str) -> Option<KeyToken> {
        if let Some(token) = self.keys.tokens.get(name) {
            return Some(*token);
        }
        let mut others = self.others.write().ok()?;
        let position = others.iter().position(|n| **n == *name).unwrap_or_else(|| {
            others.push(Arc::from(name));
            others.len() - 1
        });
        Some(KeyToken(OTHER_KEYS + position as u32))
    }

    fn type_name(&self, ty: TypeToken) -> Arc<str> {
        Arc::from(type_of(ty).map_or(AT, RelType::name))
    }

    fn label_name(&self, label: LabelToken) -> Arc<str> {
        Arc::from(kind_of(label).map_or("", Kind::label))
    }

    fn key_name(&self, key: KeyToken) -> Arc<str> {
        let known = self.keys.names.get(key.0 as usize).cloned();
        known.or_else(|| self.other(key)).unwrap_or_else(|| Arc::from(""))
    }

    fn labels(&self) -> Vec<Arc<str>> {
        Kind::NODES.into_iter().map(|kind| Arc::from(kind.label())).collect()
    }

    fn relationship_types(&self) -> Vec<Arc<str>> {
        RelType::ALL.iter().map(|ty| Arc::from(ty.name())).chain([Arc::from(AT)]).collect()
    }

    fn keys(&self) -> Vec<Arc<str>> {
        self.keys.names.clone()
    }

    fn aliases(&self) -> Vec<(Arc<str>, Arc<str>)> {
        let labels = Kind::NODES.into_iter().map(|k| (k.label(), k.spec().chinese));
        let types = RelType::ALL.iter().map(|t| (t.name(), t.chinese()));
        labels.chain(types).chain([(AT, AT_CHINESE)]).map(|(a, b)| (Arc::from(a), Arc::from(b))).collect()
    }

    fn scan(&self, label: Option<LabelToken>, from: u64, out: &mut Vec<NodeId>) -> Option<u64> {
        /// Nodes of one piece of a scan.
        const PIECE: u64 = 4096;
        /// A position holds the kind in its upper part.
        const KIND: u32 = 40;
        let (first, last) = match label {
            Some(label) => match kind_of(label) {
                Some(kind) => (kind as u64, kind as u64),
                None => return None,
            },
            None => (0, Kind::NODES.len() as u64 - 1),
        };
        let mut kind = (from >> KIND).max(first);
        let mut position = from & ((1 << KIND) - 1);
        while kind <= last {
            let of = u8::try_from(kind).ok().and_then(Kind::from_code)?;
            let count = self.graph.count(of);
            if position < count {
                let end = (position + PIECE).min(count);
                out.extend((position..end).filter_map(|p| self.graph.node_at(of, p)).map(NodeId));
                return if end < count {
                    Some(kind << KIND | end)
                } else {
                    (kind < last).then_some((kind + 1) << KIND)
                };
            }
            kind += 1;
            position = 0;
        }
        None
    }

    fn seek(&self, label: LabelToken, key: KeyToken, value: &Value) -> Option<Vec<NodeId>> {
        let kind = kind_of(label)?;
        if self.has_index(label, key) && is_identity(kind, key, self.keys) {
            let Value::Text(id) = value else { return Some(Vec::new()) };
            let node = self.graph.find(kind, id).filter(|n| self.is_defined(*n));
            return Some(node.map(NodeId).into_iter().collect());
        }
        let found = self.index(label, key).get(&super::compare::Key(value.clone())).cloned();
        // Equivalence is wider than equality: not-a-number equals nothing.
        Some(found.filter(|_| super::compare::equals(value, value) == Some(true)).unwrap_or_default())
    }

    fn has_index(&self, label: LabelToken, key: KeyToken) -> bool {
        kind_of(label).is_some_and(|kind| is_identity(kind, key, self.keys))
            || self.indexes.read().is_ok_and(|all| all.contains_key(&(label, key)))
    }

    fn shared(&self) -> Option<&(dyn PropertyGraph + Sync)> {
        Some(self)
    }

    fn node_exists(&self, _: NodeId) -> bool {
        true
    }

    fn relationship_exists(&self, _: Relationship) -> bool {
        true
    }

    fn has_label(&self, node: NodeId, label: LabelToken) -> bool {
        self.graph.kind(node.0) as u32 == label.0
    }

    fn node_labels(&self, node: NodeId) -> Vec<Arc<str>> {
        vec![Arc::from(self.graph.kind(node.0).label())]
    }

    fn node_property(&self, node: NodeId, key: KeyToken) -> Value {
        let kind = self.graph.kind(node.0);
        if let Some(Some(column)) = self.keys.columns[kind as usize].get(key.0 as usize) {
            let column = usize::from(*column);
            // Identities are kept apart from the cells.
            if column == 0 && is_identity(kind, key, self.keys) {
                return Value::text(self.graph.id(node.0));
            }
            return of_column(self.graph.node_cell(node.0, column), &kind.columns()[column]);
        }
        match self.other(key) {
            Some(name) => {
                let extras = self.graph.node_extras(node.0);
                extras.iter().find(|e| *e.name == *name).map_or(Value::Null, |e| value(e.cell, e.ty))
            }
            None => match &*self.key_name(key) {
                TIER if kind == Kind::Department => self.tier_of(node.0).map_or(Value::Null, Value::text),
                key => self.origin_of_node(node, key).unwrap_or_default(),
            },
        }
    }

    fn node_property_is(&self, node: NodeId, key: KeyToken, text: &str) -> Option<bool> {
        let kind = self.graph.kind(node.0);
        let column = self.keys.columns[kind as usize].get(key.0 as usize).copied().flatten();
        match column.map(usize::from) {
            Some(column) if !(column == 0 && is_identity(kind, key, self.keys)) => {
                if kind.columns()[column].ty.value_type() != ValueType::Text {
                    return None;
                }
                self.graph.node_cell(node.0, column).text().map(|own| own == text)
            }
            None if kind == Kind::Department && Some(&key) == self.keys.tokens.get(TIER) => {
                self.tier_of(node.0).map(|own| own == text)
            }
            _ => match self.node_property(node, key) {
                Value::Text(own) => Some(*own == *text),
                _ => None,
            },
        }
    }

    fn node_properties(&self, node: NodeId) -> Vec<(Arc<str>, Value)> {
        let kind = self.graph.kind(node.0);
        let own = kind.columns().iter().filter(|c| c.property).map(|c| c.name);
        let derived = (kind == Kind::Department).then_some(TIER);
        let names = own.chain(derived).chain([CATALOG, COMMIT]);
        let mut all: Vec<(Arc<str>, Value)> = names
            .filter_map(|name| {
                let token = *self.keys.tokens.get(name)?;
                Some((Arc::clone(&self.keys.names[token.0 as usize]), self.node_property(node, token)))
            })
            .collect();
        all.extend(self.graph.node_extras(node.0).iter().map(|e| (Arc::from(e.name), value(e.cell, e.ty))));
        all.retain(|(_, value)| !value.is_null());
        all
    }

    fn relationship_property(&self, relationship: Relationship, key: KeyToken) -> Value {
        let recorded = type_of(relationship.ty).and_then(|ty| Some((ty, ty.record()?)));
        if let Some((ty, kind)) = recorded
            && let Some(Some(column)) = self.keys.columns[kind as usize].get(key.0 as usize)
        {
            let column = usize::from(*column);
            return of_column(self.graph.edge_cell(ty, relationship.number, column), &kind.columns()[column]);
        }
        let Some(name) = self.other(key) else {
            return self.origin_of_relationship(relationship, &self.key_name(key)).unwrap_or_default();
        };
        let Some((ty, _)) = recorded else { return Value::Null };
        let extras = self.graph.edge_extras(ty, relationship.number);
        extras.iter().find(|e| *e.name == *name).map_or(Value::Null, |e| value(e.cell, e.ty))
    }

    fn relationship_properties(&self, relationship: Relationship) -> Vec<(Arc<str>, Value)> {
        let mut all: Vec<(Arc<str>, Value)> = Vec::new();
        if let Some((ty, kind)) = type_of(relationship.ty).and_then(|ty| Some((ty, ty.record()?))) {
            let edge: EdgeIndex = relationship.number;
            let own = kind.columns().iter().enumerate().filter(|(_, c)| c.property);
            all.extend(own.map(|(i, c)| (Arc::from(c.name), of_column(self.graph.edge_cell(ty, edge, i), c))));
            all.extend(self.graph.edge_extras(ty, edge).iter().map(|e| (Arc::from(e.name), value(e.cell, e.ty))));
        }
        let origin = |key: &'static str| Some((Arc::from(key), self.origin_of_relationship(relationship, key)?));
        all.extend([CATALOG, COMMIT, AGREEMENT].into_iter().filter_map(origin));
        all.retain(|(_, value)| !value.is_null());
        all
    }

    fn expand(&self, node: NodeId, direction: Direction, types: &[TypeToken], out: &mut Vec<Hop>) {
        let mut follow = |ty: RelType| {
            if direction != Direction::Incoming {
                self.neighbours(ty, node, true, true, out);
            }
            if direction != Direction::Outgoing {
                self.neighbours(ty, node, false, direction == Direction::Incoming, out);
            }
        };
        if types.is_empty() {
            RelType::ALL.iter().copied().for_each(follow);
            self.expand_at(node, direction, out);
            return;
        }
        types.iter().filter_map(|t| type_of(*t)).for_each(&mut follow);
        if types.contains(&AT_TOKEN) {
            self.expand_at(node, direction, out);
        }
    }

    fn node_count(&self, label: Option<LabelToken>) -> u64 {
        match label {
            Some(label) => kind_of(label).map_or(0, |kind| self.graph.count(kind)),
            None => Kind::NODES.into_iter().map(|kind| self.graph.count(kind)).sum(),
        }
    }

    fn relationship_count(&self, ty: Option<TypeToken>) -> u64 {
        let at = || self.graph.count(Kind::Region) + self.graph.count(Kind::Department);
        match ty {
            Some(AT_TOKEN) => at(),
            Some(ty) => type_of(ty).map_or(0, |ty| self.graph.edge_count(ty)),
            None => RelType::ALL.iter().map(|ty| self.graph.edge_count(*ty)).sum::<u64>() + at(),
        }
    }

    fn end_label(&self, ty: TypeToken, end: bool) -> Option<LabelToken> {
        let ty = type_of(ty)?;
        Some(LabelToken(if end { ty.to() } else { ty.from() } as u32))
    }

    fn catalogs(&self) -> Vec<Arc<str>> {
        self.graph.catalogs().into_iter().map(Arc::from).collect()
    }

    fn node_name(&self, node: NodeId) -> Option<Arc<str>> {
        Some(Arc::from(self.graph.id(node.0)))
    }

    fn node_catalog(&self, node: NodeId) -> Option<Arc<str>> {
        Some(Arc::from(self.graph.node_catalog(node.0)))
    }

    fn relationship_catalog(&self, relationship: Relationship) -> Option<Arc<str>> {
        Some(Arc::from(self.catalog_of(relationship)))
    }
}

/// Whether a key is the one by which records of a kind are found.
fn is_identity(kind: Kind, key: KeyToken, keys: &Keys) -> bool {
    let single = kind.spec().identity == [0] && !matches!(kind, Kind::Waiver | Kind::Claim);
    single && keys.columns[kind as usize].get(key.0 as usize) == Some(&Some(0))
}
