//! What the service does by itself, besides answering calls: it keeps the catalogue true, and erases
//! what was deleted long ago, or is over for long.

use std::time::Duration;

use chrono::{DateTime, Days, Utc};
use email_agent_api::{AgentError, Command, EmailId, Retention, to_say};
use email_agent_store::Expiry;

use super::{AgentService, failure::of_store};

/// A call does not wait longer than this for the list to show what it did.
const NOTE_PATIENCE: Duration = Duration::from_millis(300);
/// How often one looks for what has been there too long.
const ERASE_EVERY: Duration = Duration::from_hours(1);

impl AgentService {
    /// Keeps the list in order for as long as the program runs. Ends only with its task.
    pub async fn keep_in_order(&self) {
        tokio::join!(self.catalogue.keep(), async {
            let mut changes = self.office.settings.changes();
            loop {
                let retention = changes.borrow_and_update().retention;
                self.erase_old(retention).await;
                // Whoever chooses a shorter time sees it take effect, not an hour later.
                let another = changes.wait_for(|settings| settings.retention != retention);
                if let Ok(Err(_)) = tokio::time::timeout(ERASE_EVERY, another).await {
                    return;
                }
            }
        });
    }

    /// Fills the catalogue from the workflows, as [`Self::keep_in_order`] does when it begins.
    pub async fn fill_catalogue(&self) -> Result<(), AgentError> {
        let filled = self.catalogue.fill().await;
        filled.map(drop).map_err(|error| {
            AgentError::unavailable(to_say!("The list could not be filled: {error}. Try again."))
        })
    }

    async fn erase_old(&self, retention: Retention) {
        let expiry = expiry(retention, Utc::now());
        let store = &self.office.store;
        let old = match store.expired(expiry).await {
            Ok(old) => old,
            Err(error) => {
                tracing::warn!(%error, "emails that have been there too long could not be looked for");
                return;
            }
        };
        for id in old {
            // Meanwhile somebody may have brought it back, or pinned it.
            if !matches!(store.has_expired(id.clone(), expiry).await, Ok(true)) {
                continue;
            }
            if let Err(error) = self.erase(id).await {
                tracing::warn!(%error, "an email that has been there too long could not be erased yet; it will be tried again");
            }
        }
    }

    /// Something was accepted: the list is to show it. Whoever goes on with an email that was deleted
    /// wants it back.
    pub(super) async fn noted(&self, id: &EmailId, is_wanted: bool) {
        if is_wanted {
            self.put_back(id).await;
        }
        let (catalogue, id) = (self.catalogue.clone(), id.clone());
        // Its failures are logged and repaired there.
        let work = tokio::spawn(async move { catalogue.refresh(&id).await.is_ok() });
        let _ = tokio::time::timeout(NOTE_PATIENCE, work).await;
    }

    async fn put_back(&self, id: &EmailId) {
        let store = &self.office.store;
        if let Ok(Some(seen)) = store.seen(id.clone()).await
            && seen.deleted
            && let Err(error) = store.delete(id.clone(), None).await
        {
            tracing::warn!(%error, "a deleted email is used again, and could not be put back into the list");
        }
    }

    /// Erased emails are as good as never there.
    pub(super) async fn must_not_be_erased(&self, id: &EmailId) -> Result<(), AgentError> {
        match self.office.store.is_erased(id.clone()).await {
            Ok(false) => Ok(()),
            Ok(true) => Err(AgentError::not_found()),
            Err(error) => Err(of_store(&error)),
        }
    }
}

fn expiry(retention: Retention, now: DateTime<Utc>) -> Expiry {
    let ago = |days: u32| now.checked_sub_days(Days::new(days.into()));
    Expiry {
        deleted_before: ago(retention.deleted_days),
        finished_before: retention.finished_days.and_then(ago),
    }
}

/// Whether a command says that the person goes on with the email.
pub(super) fn goes_on(command: &Command) -> bool {
    !matches!(
        command,
        Command::Cancel | Command::Unschedule | Command::Resume
    )
}
