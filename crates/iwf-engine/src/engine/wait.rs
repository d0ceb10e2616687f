//! Long polls: bounded in number and time, woken by commits.

use std::time::Duration;

use iwf_engine_core::{CompletionKey, WorkflowId};
use iwf_protocol::{
    StateCompletionOutput, WorkflowWaitForStateCompletionRequest,
    WorkflowWaitForStateCompletionResponse,
};
use tokio::sync::SemaphorePermit;

use super::{Address, Engine, shutting_down};
use crate::failure::Failure;
use crate::store::completion_key;

impl Engine {
    /// Waits until a state that the start request announced has completed. The workflow need not
    /// exist yet.
    ///
    /// # Errors
    ///
    /// No state is named, or it did not complete in time (420): ask again.
    pub async fn wait_for_state_completion(
        &self,
        request: WorkflowWaitForStateCompletionRequest,
    ) -> Result<WorkflowWaitForStateCompletionResponse, Failure> {
        self.check(&request)?;
        let workflow_id = WorkflowId::from(request.workflow_id.as_str());
        Address::new(&request.workflow_id, None).run_id()?;
        let named = |text: Option<String>| text.filter(|text| !text.is_empty());
        let by_execution = named(request.state_execution_id).map(|id| format!("execution {id}"));
        let by_key = named(request.state_id).zip(named(request.wait_for_key));
        let by_key = by_key.map(|(state_id, key)| {
            completion_key(&CompletionKey::StateAndKey(state_id.into(), key.into()))
        });
        let Some(key) = by_execution.or(by_key) else {
            return Err(Failure::invalid(
                "no state to wait for: give stateExecutionId, or stateId together with waitForKey",
            ));
        };
        let _place = self.long_poll()?;
        let completed = self.wait_for_completion(workflow_id, key);
        match self.in_time(request.wait_time_seconds, completed).await? {
            Some(()) => Ok(WorkflowWaitForStateCompletionResponse {
                // SDKs expect the object; nobody reads what the original leaves empty.
                state_completion_output: Some(StateCompletionOutput::default()),
            }),
            None => Err(Failure::long_poll_timed_out(
                "waiting has exceeded timeout limit, please retry",
            )),
        }
    }

    async fn wait_for_completion(
        &self,
        workflow_id: WorkflowId,
        key: String,
    ) -> Result<(), Failure> {
        let place = (workflow_id.clone(), key.clone());
        let subscription = self.shared.completions.subscribe(place);
        loop {
            let woken = subscription.notify.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let (workflow_id, key) = (workflow_id.clone(), key.clone());
            let is_completed = self.query(move |reader| reader.is_completed(&workflow_id, &key));
            if is_completed.await? {
                return Ok(());
            }
            woken.await;
        }
    }

    /// A place among the long polls.
    pub(super) fn long_poll(&self) -> Result<SemaphorePermit<'_>, Failure> {
        self.check_open()?;
        let overloaded = |_| Failure::overloaded("too many callers are waiting: try again later");
        self.shared.long_polls.try_acquire().map_err(overloaded)
    }

    /// `None` if it takes longer than asked for, or than allowed.
    pub(super) async fn in_time<T>(
        &self,
        wait_seconds: Option<i32>,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<Option<T>, Failure> {
        let mut is_closing = self.shared.is_closing.subscribe();
        tokio::select! {
            done = work => done.map(Some),
            () = tokio::time::sleep(self.wait_time(wait_seconds)) => Ok(None),
            _ = is_closing.wait_for(|&closing| closing) => Err(shutting_down()),
        }
    }

    /// What a caller may wait: as long as it asks for, up to the engine's bound, less a moment.
    pub(super) fn wait_time(&self, seconds: Option<i32>) -> Duration {
        let max = self.shared.config.api_max_wait;
        answered_within(match seconds.map(u64::try_from) {
            Some(Ok(seconds)) if seconds > 0 => Duration::from_secs(seconds).min(max),
            _ => max,
        })
    }
}

/// How long to wait so that the answer arrives within the given time.
///
/// The SDKs give their HTTP client the same 60 seconds that are the engine's bound. A 420 that left
/// at the sixtieth would find nobody, and the caller would see a broken connection instead of
/// "still running". The original waits up to a second less, too (it counts whole seconds).
fn answered_within(time: Duration) -> Duration {
    time.saturating_sub((time / 20).min(Duration::from_secs(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_leaves_before_its_caller_gives_up() {
        let waited = |seconds| answered_within(Duration::from_secs(seconds));
        assert_eq!(waited(60), Duration::from_secs(59));
        assert_eq!(waited(10), Duration::from_millis(9_500));
        assert_eq!(waited(1), Duration::from_millis(950));
        assert_eq!(waited(0), Duration::ZERO);
    }
}
