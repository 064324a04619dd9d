//! The forms in which records come in and go out.

pub mod catalog;
pub mod export;
