//! How long emails stay, as one stored document. Who erases by it is [`super::keep`].

use email_agent_api::{AgentError, Retention, to_say};
use email_agent_store::{Store, StoreError};

use super::AgentService;

/// The document in the store.
const RETENTION: &str = "retention";

/// What was chosen, or else what most people should have. A time that no version of ours offers is
/// not followed: what is erased too early is gone.
pub async fn load(store: &Store) -> Result<Retention, StoreError> {
    let stored: Retention = store.document(RETENTION).await?.unwrap_or_default();
    Ok(stored.checked().unwrap_or_else(|error| {
        tracing::warn!(
            field = error.field,
            "how long emails stay is stored as none of the choices: it is as for most people"
        );
        Retention::default()
    }))
}

impl AgentService {
    /// Checks, stores and applies it, in this order: what was answered is on disk, and counts from
    /// the answer on.
    pub(super) async fn store_retention(
        &self,
        retention: Retention,
    ) -> Result<Retention, AgentError> {
        let retention = retention.checked()?;
        // One at a time, so that the last one stored is the one that counts.
        let _one_at_a_time = self.saving_retention.lock().await;
        let stored = self.office.store.set_document(RETENTION, &retention).await;
        stored.map_err(|error| {
            tracing::error!(%error, "how long emails stay could not be stored");
            AgentError::unavailable(
                to_say("The settings could not be stored, so nothing was changed. Try again in a moment; the log says more."),
            )
        })?;
        self.office
            .settings
            .change(|settings| settings.retention = retention);
        Ok(retention)
    }
}
