//! What `describe` answers: everything a page shows of one email.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Email, EmailId, EmailVersion, FirstRun, Held, IdempotencyKey, NameChoice, PageLanguage,
    Reading, Recipient, SendWish, Usage, Version, to_say,
    wire::{AssistantWire, MailWire, PollWire, StageWire},
};

/// Rises with every change that `describe` shows; orders answers that overtake each other.
pub type Revision = u64;

/// Where an email is in its life. One name each, no synonyms; `Stage` is tagged by `name` on the
/// wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case", try_from = "StageWire")]
pub enum Stage {
    /// Nothing asked yet.
    New,
    /// The agent works on a request.
    Working {
        /// Since when.
        since: DateTime<Utc>,
    },
    /// The agent has asked something, or failed, and waits for words.
    NeedsAnswer,
    /// There is a draft, but no send time, or something still missing.
    Draft,
    /// Complete; a person must approve this version.
    ReadyToApprove,
    /// Approved and waiting for its time.
    Scheduled {
        /// What was approved.
        schedule: Schedule,
    },
    /// "Send now" was pressed; it can still be undone.
    UndoWindow {
        /// What was approved; due when the window ends.
        schedule: Schedule,
    },
    /// Being handed to the mail server; the point of no return.
    Sending,
    /// The mail server was busy; waiting for the next attempt.
    Retrying {
        /// Why and until when.
        retrying: Retrying,
    },
    /// Its time has come, but it may not leave now.
    Held {
        /// What holds it.
        held: Held,
    },
    /// The mail server accepted it for everybody.
    Sent {
        /// The evidence.
        proof: Proof,
    },
    /// Accepted for some, refused for others.
    PartlySent {
        /// The evidence, one result per recipient.
        proof: Proof,
    },
    /// It may or may not have arrived; only a person can tell.
    Unsure {
        /// What happened, in a sentence.
        reason: String,
        /// The evidence there is.
        proof: Proof,
    },
    /// Given up: not sent.
    NotSent {
        /// Why, in a sentence, and what to do.
        reason: String,
    },
    /// Canceled; nothing was sent.
    Canceled,
}

/// The bare name of a [`Stage`], for lists, filters and style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// See [`Stage::New`].
    New,
    /// See [`Stage::Working`].
    Working,
    /// See [`Stage::NeedsAnswer`].
    NeedsAnswer,
    /// See [`Stage::Draft`].
    Draft,
    /// See [`Stage::ReadyToApprove`].
    ReadyToApprove,
    /// See [`Stage::Scheduled`].
    Scheduled,
    /// See [`Stage::UndoWindow`].
    UndoWindow,
    /// See [`Stage::Sending`].
    Sending,
    /// See [`Stage::Retrying`].
    Retrying,
    /// See [`Stage::Held`].
    Held,
    /// See [`Stage::Sent`].
    Sent,
    /// See [`Stage::PartlySent`].
    PartlySent,
    /// See [`Stage::Unsure`].
    Unsure,
    /// See [`Stage::NotSent`].
    NotSent,
    /// See [`Stage::Canceled`].
    Canceled,
}

impl StageKind {
    /// The word on the pill.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::New => to_say("New"),
            Self::Working => to_say("Working"),
            Self::NeedsAnswer => to_say("Needs your answer"),
            Self::Draft => to_say("Draft"),
            Self::ReadyToApprove => to_say("Ready to approve"),
            Self::Scheduled => to_say("Scheduled"),
            Self::UndoWindow => to_say("Sending soon"),
            Self::Sending => to_say("Sending"),
            Self::Retrying => to_say("Retrying"),
            Self::Held => to_say("On hold"),
            Self::Sent => to_say("Sent"),
            Self::PartlySent => to_say("Partly sent"),
            Self::Unsure => to_say("Unsure"),
            Self::NotSent => to_say("Not sent"),
            Self::Canceled => to_say("Canceled"),
        }
    }

    /// Its name on the wire, and wherever else it is stored by name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Working => "working",
            Self::NeedsAnswer => "needs_answer",
            Self::Draft => "draft",
            Self::ReadyToApprove => "ready_to_approve",
            Self::Scheduled => "scheduled",
            Self::UndoWindow => "undo_window",
            Self::Sending => "sending",
            Self::Retrying => "retrying",
            Self::Held => "held",
            Self::Sent => "sent",
            Self::PartlySent => "partly_sent",
            Self::Unsure => "unsure",
            Self::NotSent => "not_sent",
            Self::Canceled => "canceled",
        }
    }

    /// Whether nothing can change any more, so that nobody needs to ask again.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Sent | Self::Canceled)
    }
}

impl Stage {
    /// The bare name.
    #[must_use]
    pub fn kind(&self) -> StageKind {
        match self {
            Self::New => StageKind::New,
            Self::Working { .. } => StageKind::Working,
            Self::NeedsAnswer => StageKind::NeedsAnswer,
            Self::Draft => StageKind::Draft,
            Self::ReadyToApprove => StageKind::ReadyToApprove,
            Self::Scheduled { .. } => StageKind::Scheduled,
            Self::UndoWindow { .. } => StageKind::UndoWindow,
            Self::Sending => StageKind::Sending,
            Self::Retrying { .. } => StageKind::Retrying,
            Self::Held { .. } => StageKind::Held,
            Self::Sent { .. } => StageKind::Sent,
            Self::PartlySent { .. } => StageKind::PartlySent,
            Self::Unsure { .. } => StageKind::Unsure,
            Self::NotSent { .. } => StageKind::NotSent,
            Self::Canceled => StageKind::Canceled,
        }
    }
}

/// One approved version and its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The version that will leave; no other can.
    pub version: Version,
    /// When it leaves.
    pub due: DateTime<Utc>,
    /// The wish behind it; none for "Send now".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wish: Option<SendWish>,
    /// Fixed at approval, the same at every attempt: `<…@sender-domain>`.
    pub message_id: String,
}

/// Waiting between two attempts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retrying {
    /// How many attempts have been made.
    pub attempts: u32,
    /// What the mail server said, in a sentence.
    pub reason: String,
    /// When the next attempt starts.
    pub next_at: DateTime<Utc>,
    /// After which no further attempt is made.
    pub until: DateTime<Utc>,
}

/// What we know of a send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The version that left.
    pub version: Version,
    /// Its Message-ID.
    pub message_id: String,
    /// When the mail server answered, or when we lost it.
    pub at: DateTime<Utc>,
    /// One result for each recipient.
    pub results: Vec<RecipientResult>,
}

/// What the mail server said about one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientResult {
    /// Who.
    pub recipient: Recipient,
    /// Whether the mail server took it; none where we cannot tell.
    pub accepted: Option<bool>,
    /// The server's words, `250 2.0.0 OK`.
    pub answer: String,
}

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person, in the composer.
    You,
    /// The assistant.
    Agent,
    /// The program itself: what happened to the email, or why a turn failed.
    System,
}

/// One turn of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Rises by one with each turn of this email; stable while others are dropped.
    pub number: u32,
    /// Who.
    pub speaker: Speaker,
    /// What, as plain text.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Fields of the email that this turn changed, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// The version that this turn made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// Whether this turn tells of a failure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
    /// Whether the agent never answered these words of a person: it failed, or was stopped.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unanswered: bool,
    /// What an answer of the agent cost, where its provider tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
}

/// A request that waits for its turn; the first one may be the one being worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedRequest {
    /// Its key, to take it back with.
    pub key: IdempotencyKey,
    /// The words.
    pub text: String,
    /// When it was accepted.
    pub at: DateTime<Utc>,
    /// The agent has it in hand, so it cannot be taken back any more.
    pub in_work: bool,
}

/// The stored, unsent words of the composer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestDraft {
    /// The words.
    pub text: String,
    /// The highest sequence number seen.
    pub sequence: u64,
    /// When it was stored; none if never.
    pub saved_at: Option<DateTime<Utc>>,
}

/// Something a person should look at before approving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The field it is about, by name.
    pub field: String,
    /// One sentence.
    pub text: String,
    /// Approval is refused until it is mended.
    pub blocks: bool,
}

/// Everything a page shows of one email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailView {
    /// Which email.
    pub id: EmailId,
    /// Orders answers.
    pub revision: Revision,
    /// Where it is in its life.
    pub stage: Stage,
    /// A button was pressed, is stored, and is about to take effect.
    pub command_pending: bool,
    /// The newest version's number.
    pub version: Version,
    /// The newest version.
    pub email: Email,
    /// The language of the newest version, `pt`; none where it cannot be told.
    #[serde(default)]
    pub language: Option<String>,
    /// What the newest version says in the person's language, if that was asked.
    #[serde(default)]
    pub reading: Option<Reading>,
    /// The kept versions, oldest first, the newest included.
    pub versions: Vec<EmailVersion>,
    /// The conversation, oldest first. Requests in the queue are not in it yet.
    pub conversation: Vec<Turn>,
    /// Requests that wait or are in work, oldest first.
    pub queue: Vec<QueuedRequest>,
    /// The unsent words of the composer.
    pub request_draft: RequestDraft,
    /// What to look at before approving.
    pub warnings: Vec<Warning>,
    /// Names in a request that stand for more than one contact, until the person has chosen.
    #[serde(default)]
    pub choices: Vec<NameChoice>,
    /// Addresses of the email that were never written to before. Empty where contacts are not
    /// remembered.
    #[serde(default)]
    pub new_recipients: Vec<String>,
    /// What the agent's answers have cost in all, as far as it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// While a step is owed: why it takes long, in a sentence, where the workflow engine can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<String>,
    /// The person's zone as last told.
    pub time_zone: String,
    /// When the email was started.
    pub started_at: DateTime<Utc>,
    /// The clock of the server when it answered: the page counts down by it, not by its own.
    pub now: DateTime<Utc>,
}

/// Answer of `describe` to a caller that already has a revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "poll", rename_all = "snake_case", try_from = "PollWire")]
pub enum Poll {
    /// Nothing has changed since the caller's revision.
    Unchanged {
        /// That revision.
        revision: Revision,
        /// See [`EmailView::waiting`]: the one thing that comes and goes without a revision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waiting: Option<String>,
    },
    /// Here is all of it.
    Changed {
        /// The email.
        view: Box<EmailView>,
    },
}

/// How this installation works; the same for every email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppInfo {
    /// Who writes the drafts.
    pub assistant: AssistantInfo,
    /// Where mail goes.
    pub mail: MailInfo,
    /// Whether a person must approve.
    pub approval: ApprovalMode,
    /// Whether everything is on hold.
    #[serde(default)]
    pub hold: bool,
    /// Version of the program.
    pub version: String,
    /// The language that the person has chosen, `pt`; none for that of their device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The language that the person has chosen for the pages; none for that of their browser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_language: Option<PageLanguage>,
    /// Whether keys without Ctrl, Alt or Shift do nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub single_keys_off: bool,
    /// What a fresh installation has still to decide; none once that is done or waved away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_run: Option<FirstRun>,
}

/// Who writes the drafts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "AssistantWire")]
pub enum AssistantInfo {
    /// A language model.
    Model {
        /// Its name.
        model: String,
    },
    /// The built-in demo that understands simple English sentences.
    Offline,
}

/// Where mail goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "MailWire")]
pub enum MailInfo {
    /// To a mail server.
    Smtp {
        /// Its name, without secrets.
        host: String,
        /// The sender as recipients see it.
        from: String,
    },
    /// Into a folder on this machine; nothing leaves it.
    Outbox {
        /// The folder.
        folder: String,
    },
}

/// Whether a person must approve what leaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalMode {
    /// Nothing leaves before a person has approved that very version.
    #[default]
    Ask,
    /// A complete email (recipient, body, time) is scheduled by itself, as in the article.
    Auto,
}
