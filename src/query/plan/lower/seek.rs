//! Nodes that are looked up by a property: conditions that say which value it has.

use std::sync::Arc;

use super::{failing, pattern_slots};
use crate::query::ast::BinaryOp;
use crate::query::plan::Label;
use crate::query::plan::expression::{Expression, ExpressionKind, LabelTest, Slot};
use crate::query::plan::pattern::{Pattern, PatternNode};
use crate::query::source::PropertyGraph;
use crate::query::value::KeyToken;

/// The ways to read a condition as "a property of a slot equals a value": the slot, the key and the value.
pub(super) fn property_equality(condition: &Expression) -> Vec<(Slot, &str, &Expression)> {
    let ExpressionKind::Binary(BinaryOp::Equal, a, b) = &condition.kind else { return Vec::new() };
    [(a, b), (b, a)]
        .into_iter()
        .filter_map(|(side, value)| match &side.kind {
            ExpressionKind::Property(base, key, _) => match base.kind {
                ExpressionKind::Slot(slot) if !value.reads(slot) => Some((slot, key.as_ref(), &**value)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// How a node can be looked up by a property: by a label, a key, and a value that only reads what is known.
pub(super) fn seek(
    graph: &dyn PropertyGraph,
    pattern: &Pattern,
    node: &PatternNode,
    known: &dyn Fn(Slot) -> bool,
) -> Option<(Label, (Arc<str>, KeyToken), Expression)> {
    let own = pattern_slots(pattern);
    let labels = node.labels.as_ref().map(LabelTest::required).unwrap_or_default();
    for condition in &pattern.conditions {
        for (slot, key, value) in property_equality(condition) {
            let mut readable = true;
            let mut depends = false;
            value.slots(&mut |s| {
                depends = true;
                readable &= known(s) || !own.contains(&s);
            });
            if slot != node.slot || !readable || value.is_volatile() || failing::value(value, &|_| true) {
                continue;
            }
            let Some(key_token) = graph.key(key) else { continue };
            for (name, label) in &labels {
                let Some(label) = label else { continue };
                // A value that differs from row to row is looked up often: an index is worth making.
                if graph.has_index(*label, key_token) || depends {
                    let key = (Arc::from(key), key_token);
                    return Some(((name.clone(), Some(*label)), key, value.clone()));
                }
            }
        }
    }
    None
}
