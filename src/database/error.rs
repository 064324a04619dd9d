//! The umbrella error: whatever went wrong, of which kind.

use std::path::PathBuf;

use crate::federation;
use crate::format::catalog::{self, Rejection};
use crate::format::export::ExportError;
use crate::graph;
use crate::query::error::QueryError;
use crate::query::registry::ArgumentError;
use crate::store;

/// Whose matter an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// What was asked: an argument, a path, a command at the wrong place.
    User,
    /// What was read: files that cannot be taken.
    Data,
    /// What was kept: the store, its locks, its disk.
    Store,
    /// Ours.
    Internal,
}

/// Whatever a database can fail with.
pub type Result<T> = std::result::Result<T, Error>;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A catalog directory cannot be read.
    #[error(transparent)]
    Catalog(#[from] catalog::Error),
    /// Records cannot be taken. The caller prints them.
    #[error("{}; {}", cannot_be_taken(rejections), if *import { "nothing was changed" } else { "--lenient leaves them out" })]
    Rejected {
        /// Which, and why.
        rejections: Vec<Rejection>,
        /// Whether the home catalog was to be changed by them, and not only read.
        import: bool,
    },
    /// Two directories hold the same catalog.
    #[error("{} and {} are both the catalog `{id}`: one of them has to go, or get an id of its own", first.display(), second.display())]
    TwoOfOneCatalog {
        /// The catalog.
        id: String,
        /// A directory.
        first: PathBuf,
        /// Another.
        second: PathBuf,
    },
    /// A directory of several catalogs was given where one is wanted.
    #[error("{} holds several catalogs; only the home catalog `{home}` is imported: name its own folder", dir.display())]
    SeveralCatalogs {
        /// The directory.
        dir: PathBuf,
        /// The home catalog.
        home: String,
    },
    /// The directory's catalog is not the store's home.
    #[error("{} is the catalog `{found}`, but this store's home is `{home}`, and an import changes the home catalog alone", dir.display())]
    NotHome {
        /// The directory.
        dir: PathBuf,
        /// Its catalog.
        found: String,
        /// The store's home.
        home: String,
    },
    /// A file with only a header would delete every record of its kind.
    #[error("{} has a header and no rows, and {} stored records would be deleted; if that is meant, add --allow-empty", path.display(), stored)]
    WouldEmpty {
        /// The file.
        path: PathBuf,
        /// How many records there are.
        stored: u64,
    },
    /// An import would delete a large part of the records of a kind.
    #[error(
        "{deleted} of {stored} records of {file} would be deleted, over a fifth; if that is meant, add --allow-deletes"
    )]
    WouldDelete {
        /// The kind's file.
        file: &'static str,
        /// How many would go.
        deleted: u64,
        /// How many there are.
        stored: u64,
    },
    /// What arrived is not taken; nothing was changed.
    #[error("{0}")]
    Refused(String),
    /// Who signed what arrived is not trusted for it.
    #[error(transparent)]
    Untrusted(#[from] federation::Refusal),
    /// A file is no bundle that can be used.
    #[error(transparent)]
    Bundle(#[from] federation::BundleError),
    /// A policy cannot be followed.
    #[error("catalog.toml: {0}")]
    Policy(#[from] federation::policy::PolicyError),
    /// A text is no key, or none could be made.
    #[error(transparent)]
    Key(#[from] federation::KeyError),
    /// An argument does not fit.
    #[error("{0}")]
    Argument(#[from] ArgumentError),
    /// A query means nothing, or failed. The caller draws where.
    #[error("{error}")]
    Query {
        /// The query's text.
        text: String,
        /// What is wrong with it.
        error: Box<QueryError>,
    },
    /// Anything else that the user can mend.
    #[error("{0}")]
    User(String),
    /// The graph's projection failed.
    #[error(transparent)]
    Graph(#[from] graph::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// An export failed.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Reading or writing a file failed.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Error {
    /// Whose matter it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Catalog(_)
            | Self::Rejected { .. }
            | Self::TwoOfOneCatalog { .. }
            | Self::Refused(_)
            | Self::Untrusted(_)
            | Self::Bundle(_)
            | Self::Policy(_) => ErrorKind::Data,
            Self::SeveralCatalogs { .. }
            | Self::NotHome { .. }
            | Self::WouldEmpty { .. }
            | Self::WouldDelete { .. }
            | Self::Argument(_)
            | Self::Key(_)
            | Self::User(_)
            | Self::Query { .. }
            | Self::Export(_) => ErrorKind::User,
            Self::Store(e) => match e.kind() {
                store::ErrorKind::User => ErrorKind::User,
                store::ErrorKind::Data => ErrorKind::Data,
                store::ErrorKind::Store => ErrorKind::Store,
                store::ErrorKind::Internal => ErrorKind::Internal,
            },
            Self::Graph(_) | Self::Io { .. } => ErrorKind::Store,
        }
    }
}

impl From<graph::Corrupt> for Error {
    fn from(corrupt: graph::Corrupt) -> Self {
        Self::Graph(corrupt.into())
    }
}

/// How many records cannot be taken, in words.
fn cannot_be_taken(rejections: &[Rejection]) -> String {
    match Rejection::records(rejections) {
        1 => "1 record cannot be taken".to_owned(),
        records => format!("{records} records cannot be taken"),
    }
}
