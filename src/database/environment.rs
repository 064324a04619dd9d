//! What the library is told about the world that it runs in, since it knows no terminal and no clock of its own.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::format::catalog::{NoProgress, Progress};
use crate::store::{Access, ProbeCommand};

/// Hears what a reader should know and no error is.
pub type Notify<'a> = dyn Fn(&Notice) + 'a;

/// Something that a reader should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Another process has the ledger open; this one waits for it.
    Waiting(String),
    /// A projection was missing or damaged, and is rebuilt from the ledger.
    Rebuilding(String),
    /// What opening did about a commit that a crash left unfinished.
    Recovered(String),
    /// A commit counts, but what leaves of the home catalog could not be brought up to date.
    NotPublished(String),
}

/// The world around a call.
pub struct Environment<'a> {
    /// The command, for whoever has to wait for it.
    pub command: String,
    /// Now.
    pub now: Timestamp,
    /// The zone of dates and times without an offset.
    pub zone: TimeZone,
    /// Who makes commits.
    pub author: String,
    /// How to try damaged files in a child process, if one can be started.
    pub probe: Option<ProbeCommand>,
    /// Who hears notices.
    pub notify: &'a Notify<'a>,
    /// Who hears how far a long reading is.
    pub progress: &'a dyn Progress,
}

impl std::fmt::Debug for Environment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Environment").field("command", &self.command).field("now", &self.now).finish_non_exhaustive()
    }
}

/// How long a reader of the past waits for another process.
const PATIENCE: Duration = Duration::from_secs(60);

impl Environment<'_> {
    /// A quiet world: the clock's time, UTC, nobody to tell.
    #[must_use]
    pub fn quiet() -> Environment<'static> {
        Environment {
            command: "tiaokuai".to_owned(),
            now: Timestamp::now(),
            zone: TimeZone::UTC,
            author: String::new(),
            probe: None,
            notify: &|_| {},
            progress: &NoProgress,
        }
    }

    /// Opens something of the ledger as this world allows.
    pub(super) fn with_access<T>(&self, open: impl FnOnce(&mut Access<'_>) -> T) -> T {
        let mut on_wait = |holder: &str| (self.notify)(&Notice::Waiting(holder.to_owned()));
        let mut access =
            Access { command: &self.command, patience: PATIENCE, on_wait: &mut on_wait, probe: self.probe.clone() };
        open(&mut access)
    }
}
