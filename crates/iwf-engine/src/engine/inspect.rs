//! Looking at runs without touching them.

use iwf_engine_core::{RunId, WorkflowId};

use super::{Engine, refused};
use crate::driver::Refusal;
use crate::failure::Failure;
use crate::inspect::{self, InspectOptions, RunDetails, RunsPage, RunsRequest};
use crate::search;

impl Engine {
    /// Lists runs: the running ones first, newest first, then the closed ones, last closed first.
    ///
    /// # Errors
    ///
    /// The query or the page token cannot be read.
    pub async fn inspect_runs(&self, request: RunsRequest) -> Result<RunsPage, Failure> {
        let bounds = self.search_bounds();
        let search = inspect::search(&request);
        let found = self
            .search_runs(move |reader| {
                let found = search::find_in_time(reader.connection_mut(), &search, bounds);
                found.map_or_else(
                    |error| Ok(Err(error)),
                    |found| Ok(Ok(inspect::page(reader.connection(), found)?)),
                )
            })
            .await?;
        Ok(found?)
    }

    /// Everything about one run, as committed last: what it waits for, which attempt of which
    /// call failed and when the next one comes, its timers, channels and attributes. Without a
    /// run id, the workflow's current run.
    ///
    /// ```no_run
    /// use iwf_engine::inspect::InspectOptions;
    ///
    /// # async fn look(engine: iwf_engine::Engine) -> Result<(), iwf_engine::Failure> {
    /// let run = engine.inspect("order-1", None, InspectOptions::default()).await?;
    /// for execution in run.state_executions {
    ///     if let Some(failing) = execution.failing {
    ///         let (id, next) = (execution.id, failing.next_attempt_at);
    ///         println!("{id}: {}, next attempt at {next:?}", failing.message);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
