//! The hot runs: what was committed last, shared by the writer, which alone changes it, and by
//! readers. Everything here is on disk as well; a sleeping run is soon only there.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iwf_engine_core::{Run, WorkflowId};

use crate::config::Limits;
use crate::metrics::CacheLookups;
use crate::store::{RunKey, Stored};

/// A committed run, and what the database holds of it.
#[derive(Clone)]
pub(crate) struct Hot {
    pub(crate) run: Arc<Run>,
    pub(crate) stored: Arc<Stored>,
}

#[derive(Clone)]
pub(crate) struct Cache {
    inner: Arc<Mutex<Inner>>,
    lookups: CacheLookups,
    runs_max: usize,
    bytes_max: usize,
}

struct Kept {
    hot: Hot,
    used: u64,
    size_bytes: usize,
}

#[derive(Default)]
struct Inner {
    runs: HashMap<RunKey, Kept>,
    /// Of all runs together.
    size_bytes: usize,
    /// The current run of a workflow id, if it is hot.
    current: HashMap<WorkflowId, RunKey>,
    uses: u64,
}

impl Cache {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            inner: Arc::default(),
            lookups: CacheLookups::default(),
            runs_max: limits.hot_runs_max.max(16),
            bytes_max: limits.hot_bytes_max,
        }
    }

    pub(crate) fn get(&self, key: RunKey) -> Option<Hot> {
        self.count(self.lock().get(key))
    }

    pub(crate) fn lookups(&self) -> &CacheLookups {
        &self.lookups
    }

    fn count<T>(&self, found: Option<T>) -> Option<T> {
        let counter = match &found {
            Some(_) => &self.lookups.hits,
            None => &self.lookups.misses,
        };
        counter.inc();
        found
    }

    pub(crate) fn current(&self, workflow_id: &WorkflowId) -> Option<RunKey> {
        self.lock().current.get(workflow_id).copied()
    }

    /// Both at once.
    pub(crate) fn get_current(&self, workflow_id: &WorkflowId) -> Option<(RunKey, Hot)> {
        let mut inner = self.lock();
        let key = inner.current.get(workflow_id).copied();
        self.count(key.and_then(|key| Some((key, inner.get(key)?))))
    }

    /// Called by the writer after a commit.
    pub(crate) fn put(&self, committed: impl Iterator<Item = (RunKey, Hot)>) {
        let mut inner = self.lock();
        for (key, hot) in committed {
            let used = inner.tick();
            if Self::is_newest(&inner, &hot, key) {
                inner.current.insert(hot.run.workflow_id.clone(), key);
            }
            inner.keep(key, hot, used);
        }
        if inner.runs.len() > self.runs_max || inner.size_bytes > self.bytes_max {
            inner.evict(self.runs_max, self.bytes_max);
        }
    }

    /// A running run is always the current one; a closed one is if it came after the current one,
    /// in the commit that began and ended it.
    fn is_newest(inner: &Inner, hot: &Hot, key: RunKey) -> bool {
        match inner.current.get(&hot.run.workflow_id) {
            Some(current) => *current < key,
            None => hot.run.is_running(),
        }
    }

    /// Runs that are deleted.
    pub(crate) fn forget(&self, keys: &[RunKey]) {
        let mut inner = self.lock();
        for key in keys {
            inner.remove(*key);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere cannot leave the maps half changed: every change is one call.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Numbers the uses, so that the least recent can be told.
    fn tick(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }

    fn get(&mut self, key: RunKey) -> Option<Hot> {
        let now = self.tick();
        let kept = self.runs.get_mut(&key)?;
        kept.used = now;
        Some(kept.hot.clone())
    }

    fn keep(&mut self, key: RunKey, hot: Hot, used: u64) {
        let size_bytes = hot.run.size_bytes();
        self.size_bytes += size_bytes;
        let kept = Kept {
            hot,
            used,
            size_bytes,
        };
        if let Some(before) = self.runs.insert(key, kept) {
            self.size_bytes -= before.size_bytes;
        }
    }

    /// Drops the least recently used until a quarter is free, but never what memory alone knows.
    fn evict(&mut self, runs_max: usize, bytes_max: usize) {
        let mut by_use: Vec<(u64, RunKey)> = self
            .runs
            .iter()
            .filter(|(_, kept)| kept.hot.run.rpc_lock.is_none())
            .map(|(key, kept)| (kept.used, *key))
            .collect();
        by_use.sort_unstable();
        let (runs_kept, bytes_kept) = (runs_max - runs_max / 4, bytes_max - bytes_max / 4);
        for (_, key) in by_use {
            if self.runs.len() <= runs_kept && self.size_bytes <= bytes_kept {
                return;
            }
            self.remove(key);
        }
    }

    fn remove(&mut self, key: RunKey) {
        if let Some(kept) = self.runs.remove(&key) {
            self.size_bytes -= kept.size_bytes;
            let workflow_id = &kept.hot.run.workflow_id;
            if self.current.get(workflow_id) == Some(&key) {
                self.current.remove(workflow_id);
            }
        }
    }
}
