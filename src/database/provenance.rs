//! Parts of a snapshot that only some questions ask for: which commit put each record, and one catalog alone.

use std::sync::Arc;

use super::Snapshot;
use super::environment::Environment;
use super::error::{Error, Result};
use crate::graph::provenance::Origins;
use crate::graph::records::to_tables;
use crate::graph::{AgreedOnly, Graph, WithCommits, build_in_memory};
use crate::model::{Kind, Symbols};
use crate::store::Ledger;

impl Snapshot {
    /// The same records, but nothing flows on the word of one side alone: sharing edges that one catalog claims and another,
    /// which is here, does not confirm, are closed.
    #[must_use]
    pub fn agreed_only(self) -> Self {
        Self { graph: Arc::new(AgreedOnly::new(self.graph)), ..self }
    }

    /// The same records, each with the commit that put it as it is ([`Graph::node_commit`], [`Graph::edge_commit`]). All
    /// logs up to the snapshot's state are read for this.
    ///
    /// # Errors
    /// When the ledger cannot be read. A snapshot of a directory, which has no commits, stays as it is.
    pub fn with_commits(self, environment: &Environment<'_>) -> Result<Self> {
        let Some(layout) = &self.layout else { return Ok(self) };
        let ledger = environment.with_access(|access| Ledger::open_for_reading(layout, access))?;
        let with = self.with_commits_of(&ledger)?;
        ledger.close()?;
        Ok(with)
    }

    /// As [`Snapshot::with_commits`], for whoever has the ledger open already.
    pub(super) fn with_commits_of(self, ledger: &Ledger) -> Result<Self> {
        let Some(state) = &self.state else { return Ok(self) };
        let mut origins = Origins::new();
        ledger.replay(0, state.number, |commit, changes| -> Result<()> {
            origins.take(&commit.id.to_string(), &changes);
            Ok(())
        })?;
        Ok(Self { graph: Arc::new(WithCommits::new(self.graph, origins)), ..self })
    }

    /// The records that one catalog states, as if no other were here.
    ///
    /// # Errors
    /// When there is no such catalog.
    pub fn only(self, catalog: &str) -> Result<Self> {
        let graph: &dyn Graph = self.graph.as_ref();
        if graph.find(Kind::Catalog, catalog).is_none_or(|node| graph.presence(node) != crate::graph::Presence::Defined)
        {
            let there = graph.catalogs().join(", ");
            return Err(Error::User(format!("there is no catalog `{catalog}` here; there are {there}")));
        }
        let mut symbols = Symbols::new();
        let tables = to_tables(graph, &mut symbols, |_, stated_by| stated_by == catalog);
        let (alone, _) = build_in_memory(&symbols, &tables, [0; 32])?;
        Ok(Self { graph: Arc::new(alone), ..self })
    }
}
