//! The server's side of the protocol as a trait: one implementation speaks HTTP, another is an
//! engine in this process.

use async_trait::async_trait;
use iwf_protocol::{
    ErrorResponse, PublishToInternalChannelRequest, TriggerContinueAsNewRequest,
    WorkflowConfigUpdateRequest, WorkflowGetDataObjectsRequest, WorkflowGetDataObjectsResponse,
    WorkflowGetRequest, WorkflowGetResponse, WorkflowGetSearchAttributesRequest,
    WorkflowGetSearchAttributesResponse, WorkflowResetRequest, WorkflowResetResponse,
    WorkflowRpcRequest, WorkflowRpcResponse, WorkflowSearchRequest, WorkflowSearchResponse,
    WorkflowSetDataObjectsRequest, WorkflowSetSearchAttributesRequest, WorkflowSignalRequest,
    WorkflowSkipTimerRequest, WorkflowStartRequest, WorkflowStartResponse, WorkflowStopRequest,
    WorkflowWaitForStateCompletionRequest, WorkflowWaitForStateCompletionResponse,
};
use std::time::Duration;

use crate::BoxError;

/// Why a call to the server has no answer of its kind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// The server answered with an error.
    #[error("the server answered {status}: {}", .body.detail.as_deref().unwrap_or("no detail"))]
    Refused {
        /// The HTTP status, or what it would be.
        status: u16,
        /// What the server says about it.
        body: Box<ErrorResponse>,
        /// When the same request may succeed, if the server says so.
        retry_after: Option<Duration>,
    },
    /// The server was not reached, so nothing has happened.
    #[error("the server was not reached: {0}")]
    Unreachable(#[source] BoxError),
    /// The request left, and no whole answer came: it may have happened or not.
    #[error("no answer came, so it is not known whether the server did it: {0}")]
    OutcomeUnknown(#[source] BoxError),
    /// The answer is not what the protocol says.
    #[error("the server's answer cannot be read: {0}")]
    Undecodable(#[source] BoxError),
}

/// One method per call of the protocol, with its very requests and answers.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// Starts a workflow.
    async fn start(
        &self,
        request: WorkflowStartRequest,
    ) -> Result<WorkflowStartResponse, BackendError>;
    /// Sends a signal.
    async fn signal(&self, request: WorkflowSignalRequest) -> Result<(), BackendError>;
    /// Publishes messages to internal channels.
    async fn publish_to_internal_channel(
        &self,
        request: PublishToInternalChannelRequest,
    ) -> Result<(), BackendError>;
    /// Ends a run.
    async fn stop(&self, request: WorkflowStopRequest) -> Result<(), BackendError>;
    /// Status and, if asked for, outcome of a run.
    async fn get(&self, request: WorkflowGetRequest) -> Result<WorkflowGetResponse, BackendError>;
    /// Waits for the outcome of a run, up to the time that the request names.
    async fn get_with_wait(
        &self,
        request: WorkflowGetRequest,
    ) -> Result<WorkflowGetResponse, BackendError>;
    /// One page of the runs that fit a query.
    async fn search(
        &self,
        request: WorkflowSearchRequest,
    ) -> Result<WorkflowSearchResponse, BackendError>;
    /// Goes back to an earlier point, in a new run.
    async fn reset(
        &self,
        request: WorkflowResetRequest,
    ) -> Result<WorkflowResetResponse, BackendError>;
    /// Calls an RPC.
    async fn rpc(&self, request: WorkflowRpcRequest) -> Result<WorkflowRpcResponse, BackendError>;
    /// Makes a pending timer fire now.
    async fn skip_timer(&self, request: WorkflowSkipTimerRequest) -> Result<(), BackendError>;
    /// Changes the server's settings for one workflow.
    async fn update_config(&self, request: WorkflowConfigUpdateRequest)
    -> Result<(), BackendError>;
    /// Makes a workflow go on as a new run.
    async fn trigger_continue_as_new(
        &self,
        request: TriggerContinueAsNewRequest,
    ) -> Result<(), BackendError>;
    /// Waits for a visit to a state, up to the time that the request names.
    async fn wait_for_state_completion(
        &self,
        request: WorkflowWaitForStateCompletionRequest,
    ) -> Result<WorkflowWaitForStateCompletionResponse, BackendError>;
    /// Reads data attributes.
    async fn get_data_objects(
        &self,
        request: WorkflowGetDataObjectsRequest,
    ) -> Result<WorkflowGetDataObjectsResponse, BackendError>;
    /// Writes data attributes.
    async fn set_data_objects(
        &self,
        request: WorkflowSetDataObjectsRequest,
    ) -> Result<(), BackendError>;
    /// Reads search attributes.
    async fn get_search_attributes(
        &self,
        request: WorkflowGetSearchAttributesRequest,
    ) -> Result<WorkflowGetSearchAttributesResponse, BackendError>;
    /// Writes search attributes.
    async fn set_search_attributes(
        &self,
        request: WorkflowSetSearchAttributesRequest,
    ) -> Result<(), BackendError>;
}
