//! Where the parts of a store lie.

use std::fs;
use std::io::ErrorKind as IoKind;
use std::path::{Path, PathBuf};

use super::error::{Error, Result};
use super::files;

/// The folder of a store, inside the folder that it belongs to.
pub const FOLDER: &str = ".tiaokuai";
/// The newest store format that this program reads, and the one that it writes.
pub const FORMAT: u32 = 1;
/// What the file `FORMAT` begins with.
const FORMAT_NAME: &str = "tiaokuai store";

/// The paths of one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// What a store's own folder is called.
    pub const FOLDER: &str = FOLDER;

    /// The store in this folder, found without looking whether it is there.
    #[must_use]
    pub fn within(folder: &Path) -> Self {
        Self { root: folder.join(FOLDER) }
    }

    /// The store whose own folder (`.tiaokuai`) this is.
    #[must_use]
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The store of this folder or of the nearest one above that has one.
    ///
    /// # Errors
    /// [`Error::NotAStore`] where there is none, and those of [`Self::verify`].
    pub fn find_upwards(start: &Path) -> Result<Self> {
        let layout = Self::nearest(start)?;
        layout.verify()?;
        Ok(layout)
    }

    /// As [`Self::find_upwards`], but whatever its file `FORMAT` says: for a check.
    ///
    /// # Errors
    /// [`Error::NotAStore`] where there is none.
    pub fn nearest(start: &Path) -> Result<Self> {
        let absolute = std::path::absolute(start).map_err(|e| Error::io("read", start, e))?;
        let found = absolute.ancestors().map(Self::within).find(|layout| layout.root.is_dir());
        found.ok_or(Error::NotAStore { path: absolute })
    }

    /// Whether there are the parts of a store, damaged or not.
    #[must_use]
    pub fn has_parts(&self) -> bool {
        self.format().is_file() || self.head().is_file() || self.ledger().is_dir()
    }

    /// The error that this is none.
    #[must_use]
    pub fn not_a_store(&self) -> Error {
        Error::NotAStore { path: self.root.clone() }
    }

    /// Makes the folders and the file `FORMAT` of a new store.
    pub(crate) fn create(&self) -> Result<()> {
        if self.root.exists() {
            return Err(Error::Exists { path: self.root.clone() });
        }
        for folder in [&self.root, &self.projections()] {
            fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
        }
        files::write_whole(&self.format(), format!("{FORMAT_NAME} {FORMAT}\n").as_bytes())?;
        files::sync_folder(self.root.parent().unwrap_or(Path::new(".")))
    }

    /// Holds the file `FORMAT` against what this program reads.
    ///
    /// # Errors
    /// [`Error::NotAStore`], [`Error::NewerFormat`], or [`Error::Damaged`] where the file says something else.
    pub fn verify(&self) -> Result<()> {
        let path = self.format();
        let bytes = fs::read(&path).map_err(|e| match e.kind() {
            IoKind::NotFound | IoKind::NotADirectory => Error::NotAStore { path: self.root.clone() },
            _ => Error::io("read", &path, e),
        })?;
        let number = String::from_utf8_lossy(&bytes)
            .strip_prefix(FORMAT_NAME)
            .and_then(|rest| rest.strip_prefix(' ')?.strip_suffix('\n').map(str::to_owned))
            .and_then(|number| number.parse::<u32>().ok().filter(|_| number.bytes().all(|b| b.is_ascii_digit())));
        match number {
            Some(FORMAT) => Ok(()),
            Some(found) if found > FORMAT => Err(Error::NewerFormat { path, found, known: FORMAT }),
            _ => Err(Error::damaged(
                path.display().to_string(),
                format!("it should read `{FORMAT_NAME} {FORMAT}`; `check --repair` writes it anew"),
            )),
        }
    }

    /// Writes `FORMAT` anew, as a repair does.
    pub(crate) fn restore_format(&self) -> Result<()> {
        files::write_whole(&self.format(), format!("{FORMAT_NAME} {FORMAT}\n").as_bytes())
    }

    /// The store's own folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The text file that names the format.
    #[must_use]
    pub fn format(&self) -> PathBuf {
        self.root.join("FORMAT")
    }

    /// The file that names the newest state.
    #[must_use]
    pub fn head(&self) -> PathBuf {
        self.root.join("HEAD")
    }

    /// The lock of the one writer.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.root.join("LOCK")
    }

    /// The lock of whoever has the ledger open.
    #[must_use]
    pub fn ledger_lock(&self) -> PathBuf {
        self.root.join("LEDGER-LOCK")
    }

    /// The engine's folder.
    #[must_use]
    pub fn ledger(&self) -> PathBuf {
        self.root.join("ledger")
    }

    /// A ledger being made, not yet in use.
    pub(crate) fn ledger_new(&self) -> PathBuf {
        self.root.join("ledger.new")
    }

    /// The ledger that a new one replaces, for the moment of the exchange.
    pub(crate) fn ledger_old(&self) -> PathBuf {
        self.root.join("ledger.old")
    }

    /// The folder of the projections, which the graph layer owns.
    #[must_use]
    pub fn projections(&self) -> PathBuf {
        self.root.join("projections")
    }

    /// Puts the ledger made in `ledger.new` in place of the one in use. Between the two renames a crash leaves no
    /// `ledger`; [`Self::settle`] then takes the old one back.
    pub(crate) fn exchange_ledger(&self) -> Result<()> {
        let (ledger, new, old) = (self.ledger(), self.ledger_new(), self.ledger_old());
        fs::rename(&ledger, &old).map_err(|e| Error::io("rename", &ledger, e))?;
        files::sync_folder(&self.root)?;
        fs::rename(&new, &ledger).map_err(|e| Error::io("rename", &new, e))?;
        files::sync_folder(&self.root)
    }

    /// Finishes or undoes an exchange of ledgers that a crash cut short. Only for the holder of the ledger's lock.
    pub(crate) fn settle(&self) -> Result<()> {
        let (ledger, new, old) = (self.ledger(), self.ledger_new(), self.ledger_old());
        if !ledger.exists() && old.exists() {
            fs::rename(&old, &ledger).map_err(|e| Error::io("rename", &old, e))?;
            files::sync_folder(&self.root)?;
        }
        for left_over in [new, old] {
            if left_over.exists() && ledger.exists() {
                fs::remove_dir_all(&left_over).map_err(|e| Error::io("remove", &left_over, e))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_found_from_below_and_its_format_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        assert!(matches!(Layout::find_upwards(&below), Err(Error::NotAStore { .. })));
        let layout = Layout::within(folder.path());
        layout.create().unwrap();
        assert!(matches!(layout.create(), Err(Error::Exists { .. })));
        assert_eq!(Layout::find_upwards(&below).unwrap().ledger(), layout.ledger());
        fs::write(layout.format(), "tiaokuai store 2\n").unwrap();
        let error = Layout::find_upwards(&below).unwrap_err();
        assert!(matches!(error, Error::NewerFormat { found: 2, known: 1, .. }), "{error}");
        for bad in ["", "tiaokuai store", "tiaokuai store +1\n", "tiaokuai store 0\n", "sqlite 1\n"] {
            fs::write(layout.format(), bad).unwrap();
            assert!(matches!(layout.verify(), Err(Error::Damaged { .. })), "{bad:?}");
        }
    }

    #[test]
    fn an_exchange_cut_short_is_undone_or_finished() {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::within(folder.path());
        layout.create().unwrap();
        let make = |path: PathBuf, text: &str| {
            fs::create_dir_all(&path).unwrap();
            fs::write(path.join("which"), text).unwrap();
        };
        let which = || fs::read_to_string(layout.ledger().join("which")).unwrap();
        make(layout.ledger_old(), "old");
        make(layout.ledger_new(), "new");
        layout.settle().unwrap();
        assert_eq!(which(), "old");
        assert!(!layout.ledger_new().exists());
        make(layout.ledger_new(), "new");
        layout.exchange_ledger().unwrap();
        assert_eq!(which(), "new");
        layout.settle().unwrap();
        assert!(!layout.ledger_old().exists());
    }
}
