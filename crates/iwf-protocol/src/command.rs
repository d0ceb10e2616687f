//! What a state waits for, and what became of it.

use serde::{Deserialize, Serialize};

use crate::EncodedObject;
use crate::null::or_default;

/// The commands of one waitUntil answer and how many of them must complete.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CommandRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_waiting_type: Option<CommandWaitingType>,
    /// Old name of `command_waiting_type`, with values of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decider_trigger_type: Option<DeciderTriggerType>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub timer_commands: Vec<TimerCommand>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub signal_commands: Vec<SignalCommand>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub inter_state_channel_commands: Vec<InterStateChannelCommand>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub command_combinations: Vec<CommandCombination>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CommandWaitingType {
    AllCompleted,
    AnyCompleted,
    AnyCombinationCompleted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeciderTriggerType {
    AllCommandCompleted,
    AnyCommandCompleted,
    AnyCommandCombinationCompleted,
}

/// Command ids that complete the wait together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CommandCombination {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub command_ids: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TimerCommand {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_id: Option<String>,
    /// 64 bits wide. Wins over the firing time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<i64>,
    /// 64 bits wide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firing_unix_timestamp_seconds: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignalCommand {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub signal_channel_name: String,
    /// In the schema, but without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i32>,
    /// In the schema, but without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InterStateChannelCommand {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_id: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub channel_name: String,
    /// In the schema, but without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i32>,
    /// In the schema, but without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<i32>,
}

/// What execute is told about the commands: one entry per command, in the order of the request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CommandResults {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub timer_results: Vec<TimerResult>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub signal_results: Vec<SignalResult>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub inter_state_channel_results: Vec<InterStateChannelResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_start_api_succeeded: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_wait_until_failed: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TimerResult {
    #[serde(default, deserialize_with = "or_default")]
    pub command_id: String,
    pub timer_status: TimerStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TimerStatus {
    Scheduled,
    /// Fired or skipped.
    Fired,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignalResult {
    #[serde(default, deserialize_with = "or_default")]
    pub command_id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub signal_channel_name: String,
    pub signal_request_status: ChannelRequestStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal_value: Option<EncodedObject>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InterStateChannelResult {
    #[serde(default, deserialize_with = "or_default")]
    pub command_id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub channel_name: String,
    pub request_status: ChannelRequestStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<EncodedObject>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ChannelRequestStatus {
    Waiting,
    Received,
}
