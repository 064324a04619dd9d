//! A bar on standard error while files are read, where that is a terminal.

use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};

use crate::database::Progress;

/// A bar that appears when there is something to show.
#[derive(Debug)]
pub(super) struct Bar(Mutex<Option<ProgressBar>>);

impl Bar {
    pub(super) fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn with(&self, act: impl FnOnce(&mut Option<ProgressBar>)) {
        // A thread that panicked while it held the bar leaves nothing half done.
        let mut bar = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        act(&mut bar);
    }

    /// Prints a line without breaking the bar.
    pub(super) fn say(&self, text: &str) {
        self.with(|bar| match bar {
            Some(bar) => bar.suspend(|| eprintln!("{text}")),
            None => eprintln!("{text}"),
        });
    }
}

impl Progress for Bar {
    fn start(&self, total_bytes: u64) {
        /// What is read faster than it could be looked at.
        const SMALL: u64 = 8 << 20;
        if total_bytes < SMALL {
            return;
        }
        let style = ProgressStyle::with_template("{bar:32} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
        let bar = ProgressBar::new(total_bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.with(|slot| *slot = Some(bar));
    }

    fn advance(&self, bytes: u64) {
        self.with(|bar| {
            if let Some(bar) = bar {
                bar.inc(bytes);
            }
        });
    }

    fn finish(&self) {
        self.with(|bar| {
            if let Some(bar) = bar.take() {
                bar.finish_and_clear();
            }
        });
    }
}
