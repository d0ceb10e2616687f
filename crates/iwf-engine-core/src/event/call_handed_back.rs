//! A claimed call was surely not made: the engine shut down first.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | claimed | | due | call | due |
//! | anything else | late or doubled | – | – | the same |

use crate::call::{CallId, CallState};
use crate::draft::Draft;
use crate::run::Run;
use crate::time::Timestamp;
use crate::transition::Transition;

pub(crate) fn apply(run: &Run, now: Timestamp, id: CallId) -> Transition {
    let claimed = run.execution_in_call(id).filter(|execution| {
        let call = execution.call();
        call.is_some_and(|(_, call)| call.state == CallState::Claimed)
    });
    let Some(execution) = claimed else {
        return Transition::default();
    };
    let mut draft = Draft::new(run, now);
    draft.set_execution(execution.with_call_state(CallState::Due));
    draft.finish()
}
