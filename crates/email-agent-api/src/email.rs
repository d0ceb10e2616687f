//! The email itself and its versions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Attachment, HeaderText, Recipient, SendWish, Thread};

/// Number of a version, from 1; 0 stands for "nothing written yet".
pub type Version = u32;

/// Who made a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The assistant, in a turn of the conversation.
    Agent,
    /// The person, by hand.
    You,
}

/// What would be sent, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Email {
    /// Main recipients.
    pub to: Vec<Recipient>,
    /// Copies; never added unasked.
    pub cc: Vec<Recipient>,
    /// Hidden copies; never added unasked.
    pub bcc: Vec<Recipient>,
    /// Subject line.
    pub subject: HeaderText,
    /// Plain text with `\n` line breaks.
    pub body: String,
    /// When it should leave; none means "not scheduled yet".
    pub send_at: Option<SendWish>,
    /// After this it must not leave any more, whatever delayed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<SendWish>,
    /// What it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread: Option<Thread>,
    /// Files that go with it, in the order in which they were attached.
    pub attachments: Vec<Attachment>,
}

impl Email {
    /// Everybody who would get it.
    pub fn recipients(&self) -> impl Iterator<Item = &Recipient> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }

    /// Whether there is somebody to send it to and something to send.
    #[must_use]
    pub fn is_sendable(&self) -> bool {
        !self.to.is_empty() && !self.body.trim().is_empty()
    }

    /// Bytes of all its files.
    #[must_use]
    pub fn attached_bytes(&self) -> u64 {
        self.attachments.iter().map(|file| file.size_bytes).sum()
    }

    /// Characters of all its text, for limits.
    #[must_use]
    pub fn size_chars(&self) -> usize {
        self.subject.as_str().chars().count() + self.body.chars().count()
    }
}

/// One version in the history of an email.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailVersion {
    /// Its number.
    pub version: Version,
    /// Who made it.
    pub author: Author,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// What changed against the version before, as field names: `to`, `cc`, `bcc`, `subject`,
    /// `body`, `send_at`, `not_after`, `thread`, `attachments`.
    pub changed: Vec<String>,
    /// The email as of this version.
    pub email: Email,
}
