//! Which projection shows which state: published, opened, rebuilt from the ledger, cleaned up.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::environment::{Environment, Notice};
use super::error::{Error, Result};
use super::materialize::Materializer;
use super::{Snapshot, StateInfo};
use crate::graph::delta;
use crate::graph::{BuildSummary, Graph, Overlay, Projection, build_to_file, digest};
use crate::model::{Kind, Symbols, Table};
use crate::store::{Head, HeadExtras, Layout, Ledger};

/// The name of the projection of the state with this digest.
pub(super) fn name_of(digest: &[u8; 32]) -> String {
    format!("{}.projection", hex(&digest[..16]))
}

/// The name of the delta that leads to the state with this digest.
pub(super) fn delta_name_of(digest: &[u8; 32]) -> String {
    format!("{}.delta", hex(&digest[..16]))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// What HEAD says of a state beside its heads.
pub(super) fn extras(summary: &BuildSummary, digest: [u8; 32], projection: String, deltas: Vec<String>) -> HeadExtras {
    let counts: BTreeMap<Kind, u64> = Kind::ALL.into_iter().zip(summary.records).filter(|(_, n)| *n > 0).collect();
    HeadExtras { digest, counts, projection, deltas }
}

/// Publishes the empty state of a new store.
pub(super) fn publish_empty(ledger: &mut Ledger) -> Result<()> {
    let (symbols, tables) = (Symbols::new(), Vec::new());
    let extras = build(ledger.layout(), &symbols, &tables)?;
    ledger.set_extras(extras)?;
    Ok(())
}

/// Builds the projection of these records under the name of its digest.
pub(super) fn build(layout: &Layout, symbols: &Symbols, tables: &[Table]) -> Result<HeadExtras> {
    let digest = digest::of_tables(symbols, tables).digest();
    let name = name_of(&digest);
    let folder = layout.projections();
    fs::create_dir_all(&folder).map_err(|source| Error::Io { path: folder.clone(), source })?;
    let summary = build_to_file(&folder.join(&name), symbols, tables, digest)?;
    Ok(extras(&summary, digest, name, Vec::new()))
}

/// How often a reader follows a HEAD that moves on while it opens what HEAD named.
const TRIES: usize = 5;

fn of_store(layout: &Layout, graph: Arc<dyn Graph>, state: StateInfo, home: String) -> Snapshot {
    Snapshot { graph, state: Some(state), home: Some(home), notes: Vec::new(), layout: Some(layout.clone()) }
}

/// The graph of the newest state. Nothing but HEAD and the projection that it names is opened, as long as that is whole.
pub(super) fn present(layout: &Layout, environment: &Environment<'_>) -> Result<Snapshot> {
    let mut head = Head::read(&layout.head())?;
    for _ in 0..TRIES {
        let reason = match &head.extras {
            // A crash or a repair left a state that nobody has projected yet.
            None => "the newest state has no projection yet".to_owned(),
            Some(extras) => match open(layout, extras) {
                Ok(graph) => {
                    let state = StateInfo { number: head.state, time: head.time, digest: extras.digest };
                    return Ok(of_store(layout, graph, state, head.home));
                }
                Err(reason) => reason,
            },
        };
        // A writer may have published, and cleaned up, between the two readings.
        let now = Head::read(&layout.head())?;
        if now == head {
            return from_ledger(layout, head.state, environment, reason);
        }
        head = now;
    }
    from_ledger(layout, head.state, environment, "HEAD moves on faster than it can be followed".to_owned())
}

/// As [`present`], for whoever has the ledger open already, and would wait for itself.
pub(super) fn present_of(ledger: &Ledger, environment: &Environment<'_>) -> Result<Snapshot> {
    let head = ledger.head();
    let opened = match &head.extras {
        Some(extras) => open(ledger.layout(), extras).map(|graph| (graph, extras.digest)),
        None => Err("the newest state has no projection yet".to_owned()),
    };
    match opened {
        Ok((graph, digest)) => {
            let state = StateInfo { number: head.state, time: head.time, digest };
            Ok(of_store(ledger.layout(), graph, state, head.home.clone()))
        }
        Err(reason) => {
            (environment.notify)(&Notice::Rebuilding(reason));
            rebuild(ledger, head.state)
        }
    }
}

/// Opens the projection that HEAD names, with its deltas, or the state's own; why it cannot be, in words.
fn open(layout: &Layout, extras: &HeadExtras) -> std::result::Result<Arc<dyn Graph>, String> {
    let folder = layout.projections();
    let base = Projection::open(&folder.join(&extras.projection)).map_err(|e| e.to_string());
    let with_deltas = base.and_then(|base| {
        let mut digest = base.digest();
        let mut graph: Arc<dyn Graph> = Arc::new(base);
        for name in &extras.deltas {
            let read = delta::read(&folder.join(name)).map_err(|e| e.to_string())?;
            if read.base_digest != digest {
                return Err(format!("delta {name} does not lie on the one before it"));
            }
            digest = read.digest;
            graph = Arc::new(Overlay::new(graph, &read.changes));
        }
        if digest == extras.digest { Ok(graph) } else { Err("it shows another state than HEAD names".to_owned()) }
    });
    with_deltas.or_else(|reason| {
        let own = Projection::open(&folder.join(name_of(&extras.digest))).map_err(|_| reason.clone())?;
        if own.digest() == extras.digest { Ok(Arc::new(own)) } else { Err(reason) }
    })
}

/// Rebuilds a state's projection from the ledger and opens it.
fn from_ledger(layout: &Layout, number: u64, environment: &Environment<'_>, reason: String) -> Result<Snapshot> {
    (environment.notify)(&Notice::Rebuilding(reason));
    let ledger = environment.with_access(|access| Ledger::open_for_reading(layout, access))?;
    let snapshot = rebuild(&ledger, number)?;
    ledger.close()?;
    Ok(snapshot)
}

/// The records of a state, from the ledger alone.
pub(super) fn records(ledger: &Ledger, number: u64) -> Result<(Symbols, Vec<Table>)> {
    let mut materializer = Materializer::new();
    let (mut last, mut position) = (None, 0);
    ledger.replay(0, number, |commit, changes| -> Result<()> {
        if last != Some(commit.id) {
            last = Some(commit.id);
            position += 1;
        }
        materializer.apply(position, &changes);
        Ok(())
    })?;
    Ok(materializer.finish())
}

/// Builds a state's projection from the ledger alone, and opens it.
fn rebuild(ledger: &Ledger, number: u64) -> Result<Snapshot> {
    let (symbols, tables) = records(ledger, number)?;
    let layout = ledger.layout();
    let state = ledger.states().get(number as usize);
    let told = state.and_then(|s| s.digest);
    let built = build(layout, &symbols, &tables);
    let (graph, digest): (Arc<dyn Graph>, [u8; 32]) = match built {
        Ok(extras) => {
            let opened = Projection::open(&layout.projections().join(&extras.projection))?;
            (Arc::new(opened), extras.digest)
        }
        // A store on a read-only disk is read all the same.
        Err(Error::Graph(crate::graph::Error::Io { .. }) | Error::Io { .. }) => {
            let digest = digest::of_tables(&symbols, &tables).digest();
            let (graph, _) = crate::graph::build_in_memory(&symbols, &tables, digest)?;
            (Arc::new(graph), digest)
        }
        Err(other) => return Err(other),
    };
    if let Some(told) = told.filter(|told| *told != digest) {
        return Err(Error::User(format!(
            "state {number} of the ledger has the digest {}, and HEAD says {}: run `tiaokuai check`",
            hex(&digest),
            hex(&told)
        )));
    }
    let time = state.map_or(ledger.head().time, |s| s.recorded);
    Ok(of_store(ledger.layout(), graph, StateInfo { number, time, digest }, ledger.head().home.clone()))
}

/// The graph of an earlier state.
pub(super) fn past(layout: &Layout, word: &str, environment: &Environment<'_>) -> Result<Snapshot> {
    let ledger = environment.with_access(|access| Ledger::open_for_reading(layout, access))?;
    let state = ledger.resolve(word, &environment.zone)?.clone();
    let snapshot = if state.number == ledger.head().state && ledger.head().extras.is_some() {
        present_of(&ledger, environment)
    } else {
        of_state(&ledger, &state)
    };
    ledger.close()?;
    snapshot
}

/// A state once projected is kept by its digest, and which digest a state has by its number and commits.
fn of_state(ledger: &Ledger, state: &crate::store::State) -> Result<Snapshot> {
    let folder = ledger.layout().projections();
    let key = state.heads.iter().map(|h| format!("{}={}", h.catalog, h.commit)).collect::<Vec<_>>().join(";");
    let note = folder.join(format!("{}.state", hex(&<sha2::Sha256 as sha2::Digest>::digest(key.as_bytes())[..16])));
    let kept = fs::read_to_string(&note).ok().and_then(|digest| {
        let projection = Projection::open(&folder.join(format!("{}.projection", digest.get(..32)?))).ok()?;
        (hex(&projection.digest()) == digest).then_some(projection)
    });
    if let Some(projection) = kept {
        let info = StateInfo { number: state.number, time: state.recorded, digest: projection.digest() };
        return Ok(of_store(ledger.layout(), Arc::new(projection), info, ledger.head().home.clone()));
    }
    let snapshot = rebuild(ledger, state.number)?;
    if let Some(info) = &snapshot.state {
        // Only a shortcut: a store that cannot be written to does without it.
        let _ = fs::write(&note, hex(&info.digest));
    }
    Ok(snapshot)
}

/// Opens the ledger for writing; what a crash left unfinished is finished, and projected.
pub(super) fn open_for_writing(layout: &Layout, environment: &Environment<'_>) -> Result<Ledger> {
    let mut ledger = environment.with_access(|access| Ledger::open_for_writing(layout, access))?;
    for notice in ledger.notices() {
        (environment.notify)(&Notice::Recovered(notice.clone()));
    }
    if ledger.head().extras.is_none() {
        let (symbols, tables) = records(&ledger, ledger.head().state)?;
        let extras = build(layout, &symbols, &tables)?;
        ledger.set_extras(extras)?;
    }
    Ok(ledger)
}

/// Deletes projections and deltas that HEAD does not name and nobody has mapped; how many bytes that freed. Projections
/// of past states that somebody asked for are kept, unless all are to go.
pub(super) fn clean_up(layout: &Layout, past_too: bool) -> Result<u64> {
    let head = Head::read(&layout.head())?;
    let mut wanted: Vec<String> =
        head.extras.iter().flat_map(|e| e.deltas.iter().chain([&e.projection])).cloned().collect();
    let folder = layout.projections();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(source) => return Err(Error::Io { path: folder, source }),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|source| Error::Io { path: folder.clone(), source })?.path();
        // A note of which projection shows a past state.
        if !past_too && path.extension().is_some_and(|e| e == "state") {
            let digest = fs::read_to_string(&path).unwrap_or_default();
            wanted.extend(digest.get(..32).map(|name| format!("{name}.projection")));
            continue;
        }
        paths.push(path);
    }
    let is_wanted = |path: &Path| path.file_name().is_some_and(|n| wanted.iter().any(|w| n == w.as_str()));
    let superfluous = paths.iter().filter(|path| !is_wanted(path) && !is_being_written(path));
    Ok(superfluous.map(|path| delete_unmapped(path)).sum())
}

/// Whether a file is a temporary one that some process may still write: one that a killed process left gets old.
fn is_being_written(path: &Path) -> bool {
    const LONG: std::time::Duration = std::time::Duration::from_secs(3600);
    let temporary = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
    let age = fs::metadata(path).and_then(|m| m.modified()).ok().and_then(|t| t.elapsed().ok());
    temporary && age.is_none_or(|age| age < LONG)
}

/// Deletes a file unless another process holds its lock; how many bytes that freed.
fn delete_unmapped(path: &Path) -> u64 {
    let freed = |path: &Path| -> std::io::Result<u64> {
        let file = fs::File::open(path)?;
        if file.try_lock().is_err() {
            return Ok(0);
        }
        let bytes = file.metadata()?.len();
        fs::remove_file(path)?;
        Ok(bytes)
    };
    freed(path).unwrap_or(0)
}
