//! Where the shell remembers what was typed.

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

/// How many inputs are remembered.
pub(super) const MOST: usize = 2_000;

/// The file of the history, in a folder that this makes: by the conventions of the system, which on most is
/// `$XDG_STATE_HOME/tiaokuai/history`.
///
/// # Errors
/// Why there is no such place. A shell without a history is still a shell.
pub(super) fn file() -> Result<PathBuf, String> {
    let places = etcetera::choose_base_strategy().map_err(|e| e.to_string())?;
    // Windows has no folder for state beside the one for data.
    let folder = places.state_dir().unwrap_or_else(|| places.data_dir()).join("tiaokuai");
    make(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    Ok(folder.join("history"))
}

/// Queries may name what is not everybody's business: only the user may look.
#[cfg(unix)]
fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}
