//! `StopState`: puts a stopped turn down and goes on with what the person does next.
//!
//! Started by the RPC `command` in the same commit that notes the stop in the book. From then on the
//! chain of states goes on from here: the call that is under way ends in nothing, whenever it ends.

use iwf::{Decision, Load, Next, NoWait, State, StateCx, StateOptions};

use super::{
    EmailAgentWorkflow,
    persistence::{load, load_book, store},
    schema::REQUESTS,
};
use crate::desk::InHand;

/// Ends one turn.
pub(crate) struct StopState;

impl State for StopState {
    type Workflow = EmailAgentWorkflow;
    type Input = InHand;
    type Wait = NoWait;
    const ID: &'static str = "StopState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        request: InHand,
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        let (before, book) = (load(cx)?, load_book(cx)?);
        if book.canceled.is_some() || !before.has_in_hand(&request) {
            return Ok(Next::dead_end());
        }
        let workflow = cx.workflow();
        let at = book
            .stopped_at(request.sequence)
            .unwrap_or_else(|| cx.now().into());
        let mut desk = before.clone();
        desk.stop(&request, at);
        let next = workflow.next(&desk);
        store(cx, Some(&before), desk)?;
        Ok(next)
    }

    fn options() -> StateOptions<Self> {
        StateOptions::new().execute_load(Load::all().lock([REQUESTS.key()]))
    }
}
