//! Answering on a thread of its own: bounded in number, in time and in what is kept.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::Options;
use super::refusal::Refusal;
use crate::database::{Database, Environment, Reader, Snapshot, catch_corruption, discard_damaged};

/// The longest answer, in bytes.
const MAX_ANSWER: usize = 64 << 20;
/// How many bytes all answers together may have that are on their way.
const MAX_HELD: usize = 256 << 20;

/// What every request is answered from.
pub(super) struct App {
    pub(super) database: Database,
    pub(super) options: Options,
    permits: Arc<Semaphore>,
    held: Arc<AtomicUsize>,
    /// The newest state as it leaves, which a policy makes costly: by its digest.
    leaving: Mutex<Option<([u8; 32], Snapshot)>>,
    /// Whoever reads a ledger: one at a time, since the next would wait for its lock all the same.
    reading: Mutex<()>,
}

impl App {
    pub(super) fn new(database: Database, options: Options) -> Self {
        let permits = Arc::new(Semaphore::new(options.concurrency.max(1)));
        let (held, leaving, reading) = (Arc::default(), Mutex::new(None), Mutex::new(()));
        Self { database, options, permits, held, leaving, reading }
    }

    /// Calls on a thread of its own. Whoever gives up waiting does not stop it; its place is free when it has ended.
    pub(super) async fn answer<T: Send + 'static>(
        self: &Arc<Self>,
        call: impl Fn(&Self) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else { return Err(Refusal::busy()) };
        let app = Arc::clone(self);
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            app.past_damage(&call)
        });
        match tokio::time::timeout(self.options.timeout, work).await {
            Err(_) => Err(Refusal::timed_out()),
            Ok(Err(broken)) => Err(Refusal::failed(format!("an answer broke off: {broken}"))),
            Ok(Ok(outcome)) => outcome,
        }
    }

    /// A projection that turns out to be damaged is deleted, and the question asked again with one that is made anew.
    fn past_damage<T>(&self, call: &impl Fn(&Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        let once = || catch_corruption(|| call(self));
        match once() {
            Ok(outcome) => outcome,
            Err(corrupt) => {
                discard_damaged(&corrupt)?;
                once().unwrap_or_else(|again| Err(Refusal::failed(again.to_string())))
            }
        }
    }

    /// The newest state: in full, or as it leaves.
    pub(super) fn snapshot(&self, sees_all: bool) -> Result<Snapshot, Refusal> {
        let whole = self.database.snapshot(None, &Reader::default(), &self.environment())?;
        if sees_all {
            return Ok(whole);
        }
        let digest = whole.state.as_ref().map(|s| s.digest).unwrap_or_default();
        let mut kept = self.leaving.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((of, snapshot)) if *of == digest => Ok(Snapshot { state: whole.state, ..snapshot.clone() }),
            _ => {
                let leaving = whole.as_it_leaves()?;
                *kept = Some((digest, leaving.clone()));
                Ok(leaving)
            }
        }
    }

    /// Reads a ledger while nobody else in this process does.
    pub(super) fn alone<T>(&self, read: impl FnOnce() -> T) -> T {
        let _turn = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        read()
    }

    /// The world as a request sees it.
    pub(super) fn environment(&self) -> Environment<'static> {
        Environment {
            command: "tiaokuai serve".to_owned(),
            zone: jiff::tz::TimeZone::system(),
            probe: self.options.probe.clone(),
            ..Environment::quiet()
        }
    }

    /// An answer that is there already, and is as long as it is: where others are on their way it waits for them.
    pub(super) fn whole(&self, bytes: Vec<u8>) -> Result<Answer, Refusal> {
        let before = self.held.fetch_add(bytes.len(), Ordering::Relaxed);
        let answer = Answer { bytes, held: Arc::clone(&self.held), refusal: None };
        if before > 0 && before + answer.bytes.len() > MAX_HELD { Err(Refusal::busy()) } else { Ok(answer) }
    }

    /// An answer to be written.
    pub(super) fn empty(&self) -> Answer {
        Answer { bytes: Vec::new(), held: Arc::clone(&self.held), refusal: None }
    }
}

/// Bytes of an answer. Neither one nor all of them that are on their way grow without end.
#[derive(Debug)]
pub(super) struct Answer {
    bytes: Vec<u8>,
    /// What all answers hold.
    held: Arc<AtomicUsize>,
    refusal: Option<Refusal>,
}

impl Answer {
    /// Why a write failed.
    pub(super) fn why(&mut self, error: &io::Error) -> Refusal {
        self.refusal.take().unwrap_or_else(|| Refusal::failed(error.to_string()))
    }
}

impl Write for Answer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let refusal = if self.bytes.len() + bytes.len() > MAX_ANSWER {
            Refusal::wrong("the answer is too long: ask for a part of it", "结果过长，请缩小查询范围")
        } else if self.held.fetch_add(bytes.len(), Ordering::Relaxed) + bytes.len() > MAX_HELD {
            self.held.fetch_sub(bytes.len(), Ordering::Relaxed);
            Refusal::busy()
        } else {
            self.bytes.extend_from_slice(bytes);
            return Ok(bytes.len());
        };
        self.refusal = Some(refusal);
        Err(io::Error::other("the answer may not grow"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl AsRef<[u8]> for Answer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes.len(), Ordering::Relaxed);
    }
}

impl From<Answer> for axum::body::Body {
    fn from(answer: Answer) -> Self {
        axum::body::Bytes::from_owner(answer).into()
    }
}
