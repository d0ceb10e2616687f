//! The names on the wire, and what stands behind them.
//!
//! The first eight data attributes and the channel are those of the article; they are kept truthful
//! for people who look with other tools. The app itself reads the others.

use chrono::{DateTime, Utc};
use email_agent_api::{Command, EmailVersion, IdempotencyKey, StageKind, Turn};
use iwf::schema;
use serde::{Deserialize, Serialize};

use super::EmailAgentWorkflow;
use crate::{
    book::{Book, Sequence},
    desk::{Note, Record, StepRecord, Summary},
    readings::Readings,
};

schema!(EmailAgentWorkflow {
    /// Where the email is in its life.
    data STATUS: StageKind = "Status";
    /// The request that the agent works on, or worked on last.
    data CURRENT_REQUEST: String = "CurrentRequest";
    /// The unsent words of the composer. Written by RPCs.
    data REQUEST_DRAFT: String = "RequestDraft";
    /// What the assistant's provider called its last answer.
    data PREVIOUS_RESPONSE_ID: String = "PreviousResponseId";
    /// The main recipients, separated by commas.
    data EMAIL_RECIPIENT: String = "EmailRecipient";
    /// The subject.
    data EMAIL_SUBJECT: String = "EmailSubject";
    /// The body.
    data EMAIL_BODY: String = "EmailBody";
    /// When it should leave, in unix seconds; null for no time.
    data SCHEDULED_TIME: Option<i64> = "ScheduledTime";

    /// What the states know, but for the next three.
    data DESK: Record = "Desk";
    /// The kept versions of the email.
    data VERSIONS: Vec<EmailVersion> = "Versions";
    /// The kept conversation.
    data CONVERSATION: Vec<Turn> = "Conversation";
    /// The kept steps of the timeline.
    data TIMELINE: Vec<StepRecord> = "Timeline";
    /// The row of the list.
    data SUMMARY: Summary = "Summary";
    /// What was accepted and is not handled yet. Written by RPCs, under a lock.
    data REQUESTS: Book = "Requests";
    /// What versions say in the person's language. Written by the reading states.
    data READINGS: Readings = "Readings";
    /// About the unsent words. Written by RPCs, under a lock.
    data DRAFT_NOTE: Note = "DraftNote";

    /// What people ask and press, in the order in which it was accepted.
    channel USER_INPUT: UserInput = "UserInput";

    /// Where the email is in its life, for searching.
    search EMAIL_STAGE: iwf::Keyword = "EmailStage";
    /// When it leaves or was last meant to leave, for searching.
    search EMAIL_SEND_AT: iwf::DateTime = "EmailSendAt";
});

/// One message on the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserInput {
    /// Its number in the book.
    pub sequence: Sequence,
    /// The caller's key.
    pub key: IdempotencyKey,
    /// When it was accepted.
    pub at: DateTime<Utc>,
    /// What to do.
    pub what: What,
}

/// A request in words, or a button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum What {
    /// For the agent.
    Request {
        /// The words.
        text: String,
        /// The zone of the person's clock, IANA.
        time_zone: String,
        /// Characters that could not be kept.
        #[serde(default)]
        removed: usize,
    },
    /// For the desk.
    Command(Command),
}
