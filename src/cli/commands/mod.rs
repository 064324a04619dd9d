//! A file a command.

mod asking;
pub(super) mod backup;
pub(super) mod check;
pub(super) mod compact;
pub(super) mod completions;
pub(super) mod dangling;
pub(super) mod diff;
pub(super) mod export;
mod finding;
pub(super) mod findings;
pub(super) mod import;
pub(super) mod init;
pub(super) mod log;
pub(super) mod probe;
pub(super) mod query;
pub(super) mod redundant;
pub(super) mod report;
pub(super) mod restore;
pub(super) mod show;
pub(super) mod silos;
pub(super) mod stats;
pub(super) mod unreachable;
pub(super) mod why;
