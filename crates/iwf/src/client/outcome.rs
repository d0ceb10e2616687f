//! How a workflow is doing, how it ended, and waiting for either.

use super::{ApiError, ClosedStatus, WorkflowRef};
use crate::{Contains, Contract, Json, Payload, State, Workflow, wire};
use iwf_protocol::{
    WorkflowErrorType, WorkflowGetRequest, WorkflowGetResponse, WorkflowStatus,
    WorkflowWaitForStateCompletionRequest,
};
use std::time::{Duration, Instant};

/// How long one long poll asks the server to wait; well below the time-out of any proxy.
const LONG_POLL: Duration = Duration::from_secs(20);

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// Not ended.
    Running,
    /// Ended as its code meant it to.
    Completed,
    /// Ended by its own decision, by a call, or because a state used up its retries.
    Failed,
    /// Ended by its time limit.
    TimedOut,
    /// Ended by a call, at once.
    Terminated,
    /// Ended by a call.
    Canceled,
    /// Went on as a new run.
    ContinuedAsNew,
}

/// What the server says about a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// The run.
    pub run_id: String,
    /// Where it stands.
    pub status: RunStatus,
    /// The server's word for the cause, when it failed.
    pub kind: Option<String>,
    /// The cause, when it failed.
    pub message: Option<String>,
}

/// What one thread of a workflow yielded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// The visit that ended the thread, such as `Ship-2`.
    pub state_execution_id: String,
    /// What it yielded.
    pub value: Payload,
}

impl<C: Contract> WorkflowRef<C> {
    /// Where the workflow stands.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and whatever the server says.
    pub async fn describe(&self) -> Result<Description, ApiError> {
        let answer = self.get().await?;
        Ok(Description {
            status: status(answer.workflow_status),
            kind: answer.error_type.map(kind),
            message: answer.error_message,
            run_id: answer.workflow_run_id,
        })
    }

    /// Waits until the workflow ends, however long that is; drop the future to stop waiting.
    ///
    /// # Errors
    /// [`ApiError::Uncompleted`] when it ended otherwise than by completing,
    /// [`ApiError::NotFound`], and whatever the server says.
    pub async fn result(&self) -> Result<C::Output, ApiError> {
        output(self.wait(None).await?)
    }

    /// As [`result`](Self::result), for this long.
    ///
    /// # Errors
    /// As [`result`](Self::result), and [`ApiError::StillRunning`] when the time is over.
    pub async fn result_within(&self, patience: Duration) -> Result<C::Output, ApiError> {
        output(self.wait(Some(patience)).await?)
    }

    /// The result, or `None` while the workflow has not ended.
    ///
    /// # Errors
    /// As [`result`](Self::result).
    pub async fn try_result(&self) -> Result<Option<C::Output>, ApiError> {
        let answer = self.get().await?;
        match answer.workflow_status {
            WorkflowStatus::Running | WorkflowStatus::ContinuedAsNew => Ok(None),
            _ => output(answer).map(Some),
        }
    }

    /// Waits until the workflow ends, and returns what each of its threads yielded, in order.
    ///
    /// # Errors
    /// As [`result`](Self::result).
    pub async fn outputs(&self) -> Result<Vec<Output>, ApiError> {
        completed(self.wait(None).await?)
    }

    /// Waits until the `nth` visit to state `S` (counted from 1) is done. The start must have
    /// announced it; see [`StartOptions::waits_for`](crate::StartOptions::waits_for).
    ///
    /// # Errors
    /// Whatever the server says.
    pub async fn wait_for_state<S, I>(&self, nth: u32) -> Result<(), ApiError>
    where
        S: State<Workflow = C>,
        C: Workflow,
        C::States: Contains<S, I>,
    {
        let visit = Some(format!("{}-{nth}", S::ID));
        self.wait_for_visit(|request| request.state_execution_id.clone_from(&visit))
            .await
    }

    /// Waits until the visit to state `S` is done whose movement carried this wait key.
    ///
    /// # Errors
    /// Whatever the server says.
    pub async fn wait_for_key<S, I>(&self, key: &str) -> Result<(), ApiError>
    where
        S: State<Workflow = C>,
        C: Workflow,
        C::States: Contains<S, I>,
    {
        self.wait_for_visit(|request| {
            request.state_id = Some(S::ID.to_owned());
            request.wait_for_key = Some(key.to_owned());
        })
        .await
    }

    async fn wait_for_visit(
        &self,
        which: impl Fn(&mut WorkflowWaitForStateCompletionRequest) + Send,
    ) -> Result<(), ApiError> {
        loop {
            let mut request = WorkflowWaitForStateCompletionRequest {
                workflow_id: self.id.clone(),
                wait_time_seconds: Some(crate::options::seconds(LONG_POLL)),
                ..WorkflowWaitForStateCompletionRequest::default()
            };
            which(&mut request);
            match self
                .backend()
                .wait_for_state_completion(request)
                .await
                .map_err(ApiError::from)
            {
                Err(ApiError::StillRunning) => {}
                done => return done.map(drop),
            }
        }
    }

    async fn get(&self) -> Result<WorkflowGetResponse, ApiError> {
        let request = WorkflowGetRequest {
            workflow_id: self.id.clone(),
            workflow_run_id: self.run_id.clone(),
            needs_results: Some(true),
            wait_time_seconds: None,
        };
        Ok(self.backend().get(request).await?)
    }

    async fn wait(&self, patience: Option<Duration>) -> Result<WorkflowGetResponse, ApiError> {
        let begun = Instant::now();
        loop {
            let left = patience.map(|patience| patience.saturating_sub(begun.elapsed()));
            let wait = left.map_or(LONG_POLL, |left| left.min(LONG_POLL));
            let request = WorkflowGetRequest {
                workflow_id: self.id.clone(),
                workflow_run_id: self.run_id.clone(),
                needs_results: Some(true),
                wait_time_seconds: Some(crate::options::seconds(wait)),
            };
            match self
                .backend()
                .get_with_wait(request)
                .await
                .map_err(ApiError::from)
            {
                Err(ApiError::StillRunning)
                    if patience.is_none_or(|patience| begun.elapsed() < patience) => {}
                answer => return answer,
            }
        }
    }
}

/// One value is what callers want; a workflow of several threads has [`WorkflowRef::outputs`].
fn output<T: crate::Wire>(answer: WorkflowGetResponse) -> Result<T, ApiError> {
    let mut values = completed(answer)?
        .into_iter()
        .map(|one| one.value)
        .filter(|v| !v.is_absent());
    let value = values.next().unwrap_or_default();
    if values.next().is_some() {
        let several = "several threads yielded a value: ask for `outputs`";
        return Err(ApiError::decode("result of the workflow", several));
    }
    value
        .decode()
        .map_err(|source| ApiError::decode("result of the workflow", source))
}

fn completed(answer: WorkflowGetResponse) -> Result<Vec<Output>, ApiError> {
    let status = match answer.workflow_status {
        WorkflowStatus::Completed => return Ok(outputs(answer)),
        WorkflowStatus::Running | WorkflowStatus::ContinuedAsNew => {
            return Err(ApiError::StillRunning);
        }
        WorkflowStatus::Failed => ClosedStatus::Failed,
        WorkflowStatus::Timeout => ClosedStatus::TimedOut,
        WorkflowStatus::Terminated => ClosedStatus::Terminated,
        WorkflowStatus::Canceled => ClosedStatus::Canceled,
    };
    let run_id = answer.workflow_run_id.clone();
    let kind = answer.error_type.map(kind);
    let told = answer.error_message.clone();
    let json = |one: Output| one.value.decode::<Json>().ok();
    let outputs: Vec<Json> = outputs(answer).into_iter().filter_map(json).collect();
    // A workflow that fails by its own decision sends the reason as its last output.
    let message = told.or_else(|| outputs.last().and_then(Json::as_str).map(str::to_owned));
    Err(ApiError::Uncompleted {
        run_id,
        status,
        kind,
        message,
        outputs,
    })
}

fn outputs(answer: WorkflowGetResponse) -> Vec<Output> {
    let results = answer.results.into_iter().map(|result| Output {
        state_execution_id: result.completed_state_execution_id,
        value: wire::payload_from_wire(result.completed_state_output),
    });
    results.collect()
}

fn status(status: WorkflowStatus) -> RunStatus {
    match status {
        WorkflowStatus::Running => RunStatus::Running,
        WorkflowStatus::Completed => RunStatus::Completed,
        WorkflowStatus::Failed => RunStatus::Failed,
        WorkflowStatus::Timeout => RunStatus::TimedOut,
        WorkflowStatus::Terminated => RunStatus::Terminated,
        WorkflowStatus::Canceled => RunStatus::Canceled,
        WorkflowStatus::ContinuedAsNew => RunStatus::ContinuedAsNew,
    }
}

fn kind(error_type: WorkflowErrorType) -> String {
    format!("{error_type:?}")
}
