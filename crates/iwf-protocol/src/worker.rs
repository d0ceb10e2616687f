//! The three calls from the server to a worker, and the worker's answers.
//!
//! The same thing has three names here, all of them on the wire: the data attributes are
//! `dataObjects` in the start request, `DataObjects` in the decide request, and `dataAttributes`
//! in the RPC request.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::null::or_default;
use crate::{CommandRequest, CommandResults, EncodedObject, InterStateChannelPublishing};
use crate::{KeyValue, SearchAttribute, StateDecision};

/// Who is called. The last three fields are of the state APIs only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Context {
    #[serde(deserialize_with = "or_default")]
    pub workflow_id: String,
    /// State APIs: the first run of the chain. RPC: the current run.
    #[serde(deserialize_with = "or_default")]
    pub workflow_run_id: String,
    /// Unix seconds, 64 bits wide.
    #[serde(deserialize_with = "or_default")]
    pub workflow_started_timestamp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_execution_id: Option<String>,
    /// From 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<i32>,
    /// Unix seconds, 64 bits wide; the same for all attempts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_attempt_timestamp: Option<i64>,
}

/// Calls waitUntil.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StateStartRequest {
    #[serde(deserialize_with = "or_default")]
    pub context: Context,
    #[serde(deserialize_with = "or_default")]
    pub workflow_type: String,
    #[serde(deserialize_with = "or_default")]
    pub workflow_state_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_input: Option<EncodedObject>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub search_attributes: Vec<SearchAttribute>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub data_objects: Vec<KeyValue>,
}

/// The answer of waitUntil; without a command request there is nothing to wait for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StateStartResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_request: Option<CommandRequest>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub upsert_data_objects: Vec<KeyValue>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub upsert_search_attributes: Vec<SearchAttribute>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub upsert_state_locals: Vec<KeyValue>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub record_events: Vec<KeyValue>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub publish_to_inter_state_channel: Vec<InterStateChannelPublishing>,
    /// Internal to the original server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_activity_input: Option<String>,
}

/// Calls execute.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StateDecideRequest {
    #[serde(deserialize_with = "or_default")]
    pub context: Context,
    #[serde(deserialize_with = "or_default")]
    pub workflow_type: String,
    #[serde(deserialize_with = "or_default")]
    pub workflow_state_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_input: Option<EncodedObject>,
    /// Absent for a state without waitUntil.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_results: Option<CommandResults>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub state_locals: Vec<KeyValue>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub search_attributes: Vec<SearchAttribute>,
    #[serde(
        rename = "DataObjects",
        deserialize_with = "or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub data_objects: Vec<KeyValue>,
}

/// The answer of execute; the decision must name at least one next state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StateDecideResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_decision: Option<StateDecision>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub upsert_data_objects: Vec<KeyValue>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub upsert_search_attributes: Vec<SearchAttribute>,
    /// Without effect.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub upsert_state_locals: Vec<KeyValue>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub record_events: Vec<KeyValue>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub publish_to_inter_state_channel: Vec<InterStateChannelPublishing>,
    /// Internal to the original server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_activity_input: Option<String>,
}

/// Calls an RPC.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkerRpcRequest {
    #[serde(deserialize_with = "or_default")]
    pub context: Context,
    #[serde(deserialize_with = "or_default")]
    pub workflow_type: String,
    #[serde(deserialize_with = "or_default")]
    pub rpc_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<EncodedObject>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub search_attributes: Vec<SearchAttribute>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub data_attributes: Vec<KeyValue>,
    /// Always written; only channels with unconsumed messages are listed.
    #[serde(deserialize_with = "or_default")]
    pub signal_channel_infos: BTreeMap<String, ChannelInfo>,
    #[serde(deserialize_with = "or_default")]
    pub internal_channel_infos: BTreeMap<String, ChannelInfo>,
}

/// How many messages a channel holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ChannelInfo {
    #[serde(deserialize_with = "or_default")]
    pub size: i32,
}

/// The answer of an RPC; the decision may hold ordinary movements only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkerRpcResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<EncodedObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_decision: Option<StateDecision>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub upsert_data_attributes: Vec<KeyValue>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub upsert_search_attributes: Vec<SearchAttribute>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub publish_to_inter_state_channel: Vec<InterStateChannelPublishing>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub record_events: Vec<KeyValue>,
    /// Without effect.
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub upsert_state_locals: Vec<KeyValue>,
}
