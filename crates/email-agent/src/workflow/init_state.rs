//! `InitState`: puts an email on the desk, an empty one or a copy of another. Whoever starts the
//! workflow through the service has written the desk already, so that RPCs that come before this
//! state find it.

use iwf::{Decision, NoWait, State, StateCx, StateExt};

use super::{
    AgentState, EmailAgentWorkflow, StartInput,
    persistence::store,
    schema::{CONVERSATION, DESK, VERSIONS},
};
use crate::desk::Desk;

/// The start state.
pub(crate) struct InitState;

impl State for InitState {
    type Workflow = EmailAgentWorkflow;
    type Input = StartInput;
    type Wait = NoWait;
    const ID: &'static str = "InitState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        input: StartInput,
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        let mut desk = Desk::new(input.approval, input.time_zone, cx.now().into());
        if let Some(record) = cx.get(DESK)? {
            desk.record = record;
            desk.versions = cx.get(VERSIONS)?.unwrap_or_default();
            desk.conversation = cx.get(CONVERSATION)?.unwrap_or_default();
        }
        store(cx, None, desk)?;
        Ok(AgentState::go(()))
    }
}
