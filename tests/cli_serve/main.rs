//! The server as others meet it: what it answers to whom, what it bears, how it stops, and what can be fetched from it.
#![allow(clippy::unwrap_used, missing_docs)]

mod asking;
#[path = "../federation_support/mod.rs"]
mod federation_support;
mod fetching;
mod limits;
mod secrets;
#[path = "../serve_support/mod.rs"]
mod serve_support;
mod stopping;
#[path = "../support/mod.rs"]
mod support;
mod tls;
