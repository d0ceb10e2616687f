//! What keeps mail from leaving by surprise, as one stored document, and what lets held mail go.
//!
//! The document says what is wanted; each email decides for itself at its point of no return. Here
//! emails on hold are only told to look again, which may be done too often but must not be missed: at
//! the start, after every change of the settings, and once a minute for those that were about to be
//! held while everything was released.

use std::{sync::Arc, time::Duration};

use email_agent_api::{
    AgentError, Command, CommandRequest, EmailAgent, EmailId, ErrorCode, Held, HoldReason,
    IdempotencyKey, OnHold, Released, Safety, Stage, to_say,
};
use email_agent_store::{Store, StoreError};
use futures::{StreamExt, stream};
use iwf::ApiError;

use super::AgentService;
use crate::workflow::{DESK, EmailAgentWorkflow};

/// Emails whose time has come and that stay here.
const QUERY: &str = "IwfWorkflowType = 'EmailAgentWorkflow' AND ExecutionStatus = 'Running' AND EmailStage = 'held'";
/// Emails that are looked at or told at once.
const CALLS_MAX: usize = 8;
/// How often it is looked whether somebody is held although everything is released.
const LOOK_AGAIN: Duration = Duration::from_mins(1);
/// The document in the store.
const SAFETY: &str = "safety";

/// What was chosen, or else what most people should have.
pub async fn load(store: &Store) -> Result<Safety, StoreError> {
    Ok(store.document(SAFETY).await?.unwrap_or_default())
}

/// Chooses it, for a program that is about to start.
pub async fn save(store: &Store, safety: &Safety) -> Result<(), StoreError> {
    store.set_document(SAFETY, safety).await
}

impl AgentService {
    /// Checks, stores and applies it, in this order: what was answered is on disk, and counts from
    /// the answer on.
    pub(super) async fn store_safety(&self, safety: Safety) -> Result<Safety, AgentError> {
        let safety = safety.checked()?;
        // One at a time, so that the last one stored is the one that counts.
        let _one_at_a_time = self.saving_safety.lock().await;
        save(&self.office.store, &safety).await.map_err(|error| {
            tracing::error!(%error, "the safety settings could not be stored");
            AgentError::unavailable(
                to_say("The settings could not be stored, so nothing was changed. Try again in a moment; the log says more."),
            )
        })?;
        let applied = safety.clone();
        self.office
            .settings
            .change(|settings| settings.safety = applied);
        Ok(safety)
    }

    /// Sends what waits for a person for this reason.
    pub(super) async fn release_all(&self, why: HoldReason) -> Result<Released, AgentError> {
        if !matches!(why, HoldReason::Late | HoldReason::Restored) {
            return Err(AgentError::bad_input(
                "why",
                to_say(
                    "Only emails that wait for a person can be sent together: late or restored. Others go on by themselves once what holds them is over.",
                ),
            ));
        }
        if self.office.settings.now().safety.hold {
            return Err(AgentError::new(
                ErrorCode::Conflict,
                to_say("All outgoing mail is paused. Switch that off first."),
            ));
        }
        let emails = self.emails_on_hold().await?;
        let asked = emails.into_iter().filter(|(_, held)| held.why == why);
        let told = asked.map(|(id, held)| {
            let version = held.schedule.version;
            self.tell(id, Command::SendNow { version })
        });
        let sent: Vec<bool> = stream::iter(told).buffered(CALLS_MAX).collect().await;
        let count = sent.into_iter().filter(|sent| *sent).count();
        Ok(Released {
            emails: u32::try_from(count).unwrap_or(u32::MAX),
        })
    }

    /// How many emails are on hold, and why.
    pub(super) async fn count_on_hold(&self) -> Result<OnHold, AgentError> {
        let mut on_hold = OnHold::default();
        for (_, held) in self.emails_on_hold().await? {
            let count = match held.why {
                HoldReason::Everything => &mut on_hold.everything,
                HoldReason::Late => &mut on_hold.late,
                HoldReason::Restored => &mut on_hold.restored,
                HoldReason::HourlyLimit
                | HoldReason::DailyLimit
                | HoldReason::Domain
                | HoldReason::PastDeadline
                | HoldReason::Uncounted => &mut on_hold.others,
            };
            *count += 1;
        }
        Ok(on_hold)
    }

    /// Tells emails on hold to look again whether they may leave. Until the program ends.
    pub async fn keep_resuming(self: Arc<Self>) {
        let mut changes = self.office.settings.changes();
        // While nobody ran, anything may have changed.
        let mut all = true;
        loop {
            changes.borrow_and_update();
            match self.resume(all).await {
                Ok(()) => all = false,
                Err(error) => tracing::warn!(%error, "emails on hold could not be looked at yet"),
            }
            if let Ok(changed) = tokio::time::timeout(LOOK_AGAIN, changes.changed()).await {
                if changed.is_err() {
                    return;
                }
                all = true;
            }
        }
    }

    /// `all`: also those that nothing but a change of the settings lets go.
    async fn resume(&self, all: bool) -> Result<(), AgentError> {
        if self.office.settings.now().safety.hold {
            return Ok(());
        }
        let emails = self.emails_on_hold().await?;
        let over = emails.into_iter().filter(|(_, held)| match held.why {
            HoldReason::Everything => true,
            HoldReason::Late | HoldReason::Restored | HoldReason::PastDeadline => false,
            HoldReason::HourlyLimit
            | HoldReason::DailyLimit
            | HoldReason::Domain
            | HoldReason::Uncounted => all,
        });
        let told = over.map(|(id, _)| self.tell(id, Command::Resume));
        stream::iter(told)
            .buffered(CALLS_MAX)
            .collect::<Vec<_>>()
            .await;
        Ok(())
    }

    /// Presses a button. What does not work now is logged, and asked again later or by a person.
    async fn tell(&self, id: EmailId, command: Command) -> bool {
        let key = format!("safety-{:032x}", rand::random::<u128>());
        let told = async {
            let key: IdempotencyKey = key.parse()?;
            self.command(id, CommandRequest { key, command }).await
        };
        told.await
            .inspect_err(|error| tracing::info!(%error, "an email on hold was not let go"))
            .is_ok()
    }

    /// Every email on hold.
    async fn emails_on_hold(&self) -> Result<Vec<(EmailId, Held)>, AgentError> {
        let mut pages = self.client.search(QUERY);
        let mut ids: Vec<EmailId> = Vec::new();
        let failed = |error| super::failure::of_start(&error);
        while let Some(page) = pages.next_page().await.map_err(failed)? {
            let found = page
                .into_iter()
                .filter_map(|run| run.workflow_id.parse().ok());
            ids.extend(found);
        }
        let held: Vec<_> = stream::iter(ids)
            .map(|id| async { (self.held(&id).await, id) })
            .buffered(CALLS_MAX)
            .collect()
            .await;
        held.into_iter()
            .filter_map(|(held, id)| match held {
                Ok(held) => held.map(|held| Ok((id, held))),
                Err(error) => Some(Err(super::failure::of_read(&id, &error))),
            })
            .collect()
    }

    async fn held(&self, id: &EmailId) -> Result<Option<Held>, ApiError> {
        let email = self.client.workflow::<EmailAgentWorkflow>(id.as_str());
        match email.read(DESK).await {
            Ok(Some(record)) => Ok(match record.stage {
                Stage::Held { held } => Some(held),
                _ => None,
            }),
            // Gone since the search.
            Ok(None) | Err(ApiError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
