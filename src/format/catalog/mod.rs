//! The catalog directory: CSV files and `catalog.toml`.

mod manifest_text;
pub mod write;
