//! Changing the home catalog by a query: one statement, one commit, whole or not at all.

use super::error::{Error, Result};
use super::procedures::procedures_of;
use super::query::{Asking, run};
use super::{Database, Environment, federation, import, projections};
use crate::federation::admission;
use crate::model::Kind;
use crate::model::change::Counts;
use crate::query::catalog::changes::written;
use crate::query::catalog::{CatalogGraph, reads_commits};
use crate::query::parser;
use crate::query::rows::Rows;
use crate::query::workspace::Workspace;
use crate::store::{CommitId, CommitText};

/// What a statement that writes did.
#[derive(Debug)]
pub struct WrittenTo<R> {
    /// What became of its rows.
    pub taken: R,
    /// What was put, changed and deleted, by kind: those where anything was.
    pub counts: Vec<(Kind, Counts)>,
    /// The state and the commit; none where nothing differs.
    pub committed: Option<(u64, CommitId)>,
}

/// Whether a text is a statement that writes. A text that is no statement does not.
#[must_use]
pub fn is_write(text: &str) -> bool {
    parser::parse(text).is_ok_and(|statement| statement.writes())
}

/// Runs a statement that writes on a store's home catalog, and commits what it changed. The rows are handed over before
/// the commit is made: whoever takes them keeps them until this has answered.
///
/// # Errors
/// What is wrong with the statement, or with what it wrote; when the store cannot be written. Nothing has changed then.
pub fn write<R>(
    database: &Database,
    text: &str,
    message: &str,
    asking: &Asking<'_>,
    environment: &Environment<'_>,
    take: impl FnOnce(Rows<'_>) -> R,
) -> Result<WrittenTo<R>> {
    let layout = database.layout()?;
    let mut ledger = projections::open_for_writing(layout, environment)?;
    let home = database.home()?;
    let mut before = projections::present_of(&ledger, environment)?;
    if reads_commits(text) {
        before = before.with_commits_of(&ledger)?;
    }
    let graph = CatalogGraph::new(before.graph.as_ref());
    let workspace = Workspace::over(&graph);
    let procedures = procedures_of(&before, asking.today);
    let taken = run(&workspace, Some(&workspace), &procedures, text, asking, take)?;
    let failed = |error| Error::Query { text: text.to_owned(), error };
    let written = written(&graph, &workspace, &home).map_err(failed)?;
    if written.changes.is_empty() {
        import::close(Some(ledger))?;
        return Ok(WrittenTo { taken, counts: Vec::new(), committed: None });
    }
    admission::check(&home, &written.changes, None).map_err(Error::User)?;
    let after = federation::after(&ledger, vec![written.changes.clone()], environment)?;
    let commit = CommitText { catalog: &home, author: &environment.author, time: environment.now, message };
    let pending = ledger.append(commit, &written.changes, &written.counts)?;
    let groups = after.groups.clone();
    let extras = after.publish(&ledger)?;
    ledger.publish(&pending, extras)?;
    federation::keep_groups(&ledger, &groups);
    let committed = import::newest(&ledger);
    import::publish(Some(&ledger), environment);
    import::close(Some(ledger))?;
    Ok(WrittenTo { taken, counts: written.counts, committed })
}
