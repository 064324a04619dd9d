//! Reading what a ledger holds when it is opened, and holding it against HEAD.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::codec;
use super::commit::Commit;
use super::engine::{Batch, Engine};
use super::entry::{self, Family, Name};
use super::error::{Error, Result};
use super::head::Head;
use super::ledger::StoreRecord;
use super::state::State;

/// What was read.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) states: Vec<State>,
    pub(crate) commits: Vec<Commit>,
}

impl Loaded {
    pub(crate) fn newest(&self) -> Result<&State> {
        self.states.last().ok_or_else(|| Error::Internal("a journal without a state".to_owned()))
    }
}

/// Reads the journal and the commits up to the state that HEAD names. Chunks are not read.
///
/// # Errors
/// [`Error::Lost`] naming what is missing, [`Error::Damaged`] naming what does not fit.
pub(crate) fn up_to_head(engine: &dyn Engine, head: &Head) -> Result<Loaded> {
    let lost_tail = |last: &State| Error::Lost(missing_tail(last, head));
    let nothing = State::empty(head.time);
    let store = entry::read(engine, Name::new(Family::Store, 0))?.ok_or_else(|| lost_tail(&nothing))?;
    let store = StoreRecord::from_bytes(&store)?;
    if store.home != head.home {
        return Err(Error::damaged(
            "HEAD",
            format!("it names {} as the home catalog, the ledger {}", head.home, store.home),
        ));
    }
    let mut loaded = Loaded { states: Vec::new(), commits: Vec::new() };
    for number in 0..=head.state {
        match read_state(engine, number)? {
            Some(state) => take(engine, &mut loaded, state)?,
            None => return Err(lost_tail(loaded.states.last().unwrap_or(&nothing))),
        }
    }
    let newest = loaded.newest()?;
    if newest.heads != head.catalogs || newest.commits != head.commits || newest.recorded != head.time {
        return Err(Error::damaged(
            "HEAD or the journal",
            format!("they tell different things of state {}; one of them is of another store or time", head.state),
        ));
    }
    let digests = read_digests(engine)?;
    for state in &mut loaded.states {
        state.digest = digests.get(&state.number).copied();
    }
    if let (Some(newest), Some(extras)) = (loaded.states.last_mut(), &head.extras) {
        newest.digest = Some(extras.digest);
    }
    Ok(loaded)
}

/// What HEAD names beyond a state, catalog by catalog.
fn missing_tail(last: &State, head: &Head) -> String {
    let mut parts = vec![format!("HEAD names state {}, and the journal ends at state {}", head.state, last.number)];
    for there in &head.catalogs {
        let have = last.head(&there.catalog).map_or(0, |h| h.length);
        if have < there.length {
            parts.push(format!(
                "catalog {} lacks commits {} to {} (the newest is {})",
                there.catalog,
                have + 1,
                there.length,
                there.commit
            ));
        }
    }
    parts.join("; ")
}

pub(crate) fn read_state(engine: &dyn Engine, number: u64) -> Result<Option<State>> {
    let bytes = entry::read(engine, Name::new(Family::State, number))?;
    bytes.map(|bytes| State::from_bytes(&bytes, number)).transpose()
}

/// Reads the commits of a state, holds them against the chain, and takes both.
fn take(engine: &dyn Engine, loaded: &mut Loaded, state: State) -> Result<()> {
    let first = loaded.commits.len() as u64;
    let mut commits = Vec::with_capacity(state.arrived.len().min(1024));
    for (i, id) in state.arrived.iter().enumerate() {
        let name = Name::new(Family::Commit, first + i as u64);
        let Some(bytes) = entry::read(engine, name)? else {
            return Err(Error::Lost(format!("commit {id}, which arrived in state {}", state.number)));
        };
        let commit = Commit::from_bytes(&bytes)?;
        if commit.id != *id {
            return Err(Error::damaged(name.to_string(), format!("it is commit {}, the journal says {id}", commit.id)));
        }
        commits.push(commit);
    }
    chain(loaded.states.last(), &state, &commits)?;
    loaded.commits.extend(commits);
    loaded.states.push(state);
    Ok(())
}

/// Holds a state and its commits against the state before it.
pub(crate) fn chain(before: Option<&State>, state: &State, commits: &[Commit]) -> Result<()> {
    let name = format!("the journal's record of state {}", state.number);
    let Some(before) = before else {
        let fine = state.heads.is_empty() && state.arrived.is_empty() && state.commits == 0;
        return if fine { Ok(()) } else { Err(Error::damaged(name, "the first state is not empty")) };
    };
    let mut heads: HashMap<&str, _> = before.heads.iter().map(|h| (h.catalog.as_str(), h.commit)).collect();
    for commit in commits {
        if heads.insert(&commit.catalog, commit.id) != commit.parent {
            return Err(Error::damaged(
                format!("commit {}", commit.id),
                format!("it does not follow the commit before it in catalog {}", commit.catalog),
            ));
        }
    }
    let next = before.next(state.recorded, commits);
    if next.heads != state.heads || next.commits != state.commits || state.recorded < before.recorded {
        return Err(Error::damaged(name, "it does not follow from the state before it and its commits"));
    }
    Ok(())
}

pub(crate) fn read_digests(engine: &dyn Engine) -> Result<HashMap<u64, [u8; 32]>> {
    let mut digests = HashMap::new();
    let mut wrong = None;
    engine.scan(&[Family::Digest as u8], &mut |_, value| {
        let block = entry::parse(value).and_then(|b| {
            let digest = b.payload.try_into().map_err(|_| "it is no digest")?;
            digests.insert(b.name.major, digest);
            Ok(())
        });
        wrong = block.err();
        if wrong.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    match wrong {
        Some(why) => Err(Error::damaged("the digests of the journal", why)),
        None => Ok(digests),
    }
}

/// Takes the whole states beyond HEAD, which a crash kept from being published, and deletes what is left of a torn
/// one. Returns what was done, in words.
pub(crate) fn settle_beyond(engine: &mut dyn Engine, loaded: &mut Loaded) -> Result<Vec<String>> {
    let mut notices = Vec::new();
    while let Ok(Some(state)) = read_state(engine, loaded.states.len() as u64) {
        let (number, first) = (state.number, loaded.commits.len());
        if take(engine, loaded, state).is_err() {
            break;
        }
        let whole = loaded.commits[first..].iter().enumerate().all(|(i, commit)| {
            commit.chunks.iter().enumerate().all(|(c, info)| {
                let chunk = entry::read(engine, Name::chunk((first + i) as u64, c as u32));
                matches!(chunk, Ok(Some(bytes)) if codec::open(&bytes, info).is_ok())
            })
        });
        if !whole {
            loaded.states.pop();
            loaded.commits.truncate(first);
            break;
        }
        notices.push(format!("state {number} was recorded but not published when the last writer stopped; it is now"));
    }
    let deletes = left_over(engine, loaded)?;
    if !deletes.is_empty() {
        engine.commit(Batch { puts: Vec::new(), deletes })?;
        notices.push("a commit that the last writer did not finish was taken back".to_owned());
    }
    Ok(notices)
}

/// The keys of everything beyond the newest state.
fn left_over(engine: &dyn Engine, loaded: &Loaded) -> Result<Vec<Vec<u8>>> {
    let mut keys = Vec::new();
    let ends = [
        (Family::State, loaded.states.len() as u64),
        (Family::Commit, loaded.commits.len() as u64),
        (Family::Chunk, loaded.commits.len() as u64),
    ];
    for (family, first) in ends {
        for major in first.. {
            let before = keys.len();
            engine.scan(&Name::new(family, major).prefix()[..9], &mut |key, _| {
                keys.push(key.to_vec());
                ControlFlow::Continue(())
            })?;
            if keys.len() == before {
                break;
            }
        }
    }
    Ok(keys)
}
