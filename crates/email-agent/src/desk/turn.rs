//! The outcome of one turn of the assistant: what it says, what it changes, and what happens when
//! it fails. Its answer is untrusted; see [`crate::email::operations`].

use email_agent_api::{Author, Speaker, Stage, to_say};

use super::{Desk, InHand, Moment};
use crate::{
    assistant::{NameFound, Operation, TurnInput, TurnOutput},
    book::Book,
    conversation::NewTurn,
    email::{
        named,
        operations::{self, Clock},
        signature, versions,
    },
    times,
};

/// Names in so many requests before this one are looked up for the assistant, too.
const EARLIER_REQUESTS: usize = 3;
/// Providers' ids are far shorter; what is longer is not kept.
const RESPONSE_ID_BYTES_MAX: usize = 512;

impl Desk {
    /// What the assistant may know. `names` are those of contacts, in this request and in what was
    /// said before.
    pub(crate) fn turn_input(
        &self,
        request: &InHand,
        names: Vec<NameFound>,
        moment: &Moment,
    ) -> TurnInput {
        TurnInput {
            request: request.text.clone(),
            conversation: self.conversation.clone(),
            email: self.email(),
            // "In two hours" counts from when it was said, however long it had to wait.
            now: request.at.min(moment.now),
            time_zone: times::zone(&self.record.time_zone).unwrap_or(chrono_tz::UTC),
            previous_response_id: self.previous_response_id.clone(),
            you: moment.settings.you.clone(),
            sender_name: moment.settings.sender_name.clone(),
            names,
            asked: self.record.choices.clone(),
        }
    }

    /// Whether this request is still the one in work.
    pub(crate) fn has_in_hand(&self, request: &InHand) -> bool {
        self.record
            .in_hand
            .as_ref()
            .is_some_and(|held| held.sequence == request.sequence)
    }

    /// Whether an answer to this request would still take effect: it is in work, and neither stopped
    /// nor canceled.
    pub(crate) fn is_awaiting(&self, request: &InHand, book: &Book) -> bool {
        self.has_in_hand(request)
            && book.canceled.is_none()
            && book.stopped_at(request.sequence).is_none()
    }

    /// What the person said last before this request.
    pub(crate) fn said_before(&self) -> String {
        let said = self.conversation.iter().rev();
        let said = said.filter(|turn| turn.speaker == Speaker::You);
        let said: Vec<_> = said
            .take(EARLIER_REQUESTS)
            .map(|turn| turn.text.as_str())
            .collect();
        said.join("\n")
    }

    /// The assistant has answered. `names` are those of contacts in this request.
    pub(crate) fn answered(
        &mut self,
        request: &InHand,
        output: TurnOutput,
        names: &[NameFound],
        moment: &Moment,
    ) {
        let now = moment.now;
        self.put_down(request);
        for address in named::addresses_in(&request.text) {
            named::remember(&mut self.record.named, &address);
        }
        // Who calls one contact by name has named the address; who might mean another has not.
        for one in names
            .iter()
            .filter(|one| one.certain)
            .flat_map(|one| &one.candidates)
        {
            named::remember(&mut self.record.named, one.address());
        }
        let before = self.email();
        let zone = times::zone(&self.record.time_zone).unwrap_or(chrono_tz::UTC);
        let mut applied = operations::apply(
            before.clone(),
            &output.operations,
            zone,
            Clock {
                said_at: request.at,
                now,
            },
        );
        let writes = |operation: &Operation| matches!(operation, Operation::SetBody(_));
        if output.operations.iter().any(writes) {
            let signature = moment.settings.you.signature.as_str();
            applied.email.body = signature::signed(&applied.email.body, signature);
        }
        let changed = versions::push(&mut self.versions, Author::Agent, applied.email, now);
        let reply = match output.reply.trim() {
            "" if changed.is_empty() => to_say("I have nothing to change.").to_owned(),
            "" => to_say("Done.").to_owned(),
            reply => reply.to_owned(),
        };
        let usage = output.usage;
        self.record.usage = match (self.record.usage, usage) {
            (Some(before), Some(usage)) => Some(before.plus(usage)),
            (before, usage) => usage.or(before),
        };
        self.note_answer(&changed, usage, now);
        let version = self.version();
        self.say(
            NewTurn::new(Speaker::Agent, reply, now)
                .changing(changed, version)
                .costing(usage),
        );
        let mut asks = output.asks || !applied.questions.is_empty();
        let notes = output.note.into_iter().chain(applied.notes);
        for text in notes.chain(applied.questions) {
            self.tell(text, now);
        }
        self.ask_whom(names, &before, &mut asks, now);
        // Without an id to continue from, the next turn is answered from the transcript.
        self.previous_response_id = output
            .response_id
            .filter(|id| id.len() <= RESPONSE_ID_BYTES_MAX);
        if applied.cancel && self.record.accepted.is_empty() {
            self.tell(
                to_say("You asked to cancel the email. Nothing was sent."),
                now,
            );
            self.record.stage = Stage::Canceled;
            return;
        }
        self.rest(asks, now);
        if !applied.unschedule {
            self.arm_if_automatic(moment);
        }
    }

    /// There will be no answer. The words stay in the conversation, to be asked again.
    pub(crate) fn unanswered(&mut self, request: &InHand, why: &str, moment: &Moment) {
        self.put_down_unanswered(request);
        self.complain(
            to_say!("{why} Your words are kept, and the email is as it was."),
            moment.now,
        );
        self.rest(true, moment.now);
    }

    fn put_down(&mut self, request: &InHand) {
        self.forget(request);
        self.say(NewTurn::new(Speaker::You, request.text.clone(), request.at));
    }

    /// Its words are kept, marked as words that nothing came of.
    pub(super) fn put_down_unanswered(&mut self, request: &InHand) {
        self.forget(request);
        for address in named::addresses_in(&request.text) {
            named::remember(&mut self.record.named, &address);
        }
        self.say(NewTurn::new(Speaker::You, request.text.clone(), request.at).unanswered());
    }

    fn forget(&mut self, request: &InHand) {
        self.record
            .in_hand
            .take_if(|held| held.sequence == request.sequence);
        self.skip(request.sequence);
    }
}
