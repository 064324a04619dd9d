//! The saved queries that the program comes with: the folder `queries` of the project.

use std::sync::OnceLock;

use super::{Saved, parse};

macro_rules! files {
    ($($name:literal)*) => {
        /// Names and texts, in the order of the names.
        pub(super) const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../queries/", $name, ".cypher"))),)*];
    };
}

files! {
    "built-above"
    "burden"
    "by-barrier"
    "claims"
    "collected-twice"
    "compacts"
    "crossing-lines"
    "datasets"
    "departments"
    "departments-connected"
    "functions"
    "holdings"
    "idle-hardware"
    "incomplete"
    "islands"
    "lines"
    "met-by-tier"
    "most-needed"
    "needs-of-a-place"
    "pilots"
    "pivots"
    "platforms"
    "platforms-of-a-function"
    "policies"
    "redundant"
    "reinvented"
    "requested-long"
    "sectors"
    "services-at-risk"
    "silos"
    "silos-in-full"
    "single-points"
    "spending"
    "stale-edges"
    "systems-connected"
    "twice-here"
    "ungoverned"
    "unreachable"
    "unreachable-in-full"
    "unused-exchanges"
    "what-a-department-has"
    "who-has"
    "withheld-yet-granted"
}

/// The saved queries that the program comes with, in the order of their names.
#[must_use]
pub fn built_in() -> &'static [Saved] {
    static ALL: OnceLock<Vec<Saved>> = OnceLock::new();
    // A test holds that none is left out for its header.
    ALL.get_or_init(|| FILES.iter().filter_map(|(name, text)| parse(name, text).ok()).collect())
}
