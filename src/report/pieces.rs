//! Rows that become text some at a time, on all cores, and leave in their order.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, TryRecvError};

use crate::model::Value;
use crate::query::rows::{Records, Words};

use super::render::Limited;

/// How many rows become text at a time: few at first, so that a reader need not wait for the first of them.
const FEWEST: usize = 64;
/// How many at most: their text fits the cache of a core.
const MOST: usize = 2048;

/// Rows as text.
pub(super) trait Text<'a>: Records<'a> + Send {
    /// The text of the rows so far.
    fn into_bytes(self) -> Vec<u8>;
}

/// Writes rows: `begin` gives a text for so many rows, whose bytes `leave` in the order of the rows. While some become
/// text, the next are computed and those before are written.
///
/// # Errors
/// Those of `leave`.
pub(super) fn write<'a, T: Text<'a>>(
    rows: &mut Limited<'a>,
    begin: impl Fn(usize) -> T + Sync,
    mut leave: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    // How many may be under way before the first of them is written.
    let ahead = rayon::current_num_threads().max(2);
    rayon::in_place_scope(|scope| {
        let begin = &begin;
        let mut under_way = VecDeque::new();
        let mut most = FEWEST;
        loop {
            let piece = rows.piece(most);
            most = (2 * most).min(MOST);
            let is_last = piece.is_none();
            if let Some(piece) = piece {
                let (done, text) = mpsc::channel();
                scope.spawn(move |_| {
                    let mut text = begin(piece.len());
                    let words = piece.tell(&mut text);
                    // Where the reader went away, nobody waits for the text.
                    drop(done.send((text.into_bytes(), words)));
                });
                under_way.push_back(text);
            }
            while under_way.len() > if is_last { 0 } else { ahead } {
                let Some(text) = under_way.pop_front() else { break };
                let (text, words) = wait_for(&text)?;
                rows.saw(&words);
                leave(&text)?;
            }
            if is_last {
                return Ok(());
            }
        }
    })
}

/// The text of a list that the next row may have as well.
pub(super) struct LastList<'a>(Option<(Arc<[Value<'a>]>, Range<usize>)>);

impl<'a> LastList<'a> {
    /// There was none.
    pub(super) fn none() -> Self {
        Self(None)
    }

    /// Appends the text of a list to that of the rows so far: what stands there already, where it was the last one too, or
    /// what `push` appends.
    pub(super) fn push(
        &mut self,
        text: &mut Vec<u8>,
        items: &Arc<[Value<'a>]>,
        push: impl FnOnce(&mut Vec<u8>, &[Value<'a>]),
    ) {
        match &self.0 {
            // What is held here is not given back: another list cannot be in its place.
            Some((last, range)) if Arc::ptr_eq(last, items) => text.extend_from_within(range.clone()),
            _ => {
                let start = text.len();
                push(text, items);
                self.0 = Some((Arc::clone(items), start..text.len()));
            }
        }
    }

    /// What stood behind a place is written anew: it is not to be copied.
    pub(super) fn forget_from(&mut self, place: usize) {
        self.0.take_if(|(_, range)| range.end > place);
    }
}

/// What a task sends. A thread of the pool works on while it waits: the task may be its own to do.
fn wait_for(text: &Receiver<(Vec<u8>, Words)>) -> io::Result<(Vec<u8>, Words)> {
    loop {
        match text.try_recv() {
            Ok(text) => return Ok(text),
            Err(TryRecvError::Empty) if rayon::yield_now().is_some() => {}
            // Where the task panicked, the scope carries that on.
            _ => return text.recv().map_err(io::Error::other),
        }
    }
}
