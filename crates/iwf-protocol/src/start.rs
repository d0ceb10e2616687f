//! Starting a workflow, and the configuration a run carries.

use serde::{Deserialize, Serialize};

use crate::null::or_default;
use crate::{EncodedObject, KeyValue, SearchAttribute, WorkflowStateOptions};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowStartRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(deserialize_with = "or_default")]
    pub iwf_workflow_type: String,
    /// `0` is no limit.
    #[serde(deserialize_with = "or_default")]
    pub workflow_timeout_seconds: i32,
    /// Base URL of the worker.
    #[serde(deserialize_with = "or_default")]
    pub iwf_worker_url: String,
    /// Absent for a workflow that idles until an RPC brings a movement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_state_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_input: Option<EncodedObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_options: Option<Box<WorkflowStateOptions>>,
    /// States whose completion somebody will wait for.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub wait_for_completion_state_ids: Vec<String>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub wait_for_completion_state_execution_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_start_options: Option<WorkflowStartOptions>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowStartResponse {
    #[serde(deserialize_with = "or_default")]
    pub workflow_run_id: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowStartOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_reuse_policy: Option<IdReusePolicy>,
    /// Old name of `id_reuse_policy`, with values of its own.
    #[serde(
        rename = "workflowIDReusePolicy",
        skip_serializing_if = "Option::is_none"
    )]
    pub workflow_id_reuse_policy: Option<WorkflowIdReusePolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cron_schedule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_start_delay_seconds: Option<i32>,
    /// Present, even empty, it turns workflow retries on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_policy: Option<WorkflowRetryPolicy>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub search_attributes: Vec<SearchAttribute>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub data_attributes: Vec<KeyValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_config_override: Option<WorkflowConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_memo_for_data_attributes: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_already_started_options: Option<WorkflowAlreadyStartedOptions>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IdReusePolicy {
    AllowIfNoRunning,
    /// The misspelt form is accepted as well.
    #[serde(alias = "ALLOW_IF_PREVIOUS_EXISTS_ABNORMALLY")]
    AllowIfPreviousExitsAbnormally,
    DisallowReuse,
    AllowTerminateIfRunning,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkflowIdReusePolicy {
    AllowDuplicate,
    AllowDuplicateFailedOnly,
    RejectDuplicate,
    TerminateIfRunning,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowRetryPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_interval_seconds: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_coefficient: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_interval_seconds: Option<i32>,
    /// Counts runs; `0` is unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_attempts: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowAlreadyStartedOptions {
    #[serde(deserialize_with = "or_default")]
    pub ignore_already_started_error: bool,
    /// Makes a repeated start safe: only the run that carries the same id is taken for ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Configuration of a run; absent fields mean the server's defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executing_state_id_mode: Option<ExecutingStateIdMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_system_search_attribute: Option<bool>,
    /// `0` is never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continue_as_new_threshold: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continue_as_new_page_size_in_bytes: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimize_activity: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optimize_timer: Option<bool>,
}

/// Which states show in the search attribute `IwfExecutingStateIds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExecutingStateIdMode {
    EnabledForAll,
    EnabledForStatesWithWaitUntil,
    Disabled,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowConfigUpdateRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub workflow_config: WorkflowConfig,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TriggerContinueAsNewRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
}
