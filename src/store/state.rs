//! The journal of states, and the words that name one.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use super::codec;
use super::commit::{Commit, CommitId};
use super::error::{Error, Result};
use super::head::CatalogHead;
use crate::model::date;

/// The longest record of a state, in bytes.
const MAX_RECORD: usize = 64 << 20;

/// A state of the store: the set of its catalogs' heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Its number: 0 is the empty store, and every commit or arrival makes the next.
    pub number: u64,
    /// When it was recorded here; never before the state before it.
    pub recorded: Timestamp,
    /// The heads, in the order of the catalogs' ids.
    pub heads: Vec<CatalogHead>,
    /// The commits that made it, in the order of their logs.
    pub arrived: Vec<CommitId>,
    /// How many commits there are up to it, in all logs together.
    pub commits: u64,
    /// Its digest, once somebody has told it.
    pub digest: Option<[u8; 32]>,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    number: u64,
    micros: i64,
    heads: Vec<(String, CommitId, u64)>,
    arrived: Vec<CommitId>,
    commits: u64,
}

impl State {
    /// The state of an empty store.
    pub(crate) fn empty(time: Timestamp) -> Self {
        Self { number: 0, recorded: time, heads: Vec::new(), arrived: Vec::new(), commits: 0, digest: None }
    }

    /// The head of a catalog in this state.
    #[must_use]
    pub fn head(&self, catalog: &str) -> Option<&CatalogHead> {
        self.heads.binary_search_by(|h| h.catalog.as_str().cmp(catalog)).ok().map(|i| &self.heads[i])
    }

    /// The bytes of its record, which lack the digest: that is told only after the record was written.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let stored = Stored {
            number: self.number,
            micros: self.recorded.as_microsecond(),
            heads: self.heads.iter().map(|h| (h.catalog.clone(), h.commit, h.length)).collect(),
            arrived: self.arrived.clone(),
            commits: self.commits,
        };
        codec::append(&mut bytes, &stored)?;
        Ok(bytes)
    }

    pub(crate) fn from_bytes(bytes: &[u8], number: u64) -> Result<Self> {
        let bad = |why: String| Error::damaged(format!("the journal's record of state {number}"), why);
        let stored: Stored = codec::read(bytes, MAX_RECORD).map_err(bad)?;
        if stored.number != number {
            return Err(bad(format!("it is that of state {}", stored.number)));
        }
        Ok(Self {
            number,
            recorded: Timestamp::from_microsecond(stored.micros).map_err(|e| bad(e.to_string()))?,
            heads: stored
                .heads
                .into_iter()
                .map(|(catalog, commit, length)| CatalogHead { catalog, commit, length })
                .collect(),
            arrived: stored.arrived,
            commits: stored.commits,
            digest: None,
        })
    }

    /// The state after this one, once these commits have arrived, which continue their logs.
    pub(crate) fn next(&self, time: Timestamp, commits: &[Commit]) -> Self {
        let mut heads = self.heads.clone();
        for commit in commits {
            match heads.binary_search_by(|h| h.catalog.cmp(&commit.catalog)) {
                Ok(i) => {
                    heads[i].commit = commit.id;
                    heads[i].length += 1;
                }
                Err(i) => {
                    let catalog = commit.catalog.clone();
                    heads.insert(i, CatalogHead { catalog, commit: commit.id, length: 1 });
                }
            }
        }
        Self {
            number: self.number + 1,
            recorded: time.max(self.recorded),
            heads,
            arrived: commits.iter().map(|c| c.id).collect(),
            commits: self.commits + commits.len() as u64,
            digest: None,
        }
    }
}

/// Finds the state that a word names.
///
/// - Digits alone are a state's number, where there is such a state; else, from eight digits on, the beginning of a
///   commit's id.
/// - Four or more hex digits are the beginning of a commit's id, and name the state in which it arrived.
/// - A date names the last state recorded by the end of that day, a date with a time of day the last one recorded by
///   then, both in `zone`; a time with its own offset (`2026-05-01T12:00:00+08:00`, `…Z`) is taken as it stands.
///
/// # Errors
/// [`Error::Unresolved`], which says what would be valid.
pub(crate) fn resolve<'a>(
    word: &str,
    states: &'a [State],
    commit: impl Fn(&str) -> Vec<CommitId>,
    zone: &TimeZone,
) -> Result<&'a State> {
    let newest = states.len().saturating_sub(1);
    let digits = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    if digits {
        if let Some(state) = word.parse().ok().and_then(|n: usize| states.get(n)) {
            return Ok(state);
        }
        if word.len() < 8 {
            return Err(Error::Unresolved(format!("there is no state {word}: states are 0 to {newest}")));
        }
    }
    if word.len() >= 4 && word.len() <= 64 && word.bytes().all(|b| b.is_ascii_hexdigit()) {
        let found = commit(word);
        return match found[..] {
            [] => Err(Error::Unresolved(format!("no commit begins with {word} (`tiaokuai log` lists them)"))),
            [id] => states
                .iter()
                .find(|s| s.arrived.contains(&id))
                .ok_or_else(|| Error::Internal(format!("commit {id} arrived in no state"))),
            _ => {
                let list: Vec<String> = found.iter().take(4).map(|id| format!("{id:.16}")).collect();
                let more = if found.len() > 4 { ", …" } else { "" };
                Err(Error::Unresolved(format!(
                    "{} commits begin with {word}: {}{more}; write more digits",
                    found.len(),
                    list.join(", ")
                )))
            }
        };
    }
    let until = instant(word, zone).ok_or_else(|| {
        Error::Unresolved(format!(
            "`{word}` names no state: write a state's number (0 to {newest}), four or more digits of a commit's id, \
             a date (2026-05-01) or a time (2026-05-01T12:00:00+08:00)"
        ))
    })?;
    // States are in the order of their times.
    let after = states.partition_point(|s| s.recorded <= until);
    states.get(after.wrapping_sub(1)).ok_or_else(|| {
        let first = states.first().map(|s| s.recorded.to_string()).unwrap_or_default();
        Error::Unresolved(format!("nothing was recorded here by {word}: this store begins at {first}"))
    })
}

/// The last microsecond that a date or time stands for.
fn instant(word: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Some(day) = date::parse(word) {
        return end_of(day, zone);
    }
    if let Ok(time) = word.parse::<Timestamp>() {
        return Some(time);
    }
    let time: DateTime = word.parse().ok()?;
    zone.to_ambiguous_zoned_datetime(time).compatible().ok().map(|z| z.timestamp())
}

fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let next = day.checked_add(Span::new().days(1)).ok()?.to_datetime(Time::midnight());
    let start = zone.to_ambiguous_zoned_datetime(next).compatible().ok()?.timestamp();
    start.checked_sub(Span::new().microseconds(1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states() -> Vec<State> {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let mut states = vec![State::empty(time("2026-01-01T00:00:00Z"))];
        for (i, t) in ["2026-01-02T15:59:59Z", "2026-01-02T16:00:00Z", "2026-01-05T00:00:00Z"].iter().enumerate() {
            let mut next = states[i].next(time(t), &[]);
            let mut id = [0x12; 32];
            id[3] = i as u8;
            next.arrived = vec![CommitId(id)];
            states.push(next);
        }
        states
    }

    fn number(word: &str, zone: &str) -> std::result::Result<u64, String> {
        let states = states();
        let find = |prefix: &str| {
            states.iter().flat_map(|s| s.arrived.clone()).filter(|id| id.starts_with(prefix)).collect::<Vec<_>>()
        };
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::fixed(jiff::tz::offset(8)));
        resolve(word, &states, find, &zone).map(|s| s.number).map_err(|e| e.to_string())
    }

    #[test]
    fn numbers_ids_dates_and_times_name_states() {
        for (word, expected) in [
            ("0", 0),
            ("3", 3),
            ("12121200", 1),
            ("12121202", 3),
            ("2026-01-01", 0),
            ("2026-01-02", 1),
            ("2026-01-03", 2),
            ("2026-01-02T23:59:59", 1),
            ("2026-01-03T00:00:00", 2),
            ("2026-01-02T16:00:00Z", 2),
            ("2026-01-03T00:00:00+08:00", 2),
            ("2030/1/1", 3),
        ] {
            assert_eq!(number(word, "none"), Ok(expected), "{word}");
        }
        for (word, part) in [
            ("4", "states are 0 to 3"),
            ("121212", "states are 0 to 3"),
            ("12121299", "no commit begins"),
            ("1212 ", "names no state"),
            ("", "names no state"),
            ("2025-12-31", "this store begins"),
            ("yesterday", "names no state"),
        ] {
            let error = number(word, "none").unwrap_err();
            assert!(error.contains(part), "{word}: {error}");
        }
    }
}
