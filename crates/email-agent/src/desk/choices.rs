//! Names that stand for more than one contact: asked about until it is clear who is meant.
//!
//! Whom the assistant picks is not the point: an address counts as named only when the person said
//! it, or called the one contact of that name. Choosing is a request in words that has the address.

use chrono::{DateTime, Utc};
use email_agent_api::{Email, NameChoice, Recipient, to_say};

use super::Desk;
use crate::{assistant::NameFound, contacts::fold::fold, email::named};

impl Desk {
    /// After a turn: which names are still to be asked about. `names` are those in the request,
    /// `before` is the email before the turn, `asks` whether something is asked already.
    pub(super) fn ask_whom(
        &mut self,
        names: &[NameFound],
        before: &Email,
        asks: &mut bool,
        now: DateTime<Utc>,
    ) {
        let email = self.email();
        let nobody = email.recipients().next().is_none();
        let same_people = before.recipients().eq(email.recipients());
        let mut open: Vec<NameChoice> = Vec::new();
        for one in names.iter().filter(|one| !one.certain) {
            // A question of the assistant may be about something else; then the page asks in vain,
            // but nothing depends on an answer.
            if self.is_open(&one.candidates, &email, nobody || (*asks && same_people)) {
                open.push(NameChoice {
                    name: one.name.clone(),
                    candidates: one.candidates.clone(),
                });
            }
        }
        for old in std::mem::take(&mut self.record.choices) {
            let again = open.iter().any(|one| fold(&one.name) == fold(&old.name));
            if !again && self.is_open(&old.candidates, &email, nobody) {
                open.push(old);
            }
        }
        if !*asks {
            for one in &open {
                let text = to_say!(
                    "Whom do you mean by {name}? Choose one, or write the address.",
                    name = one.name
                );
                self.tell(text, now);
            }
        }
        *asks |= !open.is_empty();
        self.record.choices = open;
    }

    /// Whether the name of these candidates still needs an answer.
    fn is_open(&self, candidates: &[Recipient], email: &Email, wanted: bool) -> bool {
        let is_one =
            |recipient: &&Recipient| candidates.iter().any(|one| one.same_mailbox(recipient));
        let mut picked = email.recipients().filter(is_one).peekable();
        let was_picked = picked.peek().is_some();
        let is_settled = picked.any(|one| named::is_named(&self.record.named, one));
        !is_settled && (was_picked || wanted)
    }
}
