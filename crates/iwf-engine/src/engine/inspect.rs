//! Looking at runs without touching them.

use iwf_engine_core::{RunId, WorkflowId};

use super::{Engine, refused};
use crate::driver::Refusal;
use crate::failure::Failure;
use crate::inspect::{self, InspectOptions, RunDetails, RunsPage, RunsRequest};

impl Engine {
    /// Lists runs: the running ones first, newest first, then the closed ones, last closed first.
    ///
    /// # Errors
    ///
    /// The query or the page token cannot be read.
    pub async fn inspect_runs(&self, request: RunsRequest) -> Result<RunsPage, Failure> {
        let entries_max = self.shared.config.limits.search_page_max;
        let found = self
            .query(move |reader| Ok(inspect::find(reader.connection(), &request, entries_max)))
            .await?;
        Ok(found?)
    }

    /// Everything about one run, as committed last: what it waits for, which attempt of which
    /// call failed and when the next one comes, its timers, channels and attributes. Without a
    /// run id, the workflow's current run.
    ///
    /// # Errors
    ///
    /// The workflow or run is unknown.
    pub async fn inspect(
        &self,
        workflow_id: &str,
        run_id: Option<&str>,
        options: InspectOptions,
    ) -> Result<RunDetails, Failure> {
        let run_id = match run_id.filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => Some(RunId::parse(text).ok_or_else(|| {
                Failure::invalid(format!(
                    "{text:?} is no run id: leave it out to see the current run"
                ))
            })?),
        };
        let id = WorkflowId::from(workflow_id);
        let found = self
            .query(move |reader| inspect::details(reader, &id, run_id, options))
            .await?;
        let unknown = if run_id.is_some() {
            Refusal::NoSuchRun
        } else {
            Refusal::NoSuchWorkflow
        };
        found.ok_or_else(|| refused(unknown, workflow_id))
    }
}
