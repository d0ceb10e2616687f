//! Messages to a workflow: signals from outside, and publications to its internal channels.

use serde::{Deserialize, Serialize};

use crate::EncodedObject;
use crate::null::or_default;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowSignalRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub signal_channel_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal_value: Option<EncodedObject>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PublishToInternalChannelRequest {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workflow_run_id: Option<String>,
    /// In the order of publication.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<InterStateChannelPublishing>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InterStateChannelPublishing {
    #[serde(deserialize_with = "or_default")]
    pub channel_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<EncodedObject>,
}
