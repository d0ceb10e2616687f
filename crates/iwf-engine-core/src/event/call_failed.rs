//! An attempt of a state API failed, or was lost with the process that made it.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | not in this call | late or doubled | – | – | the same |
//! | in this call | another attempt is allowed | attempt, back-off | – | backing off |
//! | waitUntil gave up | may proceed | execution | call execute | in execute |
//! | execute gave up | a state takes over | execution ends, that one starts | call | on |
//! | gave up | otherwise | closed | closed | failed |

use std::sync::Arc;

use crate::call::{Api, Call, CallFailure, CallId, CallState};
use crate::decision::StateMovement;
use crate::draft::Draft;
use crate::execution::{Phase, Results, StateExecution};
use crate::run::{ErrorType, Run};
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::Transition;

pub(crate) fn apply(run: &Run, now: Timestamp, id: CallId, failure: CallFailure) -> Transition {
    let Some(execution) = run.execution_in_call(id) else {
        return Transition::default();
    };
    let Some((api, call)) = execution.call() else {
        return Transition::default();
    };
    let under_way = matches!(call.state, CallState::Due | CallState::Claimed);
    if !under_way {
        return Transition::default();
    }
    let mut draft = Draft::new(run, now);
    let policy = execution.api_options(api).retry();
    let deadline = run.settings.deadline;
    match policy.next_attempt(call.attempt, call.first_attempt_at, deadline, now) {
        Some(at) => retry(&mut draft, execution, call, at),
        None => give_up(&mut draft, execution, api, failure),
    }
    settle(&mut draft);
    draft.finish()
}

fn retry(draft: &mut Draft, execution: &StateExecution, call: &Call, at: Timestamp) {
    let state = if at <= draft.now {
        CallState::Due
    } else {
        CallState::BackingOff { until: at }
    };
    let mut next = execution.with_call_state(state);
    match &mut next.phase {
        Phase::WaitUntil(next) | Phase::Execute { call: next, .. } => {
            next.attempt = call.attempt.saturating_add(1);
        }
        Phase::Waiting(_) => {}
    }
    draft.set_execution(next);
}

fn give_up(draft: &mut Draft, execution: &StateExecution, api: Api, failure: CallFailure) {
    let options = execution.options();
    match (api, &options.proceed_after_execute_failure) {
        (Api::WaitUntil, _) if options.proceed_after_wait_until_failure => {
            draft.begin_execute(execution, Results::Failed);
        }
        (Api::Execute, Some(proceed)) => {
            draft.remove_execution(execution.slot);
            draft.start_state(StateMovement {
                state_id: proceed.state_id.clone(),
                input: execution.input.clone(),
                options: proceed.options.as_deref().cloned().map(Arc::new),
                wait_for_key: None,
            });
        }
        _ => draft.fail(ErrorType::StateApi, failure.message),
    }
}
