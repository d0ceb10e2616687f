//! Callers that wait: for the end of a workflow, the completion of a state, or the next commit of a
//! run. Memory only: a caller whose wait is lost asks again.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use iwf_engine_core::{RunId, WorkflowId};
use tokio::sync::Notify;

use crate::store::RunKey;

/// Waits for keys of one kind. Subscribe first, then look, then wait: nothing is missed.
pub(crate) struct Waiters<K> {
    inner: Arc<Mutex<Places<K>>>,
}

/// What wakes those who wait for a key, and how many they are.
type Places<K> = HashMap<K, (Arc<Notify>, usize)>;

/// For the end of a chain of runs, by its first run.
pub(crate) type Closings = Waiters<RunId>;
/// For the next commit of a run.
pub(crate) type Changes = Waiters<RunKey>;
/// For a completion of a state, by workflow and stored key.
pub(crate) type Completions = Waiters<(WorkflowId, String)>;

impl<K> Clone for Waiters<K> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
        }
    }
}

impl<K> Default for Waiters<K> {
    fn default() -> Self {
        Self {
            inner: Arc::default(),
        }
    }
}

impl<K: Eq + Hash + Clone> Waiters<K> {
    pub(crate) fn subscribe(&self, key: K) -> Subscription<K> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let (notify, count) = inner.entry(key.clone()).or_default();
        *count += 1;
        Subscription {
            notify: notify.clone(),
            key,
            waiters: self.clone(),
        }
    }

    pub(crate) fn wake(&self, key: &K) {
        self.wake_all(std::slice::from_ref(key));
    }

    pub(crate) fn wake_all(&self, keys: &[K]) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.is_empty() {
            return;
        }
        for (notify, _) in keys.iter().filter_map(|key| inner.get(key)) {
            notify.notify_waiters();
        }
    }
}

/// One caller's place; given back when dropped.
pub(crate) struct Subscription<K: Eq + Hash + Clone> {
    pub(crate) notify: Arc<Notify>,
    key: K,
    waiters: Waiters<K>,
}

impl<K: Eq + Hash + Clone> Drop for Subscription<K> {
    fn drop(&mut self) {
        let mut inner = self
            .waiters
            .inner
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((_, count)) = inner.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                inner.remove(&self.key);
            }
        }
    }
}
