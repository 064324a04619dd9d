//! The words that a query on a graph can be written with, for whoever completes what is typed.

use jiff::civil::Date;

use super::Snapshot;
use super::procedures::procedures_of;
use crate::query::catalog::CatalogGraph;
use crate::query::functions;
use crate::query::keyword::keywords;
use crate::query::source::PropertyGraph;
use crate::query::workspace::Workspace;

/// The words that a query can be written with. Each list is in the order of its bytes, each word in it once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Keywords, in capitals.
    pub keywords: Vec<String>,
    /// Labels, and their other names.
    pub labels: Vec<String>,
    /// Relationship types, and their other names.
    pub relationship_types: Vec<String>,
    /// Property keys.
    pub keys: Vec<String>,
    /// Procedures, with their namespaces.
    pub procedures: Vec<String>,
    /// Functions, with their namespaces.
    pub functions: Vec<String>,
}

/// The words of queries on a snapshot.
#[must_use]
pub fn vocabulary(snapshot: &Snapshot) -> Vocabulary {
    // The day matters to what procedures answer, not to what they are called.
    let procedures = procedures_of(snapshot, Date::default());
    let names = procedures.all().iter().map(|p| p.name().to_owned());
    of(&CatalogGraph::new(snapshot.graph.as_ref()), names.collect())
}

/// The words of queries on a graph of its own.
#[must_use]
pub fn scratch_vocabulary(scratch: &Workspace<'_>) -> Vocabulary {
    of(scratch, Vec::new())
}

fn of(graph: &dyn PropertyGraph, procedures: Vec<String>) -> Vocabulary {
    let (labels, types) = (graph.labels(), graph.relationship_types());
    let aliases = graph.aliases();
    let with_aliases = |names: &[std::sync::Arc<str>]| {
        let aliases = aliases.iter().filter(|(name, _)| names.contains(name)).map(|(_, alias)| alias);
        sorted(names.iter().chain(aliases).map(ToString::to_string).collect())
    };
    Vocabulary {
        keywords: sorted(keywords().iter().map(ToString::to_string).collect()),
        labels: with_aliases(&labels),
        relationship_types: with_aliases(&types),
        keys: sorted(graph.keys().iter().map(ToString::to_string).collect()),
        procedures: sorted(procedures),
        functions: sorted(functions::all().iter().map(|f| f.name.to_owned()).collect()),
    }
}

fn sorted(mut words: Vec<String>) -> Vec<String> {
    words.sort_unstable();
    words.dedup();
    words
}
