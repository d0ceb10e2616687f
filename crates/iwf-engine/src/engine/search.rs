//! Finding runs.

use iwf_protocol::{WorkflowSearchRequest, WorkflowSearchResponse};

use super::Engine;
use crate::failure::Failure;
use crate::search;

impl Engine {
    /// Lists the runs that a query finds: running ones first, the newest first.
    ///
    /// # Errors
    ///
    /// The query or the page token cannot be read.
    pub async fn search(
        &self,
        request: WorkflowSearchRequest,
    ) -> Result<WorkflowSearchResponse, Failure> {
        let entries_max = self.shared.config.limits.search_page_max;
        let found = self
            .query(move |reader| Ok(search::find(reader.connection(), &request, entries_max)))
            .await?;
        Ok(found?)
    }
}
