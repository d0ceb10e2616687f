//! Making a pending timer complete now.

use serde::{Deserialize, Serialize};

use crate::null::or_default;

/// One of `timer_command_id` and `timer_command_index` is needed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowSkipTimerRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub workflow_state_execution_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer_command_id: Option<String>,
    /// From 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timer_command_index: Option<i32>,
}
