//! Terms as they would be with the least changes that let a flow class through.

use fixedbitset::FixedBitSet;

use super::{Class, Conditions, Openness};
use crate::model::vocabulary::SHARE;

/// The terms of an edge, as they stand or changed: those of each side that states them.
#[derive(Clone, Debug)]
pub struct Widened {
    statements: Vec<Conditions>,
    /// The flow classes that are let through.
    admits: FixedBitSet,
}

/// What has to change in an edge's terms. Where both sides state the edge, each of them has to admit so much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// It becomes active.
    pub activate: bool,
    /// It carries this share class.
    pub carries: Option<&'static str>,
    /// Its ceiling is this.
    pub ceiling: Option<i64>,
    /// What happens to its list of sectors.
    pub sectors: Option<ListChange>,
    /// What happens to its list of standards.
    pub standards: Option<ListChange>,
}

/// What happens to a list that does not hold what it would have to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListChange {
    /// This joins it.
    Add(String),
    /// It is emptied, which admits all: the dataset states nothing that could join.
    Empty,
}

impl Widened {
    /// The classes that are let through.
    #[must_use]
    pub fn admitted(&self) -> &FixedBitSet {
        &self.admits
    }

    /// Whether a class is let through.
    #[must_use]
    pub fn admits(&self, class: u32) -> bool {
        self.admits.contains(class as usize)
    }
}

impl Openness {
    /// The terms as they stand.
    #[must_use]
    pub fn as_stated(&self, terms: u32) -> Widened {
        let statements = match self.pair(terms) {
            None => vec![self.terms[terms as usize].clone()],
            Some((a, b)) => vec![self.terms[a as usize].clone(), self.terms[b as usize].clone()],
        };
        self.with_bits(statements)
    }

    /// The terms with the least changes that let a class through; a withheld one is let through by none.
    #[must_use]
    pub fn widened(&self, from: &Widened, class: u32) -> Widened {
        let class = &self.classes[class as usize];
        self.with_bits(from.statements.iter().map(|stated| stated.widened(class)).collect())
    }

    /// What has to change for a class to be let through.
    #[must_use]
    pub fn changes(&self, from: &Widened, class: u32) -> Changes {
        let class = &self.classes[class as usize];
        let mut changes = Changes::default();
        for stated in &from.statements {
            changes.activate |= !stated.active;
            if class.share > stated.carries {
                changes.carries = SHARE.words.get(usize::from(class.share)).map(|(word, _)| *word);
            }
            if class.sensitivity > stated.ceiling {
                changes.ceiling = Some(class.sensitivity);
            }
            changes.sectors = changes.sectors.or_else(|| change(&stated.sectors, class.sector.as_ref()));
            changes.standards = changes.standards.or_else(|| change(&stated.standards, class.standard.as_ref()));
        }
        changes
    }

    fn with_bits(&self, statements: Vec<Conditions>) -> Widened {
        let mut admits = self.no_classes();
        for (i, class) in self.classes.iter().enumerate() {
            admits.set(i, statements.iter().all(|stated| stated.closed_for(class).is_none()));
        }
        Widened { statements, admits }
    }
}

impl Conditions {
    fn widened(&self, class: &Class) -> Self {
        let list = |list: &[String], item: Option<&String>| match change(list, item) {
            None => list.to_vec(),
            Some(ListChange::Add(item)) => [list, &[item]].concat(),
            Some(ListChange::Empty) => Vec::new(),
        };
        Self {
            active: true,
            carries: self.carries.max(class.share.min(super::CONDITIONAL)),
            ceiling: self.ceiling.max(class.sensitivity),
            sectors: list(&self.sectors, class.sector.as_ref()),
            standards: list(&self.standards, class.standard.as_ref()),
        }
    }
}

/// What a list needs to admit an item; nothing where it does.
fn change(list: &[String], item: Option<&String>) -> Option<ListChange> {
    match item {
        _ if list.is_empty() => None,
        Some(item) if list.contains(item) => None,
        Some(item) => Some(ListChange::Add(item.clone())),
        None => Some(ListChange::Empty),
    }
}
