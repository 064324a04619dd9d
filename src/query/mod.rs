//! Rows, the registry of procedures that findings join, and the query language.

pub mod algorithms;
pub mod ast;
pub mod bind;
pub mod catalog;
pub mod compare;
pub mod completion;
pub mod engine;
pub mod error;
pub mod exec;
pub mod functions;
pub mod kept;
pub mod keyword;
pub mod lexer;
pub mod operators;
pub mod outward;
pub mod parser;
pub mod plan;
pub mod procedure;
pub mod registry;
pub mod restricted;
pub mod rows;
pub mod saved;
pub mod schema;
pub mod script;
pub mod source;
pub mod span;
mod suggest;
pub mod temporal;
#[cfg(test)]
pub(crate) mod testing;
pub mod value;
pub mod workspace;

pub(crate) use suggest::nearest;
