//! The files of the folder `federation`: each read whole, and replaced whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::database::error::{Error, Result};
use crate::federation::remote::Sources;
use crate::federation::{LogStatement, Remotes, SecretKey, Trust};
use crate::graph::digest::GroupHashes;
use crate::store::Layout;

/// The folder of what a store knows besides its logs.
pub(super) struct Folder(PathBuf);

/// What owners said of their logs, by catalog.
pub(super) type Statements = BTreeMap<String, LogStatement>;

impl Folder {
    pub(super) fn of(layout: &Layout) -> Self {
        Self(layout.root().join("federation"))
    }

    /// The store of the home catalog's published log.
    pub(super) fn published(&self) -> Layout {
        Layout::at(&self.0.join("published"))
    }

    /// Where what comes from servers waits until all of it is there.
    pub(super) fn incoming(&self) -> PathBuf {
        self.0.join("incoming")
    }

    /// The hashes of the groups of the state with this digest, where the newest arrival left them: they spare hashing the
    /// whole state for a small commit.
    pub(super) fn groups(&self, digest: &[u8; 32]) -> Option<GroupHashes> {
        let groups = GroupHashes::from_bytes(&read(&self.0.join("groups")).ok()??)?;
        (groups.digest() == *digest).then_some(groups)
    }

    /// Keeps the hashes of the groups of a state. Without them only time is lost.
    pub(super) fn set_groups(&self, groups: &GroupHashes) {
        let _ = self.write(&self.0.join("groups"), &groups.to_bytes(), true);
    }

    pub(super) fn trust(&self) -> Result<Trust> {
        self.toml("trust.toml")
    }

    pub(super) fn set_trust(&self, trust: &Trust) -> Result<()> {
        self.set_toml("trust.toml", trust)
    }

    pub(super) fn remotes(&self) -> Result<Remotes> {
        self.toml("remotes.toml")
    }

    pub(super) fn set_remotes(&self, remotes: &Remotes) -> Result<()> {
        self.set_toml("remotes.toml", remotes)
    }

    pub(super) fn sources(&self) -> Result<Sources> {
        self.json("sources.json")
    }

    pub(super) fn set_sources(&self, sources: &Sources) -> Result<()> {
        self.set_json("sources.json", sources)
    }

    pub(super) fn statements(&self) -> Result<Statements> {
        self.json("statements.json")
    }

    pub(super) fn set_statements(&self, statements: &Statements) -> Result<()> {
        self.set_json("statements.json", statements)
    }

    fn key_path(&self) -> PathBuf {
        self.0.join("home.key")
    }

    /// The home catalog's secret key, where it has one.
    pub(super) fn key(&self) -> Result<Option<SecretKey>> {
        let path = self.key_path();
        let Some(bytes) = read(&path)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&bytes);
        SecretKey::from_file(&text).map(Some).map_err(|e| Error::User(format!("{}: {e}", path.display())))
    }

    /// Keeps the home catalog's secret key, which nobody else may read.
    pub(super) fn set_key(&self, key: &SecretKey) -> Result<PathBuf> {
        let path = self.key_path();
        // A temporary file is its owner's alone from the beginning.
        self.write(&path, key.to_file().as_bytes(), false)?;
        Ok(path)
    }

    fn toml<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T> {
        let path = self.0.join(name);
        let Some(bytes) = read(&path)? else { return Ok(T::default()) };
        let text = String::from_utf8_lossy(&bytes);
        toml::from_str(&text).map_err(|e| Error::User(format!("{}: {e}", path.display())))
    }

    fn set_toml(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let path = self.0.join(name);
        let text = toml::to_string(value).map_err(|e| Error::User(format!("{}: {e}", path.display())))?;
        self.write(&path, text.as_bytes(), true)
    }

    fn json<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T> {
        let path = self.0.join(name);
        let Some(bytes) = read(&path)? else { return Ok(T::default()) };
        serde_json::from_slice(&bytes).map_err(|e| Error::User(format!("{}: {e}", path.display())))
    }

    fn set_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        let path = self.0.join(name);
        let mut text = serde_json::to_vec_pretty(value).map_err(|e| Error::User(format!("{}: {e}", path.display())))?;
        text.push(b'\n');
        self.write(&path, &text, true)
    }

    /// Writes a file whole or not at all; when it returns, the file survives a power cut.
    fn write(&self, path: &Path, bytes: &[u8], for_others: bool) -> Result<()> {
        let failed = |source| Error::Io { path: path.to_owned(), source };
        fs::create_dir_all(&self.0).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.0).map_err(failed)?;
        file.write_all(bytes).map_err(failed)?;
        if for_others {
            share(file.as_file()).map_err(failed)?;
        }
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|e| failed(e.error))?;
        // The entry in the folder, where the system lets a folder be synced.
        if let Ok(folder) = fs::File::open(&self.0) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(source) => Err(Error::Io { path: path.to_owned(), source }),
    }
}

/// Gives a temporary file the permissions of an ordinary one: whoever fetches from this store reads it.
#[cfg(unix)]
fn share(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn share(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}
