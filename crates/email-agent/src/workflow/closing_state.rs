//! `ClosingState`: the email has ended, and something was accepted in the last moment before. It is
//! answered (too late) and stays in the conversation, instead of vanishing with the channel.

use iwf::{Decision, Load, Receive, State, StateCx, StateError, StateOptions, WaitUntil};

use super::{
    EmailAgentWorkflow,
    next::take,
    persistence::{load, load_book, store},
    schema::{REQUESTS, USER_INPUT, UserInput},
};
use crate::desk::Ending;

/// Empties the channel.
pub(crate) struct ClosingState;

impl State for ClosingState {
    type Workflow = EmailAgentWorkflow;
    type Input = Ending;
    type Wait = Receive<UserInput>;
    const ID: &'static str = "ClosingState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        _: Ending,
        input: UserInput,
    ) -> Decision<EmailAgentWorkflow> {
        let (before, book) = (load(cx)?, load_book(cx)?);
        let mut desk = before.clone();
        take(&mut desk, &book, input, &cx.workflow().moment(cx));
        let next = cx.workflow().next(&desk);
        store(cx, Some(&before), desk)?;
        Ok(next)
    }

    fn options() -> StateOptions<Self> {
        StateOptions::new()
            .wait_until_load(Load::none())
            .execute_load(Load::all().lock([REQUESTS.key()]))
    }
}

impl WaitUntil for ClosingState {
    async fn wait_until(
        &self,
        _: &mut StateCx<'_, EmailAgentWorkflow>,
        _: Ending,
    ) -> Result<Receive<UserInput>, StateError> {
        Ok(Receive::one(USER_INPUT))
    }
}
