//! Going back to an earlier point of a run, in a new run.

use serde::{Deserialize, Serialize};

use crate::null::or_default;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowResetRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset_type: Option<WorkflowResetType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_event_id: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_event_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_execution_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_signal_reapply: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_update_reapply: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowResetResponse {
    /// The new run.
    #[serde(deserialize_with = "or_default")]
    pub workflow_run_id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkflowResetType {
    Beginning,
    HistoryEventId,
    HistoryEventTime,
    StateId,
    StateExecutionId,
}
