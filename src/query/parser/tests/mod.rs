//! Tests of the parser: the shape of trees, what is refused and how, limits, and the openCypher kit's queries.

mod clauses;
mod errors;
mod expressions;
mod kit;
mod limits;
mod patterns;
mod shape;
