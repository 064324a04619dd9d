//! The store: append-only, hash-chained logs of commits in a ledger, and the HEAD file that says what counts.
//!
//! A commit goes its way through [`Ledger::append`] (encoded by `codec`, split into blocks by `entry`, written by an
//! [`Engine`]) and [`Ledger::publish`], which writes [`Head`]. Reading the present needs [`Head::read`] alone. The bytes
//! of all of it are in `docs/store-format.md`.

mod append;
mod backup;
mod carve;
mod check;
mod codec;
mod commit;
mod compact;
mod engine;
mod entry;
mod error;
mod files;
mod head;
mod layout;
mod ledger;
mod load;
mod lock;
mod probe;
mod rebuild;
mod replay;
mod sled_engine;
mod state;
mod survey;

pub use append::{CommitText, Examined, RawCommit};
pub use backup::{BackupReport, backup, restore, verify_backup};
pub use check::{CheckReport, RepairReport, check, repair};
pub use codec::ChunkError;
pub use commit::{ChunkInfo, Commit, CommitId};
pub use compact::{CompactReport, compact};
pub use engine::{Batch, Engine, MAX_VALUE, MemoryEngine, Pair, Visitor};
pub use error::{Error, ErrorKind, Fork, Result};
pub use head::{CatalogHead, Head, HeadExtras};
pub use layout::{FOLDER, FORMAT, Layout};
pub use ledger::{Access, Ledger, PendingState};
pub use lock::OnWait;
pub use probe::{ProbeCommand, probe};
pub use sled_engine::SledEngine;
pub use state::State;
