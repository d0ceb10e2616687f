//! `OutcomeUnknownState`: the program died, or ran out of time, while it handed a mail over. Nobody
//! can tell whether it left, so nobody repeats it: a person settles it.

use email_agent_api::to_say;
use iwf::{Decision, NoWait, State, StateCx};

use super::{
    EmailAgentWorkflow,
    persistence::{load, store},
};
use crate::desk::Attempt;

/// Takes over from `SendingState` when its one attempt has no outcome, with the same input.
pub(crate) struct OutcomeUnknownState;

impl State for OutcomeUnknownState {
    type Workflow = EmailAgentWorkflow;
    type Input = Attempt;
    type Wait = NoWait;
    const ID: &'static str = "OutcomeUnknownState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        attempt: Attempt,
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        let before = load(cx)?;
        let mut desk = before.clone();
        let workflow = cx.workflow();
        // Without a committed intent nothing was handed over, and the schedule still stands.
        if desk.outgoing(&attempt).is_some() {
            let reason =
                to_say("The program was interrupted while it handed the email to the mail server.");
            desk.interrupted(&attempt, reason.to_owned(), cx.now().into());
        }
        let next = workflow.next(&desk);
        store(cx, Some(&before), desk)?;
        Ok(next)
    }
}
