//! A catalog directory: CSV files with a header row, and `catalog.toml`.

mod cells;
mod duplicates;
mod encoding;
mod error;
mod header;
mod manifest;
mod manifest_text;
mod notes;
mod read;
mod reading;
mod records;
mod rejection;
mod rows;
#[cfg(test)]
mod tests;
pub mod write;

pub use encoding::Encoding;
pub use error::Error;
pub use notes::Note;
pub use read::{is_catalog, members, nested, read};
pub use reading::{FileReading, NoProgress, Progress, ReadOptions, Reading, RejectedIdentity};
pub use rejection::{Reason, Rejection, Words};
