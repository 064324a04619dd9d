//! What the ledger asks of the engine under it, and an engine in memory that stands for any other.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::{Error, Result};

/// The longest value that an engine takes, in bytes. sled keeps up to nineteen of them in one page, and a page of over
/// a quarter of a segment would leave sled's own file for one that it never syncs (see [`super::sled_engine`]).
pub const MAX_VALUE: usize = 1600;

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// Changes that an engine makes together or not at all. No key occurs twice.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Keys with their values, in the order of the keys.
    pub puts: Vec<Pair>,
    /// Keys to delete.
    pub deletes: Vec<Vec<u8>>,
}

impl Batch {
    /// Holds every value against [`MAX_VALUE`].
    pub(crate) fn verify(&self) -> Result<()> {
        verify(&self.puts)
    }
}

/// Holds every value against [`MAX_VALUE`].
pub(crate) fn verify(puts: &[Pair]) -> Result<()> {
    match puts.iter().find(|(_, value)| value.len() > MAX_VALUE) {
        Some((_, value)) => Err(Error::Internal(format!("a block of {} bytes", value.len()))),
        None => Ok(()),
    }
}

/// Called with a key and its value, in the order of the keys, until it breaks.
pub type Visitor<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// A sorted map of short byte strings that survives a power cut.
pub trait Engine: Send {
    /// The value of a key.
    ///
    /// # Errors
    /// [`Error::Engine`] and those of files.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>>;

    /// Visits the keys that begin with `prefix`, in their order.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn scan(&self, prefix: &[u8], visit: &mut Visitor<'_>) -> Result<()>;

    /// Puts values ahead of the commit that will name them, in the order of their keys and in whatever portions suit the
    /// engine. The next [`Self::commit`] makes them survive a power cut together with its own changes; until then a
    /// crash may leave all, some or none of them.
    ///
    /// # Errors
    /// As [`Self::commit`].
    fn lay(&mut self, puts: Vec<Pair>) -> Result<()>;

    /// Makes all the changes, or none; when it returns they survive a power cut. After an error the engine takes
    /// no more of them: whether the changes are there shows when it is opened again.
    ///
    /// # Errors
    /// As [`Self::get`]; [`Error::DiskFull`].
    fn commit(&mut self, batch: Batch) -> Result<()>;

    /// Closes the engine in good order.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn close(self: Box<Self>) -> Result<()>;
}

/// An engine in memory. Clones share what they hold, so that it can be opened again.
#[derive(Clone, Debug, Default)]
pub struct MemoryEngine {
    map: Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>,
}

impl MemoryEngine {
    /// Empty.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn map(&self) -> MutexGuard<'_, BTreeMap<Vec<u8>, Vec<u8>>> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine for MemoryEngine {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.map().get(key).cloned())
    }

    fn scan(&self, prefix: &[u8], visit: &mut Visitor<'_>) -> Result<()> {
        for (key, value) in self.map().range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix)) {
            if visit(key, value).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn lay(&mut self, puts: Vec<Pair>) -> Result<()> {
        verify(&puts)?;
        self.map().extend(puts);
        Ok(())
    }

    fn commit(&mut self, batch: Batch) -> Result<()> {
        batch.verify()?;
        let mut map = self.map();
        for key in batch.deletes {
            map.remove(&key);
        }
        map.extend(batch.puts);
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::sled_engine::SledEngine;
    use super::*;

    /// One suite for every engine. `reopen` closes and opens again what it is given.
    fn suite(engine: Box<dyn Engine>, reopen: &dyn Fn(Box<dyn Engine>) -> Box<dyn Engine>) {
        let mut engine = engine;
        assert_eq!(engine.get(b"a").unwrap(), None);
        let put = |n: u32| (n.to_be_bytes().to_vec(), vec![n as u8; (n as usize * 37) % (MAX_VALUE + 1)]);
        engine.commit(Batch { puts: (0..2000).map(put).collect(), deletes: vec![] }).unwrap();
        engine = reopen(engine);
        for n in (0..2000).step_by(97) {
            assert_eq!(engine.get(&put(n).0).unwrap(), Some(put(n).1), "{n}");
        }
        let keys = |engine: &dyn Engine, prefix: &[u8]| {
            let mut keys = Vec::new();
            engine
                .scan(prefix, &mut |key, _| {
                    keys.push(u32::from_be_bytes(key.try_into().unwrap()));
                    ControlFlow::Continue(())
                })
                .unwrap();
            keys
        };
        assert_eq!(keys(engine.as_ref(), &[]), (0..2000).collect::<Vec<_>>());
        assert_eq!(keys(engine.as_ref(), &[0, 0, 3]), (768..1024).collect::<Vec<_>>());
        let mut seen = 0;
        engine
            .scan(&[], &mut |_, _| {
                seen += 1;
                if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
        assert_eq!(seen, 3);
        // A batch that holds too long a value changes nothing.
        let long = Batch { puts: vec![(vec![9; 4], vec![1]), (vec![9; 5], vec![0; MAX_VALUE + 1])], deletes: vec![] };
        assert!(matches!(engine.commit(long), Err(Error::Internal(_))));
        assert_eq!(engine.get(&[9; 4]).unwrap(), None);
        let deletes = (0..2000_u32).filter(|n| n % 2 == 0).map(|n| n.to_be_bytes().to_vec()).collect();
        engine.commit(Batch { puts: vec![(3_u32.to_be_bytes().to_vec(), b"new".to_vec())], deletes }).unwrap();
        engine = reopen(engine);
        assert_eq!(keys(engine.as_ref(), &[]), (0..2000).filter(|n| n % 2 == 1).collect::<Vec<_>>());
        assert_eq!(engine.get(&3_u32.to_be_bytes()).unwrap().as_deref(), Some(&b"new"[..]));
        // What was laid is there with the commit that follows.
        engine.lay((4000..4500).map(put).collect()).unwrap();
        assert!(matches!(engine.lay(vec![(vec![9; 4], vec![0; MAX_VALUE + 1])]), Err(Error::Internal(_))));
        engine.commit(Batch { puts: vec![put(4500)], deletes: vec![] }).unwrap();
        engine = reopen(engine);
        for n in 4000..=4500 {
            assert_eq!(engine.get(&put(n).0).unwrap(), Some(put(n).1), "{n}");
        }
        engine.close().unwrap();
    }

    #[test]
    fn memory_passes_the_suite() {
        let engine = MemoryEngine::new();
        let kept = engine.clone();
        suite(Box::new(engine), &move |old| {
            old.close().unwrap();
            Box::new(kept.clone())
        });
    }

    #[test]
    fn sled_passes_the_suite() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let engine = Box::new(SledEngine::create(&path).unwrap());
        suite(engine, &|old| {
            old.close().unwrap();
            Box::new(SledEngine::open(&path).unwrap())
        });
        let blobs = std::fs::read_dir(path.join("blobs")).unwrap().count();
        assert_eq!(blobs, 0, "a value became a file of its own");
    }
}
