//! A pattern whose names are resolved: the nodes and links that `MATCH` looks for, before an order is chosen.

use std::sync::Arc;

use super::expression::{Expression, LabelTest, Slot};
use crate::query::ast::{Direction, Length, Selector};
use crate::query::value::TypeToken;

/// What a `MATCH` looks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pattern {
    /// The nodes, in the order of the text; each slot once.
    pub nodes: Vec<PatternNode>,
    /// The links between them, in the order of the text.
    pub links: Vec<PatternLink>,
    /// Paths that are named, or that a selector chooses among.
    pub paths: Vec<PatternPath>,
    /// Conditions that have to hold: of property maps and of `WHERE`s within, then of the clause's own `WHERE`.
    pub conditions: Vec<Expression>,
    /// How many of the conditions stand within the pattern: these hold before a selector chooses among paths.
    pub within: usize,
}

/// A node of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternNode {
    /// Where it is put.
    pub slot: Slot,
    /// What labels it has to have.
    pub labels: Option<LabelTest>,
    /// Whether its slot has a value before the pattern is matched.
    pub bound: bool,
}

/// A link of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternLink {
    /// The position of its left node.
    pub left: usize,
    /// The position of its right node.
    pub right: usize,
    /// What it is.
    pub kind: LinkKind,
}

/// What a link is.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkKind {
    /// One relationship.
    One {
        /// Where it is put.
        slot: Slot,
        /// Whether its slot has a value before.
        bound: bool,
        /// What it looks like.
        shape: Shape,
    },
    /// A walk along relationships of one shape.
    Walk(Walk),
    /// Repetitions of a pattern.
    Group(Box<GroupLink>),
}

/// What a relationship has to look like.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Which way it is read, from left to right.
    pub direction: Direction,
    /// Its types: none for any.
    pub types: Option<Types>,
}

/// The types that a relationship may have.
#[derive(Clone, Debug, PartialEq)]
pub struct Types {
    /// Their names and tokens; a name without a token is of no relationship.
    pub names: Vec<(Arc<str>, Option<TypeToken>)>,
    /// A type expression that is more than alternatives: it is asked beside.
    pub test: Option<LabelTest>,
}

/// A walk along relationships.
#[derive(Clone, Debug, PartialEq)]
pub struct Walk {
    /// Where the list of relationships is put.
    pub slot: Slot,
    /// Whether its slot has a value before.
    pub bound: bool,
    /// What each relationship looks like.
    pub shape: Shape,
    /// How many there are.
    pub length: Length,
    /// Where each relationship is put while `condition` is asked of it.
    pub step: Slot,
    /// What has to hold of each.
    pub condition: Option<Expression>,
}

/// Repetitions of a pattern (GQL).
#[derive(Clone, Debug, PartialEq)]
pub struct GroupLink {
    /// What is repeated: its first node is where a repetition starts, its last where it ends. Its conditions hold for
    /// every repetition.
    pub pattern: Pattern,
    /// The slot of a repetition's first node.
    pub first: Slot,
    /// The slot of a repetition's last node.
    pub last: Slot,
    /// How often.
    pub length: Length,
    /// Variables within, and where the list of their values over all repetitions is put.
    pub lists: Vec<(Slot, Slot)>,
    /// Where the list of all relationships walked is put.
    pub walked: Slot,
    /// The relationships of a repetition, in the order of the walk.
    pub relationships: Vec<Slot>,
}

/// A path through a pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternPath {
    /// Where the path is put, if it is named.
    pub slot: Option<Slot>,
    /// Which of the paths between its ends are wanted.
    pub selector: Selector,
    /// The position of its first node.
    pub start: usize,
    /// The positions of its links, in order.
    pub links: Vec<usize>,
}

impl LinkKind {
    /// Where its relationship, or the list of its relationships, is put.
    #[must_use]
    pub fn slot(&self) -> Slot {
        match self {
            Self::One { slot, .. } | Self::Walk(Walk { slot, .. }) => *slot,
            Self::Group(group) => group.walked,
        }
    }
}

impl Pattern {
    /// The position of the node of a slot.
    #[must_use]
    pub fn node(&self, slot: Slot) -> Option<usize> {
        self.nodes.iter().position(|n| n.slot == slot)
    }
}
