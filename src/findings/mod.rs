//! The findings: what the graph says about who can get what, each row with its proof.
//!
//! Every finding is a procedure of the query language and a command; [`procedures`] lists them. The definitions are in
//! `docs/findings.md`; a file here is a finding, and [`flow`] is what they share.

mod asymmetry;
mod barriers;
mod burden;
mod chokepoints;
mod claims;
mod cohesion;
mod contradictions;
mod disparity;
mod exchanges;
mod finding_id;
pub mod flow;
mod governance;
mod grid;
mod hierarchy;
mod idle;
mod lagging;
mod look_alike;
mod overdue;
mod paper_sharing;
mod places;
mod prescribe;
mod recollected;
mod redundant;
mod reuse;
mod row;
mod sharing;
mod silos;
mod stovepipes;
mod sweep;
mod today;
mod together;
mod unmet;
mod unreachable;
mod why;

pub use finding_id::{FindingId, finding_id};
pub use grid::{NeedsGrid, NeedsMet, needs_grid, needs_met};
pub use hierarchy::Hierarchy;
pub use together::keep_for_all;
pub use why::{ClosedEdge, Why, why, why_in};

use crate::query::registry::Procedure;

/// Every finding, in the order of the report.
#[must_use]
pub fn procedures() -> Vec<&'static Procedure> {
    vec![
        &silos::PROCEDURE,
        &unreachable::PROCEDURE,
        &redundant::PROCEDURE,
        &why::PROCEDURE,
        &paper_sharing::PROCEDURE,
        &asymmetry::PROCEDURE,
        &stovepipes::PROCEDURE,
        &barriers::PROCEDURE,
        &burden::PROCEDURE,
        &recollected::PROCEDURE,
        &cohesion::PROCEDURE,
        &disparity::PROCEDURE,
        &governance::PROCEDURE,
        &reuse::PROCEDURE,
        &lagging::PROCEDURE,
        &idle::PROCEDURE,
        &overdue::PROCEDURE,
        &chokepoints::PROCEDURE,
        &claims::PROCEDURE,
        &prescribe::PROCEDURE,
        &contradictions::PROCEDURE,
    ]
}
