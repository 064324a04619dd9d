//! The values that a query computes with.
//!
//! They are small (24 bytes) and cheap to copy: what is large is shared. Nodes and relationships are numbers of the
//! graph that is queried; [`crate::model::Value`] is what an answer is made of once it leaves the engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::temporal::Temporal;

/// The number of a node in the graph that is queried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A relationship: its type, its number among those of the type, and its ends. The first two are its identity.
#[derive(Clone, Copy, Debug)]
pub struct Relationship {
    /// The type, as the graph numbers types.
    pub ty: TypeToken,
    /// The number among the relationships of the type.
    pub number: u32,
    /// The node that it leaves.
    pub start: NodeId,
    /// The node that it enters.
    pub end: NodeId,
}

impl Relationship {
    /// What tells it from all others.
    #[must_use]
    pub fn identity(self) -> (TypeToken, u32) {
        (self.ty, self.number)
    }

    /// The end that is not this node; of a loop, the node itself.
    #[must_use]
    pub fn other(self, node: NodeId) -> NodeId {
        if self.start == node { self.end } else { self.start }
    }
}

impl PartialEq for Relationship {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Relationship {}

impl std::hash::Hash for Relationship {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

/// The number of a relationship type in the graph that is queried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeToken(pub u32);

/// The number of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LabelToken(pub u32);

/// The number of a property key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyToken(pub u32);

/// A map, in the order of its keys.
pub type Map = BTreeMap<Arc<str>, Value>;

/// A list or a map, with what is asked about it for every row that holds it: measured once, when it is made, so that a value
/// which holds another many times over costs no more to measure than to make.
#[derive(Clone, Debug, Default)]
pub struct Measured<T> {
    inner: T,
    size: usize,
    depth: u32,
}

impl<T> Measured<T> {
    /// How deep lists and maps are nested in it, itself included.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.depth
    }
}

impl<T> std::ops::Deref for Measured<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

/// A walk through the graph: nodes, and the relationships between them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// One more than relationships, in the order of the walk.
    pub nodes: Vec<NodeId>,
    /// The relationships, whichever way they are walked.
    pub relationships: Vec<Relationship>,
}

/// A value of the query language.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Nothing is known.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A 64-bit signed integer.
    Integer(i64),
    /// A 64-bit float.
    Float(f64),
    /// A text.
    Text(Arc<str>),
    /// A list.
    List(Arc<Measured<Vec<Value>>>),
    /// Named values.
    Map(Arc<Measured<Map>>),
    /// A node.
    Node(NodeId),
    /// A relationship.
    Relationship(Relationship),
    /// A path.
    Path(Arc<Path>),
    /// A date, a time, an instant or a duration.
    Temporal(Arc<Temporal>),
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A list.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        let sizes = items.iter().map(|v| size_of::<Self>().saturating_add(v.heap_size()));
        let size = sizes.fold(40, usize::saturating_add);
        let depth = items.iter().map(Self::depth).max().unwrap_or(0).saturating_add(1);
        Self::List(Arc::new(Measured { inner: items, size, depth }))
    }

    /// A map.
    #[must_use]
    pub fn map(entries: impl IntoIterator<Item = (Arc<str>, Self)>) -> Self {
        let entries: Map = entries.into_iter().collect();
        let sizes = entries.iter().map(|(k, v)| (64 + k.len()).saturating_add(v.heap_size()));
        let size = sizes.fold(40, usize::saturating_add);
        let depth = entries.values().map(Self::depth).max().unwrap_or(0).saturating_add(1);
        Self::Map(Arc::new(Measured { inner: entries, size, depth }))
    }

    /// A temporal value.
    #[must_use]
    pub fn temporal(temporal: Temporal) -> Self {
        Self::Temporal(Arc::new(temporal))
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text within.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The node within.
    #[must_use]
    pub fn as_node(&self) -> Option<NodeId> {
        match self {
            Self::Node(node) => Some(*node),
            _ => None,
        }
    }

    /// The integer within.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(i) => Some(*i),
            _ => None,
        }
    }

    /// The name of its type, as messages say it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "Null",
            Self::Boolean(_) => "Boolean",
            Self::Integer(_) => "Integer",
            Self::Float(_) => "Float",
            Self::Text(_) => "String",
            Self::List(_) => "List",
            Self::Map(_) => "Map",
            Self::Node(_) => "Node",
            Self::Relationship(_) => "Relationship",
            Self::Path(_) => "Path",
            Self::Temporal(t) => t.kind().name(),
        }
    }

    /// How deep lists and maps are nested in it; 0 where it is neither.
    #[must_use]
    pub fn depth(&self) -> u32 {
        match self {
            Self::List(items) => items.depth(),
            Self::Map(entries) => entries.depth(),
            _ => 0,
        }
    }

    /// Roughly how many bytes it takes beside itself, for the memory budget. What is held twice counts twice.
    #[must_use]
    pub fn heap_size(&self) -> usize {
        match self {
            Self::Text(text) => text.len() + 16,
            Self::List(items) => items.size,
            Self::Map(entries) => entries.size,
            Self::Path(path) => 64 + path.nodes.len() * 24,
            Self::Temporal(_) => 64,
            _ => 0,
        }
    }
}
