//! What keeps a catalog directory, or a file of it, from being read at all.

use std::io;
use std::path::{Path, PathBuf};

/// Why a catalog directory cannot be read. A record that cannot be taken is no error but a
/// [`super::Rejection`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system refused to open, list or read something.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was opened, listed or read.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no such folder.
    #[error("there is no folder {}; name one that holds a catalog.toml", dir.display())]
    NoFolder {
        /// What was named.
        dir: PathBuf,
    },
    /// A file was named where a folder is wanted.
    #[error("{} is not a folder; name the folder that holds catalog.toml and the CSV files", path.display())]
    NotAFolder {
        /// What was named.
        path: PathBuf,
    },
    /// There is no `catalog.toml` in the folder.
    #[error("{}: no catalog.toml here, so this is not a catalog directory; it needs one with at least `id = \"…\"`", dir.display())]
    NoManifest {
        /// The folder.
        dir: PathBuf,
    },
    /// Neither the folder nor its subfolders hold a `catalog.toml`.
    #[error("{}: neither this folder nor a folder in it holds a catalog.toml", dir.display())]
    NoCatalogs {
        /// The folder.
        dir: PathBuf,
    },
    /// `catalog.toml` is not TOML.
    #[error("{}: {}", path.display(), source.to_string().trim_end())]
    Toml {
        /// The file.
        path: PathBuf,
        /// What is wrong, with its line and column.
        source: Box<toml::de::Error>,
    },
    /// `catalog.toml` has no usable id.
    #[error("{}: {problem}; an id is letters, digits, `.`, `_` and `-`, begins with a letter or a digit, and has at most 64 bytes", path.display())]
    CatalogId {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// Where a file should stand there is a folder or a device.
    #[error("{}: not a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file has not even a header.
    #[error("{}: the file is empty, without even a header row; remove it if the catalog says nothing about its kind", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The bytes are those of UTF-16.
    #[error("{}: the file is UTF-16; save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")", path.display())]
    Utf16 {
        /// The file.
        path: PathBuf,
    },
    /// The bytes are those of a spreadsheet or another archive.
    #[error("{}: this is a spreadsheet or an archive, not CSV; save the sheet as \"CSV UTF-8\"", path.display())]
    Spreadsheet {
        /// The file.
        path: PathBuf,
    },
    /// A byte that does not belong to the encoding.
    #[error("{}, line {line}: byte 0x{byte:02X} at offset {offset} is not {}", path.display(), if *gb18030 {
        "GB18030; without `--encoding gb18030` the file is read as UTF-8"
    } else {
        "UTF-8; a file saved as GB18030 or GBK is read with `--encoding gb18030`"
    })]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// Where the byte stands in the file, from 0.
        offset: u64,
        /// The byte.
        byte: u8,
        /// Whether the file was read as GB18030.
        gb18030: bool,
    },
    /// A cell is longer than any value.
    #[error("{}, line {line}: a cell longer than {limit} bytes begins here; is a quote not closed?", path.display())]
    CellTooLong {
        /// The file.
        path: PathBuf,
        /// The line where the cell begins.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// A row is longer than any row.
    #[error("{}, line {line}: a row longer than {limit} bytes begins here; is a quote not closed?", path.display())]
    LineTooLong {
        /// The file.
        path: PathBuf,
        /// The line where the row begins.
        line: u64,
        /// The limit in bytes.
        limit: usize,
    },
    /// A quote is open when the file ends.
    #[error("{}, line {line}: the quote that opens here is never closed", path.display())]
    UnclosedQuote {
        /// The file.
        path: PathBuf,
        /// The line of the quote.
        line: u64,
    },
    /// The header row cannot be used.
    #[error("{}, line {line}: {problem}", path.display())]
    Header {
        /// The file.
        path: PathBuf,
        /// The line of the header, or of the row that shows what is wrong with it.
        line: u64,
        /// What is wrong and what to do.
        problem: String,
    },
    /// Several files cannot be read.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<Error>),
}

impl Error {
    /// One error for all of these, which are at least one.
    pub(super) fn join(mut errors: Vec<Self>) -> Self {
        if errors.len() == 1 { errors.remove(0) } else { Self::Several(errors) }
    }
}

impl Error {
    /// Why a folder that was named cannot be read.
    pub(super) fn of_folder(dir: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::NoFolder { dir: dir.to_path_buf() },
            io::ErrorKind::NotADirectory => Self::NotAFolder { path: dir.to_path_buf() },
            _ => Self::Io { path: dir.to_path_buf(), source },
        }
    }
}
