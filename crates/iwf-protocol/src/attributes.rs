//! Reading and writing the attributes of a run from outside.

use serde::{Deserialize, Serialize};

use crate::null::or_default;
use crate::{KeyValue, SearchAttribute, SearchAttributeKeyAndType};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowGetDataObjectsRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    /// Empty is all.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_memo_for_data_attributes: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowGetDataObjectsResponse {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<KeyValue>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowSetDataObjectsRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<KeyValue>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowGetSearchAttributesRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    /// Empty is none.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<SearchAttributeKeyAndType>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowGetSearchAttributesResponse {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub search_attributes: Vec<SearchAttribute>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowSetSearchAttributesRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub search_attributes: Vec<SearchAttribute>,
}
