//! Formats that carry catalogs in and out.

pub mod catalog;
pub mod export;
