//! The SDK's client calls the engine in this process: each call is the engine's method of the same
//! name.

use async_trait::async_trait;
use iwf::{Backend, BackendError};
use iwf_engine::{Engine, Failure};
use iwf_protocol::{
    PublishToInternalChannelRequest, TriggerContinueAsNewRequest, WorkflowConfigUpdateRequest,
    WorkflowGetDataObjectsRequest, WorkflowGetDataObjectsResponse, WorkflowGetRequest,
    WorkflowGetResponse, WorkflowGetSearchAttributesRequest, WorkflowGetSearchAttributesResponse,
    WorkflowResetRequest, WorkflowResetResponse, WorkflowRpcRequest, WorkflowRpcResponse,
    WorkflowSearchRequest, WorkflowSearchResponse, WorkflowSetDataObjectsRequest,
    WorkflowSetSearchAttributesRequest, WorkflowSignalRequest, WorkflowSkipTimerRequest,
    WorkflowStartRequest, WorkflowStartResponse, WorkflowStopRequest,
    WorkflowWaitForStateCompletionRequest, WorkflowWaitForStateCompletionResponse,
};

/// The engine, as the SDK sees it.
pub(crate) struct InProcessBackend(Engine);

impl InProcessBackend {
    pub(crate) fn new(engine: Engine) -> Self {
        Self(engine)
    }
}

fn refused(failure: Failure) -> BackendError {
    BackendError::Refused {
        status: failure.status,
        body: Box::new(failure.body),
        retry_after: failure.retry_after,
    }
}

/// One method of [`Backend`] for each line: name, request, answer.
macro_rules! forward {
    ($($call:ident($request:ty) -> $answer:ty;)*) => {
        #[async_trait]
        impl Backend for InProcessBackend {
            $(async fn $call(&self, request: $request) -> Result<$answer, BackendError> {
                self.0.$call(request).await.map_err(refused)
            })*
        }
    };
}

forward! {
    start(WorkflowStartRequest) -> WorkflowStartResponse;
    signal(WorkflowSignalRequest) -> ();
    publish_to_internal_channel(PublishToInternalChannelRequest) -> ();
    stop(WorkflowStopRequest) -> ();
    get(WorkflowGetRequest) -> WorkflowGetResponse;
    get_with_wait(WorkflowGetRequest) -> WorkflowGetResponse;
    search(WorkflowSearchRequest) -> WorkflowSearchResponse;
    reset(WorkflowResetRequest) -> WorkflowResetResponse;
    rpc(WorkflowRpcRequest) -> WorkflowRpcResponse;
    skip_timer(WorkflowSkipTimerRequest) -> ();
    update_config(WorkflowConfigUpdateRequest) -> ();
    trigger_continue_as_new(TriggerContinueAsNewRequest) -> ();
    wait_for_state_completion(WorkflowWaitForStateCompletionRequest) -> WorkflowWaitForStateCompletionResponse;
    get_data_objects(WorkflowGetDataObjectsRequest) -> WorkflowGetDataObjectsResponse;
    set_data_objects(WorkflowSetDataObjectsRequest) -> ();
    get_search_attributes(WorkflowGetSearchAttributesRequest) -> WorkflowGetSearchAttributesResponse;
    set_search_attributes(WorkflowSetSearchAttributesRequest) -> ();
}
