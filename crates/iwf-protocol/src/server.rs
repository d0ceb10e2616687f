//! What a server tells about itself and, for debugging, about the inside of a run.

use serde::{Deserialize, Serialize};

use crate::null::or_default;

/// Of `GET /info/healthcheck`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HealthInfo {
    #[serde(deserialize_with = "or_default")]
    pub condition: String,
    #[serde(deserialize_with = "or_default")]
    pub hostname: String,
    #[serde(deserialize_with = "or_default")]
    pub duration: i32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowDumpRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(deserialize_with = "or_default")]
    pub workflow_run_id: String,
    #[serde(deserialize_with = "or_default")]
    pub page_size_in_bytes: i32,
    /// From 0.
    #[serde(deserialize_with = "or_default")]
    pub page_num: i32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowDumpResponse {
    #[serde(deserialize_with = "or_default")]
    pub checksum: String,
    #[serde(deserialize_with = "or_default")]
    pub total_pages: i32,
    /// One page of a JSON text.
    #[serde(deserialize_with = "or_default")]
    pub json_data: String,
}
