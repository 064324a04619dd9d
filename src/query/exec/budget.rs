//! What a query may use: time, memory and rows; and the way to interrupt it.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::query::error::{Detail, ErrorType, QueryError, Result};

/// The limits of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may run; none for as long as it takes.
    pub time: Option<Duration>,
    /// How many bytes of rows and values it may gather.
    pub memory: u64,
    /// How many rows it may answer; none for any number.
    pub rows: Option<u64>,
}

impl Default for Limits {
    /// Limits that no honest query meets: an hour, and 4 GiB of gathered rows.
    fn default() -> Self {
        Self { time: Some(Duration::from_secs(3600)), memory: 4 << 30, rows: None }
    }
}

/// Interrupts a query from another thread or a signal handler.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Interrupts the query, at its next row.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Makes ready for another query.
    pub fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Whether it is set.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What a running query has used.
#[derive(Debug)]
pub struct Budget {
    limits: Limits,
    start: Instant,
    interrupt: Interrupt,
    ticks: Cell<u32>,
    memory: Cell<u64>,
}

impl Budget {
    /// Begins to count.
    #[must_use]
    pub fn new(limits: Limits, interrupt: Interrupt) -> Self {
        Self { limits, start: Instant::now(), interrupt, ticks: Cell::new(0), memory: Cell::new(0) }
    }

    /// A unit of work. Time and interruption are looked at every so often.
    ///
    /// # Errors
    /// When the time is over, or the query was interrupted.
    #[inline]
    pub fn tick(&self) -> Result<()> {
        /// Work between two looks takes well under a millisecond.
        const OFTEN: u32 = 1024;
        let ticks = self.ticks.get().wrapping_add(1);
        self.ticks.set(ticks);
        if ticks % OFTEN == 0 { self.look() } else { Ok(()) }
    }

    /// Looks at the time and for an interruption.
    ///
    /// # Errors
    /// When the time is over, or the query was interrupted.
    #[cold]
    pub fn look(&self) -> Result<()> {
        if self.interrupt.is_set() {
            return Err(QueryError::runtime(
                ErrorType::Cancelled,
                Detail::Interrupted,
                "the query was interrupted",
                "查询已中断",
            ));
        }
        match self.limits.time {
            Some(limit) if self.start.elapsed() > limit => {
                let seconds = limit.as_secs_f64();
                Err(QueryError::runtime(
                    ErrorType::LimitExceeded,
                    Detail::TimeExceeded,
                    format!("the query ran for longer than {seconds} seconds"),
                    format!("查询运行超过 {seconds} 秒"),
                )
                .hint("allow more with --timeout, or ask for less", "可用 --timeout 放宽，或缩小查询范围"))
            }
            _ => Ok(()),
        }
    }

    /// Counts memory that is taken.
    ///
    /// # Errors
    /// When it is more than is allowed.
    #[inline]
    pub fn take(&self, bytes: usize) -> Result<()> {
        let taken = self.memory.get() + bytes as u64;
        self.memory.set(taken);
        if taken > self.limits.memory { Err(self.too_much()) } else { Ok(()) }
    }

    /// Whether a value of so many bytes may be made beside what is taken already.
    ///
    /// # Errors
    /// When it may not.
    #[inline]
    pub fn check(&self, bytes: usize) -> Result<()> {
        if self.memory.get() + bytes as u64 > self.limits.memory { Err(self.too_much()) } else { Ok(()) }
    }

    /// Counts memory that is given back.
    pub fn give_back(&self, bytes: usize) {
        self.memory.set(self.memory.get().saturating_sub(bytes as u64));
    }

    #[cold]
    fn too_much(&self) -> Box<QueryError> {
        let limit = self.limits.memory >> 20;
        QueryError::runtime(
            ErrorType::LimitExceeded,
            Detail::MemoryExceeded,
            format!("the query gathers more than {limit} MiB"),
            format!("查询所需内存超过 {limit} MiB"),
        )
        .hint("allow more with --max-memory, or ask for less", "可用 --max-memory 放宽，或缩小查询范围")
    }

    /// Whether one more row may be answered.
    ///
    /// # Errors
    /// When it may not.
    pub fn answer(&self, rows: u64) -> Result<()> {
        match self.limits.rows {
            Some(limit) if rows > limit => Err(QueryError::runtime(
                ErrorType::LimitExceeded,
                Detail::RowsExceeded,
                format!("the query answers more than {limit} rows"),
                format!("查询结果超过 {limit} 行"),
            )
            .hint("allow more with --max-rows, or add a `LIMIT`", "可用 --max-rows 放宽，或加上 `LIMIT`")),
            _ => Ok(()),
        }
    }
}
