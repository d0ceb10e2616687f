//! Delivering at most once: the intent, the mail, and what became of it.
//!
//! | before | what happens | after |
//! |---|---|---|
//! | scheduled, undo window, retrying, held | due, nothing unhandled, not canceled | sending: from here on it may leave |
//! | the same | something was accepted meanwhile | as before: that is taken first |
//! | the same | it may not leave now | held, see [`super::brake`] |
//! | sending | taken for everybody | sent |
//! | sending | taken for some | partly sent |
//! | sending | refused for now, time left | retrying |
//! | sending | refused for good, or for now and the time is up | not sent |
//! | sending | connection lost after the hand-over, or we died on the way | unsure |
//! | unsure | "it arrived" | sent |
//! | unsure, not sent | "send again", "try again" | scheduled for at once, same Message-ID |

use chrono::{DateTime, Utc};
use email_agent_api::{
    Attachment, Email, Proof, Recipient, RecipientResult, Retrying, Speaker, Stage, Version,
    limits::RECIPIENTS_MAX, to_say,
};
use serde::{Deserialize, Serialize};

use super::{Count, Delivery, Desk, Moment};
use crate::{
    book::Book,
    conversation::NewTurn,
    email::{versions, warnings},
    mailer::{OutgoingMail, SendOutcome},
    policy::after,
};

/// One attempt to deliver one version. Names itself completely, so that a late one is recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    /// The version that was approved.
    pub version: Version,
    /// Fixed at approval.
    pub message_id: String,
    /// From 1.
    pub number: u32,
}

impl Desk {
    /// Passes the point of no return, unless something was accepted before that has to be dealt
    /// with first, or it may not leave now and is held. The caller holds the lock on the book, so
    /// "before" is exact. `count` need be more than what was handed over before only if
    /// [`Desk::may_leave`].
    pub(crate) fn begin(
        &mut self,
        attempt: &Attempt,
        book: &Book,
        moment: &Moment,
        count: &Count,
    ) -> bool {
        if !self.is_next(attempt, book) {
            return false;
        }
        if let Some(brake) = self.held_by(count, moment) {
            self.hold(brake, count, moment);
            return false;
        }
        let record = &mut self.record;
        let Some(delivery) = &mut record.delivery else {
            return false;
        };
        delivery.attempts = attempt.number;
        delivery.until = delivery
            .until
            .or_else(|| after(moment.now, moment.settings.back_off.give_up_after));
        delivery.dated = delivery.dated.or(Some(moment.now));
        record.stage = Stage::Sending;
        self.note_begin(attempt, moment.now);
        true
    }

    /// Whether this is the armed attempt, and nothing was accepted before it.
    pub(super) fn is_next(&self, attempt: &Attempt, book: &Book) -> bool {
        let record = &self.record;
        let armed = matches!(
            record.stage,
            Stage::Scheduled { .. }
                | Stage::UndoWindow { .. }
                | Stage::Retrying { .. }
                | Stage::Held { .. }
        );
        let undisturbed = book.canceled.is_none() && book.pending(record.handled).next().is_none();
        let next = record.delivery.as_ref().map(Delivery::next_attempt);
        armed && undisturbed && next.as_ref() == Some(attempt)
    }

    /// The mail to hand over, without its files; none if this attempt is not the one that has begun.
    pub(crate) fn outgoing(&self, attempt: &Attempt) -> Option<OutgoingMail> {
        let delivery = self.record.delivery.as_ref()?;
        let begun = delivery.attempts == attempt.number
            && delivery.schedule.message_id == attempt.message_id;
        if self.record.stage != Stage::Sending || !begun {
            return None;
        }
        let email = versions::find(&self.versions, attempt.version)?;
        let rest = |list: &[Recipient]| -> Vec<Recipient> {
            list.iter()
                .filter(|one| !warnings::has_it(&self.record.accepted, one))
                .cloned()
                .collect()
        };
        Some(OutgoingMail {
            to: rest(&email.to),
            cc: rest(&email.cc),
            bcc: rest(&email.bcc),
            subject: email.subject.clone(),
            body: email.body.clone(),
            thread: email.thread.clone(),
            message_id: attempt.message_id.clone(),
            date: delivery.dated?,
            files: Vec::new(),
        })
    }

    /// The files that go with the mail of this attempt.
    pub(crate) fn outgoing_files(&self, attempt: &Attempt) -> &[Attachment] {
        let email = versions::find(&self.versions, attempt.version);
        email.map_or(&[], |email| &email.attachments)
    }

    /// Records what the mail server said.
    pub(crate) fn delivered(&mut self, attempt: &Attempt, outcome: SendOutcome, moment: &Moment) {
        let outcome = bounded(outcome);
        self.note_end(attempt, Some(&outcome), moment.now);
        match outcome {
            SendOutcome::Accepted { results } => self.taken(attempt, results, moment.now),
            SendOutcome::Refused {
                temporary: true,
                reason,
                ..
            } => self.wait_and_retry(reason, moment),
            SendOutcome::Refused {
                temporary: false,
                reason,
                ..
            } => self.give_up(reason, moment.now),
            SendOutcome::Unknown { reason, results } => {
                self.outcome_unknown(attempt, reason, results, moment.now);
            }
        }
    }

    /// The program died in the attempt.
    pub(crate) fn interrupted(&mut self, attempt: &Attempt, reason: String, now: DateTime<Utc>) {
        self.note_end(attempt, None, now);
        self.outcome_unknown(attempt, reason, Vec::new(), now);
    }

    /// Nobody can tell whether the mail has left. `results` may be empty.
    fn outcome_unknown(
        &mut self,
        attempt: &Attempt,
        reason: String,
        mut results: Vec<RecipientResult>,
        now: DateTime<Utc>,
    ) {
        let email = versions::find(&self.versions, attempt.version)
            .cloned()
            .unwrap_or_default();
        for recipient in self.remaining(&email) {
            if !results
                .iter()
                .any(|known| known.recipient.same_mailbox(recipient))
            {
                results.push(RecipientResult {
                    recipient: recipient.clone(),
                    accepted: None,
                    answer: String::new(),
                });
            }
        }
        let proof = Proof {
            version: attempt.version,
            message_id: attempt.message_id.clone(),
            at: now,
            results,
        };
        self.complain(
            to_say!("{reason} It may have arrived. Look whether it did, then say \u{201c}It arrived\u{201d} or \u{201c}Send again\u{201d}."),
            now,
        );
        self.record.proof = Some(proof.clone());
        self.record.stage = Stage::Unsure { reason, proof };
    }

    fn taken(&mut self, attempt: &Attempt, results: Vec<RecipientResult>, now: DateTime<Utc>) {
        if results.iter().all(|one| one.accepted == Some(true)) {
            self.tell(to_say("The mail server has accepted the email."), now);
        }
        let (version, message_id) = (attempt.version, attempt.message_id.clone());
        self.conclude(
            Proof {
                version,
                message_id,
                at: now,
                results,
            },
            now,
        );
    }

    /// It has left for those whom the proof names as accepted.
    fn conclude(&mut self, mut proof: Proof, now: DateTime<Utc>) {
        let (taken, refused): (Vec<_>, Vec<_>) = std::mem::take(&mut proof.results)
            .into_iter()
            .partition(|one| one.accepted == Some(true));
        self.record.accepted.extend(taken);
        proof.results.clone_from(&self.record.accepted);
        proof.results.extend(refused.iter().cloned());
        self.record.proof = Some(proof.clone());
        self.retire();
        if refused.is_empty() {
            self.record.stage = Stage::Sent { proof };
            return;
        }
        let text = to_say!(
            "The mail server has accepted the email for some and refused it for {count} of {all} addresses. Correct or remove the refused ones, then send to the rest.",
            count = refused.len(),
            all = proof.results.len()
        );
        self.complain(text, now);
        self.record.stage = Stage::PartlySent { proof };
    }

    fn wait_and_retry(&mut self, reason: String, moment: &Moment) {
        let now = moment.now;
        let Some((attempts, until)) = self
            .record
            .delivery
            .as_ref()
            .map(|delivery| (delivery.attempts, delivery.until.unwrap_or(now)))
        else {
            return self.give_up(reason, now);
        };
        let Some(next_at) = moment.settings.back_off.next(attempts, now, until) else {
            return self.give_up(
                to_say!(
                    "{reason} The mail server could not take it in time, after {attempts} attempts."
                ),
                now,
            );
        };
        if self.is_past_deadline(next_at) {
            return self.give_up(
                to_say!("{reason} The next attempt would come after the deadline."),
                now,
            );
        }
        // One turn for the first time; the attempts themselves are counted in the stage.
        if attempts == 1 {
            let text = to_say!("{reason} The email is kept and tried again by itself.");
            self.say(NewTurn::new(Speaker::System, text, now).failed());
        }
        self.record.stage = Stage::Retrying {
            retrying: Retrying {
                attempts,
                reason,
                next_at,
                until,
            },
        };
    }

    fn give_up(&mut self, reason: String, now: DateTime<Utc>) {
        self.complain(to_say!("The email was not sent. {reason}"), now);
        self.record.stage = Stage::NotSent { reason };
    }

    /// Who does not have the email yet.
    pub(super) fn remaining<'a>(&'a self, email: &'a Email) -> impl Iterator<Item = &'a Recipient> {
        email
            .recipients()
            .filter(|one| !warnings::has_it(&self.record.accepted, one))
    }

    /// Evidence that everybody who is still on the list has it.
    pub(super) fn proof_of_all(&self, now: DateTime<Utc>) -> Proof {
        let last = self.record.proof.as_ref();
        Proof {
            version: last.map_or(self.version(), |proof| proof.version),
            message_id: last
                .map(|proof| proof.message_id.clone())
                .unwrap_or_default(),
            at: last.map_or(now, |proof| proof.at),
            results: self.record.accepted.clone(),
        }
    }

    /// The person's word, where the mail server's is missing.
    pub(super) fn arrived(&mut self, now: DateTime<Utc>) {
        let mut proof = self
            .record
            .proof
            .clone()
            .unwrap_or_else(|| self.proof_of_all(now));
        for result in proof
            .results
            .iter_mut()
            .filter(|result| result.accepted.is_none())
        {
            result.accepted = Some(true);
            to_say("You said that it arrived.").clone_into(&mut result.answer);
        }
        self.conclude(proof, now);
    }
}

/// What a mail server says has an end here, however long it talks.
fn bounded(mut outcome: SendOutcome) -> SendOutcome {
    const REASON_CHARS_MAX: usize = 1_000;
    const ANSWER_CHARS_MAX: usize = 500;
    fn cut(text: &mut String, chars_max: usize) {
        if let Some((end, _)) = text.char_indices().nth(chars_max) {
            text.truncate(end);
        }
    }
    if let SendOutcome::Refused { reason, .. } | SendOutcome::Unknown { reason, .. } = &mut outcome
    {
        cut(reason, REASON_CHARS_MAX);
    }
    match &mut outcome {
        SendOutcome::Accepted { results }
        | SendOutcome::Refused { results, .. }
        | SendOutcome::Unknown { results, .. } => {
            results.truncate(RECIPIENTS_MAX);
            for result in results {
                cut(&mut result.answer, ANSWER_CHARS_MAX);
            }
        }
    }
    outcome
}
