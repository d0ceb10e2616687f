//! The error body of every refused request.

use serde::{Deserialize, Serialize};

/// All fields are optional on the wire; `sub_status` is absent for schema errors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_status: Option<ErrorSubStatus>,
    /// Of RPC worker failures; present even when empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_worker_error_detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_worker_error_type: Option<String>,
    /// `0` when the worker gave no HTTP answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_worker_error_status: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorSubStatus {
    #[serde(rename = "UNCATEGORIZED_SUB_STATUS")]
    Uncategorized,
    #[serde(rename = "WORKFLOW_ALREADY_STARTED_SUB_STATUS")]
    WorkflowAlreadyStarted,
    #[serde(rename = "WORKFLOW_NOT_EXISTS_SUB_STATUS")]
    WorkflowNotExists,
    #[serde(rename = "WORKER_API_ERROR")]
    WorkerApiError,
    #[serde(rename = "LONG_POLL_TIME_OUT_SUB_STATUS")]
    LongPollTimeOut,
}

/// What a worker answers instead of a result, with any status but 200.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkerErrorResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
}
