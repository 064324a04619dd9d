//! Scenarios that may fail, each with the reason.

/// The beginning of an id, and why the scenario may fail.
pub(crate) const MAY_FAIL: &[(&str, &str)] = &[];
