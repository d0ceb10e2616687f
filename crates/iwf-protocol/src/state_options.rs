//! How a state is called: time-outs, retries, failure policies, and what is loaded or locked.
//!
//! Options travel with every movement. Where an old and a new name mean the same, the struct has
//! both fields; which one wins is the server's rule, not this crate's.

use serde::{Deserialize, Serialize};

use crate::null::or_default;

/// The options of one state execution. All optional.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowStateOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_wait_until: Option<bool>,
    /// Old name of `skip_wait_until`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_start_api: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_until_api_timeout_seconds: Option<i32>,
    /// Old name of `wait_until_api_timeout_seconds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_api_timeout_seconds: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execute_api_timeout_seconds: Option<i32>,
    /// Old name of `execute_api_timeout_seconds`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decide_api_timeout_seconds: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_until_api_retry_policy: Option<RetryPolicy>,
    /// Old name of `wait_until_api_retry_policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_api_retry_policy: Option<RetryPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execute_api_retry_policy: Option<RetryPolicy>,
    /// Old name of `execute_api_retry_policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decide_api_retry_policy: Option<RetryPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_until_api_failure_policy: Option<WaitUntilApiFailurePolicy>,
    /// Old name of `wait_until_api_failure_policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_api_failure_policy: Option<StartApiFailurePolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execute_api_failure_policy: Option<ExecuteApiFailurePolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execute_api_failure_proceed_state_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execute_api_failure_proceed_state_options: Option<Box<WorkflowStateOptions>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_attributes_loading_policy: Option<PersistenceLoadingPolicy>,
    /// Old name of `data_attributes_loading_policy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_objects_loading_policy: Option<PersistenceLoadingPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_until_api_data_attributes_loading_policy: Option<PersistenceLoadingPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execute_api_data_attributes_loading_policy: Option<PersistenceLoadingPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_attributes_loading_policy: Option<PersistenceLoadingPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_until_api_search_attributes_loading_policy: Option<PersistenceLoadingPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execute_api_search_attributes_loading_policy: Option<PersistenceLoadingPolicy>,
}

/// How often and how long a state API is tried. Absent fields mean the server's defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RetryPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_interval_seconds: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backoff_coefficient: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_interval_seconds: Option<i32>,
    /// `0` is unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_attempts: Option<i32>,
    /// `0` is no limit of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum_attempts_duration_seconds: Option<i32>,
}

/// What a call reads and locks of the data or search attributes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PersistenceLoadingPolicy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistence_loading_type: Option<PersistenceLoadingType>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub partial_loading_keys: Vec<String>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub locking_keys: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_key_as_prefix: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lazy_loading_large_data_attributes: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PersistenceLoadingType {
    LoadAllWithoutLocking,
    LoadPartialWithoutLocking,
    LoadPartialWithExclusiveLock,
    LoadAllWithPartialLock,
    LoadNone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WaitUntilApiFailurePolicy {
    FailWorkflowOnFailure,
    ProceedOnFailure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StartApiFailurePolicy {
    FailWorkflowOnStartApiFailure,
    ProceedToDecideOnStartApiFailure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ExecuteApiFailurePolicy {
    FailWorkflowOnExecuteApiFailure,
    ProceedToConfiguredState,
}
