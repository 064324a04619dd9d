//! tiaokuai (条块): a federated data-catalog graph database.
//!
//! A government is a grid of vertical lines (*tiao*) and regions (*kuai*). This library keeps a catalog of that grid as
//! a property graph, and answers which datasets nobody but their holder can get, which grassroots units cannot get what
//! they need, and which platforms were built twice, each with its proof.
//!
//! `docs/architecture.md` is the way in; [`database::Database`] is the entry point.

pub mod cli;
pub mod database;
pub mod federation;
pub mod findings;
pub mod format;
pub mod graph;
pub mod model;
pub mod query;
pub mod report;
pub mod server;
pub mod store;
