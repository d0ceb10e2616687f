//! What a person does to a row of the list. Name, pin and archive are the catalogue's alone; deleting
//! and erasing first see to it that the email does not leave any more.
//!
//! | stage | delete | erase |
//! |---|---|---|
//! | scheduled, sending soon, retrying, on hold | unscheduled first; comes back as a draft | canceled first |
//! | working, approval by itself | refused: it might schedule the email afterwards | canceled first |
//! | sending | refused | refused |
//! | partly sent, unsure | hidden | its workflow is stopped |
//! | sent, canceled | hidden | removed |
//! | all others | hidden | canceled first |
//!
//! Hidden is marked before the stage is looked at: whoever approves an email or asks for something
//! from that moment on brings it back with that, see [`AgentService::noted`].

use std::time::Duration;

use chrono::Utc;
use email_agent_api::{
    AgentError, ApprovalMode, Arrange, Command, CommandRequest, EmailId, ErrorCode, HeaderText,
    StageKind, limits::EMAIL_NAME_CHARS_MAX, to_say,
};
use email_agent_store::StoreError;
use iwf::{ApiError, Stop};

use super::{
    AgentService,
    failure::{of_read, of_store},
};
use crate::workflow::{PressButton, Summarized};

/// How often one looks whether an email has come to rest, and the pause in between.
const LOOKS_MAX: u32 = 40;
const LOOK_GAP: Duration = Duration::from_millis(50);

impl AgentService {
    pub(super) async fn arrange_row(&self, id: EmailId, change: Arrange) -> Result<(), AgentError> {
        let store = &self.office.store;
        self.must_be_listed(&id).await?;
        let done = match change {
            Arrange::Rename { name } => store.rename(id, checked_name(&name)?).await,
            Arrange::Pin => store.pin(id, true).await,
            Arrange::Unpin => store.pin(id, false).await,
            Arrange::Archive => store.archive(id, true).await,
            Arrange::Unarchive => store.archive(id, false).await,
            Arrange::Restore => store.delete(id, None).await,
            Arrange::Delete => return self.delete(id).await,
            Arrange::Erase => return self.erase(id).await,
        };
        listed(done)
    }

    /// An email that the catalogue does not know may be somebody else's work: it is read first.
    pub(super) async fn must_be_listed(&self, id: &EmailId) -> Result<(), AgentError> {
        let seen = self.office.store.seen(id.clone()).await;
        if seen.map_err(|error| of_store(&error))?.is_some() {
            return Ok(());
        }
        let read = self.catalogue.refresh(id).await;
        read.map(drop).map_err(|error| of_read(id, &error))
    }

    async fn delete(&self, id: EmailId) -> Result<(), AgentError> {
        let store = &self.office.store;
        listed(store.delete(id.clone(), Some(Utc::now())).await)?;
        let disarmed = self.disarm(&id).await;
        if disarmed.is_err() {
            listed(store.delete(id, None).await)?;
        }
        disarmed
    }

    /// Takes the email off its schedule and waits until that has taken effect.
    async fn disarm(&self, id: &EmailId) -> Result<(), AgentError> {
        for _ in 0..LOOKS_MAX {
            let read = match self.catalogue.refresh(id).await {
                // The engine has forgotten it.
                Err(ApiError::NotFound) => return Ok(()),
                read => read.map_err(|error| of_read(id, &error))?,
            };
            match read.entry.stage {
                // Also with words left that nobody will answer.
                stage if stage.is_final() => return Ok(()),
                StageKind::Sending => return Err(is_leaving()),
                StageKind::Working if read.approval == ApprovalMode::Auto => {
                    return Err(AgentError::new(
                        ErrorCode::Conflict,
                        to_say(
                            "The agent is at work on this email and may schedule it by itself. Nothing was deleted: wait until it is done, or cancel the email, then delete it.",
                        ),
                    ));
                }
                StageKind::Working => return Ok(()),
                _ if read.is_busy => {}
                StageKind::Scheduled
                | StageKind::UndoWindow
                | StageKind::Retrying
                | StageKind::Held => {
                    // Refused only if it has moved on meanwhile; the next look tells where to.
                    let _ = self.press(id, Command::Unschedule).await?;
                }
                _ => return Ok(()),
            }
            tokio::time::sleep(LOOK_GAP).await;
        }
        Err(AgentError::unavailable(to_say(
            "This email is busy at the moment. Nothing was deleted: try again in a second.",
        )))
    }

    /// Ends the email and removes what we store about it. The engine keeps what it knows of an ended
    /// workflow for as long as it is told to; no call of ours shows it any more.
    pub(super) async fn erase(&self, id: EmailId) -> Result<(), AgentError> {
        match self.catalogue.refresh(&id).await {
            Err(ApiError::NotFound) => {}
            Err(error) => return Err(of_read(&id, &error)),
            Ok(read) => self.end(&id, &read).await?,
        }
        let erased = self.office.store.erase(id).await;
        erased.map_err(|error| of_store(&error))
    }

    async fn end(&self, id: &EmailId, read: &Summarized) -> Result<(), AgentError> {
        if read.entry.stage.is_final() || self.press(id, Command::Cancel).await?.is_ok() {
            return Ok(());
        }
        // What has left in part, or may have left, cannot be canceled; its workflow is stopped.
        let now = self.catalogue.refresh(id).await;
        match now.map_err(|error| of_read(id, &error))?.entry.stage {
            StageKind::Sending => Err(is_leaving()),
            stage if stage.is_final() => Ok(()),
            _ => match self.email(id).stop(Stop::Terminate, "erased").await {
                Ok(()) | Err(ApiError::NotFound) => Ok(()),
                Err(error) => Err(of_read(id, &error)),
            },
        }
    }

    /// Presses a button of the email; what it answers to that is the inner result.
    async fn press(
        &self,
        id: &EmailId,
        command: Command,
    ) -> Result<Result<(), AgentError>, AgentError> {
        let key = format!("{:032x}", rand::random::<u128>()).parse()?;
        let request = PressButton(CommandRequest { key, command });
        match self.change(id, request).await {
            Ok(answer) => Ok(answer.map(drop)),
            // It has ended in this moment.
            Err(ApiError::NotFound) => Ok(Ok(())),
            Err(error) => Err(of_read(id, &error)),
        }
    }
}

fn is_leaving() -> AgentError {
    AgentError::new(
        ErrorCode::TooLate,
        to_say(
            "The email is being handed to the mail server at this moment, so it stays. See how the sending ends, then delete it.",
        ),
    )
}

fn checked_name(name: &str) -> Result<String, AgentError> {
    let name = name.trim();
    let length = name.chars().count();
    if length > EMAIL_NAME_CHARS_MAX {
        return Err(AgentError::too_large(
            "name",
            length,
            EMAIL_NAME_CHARS_MAX,
            to_say("characters"),
        ));
    }
    let line: HeaderText = name.parse().map_err(|error: email_agent_api::TextError| {
        AgentError::bad_input("name", error.to_string())
    })?;
    Ok(line.to_string())
}

fn listed(done: Result<bool, StoreError>) -> Result<(), AgentError> {
    match done {
        Ok(true) => Ok(()),
        // Erased between two steps.
        Ok(false) => Err(AgentError::not_found()),
        Err(error) => Err(of_store(&error)),
    }
}
