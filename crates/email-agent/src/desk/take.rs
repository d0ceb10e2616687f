//! Taking what comes from the channel `UserInput`: one request or command at a time.
//!
//! What was allowed when it was accepted may not be any more; then nothing is changed and a turn of
//! the conversation says so. Whatever touches the email retires the schedule in the same step.

use std::time::Duration as StdDuration;

use chrono::{DateTime, Duration, Timelike, Utc};
use email_agent_api::{
    AfterEdit, ApprovalMode, Author, Command, EmailEdit, Schedule, SendWish, Speaker, Stage,
    UnsureAnswer, Version, to_say,
};

use super::{Delivery, Desk, InHand, Moment, steps::NewStep};
use crate::{
    book::Sequence,
    conversation::NewTurn,
    email::{edit, named, operations::removed_note, versions, warnings},
    policy::after,
    times,
};

/// A request in words as it comes from the channel.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    /// Its number in the book.
    pub sequence: Sequence,
    /// What was asked.
    pub text: String,
    /// The zone of the person's clock.
    pub time_zone: String,
    /// When it was accepted.
    pub at: DateTime<Utc>,
    /// Characters that could not be kept.
    pub removed: usize,
}

impl Desk {
    /// It was taken back while it waited.
    pub(crate) fn skip(&mut self, sequence: Sequence) {
        self.record.handled = self.record.handled.max(sequence);
    }

    /// Takes a request in hand for the assistant.
    pub(crate) fn take_words(&mut self, words: Words, moment: &Moment) {
        self.note_words(&words.text, words.at);
        if let Err(error) = self.allow_words() {
            self.say(NewTurn::new(Speaker::You, words.text, words.at));
            self.complain(error.message, moment.now);
            self.skip(words.sequence);
            return;
        }
        if self.retire() {
            self.tell(to_say("The approval was taken back, because you asked for a change. Nothing leaves before you approve again."), moment.now);
        }
        if words.removed > 0 {
            self.tell(removed_note(words.removed), moment.now);
        }
        if times::zone(&words.time_zone).is_ok() {
            self.record.time_zone = words.time_zone;
        }
        self.record.stage = Stage::Working { since: moment.now };
        self.record.in_hand = Some(InHand {
            sequence: words.sequence,
            text: words.text,
            at: words.at,
        });
    }

    /// Carries a command out, or says why not.
    pub(crate) fn take_command(&mut self, sequence: Sequence, command: &Command, moment: &Moment) {
        self.skip(sequence);
        let allowed = match command {
            // An edit that was overtaken while it waited is applied on top: nothing of it is lost,
            // and what it covers can be restored.
            Command::Edit { base, edit, .. } if *base < self.version() => self.allow(
                &Command::Edit {
                    base: self.version(),
                    edit: edit.clone(),
                    then: None,
                },
                false,
                moment.now,
            ),
            _ => self.allow(command, false, moment.now),
        };
        let allowed =
            allowed.and_then(|()| self.allow_recipients(command, &moment.settings.safety));
        if let Err(error) = allowed {
            self.complain(
                to_say!(
                    "{command} was not carried out. {reason}",
                    command = name(command),
                    reason = error.message
                ),
                moment.now,
            );
            return;
        }
        match command {
            Command::Edit { base, edit, then } => {
                let overtaken = *base < self.version();
                self.edit(*base, edit, moment);
                match then {
                    // What it was put on top of has not been read.
                    Some(_) if overtaken => self.complain(
                        to_say("It was not approved, because the email had changed meanwhile. Read the newest version, then approve it."),
                        moment.now,
                    ),
                    Some(AfterEdit::Approve) => self.approve(self.version(), moment),
                    Some(AfterEdit::SendNow) => self.send_now(self.version(), moment),
                    None => {}
                }
            }
            Command::Restore { version } => self.restore(*version, moment),
            Command::Approve { version } => self.approve(*version, moment),
            Command::SendNow { version } => self.send_now(*version, moment),
            Command::Unschedule => {
                self.retire();
                self.tell_of(
                    Speaker::You,
                    to_say("The schedule was taken back. Nothing leaves before you approve again."),
                    moment.now,
                );
                self.rest(false, moment.now);
            }
            Command::TryNow => self.try_now(moment),
            Command::Resume => {
                self.note(NewStep::new(
                    Speaker::You,
                    to_say("Pressed Resume."),
                    moment.now,
                ));
                self.resume(moment);
            }
            Command::TryAgain => {
                self.note(NewStep::new(
                    Speaker::You,
                    to_say("Pressed Try again."),
                    moment.now,
                ));
                self.try_again(moment);
            }
            Command::Settle { answer } => self.settle(*answer, moment),
            Command::Cancel => self.record.stage = Stage::Canceled,
            // Decided in the call; see `stop`.
            Command::StopTurn { .. } => {}
        }
    }

    fn edit(&mut self, base: Version, edit: &EmailEdit, moment: &Moment) {
        let Ok((email, removed)) = edit::apply(&self.email(), edit, moment.now) else {
            return;
        };
        name_by_hand(&mut self.record.named, edit);
        if edit.to.is_some() || edit.cc.is_some() || edit.bcc.is_some() {
            self.record.choices.clear();
        }
        let overtaken = base < self.version();
        let changed = versions::push(&mut self.versions, Author::You, email, moment.now);
        self.note_edit(&changed, moment.now);
        if removed > 0 {
            self.tell(removed_note(removed), moment.now);
        }
        if changed.is_empty() && self.record.delivery.is_some() {
            return;
        }
        if overtaken && !changed.is_empty() {
            let newest = self.version();
            let text = to_say!(
                "The email changed while your edit of version {base} was waiting. Your edit was put on top as version {newest}; version {covered} can be restored.",
                covered = newest - 1
            );
            self.tell(text, moment.now);
        }
        self.after_change(moment);
    }

    fn restore(&mut self, version: Version, moment: &Moment) {
        let Some(mut email) = versions::find(&self.versions, version).cloned() else {
            return;
        };
        if email
            .send_at
            .as_ref()
            .is_some_and(|wish| wish.instant <= moment.now)
        {
            email.send_at = None;
            self.tell(
                to_say(
                    "The send time of that version is over, so it was left out. Choose a new one.",
                ),
                moment.now,
            );
        }
        let changed = versions::push(&mut self.versions, Author::You, email, moment.now);
        if !changed.is_empty() {
            let newest = self.version();
            let text = to_say!("Version {version} was brought back as version {newest}.");
            self.note(NewStep::new(Speaker::You, text.clone(), moment.now).version(newest));
            let turn = NewTurn::new(Speaker::System, text, moment.now);
            self.say(turn.changing(changed, newest));
            self.after_change(moment);
        }
    }

    /// The email is not what was approved any more.
    fn after_change(&mut self, moment: &Moment) {
        if self.retire() {
            self.tell(
                to_say("The email was changed, so the approval was taken back."),
                moment.now,
            );
        }
        self.rest(false, moment.now);
        self.arm_if_automatic(moment);
    }

    /// In automatic mode a complete email is scheduled by itself, unless there is a gap in it that
    /// somebody has to fill.
    pub(super) fn arm_if_automatic(&mut self, moment: &Moment) {
        let email = self.email();
        let gap = [email.subject.as_str(), &email.body]
            .iter()
            .any(|text| warnings::placeholder(text).is_some());
        let automatic = self.record.approval == ApprovalMode::Auto;
        let allowed = self.domain_warnings(&moment.settings.safety).is_empty();
        if automatic && allowed && !gap && matches!(self.record.stage, Stage::ReadyToApprove) {
            self.schedule(
                self.version(),
                Speaker::System,
                to_say("is complete, so it is scheduled by itself"),
                moment,
            );
        }
    }

    fn approve(&mut self, version: Version, moment: &Moment) {
        let already = matches!(&self.record.stage, Stage::Scheduled { schedule } if schedule.version == version);
        if !already {
            self.schedule(version, Speaker::You, to_say("is approved"), moment);
        }
    }

    fn schedule(&mut self, version: Version, who: Speaker, why: &str, moment: &Moment) {
        let Some(wish) = self.email().send_at else {
            return;
        };
        self.tell_of(
            who,
            to_say!(
                "Version {version} {why}. It leaves {time}.",
                time = wish.to_text()
            ),
            moment.now,
        );
        let schedule = self.arm(version, wish.instant, Some(wish), moment);
        self.record.stage = Stage::Scheduled { schedule };
    }

    fn send_now(&mut self, version: Version, moment: &Moment) {
        if matches!(&self.record.stage, Stage::UndoWindow { schedule } if schedule.version == version)
        {
            return;
        }
        let undo = StdDuration::from_secs(moment.settings.safety.undo_seconds.into());
        let due = whole_second(after(moment.now, undo).unwrap_or(moment.now));
        let text = to_say!("Pressed Send now for version {version}.");
        self.note(NewStep::new(Speaker::You, text, moment.now).version(version));
        let schedule = self.arm(version, due, None, moment);
        self.record.stage = Stage::UndoWindow { schedule };
    }

    fn arm(
        &mut self,
        version: Version,
        due: DateTime<Utc>,
        wish: Option<SendWish>,
        moment: &Moment,
    ) -> Schedule {
        // The Message-ID is fixed at approval: bringing the same version forward keeps it.
        // Attempts go on counting with it: no two attempts under one Message-ID have one number.
        let (message_id, attempts, dated) = match self.record.delivery.take() {
            Some(before) if before.schedule.version == version => {
                (before.schedule.message_id, before.attempts, before.dated)
            }
            _ => (moment.message_id.clone(), 0, None),
        };
        let schedule = Schedule {
            version,
            due,
            wish,
            message_id,
        };
        self.record.delivery = Some(Delivery {
            schedule: schedule.clone(),
            attempts,
            until: None,
            dated,
            expected: None,
        });
        schedule
    }

    fn try_now(&mut self, moment: &Moment) {
        if let Stage::Retrying { retrying } = &mut self.record.stage {
            retrying.next_at = moment.now;
            self.note(NewStep::new(
                Speaker::You,
                to_say("Pressed Try now."),
                moment.now,
            ));
        }
    }

    /// The same version again, at once.
    fn try_again(&mut self, moment: &Moment) {
        let Some(delivery) = &mut self.record.delivery else {
            return;
        };
        delivery.schedule.due = moment.now;
        delivery.schedule.wish = None;
        delivery.until = None;
        self.record.stage = Stage::Scheduled {
            schedule: delivery.schedule.clone(),
        };
    }

    fn settle(&mut self, answer: UnsureAnswer, moment: &Moment) {
        match answer {
            UnsureAnswer::Arrived => {
                self.tell_of(
                    Speaker::You,
                    to_say("You said that the email arrived."),
                    moment.now,
                );
                self.arrived(moment.now);
            }
            UnsureAnswer::SendAgain => {
                self.tell_of(Speaker::You, to_say("You said that the email did not arrive. It is sent again with the same Message-ID."), moment.now);
                self.try_again(moment);
            }
        }
    }
}

/// A recipient that stands in a hand edit has been seen and kept by the person.
pub(super) fn name_by_hand(named: &mut Vec<String>, edit: &EmailEdit) {
    for recipient in [&edit.to, &edit.cc, &edit.bcc]
        .into_iter()
        .flatten()
        .flatten()
    {
        named::remember(named, recipient.address());
    }
}

/// Timers count whole seconds and are never early; the time shown is the time meant.
fn whole_second(at: DateTime<Utc>) -> DateTime<Utc> {
    match at.with_nanosecond(0) {
        Some(whole) if whole < at => whole + Duration::seconds(1),
        _ => at,
    }
}

fn name(command: &Command) -> &'static str {
    match command {
        Command::Edit { .. } => to_say("Your edit"),
        Command::Restore { .. } => to_say("Restoring"),
        Command::Approve { .. } => to_say("Your approval"),
        Command::SendNow { .. } => to_say("Send now"),
        Command::Unschedule => to_say("Unschedule"),
        Command::TryNow => to_say("Try now"),
        Command::Resume => to_say("Resume"),
        Command::TryAgain => to_say("Try again"),
        Command::Settle { .. } => to_say("Your answer"),
        Command::StopTurn { .. } => to_say("Stop"),
        Command::Cancel => to_say("Cancel"),
    }
}
