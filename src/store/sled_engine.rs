//! The engine on disk: sled, with what sled 0.34.7 leaves out.
//!
//! What it is known to do, and what stands here against it: its `flush` is no fsync, so every commit syncs its files
//! itself; its own flusher is off; a damaged file panics inside it, so every call catches that; it may hang or abort
//! on one, so a seal over its files, written when they are closed, tells whether they are as they were left, and the
//! ledger tries them in a child process when they are not (see [`super::probe`]); a snapshot of its page table that a crash
//! left half written is taken for the newest one, so that it is removed before sled looks.
//!
//! Its file is a row of segments, and whenever it opens the file it fills every segment that holds nothing, and the rest
//! of the last one, with zeros. What one batch leaves behind becomes free only when the batch ends, so that a large one
//! leaves free segments by the dozen, and every small commit after it would write them all again. Hence segments are
//! small, and what is long is laid in portions that grow shorter: each is written into what the ones before it freed.

use std::fs::{self, File, TryLockError};
use std::io::Read;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::{Duration, Instant};
use std::{cell::Cell, thread};

use xxhash_rust::xxh3::Xxh3;

use super::engine::{self, Batch, Engine, Pair, Visitor};
use super::error::{Error, Result};
use super::files;

/// The length of a segment of sled's file, in bytes. A page of more than a quarter of it would become a blob.
const SEGMENT: usize = 128 << 10;
/// A portion of what is laid is this part of what is left,
const PORTION: usize = 16;
/// and at least so many values.
const LEAST: usize = 4;
/// How much sled keeps in memory, in bytes.
const CACHE: u64 = 64 << 20;
/// How long sled's threads may take to let go of its file after it was closed.
const RELEASE: Duration = Duration::from_secs(10);
/// The extension of a snapshot that sled is writing.
const HALF_WRITTEN: &str = "generating";
/// The seal over sled's files, inside its folder.
const SEAL: &str = "tiaokuai.seal";

/// A sled database in a folder of its own.
pub struct SledEngine {
    folder: PathBuf,
    /// None once closed.
    db: Option<sled::Db>,
    /// What broke it, if something did.
    broken: Option<String>,
}

impl SledEngine {
    /// A new, empty one; the folder must not exist.
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::Engine`] and those of files.
    pub fn create(folder: &Path) -> Result<Self> {
        if folder.exists() {
            return Err(Error::Exists { path: folder.to_owned() });
        }
        fs::create_dir_all(folder.join("blobs")).map_err(|e| Error::io("create", folder, e))?;
        let mut engine = Self::start(folder)?;
        engine.settle()?;
        files::sync_folder(folder.parent().unwrap_or(Path::new(".")))?;
        Ok(engine)
    }

    /// The one in this folder. A missing file is an error, never an empty database.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::Engine`] and those of files.
    pub fn open(folder: &Path) -> Result<Self> {
        let data = folder.join("db");
        match fs::metadata(&data) {
            Ok(data) if data.len() > 0 => {}
            Ok(_) => return Err(Error::damaged(data.display().to_string(), "it is empty, and all commits are lost")),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::damaged(data.display().to_string(), "it is missing, and all commits with it"));
            }
            Err(e) => return Err(Error::io("read", &data, e)),
        }
        // Said here, because sled would say only that an operation failed.
        fs::OpenOptions::new().read(true).write(true).open(&data).map_err(|e| Error::io("open", &data, e))?;
        let mut engine = Self::start(folder)?;
        engine.settle()?;
        Ok(engine)
    }

    fn start(folder: &Path) -> Result<Self> {
        wait_until_free(&folder.join("db"))?;
        remove_half_written(folder)?;
        let config = sled::Config::new()
            .path(folder)
            .mode(sled::Mode::HighThroughput)
            .segment_size(SEGMENT)
            .cache_capacity(CACHE)
            .flush_every_ms(None);
        let db = guarded(folder, || config.open())?;
        Ok(Self { folder: folder.to_owned(), db: Some(db), broken: None })
    }

    /// Syncs whatever opening has written.
    fn settle(&mut self) -> Result<()> {
        self.flush()?;
        for entry in fs::read_dir(&self.folder).map_err(|e| Error::io("read", &self.folder, e))? {
            let path = entry.map_err(|e| Error::io("read", &self.folder, e))?.path();
            if path.is_file() {
                files::sync_file(&path)?;
            }
        }
        self.sync_blobs()?;
        files::sync_folder(&self.folder)
    }

    /// No value of ours is long enough to become a blob; should sled make one all the same, it is synced as well.
    fn sync_blobs(&self) -> Result<()> {
        let blobs = self.folder.join("blobs");
        let mut any = false;
        for entry in fs::read_dir(&blobs).map_err(|e| Error::io("read", &blobs, e))? {
            files::sync_file(&entry.map_err(|e| Error::io("read", &blobs, e))?.path())?;
            any = true;
        }
        if any { files::sync_folder(&blobs) } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let db = self.db()?;
        guarded(&self.folder, || db.flush()).map(|_| ())
    }

    fn db(&self) -> Result<&sled::Db> {
        match (&self.db, &self.broken) {
            (Some(db), None) => Ok(db),
            (_, Some(why)) => Err(Error::Engine(format!("it failed before ({why}) and must be opened again"))),
            (None, None) => Err(Error::Internal("the engine is closed".to_owned())),
        }
    }

    /// Writes values in portions, each the shorter the less is left.
    fn portion_out(&mut self, puts: Vec<Pair>) -> Result<()> {
        let mut left = puts.len();
        let mut puts = puts.into_iter();
        while left > 0 {
            let portion = (left / PORTION).max(LEAST).min(left);
            let mut changes = sled::Batch::default();
            for (key, value) in puts.by_ref().take(portion) {
                changes.insert(key, value);
            }
            let db = self.db()?;
            guarded(&self.folder, || db.apply_batch(changes))?;
            // Only what is written lets go of the segments that it replaces.
            self.flush()?;
            left -= portion;
        }
        Ok(())
    }

    fn apply(&mut self, batch: Batch) -> Result<()> {
        let mut changes = sled::Batch::default();
        for key in batch.deletes {
            changes.remove(key);
        }
        for (key, value) in batch.puts {
            changes.insert(key, value);
        }
        let db = self.db()?;
        guarded(&self.folder, || db.apply_batch(changes))?;
        self.flush()?;
        files::sync_file(&self.folder.join("db"))?;
        self.sync_blobs()
    }

    fn stop(&mut self) -> Result<()> {
        let Some(db) = self.db.take() else { return Ok(()) };
        guarded(&self.folder, || {
            drop(db);
            Ok(())
        })?;
        if self.broken.is_none() {
            wait_until_free(&self.folder.join("db"))?;
            write_seal(&self.folder)?;
        }
        Ok(())
    }
}

impl Engine for SledEngine {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let db = self.db()?;
        guarded(&self.folder, || db.get(key)).map(|value| value.map(|v| v.to_vec()))
    }

    fn scan(&self, prefix: &[u8], visit: &mut Visitor<'_>) -> Result<()> {
        let db = self.db()?;
        let mut entries = guarded(&self.folder, || Ok(db.scan_prefix(prefix)))?;
        while let Some(entry) = guarded(&self.folder, || entries.next().transpose())? {
            if visit(&entry.0, &entry.1) == ControlFlow::Break(()) {
                break;
            }
        }
        Ok(())
    }

    fn lay(&mut self, puts: Vec<Pair>) -> Result<()> {
        engine::verify(&puts)?;
        self.portion_out(puts).inspect_err(|e| self.broken = Some(e.to_string()))
    }

    fn commit(&mut self, batch: Batch) -> Result<()> {
        batch.verify()?;
        self.apply(batch).inspect_err(|e| self.broken = Some(e.to_string()))
    }

    fn close(mut self: Box<Self>) -> Result<()> {
        self.stop()
    }
}

impl Drop for SledEngine {
    fn drop(&mut self) {
        // Whoever wants to know calls `close`; without a seal, the next opening only looks harder.
        let _ = self.stop();
    }
}

thread_local! {
    /// Whether a panic of this thread is about to become an error.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a call into sled; a panic becomes an error, and is not printed.
fn guarded<T>(folder: &Path, call: impl FnOnce() -> sled::Result<T>) -> Result<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !GUARDED.get() {
                before(info);
            }
        }));
    });
    GUARDED.set(true);
    let outcome = panic::catch_unwind(AssertUnwindSafe(call));
    GUARDED.set(false);
    match outcome {
        Ok(result) => result.map_err(|e| engine_error(folder, e)),
        Err(payload) => {
            let text = payload.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
            Err(Error::Engine(format!("sled panicked in {}: {text}", folder.display())))
        }
    }
}

fn engine_error(folder: &Path, error: sled::Error) -> Error {
    match error {
        sled::Error::Io(e) => match Error::io("write", folder, e) {
            Error::Io { source, .. } => Error::Engine(format!("sled in {}: {source}", folder.display())),
            plain => plain,
        },
        sled::Error::Corruption { .. } => {
            Error::damaged(folder.display().to_string(), "sled read bytes that fail its checksum")
        }
        other => Error::Engine(format!("sled in {}: {other}", folder.display())),
    }
}

/// Removes the snapshot that sled had not finished when it was killed. It gives a snapshot its name only when all of it is
/// synced, and removes the one before only then; what it had not finished, it makes again from its log.
fn remove_half_written(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|e| Error::io("read", folder, e))? {
        let path = entry.map_err(|e| Error::io("read", folder, e))?.path();
        if path.extension().is_some_and(|extension| extension == HALF_WRITTEN) {
            fs::remove_file(&path).map_err(|e| Error::io("remove", &path, e))?;
        }
    }
    Ok(())
}

/// Waits until no thread of a closed sled holds its file any more.
fn wait_until_free(data: &Path) -> Result<()> {
    let start = Instant::now();
    loop {
        let file = match File::open(data) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            file => file.map_err(|e| Error::io("read", data, e))?,
        };
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() < RELEASE => thread::sleep(Duration::from_millis(2)),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Engine(format!("{} is held by another program", data.display())));
            }
            Err(TryLockError::Error(e)) => return Err(Error::io("lock", data, e)),
        }
    }
}

/// Length and checksum of every file of the folder but the seal, a line each, in the order of their names.
fn seal(folder: &Path) -> Result<String> {
    let mut lines = Vec::new();
    for part in ["", "blobs"] {
        let part = folder.join(part);
        for entry in fs::read_dir(&part).map_err(|e| Error::io("read", &part, e))? {
            let path = entry.map_err(|e| Error::io("read", &part, e))?.path();
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            if name == SEAL || !path.is_file() {
                continue;
            }
            let mut file = File::open(&path).map_err(|e| Error::io("read", &path, e))?;
            let (mut hash, mut length, mut buffer) = (Xxh3::new(), 0, vec![0; 1 << 20]);
            loop {
                let read = file.read(&mut buffer).map_err(|e| Error::io("read", &path, e))?;
                if read == 0 {
                    break;
                }
                length += read;
                hash.update(&buffer[..read]);
            }
            lines.push(format!("{name} {length} {:032x}\n", hash.digest128()));
        }
    }
    lines.sort();
    Ok(lines.concat())
}

fn write_seal(folder: &Path) -> Result<()> {
    files::write_whole(&folder.join(SEAL), seal(folder)?.as_bytes())
}

/// Whether sled's files are, to the byte, as they were when they were last closed in good order.
pub(crate) fn is_sealed(folder: &Path) -> Result<bool> {
    let Ok(written) = fs::read_to_string(folder.join(SEAL)) else { return Ok(false) };
    Ok(written == seal(folder)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seal_holds_until_a_bit_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let mut engine = Box::new(SledEngine::create(&path).unwrap());
        engine.commit(Batch { puts: vec![(b"k".to_vec(), vec![7; 1500])], deletes: vec![] }).unwrap();
        assert!(!is_sealed(&path).unwrap());
        engine.close().unwrap();
        assert!(is_sealed(&path).unwrap());
        let mut bytes = fs::read(path.join("db")).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        fs::write(path.join("db"), bytes).unwrap();
        assert!(!is_sealed(&path).unwrap());
    }

    #[test]
    fn a_snapshot_that_a_crash_left_half_written_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let mut engine = Box::new(SledEngine::create(&path).unwrap());
        engine.commit(Batch { puts: vec![(b"k".to_vec(), vec![7; 1500])], deletes: vec![] }).unwrap();
        engine.close().unwrap();
        let half = path.join("snap.00000000FFFFFFFF.generating");
        fs::write(&half, [1; 40]).unwrap();
        let engine = Box::new(SledEngine::open(&path).unwrap());
        assert_eq!(engine.get(b"k").unwrap(), Some(vec![7; 1500]));
        engine.close().unwrap();
        assert!(!half.exists());
    }

    #[test]
    fn a_panic_in_the_engine_is_an_error() {
        let error = guarded::<()>(Path::new("x"), || panic!("page {}", 3)).unwrap_err();
        assert!(error.to_string().contains("page 3"), "{error}");
    }

    #[test]
    fn a_missing_file_is_no_empty_database() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        Box::new(SledEngine::create(&path).unwrap()).close().unwrap();
        fs::remove_file(path.join("db")).unwrap();
        assert!(matches!(SledEngine::open(&path), Err(Error::Damaged { .. })));
    }
}
