//! A worker answered execute.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | not in this call | late or doubled | – | – | the same |
//! | in this call | a search attribute cannot be indexed | closed | closed | failed |
//! | in this call | the decision is illegal | attributes, messages, closed | closed | failed |
//! | in this call | next states | attributes, messages, executions | calls | on |
//! | in this call | dead end | the execution is removed | – | on, or idle |
//! | in this call | graceful, others are left | output, completion requested | – | completing |
//! | in this call | graceful, none is left; or forced | output, closed | closed | closed |
//!
//! An announced completion is published in every case in which the API succeeded. Own messages
//! count when a conditional close looks at its channel.

use crate::call::CallId;
use crate::decision::{Close, CloseKind, Resolved};
use crate::draft::{Draft, Ending, Failed};
use crate::event::ExecuteAnswer;
use crate::execution::StateExecution;
use crate::run::{ErrorType, Output, Run, Status};
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{CompletionKey, Effect, Transition, Write};

pub(crate) fn apply(run: &Run, now: Timestamp, call: CallId, answer: ExecuteAnswer) -> Transition {
    let Some(execution) = run.execution_in_call(call) else {
        return Transition::default();
    };
    let mut draft = Draft::new(run, now);
    publish_completion(&mut draft, execution);
    if let Err(Failed) = draft.write_attributes_of_state(answer.attributes) {
        return draft.finish();
    }
    draft.publish(answer.publications);
    let channels = &draft.run.channels;
    let resolved = answer
        .decision
        .resolve(|channel| channels.first(channel).is_none());
    draft.remove_execution(execution.slot);
    match resolved {
        Resolved::States(movements) => {
            for movement in movements {
                draft.start_state(movement);
            }
        }
        Resolved::Close(close) => apply_close(&mut draft, execution, close),
        Resolved::Illegal(message) => draft.fail(ErrorType::InvalidUserCode, message),
    }
    settle(&mut draft);
    draft.finish()
}

fn apply_close(draft: &mut Draft, execution: &StateExecution, close: Close) {
    if let (Some(value), true) = (close.output, close.kind != CloseKind::DeadEnd) {
        let execution_id = execution.id.clone();
        draft.write(Write::OutputAdded(Output {
            execution_id,
            value,
        }));
    }
    match close.kind {
        CloseKind::DeadEnd => {}
        // The turn that follows completes the run when nothing is left.
        CloseKind::Graceful => draft.write(Write::GracefulCompletionRequested),
        CloseKind::ForceComplete => draft.close(Ending::plain(Status::Completed)),
        CloseKind::ForceFail => draft.close(Ending::failed(ErrorType::StateDecision, None)),
    }
}

fn publish_completion(draft: &mut Draft, execution: &StateExecution) {
    let settings = &draft.run.settings;
    let announced = settings.wait_for_execution_ids.contains(&execution.id)
        || settings.wait_for_state_ids.contains(&execution.id.state_id);
    if !announced {
        return;
    }
    let key = match &execution.wait_for_key {
        Some(key) if !key.is_empty() => {
            CompletionKey::StateAndKey(execution.id.state_id.clone(), key.clone())
        }
        _ => CompletionKey::Execution(execution.id.clone()),
    };
    draft.write(Write::StateCompleted(key.clone()));
    draft.effect(Effect::StateCompleted(key));
}
