//! Something became due by itself.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | late | – | – | closed |
//! | running | the deadline is over | closed | closed | timed out |
//! | delayed | the delay is over | start reached, executions | calls | running |
//! | backing off | the back-off is over | due | call | in its next attempt |
//! | waiting | a timer is due | timer fired | call, if a trigger is met | |
//! | in a call | an RPC that held its keys died with the process | due | call | in its first attempt |
//! | running | nothing is due | – | – | the same |

use crate::call::CallState;
use crate::draft::{Draft, Ending};
use crate::id::Slot;
use crate::run::{Run, Status};
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Transition, Write};

pub(crate) fn apply(run: &Run, now: Timestamp) -> Transition {
    let mut draft = Draft::new(run, now);
    if !run.is_running() {
        return draft.finish();
    }
    if run
        .settings
        .deadline
        .is_some_and(|deadline| deadline <= now)
    {
        draft.close(Ending::plain(Status::TimedOut));
        return draft.finish();
    }
    if run.head.starts_at.is_some_and(|starts_at| starts_at <= now) {
        draft.write(Write::StartReached);
        let queued = run.head.queued.iter().cloned();
        queued.for_each(|movement| draft.start_state(movement));
    }
    for slot in retries_due(run, now) {
        if let Some(execution) = draft.run.executions.get(&slot) {
            let due = execution.with_call_state(CallState::Due);
            draft.set_execution(due);
        }
    }
    settle(&mut draft);
    draft.finish()
}

fn retries_due(run: &Run, now: Timestamp) -> Vec<Slot> {
    let due = run.executions.values().filter(|execution| {
        let state = execution.call().map(|(_, call)| call.state);
        matches!(state, Some(CallState::BackingOff { until }) if until <= now)
    });
    due.map(|execution| execution.slot).collect()
}
