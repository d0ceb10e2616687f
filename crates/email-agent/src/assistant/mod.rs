//! The language-model port: one trait, and what goes in and out of one turn.
//!
//! In: the request, the conversation, the email as it stands, the clock and the zone. Out: a reply
//! in words and operations on the email. What comes out is *untrusted*: addresses are bare strings,
//! times are the user's words as fields, and the workflow validates and resolves them. There is no
//! operation that sends or approves. An assistant never reads a clock, never stores anything, and
//! calls its provider once per turn (and once more to repair an answer that cannot be read).

pub mod current;
pub mod offline;
pub mod openai;
pub mod second;
mod time_of_day;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use email_agent_api::{
    AssistantInfo, Email, LanguageTag, NameChoice, Recipient, Turn, Usage, You, to_say,
};
use serde::{Deserialize, Serialize};

/// Who writes the drafts.
#[async_trait]
pub trait Assistant: Send + Sync + 'static {
    /// How pages name it.
    fn info(&self) -> AssistantInfo;

    /// Answers one request. Has no effect on the email and may be repeated after a crash.
    async fn turn(&self, turn: &TurnInput) -> Result<TurnOutput, AssistantError>;

    /// Whether it can tell what a draft says in another language.
    fn reads_back(&self) -> bool {
        false
    }

    /// Tells what a draft says: subject and body, plainly translated. Has no effect on anything and
    /// may be repeated after a crash.
    async fn read_back(&self, _input: &ReadBackInput) -> Result<String, AssistantError> {
        Err(AssistantError::Permanent {
            message: to_say(
                "The built-in demo cannot translate. Set a language model, then ask again.",
            )
            .to_owned(),
        })
    }
}

/// What an assistant may know when it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnInput {
    /// What the person asks now.
    pub request: String,
    /// What was said before, oldest first, without `request`.
    pub conversation: Vec<Turn>,
    /// The newest version of the email.
    pub email: Email,
    /// The instant of the request, by the server's clock.
    pub now: DateTime<Utc>,
    /// The person's zone.
    pub time_zone: chrono_tz::Tz,
    /// What the provider called its answer of the turn before, if it named it.
    pub previous_response_id: Option<String>,
    /// Who the person is, as far as they have said.
    pub you: You,
    /// The name on the sender's address, for a person who has said none.
    pub sender_name: Option<String>,
    /// Names in the request that are those of contacts: data, bounded.
    pub names: Vec<NameFound>,
    /// Names about which the person was asked before, and that may be answered now.
    pub asked: Vec<NameChoice>,
}

/// A name in the request, and the contacts that it may stand for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameFound {
    /// The name, as it was written.
    pub name: String,
    /// The contacts, those used most first; at least one.
    pub candidates: Vec<Recipient>,
    /// There is one candidate, and no doubt that it is meant.
    pub certain: bool,
}

impl TurnInput {
    /// The name to sign with, if one is known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.you.name.present().or(self.sender_name.as_deref())
    }

    /// A turn out of nothing: for trying a model, and for tests.
    #[must_use]
    pub fn example(request: &str, email: Email) -> Self {
        Self {
            request: request.to_owned(),
            conversation: Vec::new(),
            email,
            now: DateTime::UNIX_EPOCH,
            time_zone: chrono_tz::Tz::UTC,
            previous_response_id: None,
            you: You::default(),
            sender_name: None,
            names: Vec::new(),
            asked: Vec::new(),
        }
    }
}

/// A draft, and the language in which to tell what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadBackInput {
    /// The draft.
    pub email: Email,
    /// The person's language.
    pub language: LanguageTag,
}

/// What an assistant answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TurnOutput {
    /// For the person, in the person's language.
    pub reply: String,
    /// Whether the reply is a question that the person should answer.
    pub asks: bool,
    /// What to do to the email, in order; often nothing.
    pub operations: Vec<Operation>,
    /// What the provider calls this answer, to continue from.
    pub response_id: Option<String>,
    /// What it cost, all provider calls of the turn together.
    pub usage: Option<Usage>,
    /// What the person should know about how this answer came about, in a sentence.
    pub note: Option<String>,
}

/// A change that the assistant proposes. Raw: nothing in it has been validated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// Replace the main recipients, each as `ana@example.com` or `Ana <ana@example.com>`.
    SetTo(Vec<String>),
    /// Replace the copies.
    SetCc(Vec<String>),
    /// Replace the hidden copies.
    SetBcc(Vec<String>),
    /// Replace the subject.
    SetSubject(String),
    /// Replace the body.
    SetBody(String),
    /// Wish a send time.
    SetSendTime(SendTime),
    /// Forget the send time.
    ClearSendTime,
    /// Wish that it does not leave after this.
    SetNotAfter(SendTime),
    /// Forget that.
    ClearNotAfter,
    /// Take an armed schedule back; the email stays a draft and keeps everything.
    Unschedule,
    /// End the email: nothing will be sent.
    Cancel,
}

/// A send time in the user's words, as fields. Code makes an instant of it, never the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SendTime {
    /// At a time on the wall.
    At {
        /// The day; none means the next time that the clock shows `time`.
        date: Option<NaiveDate>,
        /// What the clock shows.
        time: NaiveTime,
        /// The zone if one was named: IANA, or whatever the person said. None is the person's own.
        zone: Option<String>,
    },
    /// After a delay, counted from the request.
    After {
        /// How long.
        seconds: u64,
    },
}

/// Why there is no answer; by what the workflow does next. The messages are for people: what
/// happened, and what to do; never a key or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssistantError {
    /// The same turn may succeed later: retry with back-off.
    #[error("{message}")]
    Temporary {
        /// One sentence.
        message: String,
    },
    /// Repeating it would not help: tell the person and keep the words.
    #[error("{message}")]
    Permanent {
        /// One or two sentences: what happened, what to do.
        message: String,
    },
}

impl AssistantError {
    /// Whether the same turn may succeed later.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Temporary { .. })
    }
}
