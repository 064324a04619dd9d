//! Reading all of a ledger, whatever is left of it: what a check reports, and what a repair can keep.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::codec;
use super::commit::Commit;
use super::engine::Engine;
use super::entry::{self, Family, Name};
use super::error::{Error, Result};
use super::head::Head;
use super::ledger::StoreRecord;
use super::load;
use super::state::State;
use crate::model::Symbols;

/// Where entries come from: an engine, or the blocks found in a damaged file.
pub(crate) trait Source {
    /// The whole entries of this name: none, one, or, among old blocks in a file, several.
    fn candidates(&self, name: Name) -> Result<Vec<Vec<u8>>>;

    /// The numbers of all states of which there is any trace.
    fn states(&self) -> Result<BTreeSet<u64>>;
}

/// An engine as a source.
pub(crate) struct EngineSource<'a>(pub(crate) &'a dyn Engine);

impl Source for EngineSource<'_> {
    fn candidates(&self, name: Name) -> Result<Vec<Vec<u8>>> {
        Ok(entry::read(self.0, name)?.into_iter().collect())
    }

    fn states(&self) -> Result<BTreeSet<u64>> {
        let mut numbers = BTreeSet::new();
        self.0.scan(&[Family::State as u8], &mut |key, _| {
            numbers.extend(Name::from_key(key).map(|(name, _)| name.major));
            ControlFlow::Continue(())
        })?;
        Ok(numbers)
    }
}

/// What a ledger holds.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    /// The home catalog, where the store's own record is whole.
    pub(crate) home: Option<String>,
    /// The whole states up to the first damage, with their commits.
    pub(crate) states: Vec<State>,
    pub(crate) commits: Vec<Commit>,
    /// Everything that is wrong, in words.
    pub(crate) problems: Vec<String>,
    pub(crate) chunks: u64,
    pub(crate) rows: u64,
}

/// Reads everything up to the state that HEAD names, or, without HEAD, up to the last one there is. `progress` is told
/// how many states are done, and of how many.
pub(crate) fn survey(source: &dyn Source, head: Option<&Head>, progress: &mut dyn FnMut(u64, u64)) -> Survey {
    let mut out = Survey::default();
    match source.candidates(Name::new(Family::Store, 0)) {
        Ok(found) => match found.first().map(|bytes| StoreRecord::from_bytes(bytes)) {
            Some(Ok(record)) => out.home = Some(record.home),
            Some(Err(e)) => out.problems.push(e.to_string()),
            None => out.problems.push("the store's own record is lost".to_owned()),
        },
        Err(e) => out.problems.push(e.to_string()),
    }
    let traces = source.states().unwrap_or_else(|e| {
        out.problems.push(e.to_string());
        BTreeSet::new()
    });
    let last = head.map(|h| h.state).or(traces.last().copied());
    let Some(last) = last else {
        out.problems.push("there is no trace of a journal".to_owned());
        return out;
    };
    let mut broken_at = None;
    for number in 0..=last {
        // Without HEAD, a trace far beyond the rest must not keep this busy; every state that is missing is one problem.
        match take(source, number, broken_at.is_none(), &mut out) {
            Ok(()) => {}
            Err(problems) => {
                broken_at.get_or_insert(number);
                out.problems.extend(problems);
                if traces.range(number + 1..).next().is_none_or(|&next| next > last) {
                    if number < last {
                        out.problems.push(format!("states {} to {last} are lost", number + 1));
                    }
                    break;
                }
            }
        }
        progress(number + 1, last + 1);
    }
    for beyond in traces.range(last + 1..) {
        out.problems.push(format!("state {beyond} was recorded but never published; the next writer settles it"));
    }
    out.hold_against(head);
    out
}

impl Survey {
    fn hold_against(&mut self, head: Option<&Head>) {
        let Some(head) = head else { return };
        if self.home.as_ref().is_some_and(|home| *home != head.home) {
            self.problems.push(format!("HEAD names {} as the home catalog, the ledger another", head.home));
        }
        let newest = self.states.last();
        for there in &head.catalogs {
            let have = newest.and_then(|s| s.head(&there.catalog)).map_or(0, |h| h.length);
            if have < there.length {
                self.problems.push(format!(
                    "catalog {}: commits {} to {} of {} are lost or follow a lost one; the newest is {}",
                    there.catalog,
                    have + 1,
                    there.length,
                    there.length,
                    there.commit
                ));
            }
        }
        if let Some(state) = newest.filter(|s| s.number == head.state)
            && (state.heads != head.catalogs || state.commits != head.commits || state.recorded != head.time)
        {
            self.problems.push(format!("HEAD and the journal tell different things of state {}", state.number));
        }
    }
}

/// Reads a state with its commits and chunks. Where all before it is whole, it is kept.
fn take(source: &dyn Source, number: u64, keep: bool, out: &mut Survey) -> std::result::Result<(), Vec<String>> {
    let one = |e: Error| vec![e.to_string()];
    let mut states: Vec<State> = Vec::new();
    for bytes in source.candidates(Name::new(Family::State, number)).map_err(one)? {
        states.push(State::from_bytes(&bytes, number).map_err(one)?);
    }
    // Of several, the latest is of the commit that was kept: an earlier one was taken back.
    states.sort_by_key(|s| s.recorded);
    if states.is_empty() {
        return Err(vec![format!("the journal's record of state {number} is lost")]);
    }
    let mut problems = Vec::new();
    while let Some(state) = states.pop() {
        match read_commits(source, &state, out.states.last().filter(|_| keep)) {
            Ok((commits, chunks, rows)) => {
                out.chunks += chunks;
                out.rows += rows;
                if keep {
                    let mut state = state;
                    let digests = source.candidates(Name::new(Family::Digest, number)).map_err(one)?;
                    state.digest = digests.last().and_then(|d| d.as_slice().try_into().ok());
                    out.states.push(state);
                    out.commits.extend(commits);
                }
                return Ok(());
            }
            Err(mut found) => problems.append(&mut found),
        }
    }
    Err(problems)
}

type Read = (Vec<Commit>, u64, u64);

fn read_commits(source: &dyn Source, state: &State, before: Option<&State>) -> std::result::Result<Read, Vec<String>> {
    let mut problems = Vec::new();
    let (mut commits, mut chunks, mut rows) = (Vec::new(), 0, 0);
    let Some(first) = state.commits.checked_sub(state.arrived.len() as u64) else {
        return Err(vec![format!("the journal's record of state {} counts too few commits", state.number)]);
    };
    for (position, id) in (first..).zip(&state.arrived) {
        let found = match source.candidates(Name::new(Family::Commit, position)) {
            Ok(found) => found,
            Err(e) => {
                problems.push(format!("commit {id}: {e}"));
                continue;
            }
        };
        let Some(commit) = found.iter().filter_map(|b| Commit::from_bytes(b).ok()).find(|c| c.id == *id) else {
            problems.push(format!("commit {id}, which arrived in state {}, is lost or is another", state.number));
            continue;
        };
        for (i, info) in commit.chunks.iter().enumerate() {
            let name = Name::chunk(position, i as u32);
            match chunk(source, name, info) {
                Ok(_) => {
                    chunks += 1;
                    rows += u64::from(info.rows);
                }
                Err(why) => problems.push(format!(
                    "chunk {i} of {} of commit {id} (catalog {}, {} {} rows) is lost: {why}",
                    commit.chunks.len(),
                    commit.catalog,
                    info.rows,
                    info.kind.label()
                )),
            }
        }
        commits.push(commit);
    }
    if problems.is_empty()
        && (state.number == 0 || before.is_some())
        && let Err(e) = load::chain(before, state, &commits)
    {
        problems.push(e.to_string());
    }
    if problems.is_empty() { Ok((commits, chunks, rows)) } else { Err(problems) }
}

/// The bytes of a chunk that is as its commit says.
pub(crate) fn chunk(
    source: &dyn Source,
    name: Name,
    info: &super::commit::ChunkInfo,
) -> std::result::Result<Vec<u8>, String> {
    let found = source.candidates(name).map_err(|e| e.to_string())?;
    let mut why = "it has no block left".to_owned();
    for bytes in found {
        match codec::decode(&bytes, info, &mut Symbols::new()) {
            Ok(_) => return Ok(bytes),
            Err(e) => why = e.to_string(),
        }
    }
    Err(why)
}
