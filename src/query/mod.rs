//! Rows, the registry of procedures that findings join, and the query language.

pub mod ast;
pub mod compare;
pub mod error;
pub mod functions;
pub mod operators;
pub mod outward;
pub mod registry;
pub mod rows;
pub mod source;
pub mod span;
pub mod temporal;
#[cfg(test)]
pub(crate) mod testing;
pub mod value;
