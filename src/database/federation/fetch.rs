//! Fetching from sources: another store's folder or server, or a catalog directory.

use std::path::Path;
use std::time::Duration;

use super::arrival::{self, Arrived, Incoming};
use super::files::Folder;
use super::http::Server;
use super::pages::{self, Pages};
use super::remotes::unknown;
use crate::database::environment::Environment;
use crate::database::error::{Error, Result};
use crate::database::import::Import;
use crate::database::{Database, Reader, projections};
use crate::federation::Remote;
use crate::federation::remote::Failed;
use crate::format::catalog;
use crate::store::{Access, CommitId, Head, Layout, Ledger};

/// What fetching from one source came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The source.
    pub name: String,
    /// The catalog.
    pub catalog: String,
    /// How many commits came.
    pub commits: usize,
    /// The state that they made; none where nothing was new.
    pub state: Option<u64>,
}

/// How long to wait for a source whose ledger another process has open.
const PATIENCE: Duration = Duration::from_secs(20);

/// The names of the sources, in their order.
///
/// # Errors
/// When the file of sources cannot be read.
pub fn remote_names(layout: &Layout) -> Result<Vec<String>> {
    Ok(Folder::of(layout).remotes()?.remote.into_keys().collect())
}

/// Fetches from one source what is new there: all of it or nothing. What became of it is remembered.
///
/// # Errors
/// When there is no such source; when it cannot be read, or what it says is not taken.
pub fn fetch(layout: &Layout, name: &str, allow_deletes: bool, environment: &Environment<'_>) -> Result<Fetched> {
    let folder = Folder::of(layout);
    let remotes = folder.remotes()?;
    let remote = remotes.remote.get(name).ok_or_else(|| unknown(name, remotes.remote.keys()))?;
    let outcome = fetch_from(layout, name, remote, allow_deletes, environment);
    let mut sources = folder.sources()?;
    match &outcome {
        Ok(_) if sources.failed.remove(name).is_none() => return outcome,
        Ok(_) => {}
        Err(error) => {
            let failed = Failed { time: environment.now, reason: error.to_string() };
            sources.failed.insert(name.to_owned(), failed);
        }
    }
    folder.set_sources(&sources)?;
    outcome
}

fn fetch_from(
    layout: &Layout,
    name: &str,
    remote: &Remote,
    allow_deletes: bool,
    environment: &Environment<'_>,
) -> Result<Fetched> {
    let fetched = |commits, state| Fetched { name: name.to_owned(), catalog: remote.catalog.clone(), commits, state };
    if !remote.is_server() && catalog::is_catalog(Path::new(&remote.source)) {
        let state = harvest(layout, name, remote, allow_deletes, environment)?;
        return Ok(fetched(usize::from(state.is_some()), state));
    }
    let from = if remote.is_server() { from_server } else { from_store };
    let arrived = from(layout, name, remote, environment)?;
    Ok(fetched(arrived.catalogs.iter().map(|(_, n)| n).sum(), arrived.state))
}

/// Fetches from another store's folder.
fn from_store(layout: &Layout, name: &str, remote: &Remote, environment: &Environment<'_>) -> Result<Arrived> {
    let theirs = store_at(Path::new(&remote.source))?;
    // Most often there is nothing new: HEAD says so, and no ledger is opened.
    let (published, as_of) = published_by(&theirs, &remote.catalog, environment)?;
    let heads = Head::read(&published.head())?.catalogs;
    let Some(newest) = heads.iter().find(|c| c.catalog == remote.catalog).map(|c| c.commit) else {
        let reason = format!("{} holds no log of catalog {}", remote.source, remote.catalog);
        return Err(Error::Refused(reason));
    };
    if Some(newest) == held(layout, remote)? {
        return nothing_new(layout, name, remote, as_of);
    }
    let ledger = projections::open_for_writing(layout, environment)?;
    let incoming = read_log(&theirs, &published, &ledger, remote, as_of, environment)?;
    take(ledger, incoming, name, environment)
}

/// Fetches from a server. The store is open to others until all has come.
fn from_server(layout: &Layout, name: &str, remote: &Remote, environment: &Environment<'_>) -> Result<Arrived> {
    let server = Server::new(remote)?;
    let mut offer = server.offer()?;
    // Nobody signs this, and nobody knows what is said tomorrow.
    offer.as_of = offer.as_of.min(environment.now);
    let held = held(layout, remote)?;
    if held.is_some_and(|held| held.to_string() == offer.head) {
        return nothing_new(layout, name, remote, offer.as_of);
    }
    let folder = Folder::of(layout);
    let pages = Pages::open(&folder, name)?;
    let incoming = pages::read_log(&server, offer, &pages, held, &folder.trust()?)?;
    let ledger = projections::open_for_writing(layout, environment)?;
    let arrived = take(ledger, incoming, name, environment);
    // What is refused is not asked for again from the middle.
    pages.forget();
    arrived
}

/// The newest commit that is here of a source's catalog.
fn held(layout: &Layout, remote: &Remote) -> Result<Option<CommitId>> {
    let head = Head::read(&layout.head())?;
    Ok(head.catalogs.iter().find(|c| c.catalog == remote.catalog).map(|c| c.commit))
}

/// Remembers as of when nothing is new.
fn nothing_new(layout: &Layout, name: &str, remote: &Remote, as_of: jiff::Timestamp) -> Result<Arrived> {
    let folder = Folder::of(layout);
    let mut sources = folder.sources()?;
    sources.heard(&remote.catalog, as_of, name);
    folder.set_sources(&sources)?;
    Ok(Arrived { catalogs: vec![(remote.catalog.clone(), 0)], state: None })
}

/// Takes what came into the store, and closes it.
fn take(mut ledger: Ledger, incoming: Incoming, name: &str, environment: &Environment<'_>) -> Result<Arrived> {
    let layout = ledger.layout().clone();
    let trust = Folder::of(&layout).trust()?;
    let arrived = arrival::take(&mut ledger, vec![incoming], name, &trust, environment)?;
    projections::clean_up(&layout, false)?;
    ledger.close()?;
    Ok(arrived)
}

/// The store at a source: in the folder, or the store's own folder.
fn store_at(source: &Path) -> Result<Layout> {
    let inner = Layout::within(source);
    let layout = if inner.root().is_dir() { inner } else { Layout::at(source) };
    if !source.is_dir() {
        let missing = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(Error::Io { path: source.to_owned(), source: missing });
    }
    layout.verify().map_err(|e| match e {
        crate::store::Error::NotAStore { .. } => {
            Error::Refused(format!("{} holds neither a store nor a catalog directory", source.display()))
        }
        other => other.into(),
    })?;
    Ok(layout)
}

/// Opens the ledger that a log is read from.
pub(super) fn open_log(layout: &Layout, environment: &Environment<'_>) -> Result<Ledger> {
    let (mut on_wait, probe) = (|_: &str| {}, environment.probe.clone());
    let mut access = Access { command: &environment.command, patience: PATIENCE, on_wait: &mut on_wait, probe };
    Ok(Ledger::open_for_reading(layout, &mut access)?)
}

/// Where the log that a store publishes of a catalog lies, and as of when it is all that its owner had said.
pub(super) fn published_by(
    theirs: &Layout,
    catalog: &str,
    environment: &Environment<'_>,
) -> Result<(Layout, jiff::Timestamp)> {
    let head = Head::read(&theirs.head())?;
    let folder = Folder::of(theirs);
    if head.home != catalog {
        let as_of = folder.sources()?.catalog.get(catalog).map(|heard| heard.as_of);
        return Ok((theirs.clone(), as_of.unwrap_or(head.time)));
    }
    let published = folder.published();
    let source = if published.root().is_dir() { published } else { theirs.clone() };
    Ok((source, environment.now))
}

/// Reads what is new of a source's log, up to what its owner signed.
fn read_log(
    theirs: &Layout,
    source: &Layout,
    ours: &Ledger,
    remote: &Remote,
    as_of: jiff::Timestamp,
    environment: &Environment<'_>,
) -> Result<Incoming> {
    let ledger = open_log(source, environment)?;
    let trust = Folder::of(ours.layout()).trust()?;
    let statement = Folder::of(theirs).statements()?.remove(&remote.catalog);
    let log: Vec<CommitId> = ledger.log(&remote.catalog).map(|c| c.id).collect();
    // What is signed may end before the log does: the owner writes on. Whoever needs no signature takes all.
    let needs_signature = trust.catalog.get(&remote.catalog).is_none_or(|t| !t.unsigned);
    let signed_end = statement.as_ref().and_then(|s| log.iter().position(|id| s.is_of(&id.0)));
    let end = if needs_signature { signed_end } else { log.len().checked_sub(1) };
    let statement = statement.filter(|_| signed_end == end && end.is_some());
    let (head, length) = match end {
        Some(end) => (log[end], end as u64 + 1),
        None => (log.last().copied().unwrap_or(CommitId([0; 32])), log.len() as u64),
    };
    trust.judge_log(&remote.catalog, &head.0, length, statement.as_ref())?;
    let commits = arrival::missing(&ledger, &remote.catalog, Some(head), ours)?;
    ledger.close()?;
    Ok(Incoming { catalog: remote.catalog.clone(), commits, statement, as_of })
}

/// Makes a commit of what a catalog directory says otherwise than it did last time. Returns the state that it made.
fn harvest(
    layout: &Layout,
    name: &str,
    remote: &Remote,
    allow_deletes: bool,
    environment: &Environment<'_>,
) -> Result<Option<u64>> {
    let folder = Folder::of(layout);
    let trusted = folder.trust()?.catalog.get(&remote.catalog).is_some_and(|t| t.unsigned);
    if !trusted {
        return Err(Error::Refused(format!(
            "{} is a catalog directory, which nobody signed, and catalog {} is not trusted without",
            remote.source, remote.catalog
        )));
    }
    let message = format!("harvested by {name}");
    let import = Import {
        dir: Path::new(&remote.source),
        reader: Reader { progress: environment.progress, ..Reader::default() },
        dry_run: false,
        allow_empty: allow_deletes,
        allow_deletes,
        message: &message,
    };
    let imported = import.run_into(&Database::Store(layout.clone()), &remote.catalog, environment)?;
    let mut sources = folder.sources()?;
    sources.heard(&remote.catalog, environment.now, name);
    folder.set_sources(&sources)?;
    Ok(imported.committed.map(|(state, _)| state))
}
