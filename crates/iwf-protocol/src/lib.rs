//! The iWF REST types exactly as on the wire: what clients send to the server, what the server
//! sends to workers, and the answers of both. Serde only; nothing here decides anything.
//!
//! The SDK and the engine meet in these types and nowhere else. Names follow the published IDL,
//! older names included (`start`/`decide` for the two halves of a state, `data objects` for data
//! attributes, `inter-state channel` for internal channels), because both spellings of a field
//! are still in use. Rules that hold for every type:
//!
//! - `null` and an absent field are the same; a missing required field reads as `""`, `0` or `false`.
//! - Unknown fields are ignored; an unknown enum value or a wrong JSON type is an error.
//! - Integers are 32 bits wide unless the field says otherwise.
//! - Empty lists are left out of what we write.

mod attributes;
mod command;
mod decision;
mod error;
mod get;
mod message;
mod null;
pub mod path;
mod reset;
mod rpc;
mod search;
mod server;
mod start;
mod state_options;
mod stop;
mod timer;
mod value;
mod wait;
mod worker;

pub use attributes::{
    WorkflowGetDataObjectsRequest, WorkflowGetDataObjectsResponse,
    WorkflowGetSearchAttributesRequest, WorkflowGetSearchAttributesResponse,
    WorkflowSetDataObjectsRequest, WorkflowSetSearchAttributesRequest,
};
pub use command::{
    ChannelRequestStatus, CommandCombination, CommandRequest, CommandResults, CommandWaitingType,
    DeciderTriggerType, InterStateChannelCommand, InterStateChannelResult, SignalCommand,
    SignalResult, TimerCommand, TimerResult, TimerStatus,
};
pub use decision::{
    DEAD_END, FORCE_COMPLETING_WORKFLOW, FORCE_FAILING_WORKFLOW, GRACEFUL_COMPLETING_WORKFLOW,
    RESERVED_STATE_ID_PREFIX, StateDecision, StateMovement, WorkflowConditionalClose,
    WorkflowConditionalCloseType,
};
pub use error::{ErrorResponse, ErrorSubStatus, WorkerErrorResponse};
pub use get::{
    StateCompletionOutput, WorkflowErrorType, WorkflowGetRequest, WorkflowGetResponse,
    WorkflowStatus,
};
pub use message::{
    InterStateChannelPublishing, PublishToInternalChannelRequest, WorkflowSignalRequest,
};
pub use reset::{WorkflowResetRequest, WorkflowResetResponse, WorkflowResetType};
pub use rpc::{WorkflowRpcRequest, WorkflowRpcResponse};
pub use search::{WorkflowSearchRequest, WorkflowSearchResponse, WorkflowSearchResponseEntry};
pub use server::{HealthInfo, WorkflowDumpRequest, WorkflowDumpResponse};
pub use start::{
    ExecutingStateIdMode, IdReusePolicy, TriggerContinueAsNewRequest,
    WorkflowAlreadyStartedOptions, WorkflowConfig, WorkflowConfigUpdateRequest,
    WorkflowIdReusePolicy, WorkflowRetryPolicy, WorkflowStartOptions, WorkflowStartRequest,
    WorkflowStartResponse,
};
pub use state_options::{
    ExecuteApiFailurePolicy, PersistenceLoadingPolicy, PersistenceLoadingType, RetryPolicy,
    StartApiFailurePolicy, WaitUntilApiFailurePolicy, WorkflowStateOptions,
};
pub use stop::{WorkflowStopRequest, WorkflowStopType};
pub use timer::WorkflowSkipTimerRequest;
pub use value::{
    EncodedObject, KeyValue, SearchAttribute, SearchAttributeKeyAndType, SearchAttributeValueType,
};
pub use wait::{WorkflowWaitForStateCompletionRequest, WorkflowWaitForStateCompletionResponse};
pub use worker::{
    ChannelInfo, Context, StateDecideRequest, StateDecideResponse, StateStartRequest,
    StateStartResponse, WorkerRpcRequest, WorkerRpcResponse,
};
