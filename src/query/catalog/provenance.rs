//! Who says what a node or relationship is, since when, and whether the other side of a sharing edge agrees.

use super::{AT_TOKEN, CatalogGraph, type_of};
use crate::graph::Node;
use crate::model::kind::Direction;
use crate::model::{Kind, RelType};
use crate::query::lexer::{Token, TokenKind, tokens};
use crate::query::value::{NodeId, Relationship, Value};

/// The key of the catalog that states a record.
pub(super) const CATALOG: &str = "catalog";
/// The key of the commit that put a record as it is. It is null where the graph was not asked for commits.
pub(super) const COMMIT: &str = "commit";
/// The key of what the two sides of a sharing edge say of it.
pub(super) const AGREEMENT: &str = "agreement";

/// Whether a query names the key of commits. They are in no projection and have to be gathered from the logs, so that only
/// a query that does is given them.
#[must_use]
pub fn reads_commits(text: &str) -> bool {
    let named = |token: &Token| {
        let word = token.span.of(text);
        match token.kind {
            TokenKind::Name => word == COMMIT,
            TokenKind::QuotedName | TokenKind::Text => word.contains(COMMIT),
            _ => false,
        }
    };
    tokens(text).iter().any(named)
}

/// The node whose record states a relationship that has no record of its own.
fn stated_by(relationship: Relationship) -> Node {
    let enters = type_of(relationship.ty).is_some_and(|ty| {
        let mut columns = Kind::NODES.into_iter().flat_map(|kind| kind.columns());
        columns.any(|column| column.states == Some((ty, Direction::Incoming)))
    });
    if enters { relationship.end.0 } else { relationship.start.0 }
}

/// The type of a relationship that has a record of its own.
fn recorded(relationship: Relationship) -> Option<RelType> {
    type_of(relationship.ty).filter(|ty| ty.record().is_some())
}

impl<'g> CatalogGraph<'g> {
    /// The catalog that states a relationship.
    pub(super) fn catalog_of(&self, relationship: Relationship) -> &'g str {
        match recorded(relationship) {
            Some(ty) => self.graph.edge_catalog(ty, relationship.number),
            None => self.graph.node_catalog(stated_by(relationship)),
        }
    }

    /// What is known of where a node comes from; none for a key that does not ask this.
    pub(super) fn origin_of_node(&self, node: NodeId, key: &str) -> Option<Value> {
        match key {
            CATALOG => Some(Value::text(self.graph.node_catalog(node.0))),
            COMMIT => Some(self.graph.node_commit(node.0).map_or(Value::Null, Value::text)),
            _ => None,
        }
    }

    /// What is known of where a relationship comes from; none for a key that does not ask this.
    pub(super) fn origin_of_relationship(&self, relationship: Relationship, key: &str) -> Option<Value> {
        let commit = || match recorded(relationship) {
            Some(ty) => self.graph.edge_commit(ty, relationship.number),
            None => self.graph.node_commit(stated_by(relationship)),
        };
        match key {
            CATALOG => Some(Value::text(self.catalog_of(relationship))),
            COMMIT => Some(commit().map_or(Value::Null, Value::text)),
            AGREEMENT => Some(self.agreement(relationship).map_or(Value::Null, Value::text)),
            _ => None,
        }
    }

    /// What the two sides of a sharing edge say of it; none for what is no sharing edge.
    pub(super) fn agreement(&self, relationship: Relationship) -> Option<&'static str> {
        let ty = type_of(relationship.ty).filter(|ty| relationship.ty != AT_TOKEN && ty.is_sharing())?;
        let (from, to) = (relationship.start.0, relationship.end.0);
        Some(self.agreements.of(ty, from, to, relationship.number).agreement.word())
    }
}
