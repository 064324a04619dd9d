//! Writes to a catalog.
