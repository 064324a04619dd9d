//! Rows, the registry of procedures that findings join, and the query language.

pub mod ast;
pub mod compare;
pub mod error;
<<<<<<< HEAD
pub mod functions;
pub mod operators;
=======
pub mod keyword;
pub mod lexer;
pub mod parser;
>>>>>>> parser
pub mod registry;
pub mod rows;
pub mod source;
pub mod span;
pub mod temporal;
pub mod value;
