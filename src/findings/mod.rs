//! The findings: what the graph says about who can get what, each row with its proof.
//!
//! Every finding is a procedure of the query language and a command; [`procedures`] lists them. The definitions are in
//! `docs/findings.md`; a file here is a finding, and [`flow`] is what they share.

mod batches;
mod finding_id;
pub mod flow;
mod hierarchy;
mod look_alike;
mod paper_sharing;
mod redundant;
mod silos;
mod unreachable;
mod why;

pub use finding_id::finding_id;
pub use hierarchy::Hierarchy;
pub use why::{ClosedEdge, Why, why};

use crate::query::registry::Procedure;

/// Every finding, in the order of the report.
#[must_use]
pub fn procedures() -> Vec<&'static Procedure> {
    vec![&silos::PROCEDURE, &unreachable::PROCEDURE, &redundant::PROCEDURE, &why::PROCEDURE, &paper_sharing::PROCEDURE]
}
