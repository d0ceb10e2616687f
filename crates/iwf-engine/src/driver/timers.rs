//! The near future in memory; all other due times are in the database only.
//!
//! Everything due up to the horizon has been loaded. A run with a worker call in flight is armed
//! here however far its next due time is, because its row says that it is due already.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use iwf_engine_core::Timestamp;

use crate::store::{OWED, RunKey, RunStore, StoreError};

/// How far ahead is loaded.
const AHEAD_MILLIS: i64 = 30_000;
/// How close the horizon may come before more is loaded.
const REFILL_MILLIS: i64 = 10_000;
/// How long the writer leaves a database alone that could not be read.
const RETRY_MILLIS: i64 = 1000;
/// Runs loaded at a time, which bounds memory after a long stop.
const LOADED_MAX: usize = 2000;

pub(crate) struct Timers {
    near: BTreeSet<(Timestamp, RunKey)>,
    armed: HashMap<RunKey, Timestamp>,
    /// Runs to look at whatever else they wait for: a call is owed there, or a step failed.
    looks: BTreeSet<(Timestamp, RunKey)>,
    horizon: (Timestamp, RunKey),
    /// Nothing is loaded before.
    retry_at: Timestamp,
}

impl Timers {
    /// Nothing is loaded yet: the first refill begins with what is overdue, oldest first.
    pub(crate) fn new() -> Self {
        Self {
            near: BTreeSet::new(),
            armed: HashMap::new(),
            looks: BTreeSet::new(),
            horizon: START,
            retry_at: START.0,
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

    /// Has a run looked at then, even if it is armed for another time meanwhile.
    pub(crate) fn look_at(&mut self, key: RunKey, at: Timestamp) {
        self.looks.insert((at, key));
    }

    /// Takes what is due and since when, oldest first, at most so many.
    pub(crate) fn take_due(&mut self, now: Timestamp, max: usize) -> Vec<(Timestamp, RunKey)> {
        let mut due = Vec::new();
        while due.len() < max
            && let Some(&(at, key)) = self.looks.first()
            && at <= now
        {
            self.looks.pop_first();
            // No timer, so none that is late.
            due.push((now, key));
        }
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
        let refill = refill.max(self.retry_at.0);
        let near = self.near.first().into_iter().chain(self.looks.first());
        let next = near
            .map(|(at, _)| at.0)
            .chain([refill])
            .min()
            .unwrap_or(refill);
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
        let is_near = self.horizon.0 <= now.plus_millis(REFILL_MILLIS);
        let has_room = self.near.len() + self.looks.len() < LOADED_MAX
            || self.near.first().is_some_and(|first| *first > self.horizon);
        if !is_near || !has_room || now < self.retry_at {
            return Ok(());
        }
        self.retry_at = now.plus_millis(RETRY_MILLIS);
        let loaded = store.due(self.horizon, ahead, LOADED_MAX)?;
        self.retry_at = START.0;
        self.horizon = match loaded.last() {
            Some(&last) if loaded.len() == LOADED_MAX => last,
            _ => (ahead, RunKey(i64::MAX)),
        };
        for (at, key) in loaded {
            if at <= OWED {
                self.look_at(key, at);
            } else if !self.armed.contains_key(&key) {
                self.set(key, Some(at), true);
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
