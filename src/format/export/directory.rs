//! Folders written whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::ExportError;

/// A folder that is being written beside its target, and takes its place when it is complete. Dropped before that, it
/// leaves nothing.
pub(crate) struct Staged {
    target: PathBuf,
    occupied: bool,
    /// Beside the target, so that the last step is a rename within one file system.
    workshop: TempDir,
    content: PathBuf,
}

/// The name of the folder within the workshop that becomes the target.
const CONTENT: &str = "new";
/// Where the replaced folder waits until the new one is in place.
const REPLACED: &str = "old";

impl Staged {
    /// Makes ready to write a folder.
    ///
    /// A target that holds something is refused unless it is to be replaced; and then it may hold only what
    /// `is_ours` knows as part of such an export, by its path from the target: a wrong target must not delete a folder
    /// of other things.
    pub(crate) fn new(target: &Path, replace: bool, is_ours: impl Fn(&Path) -> bool) -> Result<Self, ExportError> {
        let exists = fs::exists(target).map_err(ExportError::file(target))?;
        // A link stays a link: the folder that it names is replaced.
        let target =
            if exists { fs::canonicalize(target).map_err(ExportError::file(target))? } else { target.to_owned() };
        let mut occupied = false;
        if exists {
            if !target.is_dir() {
                return Err(ExportError::NotAFolder(target));
            }
            occupied = fs::read_dir(&target).map_err(ExportError::file(&target))?.next().is_some();
            if occupied && !replace {
                return Err(ExportError::Occupied(target));
            }
            if let Some(name) = foreign(&target, Path::new(""), &is_ours).map_err(ExportError::file(&target))? {
                return Err(ExportError::Foreign { path: target, name: name.display().to_string() });
            }
        }
        let parent = parent(&target);
        let make = || -> io::Result<(TempDir, PathBuf)> {
            let workshop = tempfile::Builder::new().prefix(".tiaokuai-export-").tempdir_in(parent)?;
            let content = workshop.path().join(CONTENT);
            fs::create_dir(&content)?;
            Ok((workshop, content))
        };
        let (workshop, content) = make().map_err(ExportError::file(&target))?;
        Ok(Self { target, occupied, workshop, content })
    }

    /// The path that a file of the target will have.
    pub(crate) fn path(&self, relative: &Path) -> PathBuf {
        self.target.join(relative)
    }

    /// A new file of the folder, with the folders above it.
    pub(crate) fn create(&self, relative: &Path) -> Result<BufWriter<File>, ExportError> {
        let path = self.content.join(relative);
        let make = || {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            File::create_new(&path)
        };
        let file = make().map_err(ExportError::file(&self.path(relative)))?;
        Ok(BufWriter::with_capacity(1 << 16, file))
    }

    /// Ends a file: what was written is on the disk.
    pub(crate) fn close(&self, relative: &Path, file: BufWriter<File>) -> Result<(), ExportError> {
        let sync = || file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all();
        sync().map_err(ExportError::file(&self.path(relative)))
    }

    /// Puts the folder in its target's place.
    pub(crate) fn finish(self) -> Result<(), ExportError> {
        let place = || -> io::Result<()> {
            if self.occupied {
                let old = self.workshop.path().join(REPLACED);
                fs::rename(&self.target, &old)?;
                if let Err(error) = fs::rename(&self.content, &self.target) {
                    // The old folder goes back; if even that fails, the first error is still the one to tell.
                    let _ = fs::rename(&old, &self.target);
                    return Err(error);
                }
            } else {
                if self.target.is_dir() {
                    fs::remove_dir(&self.target)?;
                }
                fs::rename(&self.content, &self.target)?;
            }
            sync_folder(parent(&self.target))
        };
        place().map_err(ExportError::file(&self.target))
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The first entry, in the order of names, that no export would have written.
fn foreign(root: &Path, below: &Path, is_ours: &impl Fn(&Path) -> bool) -> io::Result<Option<PathBuf>> {
    let mut entries = fs::read_dir(root.join(below))?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = below.join(entry.file_name());
        // One level of folders at most: those of several catalogs.
        let found = if entry.file_type()?.is_dir() && below.as_os_str().is_empty() {
            foreign(root, &path, is_ours)?
        } else {
            (!entry.file_type()?.is_file() || !is_ours(&path)).then_some(path)
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
