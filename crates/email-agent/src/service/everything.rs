//! All emails at once: which there are, and erasing them with all that is remembered of whom they
//! went to.

use email_agent_api::{AgentError, EmailId, Erased, NotErased};
use futures::{StreamExt, stream};

use super::{AgentService, contacts, failure::of_store};

/// Emails that are erased at once.
const CALLS_MAX: usize = 8;

impl AgentService {
    pub(super) async fn all_emails(&self) -> Result<Vec<EmailId>, AgentError> {
        let emails = self.office.store.catalogued().await;
        emails.map_err(|error| of_store(&error))
    }

    /// Emails that are begun meanwhile are not touched. What cannot be erased is named, and the
    /// others go on.
    pub(super) async fn erase_all(&self) -> Result<Erased, AgentError> {
        // Who presses twice finds nothing left the second time.
        let _one_at_a_time = self.erasing_all.lock().await;
        let emails = self.all_emails().await?;
        let tried = emails.into_iter().map(|id| self.try_erase(id));
        let tried: Vec<_> = stream::iter(tried)
            .buffer_unordered(CALLS_MAX)
            .collect()
            .await;
        let all = tried.len();
        let kept: Vec<NotErased> = tried.into_iter().flatten().collect();
        let files = self.office.store.erase_orphaned_files().await;
        files.map_err(|error| of_store(&error))?;
        let contacts = contacts::erase_all_counted(&self.office).await?;
        let emails = u32::try_from(all - kept.len()).unwrap_or(u32::MAX);
        tracing::info!(
            emails,
            contacts,
            kept = kept.len(),
            "everything was erased, as a person asked"
        );
        Ok(Erased {
            emails,
            contacts,
            kept,
        })
    }

    /// None if it is gone.
    async fn try_erase(&self, id: EmailId) -> Option<NotErased> {
        let error = self.erase(id.clone()).await.err()?;
        tracing::warn!(%error, "an email could not be erased with all others");
        let title = match self.catalogue.refresh(&id).await {
            Ok(read) => read.entry.title,
            Err(_) => String::new(),
        };
        Some(NotErased {
            id,
            title,
            why: error.message,
        })
    }
}
