//! Finding runs.

use iwf_protocol::{WorkflowSearchRequest, WorkflowSearchResponse};

use super::Engine;
use crate::failure::Failure;
use crate::search::{self, Bounds};

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
        let bounds = self.search_bounds();
        let found = self
            .search_runs(move |reader| {
                Ok(search::find_in_time(
                    reader.connection_mut(),
                    &request,
                    bounds,
                ))
            })
            .await?;
        Ok(found?)
    }

    pub(super) fn search_bounds(&self) -> Bounds {
        let limits = &self.shared.config.limits;
        Bounds {
            entries_max: limits.search_page_max,
            time_max: limits.search_time_max,
        }
    }
}
