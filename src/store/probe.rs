//! Trying a ledger's files in a child process: an engine that hangs or aborts on damaged ones takes only the child
//! with it.

use std::ffi::OsString;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::engine::Engine;
use super::error::{CHECK_HINT, Error, Result};
use super::files;
use super::sled_engine::SledEngine;

/// The shortest time that a child is given.
const LEAST: Duration = Duration::from_secs(10);
/// The most of a child's words that are read, in bytes.
const MAX_WORDS: u64 = 64 << 10;

/// How to start the child: a program that calls [`probe`] with its last argument, an engine's folder (not a store's; it
/// is that of a copy), and prints the error, if any, on
/// standard output before it exits with another code than 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeCommand {
    /// The program.
    pub program: PathBuf,
    /// Its arguments before the folder of the ledger.
    pub arguments: Vec<OsString>,
    /// How long the child may take; without it, a time by the length of the files.
    pub deadline: Option<Duration>,
}

impl ProbeCommand {
    /// Tries the ledger in this folder.
    ///
    /// # Errors
    /// [`Error::Engine`] saying what became of the child, and those of files.
    pub fn run(&self, folder: &Path) -> Result<()> {
        // Ten megabytes a second are an old disk; the measured speed is fifty times that.
        let by_length = LEAST + Duration::from_secs(files::folder_bytes(folder)? / 10_000_000);
        run_in_child(&self.program, &self.arguments, folder, self.deadline.unwrap_or(by_length))
    }
}

fn run_in_child(program: &Path, arguments: &[OsString], folder: &Path, deadline: Duration) -> Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).arg(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|e| Error::io("start", program, e))?;
    let words = child.stdout.take();
    // Read beside the wait, so that a child with much to say does not wait for us.
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(words) = words {
            let _ = words.take(MAX_WORDS).read_to_end(&mut text);
        }
        String::from_utf8_lossy(&text).trim().to_owned()
    });
    let status = wait(&mut child, deadline).map_err(|e| Error::io("wait for", program, e))?;
    let words = reader.join().unwrap_or_default();
    match status {
        None => Err(Error::Engine(format!(
            "it did not come to an end with {} within {} s, as happens with damaged files",
            folder.display(),
            deadline.as_secs()
        ))),
        Some(status) if status.success() => Ok(()),
        // The child's hint would stand beside our own.
        Some(_) if !words.is_empty() => Err(Error::Engine(words.trim_end_matches(CHECK_HINT).to_owned())),
        Some(status) => Err(Error::Engine(format!(
            "it broke down over {} ({status}), as happens with damaged files",
            folder.display()
        ))),
    }
}

/// How the child ended, or none where it had to be ended.
fn wait(child: &mut Child, deadline: Duration) -> std::io::Result<Option<std::process::ExitStatus>> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if start.elapsed() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Opens the engine in this folder and reads every value: what the child does. Returns how many there are.
///
/// # Errors
/// Whatever the engine says. It may also panic in another thread, abort or hang.
pub fn probe(folder: &Path) -> Result<u64> {
    let engine = Box::new(SledEngine::open(folder)?);
    let mut values = 0;
    engine.scan(&[], &mut |_, _| {
        values += 1;
        ControlFlow::Continue(())
    })?;
    engine.close()?;
    Ok(values)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_child_that_hangs_breaks_down_or_complains_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let run = |script: &str| {
            let arguments = ["-c", script, "sh"].map(OsString::from);
            run_in_child(Path::new("/bin/sh"), &arguments, folder.path(), Duration::from_millis(300))
        };
        run("exit 0").unwrap();
        for (script, part) in
            [("exec sleep 9", "within 0 s"), ("kill -6 $$", "broke down"), ("echo page 7; exit 3", "page 7")]
        {
            let error = run(&format!("{script} < /dev/null")).unwrap_err().to_string();
            assert!(error.contains(part), "{script}: {error}");
        }
    }
}
