//! Stopping a turn of the assistant.
//!
//! | the request is | stop | then |
//! |---|---|---|
//! | in hand | accepted: noted in the book, under its lock | put down at once; its words stay, a late answer changes nothing |
//! | next, and not taken up yet | accepted | put down by whoever takes it up, without asking the assistant |
//! | further back in the queue | refused: it can be taken back | as before |
//! | answered, failed or stopped before | too late | as it is |
//!
//! Whoever commits first wins: the stop is noted under the lock that the answer needs to be applied.

use chrono::{DateTime, Utc};
use email_agent_api::{AgentError, ErrorCode, IdempotencyKey, Speaker, Stage, to_say};

use super::{Desk, InHand};
use crate::book::{Book, Entry};

impl Desk {
    /// The turn that a press of "Stop" means.
    pub(crate) fn to_stop(&self, book: &Book, key: &IdempotencyKey) -> Result<InHand, AgentError> {
        let handled = self.record.handled;
        let Some(entry) = book
            .pending(handled)
            .find(|entry| entry.key == *key && entry.text.is_some())
        else {
            return Err(nothing_to_stop());
        };
        let is_next = match &self.record.in_hand {
            Some(held) => held.sequence == entry.sequence,
            None => book.pending(handled).next() == Some(entry),
        };
        match in_hand(entry) {
            Some(request) if is_next => Ok(request),
            _ => Err(AgentError::new(
                ErrorCode::Conflict,
                to_say(
                    "The agent has not begun with this request, so there is nothing to stop. Remove it from the queue instead.",
                ),
            )),
        }
    }

    /// Puts down what was stopped. The words stay in the conversation, to be asked again.
    pub(crate) fn stop(&mut self, request: &InHand, at: DateTime<Utc>) {
        let was_in_hand = self.has_in_hand(request);
        self.put_down_unanswered(request);
        self.tell_of(
            Speaker::You,
            to_say("You stopped this. Your words are kept, and the email is as it was."),
            at,
        );
        // What had not begun had not touched the approval either.
        if was_in_hand || self.record.stage == Stage::New {
            self.rest(false, at);
        }
    }

    /// The desk as it is once the states have put down what the book says was stopped. A person who
    /// has pressed "Stop" sees and acts on this one, however long the states take.
    pub(crate) fn with_stops(mut self, book: &Book) -> Self {
        if book.canceled.is_some() {
            return self;
        }
        let handled = self.record.handled;
        for entry in book.pending(handled) {
            if let (Some(at), Some(request)) = (book.stopped_at(entry.sequence), in_hand(entry)) {
                self.stop(&request, at);
            }
        }
        self
    }
}

fn in_hand(entry: &Entry) -> Option<InHand> {
    Some(InHand {
        sequence: entry.sequence,
        text: entry.text.clone()?,
        at: entry.at,
    })
}

/// A command to stop that is judged where no turn can be stopped.
pub(super) fn nothing_to_stop() -> AgentError {
    AgentError::new(
        ErrorCode::TooLate,
        to_say(
            "The agent is done with this request already, so nothing was stopped. See what it answered.",
        ),
    )
}
