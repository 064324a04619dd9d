//! The query language as a whole: golden scripts that say what it answers, random queries that every rule of the optimizer
//! has to leave as they are, and queries that use more than they may.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod agreement;
mod bounds;
mod generate;
mod kit;
mod pieces;
mod procedures;
mod random;
mod scratch;
mod scripts;
