//! Files written whole or not at all, and kept through a power cut.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use super::error::{Error, Result};
use super::layout::Layout;

/// Writes a file under a temporary name, syncs it, renames it over `path` and syncs the folder.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|e| Error::io("write", path, e))?;
    file.write_all(bytes).map_err(|e| Error::io("write", path, e))?;
    persist(file, path)
}

/// Syncs a temporary file, gives it its name and syncs the folder.
pub(crate) fn persist(file: tempfile::NamedTempFile, path: &Path) -> Result<()> {
    file.as_file().sync_all().map_err(|e| Error::io("sync", path, e))?;
    file.persist(path).map_err(|e| Error::io("write", path, e.error))?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // Some systems open no folder as a file; there, a rename is as durable as it gets.
    if cfg!(unix) {
        File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Error::io("sync", folder, e))?;
    }
    Ok(())
}

/// Makes the contents of one file durable, whoever wrote it.
pub(crate) fn sync_file(path: &Path) -> Result<()> {
    File::open(path).and_then(|f| f.sync_data()).map_err(|e| Error::io("sync", path, e))
}

/// The length of all files in a folder and the folders below it, in bytes.
pub(crate) fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut total = 0;
    for entry in fs::read_dir(folder).map_err(|e| Error::io("read", folder, e))? {
        let entry = entry.map_err(|e| Error::io("read", folder, e))?;
        let data = entry.metadata().map_err(|e| Error::io("read", &entry.path(), e))?;
        total += if data.is_dir() { folder_bytes(&entry.path())? } else { data.len() };
    }
    Ok(total)
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).map_err(|e| Error::io("create", to, e))?;
    for entry in fs::read_dir(from).map_err(|e| Error::io("read", from, e))? {
        let entry = entry.map_err(|e| Error::io("read", from, e))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(|e| Error::io("copy", &source, e))?;
        }
    }
    Ok(())
}

/// A copy of a store's ledger, as the folder `ledger` inside a temporary one: beside the store, or where the system
/// keeps temporary files.
pub(crate) fn copy_aside(layout: &Layout) -> Result<tempfile::TempDir> {
    let beside = tempfile::Builder::new().prefix("check-").tempdir_in(layout.root());
    let folder = beside.or_else(|_| tempfile::tempdir()).map_err(|e| Error::io("create", layout.root(), e))?;
    copy_folder(&layout.ledger(), &folder.path().join("ledger"))?;
    Ok(folder)
}
