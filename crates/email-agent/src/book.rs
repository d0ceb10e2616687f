//! The request book: what people have asked and pressed and the states have not dealt with yet.
//!
//! RPCs alone write it, under a lock of its own, so that two of them, or one and a running state,
//! never overwrite each other. States tell by a watermark in their own record what they have
//! handled; the book forgets that at its next write. It also remembers recent idempotency keys with
//! their answers, and holds the one fact that decides a race: whether the email was canceled before
//! the point of no return.

use chrono::{DateTime, Utc};
use email_agent_api::{
    AgentError, ErrorCode, IdempotencyKey, LanguageTag, QueuedRequest, Revision, Version,
    limits::QUEUE_REQUESTS_MAX, to_say,
};
use serde::{Deserialize, Serialize};

use crate::readings::Asked;

/// Keys that are remembered for one email; the oldest go first.
const ANSWERED_MAX: usize = 200;
/// Presses of buttons that may wait; far more than a person can make while one is carried out.
const COMMANDS_MAX: usize = 30;

/// Orders what is accepted, from 1.
pub(crate) type Sequence = u64;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Book {
    /// Rises with every write.
    pub revision: Revision,
    /// The number of the last entry that was accepted.
    pub last_sequence: Sequence,
    /// What is accepted and was not handled when the book was last written, oldest first.
    pub entries: Vec<Entry>,
    /// Recent keys and what was answered, oldest first.
    pub answered: Vec<Answered>,
    /// Keys of the requests that were taken back last.
    pub removed: Vec<IdempotencyKey>,
    /// The last question about what a version says.
    pub asked_reading: Option<Asked>,
    /// Turns that were stopped and that the states have not put down yet.
    pub stopped: Vec<Stopped>,
    /// Set by the cancel that won; nothing leaves from then on.
    pub canceled: Option<DateTime<Utc>>,
}

/// One accepted request or command. Its content travels on the channel; the words are here too,
/// because the page shows them while they wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its place.
    pub sequence: Sequence,
    /// The caller's key.
    pub key: IdempotencyKey,
    /// When it was accepted.
    pub at: DateTime<Utc>,
    /// The words of a request; none for a command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The stop that won against the answer of the same request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stopped {
    /// The request.
    pub sequence: Sequence,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Answered {
    key: IdempotencyKey,
    revision: Revision,
}

impl Book {
    /// What was answered to this key before.
    pub(crate) fn answer_to(&self, key: &IdempotencyKey) -> Option<Revision> {
        self.answered
            .iter()
            .find(|answered| answered.key == *key)
            .map(|answered| answered.revision)
    }

    /// Remembers what is answered to this key.
    pub(crate) fn remember(&mut self, key: IdempotencyKey, revision: Revision) {
        self.answered.push(Answered { key, revision });
        let surplus = self.answered.len().saturating_sub(ANSWERED_MAX);
        self.answered.drain(..surplus);
    }

    /// Notes a question about what a version says; its number is new.
    pub(crate) fn ask_reading(&mut self, version: Version, language: LanguageTag) -> Asked {
        let last = self.asked_reading.as_ref().map_or(0, |asked| asked.number);
        let asked = Asked {
            number: last + 1,
            version,
            language,
        };
        self.asked_reading = Some(asked.clone());
        asked
    }

    /// Forgets what the states have handled.
    pub(crate) fn prune(&mut self, handled: Sequence) {
        self.entries.retain(|entry| entry.sequence > handled);
        self.stopped.retain(|stopped| stopped.sequence > handled);
    }

    /// From here on an answer to this request changes nothing.
    pub(crate) fn stop(&mut self, sequence: Sequence, at: DateTime<Utc>) {
        self.stopped.push(Stopped { sequence, at });
    }

    /// When this request was stopped, if it was.
    pub(crate) fn stopped_at(&self, sequence: Sequence) -> Option<DateTime<Utc>> {
        let stopped = self.stopped.iter().find(|one| one.sequence == sequence);
        stopped.map(|stopped| stopped.at)
    }

    /// Takes up a request (with its words) or a command. Call [`Book::prune`] first.
    pub(crate) fn accept(
        &mut self,
        key: IdempotencyKey,
        text: Option<String>,
        at: DateTime<Utc>,
    ) -> Result<Sequence, AgentError> {
        let (waiting, limit, what) = match text {
            Some(_) => (
                self.entries
                    .iter()
                    .filter(|entry| entry.text.is_some())
                    .count(),
                QUEUE_REQUESTS_MAX,
                to_say("requests"),
            ),
            None => (
                self.entries
                    .iter()
                    .filter(|entry| entry.text.is_none())
                    .count(),
                COMMANDS_MAX,
                to_say("actions"),
            ),
        };
        if waiting >= limit {
            return Err(AgentError::new(
                ErrorCode::TooMany,
                to_say!(
                    "{limit} {what} are waiting already. Nothing was changed: wait until some are done, then try again."
                ),
            ));
        }
        self.last_sequence += 1;
        self.entries.push(Entry {
            sequence: self.last_sequence,
            key,
            at,
            text,
        });
        Ok(self.last_sequence)
    }

    /// Takes a waiting request back; false if there is none with this key, or it is `in_work`.
    pub(crate) fn remove_words(&mut self, key: &IdempotencyKey, in_work: Option<Sequence>) -> bool {
        let is_it = |entry: &Entry| {
            entry.text.is_some() && entry.key == *key && in_work != Some(entry.sequence)
        };
        let before = self.entries.len();
        self.entries.retain(|entry| !is_it(entry));
        let removed = self.entries.len() < before;
        if removed {
            self.removed.push(key.clone());
            let surplus = self.removed.len().saturating_sub(QUEUE_REQUESTS_MAX);
            self.removed.drain(..surplus);
        }
        removed
    }

    /// Whether this request was taken back a while ago, so that saying it again is harmless.
    pub(crate) fn was_removed(&self, key: &IdempotencyKey) -> bool {
        self.removed.contains(key)
    }

    /// Whether an entry that comes from the channel was taken back meanwhile.
    pub(crate) fn has(&self, sequence: Sequence) -> bool {
        self.entries.iter().any(|entry| entry.sequence == sequence)
    }

    /// What waits or is in work, oldest first.
    pub(crate) fn pending(&self, handled: Sequence) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.sequence > handled)
    }

    /// The first request that waits or is in work.
    pub(crate) fn pending_words(&self, handled: Sequence) -> Option<&Entry> {
        self.pending(handled).find(|entry| entry.text.is_some())
    }

    /// The requests that wait or are in work, as pages show them.
    pub(crate) fn queue(&self, handled: Sequence, in_work: Option<Sequence>) -> Vec<QueuedRequest> {
        self.pending(handled)
            .filter_map(|entry| {
                Some(QueuedRequest {
                    key: entry.key.clone(),
                    text: entry.text.clone()?,
                    at: entry.at,
                    in_work: in_work == Some(entry.sequence),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: usize) -> IdempotencyKey {
        format!("key-{n}").parse().unwrap()
    }
    fn words() -> Box<str> {
        "hello".into()
    }

    #[test]
    fn the_queue_has_a_limit_and_handled_requests_make_room() {
        let mut book = Book::default();
        for n in 0..QUEUE_REQUESTS_MAX {
            book.accept(key(n), Some(words().into()), DateTime::UNIX_EPOCH)
                .unwrap();
        }
        let error = book
            .accept(key(99), Some(words().into()), DateTime::UNIX_EPOCH)
            .unwrap_err();
        assert_eq!(error.code, ErrorCode::TooMany);
        assert!(
            book.accept(key(99), None, DateTime::UNIX_EPOCH).is_ok(),
            "buttons have room of their own"
        );
        book.prune(1);
        assert!(
            book.accept(key(100), Some(words().into()), DateTime::UNIX_EPOCH)
                .is_ok()
        );
        assert_eq!(
            book.queue(1, Some(2)).first().map(|first| first.in_work),
            Some(true)
        );
    }

    #[test]
    fn only_waiting_words_can_be_taken_back() {
        let mut book = Book::default();
        book.accept(key(1), Some(words().into()), DateTime::UNIX_EPOCH)
            .unwrap();
        book.accept(key(2), None, DateTime::UNIX_EPOCH).unwrap();
        book.accept(key(3), Some(words().into()), DateTime::UNIX_EPOCH)
            .unwrap();
        assert!(book.remove_words(&key(1), Some(3)) && !book.remove_words(&key(1), None));
        assert!(!book.remove_words(&key(2), None), "a command");
        assert!(!book.remove_words(&key(3), Some(3)), "in work");
        assert!(!book.has(1) && book.has(2) && book.was_removed(&key(1)));
    }

    #[test]
    fn the_oldest_keys_are_forgotten() {
        let mut book = Book::default();
        for n in 0..=ANSWERED_MAX {
            book.remember(key(n), 7);
        }
        assert_eq!(
            (book.answer_to(&key(0)), book.answer_to(&key(1))),
            (None, Some(7))
        );
    }
}
