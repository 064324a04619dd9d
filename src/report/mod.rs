//! What readers see: rows in six formats, the report's page and its HTML form, and `why` in words, in English and in
//! Chinese.
//!
//! This layer imports only the model and [`crate::query::rows`]. It computes nothing about a catalog: it is given rows
//! and figures and writes them to any [`std::io::Write`]. It knows no terminal: the caller says how wide one is and
//! whether it takes colours. A reader that goes away surfaces as [`std::io::ErrorKind::BrokenPipe`], which callers treat
//! as success.

mod cell;
mod delimited;
mod diagnosis;
mod document;
pub mod edge;
pub mod explain;
mod format;
pub mod html;
mod json;
mod markdown;
pub mod page;
mod pieces;
mod render;
mod sample;
mod sentence;
mod table;
mod tagged;
#[cfg(test)]
mod tests;
pub mod words;
mod wrap;

pub use diagnosis::{Diagnosis, Level};
pub use document::Form;
pub use edge::EdgeInWords;
pub use format::{Format, UnknownFormat};
pub use json::json_text;
pub use render::{RenderOptions, Rendered, render};
