//! Rows, the registry of procedures that findings join, and the query language.

pub mod ast;
pub mod error;
pub mod keyword;
pub mod lexer;
pub mod parser;
pub mod registry;
pub mod rows;
pub mod span;
