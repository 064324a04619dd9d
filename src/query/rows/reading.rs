//! Which columns of rows are read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which columns of a procedure's rows are read: at first all of them. Whoever reads may say at any row that fewer are from
/// there on. What is not read may be null, where making it takes time and there are millions of rows.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The columns that are read on the rows' way, a bit each.
    always: u64,
    read: Arc<AtomicU64>,
}

impl Default for Reading {
    fn default() -> Self {
        Self::with([])
    }
}

impl Reading {
    /// All columns are read, and those at these positions whatever else is said.
    #[must_use]
    pub fn with(always: impl IntoIterator<Item = usize>) -> Self {
        Self { always: Self::bits(always), read: Arc::new(AtomicU64::new(u64::MAX)) }
    }

    /// From here on only columns at these positions are read, and those that always are.
    pub fn narrow(&self, positions: impl IntoIterator<Item = usize>) {
        self.read.store(self.always | Self::bits(positions), Ordering::Relaxed);
    }

    /// The columns that are read now, a bit each. One after the 64th always is.
    pub(super) fn now(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Whether one of some columns is among those that are read.
    pub(super) fn reads(now: u64, columns: std::ops::Range<usize>) -> bool {
        columns.end > u64::BITS as usize || now & Self::bits(columns) != 0
    }

    fn bits(positions: impl IntoIterator<Item = usize>) -> u64 {
        let bit = |position| u32::try_from(position).ok().and_then(|position| 1u64.checked_shl(position));
        positions.into_iter().filter_map(bit).fold(0, |bits, bit| bits | bit)
    }
}
