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
use crate::store::{self, Access, CommitId, Head, Layout, Ledger};

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

/// What became of each source that was asked, in their order.
type Outcomes = Vec<(String, Result<Fetched>)>;

/// Fetches from sources what is new there: of each all of it, or nothing. What comes from several is recorded as one state;
/// where that is refused, source by source, so that none costs the others anything. What became of each is remembered.
///
/// # Errors
/// When there is no such source, or the store cannot be read or written. That a source cannot be read, or that what it says
/// is not taken, is its own outcome.
pub fn fetch(
    layout: &Layout,
    names: &[String],
    allow_deletes: bool,
    environment: &Environment<'_>,
) -> Result<Outcomes> {
    let folder = Folder::of(layout);
    let remotes = folder.remotes()?;
    let mut asked = Vec::new();
    for name in names {
        let remote = remotes.remote.get(name).ok_or_else(|| unknown(name, remotes.remote.keys()))?;
        asked.push(Source { layout, name, remote, environment });
    }
    let mut outcomes = Vec::new();
    for source in &asked {
        match source.look(allow_deletes) {
            // That somebody else writes here is no fault of the source.
            Err(locked @ Error::Store(store::Error::Locked { .. })) => return Err(locked),
            outcome => outcomes.push(outcome),
        }
    }
    let arrives = |outcome: &Result<Came>| matches!(outcome, Ok(Came::Log(..) | Came::Newer(_)));
    if outcomes.iter().any(arrives) {
        take(&asked, &mut outcomes)?;
    }
    let told = asked.iter().zip(outcomes).map(|(source, outcome)| {
        let fetched = outcome.map(|came| match came {
            Came::Fetched(fetched) => fetched,
            Came::Log(..) | Came::Newer(_) => source.fetched(0, None),
        });
        (source.name.to_owned(), fetched)
    });
    let told: Outcomes = told.collect();
    remember(&folder, &told, environment)?;
    Ok(told)
}

/// Remembers which sources failed, and why.
fn remember(folder: &Folder, told: &Outcomes, environment: &Environment<'_>) -> Result<()> {
    let mut sources = folder.sources()?;
    let before = sources.failed.clone();
    for (name, outcome) in told {
        match outcome {
            Ok(_) => drop(sources.failed.remove(name)),
            Err(error) => {
                let failed = Failed { time: environment.now, reason: error.to_string() };
                sources.failed.insert(name.clone(), failed);
            }
        }
    }
    if sources.failed == before { Ok(()) } else { folder.set_sources(&sources) }
}

/// A source that is asked.
struct Source<'a> {
    layout: &'a Layout,
    name: &'a str,
    remote: &'a Remote,
    environment: &'a Environment<'a>,
}

/// What comes of a source.
enum Came {
    /// It is done: nothing was new, or what was is recorded.
    Fetched(Fetched),
    /// What is new of a log, and the pages that it came in, which nobody else touches until it is taken.
    Log(Box<Incoming>, Option<Pages>),
    /// Another store has something new, to be read beside this store's own ledger; and as of when that is all.
    Newer(Box<Newer>),
}

/// A store that has something new.
struct Newer {
    theirs: Layout,
    /// Where it publishes its log.
    published: Layout,
    as_of: jiff::Timestamp,
}

impl Source<'_> {
    fn fetched(&self, commits: usize, state: Option<u64>) -> Fetched {
        Fetched { name: self.name.to_owned(), catalog: self.remote.catalog.clone(), commits, state }
    }

    /// Asks the source what is new. This store is open to others meanwhile.
    fn look(&self, allow_deletes: bool) -> Result<Came> {
        let Self { layout, name, remote, environment } = *self;
        if remote.is_server() {
            self.look_at_server()
        } else if catalog::is_catalog(Path::new(&remote.source)) {
            let state = harvest(layout, name, remote, allow_deletes, environment)?;
            Ok(Came::Fetched(self.fetched(usize::from(state.is_some()), state)))
        } else {
            self.look_at_store()
        }
    }

    /// Most often there is nothing new: HEAD says so, and no ledger is opened.
    fn look_at_store(&self) -> Result<Came> {
        let remote = self.remote;
        let theirs = store_at(Path::new(&remote.source))?;
        let (published, as_of) = published_by(&theirs, &remote.catalog, self.environment)?;
        let heads = Head::read(&published.head())?.catalogs;
        let Some(newest) = heads.iter().find(|c| c.catalog == remote.catalog).map(|c| c.commit) else {
            let reason = format!("{} holds no log of catalog {}", remote.source, remote.catalog);
            return Err(Error::Refused(reason));
        };
        if Some(newest) == held(self.layout, remote)? {
            return self.nothing_new(as_of);
        }
        Ok(Came::Newer(Box::new(Newer { theirs, published, as_of })))
    }

    fn look_at_server(&self) -> Result<Came> {
        let server = Server::new(self.remote)?;
        let mut offer = server.offer()?;
        // Nobody signs this, and nobody knows what is said tomorrow.
        offer.as_of = offer.as_of.min(self.environment.now);
        let held = held(self.layout, self.remote)?;
        if held.is_some_and(|held| held.to_string() == offer.head) {
            return self.nothing_new(offer.as_of);
        }
        let folder = Folder::of(self.layout);
        let pages = Pages::open(&folder, self.name)?;
        let log = pages::read_log(&server, self.name, offer, &pages, held, &folder.trust()?)?;
        Ok(Came::Log(Box::new(log), Some(pages)))
    }

    /// Remembers as of when nothing is new.
    fn nothing_new(&self, as_of: jiff::Timestamp) -> Result<Came> {
        let folder = Folder::of(self.layout);
        let mut sources = folder.sources()?;
        sources.heard(&self.remote.catalog, as_of, self.name);
        folder.set_sources(&sources)?;
        Ok(Came::Fetched(self.fetched(0, None)))
    }
}

/// Takes what is new at sources into the store, and closes it.
fn take(asked: &[Source<'_>], outcomes: &mut [Result<Came>]) -> Result<()> {
    let Some(Source { layout, environment, .. }) = asked.first() else { return Ok(()) };
    let mut ledger = projections::open_for_writing(layout, environment)?;
    for (source, outcome) in asked.iter().zip(outcomes.iter_mut()) {
        if let Ok(Came::Newer(newer)) = outcome {
            *outcome = read_log(newer, &ledger, source).map(|log| Came::Log(Box::new(log), None));
        }
    }
    let logs = |outcomes: &[Result<Came>]| -> Vec<usize> {
        (0..outcomes.len()).filter(|&i| matches!(outcomes[i], Ok(Came::Log(..)))).collect()
    };
    // Two sources of one catalog come one after the other: what the first brought is here when the second is looked at.
    let mut waiting = logs(outcomes);
    while !waiting.is_empty() {
        let mut catalogs: Vec<&str> = Vec::new();
        let (now, later) = waiting.iter().partition(|&&i| {
            let catalog = asked[i].remote.catalog.as_str();
            let is_first = !catalogs.contains(&catalog);
            catalogs.push(catalog);
            is_first
        });
        take_together(&mut ledger, asked, outcomes, now)?;
        waiting = later;
    }
    projections::clean_up(layout, false)?;
    ledger.close()?;
    Ok(())
}

/// Takes the logs that came from these sources as one state, or, where that is refused, each as its own.
fn take_together(
    ledger: &mut Ledger,
    asked: &[Source<'_>],
    outcomes: &mut [Result<Came>],
    now: Vec<usize>,
) -> Result<()> {
    let folder = Folder::of(ledger.layout());
    let trust = folder.trust()?;
    let (mut logs, mut pages) = (Vec::new(), Vec::new());
    for &i in &now {
        let nothing = Ok(Came::Fetched(asked[i].fetched(0, None)));
        if let Ok(Came::Log(log, pages_of_log)) = std::mem::replace(&mut outcomes[i], nothing) {
            logs.push(*log);
            pages.extend(pages_of_log);
        }
    }
    let environment = asked[now[0]].environment;
    let together = if logs.len() > 1 { arrival::take(ledger, &logs, &trust, environment).ok() } else { None };
    for (&i, log) in now.iter().zip(&logs) {
        let source = &asked[i];
        let arrived = match &together {
            Some(arrived) => Ok(arrived.clone()),
            None => arrival::take(ledger, std::slice::from_ref(log), &trust, environment),
        };
        let new_of =
            |arrived: &Arrived| arrived.catalogs.iter().find(|(c, _)| *c == log.catalog).map_or(0, |(_, n)| *n);
        outcomes[i] = arrived.map(|arrived| {
            let new = new_of(&arrived);
            Came::Fetched(source.fetched(new, arrived.state.filter(|_| new > 0)))
        });
    }
    // What is refused is not asked for again from the middle.
    pages.iter().for_each(Pages::forget);
    Ok(())
}

/// The newest commit that is here of a source's catalog.
fn held(layout: &Layout, remote: &Remote) -> Result<Option<CommitId>> {
    let head = Head::read(&layout.head())?;
    Ok(head.catalogs.iter().find(|c| c.catalog == remote.catalog).map(|c| c.commit))
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
fn read_log(newer: &Newer, ours: &Ledger, source: &Source<'_>) -> Result<Incoming> {
    let Source { remote, name, environment, .. } = *source;
    let Newer { theirs, published, as_of } = newer;
    let ledger = open_log(published, environment)?;
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
    Ok(Incoming { catalog: remote.catalog.clone(), by: name.to_owned(), commits, statement, as_of: *as_of })
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
