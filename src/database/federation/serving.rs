//! What a server hands to others: the published logs, page by page, and the records as they leave.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fetch::{open_log, published_by};
use super::files::Folder;
use crate::database::environment::Environment;
use crate::database::error::{Error, Result};
use crate::database::{Database, Reader, Snapshot};
use crate::federation::{LogStatement, PackedCommit, Policy, bundle};
use crate::graph::records::to_tables;
use crate::graph::{Graph, build_in_memory};
use crate::model::{Kind, Symbols};
use crate::store::{CommitId, Head, Layout, Ledger};

/// A log that a store offers: what whoever fetches asks for first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogOffer {
    /// The catalog.
    pub catalog: String,
    /// The id of its newest commit here, in hex.
    pub head: String,
    /// How many commits are here.
    pub length: u64,
    /// As of when that is all that its owner had said.
    pub as_of: Timestamp,
    /// What its owner signed of it.
    pub statement: Option<LogStatement>,
}

/// Where the log of a catalog lies that leaves.
struct Leaving {
    layout: Layout,
    /// As of when that is all that its owner had said.
    as_of: Timestamp,
    /// The state at which nothing had to stay; none where what is there may leave whatever comes.
    state: Option<u64>,
}

impl Leaving {
    /// Finds it. The home catalog's own log leaves only where no policy says what stays: where the published log is still
    /// to be made, nothing leaves.
    fn of(layout: &Layout, catalog: &str, environment: &Environment<'_>) -> Result<Self> {
        let (source, as_of) = published_by(layout, catalog, environment)?;
        if source.root() != layout.root() || Head::read(&layout.head())?.home != catalog {
            return Ok(Self { layout: source, as_of, state: None });
        }
        let snapshot = Database::Store(source.clone()).snapshot(None, &Reader::default(), environment)?;
        if snapshot.policy().is_some() {
            let why =
                format!("the published log of catalog {catalog} is not made yet; its owner's next commit makes it");
            return Err(Error::Refused(why));
        }
        Ok(Self { layout: source, as_of, state: snapshot.state.map(|s| s.number) })
    }
}

/// The log of a catalog as this store offers it; none where it holds none. No ledger is opened.
///
/// # Errors
/// When a file of the store cannot be read, or the published log is still to be made.
pub fn log_offer(layout: &Layout, catalog: &str, environment: &Environment<'_>) -> Result<Option<LogOffer>> {
    let leaving = Leaving::of(layout, catalog, environment)?;
    let head = Head::read(&leaving.layout.head())?;
    let statement = Folder::of(layout).statements()?.remove(catalog);
    let found = head.catalogs.into_iter().find(|c| c.catalog == catalog);
    Ok(found.map(|c| LogOffer {
        head: c.commit.to_string(),
        length: c.length,
        catalog: c.catalog,
        as_of: leaving.as_of,
        statement,
    }))
}

/// The most bytes of a page, unless its first commit alone has more.
const PAGE: usize = 4 << 20;
/// How often a log that is committed to meanwhile is begun with again.
const ATTEMPTS: u32 = 5;

/// The commits of a log that follow one, or its first ones, as a bundle holds them: as many as a page takes. Empty where
/// nothing follows; none where the commit is not in the log.
///
/// # Errors
/// When the ledger cannot be read, or the published log is still to be made.
pub fn log_page(
    layout: &Layout,
    catalog: &str,
    since: Option<&str>,
    environment: &Environment<'_>,
) -> Result<Option<Vec<u8>>> {
    for _ in 0..ATTEMPTS {
        let leaving = Leaving::of(layout, catalog, environment)?;
        let ledger = open_log(&leaving.layout, environment)?;
        // A policy that was committed since then is in this ledger, and so may be what it hides.
        if leaving.state.is_none_or(|state| ledger.head().state == state) {
            let page = page_of(&ledger, catalog, since)?;
            ledger.close()?;
            return Ok(page);
        }
        ledger.close()?;
    }
    Err(Error::Refused(format!("the store of catalog {catalog} is being committed to; try again")))
}

fn page_of(ledger: &Ledger, catalog: &str, since: Option<&str>) -> Result<Option<Vec<u8>>> {
    let ids: Vec<CommitId> = ledger.log(catalog).map(|c| c.id).collect();
    let start = match since {
        None => 0,
        Some(since) => match CommitId::parse(since).and_then(|since| ids.iter().position(|id| *id == since)) {
            Some(at) => at + 1,
            None => return Ok(None),
        },
    };
    let mut page = Vec::new();
    for id in &ids[start..] {
        let raw = ledger.raw(*id)?;
        let commit = PackedCommit { record: raw.record, chunks: raw.chunks };
        let length = commit.record.len() + commit.chunks.iter().map(Vec::len).sum::<usize>();
        if !page.is_empty() && page.len() + length > PAGE {
            break;
        }
        bundle::write_commit(&commit, &mut page).map_err(|source| Error::Io { path: "a page".into(), source })?;
    }
    Ok(Some(page))
}

impl Snapshot {
    /// The records as they leave this store: without what the policy of the home catalog keeps there.
    ///
    /// # Errors
    /// When the policy cannot be read, or there is no memory for the records.
    pub fn as_it_leaves(&self) -> Result<Self> {
        let Some(text) = self.policy() else { return Ok(self.clone()) };
        let policy = Policy::parse(text)?;
        let graph: &dyn Graph = self.graph.as_ref();
        let home = self.home.as_deref().unwrap_or_default();
        let mut symbols = Symbols::new();
        let mut tables = to_tables(graph, &mut symbols, |_, _| true);
        tables.iter_mut().for_each(|table| policy.apply(home, &symbols, table));
        let (left, _) = build_in_memory(&symbols, &tables, [0; 32])?;
        Ok(Self { graph: Arc::new(left), ..self.clone() })
    }

    /// The policy of the home catalog, as it is written, where it has one.
    fn policy(&self) -> Option<&str> {
        let graph: &dyn Graph = self.graph.as_ref();
        let node = graph.find(Kind::Catalog, self.home.as_deref()?)?;
        graph.text(node, "policy")
    }
}
