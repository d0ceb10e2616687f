//! The calls of the protocol: where each goes, how long it may take, and whether it may be repeated.

use super::{
    HttpBackend,
    repeat::{Repeat, did_nothing},
};
use crate::client::backend::{Backend, BackendError};
use async_trait::async_trait;
use iwf_protocol::{
    IdReusePolicy, PublishToInternalChannelRequest, TriggerContinueAsNewRequest,
    WorkflowConfigUpdateRequest, WorkflowGetDataObjectsRequest, WorkflowGetDataObjectsResponse,
    WorkflowGetRequest, WorkflowGetResponse, WorkflowGetSearchAttributesRequest,
    WorkflowGetSearchAttributesResponse, WorkflowResetRequest, WorkflowResetResponse,
    WorkflowRpcRequest, WorkflowRpcResponse, WorkflowSearchRequest, WorkflowSearchResponse,
    WorkflowSetDataObjectsRequest, WorkflowSetSearchAttributesRequest, WorkflowSignalRequest,
    WorkflowSkipTimerRequest, WorkflowStartRequest, WorkflowStartResponse, WorkflowStopRequest,
    WorkflowStopType, WorkflowWaitForStateCompletionRequest,
    WorkflowWaitForStateCompletionResponse, path,
};
use serde::Deserialize;
use std::time::Duration;

/// For calls that the server answers at once.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest that a server waits on its own account, for long polls and RPCs without a time.
const SERVER_WAIT: Duration = Duration::from_mins(1);
/// What the network may add to a wait before it counts as lost.
const WAIT_MARGIN: Duration = Duration::from_secs(15);

/// The answer of calls that answer nothing.
#[derive(Deserialize)]
struct Nothing {}

#[async_trait]
impl Backend for HttpBackend {
    async fn start(
        &self,
        mut request: WorkflowStartRequest,
    ) -> Result<WorkflowStartResponse, BackendError> {
        let mut attempt = 1;
        loop {
            let error = match self.post_once(path::START, &request, CALL_TIMEOUT).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match self.gap(&error, repeat_of_start(&request), attempt) {
                Some(gap) => tokio::time::sleep(gap).await,
                None => return Err(error),
            }
            if !did_nothing(&error) {
                join_our_own(&mut request);
            }
            attempt += 1;
        }
    }
    async fn rpc(&self, request: WorkflowRpcRequest) -> Result<WorkflowRpcResponse, BackendError> {
        let timeout = beyond(request.timeout_seconds);
        self.post(path::RPC, &request, Repeat::IfNothingHappened, timeout)
            .await
    }
    async fn get_with_wait(
        &self,
        request: WorkflowGetRequest,
    ) -> Result<WorkflowGetResponse, BackendError> {
        let timeout = beyond(request.wait_time_seconds);
        self.post(path::GET_WITH_WAIT, &request, Repeat::Safe, timeout)
            .await
    }
    async fn wait_for_state_completion(
        &self,
        request: WorkflowWaitForStateCompletionRequest,
    ) -> Result<WorkflowWaitForStateCompletionResponse, BackendError> {
        let timeout = beyond(request.wait_time_seconds);
        self.post(
            path::WAIT_FOR_STATE_COMPLETION,
            &request,
            Repeat::Safe,
            timeout,
        )
        .await
    }
    async fn signal(&self, request: WorkflowSignalRequest) -> Result<(), BackendError> {
        self.post::<_, Nothing>(
            path::SIGNAL,
            &request,
            Repeat::IfNothingHappened,
            CALL_TIMEOUT,
        )
        .await
        .map(drop)
    }
    async fn publish_to_internal_channel(
        &self,
        request: PublishToInternalChannelRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(
            path::PUBLISH_TO_INTERNAL_CHANNEL,
            &request,
            Repeat::IfNothingHappened,
            CALL_TIMEOUT,
        )
        .await
        .map(drop)
    }
    async fn stop(&self, request: WorkflowStopRequest) -> Result<(), BackendError> {
        // Failing a workflow again would fail the run that its retry policy has begun meanwhile.
        let repeat = match request.stop_type {
            Some(WorkflowStopType::Fail) => Repeat::IfNothingHappened,
            _ => Repeat::Safe,
        };
        self.post::<_, Nothing>(path::STOP, &request, repeat, CALL_TIMEOUT)
            .await
            .map(drop)
    }
    async fn get(&self, request: WorkflowGetRequest) -> Result<WorkflowGetResponse, BackendError> {
        self.post(path::GET, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
    }
    async fn search(
        &self,
        request: WorkflowSearchRequest,
    ) -> Result<WorkflowSearchResponse, BackendError> {
        self.post(path::SEARCH, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
    }
    async fn reset(
        &self,
        request: WorkflowResetRequest,
    ) -> Result<WorkflowResetResponse, BackendError> {
        self.post(
            path::RESET,
            &request,
            Repeat::IfNothingHappened,
            CALL_TIMEOUT,
        )
        .await
    }
    async fn skip_timer(&self, request: WorkflowSkipTimerRequest) -> Result<(), BackendError> {
        self.post::<_, Nothing>(path::SKIP_TIMER, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
            .map(drop)
    }
    async fn update_config(
        &self,
        request: WorkflowConfigUpdateRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(path::UPDATE_CONFIG, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
            .map(drop)
    }
    async fn trigger_continue_as_new(
        &self,
        request: TriggerContinueAsNewRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(
            path::TRIGGER_CONTINUE_AS_NEW,
            &request,
            Repeat::Safe,
            CALL_TIMEOUT,
        )
        .await
        .map(drop)
    }
    async fn get_data_objects(
        &self,
        request: WorkflowGetDataObjectsRequest,
    ) -> Result<WorkflowGetDataObjectsResponse, BackendError> {
        self.post(path::GET_DATA_OBJECTS, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
    }
    async fn set_data_objects(
        &self,
        request: WorkflowSetDataObjectsRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(path::SET_DATA_OBJECTS, &request, Repeat::Safe, CALL_TIMEOUT)
            .await
            .map(drop)
    }
    async fn get_search_attributes(
        &self,
        request: WorkflowGetSearchAttributesRequest,
    ) -> Result<WorkflowGetSearchAttributesResponse, BackendError> {
        self.post(
            path::GET_SEARCH_ATTRIBUTES,
            &request,
            Repeat::Safe,
            CALL_TIMEOUT,
        )
        .await
    }
    async fn set_search_attributes(
        &self,
        request: WorkflowSetSearchAttributesRequest,
    ) -> Result<(), BackendError> {
        self.post::<_, Nothing>(
            path::SET_SEARCH_ATTRIBUTES,
            &request,
            Repeat::Safe,
            CALL_TIMEOUT,
        )
        .await
        .map(drop)
    }
}

/// The attempt before may have succeeded: from now on, what carries our id is ours.
fn join_our_own(request: &mut WorkflowStartRequest) {
    let options = request.workflow_start_options.as_mut();
    if let Some(already) = options.and_then(|o| o.workflow_already_started_options.as_mut()) {
        already.ignore_already_started_error |= already.request_id.is_some();
    }
}

/// A start is repeated only where the second would be recognised, and would not end the first.
fn repeat_of_start(request: &WorkflowStartRequest) -> Repeat {
    let Some(options) = &request.workflow_start_options else {
        return Repeat::IfNothingHappened;
    };
    let already = options.workflow_already_started_options.as_ref();
    let recognised = already.is_some_and(|already| already.request_id.is_some());
    let replaces = options.id_reuse_policy == Some(IdReusePolicy::AllowTerminateIfRunning);
    if recognised && !replaces {
        Repeat::Safe
    } else {
        Repeat::IfNothingHappened
    }
}

/// A little longer than the server waits, so that its answer comes first.
fn beyond(wait_seconds: Option<i32>) -> Duration {
    let wait = wait_seconds
        .and_then(|secs| u64::try_from(secs).ok())
        .filter(|secs| *secs > 0);
    wait.map_or(SERVER_WAIT, Duration::from_secs)
        .saturating_add(WAIT_MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_outlasts_the_servers() {
        assert_eq!(beyond(Some(20)), Duration::from_secs(35));
        assert_eq!(beyond(None), Duration::from_secs(75));
        assert_eq!(beyond(Some(-1)), Duration::from_secs(75));
    }
}
