//! Checking that everything a store holds is whole and agrees.

use super::environment::Environment;
use super::error::{Error, Result};
use super::projections::{self, hex};
use crate::graph::delta;
use crate::graph::{Corrupt, Projection, digest};
use crate::store::{self, BackupReport, CheckReport, CompactReport, Head, Layout, Ledger, RepairReport};
use std::path::Path;

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What is wrong with the ledger, and how much is whole.
    pub ledger: CheckReport,
    /// What is wrong with the projection: it is rebuilt from the ledger when it is next read.
    pub projection: Vec<String>,
}

impl Checked {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.ledger.is_sound() && self.projection.is_empty()
    }
}

/// Verifies everything: checksums, hashes, chains, HEAD, and the projection against the ledger.
///
/// # Errors
/// What keeps it from checking. What it finds is in the answer.
pub fn check(layout: &Layout, environment: &Environment<'_>, progress: &mut dyn FnMut(u64, u64)) -> Result<Checked> {
    let ledger = environment.with_access(|access| store::check(layout, access, progress))?;
    let mut checked = Checked { ledger, projection: Vec::new() };
    if !checked.ledger.is_sound() {
        return Ok(checked);
    }
    let head = Head::read(&layout.head())?;
    let Some(extras) = &head.extras else { return Ok(checked) };
    let folder = layout.projections();
    match Projection::open(&folder.join(&extras.projection)) {
        Err(e) => checked.projection.push(e.to_string()),
        Ok(projection) => {
            if let Err(e) = projection.verify() {
                checked.projection.push(e.to_string());
            }
        }
    }
    for name in &extras.deltas {
        if let Err(e) = delta::read(&folder.join(name)) {
            checked.projection.push(e.to_string());
        }
    }
    if checked.projection.is_empty() {
        // What readers see, against the ledger alone.
        let snapshot = projections::present(layout, environment)?;
        let shown = digest::of_graph(snapshot.graph.as_ref()).digest();
        let opened = environment.with_access(|access| Ledger::open_for_reading(layout, access))?;
        let (symbols, tables) = projections::records(&opened, head.state)?;
        opened.close()?;
        let logged = digest::of_tables(&symbols, &tables).digest();
        if logged != extras.digest {
            checked.ledger.problems.push(format!(
                "the ledger's records have the digest {}, and HEAD says {}",
                hex(&logged),
                hex(&extras.digest)
            ));
        }
        if shown != logged {
            checked.projection.push(format!(
                "the projection shows records with the digest {}, and the ledger holds {}",
                hex(&shown),
                hex(&logged)
            ));
        }
    }
    Ok(checked)
}

/// Makes the projection of the newest state anew from the ledger, and has HEAD name it.
fn rebuild_projection(layout: &Layout, environment: &Environment<'_>) -> Result<()> {
    let mut ledger = projections::open_for_writing(layout, environment)?;
    let state = ledger.head().state;
    let (symbols, tables) = projections::records(&ledger, state)?;
    let extras = projections::build(layout, &symbols, &tables)?;
    ledger.set_extras(extras)?;
    ledger.close()?;
    Ok(())
}

/// Writes everything that a store holds to one file, whole or not at all.
///
/// # Errors
/// When the ledger cannot be read or the file cannot be written.
pub fn backup(layout: &Layout, file: &Path, environment: &Environment<'_>) -> Result<BackupReport> {
    Ok(environment.with_access(|access| store::backup(layout, file, access))?)
}

/// Verifies a backup.
///
/// # Errors
/// What is wrong with it, and where.
pub fn verify_backup(file: &Path) -> Result<BackupReport> {
    Ok(store::verify_backup(file)?)
}

/// Makes a store, in a folder, of a backup.
///
/// # Errors
/// When the backup is damaged, or there is a store already.
pub fn restore(file: &Path, folder: &Path, environment: &Environment<'_>) -> Result<BackupReport> {
    let layout = Layout::within(folder);
    let report = store::restore(file, &layout)?;
    rebuild_projection(&layout, environment)?;
    Ok(report)
}

/// What compacting freed.
#[derive(Clone, Copy, Debug)]
pub struct Compacted {
    /// The ledger before and after.
    pub ledger: CompactReport,
    /// How many bytes of projections were deleted.
    pub projections: u64,
}

/// Rewrites the ledger without the space that it no longer needs, folds deltas into a projection, and deletes
/// projections that nobody reads.
///
/// # Errors
/// When the ledger has lost something, another process writes, or the disk is full.
pub fn compact(layout: &Layout, environment: &Environment<'_>) -> Result<Compacted> {
    let ledger = environment.with_access(|access| store::compact(layout, access))?;
    rebuild_projection(layout, environment)?;
    Ok(Compacted { ledger, projections: projections::clean_up(layout, true)? })
}

/// Rebuilds what a check found damaged: the ledger from its whole commits, the projection from the ledger. A ledger that is
/// whole stays as it is.
///
/// # Errors
/// When nothing can be rebuilt.
pub fn repair(
    layout: &Layout,
    checked: &Checked,
    environment: &Environment<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<RepairReport> {
    let report = if checked.ledger.is_sound() {
        RepairReport::default()
    } else {
        environment.with_access(|access| store::repair(layout, access, progress))?
    };
    rebuild_projection(layout, environment)?;
    Ok(report)
}

/// Deletes a projection that was found damaged while it was read: whoever reads its state next has it made anew from the
/// ledger. Those who have it mapped keep what they see.
///
/// # Errors
/// When it cannot be deleted.
pub fn discard_damaged(corrupt: &Corrupt) -> Result<()> {
    match std::fs::remove_file(&corrupt.file) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(source) => {
            let reason = format!("{corrupt}, and cannot be deleted so that it is made anew: {source}");
            Err(Error::User(reason))
        }
    }
}

/// Opens a ledger's engine and reads everything: what a child process does, so that an engine that hangs or aborts takes
/// only the child along.
///
/// # Errors
/// Whatever the engine says.
pub fn probe(folder: &Path) -> Result<u64> {
    Ok(store::probe(folder)?)
}
