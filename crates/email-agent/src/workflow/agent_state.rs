//! `AgentState`: waits for what the person does next, and takes it up.
//!
//! Requests in words go on to `TurnState` in one commit with the fact that they are in work, so a
//! crash finds them there and a person cannot take them back any more. Everything else is done here.

use iwf::{Decision, Load, Receive, State, StateCx, StateError, StateOptions, WaitUntil};

use super::{
    EmailAgentWorkflow,
    next::{note_delay, take},
    persistence::{load, load_book, store},
    schema::{REQUESTS, USER_INPUT, UserInput},
};

/// Waits for `UserInput`.
pub(crate) struct AgentState;

impl State for AgentState {
    type Workflow = EmailAgentWorkflow;
    type Input = ();
    type Wait = Receive<UserInput>;
    const ID: &'static str = "AgentState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        (): (),
        input: UserInput,
    ) -> Decision<EmailAgentWorkflow> {
        let (before, book) = (load(cx)?, load_book(cx)?);
        let mut desk = before.clone();
        let (asked_at, moment) = (input.at, cx.workflow().moment(cx));
        take(&mut desk, &book, input, &moment);
        note_delay(&mut desk, &before, cx.info().attempt, asked_at, &moment);
        let next = cx.workflow().next(&desk);
        store(cx, Some(&before), desk)?;
        Ok(next)
    }

    fn options() -> StateOptions<Self> {
        // The lock keeps RPCs out for the moment of taking: "taken back" and "in work" exclude
        // each other.
        StateOptions::new()
            .wait_until_load(Load::none())
            .execute_load(Load::all().lock([REQUESTS.key()]))
    }
}

impl WaitUntil for AgentState {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, EmailAgentWorkflow>,
        (): (),
    ) -> Result<Receive<UserInput>, StateError> {
        Ok(Receive::one(USER_INPUT))
    }
}
