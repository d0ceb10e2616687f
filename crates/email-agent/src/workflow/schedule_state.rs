//! `ScheduleState`: waits for the time of one attempt to send one version, or for what the person
//! does before.
//!
//! Whatever the person does ends this visit and its timer in one commit; what they want comes first
//! even when the timer has fired in the same moment. A visit whose attempt is not the next one any
//! more does nothing.

use chrono::{DateTime, Utc};
use iwf::{
    Any, Decision, Fired, Got, Load, Receive, State, StateCx, StateError, StateExt, StateOptions,
    Timer, WaitUntil,
};
use serde::{Deserialize, Serialize};

use super::{
    EmailAgentWorkflow, SendingState,
    next::{note_delay, take},
    persistence::{load, load_book, store},
    schema::{REQUESTS, USER_INPUT, UserInput},
};
use crate::desk::{Attempt, Flow};

/// Waits for the time.
pub(crate) struct ScheduleState;

/// What is waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wait {
    /// What is sent then.
    pub attempt: Attempt,
    /// When.
    pub due: DateTime<Utc>,
}

impl State for ScheduleState {
    type Workflow = EmailAgentWorkflow;
    type Input = Wait;
    type Wait = Any<(Timer, Receive<UserInput>)>;
    const ID: &'static str = "ScheduleState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        wait: Wait,
        got: Got<Self>,
    ) -> Decision<EmailAgentWorkflow> {
        let (before, book) = (load(cx)?, load_book(cx)?);
        let workflow = cx.workflow();
        let mut desk = before.clone();
        match got {
            (_, Some(input)) => {
                let (asked_at, moment) = (input.at, workflow.moment(cx));
                take(&mut desk, &book, input, &moment);
                note_delay(&mut desk, &before, cx.info().attempt, asked_at, &moment);
            }
            (Some(Fired), None) if is_current(&desk.flow(), &wait) => {
                return Ok(SendingState::go(wait.attempt));
            }
            (_, None) => {}
        }
        let next = workflow.next(&desk);
        store(cx, Some(&before), desk)?;
        Ok(next)
    }

    fn options() -> StateOptions<Self> {
        StateOptions::new()
            .wait_until_load(Load::none())
            .execute_load(Load::all().lock([REQUESTS.key()]))
    }
}

fn is_current(flow: &Flow, wait: &Wait) -> bool {
    matches!(flow, Flow::Wait { attempt, due } if *attempt == wait.attempt && *due == wait.due)
}

impl WaitUntil for ScheduleState {
    async fn wait_until(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        wait: Wait,
    ) -> Result<Self::Wait, StateError> {
        Ok(Any((
            Timer::at(wait.due.into(), cx.now()),
            Receive::one(USER_INPUT),
        )))
    }
}
