//! What may be pressed when.
//!
//! "Stop" is not in the table: it is about a request, not about the email; see [`super::stop`].
//!
//! | stage | edit, restore | approve, send now | unschedule | try now | try again | settle | cancel | words |
//! |---|---|---|---|---|---|---|---|---|
//! | new, needs answer, draft, ready | yes | if complete | – | – | – | – | yes | yes |
//! | working | yes, on top | no | – | – | – | – | yes | queued |
//! | scheduled, undo window | yes, retires | yes | yes | – | – | – | yes | yes, retires |
//! | retrying | yes, retires | yes | yes | yes | – | – | yes | yes, retires |
//! | held | yes, retires | yes | yes | – | – | – | yes | yes, retires |
//! | not sent | yes | if complete | – | – | yes | – | yes | yes |
//! | partly sent | yes | if complete | – | – | – | – | too late | yes |
//! | sending | too late | too late | too late | – | – | – | too late | queued |
//! | unsure | too late | too late | too late | – | – | yes | too late | too late |
//! | sent, canceled | too late | too late | too late | too late | too late | too late | too late | too late |
//!
//! "Resume" changes nothing but what is held, so it may always be pressed until the end.
//! RPCs ask before they accept, so that a person hears at once; states ask again when they take a
//! command, because things may have moved in between.

use chrono::{DateTime, Utc};
use email_agent_api::{
    AfterEdit, AgentError, Command, Email, EmailEdit, ErrorCode, Stage, Version, to_say,
};

use super::{Desk, missing, stop::nothing_to_stop, take::name_by_hand};
use crate::email::{edit, versions, warnings};

impl Desk {
    /// Whether a request in words can be taken up.
    pub(crate) fn allow_words(&self) -> Result<(), AgentError> {
        match self.record.stage {
            Stage::Sent { .. } | Stage::Canceled => Err(self.ended()),
            Stage::Unsure { .. } => Err(unsure()),
            _ => Ok(()),
        }
    }

    /// Whether a command can be taken up. `words_wait`: requests are waiting or in work.
    pub(crate) fn allow(
        &self,
        command: &Command,
        words_wait: bool,
        now: DateTime<Utc>,
    ) -> Result<(), AgentError> {
        match (&self.record.stage, command) {
            (Stage::Sent { .. } | Stage::Canceled, _) => Err(self.ended()),
            (Stage::Sending, _) => Err(too_late(to_say(
                "The email is being handed to the mail server at this moment, so this came too late. Nothing was changed; see how the sending ends.",
            ))),
            (Stage::Unsure { .. }, command) if !matches!(command, Command::Settle { .. }) => {
                Err(unsure())
            }
            (_, Command::Edit { base, edit, then }) => {
                self.allow_edit(*base)?;
                let (edited, _) = edit::apply(&self.email(), edit, now)?;
                match then {
                    None => Ok(()),
                    Some(then) => self.allow_after_edit(&edited, edit, *then, words_wait, now),
                }
            }
            (_, Command::Restore { version }) => self.allow_restore(*version),
            (_, Command::Approve { version }) => {
                self.allow_approval(*version, words_wait, true, now)
            }
            (_, Command::SendNow { version }) => {
                self.allow_approval(*version, words_wait, false, now)
            }
            (
                Stage::Scheduled { .. }
                | Stage::UndoWindow { .. }
                | Stage::Retrying { .. }
                | Stage::Held { .. },
                Command::Unschedule,
            )
            | (_, Command::Resume)
            | (Stage::Retrying { .. }, Command::TryNow)
            | (Stage::NotSent { .. }, Command::TryAgain)
            | (Stage::Unsure { .. }, Command::Settle { .. }) => Ok(()),
            (_, Command::Unschedule) => Err(too_late(to_say(
                "It is not scheduled, so there is nothing to take back.",
            ))),
            (_, Command::TryNow) => Err(too_late(to_say(
                "There is no attempt to bring forward: the email is not waiting for the mail server.",
            ))),
            (_, Command::TryAgain) => Err(too_late(to_say(
                "There is no failed sending to repeat. Approve the email, or use Send now.",
            ))),
            (_, Command::Settle { .. }) => Err(too_late(to_say(
                "There is nothing to settle: it is known what became of the email.",
            ))),
            // Which turn it means is looked up in the book; see `stop`.
            (_, Command::StopTurn { .. }) => Err(nothing_to_stop()),
            (_, Command::Cancel) if self.record.accepted.is_empty() => Ok(()),
            (_, Command::Cancel) => Err(too_late(to_say(
                "Some recipients have the email already, so it cannot be canceled. Take the refused addresses off the list to finish it.",
            ))),
        }
    }

    fn allow_edit(&self, base: Version) -> Result<(), AgentError> {
        let version = self.version();
        if base == version {
            return Ok(());
        }
        Err(conflict(to_say!(
            "The email has changed meanwhile: you edited version {base}, the newest is {version}. Nothing of yours was overwritten: look at the newest version, then save your change again."
        )))
    }

    /// Whether the edited email can be approved unread: the person has just written it, so there must
    /// be nothing in it that they have not seen.
    fn allow_after_edit(
        &self,
        edited: &Email,
        edit: &EmailEdit,
        then: AfterEdit,
        words_wait: bool,
        now: DateTime<Utc>,
    ) -> Result<(), AgentError> {
        if words_wait || self.record.in_hand.is_some() {
            return Err(at_work());
        }
        let mut named = self.record.named.clone();
        name_by_hand(&mut named, edit);
        if let Some(error) = missing(
            edited,
            &named,
            &self.record.accepted,
            then == AfterEdit::Approve,
            now,
        ) {
            return Err(error);
        }
        match warnings::warnings(edited, &named, &self.record.accepted)
            .into_iter()
            .next()
        {
            None => Ok(()),
            Some(warning) => Err(AgentError::bad_input(
                &warning.field,
                to_say!(
                    "{why} Save it first, then approve it if this is meant.",
                    why = warning.text
                ),
            )),
        }
    }

    fn allow_restore(&self, version: Version) -> Result<(), AgentError> {
        match versions::find(&self.versions, version) {
            Some(_) => Ok(()),
            None => Err(AgentError::bad_input(
                "version",
                to_say!("Version {version} is not kept any more. Choose one from the list."),
            )),
        }
    }

    fn allow_approval(
        &self,
        read: Version,
        words_wait: bool,
        needs_time: bool,
        now: DateTime<Utc>,
    ) -> Result<(), AgentError> {
        let version = self.version();
        if words_wait || self.record.in_hand.is_some() {
            return Err(at_work());
        }
        if read != version {
            return Err(conflict(to_say!(
                "You approved version {read}, but the newest is {version}. Nothing was scheduled: read the newest version, then approve it."
            )));
        }
        self.missing(needs_time, now).map_or(Ok(()), Err)
    }

    fn ended(&self) -> AgentError {
        match self.record.stage {
            Stage::Canceled => canceled(),
            _ => too_late(to_say(
                "The email was sent, so nothing can be changed any more. Start a new email instead.",
            )),
        }
    }
}

/// The email was canceled before.
pub(crate) fn canceled() -> AgentError {
    too_late(to_say(
        "The email was canceled, so nothing can be changed any more. Start a new email instead.",
    ))
}

fn at_work() -> AgentError {
    conflict(
        to_say("The agent is at work on this email. Look at the new draft when it is done, then approve that.").to_owned(),
    )
}

fn unsure() -> AgentError {
    too_late(to_say(
        "It is not known whether the email arrived. Say first whether it did; then you can go on.",
    ))
}

fn too_late(message: impl Into<String>) -> AgentError {
    AgentError::new(ErrorCode::TooLate, message)
}

fn conflict(message: String) -> AgentError {
    AgentError::new(ErrorCode::Conflict, message)
}
