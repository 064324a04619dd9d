//! Rows, and the registry of procedures that findings join. The language itself compiles to the same rows.

pub mod registry;
pub mod rows;
pub mod temporal;
