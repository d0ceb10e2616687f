//! Finding runs by a visibility query.

use serde::{Deserialize, Serialize};

use crate::null::or_default;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowSearchRequest {
    /// Empty is all.
    #[serde(deserialize_with = "or_default")]
    pub query: String,
    /// Absent, zero and less mean the server's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i32>,
    /// As the page before gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowSearchResponse {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub workflow_executions: Vec<WorkflowSearchResponseEntry>,
    /// Empty at the end.
    #[serde(deserialize_with = "or_default")]
    pub next_page_token: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowSearchResponseEntry {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(deserialize_with = "or_default")]
    pub workflow_run_id: String,
}
