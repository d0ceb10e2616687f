//! `TurnState`: one turn of the assistant.
//!
//! The call may be made more than once, after a passing failure or a crash, but it writes nothing:
//! its outcome goes on to `AnswerState`, so no turn is doubled or missing. Passing failures are
//! errors, and the engine retries them with back-off; after the last attempt `TurnFailedState` takes
//! over with the same input. Failures that no retry can mend are handed on at once. A turn that was
//! stopped, or whose email was canceled, ends here without another call.

use email_agent_api::limits::NAMES_MAX;
use iwf::{Decision, Next, NoWait, Retry, State, StateCx, StateExt, StateOptions};

use super::{
    AnswerState, EmailAgentWorkflow, TurnFailedState,
    answer_state::Answer,
    persistence::{load, load_book},
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
        let (desk, book) = (load(cx)?, load_book(cx)?);
        if !desk.is_awaiting(&request, &book) {
            return Ok(Next::dead_end());
        }
        let workflow = cx.workflow();
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
        let outcome = match workflow.office.assistant.turn(&turn).await {
            Ok(output) => Ok(output),
            Err(AssistantError::Permanent { message }) => Err(message),
            Err(error @ AssistantError::Temporary { .. }) => {
                tracing::warn!(
                    workflow.id = cx.info().workflow_id,
                    attempt = cx.info().attempt,
                    "the assistant did not answer, the turn will be tried again"
                );
                return Err(error.into());
            }
        };
        Ok(AnswerState::go(Answer {
            request,
            names,
            outcome,
            attempts: cx.info().attempt,
        }))
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
