//! Who may write a store, and who has its ledger open.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::error::{Error, Result};

/// How often a waiting process looks again.
const AGAIN: Duration = Duration::from_millis(20);

/// A lock held on a file, which says by whom. It goes when it is dropped, or its process ends in whatever way.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

/// Called once, with the holder's name, when a lock must be waited for.
pub type OnWait<'a> = dyn FnMut(&str) + 'a;

impl Lock {
    /// Takes the lock at once, or tells who holds it.
    pub(crate) fn take(path: &Path, command: &str) -> Result<Self> {
        match Self::attempt(path, command)? {
            Ok(lock) => Ok(lock),
            Err(holder) => Err(Error::Locked { holder }),
        }
    }

    /// Takes the lock, waiting for it up to `patience`.
    pub(crate) fn wait(path: &Path, command: &str, patience: Duration, on_wait: &mut OnWait<'_>) -> Result<Self> {
        let start = Instant::now();
        let mut told = false;
        loop {
            let holder = match Self::attempt(path, command)? {
                Ok(lock) => return Ok(lock),
                Err(holder) => holder,
            };
            if start.elapsed() >= patience {
                return Err(Error::Busy { holder, seconds: patience.as_secs() });
            }
            if !std::mem::replace(&mut told, true) {
                on_wait(&holder);
            }
            thread::sleep(AGAIN);
        }
    }

    fn attempt(path: &Path, command: &str) -> Result<std::result::Result<Self, String>> {
        let mut options = OpenOptions::new();
        let open = options.read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(|e| Error::io("write", path, e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let named = file.take(4096).read_to_string(&mut holder).is_ok() && !holder.trim().is_empty();
                return Ok(Err(if named { holder.trim().to_owned() } else { "another process".to_owned() }));
            }
            Err(TryLockError::Error(e)) => return Err(Error::io("lock", path, e)),
        }
        let command = command.replace(['\n', '\r'], " ");
        let line = format!("process {} (`{command}`) since {:.0}\n", std::process::id(), Timestamp::now());
        file.set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| file.write_all(line.as_bytes()))
            .map_err(|e| Error::io("write", path, e))?;
        Ok(Ok(Self { file }))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // A name left behind misleads nobody: only the lock itself counts.
        let _ = self.file.set_len(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_who_is_first_and_may_wait() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("LOCK");
        let first = Lock::take(&path, "import a").unwrap();
        let error = Lock::take(&path, "import b").unwrap_err().to_string();
        for part in [&format!("process {}", std::process::id()), "`import a`", "since 2"] {
            assert!(error.contains(part), "{error}");
        }
        let mut told = 0;
        let patience = Duration::from_millis(50);
        let error = Lock::wait(&path, "log", patience, &mut |_| told += 1).unwrap_err();
        assert!(matches!(error, Error::Busy { .. }));
        let waiter = thread::spawn({
            let path = path.clone();
            move || Lock::wait(&path, "log", Duration::from_secs(10), &mut |_| {}).map(|_| ())
        });
        thread::sleep(patience);
        drop(first);
        waiter.join().unwrap().unwrap();
        assert_eq!(told, 1);
    }
}
