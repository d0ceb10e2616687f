//! Keeps the catalogue true: it is told of changes as they happen, and read again from the workflows
//! where it may have missed some.
//!
//! It misses what happens while the program dies between a commit and the news of it, what could not
//! be written, and emails made by an older version or by another process. So every start begins with
//! a pass over all emails, at a pace that leaves room for everybody else.

use std::{collections::HashSet, time::Duration};

use email_agent_api::EmailId;
use email_agent_store::{Seen, Store};
use iwf::{ApiError, Client};

use crate::workflow::{EmailAgentWorkflow, Summarize, Summarized};

/// Open emails, read in any case.
const OPEN: &str = "IwfWorkflowType = 'EmailAgentWorkflow' AND ExecutionStatus = 'Running'";
/// Emails that have ended: read once.
const ENDED: &str = "IwfWorkflowType = 'EmailAgentWorkflow' AND ExecutionStatus != 'Running' AND ExecutionStatus != 'ContinuedAsNew'";
const PAGE_RUNS: u16 = 200;
/// Between two emails of a pass; shorter while there is nothing to show yet.
const PAUSE: Duration = Duration::from_millis(20);
const FIRST_PAUSE: Duration = Duration::from_millis(2);
/// What a state tells is committed within moments, or told again.
const COMMIT_PATIENCE: Duration = Duration::from_secs(5);
/// Rows without a workflow are looked at this long after the pass, and so is what failed.
const LATER: Duration = Duration::from_mins(1);

/// See the module.
#[derive(Clone)]
pub(super) struct Catalogue {
    pub(super) client: Client,
    pub(super) store: Store,
}

impl Catalogue {
    /// Reads one email from its workflow and writes its row.
    pub(super) async fn refresh(&self, id: &EmailId) -> Result<Summarized, ApiError> {
        let email = self.client.workflow::<EmailAgentWorkflow>(id.as_str());
        let read = email.call(Summarize).await;
        match &read {
            Ok(summarized) => {
                if let Err(error) = self.store.catalogue(summarized.entry.clone()).await {
                    tracing::warn!(%error, "the list of emails could not be brought up to date; it will be repaired");
                }
            }
            Err(ApiError::NotFound) => {}
            Err(error) => {
                tracing::warn!(%error, "an email could not be read for the list; it will be repaired");
                self.store.must_repair(id.clone());
            }
        }
        read
    }

    /// One pass over all emails, then what else is to be kept in order; for as long as the program
    /// runs.
    pub(super) async fn keep(&self) {
        while let Err(error) = self.pass().await {
            tracing::warn!(%error, "the list of emails could not be compared with the workflows; it will be tried again");
            tokio::time::sleep(LATER).await;
        }
        loop {
            tokio::time::sleep(LATER).await;
            for id in self.store.take_to_repair() {
                // What fails again marks itself again.
                let _ = self.refresh(&id).await;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    async fn pass(&self) -> Result<(), PassError> {
        let found = self.fill().await?;
        tokio::time::sleep(LATER).await;
        self.drop_orphans(&found).await
    }

    /// Reads every email that may have changed without our knowing. All emails there are.
    pub(super) async fn fill(&self) -> Result<HashSet<EmailId>, PassError> {
        let is_new = self.store.catalogued().await?.is_empty();
        let pause = if is_new { FIRST_PAUSE } else { PAUSE };
        let mut found = HashSet::new();
        for query in [OPEN, ENDED] {
            let mut pages = self.client.search(query).page_size(PAGE_RUNS);
            while let Some(runs) = pages.next_page().await? {
                for run in runs {
                    let Ok(id) = run.workflow_id.parse::<EmailId>() else {
                        continue;
                    };
                    if !found.insert(id.clone()) {
                        continue;
                    }
                    let seen = self.store.seen(id.clone()).await?;
                    if query == ENDED && seen.is_some_and(|seen| seen.ended) {
                        continue;
                    }
                    self.compare(&id, seen).await?;
                    tokio::time::sleep(pause).await;
                }
            }
        }
        Ok(found)
    }

    /// Brings one row up to date, also where it is ahead of its workflow: then a state has told of
    /// what was never committed, or somebody has set the email back.
    async fn compare(&self, id: &EmailId, seen: Option<Seen>) -> Result<(), PassError> {
        // An email that cannot be read now marks itself; the others go on.
        let Ok(read) = self.refresh(id).await else {
            return Ok(());
        };
        if !seen.is_some_and(|seen| is_ahead(seen, &read)) {
            return Ok(());
        }
        tokio::time::sleep(COMMIT_PATIENCE).await;
        let seen = self.store.seen(id.clone()).await?;
        if let (Some(seen), Ok(read)) = (seen, self.refresh(id).await)
            && is_ahead(seen, &read)
        {
            self.store.catalogue_again(read.entry, seen).await?;
        }
        Ok(())
    }

    /// Rows whose workflow is gone: the engine forgets ended ones after a while, and a data folder
    /// may come from a backup.
    async fn drop_orphans(&self, found: &HashSet<EmailId>) -> Result<(), PassError> {
        for id in self.store.catalogued().await? {
            if found.contains(&id) {
                continue;
            }
            if let Err(ApiError::NotFound) = self.refresh(&id).await {
                self.store.uncatalogue(id).await?;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}

fn is_ahead(seen: Seen, read: &Summarized) -> bool {
    seen.states_revision > read.entry.states_revision
        || (seen.ended && !read.entry.stage.is_final())
}

/// Why a pass ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum PassError {
    /// The engine did not answer.
    #[error("{0}")]
    Engine(#[from] ApiError),
    /// The disk did not.
    #[error("{0}")]
    Store(#[from] email_agent_store::StoreError),
}
