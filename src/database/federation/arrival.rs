//! How commits of other catalogs come into a store: examined whole, then recorded whole, as one state.

use std::sync::Arc;

use jiff::Timestamp;

use super::files::Folder;
use crate::database::environment::Environment;
use crate::database::error::{Error, Result};
use crate::database::{assemble, import, materialize, projections};
use crate::federation::{LogStatement, Trust, admission};
use crate::format::catalog::Reading;
use crate::graph::integrity::{self, Breach};
use crate::graph::{BuildSummary, Graph, Overlay, Presence, build_in_memory, digest};
use crate::model::{Batch, ChangeSet, Kind, Language, Operation, RelType};
use crate::store::{CommitId, Layout, Ledger, RawCommit};

/// A log, or its end, as it comes from a source.
pub(super) struct Incoming {
    /// The catalog whose log it should be.
    pub(super) catalog: String,
    /// What it came by: the name of a source, or `bundle`.
    pub(super) by: String,
    /// The commits, oldest first; some may be here already.
    pub(super) commits: Vec<RawCommit>,
    /// What its owner says of it.
    pub(super) statement: Option<LogStatement>,
    /// As of when it is all that its owner had said.
    pub(super) as_of: Timestamp,
}

/// What an arrival brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrived {
    /// The catalogs that were spoken of, each with the number of its commits that are new here.
    pub catalogs: Vec<(String, usize)>,
    /// The state that it made; none where all was here already.
    pub state: Option<u64>,
}

/// Checks everything that arrives, short of recording it: how many commits of each catalog are new.
///
/// # Errors
/// The first reason not to take it.
pub(super) fn check(
    ledger: &Ledger,
    incoming: &[Incoming],
    trust: &Trust,
    environment: &Environment<'_>,
) -> Result<Arrived> {
    let prepared = Prepared::new(ledger, incoming, trust, environment)?;
    Ok(Arrived { catalogs: prepared.catalogs, state: None })
}

/// Takes everything that arrives, or nothing.
///
/// # Errors
/// The first reason not to take it; then nothing has changed.
pub(super) fn take(
    ledger: &mut Ledger,
    incoming: &[Incoming],
    trust: &Trust,
    environment: &Environment<'_>,
) -> Result<Arrived> {
    let Prepared { examined, after, catalogs } = Prepared::new(ledger, incoming, trust, environment)?;
    let mut arrived = Arrived { catalogs, state: None };
    if let (Some(pending), Some(after)) = (ledger.take(environment.now, examined)?, after) {
        arrived.state = Some(pending.state.number);
        let groups = after.groups.clone();
        let extras = after.publish(ledger)?;
        ledger.publish(&pending, extras)?;
        keep_groups(ledger, &groups);
    }
    // What is told of sources follows the commit point: a crash between leaves them older than they are.
    let folder = Folder::of(ledger.layout());
    let (mut statements, mut sources) = (folder.statements()?, folder.sources()?);
    for log in incoming {
        sources.heard(&log.catalog, log.as_of, &log.by);
        let head = ledger.states().last().and_then(|s| s.head(&log.catalog)).map(|h| h.commit.0);
        match log.statement.as_ref().filter(|s| head.is_some_and(|head| s.is_of(&head))) {
            Some(statement) => drop(statements.insert(log.catalog.clone(), statement.clone())),
            // An older statement is not of this head, and says nothing of it.
            None if statements.get(&log.catalog).is_some_and(|s| head.is_none_or(|head| !s.is_of(&head))) => {
                statements.remove(&log.catalog);
            }
            None => {}
        }
    }
    folder.set_statements(&statements)?;
    folder.set_sources(&sources)?;
    Ok(arrived)
}

/// Commits that can be recorded, and the state that they make.
struct Prepared {
    examined: crate::store::Examined,
    /// None where nothing is new.
    after: Option<import::After>,
    catalogs: Vec<(String, usize)>,
}

impl Prepared {
    fn new(ledger: &Ledger, incoming: &[Incoming], trust: &Trust, environment: &Environment<'_>) -> Result<Self> {
        let Admitted { examined, changes, catalogs } = admit(ledger, incoming, trust)?;
        let after = if changes.is_empty() { None } else { Some(after(ledger, changes, environment)?) };
        Ok(Self { examined, after, catalogs })
    }
}

/// Commits that continue their logs and state what they may.
pub(super) struct Admitted {
    examined: crate::store::Examined,
    changes: Vec<ChangeSet>,
    catalogs: Vec<(String, usize)>,
}

/// Checks what arrives, short of the state that it makes.
///
/// # Errors
/// The first reason not to take it.
pub(super) fn admit(ledger: &Ledger, incoming: &[Incoming], trust: &Trust) -> Result<Admitted> {
    for log in incoming {
        expect_catalog(log)?;
    }
    let commits = incoming.iter().flat_map(|log| log.commits.iter().cloned()).collect();
    let examined = ledger.examine(commits)?;
    let mut changes: Vec<ChangeSet> = Vec::new();
    for (_, raw) in examined.commits() {
        let (commit, of_commit) = raw.open()?;
        admission::check(&commit.catalog, &of_commit, trust.authority(&commit.catalog))
            .map_err(|why| Error::Refused(format!("commit {} cannot be taken: {why}", commit.id)))?;
        changes.push(of_commit);
    }
    let new_of = |catalog: &str| examined.commits().filter(|(c, _)| c.catalog == catalog).count();
    let catalogs = incoming.iter().map(|log| (log.catalog.clone(), new_of(&log.catalog))).collect();
    for log in incoming {
        held_to_its_statement(ledger, log, new_of(&log.catalog))?;
    }
    Ok(Admitted { examined, changes, catalogs })
}

/// Holds the description of a catalog that is harvested against what this store lets it speak for.
pub(in crate::database) fn held_to_trust(layout: &Layout, reading: &Reading) -> Result<()> {
    let trust = Folder::of(layout).trust()?;
    let of_catalog = reading.files.iter().map(|f| &f.table).filter(|t| t.kind == Kind::Catalog);
    let batches = of_catalog.map(|table| Batch { operation: Operation::Put, table: table.clone() }).collect();
    let described = ChangeSet { symbols: reading.symbols.clone(), batches };
    admission::check(&reading.id, &described, trust.authority(&reading.id)).map_err(Error::Refused)
}

/// A log must be of the catalog that it came as.
fn expect_catalog(log: &Incoming) -> Result<()> {
    for raw in &log.commits {
        let found = raw.catalog()?;
        if found != log.catalog {
            return Err(Error::Refused(format!("a commit of catalog {found} came as one of {}", log.catalog)));
        }
    }
    Ok(())
}

/// What an owner says of a log must be true of it once it is taken.
fn held_to_its_statement(ledger: &Ledger, log: &Incoming, new: usize) -> Result<()> {
    let Some(statement) = log.statement.as_ref().filter(|s| s.signed.is_some()) else { return Ok(()) };
    let before = ledger.states().last().and_then(|s| s.head(&log.catalog)).map_or(0, |h| h.length);
    // A statement that is older than what is here speaks of a part of it.
    if new > 0 && statement.length != before + new as u64 {
        return Err(Error::Refused(format!(
            "the log of {} would have {} commits, and its owner signed {}",
            log.catalog,
            before + new as u64,
            statement.length
        )));
    }
    Ok(())
}

/// Keeps the hashes of the newest state, so that the next small change need not go through all of it.
pub(in crate::database) fn keep_groups(ledger: &Ledger, groups: &digest::GroupHashes) {
    Folder::of(ledger.layout()).set_groups(groups);
}

/// The state after these changes, which are of commits one after another.
///
/// # Errors
/// When regions would lie above themselves, or the state before cannot be read.
pub(in crate::database) fn after(
    ledger: &Ledger,
    changes: Vec<ChangeSet>,
    environment: &Environment<'_>,
) -> Result<import::After> {
    let before = projections::present_of(ledger, environment)?.graph;
    if let [small] = &changes[..]
        && let Some(after) = small_after(ledger, &before, small)
    {
        return Ok(after);
    }
    let (symbols, tables) = materialize::with_all(before.as_ref(), &changes);
    let looped = integrity::check(&symbols, &tables).into_iter().find(|v| matches!(v.breach, Breach::RegionLoop(_)));
    if let Some(violation) = looped {
        let why = assemble::rule(&violation.breach).message(Language::English);
        return Err(Error::Refused(format!("with these changes, {why}; nothing was taken")));
    }
    let groups = digest::of_tables(&symbols, &tables);
    let digest = groups.digest();
    let (graph, summary) = build_in_memory(&symbols, &tables, digest)?;
    // Only the changes of one commit are each of another record.
    let single = <[ChangeSet; 1]>::try_from(changes).ok().map(|[changes]| changes);
    Ok(import::After { before, graph: Some(graph), summary, groups, changes: single })
}

/// The state after a small commit, by what it touches alone; none where the whole state must be gone through.
fn small_after(ledger: &Ledger, before: &Arc<dyn Graph>, changes: &ChangeSet) -> Option<import::After> {
    // Regions can come to lie above themselves, and vocabulary to be another catalog's.
    let is_vocabulary = |kind: Kind| kind.is_shared_vocabulary() || kind == Kind::Catalog;
    if changes.kinds().into_iter().any(is_vocabulary) || !import::takes_delta(ledger, before.as_ref(), changes) {
        return None;
    }
    let head = ledger.head().extras.as_ref()?;
    let groups = Folder::of(ledger.layout()).groups(&head.digest)?;
    let after = Overlay::new(Arc::clone(before), changes);
    let groups = digest::update(&groups, &after, changes);
    let mut summary = BuildSummary::default();
    for (kind, count) in &head.counts {
        summary.records[*kind as usize] = *count;
    }
    let mut add = |kind: Kind, old: u64, new: u64| {
        let count = &mut summary.records[kind as usize];
        *count = count.saturating_add(new).saturating_sub(old);
    };
    for kind in Kind::NODES {
        add(kind, before.count(kind), after.count(kind));
    }
    for &ty in RelType::ALL {
        if let Some(kind) = ty.record() {
            add(kind, before.edge_count(ty), after.edge_count(ty));
        }
    }
    summary.broken = after.dangling().filter(|&n| after.presence(n) == Presence::Broken).count() as u64;
    summary.absent = after.dangling().count() as u64 - summary.broken;
    Some(import::After { before: Arc::clone(before), graph: None, summary, groups, changes: Some(changes.clone()) })
}

/// The commits of a log after the newest one that is in a store, or all of it.
pub(super) fn missing(theirs: &Ledger, catalog: &str, upto: Option<CommitId>, ours: &Ledger) -> Result<Vec<RawCommit>> {
    let mut ids: Vec<CommitId> = theirs.log(catalog).map(|c| c.id).collect();
    if let Some(end) = upto.and_then(|upto| ids.iter().position(|id| *id == upto)) {
        ids.truncate(end + 1);
    }
    let common = ids.iter().rposition(|id| ours.commit(*id).is_some()).map_or(0, |i| i + 1);
    ids[common..].iter().map(|id| Ok(theirs.raw(*id)?)).collect()
}
