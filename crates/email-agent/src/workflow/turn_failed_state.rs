//! `TurnFailedState`: the assistant did not answer, however often it was asked. Says so, keeps the
//! words and goes back to listening.

use email_agent_api::to_say;
use iwf::{Decision, Load, Next, NoWait, State, StateCx, StateOptions};

use super::{
    EmailAgentWorkflow,
    persistence::{load, load_book, store},
    schema::REQUESTS,
};
use crate::desk::InHand;

/// Takes over from `TurnState` after its last attempt, with the same input.
pub(crate) struct TurnFailedState;

impl State for TurnFailedState {
    type Workflow = EmailAgentWorkflow;
    type Input = InHand;
    type Wait = NoWait;
    const ID: &'static str = "TurnFailedState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        request: InHand,
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        let (before, book) = (load(cx)?, load_book(cx)?);
        if !before.is_awaiting(&request, &book) {
            return Ok(Next::dead_end());
        }
        let mut desk = before.clone();
        let workflow = cx.workflow();
        let attempts = workflow.office.settings.now().assistant_retry.attempts;
        let why = to_say!(
            "The assistant could not be reached, {attempts} attempts in a row. Try again in a while, or write the email by hand."
        );
        desk.unanswered(&request, &why, &workflow.moment(cx));
        let next = workflow.next(&desk);
        store(cx, Some(&before), desk)?;
        Ok(next)
    }

    fn options() -> StateOptions<Self> {
        // As in `AnswerState`: a stop and this exclude each other.
        StateOptions::new().execute_load(Load::all().lock([REQUESTS.key()]))
    }
}
