//! A state of a store, or a part of one, written for other programs.
//!
//! | format | module | for |
//! |---|---|---|
//! | catalog directory | [`super::catalog::write`] | another store, a spreadsheet, version control |
//! | JSON lines | [`jsonl`] | scripts, and graph databases that load nodes and relationships |
//! | GraphML | [`graphml`] | networkx, yEd, Gephi |
//! | DOT | [`dot`] | Graphviz |
//! | CSV of nodes and relationships | [`csv`] | spreadsheets and bulk loaders |
//!
//! Every export is a function of the records alone: rows are sorted by identity (kind, then id; relationships by type,
//! from, to, id, then content), so that two exports of one state are equal byte by byte and can be compared by `diff`.
//! The work memory is a few bytes a symbol and an index of one kind or type at a time; the text is streamed.
//!
//! The graph formats (all but the catalog directory) show one graph:
//! - A column that states a relationship (`holder`) is a relationship of its type, not a property.
//! - A record of shared vocabulary that several catalogs define is one node: that of the catalog whose authority is
//!   nearest, else of the smallest catalog id (see `vocabulary`). [`Notes::passed_over`] counts the rest.
//! - A sharing edge that two catalogs state is two relationships, each with its `catalog`.
//! - An end that no row defines is a node of the label that the relationship asks for, with `dangling` true.
//! - A node's id is `<label>/<id>`. Claims have no id of their own, and a waiver's is its catalog's alone: theirs begin
//!   with the catalog that states them.
//! - Properties have their own names. Where one is taken (two unknown columns of one name and different types, or an
//!   unknown column `catalog`), the type is added: `depth:integer`, `catalog:text`.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::{Symbols, Table};

pub mod csv;
pub(crate) mod directory;
pub mod dot;
mod graph;
pub mod graphml;
pub mod jsonl;
pub(crate) mod layout;
pub(crate) mod order;
pub mod subtree;
mod vocabulary;

/// All records of a state: of one catalog or of several, a kind in one table or in more.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    /// The records.
    pub tables: &'a [Table],
    /// The texts of all tables.
    pub symbols: &'a Symbols,
}

/// What an export wrote, and what a reader should be told about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Nodes written, or rows of node kinds in a catalog directory; those that dangle are among them.
    pub nodes: u64,
    /// Relationships written, or rows of relationship kinds in a catalog directory.
    pub relationships: u64,
    /// Nodes that no record defines.
    pub dangling: u64,
    /// Rows of shared vocabulary that were left out because another catalog's row of the same record was written.
    pub passed_over: u64,
    /// Characters that the format forbids, each written as U+FFFD.
    pub replaced: u64,
}

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The stream that takes the export failed (a closed pipe is told by the source's kind).
    #[error("cannot write the export: {0}")]
    Write(#[source] io::Error),
    /// A file or a folder could not be made.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// What was to be written.
        path: PathBuf,
        /// Why it could not be.
        source: io::Error,
    },
    /// The target holds something.
    #[error("{} is not empty: name another folder, or have it replaced", .0.display())]
    Occupied(PathBuf),
    /// The target exists and is no folder.
    #[error("{} is not a folder: name another place", .0.display())]
    NotAFolder(PathBuf),
    /// The target was to be replaced, but holds something that no export wrote.
    #[error("{} is not replaced, because it holds {name}, which no export writes: move that away first", path.display())]
    Foreign {
        /// The target.
        path: PathBuf,
        /// What it holds, relative to it.
        name: String,
    },
    /// There is no catalog to write.
    #[error("there are no records to write")]
    Empty,
    /// A catalog's id cannot be the name of a folder.
    #[error("a record is stated by the catalog `{0}`, which is no catalog id")]
    CatalogId(String),
    /// A property whose column would be read as another one.
    #[error(
        "the {kind} property `{name}` cannot be a column of {file}, where that name would be read as something else: \
         rename the property"
    )]
    Column {
        /// The label of the records.
        kind: &'static str,
        /// The property.
        name: String,
        /// The file.
        file: &'static str,
    },
    /// A record has one property in two types, which a catalog does not know.
    #[error("{record} has `{name}` in two types: remove one of them")]
    TwoTypes {
        /// The first column of the record.
        record: String,
        /// The property.
        name: String,
    },
    /// A catalog's own description could not be put as TOML.
    #[error("cannot put {} as TOML: {reason}", path.display())]
    Toml {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The region that was asked for is not there.
    #[error("no catalog here defines region {0}")]
    NoSuchRegion(String),
}

impl ExportError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
