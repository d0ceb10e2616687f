//! The near future in memory; all other due times are in the database only.
//!
//! Everything due up to the horizon has been loaded. A run with a worker call in flight is armed
//! here however far its next due time is, because its row says that it is due already.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use iwf_engine_core::Timestamp;

use crate::store::{RunKey, RunStore, StoreError};

/// How far ahead is loaded.
const AHEAD_MILLIS: i64 = 30_000;
/// How close the horizon may come before more is loaded.
const REFILL_MILLIS: i64 = 10_000;
/// Runs loaded at a time, which bounds memory after a long stop.
const LOADED_MAX: usize = 2000;

pub(crate) struct Timers {
    near: BTreeSet<(Timestamp, RunKey)>,
    armed: HashMap<RunKey, Timestamp>,
    horizon: (Timestamp, RunKey),
}

impl Timers {
    /// Nothing is loaded yet: the first refill begins with what is overdue, oldest first.
    pub(crate) fn new() -> Self {
        Self {
            near: BTreeSet::new(),
            armed: HashMap::new(),
            horizon: START,
        }
    }

    /// Sets or clears the due time of a run. `in_call` runs are kept beyond the horizon.
    pub(crate) fn set(&mut self, key: RunKey, at: Option<Timestamp>, in_call: bool) {
        let at = at.filter(|&at| in_call || (at, key) <= self.horizon);
        let before = match at {
            Some(at) => self.armed.insert(key, at),
            None => self.armed.remove(&key),
        };
        if before == at {
            return;
        }
        if let Some(before) = before {
            self.near.remove(&(before, key));
        }
        if let Some(at) = at {
            self.near.insert((at, key));
        }
    }

    /// Takes what is due and since when, oldest first, at most so many.
    pub(crate) fn take_due(&mut self, now: Timestamp, max: usize) -> Vec<(Timestamp, RunKey)> {
        let mut due = Vec::new();
        while due.len() < max
            && let Some(&(at, key)) = self.near.first()
            && at <= now
        {
            self.near.pop_first();
            self.armed.remove(&key);
            due.push((at, key));
        }
        due
    }

    /// How long nothing happens by itself.
    pub(crate) fn wait(&self, now: Timestamp) -> Duration {
        let refill = self.horizon.0.0.saturating_sub(REFILL_MILLIS);
        let next = self.near.first().map_or(refill, |(at, _)| at.0.min(refill));
        let millis = next.saturating_sub(now.0).max(0);
        Duration::from_millis(millis.unsigned_abs())
    }

    /// Loads more when the horizon is near. What is due in one instant but does not fit comes
    /// with the next refill.
    pub(crate) fn refill(
        &mut self,
        store: &impl RunStore,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let ahead = now.plus_millis(AHEAD_MILLIS);
        let is_near = self.horizon.0 < now.plus_millis(REFILL_MILLIS);
        let has_room = self.near.len() < LOADED_MAX
            || self.near.first().is_some_and(|first| *first > self.horizon);
        if !is_near || !has_room {
            return Ok(());
        }
        let loaded = store.due(self.horizon, ahead, LOADED_MAX)?;
        self.horizon = match loaded.last() {
            Some(&last) if loaded.len() == LOADED_MAX => last,
            _ => (ahead, RunKey(i64::MAX)),
        };
        for (at, key) in loaded {
            if let Entry::Vacant(unarmed) = self.armed.entry(key) {
                unarmed.insert(at);
                self.near.insert((at, key));
            }
        }
        Ok(())
    }

    /// Looks at everything again from the beginning.
    pub(crate) fn rescan(&mut self) {
        self.horizon = START;
    }
}

const START: (Timestamp, RunKey) = (Timestamp(i64::MIN), RunKey(i64::MIN));
