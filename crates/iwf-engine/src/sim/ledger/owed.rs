//! What is owed gets done: calls are made, times are kept, and a restart finds all of it.

use std::collections::{BTreeMap, BTreeSet};

use iwf_engine_core::{CallId, CallState, Run, Timestamp};

use super::{Ledger, Rule, Violation};
use crate::driver::Cache;
use crate::sim::memory;
use crate::store::{OWED, RunKey, RunStore};

/// How long the engine may take without a fault: retries after a failed write take a second.
const PATIENCE_MILLIS: i64 = 120_000;

impl Ledger {
    /// The engine rests. What it has not done by now must be under way or yet to come.
    pub(in crate::sim) fn rests(&mut self) {
        let verdict = self.answers_applied();
        self.judge(verdict);
        let verdict = self.nothing_is_late();
        self.judge(verdict);
    }

    fn nothing_is_late(&mut self) -> Result<(), Violation> {
        let mut owed = BTreeSet::new();
        for (key, known) in &self.runs {
            let run = &known.run;
            let calls = owed_calls(run).map(|call| (*key, call));
            let idle = calls.filter(|call| {
                !self.under_way.contains_key(call) && !self.is_crowded_out(run, call.1)
            });
            owed.extend(idle.map(|(key, call)| (key, Some(call))));
            if run.due_at().is_some_and(|at| at <= self.now) {
                owed.insert((*key, None));
            }
        }
        self.late.retain(|what, _| owed.contains(what));
        for what in owed {
            let since = *self.late.entry(what).or_insert(self.awake);
            let excused = since.max(self.last_fault_awake);
            if self.awake - excused > PATIENCE_MILLIS {
                let (key, call) = what;
                let run = self.run(key);
                return Rule::Owed.broken(format_args!(
                    "run {}: {call:?} is owed for {} ms: {run:?}",
                    key.0,
                    self.awake - since
                ));
            }
        }
        Ok(())
    }

    /// Whether nothing waits for another's lock, once nobody holds one.
    pub(in crate::sim) fn nobody_waits_for_locks(&mut self) {
        let waits = |run: &Run| {
            run.executions.values().any(|execution| {
                let state = execution.call().map(|(_, call)| call.state);
                matches!(state, Some(CallState::Locking { .. }))
            })
        };
        let waiting = self.runs().find(|(_, run)| waits(run));
        if let Some((key, run)) = waiting {
            let verdict = Rule::Owed.broken(format_args!("run {}: {run:?}", key.0));
            self.judge(verdict);
        }
    }

    /// The locks of RPCs, which have all ended, are in memory only.
    pub(in crate::sim) fn nobody_holds_locks(&mut self, cache: &Cache) {
        let keys: Vec<RunKey> = self.runs().map(|(key, _)| key).collect();
        let hot = keys
            .into_iter()
            .filter_map(|key| Some((key, cache.get(key)?)));
        let locked = hot.into_iter().find(|(_, hot)| hot.run.rpc_lock.is_some());
        if let Some((key, hot)) = locked {
            let lock = &hot.run.rpc_lock;
            let verdict = Rule::Owed.broken(format_args!("run {} keeps {lock:?}", key.0));
            self.judge(verdict);
        }
    }

    /// Recovery finds work by the due rows alone.
    pub(super) fn due_rows(&self, store: &impl RunStore) -> Result<(), Violation> {
        let from_the_beginning = (Timestamp(i64::MIN), RunKey(i64::MIN));
        let due = store.due(from_the_beginning, Timestamp(i64::MAX), usize::MAX);
        let due = due.or_else(|error| Rule::DueRows.broken(format_args!("{error}")))?;
        let due: BTreeMap<RunKey, Timestamp> = due.into_iter().map(|(at, key)| (key, at)).collect();
        for (key, known) in &self.runs {
            let wanted = memory::due_at(&known.run);
            let is_urgent = wanted == Some(OWED);
            let row = due.get(key).copied();
            let fine = match (wanted, row) {
                (Some(_), Some(row)) if is_urgent => row <= self.now,
                (wanted, row) => wanted == row,
            };
            if !fine {
                return Rule::DueRows.broken(format_args!(
                    "run {}: the row says {row:?}, the run {wanted:?} at {:?}",
                    key.0, self.now
                ));
            }
        }
        Ok(())
    }
}

fn owed_calls(run: &Run) -> impl Iterator<Item = CallId> {
    run.executions.values().filter_map(|execution| {
        let (_, call) = execution.call()?;
        match call.state {
            CallState::Due | CallState::Claimed => execution.call_id(),
            CallState::Locking { .. } | CallState::BackingOff { .. } => None,
        }
    })
}
