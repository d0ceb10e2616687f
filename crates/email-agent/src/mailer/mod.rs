//! The mail port: one trait, and the three ways in which handing over a mail can end.
//!
//! In: a complete mail whose Message-ID was fixed at approval. Out: [`SendOutcome`], in which "I do
//! not know whether it left" is a variant of its own and never folded into "refused". A mailer makes
//! exactly one attempt; waiting, repeating and asking the person belong to the workflow.

pub mod current;
pub mod message;
pub mod outbox;
pub mod settings;
pub mod smtp;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use email_agent_api::{
    FileContent, HeaderText, MailInfo, Recipient, RecipientResult, TestReport, TestStep, Thread,
    to_say,
};

/// Where mail goes.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// How pages name it.
    fn info(&self) -> MailInfo;

    /// Who the mail is from; its domain also ends every Message-ID.
    fn sender(&self) -> Recipient;

    /// Hands one mail over, once. Bounded in time; never panics, never repeats by itself.
    async fn send(&self, mail: &OutgoingMail) -> SendOutcome;

    /// Goes as far as one can without a mail, for a person who wants to know whether it works.
    async fn test(&self) -> TestReport {
        TestReport {
            ok: true,
            step: TestStep::Connect,
            answer: None,
            text: to_say("There is nothing to connect to: emails are kept on this machine.")
                .to_owned(),
        }
    }
}

/// A mail as approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    /// Main recipients.
    pub to: Vec<Recipient>,
    /// Copies.
    pub cc: Vec<Recipient>,
    /// Hidden copies: in the envelope, in no header.
    pub bcc: Vec<Recipient>,
    /// Subject line.
    pub subject: HeaderText,
    /// Plain text with `\n` line breaks.
    pub body: String,
    /// What it answers.
    pub thread: Option<Thread>,
    /// `<…@sender-domain>`, the same at every attempt.
    pub message_id: String,
    /// The `Date` header.
    pub date: DateTime<Utc>,
    /// Files that go with it.
    pub files: Vec<FileContent>,
}

impl OutgoingMail {
    /// Everybody who should get it, each mailbox once.
    #[must_use]
    pub fn recipients(&self) -> Vec<&Recipient> {
        let mut unique: Vec<&Recipient> = Vec::new();
        for recipient in self.to.iter().chain(&self.cc).chain(&self.bcc) {
            if !unique.iter().any(|known| known.same_mailbox(recipient)) {
                unique.push(recipient);
            }
        }
        unique
    }
}

/// How one attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// The server has taken it for at least one recipient.
    Accepted {
        /// One result for each recipient.
        results: Vec<RecipientResult>,
    },
    /// Certainly not taken, for nobody.
    Refused {
        /// A later attempt may succeed; otherwise something must be corrected first.
        temporary: bool,
        /// For people: what happened, and what to do.
        reason: String,
        /// One result for each recipient that was asked about, if it came that far.
        results: Vec<RecipientResult>,
    },
    /// The connection was lost after the mail was handed over and before the answer: it may have
    /// left. Repeating it could send it twice.
    Unknown {
        /// For people: what happened.
        reason: String,
        /// One result for each recipient; those that were taken before the mail itself was handed
        /// over have no answer yet, `accepted` is none.
        results: Vec<RecipientResult>,
    },
}

impl SendOutcome {
    /// Refused for nobody in particular, and waiting would not help.
    #[must_use]
    pub fn refused_for_good(reason: impl Into<String>) -> Self {
        Self::Refused {
            temporary: false,
            reason: reason.into(),
            results: Vec::new(),
        }
    }
}
