//! What can go wrong with a store, in words for its reader.

use std::io;
use std::path::{Path, PathBuf};

use super::commit::CommitId;

/// What to do when the engine fails.
pub(crate) const CHECK_HINT: &str = "; `tiaokuai check` tells what is lost";

/// Whose matter an error is; it sets the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The question or command was wrong: another one would succeed.
    User,
    /// What was to be stored, or arrived, was wrong.
    Data,
    /// The store or its disk: damage, locks, permissions, space.
    Store,
    /// A promise of this program to itself was broken.
    Internal,
}

/// Two commits of one catalog with one parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The catalog.
    pub catalog: String,
    /// The parent of both, none where both are a first commit.
    pub parent: Option<CommitId>,
    /// The commit that the store has.
    pub ours: CommitId,
    /// The commit that arrived.
    pub theirs: CommitId,
}

/// An error of the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no store there.
    #[error("{} is not a tiaokuai store, and none of the folders above it is; `tiaokuai init` makes one", path.display())]
    NotAStore {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// There is a store already.
    #[error("{} is a store already", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// A newer program made the store.
    #[error("{} is of format {found}, and this program reads format {known} at most; use a newer program", path.display())]
    NewerFormat {
        /// The file that says so.
        path: PathBuf,
        /// The format found.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
    /// Another process is writing.
    #[error("the store is being written by {holder}; try again when it has finished")]
    Locked {
        /// Who holds the lock: process, command and since when.
        holder: String,
    },
    /// The ledger stayed in use longer than the caller wanted to wait.
    #[error("the ledger was still in use after {seconds} s, by {holder}")]
    Busy {
        /// Who holds it.
        holder: String,
        /// How long was waited.
        seconds: u64,
    },
    /// A file or folder that may not be written.
    #[error("{} may not be written ({source}); reading the present needs no writing, but this does", path.display())]
    ReadOnly {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk is full. Nothing was recorded.
    #[error("the disk of {} is full; nothing was recorded, make room and try again", path.display())]
    DiskFull {
        /// Where it was to be written.
        path: PathBuf,
    },
    /// Any other failure of a file.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something that is stored is damaged.
    #[error("{what} is damaged: {why}")]
    Damaged {
        /// What: a file, a commit, a block.
        what: String,
        /// How that shows.
        why: String,
    },
    /// The ledger lacks what HEAD says it holds.
    #[error(
        "the ledger has lost records: {0}; `tiaokuai check` tells more, a backup or another copy of the log has them"
    )]
    Lost(String),
    /// The engine under the ledger failed, or could not open its files.
    #[error("the ledger's engine failed: {0}{CHECK_HINT}")]
    Engine(String),
    /// Two commits with one parent.
    #[error("catalog {} forks after {}: {} is recorded here, {} arrived; one of the two was altered", .0.catalog,
        .0.parent.map_or_else(|| "its beginning".to_owned(), |p| p.to_string()), .0.ours, .0.theirs)]
    Fork(Box<Fork>),
    /// A commit whose parent is not there.
    #[error(
        "commit {commit} of catalog {catalog} follows {parent}, which is not in this store; fetch what lies between first"
    )]
    Gap {
        /// The catalog.
        catalog: String,
        /// The commit that arrived.
        commit: CommitId,
        /// Its parent.
        parent: CommitId,
    },
    /// What arrived contradicts itself.
    #[error("commit {commit} cannot be taken: {why}")]
    BadCommit {
        /// The commit.
        commit: CommitId,
        /// What is wrong.
        why: String,
    },
    /// A record that no chunk can hold: too long, too wide, or with a number that its type does not have.
    #[error("{0}")]
    Unstorable(String),
    /// A state, commit or time that names nothing here.
    #[error("{0}")]
    Unresolved(String),
    /// A promise of this program to itself was broken.
    #[error("internal error in the store: {0}")]
    Internal(String),
}

/// The result of a store's work.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Whose matter it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotAStore { .. } | Self::Exists { .. } | Self::Unresolved(_) => ErrorKind::User,
            Self::Fork(_) | Self::Gap { .. } | Self::BadCommit { .. } | Self::Unstorable(_) => ErrorKind::Data,
            Self::NewerFormat { .. }
            | Self::Locked { .. }
            | Self::Busy { .. }
            | Self::ReadOnly { .. }
            | Self::DiskFull { .. }
            | Self::Io { .. }
            | Self::Damaged { .. }
            | Self::Lost(_)
            | Self::Engine(_) => ErrorKind::Store,
            Self::Internal(_) => ErrorKind::Internal,
        }
    }

    /// The error for a failure of a file, by what the system said.
    pub(crate) fn io(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        // A failure to make a temporary file names that one as well, which says nothing to the reader.
        let text = source.to_string();
        let source = match text.split_once(" at path \"") {
            Some((cause, _)) => io::Error::new(source.kind(), cause),
            None => source,
        };
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem if action != "read" => {
                Self::ReadOnly { path, source }
            }
            _ => Self::Io { action, path, source },
        }
    }

    pub(crate) fn damaged(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Damaged { what: what.into(), why: why.into() }
    }

    /// What went wrong over a copy, told of the original: the reader never saw the copy, and it is gone.
    pub(crate) fn told_of(self, original: &Path, copy: &Path) -> Self {
        let tell = |text: String| text.replace(&*copy.to_string_lossy(), &original.to_string_lossy());
        match self {
            Self::Damaged { what, why } => Self::Damaged { what: tell(what), why: tell(why) },
            Self::Engine(text) => Self::Engine(tell(text)),
            other => other,
        }
    }
}
