//! The report as an HTML page: what it says, that nothing of a catalog breaks out of it, and what a browser makes of it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod browser;
mod hostile;
mod page;
#[path = "../support/mod.rs"]
mod support;
mod words;

/// The day of every page, so that no golden file ages.
const TODAY: &str = "2026-11-01";
