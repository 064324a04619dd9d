//! Ctrl-C: it ends the query that runs, and not the shell.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::cli::exit::Failure;
use crate::database::Interrupt;

/// The exit code of a program that a SIGINT ended, as shells give it.
const INTERRUPTED: i32 = 130;

/// What a Ctrl-C reaches. A process has one, for its handler cannot be taken away again.
#[derive(Debug)]
pub(super) struct Interrupts {
    query: Interrupt,
    running: Arc<AtomicBool>,
    stays: Arc<AtomicBool>,
}

impl Interrupts {
    /// Begins to catch Ctrl-C. Where no query runs, it ends the process, unless the shell is to stay.
    pub(super) fn install(stays: bool) -> Result<&'static Self, Failure> {
        static INSTALLED: OnceLock<Interrupts> = OnceLock::new();
        if let Some(installed) = INSTALLED.get() {
            installed.stays.store(stays, Ordering::SeqCst);
            return Ok(installed);
        }
        let made = Self {
            query: Interrupt::default(),
            running: Arc::new(AtomicBool::new(false)),
            stays: Arc::new(AtomicBool::new(stays)),
        };
        let (query, running, stays) = (made.query.clone(), Arc::clone(&made.running), Arc::clone(&made.stays));
        ctrlc::set_handler(move || {
            if running.load(Ordering::SeqCst) {
                query.set();
            } else if !stays.load(Ordering::SeqCst) {
                process::exit(INTERRUPTED);
            }
        })
        .map_err(|e| Failure::Usage(format!("Ctrl-C cannot be caught: {e}")))?;
        Ok(INSTALLED.get_or_init(|| made))
    }

    /// Runs a query, which a Ctrl-C ends.
    pub(super) fn during<T>(&self, run: impl FnOnce(&Interrupt) -> T) -> T {
        /// Ends the run also where damage unwinds it.
        struct Running<'r>(&'r AtomicBool);
        impl Drop for Running<'_> {
            fn drop(&mut self) {
                self.0.store(false, Ordering::SeqCst);
            }
        }
        self.query.clear();
        self.running.store(true, Ordering::SeqCst);
        let _running = Running(&self.running);
        run(&self.query)
    }

    /// Whether the last query was interrupted, or the present one is to be.
    pub(super) fn happened(&self) -> bool {
        self.query.is_set()
    }
}
