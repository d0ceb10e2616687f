//! A call from outside, as the client sends it.

use serde::{Deserialize, Serialize};

use crate::null::or_default;
use crate::{EncodedObject, PersistenceLoadingPolicy, SearchAttributeKeyAndType};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowRpcRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub rpc_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<EncodedObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_attributes_loading_policy: Option<PersistenceLoadingPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_attributes_loading_policy: Option<PersistenceLoadingPolicy>,
    /// Without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_memo_for_data_attributes: Option<bool>,
    /// Without effect.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub search_attributes: Vec<SearchAttributeKeyAndType>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowRpcResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<EncodedObject>,
}
