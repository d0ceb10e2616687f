//! `TurnState`: one turn of the assistant.
//!
//! The call may be made more than once, after a passing failure or a crash, but its outcome is
//! written in one response, so no turn is doubled or missing. Passing failures are errors, and the
//! engine retries them with back-off; after the last attempt `TurnFailedState` takes over with the
//! same input. Failures that no retry can mend are answered at once.

use email_agent_api::limits::NAMES_MAX;
use iwf::{Decision, Next, NoWait, Retry, State, StateCx, StateOptions};

use super::{
    EmailAgentWorkflow, TurnFailedState,
    persistence::{load, load_book, store},
};
use crate::{
    assistant::{AssistantError, NameFound},
    contacts::Contacts,
    desk::InHand,
    policy::Settings,
};

/// Calls the assistant.
pub(crate) struct TurnState;

impl State for TurnState {
    type Workflow = EmailAgentWorkflow;
    type Input = InHand;
    type Wait = NoWait;
    const ID: &'static str = "TurnState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        request: InHand,
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        let before = load(cx)?;
        if load_book(cx)?.canceled.is_some() {
            return Ok(Next::dead_end());
        }
        let workflow = cx.workflow();
        let mut desk = before.clone();
        if desk.has_in_hand(&request) {
            let contacts = Contacts(workflow.office.store.clone());
            let names = contacts.named_in(&request.text).await;
            let earlier = contacts.named_in(&desk.said_before()).await;
            // Who is meant now is no question any more, whatever was asked before.
            let is_settled = |old: &NameFound| {
                let mut now = names.iter().flat_map(|one| &one.candidates);
                now.any(|one| old.candidates.contains(one))
            };
            let mut told = names.clone();
            told.extend(earlier.into_iter().filter(|one| !is_settled(one)));
            told.truncate(NAMES_MAX);
            let turn = desk.turn_input(&request, told, &workflow.moment(cx));
            let answer = workflow.office.assistant.turn(&turn).await;
            // The answer took a while: what follows happens now, not when the call began.
            let moment = workflow.moment(cx);
            match answer {
                Ok(output) => desk.answered(&request, output, &names, &moment),
                Err(AssistantError::Permanent { message }) => {
                    desk.unanswered(&request, &message, &moment);
                }
                Err(error @ AssistantError::Temporary { .. }) => {
                    tracing::warn!(
                        workflow.id = cx.info().workflow_id,
                        attempt = cx.info().attempt,
                        "the assistant did not answer, the turn will be tried again"
                    );
                    return Err(error.into());
                }
            }
        }
        let next = workflow.next(&desk);
        store(cx, Some(&before), desk)?;
        Ok(next)
    }

    fn options() -> StateOptions<Self> {
        Self::options_of(&Settings::default())
    }
}

impl TurnState {
    /// Time-out and retries as this installation wants them.
    pub(super) fn options_of(settings: &Settings) -> StateOptions<Self> {
        let retry = &settings.assistant_retry;
        StateOptions::new()
            .execute_timeout(settings.assistant_timeout)
            .recover_with::<TurnFailedState>(
                Retry::attempts(retry.attempts)
                    .first(retry.first_gap)
                    .factor(2.0),
            )
    }
}
