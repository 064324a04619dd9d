//! What procedures work out of a graph and leave for those that are called after them.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

/// Things of one graph, one of each type. Whoever calls several procedures on a graph gives it to all of them; it must
/// never be given with another graph.
#[derive(Clone, Default)]
pub struct Kept {
    things: Arc<Mutex<Vec<Arc<dyn Any + Send + Sync>>>>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

impl Kept {
    /// The thing of a type, where one was put.
    #[must_use]
    pub fn get<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        things.iter().find_map(|thing| Arc::clone(thing).downcast().ok())
    }

    /// Puts a thing in place of an earlier one of its type.
    pub fn put<T: Any + Send + Sync>(&self, thing: Arc<T>) {
        let mut things = self.things.lock().unwrap_or_else(PoisonError::into_inner);
        things.retain(|other| !other.as_ref().is::<T>());
        things.push(thing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_each_type_is_kept_for_all_who_share_it() {
        let kept = Kept::default();
        let other = kept.clone();
        assert_eq!(other.get::<u8>(), None);
        kept.put(Arc::new(1_u8));
        kept.put(Arc::new("text"));
        kept.put(Arc::new(2_u8));
        assert_eq!((other.get::<u8>(), other.get::<&str>()), (Some(Arc::new(2)), Some(Arc::new("text"))));
    }
}
