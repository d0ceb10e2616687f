//! What a person may do to an email.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Attachment, EmailId, FileId, HeaderText, IdempotencyKey, Recipient, Revision, Thread, Version,
    WallTime,
};

/// A request in words ("thank Ana, in Portuguese, tomorrow at 9"). RPC `send_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewRequest {
    /// Makes a repeat harmless.
    pub key: IdempotencyKey,
    /// The words. Not blank; at most [`crate::limits::REQUEST_CHARS_MAX`] characters.
    pub text: String,
    /// The zone of the person's clock now, IANA.
    pub time_zone: String,
    /// Sequence number of the draft note that this request was typed as: later saves of that note,
    /// and of older ones, are ignored, so that a late save cannot bring the text back.
    #[serde(default)]
    pub draft_sequence: u64,
}

/// The unsent request as it stands in the composer. RPC `save_draft`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftNote {
    /// What is typed so far; may be empty.
    pub text: String,
    /// Rises with every save; a save with a number not above the stored one is ignored.
    pub sequence: u64,
}

/// Answer to a saved draft note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftSaved {
    /// Sequence number of the note that is now stored: the caller's, or a later one that won.
    pub sequence: u64,
    /// When the server stored it.
    pub saved_at: DateTime<Utc>,
}

/// Fields changed by hand; an absent field stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailEdit {
    /// New main recipients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<Recipient>>,
    /// New copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cc: Option<Vec<Recipient>>,
    /// New hidden copies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bcc: Option<Vec<Recipient>>,
    /// New subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<HeaderText>,
    /// New body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// New wish for the send time. `clear_send_at` removes it instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_at: Option<WallTime>,
    /// Removes the send time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub clear_send_at: bool,
    /// New deadline. `clear_not_after` removes it instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<WallTime>,
    /// Removes the deadline.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub clear_not_after: bool,
    /// What it answers. `clear_thread` removes it instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<Thread>,
    /// It answers nothing any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub clear_thread: bool,
    /// Files that join the others. Only [`crate::EmailAgent::attach`], which has their bytes, fills it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    // A browser never does, and what it need not write costs it no code.
    #[cfg_attr(target_family = "wasm", serde(skip_serializing))]
    pub attach: Vec<Attachment>,
    /// Files that go with the email no more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub detach: Vec<FileId>,
}

/// What follows an edit in the same step, if the edited email has nothing in it to look at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterEdit {
    /// The version that the edit makes is approved for its send time.
    Approve,
    /// It is sent, after the undo window.
    SendNow,
}

/// What a button does. All but `Cancel` and `StopTurn` travel on the workflow's `UserInput` channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Change the email by hand. Makes a new version, and retires a schedule of the old one.
    Edit {
        /// The version that was edited: if a newer one exists the edit is refused as a conflict.
        base: Version,
        /// What changes.
        edit: Box<EmailEdit>,
        /// What is done with the version that it makes. With warnings, or something missing, it is
        /// refused and nothing is changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<AfterEdit>,
    },
    /// Make an old version the newest again.
    Restore {
        /// The version to bring back.
        version: Version,
    },
    /// Approve this version and schedule it for its send time.
    Approve {
        /// The version that was read and approved.
        version: Version,
    },
    /// Approve this version and send it, after the undo window.
    SendNow {
        /// The version that was read and approved.
        version: Version,
    },
    /// Back to a draft; keeps everything, also "Undo" in the undo window and "Stop trying".
    Unschedule,
    /// While a busy mail server makes us wait: try again at once.
    TryNow,
    /// Look again whether an email on hold may leave: once everything is released, once a limit has
    /// changed. What waits for a person's decision stays on hold.
    Resume,
    /// After a final refusal that has been mended: try the same version again.
    TryAgain,
    /// Settle the state "unsure".
    Settle {
        /// What the person found out.
        answer: UnsureAnswer,
    },
    /// End the agent's turn on this request at once; its words stay in the conversation, and the next
    /// request in the queue is taken up. Never waits for the model.
    StopTurn {
        /// The key of the request, so that a late press does not stop the one after it.
        request: IdempotencyKey,
    },
    /// End it all; nothing will be sent. Never needs the model; works until the point of no return.
    Cancel,
}

/// What the person found out about an email of which we cannot tell whether it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnsureAnswer {
    /// It arrived: record it as sent.
    Arrived,
    /// It did not: send the same version again, with the same Message-ID.
    SendAgain,
}

/// A command with its key. RPC `command`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRequest {
    /// Makes a repeat harmless.
    pub key: IdempotencyKey,
    /// What to do.
    pub command: Command,
}

/// Takes a queued request back before the agent has begun with it. RPC `remove_request`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// The key of the queued request.
    pub key: IdempotencyKey,
}

/// The server has stored it; it will take effect whatever crashes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// Which email.
    pub id: EmailId,
    /// The email has at least this revision now.
    pub revision: Revision,
}
