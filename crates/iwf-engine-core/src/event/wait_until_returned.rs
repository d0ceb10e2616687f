//! A worker answered waitUntil.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | not in this call | late or doubled | – | – | the same |
//! | in this call | a search attribute cannot be indexed | closed | closed | failed |
//! | in this call | | attributes, messages, locals, commands | – | waiting |
//! | in this call | the trigger is met already | the same | call execute | in execute |
//!
//! A timer whose skip was kept for it fires at once.
//! The answer is one unit: search attributes, data attributes, messages, then the commands. A
//! state may receive what it published itself.

use crate::call::CallId;
use crate::draft::{Draft, Failed};
use crate::event::WaitUntilAnswer;
use crate::execution::{Phase, StateExecution};
use crate::run::Run;
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Transition, Write};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    call: CallId,
    answer: WaitUntilAnswer,
) -> Transition {
    let Some(execution) = run.execution_in_call(call) else {
        return Transition::default();
    };
    let mut draft = Draft::new(run, now);
    if let Err(Failed) = draft.write_attributes_of_state(answer.attributes) {
        return draft.finish();
    }
    draft.publish(answer.publications);
    let mut commands = answer.commands.register(draft.run.head.next_order, now);
    draft.apply_kept_skips(&execution.id, &mut commands);
    draft.write(Write::ExecutionSet(
        StateExecution {
            locals: answer.locals,
            phase: Phase::Waiting(commands),
            ..(**execution).clone()
        }
        .into(),
    ));
    settle(&mut draft);
    draft.finish()
}
