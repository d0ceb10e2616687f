//! Waiting for the completion of one state execution.

use serde::{Deserialize, Serialize};

use crate::StateCompletionOutput;
use crate::null::or_default;

/// Wants `state_execution_id`, or `state_id` with `wait_for_key`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowWaitForStateCompletionRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_execution_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_for_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_time_seconds: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowWaitForStateCompletionResponse {
    /// Its strings are always empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_completion_output: Option<StateCompletionOutput>,
}
