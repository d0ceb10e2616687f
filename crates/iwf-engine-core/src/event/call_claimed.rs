//! The driver has room for a call that may be made once only.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | due | one attempt only | claimed | dispatch | claimed |
//! | due | may be repeated | – | dispatch | due |
//! | anything else | late or doubled | – | – | the same |
//!
//! The claim is durable before the call leaves, so a crash cannot repeat it.

use crate::call::{CallId, CallState};
use crate::draft::Draft;
use crate::run::Run;
use crate::time::Timestamp;
use crate::transition::{Effect, Transition};

pub(crate) fn apply(run: &Run, now: Timestamp, id: CallId) -> Transition {
    let Some(execution) = run.execution_in_call(id) else {
        return Transition::default();
    };
    let Some((api, call)) = execution.call() else {
        return Transition::default();
    };
    if call.state != CallState::Due {
        return Transition::default();
    }
    let mut draft = Draft::new(run, now);
    if execution.api_options(api).allows_one_attempt_only() {
        draft.set_execution(execution.with_call_state(CallState::Claimed));
    }
    draft.effect(Effect::Dispatch(id));
    draft.finish()
}
