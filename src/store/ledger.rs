//! The ledger: the logs of all catalogs and the journal of states, held against HEAD.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::codec;
use super::commit::{Commit, CommitId, micros};
use super::engine::{Batch, Engine};
use super::entry::{self, Family, Name};
use super::error::{Error, Result};
use super::files;
use super::head::{Head, HeadExtras};
use super::layout::{FORMAT, Layout};
use super::load;
use super::lock::{Lock, OnWait};
use super::probe::ProbeCommand;
use super::sled_engine::{self, SledEngine};
use super::state::{self, State};
use crate::model::id::is_catalog_id;

/// How a ledger is opened.
pub struct Access<'a> {
    /// The command that opens it, for whoever has to wait for it.
    pub command: &'a str,
    /// How long to wait while another process has it open.
    pub patience: Duration,
    /// Called once, with the holder's name, when there is somebody to wait for.
    pub on_wait: &'a mut OnWait<'a>,
    /// How to try, in a child process, files that are not as they were left. Without it they are opened at once, with
    /// the risk that the engine hangs or aborts on damaged ones.
    pub probe: Option<ProbeCommand>,
}

/// The store's own record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoreRecord {
    pub(crate) format: u32,
    pub(crate) home: String,
}

impl StoreRecord {
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        codec::append(&mut bytes, self)?;
        Ok(bytes)
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        codec::read(bytes, 1 << 16).map_err(|why| Error::damaged("the store's own record", why))
    }
}

/// A state that is recorded, but of which HEAD does not tell yet.
#[derive(Clone, Debug)]
#[must_use = "a state counts only once it is published"]
pub struct PendingState {
    /// The state; its digest is not told yet.
    pub state: State,
}

/// An open ledger. Dropping it closes it; [`Ledger::close`] tells whether that went well.
pub struct Ledger {
    // Fields are dropped in this order: the engine lets go of its files before the locks go.
    pub(crate) engine: Box<dyn Engine>,
    pub(crate) layout: Layout,
    pub(crate) head: Head,
    pub(crate) states: Vec<State>,
    /// All commits, in the order in which they arrived.
    pub(crate) commits: Vec<Commit>,
    /// Where each commit stands in `commits`.
    pub(crate) positions: HashMap<CommitId, usize>,
    pub(crate) pending: bool,
    notices: Vec<String>,
    writable: bool,
    _ledger_lock: Option<Lock>,
    _writer_lock: Option<Lock>,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("layout", &self.layout).field("head", &self.head).finish_non_exhaustive()
    }
}

impl Ledger {
    /// Makes a store, empty, whose home catalog is `home`, and opens it for writing.
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::Unresolved`] where `home` is no catalog id, and those of files.
    pub fn create(layout: &Layout, home: &str, time: Timestamp, command: &str) -> Result<Self> {
        Self::create_on(layout, home, time, command, || Ok(Box::new(SledEngine::create(&layout.ledger())?)))
    }

    /// As [`Self::create`], on another engine.
    ///
    /// # Errors
    /// As [`Self::create`].
    pub fn create_on(
        layout: &Layout,
        home: &str,
        time: Timestamp,
        command: &str,
        engine: impl FnOnce() -> Result<Box<dyn Engine>>,
    ) -> Result<Self> {
        if !is_catalog_id(home) {
            return Err(Error::Unresolved(format!(
                "`{home}` cannot be a catalog's id: letters, digits, `.`, `_` and `-`, at most 64 bytes"
            )));
        }
        layout.create()?;
        let made = || {
            let writer_lock = Lock::take(&layout.lock(), command)?;
            let ledger_lock = Lock::take(&layout.ledger_lock(), command)?;
            let mut engine = engine()?;
            let state = State::empty(micros(time));
            let mut batch = Batch::default();
            let record = StoreRecord { format: FORMAT, home: home.to_owned() };
            entry::split(Name::new(Family::Store, 0), &record.to_bytes()?, &mut batch.puts)?;
            entry::split(Name::new(Family::State, 0), &state.to_bytes()?, &mut batch.puts)?;
            engine.commit(batch)?;
            let head = head_of(&state, home, None);
            head.write(&layout.head())?;
            Ok(Self {
                engine,
                layout: layout.clone(),
                head,
                states: vec![state],
                commits: Vec::new(),
                positions: HashMap::new(),
                pending: false,
                notices: Vec::new(),
                writable: true,
                _ledger_lock: Some(ledger_lock),
                _writer_lock: Some(writer_lock),
            })
        };
        // What is left of a store that could not be made would stand in the way of the next attempt.
        made().inspect_err(|_| drop(std::fs::remove_dir_all(layout.root())))
    }

    /// Opens the ledger to read the past, waiting while another process has it open.
    ///
    /// # Errors
    /// [`Error::Busy`] after `access.patience`; [`Error::Lost`] and [`Error::Damaged`] where the ledger does not hold
    /// what HEAD says; those of the engine and of files.
    pub fn open_for_reading(layout: &Layout, access: &mut Access<'_>) -> Result<Self> {
        layout.verify()?;
        let lock = Lock::wait(&layout.ledger_lock(), access.command, access.patience, access.on_wait)?;
        let engine = open_engine(layout, access.probe.as_ref())?;
        Self::load(layout, engine, false, Some(lock), None)
    }

    /// Opens the ledger to write. What a crash left unfinished is finished or taken back: see [`Self::notices`].
    ///
    /// # Errors
    /// [`Error::Locked`] at once where another process writes; else as [`Self::open_for_reading`].
    pub fn open_for_writing(layout: &Layout, access: &mut Access<'_>) -> Result<Self> {
        layout.verify()?;
        let writer = Lock::take(&layout.lock(), access.command)?;
        let lock = Lock::wait(&layout.ledger_lock(), access.command, access.patience, access.on_wait)?;
        let engine = open_engine(layout, access.probe.as_ref())?;
        Self::load(layout, engine, true, Some(lock), Some(writer))
    }

    /// Opens a ledger on this engine. The caller sees to it that nobody else has it open.
    ///
    /// # Errors
    /// As [`Self::open_for_writing`].
    pub fn open_on(layout: &Layout, engine: Box<dyn Engine>, writable: bool) -> Result<Self> {
        layout.verify()?;
        Self::load(layout, engine, writable, None, None)
    }

    fn load(
        layout: &Layout,
        mut engine: Box<dyn Engine>,
        writable: bool,
        ledger_lock: Option<Lock>,
        writer_lock: Option<Lock>,
    ) -> Result<Self> {
        let mut head = Head::read(&layout.head())?;
        let mut loaded = load::up_to_head(engine.as_ref(), &head)?;
        let mut notices = Vec::new();
        if writable {
            notices = load::settle_beyond(engine.as_mut(), &mut loaded)?;
            let newest = loaded.newest()?;
            if newest.number > head.state {
                head = head_of(newest, &head.home, None);
                head.write(&layout.head())?;
            }
        }
        let positions = loaded.commits.iter().enumerate().map(|(i, c)| (c.id, i)).collect();
        Ok(Self {
            engine,
            layout: layout.clone(),
            head,
            states: loaded.states,
            commits: loaded.commits,
            positions,
            pending: false,
            notices,
            writable,
            _ledger_lock: ledger_lock,
            _writer_lock: writer_lock,
        })
    }

    /// Closes the ledger in good order, so that the next opening need not look harder.
    ///
    /// # Errors
    /// [`Error::Engine`] and those of files; what was published is safe all the same.
    pub fn close(self) -> Result<()> {
        let Self { engine, _ledger_lock, _writer_lock, .. } = self;
        engine.close()
    }

    /// What opening did about a commit that a crash left between ledger and HEAD; empty after a clean stop.
    #[must_use]
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Where the store lies.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What HEAD says.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The states, each at the position of its number.
    #[must_use]
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// The commits of all catalogs, in the order in which they arrived.
    #[must_use]
    pub fn commits(&self) -> &[Commit] {
        &self.commits
    }

    /// The commits of one catalog, oldest first.
    pub fn log<'a>(&'a self, catalog: &'a str) -> impl DoubleEndedIterator<Item = &'a Commit> {
        self.commits.iter().filter(move |c| c.catalog == catalog)
    }

    /// A commit by its id.
    #[must_use]
    pub fn commit(&self, id: CommitId) -> Option<&Commit> {
        self.positions.get(&id).map(|&i| &self.commits[i])
    }

    /// The state that a word names: a number, the beginning of a commit's id, a date or a time (see
    /// `docs/store-format.md`). Dates and times without an offset are of `zone`.
    ///
    /// # Errors
    /// [`Error::Unresolved`], which says what would be valid.
    pub fn resolve(&self, word: &str, zone: &TimeZone) -> Result<&State> {
        let find = |prefix: &str| self.commits.iter().map(|c| c.id).filter(|id| id.starts_with(prefix)).collect();
        state::resolve(word, &self.states, find, zone)
    }

    /// Publishes a state: HEAD names it from now on. This is the commit point.
    ///
    /// # Errors
    /// Those of files: the state is then not published, and this may be tried again, or the next opening for writing
    /// does it. [`Error::Internal`] for a state that is not the newest.
    pub fn publish(&mut self, pending: &PendingState, extras: HeadExtras) -> Result<&Head> {
        let newest = self.newest()?;
        if pending.state.number != newest.number || pending.state.arrived != newest.arrived {
            return Err(Error::Internal(format!("state {} is not the newest", pending.state.number)));
        }
        self.set_extras(extras)
    }

    /// Publishes the newest state with what is told of it, without a new state: where [`Head::extras`] is none, as
    /// after a crash, a repair or a restoration.
    ///
    /// # Errors
    /// Those of files.
    pub fn set_extras(&mut self, extras: HeadExtras) -> Result<&Head> {
        self.require_writable()?;
        let digest = extras.digest;
        let head = head_of(self.newest()?, &self.head.home, Some(extras));
        head.write(&self.layout.head())?;
        if let Some(newest) = self.states.last_mut() {
            newest.digest = Some(digest);
        }
        self.pending = false;
        self.head = head;
        Ok(&self.head)
    }

    /// Publishes the same state under another projection, as when deltas are folded in.
    ///
    /// # Errors
    /// Those of files; [`Error::Internal`] where nobody has told the state's digest and counts yet.
    pub fn reset_projection(&mut self, projection: &str, deltas: &[String]) -> Result<&Head> {
        let Some(extras) = self.head.extras.clone() else {
            return Err(Error::Internal("the newest state has no digest yet".to_owned()));
        };
        self.set_extras(HeadExtras { projection: projection.to_owned(), deltas: deltas.to_vec(), ..extras })
    }

    /// How many bytes the ledger takes on disk.
    ///
    /// # Errors
    /// Those of files.
    pub fn bytes(&self) -> Result<u64> {
        files::folder_bytes(&self.layout.ledger())
    }

    pub(crate) fn newest(&self) -> Result<&State> {
        self.states.last().ok_or_else(|| Error::Internal("a journal without a state".to_owned()))
    }

    pub(crate) fn require_writable(&self) -> Result<()> {
        if self.writable { Ok(()) } else { Err(Error::Internal("the ledger is open for reading only".to_owned())) }
    }
}

/// HEAD for a state.
pub(crate) fn head_of(state: &State, home: &str, extras: Option<HeadExtras>) -> Head {
    Head {
        state: state.number,
        time: state.recorded,
        home: home.to_owned(),
        catalogs: state.heads.clone(),
        commits: state.commits,
        extras,
    }
}

/// Opens the engine. Where its files are not as they were left, a copy of them is tried first: by a child process, then
/// against HEAD. For sled cuts off what it cannot read, and with it what a repair could still find.
pub(crate) fn open_engine(layout: &Layout, probe: Option<&ProbeCommand>) -> Result<Box<dyn Engine>> {
    layout.settle()?;
    let folder: PathBuf = layout.ledger();
    if folder.is_dir() && !sled_engine::is_sealed(&folder)? {
        let head = Head::read(&layout.head())?;
        let aside = files::copy_aside(layout)?;
        let copy = aside.path().join("ledger");
        let tried = || {
            if let Some(probe) = probe {
                probe.run(&copy)?;
            }
            let engine: Box<dyn Engine> = Box::new(SledEngine::open(&copy)?);
            load::up_to_head(engine.as_ref(), &head)?;
            engine.close()
        };
        tried().map_err(|e| e.told_of(&folder, &copy))?;
    }
    Ok(Box::new(SledEngine::open(&folder)?))
}
