//! The status and outcome of a workflow, at once or when it has ended.

use std::sync::Arc;

use iwf_engine_core::Run;
use iwf_protocol::{WorkflowGetRequest, WorkflowGetResponse};

use super::{Address, Engine};
use crate::convert;
use crate::failure::Failure;

impl Engine {
    /// Answers at once; results and errors only if they are asked for.
    ///
    /// # Errors
    ///
    /// The workflow or run is unknown.
    pub async fn get(&self, request: WorkflowGetRequest) -> Result<WorkflowGetResponse, Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        let run = self.snapshot(&address).await?;
        let with_results = request.needs_results.unwrap_or_default();
        let asked = run.id;
        let is_retried = |run: &Run| run.head.outcome.as_ref().is_some_and(|end| end.is_retried);
        // A failed run that was retried has no outcome of its own.
        let run = if with_results && is_retried(&run) {
            let last = self.end_of_chain(run.clone()).await?;
            if last.is_running() { run } else { last }
        } else {
            run
        };
        Ok(convert::get_response(&run, asked, with_results))
    }

    /// Waits for the end of the workflow, retries included.
    ///
    /// # Errors
    ///
    /// The workflow or run is unknown, or it did not end in time (420): ask again.
    pub async fn get_with_wait(
        &self,
        request: WorkflowGetRequest,
    ) -> Result<WorkflowGetResponse, Failure> {
        let address = Address::new(&request.workflow_id, request.workflow_run_id.as_deref());
        let run = self.snapshot(&address).await?;
        let asked = run.id;
        let _place = self.long_poll()?;
        let ended = self.wait_for_end(run);
        let Some(run) = self.in_time(request.wait_time_seconds, ended).await? else {
            return Err(Failure::long_poll_timed_out(
                "workflow is still running, waiting has exceeded timeout limit, please retry",
            ));
        };
        Ok(convert::get_response(&run, asked, true))
    }

    async fn wait_for_end(&self, mut run: Arc<Run>) -> Result<Arc<Run>, Failure> {
        let subscription = self.shared.closings.subscribe(run.settings.first_run_id);
        loop {
            let woken = subscription.notify.notified();
            tokio::pin!(woken);
            // Subscribed before looking, so that no end falls between the two.
            woken.as_mut().enable();
            run = self.end_of_chain(run).await?;
            if !run.is_running() {
                return Ok(run);
            }
            woken.await;
        }
    }
}
