//! `CancelState`: ends the workflow at once, whatever the other states do.
//!
//! The race with the sending is decided before, in the RPC `command`: it writes the cancel into the
//! book under the lock that `SendingState` needs for its intent. Here nothing can go wrong any more,
//! and neither the model nor the mail server is needed. It writes what lists and other tools read; the
//! conversation is left to the readers, since the other states may be writing it at this moment.

use email_agent_api::StageKind;
use iwf::{Decision, Load, Next, NoWait, State, StateCx, StateOptions};

use super::{
    EmailAgentWorkflow,
    persistence::keyword,
    schema::{EMAIL_STAGE, STATUS, SUMMARY},
};
use crate::desk::Ending;

/// Ends it all.
pub(crate) struct CancelState;

impl State for CancelState {
    type Workflow = EmailAgentWorkflow;
    type Input = ();
    type Wait = NoWait;
    const ID: &'static str = "CancelState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        (): (),
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        cx.set(STATUS, StageKind::Canceled)?;
        if let Some(mut summary) = cx.get(SUMMARY)? {
            summary.stage = StageKind::Canceled;
            summary.changed_at = cx.now().into();
            cx.set(SUMMARY, summary)?;
        }
        cx.set_search(EMAIL_STAGE, keyword(StageKind::Canceled));
        Ok(Next::complete_now(Ending::Canceled))
    }

    fn options() -> StateOptions<Self> {
        StateOptions::new().execute_load(Load::only([SUMMARY.key()]))
    }
}
