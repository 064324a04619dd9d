//! A catalog database: opened, imported into, asked, published. This layer puts the others together.
//!
//! [`Database`] is a store, or a catalog directory that is read into memory for one question. [`Database::snapshot`]
//! gives the graph of a state; everything that answers is a function of that.

mod assemble;
mod conflicts;
mod environment;
mod error;
mod export;
mod federation;
mod findings;
mod history;
mod import;
mod maintenance;
mod materialize;
mod page;
mod procedures;
mod projections;
mod provenance;
mod query;
mod saved;
mod scorecard;
mod stats;
mod vocabulary;
mod what_if;
mod write;

pub use assemble::{Assembled, Reader};
pub use conflicts::{conflicts, waivers};
pub use environment::{Environment, Notice, Notify};
pub use error::{Error, ErrorKind, Result};
pub use export::{ExportFormat, ExportTarget, export};
pub use federation::{
    Arrived, BundleRequest, BundleSummary, Fetched, LogOffer, NewRemote, SourceAge, TrustGiven, bundle_apply,
    bundle_create, bundle_inspect, bundle_verify, fetch, key_generate, key_revoke, key_rows, key_trust, log_offer,
    log_page, remote_add, remote_names, remote_remove, remote_rows, remote_set_key, source_ages,
};
pub use findings::{Asked, Question, Tally, Waivers, ask, findings_diff};
pub use history::{commit_rows, differences_rows, log_rows};
pub use import::{Import, Imported};
pub use maintenance::{
    Checked, Compacted, backup, check, compact, discard_damaged, probe, repair, restore, verify_backup,
};
pub use page::{Beside, ReportMade, drawings, explain_why, report};
pub use procedures::{Described, described_procedures};
pub use query::{Asking, parameter, query, query_scratch};
pub use saved::{saved_queries, saved_query, saved_row, saved_rows};
pub use scorecard::{GroupBy, scorecards};
pub use stats::{dangling, stats};
pub use vocabulary::{Vocabulary, scratch_vocabulary, vocabulary};
pub use what_if::{newly_dangling, what_if};
pub use write::{WrittenTo, is_write, write};

// What callers speak with: they need not know which layer it comes from.
pub use crate::federation::duration;
pub use crate::findings::procedures;
pub use crate::format::catalog::{Encoding, NoProgress, Note, Progress, Rejection};
pub use crate::format::export::ExportError;
pub use crate::graph::{Corrupt, catch_corruption};
pub use crate::model::change::Counts;
pub use crate::model::{Kind, Language, Value, date, hex};
pub use crate::query::completion::{Place, Wanted, place};
pub use crate::query::engine::Warnings;
pub use crate::query::error::{QueryError, Text as QueryText};
pub use crate::query::exec::budget::{Interrupt, Limits, Stop};
pub use crate::query::plan::rules::{Rule, RuleSet};
pub use crate::query::registry::{Arguments, Procedure};
pub use crate::query::rows::{Row, Rows};
pub use crate::query::script::{Portion, Splitter};
pub use crate::query::value::Value as QueryValue;
pub use crate::query::workspace::Workspace;
pub use crate::store::{Commit, Layout, ProbeCommand};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use crate::graph::{Graph, build_in_memory, digest};
use crate::store::{Head, Ledger};

/// Where records come from.
#[derive(Clone, Debug)]
pub enum Database {
    /// A store.
    Store(Layout),
    /// A catalog directory, or a directory of several.
    Directory(PathBuf),
}

/// A state of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateInfo {
    /// Its number.
    pub number: u64,
    /// When it was recorded here.
    pub time: Timestamp,
    /// Its digest.
    pub digest: [u8; 32],
}

/// The graph of a state.
#[derive(Clone)]
pub struct Snapshot {
    /// The graph.
    pub graph: Arc<dyn Graph>,
    /// The state; none for a directory.
    pub state: Option<StateInfo>,
    /// The home catalog, whose waivers count; none for a directory, where those of all do.
    pub home: Option<String>,
    /// What may be a mistake in a directory that was read.
    pub notes: Vec<Note>,
    /// The store that it is of; none for a directory.
    pub(crate) layout: Option<Layout>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("state", &self.state).field("home", &self.home).finish_non_exhaustive()
    }
}

impl Database {
    /// Makes a store in a folder, whose home is this catalog.
    ///
    /// # Errors
    /// When there is one already, when the folder cannot be written, or when the id cannot be a catalog's.
    pub fn create(folder: &Path, home: &str, environment: &Environment<'_>) -> Result<Self> {
        let layout = Layout::within(folder);
        let mut ledger = Ledger::create(&layout, home, environment.now, &environment.command)?;
        projections::publish_empty(&mut ledger)?;
        ledger.close()?;
        Ok(Self::Store(layout))
    }

    /// The store that is named, or the nearest one from a folder upwards.
    ///
    /// # Errors
    /// When there is none, or it is not one that this program reads.
    pub fn find_store(named: Option<&Path>, from: &Path) -> Result<Self> {
        let layout = Self::locate(named, from)?;
        layout.verify()?;
        Ok(Self::Store(layout))
    }

    /// As [`Self::find_store`], for a check: also a store whose file `FORMAT` is damaged or lost.
    ///
    /// # Errors
    /// When there is none.
    pub fn find_damaged_store(named: Option<&Path>, from: &Path) -> Result<Self> {
        let layout = Self::locate(named, from)?;
        if layout.has_parts() { Ok(Self::Store(layout)) } else { Err(layout.not_a_store().into()) }
    }

    fn locate(named: Option<&Path>, from: &Path) -> Result<Layout> {
        let Some(path) = named else { return Ok(Layout::nearest(from)?) };
        let inner = Layout::within(path);
        // Both the folder that holds a store and the store's own folder may be named.
        Ok(if inner.root().is_dir() { inner } else { Layout::at(path) })
    }

    /// The store, for what only a store can do.
    ///
    /// # Errors
    /// When it is a directory.
    pub fn layout(&self) -> Result<&Layout> {
        match self {
            Self::Store(layout) => Ok(layout),
            Self::Directory(dir) => Err(Error::User(format!(
                "{} is a catalog directory; this needs a store (`tiaokuai init`)",
                dir.display()
            ))),
        }
    }

    /// The graph of the newest state, or of the one that a word names.
    ///
    /// # Errors
    /// When the directory or the store cannot be read, or nothing is known by that word.
    pub fn snapshot(&self, at: Option<&str>, reader: &Reader<'_>, environment: &Environment<'_>) -> Result<Snapshot> {
        match self {
            Self::Directory(dir) => {
                if at.is_some() {
                    let reason = format!("{} is a catalog directory, which has no past", dir.display());
                    return Err(Error::User(reason));
                }
                let assembled = reader.state(dir)?;
                let digest = digest::of_tables(&assembled.symbols, &assembled.tables);
                let (graph, _) = build_in_memory(&assembled.symbols, &assembled.tables, digest.digest())?;
                let graph = Arc::new(graph);
                Ok(Snapshot { graph, state: None, home: None, notes: assembled.notes, layout: None })
            }
            Self::Store(layout) => match at {
                None => projections::present(layout, environment),
                Some(word) => projections::past(layout, word, environment),
            },
        }
    }

    /// The home catalog of a store.
    ///
    /// # Errors
    /// When it is no store, or HEAD cannot be read.
    pub fn home(&self) -> Result<String> {
        Ok(Head::read(&self.layout()?.head())?.home)
    }
}
