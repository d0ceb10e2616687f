//! `EmailAgentWorkflow`: the rules of the desk as states and RPCs of iWF, one file each.
//!
//! ```text
//! InitState ─► AgentState ─── words ──► TurnState ──► AnswerState ─► AgentState | ScheduleState
//!                │    ▲                    └ no answer after all attempts ─► TurnFailedState ─► AgentState
//!                │    └──── anything the person does ────┐
//!                └── approved ─► ScheduleState ── due ─► SendingState ─► sent | retry | …
//!                                                          └ crash on the way ─► OutcomeUnknownState
//! RPC `command` (stop) ─► StopState ─► AgentState; the TurnState that it cuts off ends in nothing
//! RPC `command` (cancel) ─► CancelState ─► the end, whatever the others do
//! RPC `read_back` ─► ReadingState | ReadingFailedState ─► nowhere: a translation beside the draft
//! ```
//!
//! Every attribute has one kind of writer: RPCs own `Requests`, `RequestDraft` and `DraftNote`,
//! under a lock; the reading states own `Readings`; the one chain of states owns the rest. So neither overwrites the other, on our
//! engine or on any iWF server. Only committed state and protocol features are relied on.

mod accepting;
mod agent_state;
mod answer_state;
mod cancel_state;
mod closing_state;
mod command;
mod counting;
mod describe;
mod fetching;
mod init_state;
mod next;
mod outcome_unknown_state;
mod owed;
mod persistence;
mod read_back;
mod reading_state;
mod remove_request;
mod save_draft;
mod schedule_state;
mod schema;
mod send_request;
mod sending_state;
mod stop_state;
mod summarize;
mod timeline;
mod turn_failed_state;
mod turn_state;

#[cfg(test)]
mod tests;

use agent_state::AgentState;
use answer_state::AnswerState;
use cancel_state::CancelState;
use closing_state::ClosingState;
use email_agent_api::ApprovalMode;
use init_state::InitState;
use iwf::{Contract, StateCx, Workflow};
use outcome_unknown_state::OutcomeUnknownState;
use reading_state::{ReadingFailedState, ReadingState};
use schedule_state::ScheduleState;
use sending_state::SendingState;
use serde::{Deserialize, Serialize};
use stop_state::StopState;
use turn_failed_state::TurnFailedState;

pub(crate) use command::PressButton;
pub(crate) use describe::{Describe, Described};
pub(crate) use owed::Owed;
pub(crate) use read_back::ReadBack;
pub(crate) use remove_request::RemoveRequest;
pub(crate) use save_draft::SaveDraft;
pub(crate) use schema::{CONVERSATION, DESK, REQUESTS, SUMMARY, VERSIONS};
pub(crate) use send_request::SendRequest;
pub(crate) use summarize::{Summarize, Summarized};
pub(crate) use timeline::{ReadTimeline, Told};
pub(crate) use turn_state::TurnState;

use crate::{
    Office,
    desk::{Ending, Moment},
};

/// The workflow with what its states need. One value serves every email.
pub(crate) struct EmailAgentWorkflow {
    office: Office,
}

/// What an email is started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StartInput {
    /// The zone of the person's clock, IANA.
    pub time_zone: String,
    /// Whether a person must approve.
    pub approval: ApprovalMode,
}

impl Contract for EmailAgentWorkflow {
    const TYPE: &'static str = "EmailAgentWorkflow";
    type Input = StartInput;
    type Output = Ending;
    type Rpcs = (
        SendRequest,
        Describe,
        SaveDraft,
        PressButton,
        RemoveRequest,
        ReadBack,
        Summarize,
        ReadTimeline,
    );
}

impl Workflow for EmailAgentWorkflow {
    type Start = InitState;
    type States = (
        InitState,
        AgentState,
        TurnState,
        AnswerState,
        TurnFailedState,
        StopState,
        ScheduleState,
        SendingState,
        OutcomeUnknownState,
        ClosingState,
        CancelState,
        ReadingState,
        ReadingFailedState,
    );

    fn states(&self) -> Self::States {
        (
            InitState,
            AgentState,
            TurnState,
            AnswerState,
            TurnFailedState,
            StopState,
            ScheduleState,
            SendingState,
            OutcomeUnknownState,
            ClosingState,
            CancelState,
            ReadingState,
            ReadingFailedState,
        )
    }
}

impl EmailAgentWorkflow {
    /// The workflow in this office.
    pub(crate) fn new(office: Office) -> Self {
        Self { office }
    }

    /// The moment of a step: its clock, the settings, and a Message-ID in case it approves something.
    /// An attempt that fails leaves nothing behind, so a fresh id per attempt is harmless.
    fn moment(&self, cx: &StateCx<'_, Self>) -> Moment {
        let sender = self.office.mailer.sender();
        let domain = sender
            .address()
            .rsplit_once('@')
            .map_or("localhost", |(_, domain)| domain);
        Moment {
            now: cx.now().into(),
            settings: self.office.settings.now(),
            message_id: format!("<{:032x}@{domain}>", rand::random::<u128>()),
        }
    }
}
