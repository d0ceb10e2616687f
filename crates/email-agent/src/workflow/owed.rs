//! What the states of an email owe at this moment, so that the service may ask the engine why it takes
//! long. Whoever only waits owes nothing, and the engine is not asked.

use chrono::{DateTime, Utc};
use email_agent_api::Stage;
use iwf::State;
use serde::{Deserialize, Serialize};

use super::{
    AgentState, AnswerState, CancelState, ClosingState, InitState, OutcomeUnknownState,
    ScheduleState, SendingState, StopState, TurnFailedState, TurnState,
};
use crate::{book::Book, desk::Record};

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Owed {
    /// An answer of the assistant.
    Answer,
    /// Something else: words or a press to be taken up, or an email to leave.
    Step,
}

impl Owed {
    /// What is owed by now, if anything.
    pub(super) fn of(record: &Record, book: &Book, now: DateTime<Utc>) -> Option<Self> {
        if book.canceled.is_some() {
            return None;
        }
        let is_asked =
            (record.in_hand.as_ref()).is_some_and(|held| book.stopped_at(held.sequence).is_none());
        let is_due = match &record.stage {
            Stage::Scheduled { schedule } | Stage::UndoWindow { schedule } => schedule.due <= now,
            Stage::Retrying { retrying } => retrying.next_at <= now,
            Stage::Held { held } => held.until.is_some_and(|until| until <= now),
            stage => *stage == Stage::Sending,
        };
        if is_asked {
            Some(Self::Answer)
        } else if is_due || book.pending(record.handled).next().is_some() {
            Some(Self::Step)
        } else {
            None
        }
    }

    /// The states that owe it. One of them is at it, or the chain is between two of them.
    pub(crate) fn states(self) -> &'static [&'static str] {
        match self {
            Self::Answer => &[TurnState::ID, AnswerState::ID, TurnFailedState::ID],
            Self::Step => &[
                InitState::ID,
                AgentState::ID,
                StopState::ID,
                ScheduleState::ID,
                SendingState::ID,
                OutcomeUnknownState::ID,
                ClosingState::ID,
                CancelState::ID,
            ],
        }
    }
}
