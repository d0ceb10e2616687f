//! What follows a commit: timers, calls, wake-ups and, last, the answers.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use iwf_engine_core::{CallId, CallState, Effect, Run, pending};

use super::dispatch::{Calls, Dispatcher, Submitted};
use super::timers::Timers;
use super::waiters::{Closings, Completions};
use crate::store::{RunKey, completion_key};

pub(super) struct Effects<C> {
    pub(super) dispatcher: Dispatcher<C>,
    pub(super) closings: Closings,
    pub(super) completions: Completions,
    /// Calls that were handed to the dispatcher and have not come back.
    pub(super) in_flight: HashSet<(RunKey, CallId)>,
}

impl<C: Calls> Effects<C> {
    /// Carries out what the committed runs ask for.
    pub(super) fn perform(
        &mut self,
        effects: Vec<(RunKey, Effect)>,
        committed: &BTreeMap<RunKey, Arc<Run>>,
    ) {
        for (key, effect) in effects {
            let Some(run) = committed.get(&key) else {
                continue;
            };
            match effect {
                Effect::Call(call) => self.call(key, call, run),
                Effect::Dispatch(call) => self.dispatcher.dispatch(key, call, run.clone()),
                Effect::Closed => self.closings.wake(&run.settings.first_run_id),
                Effect::StateCompleted(completed) => {
                    let key = (run.workflow_id.clone(), completion_key(&completed));
                    self.completions.wake(&key);
                }
            }
        }
    }

    /// A later event of the same batch may have made the call superfluous.
    fn call(&mut self, key: RunKey, call: CallId, run: &Arc<Run>) {
        let execution = run.execution_in_call(call);
        let state = execution.and_then(|execution| Some(execution.call()?.1.state));
        if state != Some(CallState::Due) || !self.in_flight.insert((key, call)) {
            return;
        }
        if self.dispatcher.submit(key, call, run) == Submitted::NoRoom {
            self.in_flight.remove(&(key, call));
        }
    }
}

/// Arms what a committed run waits for by itself.
pub(super) fn arm(timers: &mut Timers, key: RunKey, run: &Run) {
    let pending = pending(run);
    timers.set(key, pending.wake_at, pending.needs_attention());
}
