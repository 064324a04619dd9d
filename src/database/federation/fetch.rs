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
use crate::federation::remote::Failed;
use crate::federation::{Remote, Trust};
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

/// Fetches from sources what is new there: of each all of it, or nothing. What logs of several bring is recorded as one
/// state; one that is refused costs the others nothing. What became of each source is remembered.
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
    let mut sources = Vec::new();
    for name in names {
        let remote = remotes.remote.get(name).ok_or_else(|| unknown(name, remotes.remote.keys()))?;
        sources.push(Source { layout, name, remote, environment });
    }
    let mut outcomes: Vec<Option<Result<Fetched>>> = sources.iter().map(|_| None).collect();
    let mut news: Vec<(usize, News)> = Vec::new();
    for (i, source) in sources.iter().enumerate() {
        match source.look(allow_deletes) {
            Ok(Came::Fetched(fetched)) => outcomes[i] = Some(Ok(fetched)),
            Ok(Came::News(new)) => news.push((i, new)),
            // That somebody else writes here is no fault of the source.
            Err(locked @ Error::Store(store::Error::Locked { .. })) => return Err(locked),
            Err(error) => outcomes[i] = Some(Err(error)),
        }
    }
    if !news.is_empty() {
        for (i, outcome) in take(layout, &sources, news, environment)? {
            outcomes[i] = Some(outcome);
        }
    }
    let told = sources.iter().zip(outcomes);
    let told: Outcomes = told.filter_map(|(source, outcome)| Some((source.name.to_owned(), outcome?))).collect();
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
    /// A log with something new.
    News(News),
}

/// A log with something new.
enum News {
    /// It is here, with the pages that it came in: nobody else touches them until it is taken.
    Here(Box<Incoming>, Pages),
    /// It lies in another store, and is read beside this store's own ledger.
    There(There),
}

/// Where another store's log lies.
struct There {
    theirs: Layout,
    /// Where it publishes its log.
    published: Layout,
    /// As of when that is all that its owner had said.
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
        Ok(Came::News(News::There(There { theirs, published, as_of })))
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
        Ok(Came::News(News::Here(Box::new(log), pages)))
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

/// Takes what is new at sources into the store, and closes it. What became of each.
fn take(
    layout: &Layout,
    sources: &[Source<'_>],
    news: Vec<(usize, News)>,
    environment: &Environment<'_>,
) -> Result<Vec<(usize, Result<Fetched>)>> {
    let mut ledger = projections::open_for_writing(layout, environment)?;
    let trust = Folder::of(layout).trust()?;
    let (mut outcomes, mut logs, mut pages) = (Vec::new(), Vec::new(), Vec::new());
    for (i, new) in news {
        match new {
            News::Here(log, of_log) => {
                logs.push((i, *log));
                pages.push(of_log);
            }
            News::There(there) => match read_log(&there, &ledger, &sources[i]) {
                Ok(log) => logs.push((i, log)),
                Err(error) => outcomes.push((i, Err(error))),
            },
        }
    }
    for (i, arrived) in take_together(&mut ledger, logs, &trust, environment) {
        let source = &sources[i];
        let fetched = arrived.map(|arrived| {
            let new = arrived.catalogs.iter().find(|(catalog, _)| *catalog == source.remote.catalog);
            let new = new.map_or(0, |(_, new)| *new);
            source.fetched(new, arrived.state.filter(|_| new > 0))
        });
        outcomes.push((i, fetched));
    }
    // What is refused is not asked for again from the middle.
    pages.iter().for_each(Pages::forget);
    projections::clean_up(layout, false)?;
    ledger.close()?;
    Ok(outcomes)
}

/// Takes logs as one state. Where that is refused, those that are at fault by themselves are left out; where none is, each
/// is a state of its own.
fn take_together(
    ledger: &mut Ledger,
    logs: Vec<(usize, Incoming)>,
    trust: &Trust,
    environment: &Environment<'_>,
) -> Vec<(usize, Result<Arrived>)> {
    let (numbers, logs): (Vec<usize>, Vec<Incoming>) = logs.into_iter().unzip();
    match numbers[..] {
        [] => return Vec::new(),
        [number] => return vec![(number, arrival::take(ledger, &logs, trust, environment))],
        _ => {}
    }
    if let Ok(arrived) = arrival::take(ledger, &logs, trust, environment) {
        return numbers.into_iter().map(|number| (number, Ok(arrived.clone()))).collect();
    }
    let (mut outcomes, mut fit) = (Vec::new(), Vec::new());
    for (number, log) in numbers.into_iter().zip(logs) {
        match arrival::admit(ledger, std::slice::from_ref(&log), trust) {
            Ok(_) => fit.push((number, log)),
            Err(error) => outcomes.push((number, Err(error))),
        }
    }
    if outcomes.is_empty() {
        let alone = |(number, log)| (number, arrival::take(ledger, &[log], trust, environment));
        return fit.into_iter().map(alone).collect();
    }
    outcomes.extend(take_together(ledger, fit, trust, environment));
    outcomes
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
fn read_log(there: &There, ours: &Ledger, source: &Source<'_>) -> Result<Incoming> {
    let Source { remote, name, environment, .. } = *source;
    let There { theirs, published, as_of } = there;
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
