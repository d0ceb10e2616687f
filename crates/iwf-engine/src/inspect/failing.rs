//! What the history tells about the calls of a state execution in progress: how the attempt
//! before failed, and since when the present one is owed.

use chrono::{DateTime, Utc};
use iwf_engine_core::{
    CallId, CallState, Event, History, Phase, Results, StateExecution, Timestamp,
};

use super::instant::instant;
use super::run::Failing;

/// Whether the history has anything to tell.
pub(super) fn has_failed(execution: &StateExecution) -> bool {
    let is_repeated = execution.call().is_some_and(|(_, call)| call.attempt > 1);
    let gave_up = matches!(
        execution.phase,
        Phase::Execute {
            results: Results::Failed,
            ..
        }
    );
    is_repeated || gave_up
}

/// The newest failure of its calls.
pub(super) fn of(execution: &StateExecution, history: &History) -> Option<Failing> {
    let (id, at, message) = last_failure(execution, history)?;
    let next_attempt_at = match execution.call()?.1.state {
        CallState::BackingOff { until } => Some(instant(until)),
        CallState::Due | CallState::Claimed | CallState::Locking { .. } => None,
    };
    Some(Failing {
        api: id.api.into(),
        attempt: id.attempt,
        at: instant(at),
        message: message.to_owned(),
        next_attempt_at,
    })
}

/// Since when the present attempt is owed or under way: from the beginning for the first, from
/// the end of its back-off for another.
pub(super) fn since(
    execution: &StateExecution,
    deadline: Option<Timestamp>,
    history: Option<&History>,
) -> Option<DateTime<Utc>> {
    let (api, call) = execution.call()?;
    if call.attempt == 1 {
        return Some(instant(call.first_attempt_at));
    }
    let (failed, at, _) = last_failure(execution, history?)?;
    let policy = execution.api_options(api).retry();
    let next = policy.next_attempt(failed.attempt, call.first_attempt_at, deadline, at);
    next.map(instant)
}

fn last_failure<'a>(
    execution: &StateExecution,
    history: &'a History,
) -> Option<(CallId, Timestamp, &'a str)> {
    let is_its = |call: &CallId| call.slot == execution.slot && call.serial == execution.serial;
    history
        .events
        .iter()
        .rev()
        .find_map(|recorded| match &recorded.event {
            Event::CallFailed { call, failure } if is_its(call) => {
                Some((*call, recorded.at, &*failure.message))
            }
            _ => None,
        })
}
