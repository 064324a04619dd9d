//! What a query may use: time, memory and rows; and the way to interrupt it.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::value::Value;

/// How deep lists and maps may be nested in a value.
pub const MAX_NESTING: u32 = 500;

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

/// Whether work that is done on several threads at once is to stop: it cannot count what it uses as a query does.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    interrupt: Interrupt,
    deadline: Option<Instant>,
}

impl Stop {
    /// After some time, or when it is interrupted.
    #[must_use]
    pub fn after(time: Duration, interrupt: Interrupt) -> Self {
        Self { interrupt, deadline: Instant::now().checked_add(time) }
    }

    /// What interrupts it, for a query that is a part of it.
    #[must_use]
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Items until it is due: that is looked at every so many of them.
    pub fn within<'a, I: Iterator + 'a>(&'a self, items: I) -> impl Iterator<Item = I::Item> + 'a {
        const OFTEN: usize = 1024;
        items.enumerate().take_while(|(i, _)| i % OFTEN != 0 || !self.is_due()).map(|(_, item)| item)
    }

    /// Whether the time is over, or the query was interrupted. Once it is so it stays so, and [`Budget::look`] says why.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.interrupt.is_set() || self.deadline.is_some_and(|deadline| Instant::now() > deadline)
    }
}

/// What a piece of a query's work may use.
#[derive(Clone, Debug)]
pub struct Share {
    limits: Limits,
    start: Instant,
    interrupt: Interrupt,
}

impl Share {
    /// A budget for one of the pieces.
    #[must_use]
    pub fn budget(&self) -> Budget {
        let (ticks, memory) = (Cell::new(0), Cell::new(0));
        Budget { limits: self.limits, start: self.start, interrupt: self.interrupt.clone(), ticks, memory }
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
    /// Work between two looks takes well under a millisecond.
    const OFTEN: u32 = 1024;

    /// Begins to count.
    #[must_use]
    pub fn new(limits: Limits, interrupt: Interrupt) -> Self {
        Self { limits, start: Instant::now(), interrupt, ticks: Cell::new(0), memory: Cell::new(0) }
    }

    /// What each of so many pieces of a query's work may use that several threads do: as much time, and its share of the
    /// memory that is left.
    #[must_use]
    pub fn share(&self, pieces: usize) -> Share {
        let left = self.limits.memory.saturating_sub(self.memory.get());
        let limits = Limits { memory: left / pieces.max(1) as u64, ..self.limits };
        Share { limits, start: self.start, interrupt: self.interrupt.clone() }
    }

    /// What tells other threads to stop.
    #[must_use]
    pub fn stop(&self) -> Stop {
        let deadline = self.limits.time.and_then(|limit| self.start.checked_add(limit));
        Stop { interrupt: self.interrupt.clone(), deadline }
    }

    /// A unit of work. Time and interruption are looked at every so often.
    ///
    /// # Errors
    /// When the time is over, or the query was interrupted.
    #[inline]
    pub fn tick(&self) -> Result<()> {
        self.work(1)
    }

    /// Many units of work at once.
    ///
    /// # Errors
    /// As [`Budget::tick`].
    #[inline]
    pub fn work(&self, units: usize) -> Result<()> {
        let before = self.ticks.get();
        let units = u32::try_from(units).unwrap_or(u32::MAX).min(Self::OFTEN);
        let after = before.wrapping_add(units);
        self.ticks.set(after);
        if before / Self::OFTEN == after / Self::OFTEN { Ok(()) } else { self.look() }
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

    /// Work on values of so many bytes: what copies, compares or searches a large one takes as long as many rows.
    ///
    /// # Errors
    /// As [`Budget::tick`].
    #[inline]
    pub fn work_on(&self, bytes: usize) -> Result<()> {
        self.work(1 + bytes / 64)
    }

    /// Counts memory that is taken.
    ///
    /// # Errors
    /// When it is more than is allowed.
    #[inline]
    pub fn take(&self, bytes: usize) -> Result<()> {
        let taken = self.memory.get().saturating_add(bytes as u64);
        self.memory.set(taken);
        if taken > self.limits.memory { Err(self.too_much()) } else { Ok(()) }
    }

    /// Whether a value that was made may stay: it is neither too large nor nested so deep that whoever walks it
    /// recursively runs out of stack. It is not counted as taken; whoever keeps it does that.
    ///
    /// # Errors
    /// When it may not.
    #[inline]
    pub fn made(&self, value: &Value) -> Result<()> {
        let size = value.heap_size();
        self.work_on(size)?;
        self.check(size)?;
        Self::nested(value)
    }

    /// Whether a value is not nested too deep.
    ///
    /// # Errors
    /// When it is.
    pub fn nested(value: &Value) -> Result<()> {
        if value.depth() <= MAX_NESTING {
            return Ok(());
        }
        Err(QueryError::runtime(
            ErrorType::LimitExceeded,
            Detail::DepthExceeded,
            format!("lists and maps are nested deeper than {MAX_NESTING} levels"),
            format!("列表和映射的嵌套超过 {MAX_NESTING} 层"),
        ))
    }

    /// Whether a value of so many bytes may be made beside what is taken already.
    ///
    /// # Errors
    /// When it may not.
    #[inline]
    pub fn check(&self, bytes: usize) -> Result<()> {
        if self.memory.get().saturating_add(bytes as u64) > self.limits.memory { Err(self.too_much()) } else { Ok(()) }
    }

    /// What is taken at present, in bytes.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.memory.get()
    }

    /// Counts as given back whatever was taken since there was so much.
    pub fn give_back_to(&self, taken: u64) {
        self.memory.set(self.memory.get().min(taken));
    }

    /// Counts memory that is given back.
    pub fn give_back(&self, bytes: u64) {
        self.memory.set(self.memory.get().saturating_sub(bytes));
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
