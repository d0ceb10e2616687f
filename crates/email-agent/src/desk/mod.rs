//! The desk: one email with all that the states know of it, in memory.
//!
//! Everything that decides lies here, as functions of the desk, the clock and what came in: taking
//! requests and commands ([`take`]), what may be pressed when ([`allow`]), the outcome of a turn
//! ([`turn`]), a turn that is stopped ([`stop`]), the outcome of a delivery ([`deliver`]), what holds it
//! back ([`brake`]), the steps that the timeline tells ([`steps`], [`timeline`]), and what pages see
//! ([`view`]). States only load a
//! desk, call one of these, store it and go where [`Desk::flow`] says. No clock, no randomness and
//! no IO in here, so a step that is repeated after a crash comes out the same.

mod allow;
mod brake;
mod choices;
mod copy;
mod deliver;
mod steps;
mod stop;
mod take;
mod timeline;
mod turn;
mod view;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use email_agent_api::{
    AgentError, ApprovalMode, Email, EmailVersion, Mood, NameChoice, Proof, RecipientResult,
    Revision, Schedule, Speaker, Stage, Turn, Usage, Version, Warning, to_say,
};
use serde::{Deserialize, Serialize};

use crate::{
    book::Sequence,
    conversation::{self, NewTurn},
    email::{versions, warnings},
    policy::Settings,
};

use self::steps::NewStep;
pub(crate) use allow::canceled;
pub(crate) use brake::Count;
pub(crate) use deliver::Attempt;
pub(crate) use steps::StepRecord;
pub(crate) use take::Words;
pub(crate) use view::{Note, Shown, Summary, revision};

/// What the states own besides the versions and the conversation: small, so it is written often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Rises with every write.
    pub revision: Revision,
    /// Everything up to this number in the book has been dealt with.
    pub handled: Sequence,
    /// Where the email is in its life, as far as the states know.
    pub stage: Stage,
    /// The request that the assistant works on.
    pub in_hand: Option<InHand>,
    /// The number of the last turn of the conversation.
    pub last_turn: u32,
    /// Addresses that the person has named.
    pub named: Vec<String>,
    /// Names that stand for more than one contact, until the person has said whom they mean.
    #[serde(default)]
    pub choices: Vec<NameChoice>,
    /// The approved version, until it is retired.
    pub delivery: Option<Delivery>,
    /// Recipients for whom the mail server has taken the email; they never get it again.
    pub accepted: Vec<RecipientResult>,
    /// Evidence of the last delivery.
    pub proof: Option<Proof>,
    /// What the assistant's answers have cost in all.
    #[serde(default)]
    pub usage: Option<Usage>,
    /// Whether a person must approve.
    pub approval: ApprovalMode,
    /// The person's zone as last told.
    pub time_zone: String,
    /// When the email was begun.
    pub started_at: DateTime<Utc>,
    /// When something last happened.
    pub changed_at: DateTime<Utc>,
}

/// A request that has left the queue for the assistant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InHand {
    /// Its number in the book.
    pub sequence: Sequence,
    /// The words.
    pub text: String,
    /// When it was accepted.
    pub at: DateTime<Utc>,
}

/// An approved version on its way out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// What was approved, and for when.
    pub schedule: Schedule,
    /// Attempts begun.
    pub attempts: u32,
    /// No attempt starts after this; set at the first one.
    pub until: Option<DateTime<Utc>>,
    /// When the first attempt under this Message-ID began: the date of the mail, so that every
    /// attempt hands over the very same message.
    pub dated: Option<DateTime<Utc>>,
    /// When it should leave, once it is held: its time, or when a limit lets it go.
    #[serde(default)]
    pub expected: Option<DateTime<Utc>>,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Desk {
    /// The small part.
    pub record: Record,
    /// The kept versions, oldest first.
    pub versions: Vec<EmailVersion>,
    /// The kept conversation, oldest first.
    pub conversation: Vec<Turn>,
    /// The kept steps, oldest first.
    pub steps: Vec<StepRecord>,
    /// What the assistant's provider called its last answer.
    pub previous_response_id: Option<String>,
}

/// What a decision may depend on besides the desk.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// The clock.
    pub now: DateTime<Utc>,
    /// How this installation works.
    pub settings: Arc<Settings>,
    /// A Message-ID that nobody has used, should one be needed.
    pub message_id: String,
}

/// Where the workflow goes after a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Wait for what the person does next.
    Listen,
    /// Let the assistant work.
    Turn(InHand),
    /// Wait for this attempt's time, or for what the person does before.
    Wait {
        /// What is sent then.
        attempt: Attempt,
        /// When.
        due: DateTime<Utc>,
    },
    /// The life is over.
    Close(Ending),
}

/// How an email can end; the output of the workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// Accepted for everybody.
    Sent,
    /// Nothing was sent.
    Canceled,
}

impl Desk {
    /// The desk of an email that begins.
    pub(crate) fn new(approval: ApprovalMode, time_zone: String, now: DateTime<Utc>) -> Self {
        Self {
            record: Record {
                revision: 0,
                handled: 0,
                stage: Stage::New,
                in_hand: None,
                last_turn: 0,
                named: Vec::new(),
                choices: Vec::new(),
                delivery: None,
                accepted: Vec::new(),
                proof: None,
                usage: None,
                approval,
                time_zone,
                started_at: now,
                changed_at: now,
            },
            versions: Vec::new(),
            conversation: Vec::new(),
            steps: Vec::new(),
            previous_response_id: None,
        }
    }

    /// Where the workflow goes from here. It follows from the stage alone, so a state that finds
    /// nothing to do and a state that is repeated go the same way.
    pub(crate) fn flow(&self) -> Flow {
        let record = &self.record;
        match (&record.stage, &record.in_hand, &record.delivery) {
            (Stage::Sent { .. }, ..) => Flow::Close(Ending::Sent),
            (Stage::Canceled, ..) => Flow::Close(Ending::Canceled),
            (Stage::Working { .. }, Some(request), _) => Flow::Turn(request.clone()),
            (Stage::Scheduled { .. } | Stage::UndoWindow { .. }, _, Some(delivery)) => Flow::Wait {
                attempt: delivery.next_attempt(),
                due: delivery.schedule.due,
            },
            (Stage::Retrying { retrying }, _, Some(delivery)) => Flow::Wait {
                attempt: delivery.next_attempt(),
                due: retrying.next_at,
            },
            (Stage::Held { held }, _, Some(delivery)) => match held.until {
                Some(due) => Flow::Wait {
                    attempt: delivery.next_attempt(),
                    due,
                },
                None => Flow::Listen,
            },
            _ => Flow::Listen,
        }
    }

    /// When the next attempt starts, or else when the email was meant to leave.
    pub(crate) fn due(&self) -> Option<DateTime<Utc>> {
        match self.flow() {
            Flow::Wait { due, .. } => Some(due),
            _ => self.email().send_at.map(|wish| wish.instant),
        }
    }

    /// The newest version's number.
    pub(crate) fn version(&self) -> Version {
        self.versions.last().map_or(0, |newest| newest.version)
    }

    /// The newest version.
    pub(crate) fn email(&self) -> Email {
        versions::newest(&self.versions).1
    }

    /// What to look at before approving.
    pub(crate) fn warnings(&self) -> Vec<Warning> {
        warnings::warnings(&self.email(), &self.record.named, &self.record.accepted)
    }

    fn say(&mut self, turn: NewTurn) {
        conversation::push(&mut self.conversation, &mut self.record.last_turn, turn);
    }

    /// The program itself tells what happened.
    fn tell(&mut self, text: impl Into<String>, now: DateTime<Utc>) {
        self.tell_of(Speaker::System, text, now);
    }

    /// The program itself tells what somebody did.
    fn tell_of(&mut self, who: Speaker, text: impl Into<String>, now: DateTime<Utc>) {
        let text = text.into();
        self.note(NewStep::new(who, text.clone(), now).version(self.version()));
        self.say(NewTurn::new(Speaker::System, text, now));
    }

    /// The program itself tells what keeps it from going on: bad news, but nothing that has failed.
    fn warn(&mut self, text: impl Into<String>, now: DateTime<Utc>) {
        let text = text.into();
        self.note(NewStep::new(Speaker::System, text.clone(), now).mood(Mood::Bad));
        self.say(NewTurn::new(Speaker::System, text, now));
    }

    /// The program itself tells what could not be done.
    fn complain(&mut self, text: impl Into<String>, now: DateTime<Utc>) {
        let text = text.into();
        self.note(NewStep::new(Speaker::System, text.clone(), now).mood(Mood::Bad));
        self.say(NewTurn::new(Speaker::System, text, now).failed());
    }

    /// Nothing is approved any more. True if something was.
    fn retire(&mut self) -> bool {
        self.record.delivery.take().is_some()
    }

    /// Comes to rest: the stage that the email itself calls for.
    fn rest(&mut self, asks: bool, now: DateTime<Utc>) {
        let record = &self.record;
        let version = self.version();
        let unchanged_proof = record
            .proof
            .clone()
            .filter(|proof| proof.version == version);
        self.record.stage =
            if !record.accepted.is_empty() && self.remaining(&self.email()).next().is_none() {
                // Those who refused it were taken off the list, so everybody who is left has it.
                Stage::Sent {
                    proof: self.proof_of_all(now),
                }
            } else if let (Some(proof), false) = (unchanged_proof, record.accepted.is_empty()) {
                Stage::PartlySent { proof }
            } else if asks {
                Stage::NeedsAnswer
            } else if version == 0 && self.conversation.is_empty() {
                Stage::New
            } else if version == 0 {
                Stage::NeedsAnswer
            } else if self.missing(true, now).is_none() {
                Stage::ReadyToApprove
            } else {
                Stage::Draft
            };
    }

    /// What keeps the newest version from being approved; with or without a send time of its own.
    fn missing(&self, needs_time: bool, now: DateTime<Utc>) -> Option<AgentError> {
        let record = &self.record;
        missing(
            &self.email(),
            &record.named,
            &record.accepted,
            needs_time,
            now,
        )
    }
}

/// What keeps an email from being approved; with or without a send time of its own.
fn missing(
    email: &Email,
    named: &[String],
    accepted: &[RecipientResult],
    needs_time: bool,
    now: DateTime<Utc>,
) -> Option<AgentError> {
    if email.to.is_empty() {
        return Some(AgentError::bad_input(
            "to",
            to_say("Nobody to send it to yet. Add an address, then approve."),
        ));
    }
    if email.body.trim().is_empty() {
        return Some(AgentError::bad_input(
            "body",
            to_say("There is no text yet. Write it, or ask the agent to, then approve."),
        ));
    }
    if let Some(warning) = warnings::warnings(email, named, accepted)
        .into_iter()
        .find(|warning| warning.blocks)
    {
        return Some(AgentError::bad_input(&warning.field, warning.text));
    }
    if let Some(deadline) = email.not_after.as_ref().filter(|wish| wish.instant <= now) {
        return Some(AgentError::bad_input(
            "not_after",
            to_say!(
                "Its deadline, {time}, is over. Change or remove it.",
                time = deadline.to_text()
            ),
        ));
    }
    if !needs_time {
        return None;
    }
    match &email.send_at {
        None => Some(AgentError::bad_input(
            "send_at",
            to_say("No send time yet. Choose one, or use Send now."),
        )),
        Some(wish) if wish.instant <= now => Some(AgentError::bad_input(
            "send_at",
            to_say!(
                "{time} is over. Choose a new time, or use Send now.",
                time = wish.to_text()
            ),
        )),
        Some(_) => None,
    }
}

impl Delivery {
    fn next_attempt(&self) -> Attempt {
        Attempt {
            version: self.schedule.version,
            message_id: self.schedule.message_id.clone(),
            number: self.attempts.saturating_add(1),
        }
    }
}
