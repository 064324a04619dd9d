//! What can be wrong with a projection.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;

/// Why a projection or a delta cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not a projection that this version reads.
    #[error("{path}: {reason}")]
    NotAProjection {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file is not a delta that this version reads.
    #[error("{path}: {reason}")]
    NotADelta {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The graph is larger than the format holds.
    #[error("the catalog is too large: {0}")]
    TooLarge(&'static str),
    /// A part of the file is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
}

/// A part of a mapped projection whose checksum does not match. Whoever reads a graph does not handle it at every
/// access: it unwinds to [`catch_corruption`], and the projection is rebuilt from the ledger.
#[derive(Clone, Debug, thiserror::Error)]
#[error("projection {}: part {section} is damaged", file.display())]
pub struct Corrupt {
    /// The projection's file.
    pub file: PathBuf,
    /// The part.
    pub section: String,
}

impl Corrupt {
    /// Leaves whatever reads the graph. Nothing is printed: it is no bug of the reader's.
    pub(super) fn unwind(self) -> ! {
        resume_unwind(Box::new(self))
    }
}

/// Runs something that reads a graph; damage found on the way comes back as an error. Other panics go on.
///
/// # Errors
/// The damage that was found.
pub fn catch_corruption<T>(read: impl FnOnce() -> T) -> Result<T, Corrupt> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(value) => Ok(value),
        Err(payload) => match payload.downcast::<Corrupt>() {
            Ok(corrupt) => Err(*corrupt),
            Err(other) => resume_unwind(other),
        },
    }
}
