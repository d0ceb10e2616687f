//! What execute or an RPC returns: the next movements, or the end.

use serde::{Deserialize, Serialize};

use crate::null::or_default;
use crate::{EncodedObject, WorkflowStateOptions};

/// Completes the workflow once no state execution is left; the input is the output.
pub const GRACEFUL_COMPLETING_WORKFLOW: &str = "_SYS_GRACEFUL_COMPLETING_WORKFLOW";
/// Completes the workflow now.
pub const FORCE_COMPLETING_WORKFLOW: &str = "_SYS_FORCE_COMPLETING_WORKFLOW";
/// Fails the workflow now.
pub const FORCE_FAILING_WORKFLOW: &str = "_SYS_FORCE_FAILING_WORKFLOW";
/// Ends this thread only.
pub const DEAD_END: &str = "_SYS_DEAD_END";
/// What the ids above begin with; ordinary states must not.
pub const RESERVED_STATE_ID_PREFIX: &str = "_SYS_";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StateDecision {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub next_states: Vec<StateMovement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditional_close: Option<WorkflowConditionalClose>,
}

/// One next state with its input, or one of the reserved ids of this module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StateMovement {
    #[serde(deserialize_with = "or_default")]
    pub state_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_input: Option<EncodedObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_options: Option<Box<WorkflowStateOptions>>,
    /// Publishes the completion of the execution under this key instead of its execution id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait_for_key: Option<String>,
}

/// Closes the workflow if a channel is empty, and otherwise takes the movements beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WorkflowConditionalClose {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditional_close_type: Option<WorkflowConditionalCloseType>,
    #[serde(deserialize_with = "or_default")]
    pub channel_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close_input: Option<EncodedObject>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkflowConditionalCloseType {
    ForceCompleteOnInternalChannelEmpty,
    ForceCompleteOnSignalChannelEmpty,
    /// In the schema only: using it fails the workflow.
    GracefulCompleteOnAllChannelsEmpty,
}
