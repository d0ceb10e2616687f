//! What keeps an approved email here although its time has come, and what lets it go again.
//!
//! | before | what happens | after |
//! |---|---|---|
//! | due, at the point of no return | everything is on hold | held: everything |
//! | the same | it was due before restored workflows began to run | held: restored |
//! | the same | this attempt was handed over before, so our data is older | held: restored |
//! | the same | its deadline is over | held: past deadline |
//! | the same, first attempt | later than was agreed | held: late |
//! | the same, further attempt | after the day of the attempts | held: late |
//! | the same | a recipient's domain is not allowed | held: domain |
//! | the same | a limit is met | held until there is room |
//! | the same | it cannot be counted | held for some minutes |
//! | held | its time comes again | as if it were due |
//! | held | "resume", and what held it is over | due at once |
//! | held: late, past deadline, restored | "resume" | as before: a person decides |
//! | held | "send now" | undo window |
//! | held | an edit, words, "unschedule" | as from scheduled |
//!
//! Nothing that was held leaves later than agreed without being asked about: releasing everything is
//! no reason to send what has become late.

use chrono::{DateTime, TimeDelta, Utc};
use email_agent_api::{
    AgentError, Command, Email, Held, HoldReason, Recipient, Safety, Stage, Warning,
    limits::RECIPIENTS_MAX, to_say,
};

use super::{Attempt, Desk, Moment};
use crate::{
    book::Book,
    email::{edit, warnings},
};

/// Timers are never early and seldom exact: this little is not late.
const GRACE: TimeDelta = TimeDelta::seconds(5);
/// When it is tried again to count an email.
const COUNT_AGAIN: TimeDelta = TimeDelta::minutes(5);

/// What the file of sends says about an attempt that nothing else keeps here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Count {
    /// There is room for it within the limits, and it is counted.
    Room,
    /// There is none before `until`.
    Full {
        /// Which limit.
        why: HoldReason,
        /// When.
        until: DateTime<Utc>,
    },
    /// This attempt or a later one was handed over before.
    HandedOver {
        /// The last one.
        attempt: u32,
    },
    /// It is not counted: the file cannot be used, or something else keeps the attempt here.
    Failed,
}

impl Desk {
    /// Whether this attempt is about to pass the point of no return: it is the armed one, nothing was
    /// accepted before it, and nothing but the limits can keep it here.
    pub(crate) fn may_leave(&self, attempt: &Attempt, book: &Book, moment: &Moment) -> bool {
        self.is_next(attempt, book) && self.hindrance(moment).is_none()
    }

    /// What keeps the armed attempt here, limits apart.
    fn hindrance(&self, moment: &Moment) -> Option<HoldReason> {
        let (safety, due) = (&moment.settings.safety, self.armed_for()?);
        let restored = moment.settings.restored;
        if safety.hold {
            Some(HoldReason::Everything)
        } else if restored.is_some_and(|restored| due <= restored.began_at) {
            Some(HoldReason::Restored)
        } else if self.is_past_deadline(moment.now) {
            Some(HoldReason::PastDeadline)
        } else if self.is_late(due, moment) {
            Some(HoldReason::Late)
        } else if !self.banned(safety).is_empty() {
            Some(HoldReason::Domain)
        } else {
            None
        }
    }

    /// What keeps it here in the end, and until when.
    pub(super) fn held_by(
        &self,
        count: &Count,
        moment: &Moment,
    ) -> Option<(HoldReason, Option<DateTime<Utc>>)> {
        if let Some(why) = self.hindrance(moment) {
            return Some((why, None));
        }
        match count {
            Count::Room => None,
            Count::Full { why, until } => Some((*why, Some(*until))),
            Count::HandedOver { .. } => Some((HoldReason::Restored, None)),
            Count::Failed => Some((HoldReason::Uncounted, Some(moment.now + COUNT_AGAIN))),
        }
    }

    /// Keeps it here.
    pub(super) fn hold(
        &mut self,
        (why, until): (HoldReason, Option<DateTime<Utc>>),
        count: &Count,
        moment: &Moment,
    ) {
        let due = self.armed_for();
        let Some(delivery) = &mut self.record.delivery else {
            return;
        };
        // A limit moves the time at which it should leave; nothing else does.
        delivery.expected = until.or(due);
        if let (HoldReason::Restored, Count::HandedOver { attempt }) = (why, count) {
            // What is sent from here on is another attempt, for a person will have looked.
            delivery.attempts = delivery.attempts.max(*attempt);
        }
        let schedule = delivery.schedule.clone();
        let before = match &self.record.stage {
            Stage::Held { held } if held.why == why => Some(held.since),
            _ => None,
        };
        if before.is_none() {
            self.warn(
                to_say!("The email is on hold. {why}", why = why.sentence()),
                moment.now,
            );
        }
        self.record.stage = Stage::Held {
            held: Held {
                why,
                schedule,
                since: before.unwrap_or(moment.now),
                until,
            },
        };
    }

    /// Looks again whether it may leave, if what held it can be over.
    pub(super) fn resume(&mut self, moment: &Moment) {
        let hindrance = self.hindrance(moment);
        if let Stage::Held { held } = &mut self.record.stage {
            let asks = matches!(
                held.why,
                HoldReason::Late | HoldReason::Restored | HoldReason::PastDeadline
            );
            if !asks && hindrance != Some(held.why) {
                held.until = Some(moment.now);
            }
        }
    }

    /// When the armed attempt was to begin.
    fn armed_for(&self) -> Option<DateTime<Utc>> {
        let delivery = self.record.delivery.as_ref()?;
        Some(match &self.record.stage {
            Stage::Retrying { retrying } => retrying.next_at,
            Stage::Held { held } => delivery.expected.unwrap_or(held.schedule.due),
            _ => delivery.schedule.due,
        })
    }

    /// Whether the newest version, which is the armed one, may not leave any more at that time.
    pub(super) fn is_past_deadline(&self, at: DateTime<Utc>) -> bool {
        let deadline = self.email().not_after;
        deadline.is_some_and(|deadline| at > deadline.instant)
    }

    fn is_late(&self, due: DateTime<Utc>, moment: &Moment) -> bool {
        let Some(minutes) = moment.settings.safety.ask_when_late_minutes else {
            return false;
        };
        let begun_until = self.record.delivery.as_ref().and_then(|one| one.until);
        match begun_until {
            None => moment.now - due > TimeDelta::minutes(minutes.into()).max(GRACE),
            // It began in time; its attempts have a day of their own.
            Some(until) => moment.now - until > TimeDelta::minutes(1),
        }
    }

    /// Those who do not have it yet and whom mail may not leave to.
    fn banned(&self, safety: &Safety) -> Vec<Recipient> {
        self.banned_of(&self.email(), safety)
    }

    fn banned_of(&self, email: &Email, safety: &Safety) -> Vec<Recipient> {
        let banned = self.remaining(email).filter(|one| !safety.allows(one));
        banned.take(RECIPIENTS_MAX).cloned().collect()
    }

    /// What to look at, as far as this installation's settings are concerned.
    pub(crate) fn domain_warnings(&self, safety: &Safety) -> Vec<Warning> {
        let email = self.email();
        let warning = |recipient: Recipient| Warning {
            field: warnings::field_of(&email, &recipient).to_owned(),
            text: banned_text(&recipient),
            blocks: true,
        };
        self.banned(safety).into_iter().map(warning).collect()
    }

    /// Whether all recipients may get mail, if the command would send it.
    pub(crate) fn allow_recipients(
        &self,
        command: &Command,
        safety: &Safety,
    ) -> Result<(), AgentError> {
        let mut email = self.email();
        match command {
            Command::Approve { .. } | Command::SendNow { .. } => {}
            Command::Edit {
                edit,
                then: Some(_),
                ..
            } => edit::set_recipients(&mut email, edit),
            _ => return Ok(()),
        }
        match self.banned_of(&email, safety).first() {
            None => Ok(()),
            Some(recipient) => Err(AgentError::bad_input(
                warnings::field_of(&email, recipient),
                banned_text(recipient),
            )),
        }
    }
}

fn banned_text(recipient: &Recipient) -> String {
    to_say!(
        "Mail may not leave to {address}: its domain is not in the list in the settings. Change the address, or the list.",
        address = recipient.address()
    )
}
