//! The variables that can be named at a place.

use crate::query::plan::expression::Slot;

/// The variables in scope, in the order of their definition.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    variables: Vec<(String, Slot)>,
}

impl Scope {
    /// Defines a variable. The last definition of a name counts.
    pub(super) fn add(&mut self, name: &str, slot: Slot) {
        self.variables.retain(|(n, _)| n != name);
        self.variables.push((name.to_owned(), slot));
    }

    /// The slot of a variable.
    pub(super) fn find(&self, name: &str) -> Option<Slot> {
        self.variables.iter().find(|(n, _)| n == name).map(|(_, s)| *s)
    }

    /// The names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|(n, _)| n.as_str())
    }

    /// The slots, each once.
    pub(super) fn slots(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = self.variables.iter().map(|(_, s)| *s).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// The variables in the order of their names.
    pub(super) fn sorted(&self) -> Vec<(String, Slot)> {
        let mut all = self.variables.clone();
        all.sort();
        all
    }
}
