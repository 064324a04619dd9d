//! Snapshots out.

use std::io::Write;
use std::path::Path;

use super::Snapshot;
use super::error::Result;
use crate::format::catalog::write as catalog;
use crate::format::export::{self, Notes, csv, dot, graphml, jsonl, subtree};
use crate::graph::records;
use crate::model::Symbols;

/// A form that a snapshot goes out in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// A catalog directory, which comes back as it was.
    Catalog,
    /// A JSON object a line.
    Jsonl,
    /// GraphML.
    Graphml,
    /// Graphviz's language; everything, or what flows alone.
    Dot {
        /// Whether every node and relationship is drawn.
        everything: bool,
    },
    /// A folder of CSV files, one per label and type.
    Csv {
        /// Whether files begin with the mark that spreadsheets know UTF-8 by.
        byte_order_mark: bool,
    },
}

/// Where an export goes.
pub enum ExportTarget<'a> {
    /// A stream, for the forms that are one file.
    Stream(&'a mut dyn Write),
    /// A folder, for the forms that are several.
    Folder {
        /// The folder.
        path: &'a Path,
        /// Whether what an earlier export left there may be replaced.
        replace: bool,
    },
}

impl std::fmt::Debug for ExportTarget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Stream(_) => f.write_str("Stream"),
            Self::Folder { path, .. } => f.debug_tuple("Folder").field(path).finish(),
        }
    }
}

impl ExportFormat {
    /// Whether it is a folder of several files.
    #[must_use]
    pub fn is_folder(self) -> bool {
        matches!(self, Self::Catalog | Self::Csv { .. })
    }
}

/// Exports a snapshot, or the part of it that a region's subtree is.
///
/// # Errors
/// When the target cannot be written, the region is not there, or a form is asked for that the target cannot hold.
pub fn export(
    snapshot: &Snapshot,
    region: Option<&str>,
    format: ExportFormat,
    target: ExportTarget<'_>,
) -> Result<Notes> {
    let mut symbols = Symbols::new();
    let mut tables = records::to_tables(snapshot.graph.as_ref(), &mut symbols, |_, _| true);
    if let Some(code) = region {
        tables = subtree::subtree(export::Snapshot { tables: &tables, symbols: &symbols }, code)?;
    }
    let records = export::Snapshot { tables: &tables, symbols: &symbols };
    let notes = match (format, target) {
        (ExportFormat::Catalog, ExportTarget::Folder { path, replace }) => catalog::write(records, path, replace)?,
        (ExportFormat::Csv { byte_order_mark }, ExportTarget::Folder { path, replace }) => {
            csv::write(records, csv::Options { byte_order_mark, replace }, path)?
        }
        (ExportFormat::Jsonl, ExportTarget::Stream(out)) => jsonl::write(records, out)?,
        (ExportFormat::Graphml, ExportTarget::Stream(out)) => graphml::write(records, out)?,
        (ExportFormat::Dot { everything }, ExportTarget::Stream(out)) => {
            dot::write(records, dot::Options { everything }, out)?
        }
        (_, target) => {
            let reason = match target {
                ExportTarget::Stream(_) => "this form is a folder of files: name one with --out",
                ExportTarget::Folder { .. } => "this form is one file, not a folder",
            };
            return Err(super::Error::User(reason.to_owned()));
        }
    };
    Ok(notes)
}
