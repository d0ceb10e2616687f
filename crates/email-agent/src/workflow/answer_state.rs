//! `AnswerState`: what the assistant answered takes effect, unless the turn was stopped meanwhile.
//!
//! The call itself takes long and holds no lock, so `TurnState` writes nothing: it hands its outcome
//! on, and this state applies it in a moment, under the lock on the book. A stop that was accepted
//! before is seen here and wins; one that comes after finds the turn gone and is told so.

use email_agent_api::Stage;
use iwf::{Decision, Load, Next, NoWait, State, StateCx, StateOptions};
use serde::{Deserialize, Serialize};

use super::{
    EmailAgentWorkflow,
    persistence::{load, load_book, store},
    schema::REQUESTS,
};
use crate::{
    assistant::{NameFound, TurnOutput},
    desk::InHand,
};

/// Applies an answer.
pub(crate) struct AnswerState;

/// The outcome of one turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answer {
    /// What was asked.
    pub request: InHand,
    /// The contacts that its words name.
    #[serde(default)]
    pub names: Vec<NameFound>,
    /// What the assistant says, or why it never will, in a sentence.
    pub outcome: Result<TurnOutput, String>,
    /// How often the assistant was asked.
    pub attempts: u32,
}

impl State for AnswerState {
    type Workflow = EmailAgentWorkflow;
    type Input = Answer;
    type Wait = NoWait;
    const ID: &'static str = "AnswerState";

    async fn execute(
        &self,
        cx: &mut StateCx<'_, EmailAgentWorkflow>,
        answer: Answer,
        (): (),
    ) -> Decision<EmailAgentWorkflow> {
        let (before, book) = (load(cx)?, load_book(cx)?);
        let Answer {
            request,
            names,
            outcome,
            attempts,
        } = answer;
        if !before.is_awaiting(&request, &book) {
            return Ok(Next::dead_end());
        }
        let workflow = cx.workflow();
        let moment = workflow.moment(cx);
        let mut desk = before.clone();
        match outcome {
            Ok(output) => desk.answered(&request, output, &names, &moment),
            Err(why) => desk.unanswered(&request, &why, &moment),
        }
        if let Stage::Working { since } = before.record.stage {
            desk.note_effort(before.last_step(), attempts, since, moment.now);
        }
        let next = workflow.next(&desk);
        store(cx, Some(&before), desk)?;
        Ok(next)
    }

    fn options() -> StateOptions<Self> {
        StateOptions::new().execute_load(Load::all().lock([REQUESTS.key()]))
    }
}
