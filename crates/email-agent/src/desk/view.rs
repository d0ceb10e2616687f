//! What pages and lists see. Derived from what is stored, never stored itself: that the agent works
//! follows from unhandled requests, that a button takes effect from unhandled commands.

use chrono::{DateTime, Utc};
use email_agent_api::{
    EmailId, EmailView, RequestDraft, Revision, SendWish, Speaker, Stage, StageKind, Turn, to_say,
};
use email_agent_store::CatalogueEntry;
use serde::{Deserialize, Serialize};

use super::{Desk, Record};
use crate::{
    book::Book,
    conversation::{NewTurn, push},
    email::language,
    readings::Readings,
};

/// How much of a request stands for a missing subject in the list.
const TITLE_CHARS: usize = 80;
/// How much of the text a search of the list looks through.
const SEARCHED_BODY_CHARS: usize = 2_000;

/// When the unsent words of the composer were stored; the words themselves are an attribute of
/// their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Note {
    /// Rises with every write.
    pub revision: Revision,
    /// The highest sequence number seen.
    pub sequence: u64,
    /// When.
    pub saved_at: Option<DateTime<Utc>>,
}

/// One row of the list, but for the id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Summary {
    /// Where it is in its life.
    pub stage: StageKind,
    /// Recipients as one line.
    pub to: String,
    /// Subject, or the first words of the request.
    pub title: String,
    /// When it leaves or was meant to leave.
    pub send_at: Option<SendWish>,
    /// When something last happened.
    pub changed_at: DateTime<Utc>,
}

/// Everything that is shown of one email: what the states own, and what the RPCs own.
#[derive(Debug, Clone)]
pub(crate) struct Shown<'a> {
    /// The states' part.
    pub desk: &'a Desk,
    /// What is not handled yet.
    pub book: &'a Book,
    /// The unsent words.
    pub draft: String,
    /// About the unsent words.
    pub note: &'a Note,
    /// What versions say in the person's language.
    pub readings: &'a Readings,
}

/// Orders what is shown: each part rises with its own changes, so the sum rises with all of them.
pub(crate) fn revision(record: &Record, book: &Book, note: &Note, readings: &Readings) -> Revision {
    record.revision + book.revision + note.revision + readings.revision
}

impl Shown<'_> {
    /// Where the email is in its life, for people.
    pub(crate) fn stage(&self) -> Stage {
        let record = &self.desk.record;
        let settled = matches!(
            record.stage,
            Stage::Working { .. }
                | Stage::Sending
                | Stage::Sent { .. }
                | Stage::Canceled
                | Stage::Unsure { .. }
        );
        match self.book.pending_words(record.handled) {
            _ if self.book.canceled.is_some() => Stage::Canceled,
            Some(first) if !settled => Stage::Working { since: first.at },
            _ => record.stage.clone(),
        }
    }

    /// The conversation. A cancel ends everything at once and writes none of the states' part, so
    /// what it cut off is added here: the words that were not answered, and the cancel itself.
    fn conversation(&self) -> Vec<Turn> {
        let mut conversation = self.desk.conversation.clone();
        let Some(canceled) = self.book.canceled else {
            return conversation;
        };
        let record = &self.desk.record;
        let mut last = record.last_turn;
        for entry in self.book.pending(record.handled) {
            if let Some(text) = &entry.text {
                push(
                    &mut conversation,
                    &mut last,
                    NewTurn::new(Speaker::You, text.clone(), entry.at).unanswered(),
                );
            }
        }
        let text = to_say("You canceled the email. Nothing was sent.");
        push(
            &mut conversation,
            &mut last,
            NewTurn::new(Speaker::System, text, canceled),
        );
        conversation
    }

    /// The row of the catalogue. Needs neither the unsent words nor the note about them.
    pub(crate) fn entry(&self, id: EmailId) -> CatalogueEntry {
        let record = &self.desk.record;
        let email = self.desk.email();
        let summary = self.desk.summary();
        let pending = || self.book.pending(record.handled);
        let title = match pending().find_map(|entry| entry.text.as_deref()) {
            Some(words) if summary.title.is_empty() => title_of(words),
            _ => summary.title,
        };
        let everybody: Vec<_> = email.recipients().map(ToString::to_string).collect();
        let mut body: String = email.body.chars().take(SEARCHED_BODY_CHARS).collect();
        for file in &email.attachments {
            body.push('\n');
            body.push_str(file.name.as_str());
        }
        let last_asked = pending().map(|entry| entry.at).max();
        CatalogueEntry {
            id,
            states_revision: record.revision,
            book_revision: self.book.revision,
            canceled: self.book.canceled.is_some(),
            stage: self.stage().kind(),
            to: summary.to,
            everybody: everybody.join(", "),
            title,
            body,
            send_at: summary.send_at,
            due: self.desk.due(),
            started_at: record.started_at,
            changed_at: record
                .changed_at
                .max(self.book.canceled.max(last_asked).unwrap_or_default()),
        }
    }

    /// The page.
    pub(crate) fn view(self, id: EmailId, now: DateTime<Utc>) -> EmailView {
        let revision = revision(&self.desk.record, self.book, self.note, self.readings);
        let stage = self.stage();
        let record = &self.desk.record;
        let ended = stage.kind().is_final();
        let (version, email) = (self.desk.version(), self.desk.email());
        // What was still being found out when it ended will not come any more.
        let reading = self
            .readings
            .of(version, self.book.asked_reading.as_ref())
            .filter(|reading| !ended || !reading.is_pending());
        let in_work = record.in_hand.as_ref().map(|held| held.sequence);
        EmailView {
            id,
            revision,
            command_pending: !ended
                && self
                    .book
                    .pending(record.handled)
                    .any(|entry| entry.text.is_none()),
            stage,
            version,
            language: language::of(&email).map(str::to_owned),
            email,
            reading,
            versions: self.desk.versions.clone(),
            conversation: self.conversation(),
            queue: if ended {
                Vec::new()
            } else {
                self.book.queue(record.handled, in_work)
            },
            request_draft: RequestDraft {
                text: self.draft,
                sequence: self.note.sequence,
                saved_at: self.note.saved_at,
            },
            warnings: self.desk.warnings(),
            // They may be answered by what is waiting.
            choices: if ended || self.book.pending_words(record.handled).is_some() {
                Vec::new()
            } else {
                record.choices.clone()
            },
            // The service knows, from the contacts.
            new_recipients: Vec::new(),
            usage: record.usage,
            waiting: None,
            time_zone: record.time_zone.clone(),
            started_at: record.started_at,
            now,
        }
    }
}

impl Desk {
    /// The row of the list.
    pub(crate) fn summary(&self) -> Summary {
        let email = self.email();
        let first_words = || {
            let in_hand = self.record.in_hand.as_ref().map(|held| held.text.as_str());
            let said = self
                .conversation
                .iter()
                .find(|turn| turn.speaker == Speaker::You);
            said.map(|turn| turn.text.as_str())
                .or(in_hand)
                .unwrap_or_default()
        };
        let title = if email.subject.is_blank() {
            first_words()
        } else {
            email.subject.as_str()
        };
        Summary {
            stage: self.record.stage.kind(),
            to: email
                .to
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", "),
            title: title_of(title),
            send_at: email.send_at,
            changed_at: self.record.changed_at,
        }
    }
}

/// The beginning of a text as one line.
fn title_of(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(TITLE_CHARS).collect()
}
