//! What leaves of the home catalog: its log as it is, or, once it has a policy, a log of its own in which every commit is
//! filtered. What had left before the policy stays in it as it was, since the log goes on from there.

use super::bundles::whole_second;
use super::files::Folder;
use crate::database::environment::Environment;
use crate::database::error::Result;
use crate::database::projections;
use crate::federation::{LogStatement, Policy};
use crate::graph::diff::diff;
use crate::graph::{build_in_memory, digest};
use crate::model::change::Counts;
use crate::model::{Kind, Symbols, Table};
use crate::store::{Access, Commit, CommitId, CommitText, HeadExtras, Layout, Ledger};

/// How a commit of the published log names the private commit that it comes from: the last line of its message.
const FROM: &str = "From-commit: ";

/// Publishes what the home catalog committed: brings the published log up to date where there is one, or is to be, and
/// signs the head of what leaves, where the catalog has a key.
pub(in crate::database) fn after_commit(ledger: &Ledger, environment: &Environment<'_>) -> Result<()> {
    let home = &ledger.head().home;
    let folder = Folder::of(ledger.layout());
    let head = match sync(ledger, environment)? {
        Some(published) => {
            let head = published.head(home);
            published.close()?;
            head
        }
        None => ledger.states().last().and_then(|s| s.head(home)).map(|h| (h.commit, h.length)),
    };
    let (Some((commit, length)), Some(key)) = (head, folder.key()?) else { return Ok(()) };
    let statement = LogStatement::unsigned(home, &commit.0, length, whole_second(environment.now)).sign(&key);
    let mut statements = folder.statements()?;
    statements.insert(home.clone(), statement);
    folder.set_statements(&statements)
}

/// The published log of a home catalog that has, or had, a policy.
pub(super) struct Published(pub(super) Ledger);

impl Published {
    fn head(&self, home: &str) -> Option<(CommitId, u64)> {
        self.0.states().last()?.head(home).map(|h| (h.commit, h.length))
    }

    /// Closes it in good order.
    pub(super) fn close(self) -> Result<()> {
        Ok(self.0.close()?)
    }

    /// The published commit that comes from a private one.
    pub(super) fn of(&self, home: &str, private: CommitId) -> Option<CommitId> {
        self.0.log(home).find(|c| comes_from(c) == private).map(|c| c.id)
    }
}

/// The private commit that a published one comes from: itself, where it left unfiltered.
fn comes_from(commit: &Commit) -> CommitId {
    let last = commit.message.lines().next_back();
    last.and_then(|line| CommitId::parse(line.strip_prefix(FROM)?)).unwrap_or(commit.id)
}

/// The home catalog's published log, up to date; none where the log itself leaves.
pub(super) fn sync(ledger: &Ledger, environment: &Environment<'_>) -> Result<Option<Published>> {
    let home = ledger.head().home.clone();
    let layout = Folder::of(ledger.layout()).published();
    let Some(mut published) = open(ledger, &layout, &home, environment)? else { return Ok(None) };
    let private: Vec<Commit> = ledger.log(&home).cloned().collect();
    let covered = published.0.log(&home).next_back().map(comes_from);
    let next = covered.and_then(|id| private.iter().position(|c| c.id == id)).map_or(0, |i| i + 1);
    let mut is_filtered = published.0.log(&home).any(|c| comes_from(c) != c.id);
    for commit in &private[next..] {
        let (symbols, mut tables) = records_at(ledger, &home, commit.id)?;
        let policy = policy_of(&symbols, &tables)?;
        is_filtered |= policy.is_some();
        if !is_filtered {
            let raw = ledger.raw(commit.id)?;
            if let Some(pending) = published.0.arrive(commit.time, vec![raw])? {
                published.0.publish(&pending, told(&symbols, &tables))?;
            }
            continue;
        }
        let policy = policy.unwrap_or_default();
        tables.iter_mut().for_each(|table| policy.apply(&home, &symbols, table));
        append(&mut published.0, commit, &symbols, &tables)?;
    }
    Ok(Some(published))
}

/// Opens the published log; makes it where the catalog has a policy for the first time.
fn open(ledger: &Ledger, layout: &Layout, home: &str, environment: &Environment<'_>) -> Result<Option<Published>> {
    if layout.root().is_dir() {
        let opened = environment.with_access(|access: &mut Access<'_>| Ledger::open_for_writing(layout, access))?;
        return Ok(Some(Published(opened)));
    }
    let graph = projections::present_of(ledger, environment)?.graph;
    let node = graph.find(Kind::Catalog, home);
    if node.and_then(|node| graph.text(node, "policy")).is_none() {
        return Ok(None);
    }
    Ok(Some(Published(Ledger::create(layout, home, environment.now, &environment.command)?)))
}

/// The records of the home catalog once a commit of it had arrived.
fn records_at(ledger: &Ledger, home: &str, commit: CommitId) -> Result<(Symbols, Vec<Table>)> {
    let state = ledger.states().iter().find(|s| s.arrived.contains(&commit)).map_or(0, |s| s.number);
    let (symbols, mut tables) = projections::records(ledger, state)?;
    let home = symbols.find(home);
    for table in &mut tables {
        table.retain(|table, row| Some(table.catalog[row]) == home);
    }
    Ok((symbols, tables))
}

fn policy_of(symbols: &Symbols, tables: &[Table]) -> Result<Option<Policy>> {
    const POLICY: usize = 4;
    let catalogs = tables.iter().filter(|t| t.kind == Kind::Catalog);
    let text = catalogs.flat_map(|t| t.syms(POLICY)).find_map(|sym| symbols.get(*sym));
    Ok(text.map(Policy::parse).transpose()?)
}

/// Appends what a private commit makes of the published records.
fn append(published: &mut Ledger, commit: &Commit, symbols: &Symbols, tables: &[Table]) -> Result<()> {
    let newest = published.head().state;
    let (old_symbols, old_tables) = projections::records(published, newest)?;
    let (before, _) = build_in_memory(&old_symbols, &old_tables, [0; 32])?;
    let (after, _) = build_in_memory(symbols, tables, [0; 32])?;
    let difference = diff(&before, &after, |_| true);
    let counts: Vec<(Kind, Counts)> =
        Kind::ALL.into_iter().zip(difference.counts).filter(|(_, c)| c.total() > 0).collect();
    let message = format!("{}\n\n{FROM}{}", commit.message, commit.id);
    let text = CommitText {
        catalog: &commit.catalog,
        author: &commit.author,
        time: commit.time,
        message: message.trim_start(),
    };
    let pending = published.append(text, &difference.changes, &counts)?;
    published.publish(&pending, told(symbols, tables))?;
    Ok(())
}

/// What the published log's HEAD tells: nobody projects it.
fn told(symbols: &Symbols, tables: &[Table]) -> HeadExtras {
    HeadExtras { digest: digest::of_tables(symbols, tables).digest(), ..HeadExtras::default() }
}
