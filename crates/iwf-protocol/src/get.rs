//! The status and outcome of a run.

use serde::{Deserialize, Serialize};

use crate::EncodedObject;
use crate::null::or_default;

/// Of `get` and `getWithWait`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowGetRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    /// Only `get` looks at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs_results: Option<bool>,
    /// Only `getWithWait` looks at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_time_seconds: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowGetResponse {
    #[serde(default, deserialize_with = "or_default")]
    pub workflow_run_id: String,
    pub workflow_status: WorkflowStatus,
    #[serde(
        default,
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub results: Vec<StateCompletionOutput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_type: Option<WorkflowErrorType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StateCompletionOutput {
    #[serde(deserialize_with = "or_default")]
    pub completed_state_id: String,
    #[serde(deserialize_with = "or_default")]
    pub completed_state_execution_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completed_state_output: Option<EncodedObject>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkflowStatus {
    Running,
    Completed,
    Failed,
    Timeout,
    Terminated,
    Canceled,
    ContinuedAsNew,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WorkflowErrorType {
    #[serde(rename = "STATE_DECISION_FAILING_WORKFLOW_ERROR_TYPE")]
    StateDecisionFailingWorkflow,
    #[serde(rename = "CLIENT_API_FAILING_WORKFLOW_ERROR_TYPE")]
    ClientApiFailingWorkflow,
    #[serde(rename = "STATE_API_FAIL_ERROR_TYPE")]
    StateApiFail,
    #[serde(rename = "INVALID_USER_WORKFLOW_CODE_ERROR_TYPE")]
    InvalidUserWorkflowCode,
    #[serde(rename = "RPC_ACQUIRE_LOCK_FAILURE")]
    RpcAcquireLockFailure,
    #[serde(rename = "SERVER_INTERNAL_ERROR_TYPE")]
    ServerInternalError,
}
