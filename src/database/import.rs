//! Importing a catalog directory into the home catalog: whole or not at all.
//!
//! The records of the state as it would be are put together, checked, digested and diffed against the state as it is:
//! what differs is the commit. The same records again, in whatever order, have the same digest and make none.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::assemble::{Assembled, Reader};
use super::environment::{Environment, Notice};
use super::error::{Error, Result};
use super::{Database, federation, materialize, projections};
use crate::federation::Policy;
use crate::format::catalog::{self, FileReading, Note, Rejection};
use crate::graph::delta;
use crate::graph::diff::{diff, number_parallel_edges};
use crate::graph::records::{self, of_row};
use crate::graph::{
    BuildSummary, Graph, Overlay, Projection, build_in_memory, build_to_file, digest, edges, merge, prepare,
};
use crate::model::change::{Batch, Counts};
use crate::model::{ChangeSet, Kind, Operation, RelType, Symbols, Table};
use crate::store::{CommitId, CommitText, HeadExtras, Layout, Ledger};

/// What an import is asked to do.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// The catalog directory.
    pub dir: &'a Path,
    /// How it is read.
    pub reader: Reader<'a>,
    /// Whether nothing is written, only told.
    pub dry_run: bool,
    /// Whether a file with only a header may delete every record of its kind.
    pub allow_empty: bool,
    /// Whether over a fifth of the records of a kind may be deleted.
    pub allow_deletes: bool,
    /// The commit's message.
    pub message: &'a str,
}

/// What an import did, or would do.
#[derive(Debug)]
pub struct Imported {
    /// The catalog.
    pub catalog: String,
    /// What was put, changed and deleted, by kind: those where anything was.
    pub counts: Vec<(Kind, Counts)>,
    /// How many records of each kind the files hold.
    pub read: Vec<(Kind, u64)>,
    /// Records that were left out.
    pub rejections: Vec<Rejection>,
    /// What may be a mistake.
    pub notes: Vec<Note>,
    /// References that dangle, of the whole state: broken and absent.
    pub dangling: (u64, u64),
    /// The state and the commit; none where nothing differs, or nothing was to be written.
    pub committed: Option<(u64, CommitId)>,
}

/// A commit of at most so many changes is published as a delta.
const SMALL: usize = 20_000;
/// So many deltas are merged into one.
const MANY_DELTAS: usize = 16;

impl Import<'_> {
    /// Imports into the store's home catalog.
    ///
    /// # Errors
    /// When the directory cannot be read or is not the home catalog; when records cannot be taken, unless leniently; when
    /// too much would be deleted; when the store cannot be written. Nothing has changed then.
    pub fn run(&self, database: &Database, environment: &Environment<'_>) -> Result<Imported> {
        let home = database.home()?;
        self.run_into(database, &home, environment)
    }

    /// Imports into a catalog of the store: home, or a member whose source is a catalog directory.
    pub(super) fn run_into(&self, database: &Database, home: &str, environment: &Environment<'_>) -> Result<Imported> {
        let layout = database.layout()?;
        // First of all: a second writer is told so before it reads for seconds.
        let mut ledger = if self.dry_run { None } else { Some(projections::open_for_writing(layout, environment)?) };
        let home = home.to_owned();
        if !catalog::is_catalog(self.dir) && catalog::members(self.dir).is_ok() {
            return Err(Error::SeveralCatalogs { dir: self.dir.to_owned(), home });
        }
        let reading = self.reader.one(self.dir)?;
        let is_home = database.home()? == home;
        if reading.id != home {
            let (dir, found) = (self.dir.to_owned(), reading.id);
            return Err(if is_home {
                Error::NotHome { dir, found, home }
            } else {
                let dir = dir.display();
                Error::Refused(format!("{dir} is the catalog `{found}`, and the source was added for catalog `{home}`"))
            });
        }
        if !is_home {
            federation::held_to_trust(layout, &reading)?;
        }
        let before = match &ledger {
            Some(ledger) => projections::present_of(ledger, environment)?,
            None => projections::present(layout, environment)?,
        };
        let stored = Counted::of(before.graph.as_ref(), &home);
        let mut stated: Vec<Kind> = reading.files.iter().map(|f| f.kind).collect();
        // `catalog.toml` is always there, and says which tiers there are even where it names none.
        stated.push(Kind::Tier);
        for file in reading.files.iter().filter(|f| f.header_only) {
            if !self.allow_empty {
                return Err(Error::WouldEmpty { path: file.path.clone(), stored: stored.of_kind(file.kind) });
            }
        }
        check_policy(&reading)?;
        let rejected = RejectedRows::of(&reading.symbols, &reading.files);
        let emptied: Vec<Kind> = reading.files.iter().filter(|f| f.header_only).map(|f| f.kind).collect();
        let mut after = Assembled::default();
        after.add(reading);
        let read = after.tables.iter().map(|t| (t.kind, t.len() as u64)).collect();
        let kept = records::to_tables(before.graph.as_ref(), &mut after.symbols, |kind, catalog| {
            catalog != home || !stated.contains(&kind)
        });
        after.add_stored(kept);
        let taken_out = after.check_of(&home);
        after.note_tiers();
        if !after.rejections.is_empty() {
            if !self.reader.lenient {
                return Err(Error::Rejected { rejections: after.rejections, import: true });
            }
            rejected.and(taken_out).restore(before.graph.as_ref(), &home, &mut after);
            after.check_of(&home);
        }

        let state_digest = digest::of_tables(&after.symbols, &after.tables).digest();
        let mut imported = Imported {
            catalog: home.clone(),
            counts: Vec::new(),
            read,
            rejections: after.rejections,
            notes: after.notes,
            dangling: (0, 0),
            committed: None,
        };
        let unchanged = before.state.as_ref().is_some_and(|s| s.digest == state_digest);
        if unchanged {
            imported.dangling = count_dangling(before.graph.as_ref());
            publish(ledger.as_ref(), environment);
            close(ledger)?;
            return Ok(imported);
        }
        let first = stored.is_empty() && records::catalogs_of(&after.tables).len() <= 1;
        let (symbols, tables) = (after.symbols, after.tables);
        let planned = match (&mut ledger, first) {
            (Some(ledger), true) => {
                self.first_commit(ledger, layout, &home, symbols, tables, state_digest, environment)?
            }
            (ledger, _) => {
                let limits = Limits { stored: &stored, emptied: &emptied, allow_deletes: self.allow_deletes };
                self.later_commit(
                    ledger.as_mut(),
                    layout,
                    &home,
                    &before.graph,
                    (symbols, tables),
                    state_digest,
                    &limits,
                    environment,
                )?
            }
        };
        imported.counts = planned.counts;
        imported.dangling = planned.dangling;
        imported.committed = planned.committed;
        publish(ledger.as_ref(), environment);
        close(ledger)?;
        Ok(imported)
    }

    fn text<'t>(&'t self, home: &'t str, environment: &'t Environment<'_>) -> CommitText<'t> {
        CommitText { catalog: home, author: &environment.author, time: environment.now, message: self.message }
    }

    /// The first commit of all: everything is put, so that the rows read are the changes, and the ledger and the
    /// projection can be written side by side.
    #[allow(clippy::too_many_arguments)]
    fn first_commit(
        &self,
        ledger: &mut Ledger,
        layout: &Layout,
        home: &str,
        symbols: Symbols,
        mut tables: Vec<Table>,
        state_digest: [u8; 32],
        environment: &Environment<'_>,
    ) -> Result<Done> {
        tables.iter_mut().filter(|t| t.kind == Kind::Share).for_each(number_parallel_edges);
        let batches =
            tables.into_iter().filter(|t| !t.is_empty()).map(|table| Batch { operation: Operation::Put, table });
        let mut changes = ChangeSet { symbols, batches: batches.collect() };
        let records: Vec<&Table> = changes.batches.iter().map(|b| &b.table).collect();
        prepare(&mut changes.symbols, &records);
        let put = |kind: Kind| Counts {
            put: records.iter().filter(|t| t.kind == kind).map(|t| t.len() as u64).sum(),
            ..Counts::default()
        };
        let counts: Vec<(Kind, Counts)> =
            Kind::ALL.into_iter().map(|k| (k, put(k))).filter(|(_, c)| c.total() > 0).collect();
        let name = projections::name_of(&state_digest);
        let path = layout.projections().join(&name);
        let text = self.text(home, environment);
        let (summary, pending) = rayon::join(
            || build_to_file(&path, &changes.symbols, &records, state_digest),
            || ledger.append(text, &changes, &counts),
        );
        let (summary, pending) = (summary?, pending?);
        ledger.publish(&pending, projections::extras(&summary, state_digest, name, Vec::new()))?;
        Ok(Done { counts, dangling: (summary.broken, summary.absent), committed: newest(ledger) })
    }

    /// A commit on top of others: the difference of two graphs.
    #[allow(clippy::too_many_arguments)]
    fn later_commit(
        &self,
        ledger: Option<&mut Ledger>,
        layout: &Layout,
        home: &str,
        before: &std::sync::Arc<dyn Graph>,
        (symbols, tables): (Symbols, Vec<Table>),
        state_digest: [u8; 32],
        limits: &Limits<'_>,
        environment: &Environment<'_>,
    ) -> Result<Done> {
        let (after, summary) = build_in_memory(&symbols, &tables, state_digest)?;
        let difference = diff(before.as_ref(), &after, |catalog| catalog == home);
        limits.check(&difference.counts)?;
        let counts: Vec<(Kind, Counts)> =
            Kind::ALL.into_iter().zip(difference.counts).filter(|(_, c)| c.total() > 0).collect();
        let mut done = Done { counts, dangling: (summary.broken, summary.absent), committed: None };
        let Some(ledger) = ledger else { return Ok(done) };
        let pending = ledger.append(self.text(home, environment), &difference.changes, &done.counts)?;
        let extras = publication(ledger, layout, before, &difference.changes, &summary, state_digest)?;
        let extras = match extras {
            Some(extras) => extras,
            None => {
                let name = projections::name_of(&state_digest);
                let path = layout.projections().join(&name);
                if has_parallel_edges(&after) {
                    // What was read does not bear the numbers by which the ledger tells parallel edges apart; a later
                    // commit that deletes one of them would name another.
                    drop(after);
                    let (symbols, tables) = materialize::with(before.as_ref(), &difference.changes);
                    build_to_file(&path, &symbols, &tables, state_digest)?;
                } else {
                    after.save(&path)?;
                }
                projections::extras(&summary, state_digest, name, Vec::new())
            }
        };
        ledger.publish(&pending, extras)?;
        done.committed = newest(ledger);
        Ok(done)
    }
}

/// The state after an arrival, not yet published.
pub(super) struct After {
    /// The graph of the state before.
    pub(super) before: std::sync::Arc<dyn Graph>,
    /// The graph; none where a delta tells all of it.
    pub(super) graph: Option<Projection>,
    /// What building it saw.
    pub(super) summary: BuildSummary,
    /// The hashes of its groups, which are its digest.
    pub(super) groups: digest::GroupHashes,
    /// What lies between the two, where no record is in it twice.
    pub(super) changes: Option<ChangeSet>,
}

impl After {
    /// Writes what readers open: a delta for a small change, a projection otherwise.
    pub(super) fn publish(self, ledger: &Ledger) -> Result<HeadExtras> {
        let (layout, digest) = (ledger.layout(), self.groups.digest());
        if let Some(changes) = &self.changes
            && let Some(extras) = publication(ledger, layout, &self.before, changes, &self.summary, digest)?
        {
            return Ok(extras);
        }
        let name = projections::name_of(&digest);
        match self.graph {
            Some(graph) => graph.save(&layout.projections().join(&name))?,
            None => {
                return Err(Error::User("a delta that could be written cannot be any more; try again".to_owned()));
            }
        }
        Ok(projections::extras(&self.summary, digest, name, Vec::new()))
    }
}

/// What does not leave must be sayable before it is kept.
fn check_policy(reading: &catalog::Reading) -> Result<()> {
    const POLICY: usize = 4;
    let catalogs = reading.files.iter().map(|f| &f.table).filter(|t| t.kind == Kind::Catalog);
    for text in catalogs.flat_map(|t| t.syms(POLICY)).filter_map(|sym| reading.symbols.get(*sym)) {
        Policy::parse(text)?;
    }
    Ok(())
}

/// Brings up to date what leaves of the home catalog. The commit counts whatever becomes of that; the next import, or the
/// next bundle, does what could not be done.
pub(super) fn publish(ledger: Option<&Ledger>, environment: &Environment<'_>) {
    if let Some(Err(error)) = ledger.map(|ledger| federation::after_commit(ledger, environment)) {
        (environment.notify)(&Notice::NotPublished(error.to_string()));
    }
}

pub(super) fn close(ledger: Option<Ledger>) -> Result<()> {
    if let Some(ledger) = ledger {
        // What readers have mapped stays until they are done.
        projections::clean_up(ledger.layout(), false)?;
        ledger.close()?;
    }
    Ok(())
}

/// Whether two sharing edges of one type lead from one record to another.
fn has_parallel_edges(graph: &dyn Graph) -> bool {
    RelType::SHARING.into_iter().any(|ty| {
        (0..graph.node_bound()).any(|node| graph.outgoing(ty, node).nodes.windows(2).any(|pair| pair[0] == pair[1]))
    })
}

/// What became of a commit.
struct Done {
    counts: Vec<(Kind, Counts)>,
    dangling: (u64, u64),
    committed: Option<(u64, CommitId)>,
}

pub(super) fn newest(ledger: &Ledger) -> Option<(u64, CommitId)> {
    let state = ledger.states().last()?;
    Some((state.number, *state.arrived.last()?))
}

/// What a small commit is published as.
struct Laid {
    /// The digest of the state that it is laid over.
    base: [u8; 32],
    /// The deltas that stay below it.
    below: Vec<String>,
    /// The changes of all deltas so far and of the commit, where they are merged; none where its own are laid over the rest.
    merged: Option<ChangeSet>,
}

impl Laid {
    /// How changes are laid over what HEAD names; none where they need a projection of their own.
    fn over(ledger: &Ledger, before: &dyn Graph, changes: &ChangeSet) -> Option<Self> {
        let head = ledger.head().extras.as_ref()?;
        let folder = ledger.layout().projections();
        // What HEAD names may have been lost, and the graph be another projection of the same state.
        let is_there = |name: &String| folder.join(name).is_file();
        if changes.len() > SMALL || !head.deltas.iter().chain([&head.projection]).all(is_there) {
            return None;
        }
        if head.deltas.len() < MANY_DELTAS {
            let over_all = || Self { base: head.digest, below: head.deltas.clone(), merged: None };
            return Overlay::takes(before, changes).then(over_all);
        }
        let base = Projection::open(&folder.join(&head.projection)).ok()?;
        let deltas = head.deltas.iter().map(|name| Some(delta::read(&folder.join(name)).ok()?.changes));
        let mut all: Vec<ChangeSet> = deltas.collect::<Option<_>>()?;
        all.push(changes.clone());
        let merged = merge(&all).filter(|merged| merged.len() <= SMALL && Overlay::takes(&base, merged))?;
        Some(Self { base: base.digest(), below: Vec::new(), merged: Some(merged) })
    }
}

/// Whether changes can be published as a delta on what HEAD names.
pub(super) fn takes_delta(ledger: &Ledger, before: &dyn Graph, changes: &ChangeSet) -> bool {
    Laid::over(ledger, before, changes).is_some()
}

/// Publishes a small commit as a delta on what HEAD names; none where it is to be a projection of its own.
fn publication(
    ledger: &Ledger,
    layout: &Layout,
    before: &std::sync::Arc<dyn Graph>,
    changes: &ChangeSet,
    summary: &BuildSummary,
    state_digest: [u8; 32],
) -> Result<Option<HeadExtras>> {
    let (Some(head), Some(laid)) = (&ledger.head().extras, Laid::over(ledger, before.as_ref(), changes)) else {
        return Ok(None);
    };
    let name = projections::delta_name_of(&state_digest);
    let changes = laid.merged.as_ref().unwrap_or(changes);
    delta::write(&layout.projections().join(&name), laid.base, state_digest, changes)?;
    let deltas = laid.below.into_iter().chain([name]).collect();
    Ok(Some(projections::extras(summary, state_digest, head.projection.clone(), deltas)))
}

/// How many records of the home catalog are stored, by kind.
struct Counted([u64; Kind::ALL.len()]);

impl Counted {
    fn of(graph: &dyn Graph, home: &str) -> Self {
        let mut counts = [0; Kind::ALL.len()];
        let only_home = graph.catalogs() == [home];
        for kind in Kind::NODES {
            counts[kind as usize] = if only_home && kind != Kind::Tier {
                graph.count(kind)
            } else {
                graph.nodes(kind).filter(|&n| graph.node_catalog(n) == home).count() as u64
            };
        }
        for &ty in crate::model::RelType::ALL {
            if let Some(kind) = ty.record() {
                counts[kind as usize] += if only_home {
                    graph.edge_count(ty)
                } else {
                    edges(graph, ty).filter(|&e| graph.edge_catalog(ty, e) == home).count() as u64
                };
            }
        }
        Self(counts)
    }

    fn of_kind(&self, kind: Kind) -> u64 {
        self.0[kind as usize]
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|n| *n == 0)
    }
}

/// How much an import may delete.
struct Limits<'a> {
    stored: &'a Counted,
    emptied: &'a [Kind],
    allow_deletes: bool,
}

impl Limits<'_> {
    fn check(&self, counts: &[Counts; Kind::ALL.len()]) -> Result<()> {
        for (kind, counts) in Kind::ALL.into_iter().zip(counts) {
            let stored = self.stored.of_kind(kind);
            // An emptied file was allowed by a word of its own.
            let allowed = self.allow_deletes || self.emptied.contains(&kind);
            if !allowed && counts.deleted.saturating_mul(5) > stored && counts.deleted > 0 {
                return Err(Error::WouldDelete { file: kind.spec().file, deleted: counts.deleted, stored });
            }
        }
        Ok(())
    }
}

/// The identities of rows that cannot be taken, with how often each occurs.
struct RejectedRows(HashMap<(Kind, Vec<String>), usize>);

impl RejectedRows {
    fn of(symbols: &Symbols, files: &[FileReading]) -> Self {
        let mut rows = HashMap::new();
        for file in files {
            for identity in file.rejected.iter().filter_map(catalog::RejectedIdentity::complete) {
                let key = identity.into_iter().map(|cell| key_text(symbols, cell)).collect();
                *rows.entry((file.kind, key)).or_default() += 1;
            }
        }
        Self(rows)
    }

    fn and(mut self, more: Vec<(Kind, Vec<String>)>) -> Self {
        for key in more {
            *self.0.entry(key).or_default() += 1;
        }
        self
    }

    /// Leaves the stored records of rejected rows as they were: those that no good row speaks of.
    fn restore(mut self, before: &dyn Graph, home: &str, after: &mut Assembled) {
        let kinds: HashSet<Kind> = self.0.keys().map(|(kind, _)| *kind).collect();
        let mut symbols = Symbols::new();
        let stored = records::to_tables(before, &mut symbols, |kind, catalog| catalog == home && kinds.contains(&kind));
        let mut restored: Vec<Table> = Vec::new();
        for table in &stored {
            let new = after.tables.iter().filter(|t| t.kind == table.kind && !t.catalog.is_empty());
            let mut taken: HashMap<Vec<String>, Vec<(usize, usize)>> = HashMap::new();
            let new: Vec<&Table> = new.collect();
            for (t, table) in new.iter().enumerate() {
                for row in 0..table.len() {
                    let key = row_key(&after.symbols, table, row);
                    if self.0.contains_key(&(table.kind, key.clone())) {
                        taken.entry(key).or_default().push((t, row));
                    }
                }
            }
            let mut back = Table::new(table.kind);
            for row in 0..table.len() {
                let key = (table.kind, row_key(&symbols, table, row));
                let Some(left) = self.0.get_mut(&key).filter(|left| **left > 0) else { continue };
                let record = of_row(&symbols, table, row);
                let spoken_of = taken.get(&key.1).is_some_and(|rows| {
                    // Parallel sharing edges: a good row speaks of the stored one that it equals.
                    table.kind != Kind::Share
                        || rows.iter().any(|&(t, r)| of_row(&after.symbols, new[t], r).says_the_same(&record))
                });
                if !spoken_of {
                    *left -= 1;
                    back.append_row(table, row);
                }
            }
            restored.push(back);
        }
        for mut table in restored {
            table.map_symbols(|sym| symbols.get(sym).map_or(sym, |text| after.symbols.intern(text)));
            after.add_stored([table]);
        }
    }
}

fn key_text(symbols: &Symbols, cell: crate::model::table::Cell) -> String {
    match cell {
        crate::model::table::Cell::Symbol(sym) => symbols.get(sym).unwrap_or_default().to_owned(),
        crate::model::table::Cell::Number(crate::model::table::ABSENT) => String::new(),
        crate::model::table::Cell::Number(number) => number.to_string(),
    }
}

fn row_key(symbols: &Symbols, table: &Table, row: usize) -> Vec<String> {
    table.kind.spec().identity.iter().map(|&c| key_text(symbols, table.cell(c, row))).collect()
}

fn count_dangling(graph: &dyn Graph) -> (u64, u64) {
    let broken = graph.dangling().filter(|&n| graph.presence(n) == crate::graph::Presence::Broken).count() as u64;
    (broken, graph.dangling().count() as u64 - broken)
}
