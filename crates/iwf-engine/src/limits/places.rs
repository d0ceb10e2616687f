//! A bounded number of places for each name, so that one who hangs cannot take them all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Hands out places by name; costs nothing for names that hold none.
#[derive(Clone)]
pub(crate) struct Places {
    taken: Arc<Mutex<HashMap<Arc<str>, usize>>>,
    max: usize,
}

/// One place; given back when dropped.
pub(crate) struct Place {
    places: Places,
    name: Arc<str>,
}

impl Places {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            taken: Arc::default(),
            max,
        }
    }

    /// `None` if this name has all its places already.
    pub(crate) fn take(&self, name: &Arc<str>) -> Option<Place> {
        let mut taken = self.lock();
        let count = taken.get(name).copied().unwrap_or_default();
        if count >= self.max {
            return None;
        }
        taken.insert(name.clone(), count + 1);
        Some(Place {
            places: self.clone(),
            name: name.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Arc<str>, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        if let Some(count) = taken.get_mut(&self.name) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_its_own_places() {
        let places = Places::new(2);
        let (one, other): (Arc<str>, Arc<str>) = ("one".into(), "other".into());
        let first = places.take(&one).expect("free");
        let _second = places.take(&one).expect("free");
        assert!(places.take(&one).is_none());
        assert!(places.take(&other).is_some());
        drop(first);
        assert!(places.take(&one).is_some());
    }
}
