//! Everything about one run, as types.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use iwf_engine_core as core;
use iwf_protocol::WorkflowErrorType;
use serde::Serialize;

use super::runs::RunSummary;
use super::state_execution::{Api, StateExecution};
use super::timeline::Timeline;
use super::value::Value;

/// How much to tell about a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InspectOptions {
    /// Characters shown of each value; 0 shows sizes only.
    pub value_chars_max: usize,
    /// Entries of the timeline, the newest ones; 0 leaves it out.
    pub timeline_entries_max: usize,
}

/// Everything about one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunDetails {
    /// What the list says of it.
    #[serde(flatten)]
    pub summary: RunSummary,
    /// Where its worker is called, without any password in the URL.
    pub worker_url: String,
    /// When it times out.
    pub deadline: Option<DateTime<Utc>>,
    /// Nothing starts before, if the start was delayed.
    pub starts_at: Option<DateTime<Utc>>,
    /// The states that start then.
    pub queued_state_ids: Vec<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What its closing decisions returned.
    pub outputs: Vec<Output>,
    /// A graceful completion was decided and waits for the last state execution.
    pub is_completing: bool,
    /// The first run of its chain; retries and resets begin the later ones.
    pub first_run_id: String,
    /// The run of the same workflow that came before, of this chain or not.
    pub previous_run_id: Option<String>,
    /// The run of the same workflow that came after.
    pub next_run_id: Option<String>,
    /// How the workflow as a whole is retried, if it is.
    pub workflow_retry: Option<WorkflowRetry>,
    /// State executions in progress, oldest first.
    pub state_executions: Vec<StateExecution>,
    /// How often each state was started.
    pub state_counts: BTreeMap<String, u32>,
    /// Channels that hold messages nobody has taken yet.
    pub channels: Vec<Channel>,
    /// Data attributes by key.
    pub data_attributes: Vec<Attribute>,
    /// Search attributes by key, as indexed.
    pub search_attributes: Vec<SearchAttribute>,
    /// What happened, if it was asked for.
    pub timeline: Option<Timeline>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// Why, if it failed.
    pub error_type: Option<WorkflowErrorType>,
    /// What was said about it.
    pub error_message: Option<String>,
    /// Another run of the chain took over.
    pub is_retried: bool,
}

/// What a closing decision returned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    /// The state execution that decided.
    pub state_execution_id: String,
    /// What it returned.
    pub value: Value,
}

/// The retry policy of the whole workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkflowRetry {
    /// This run, counted from 1.
    pub attempt: u32,
    /// 0 is unlimited.
    pub maximum_attempts: u32,
}

/// Trouble of a state execution with its worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failing {
    /// The half whose attempt failed.
    pub api: Api,
    /// The attempt that failed last, counted from 1.
    pub attempt: u32,
    /// When it failed.
    pub at: DateTime<Utc>,
    /// What was said about it.
    pub message: String,
    /// When the next attempt is due, if it is not under way.
    pub next_attempt_at: Option<DateTime<Utc>>,
}

/// A channel with messages that nobody has taken yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Channel {
    /// Signal or internal channel.
    pub kind: ChannelKind,
    /// Its name.
    pub name: String,
    /// How many messages wait in it.
    pub messages: usize,
}

/// Who fills a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ChannelKind {
    /// Clients, with signals.
    Signal,
    /// States and RPCs, and clients that publish.
    Internal,
}

/// A data attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Its key.
    pub key: String,
    /// Its value; a key may have none.
    pub value: Option<Value>,
}

/// A search attribute, as the index holds it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchAttribute {
    /// Its key.
    pub key: String,
    /// Its type, if it was ever given one.
    pub value_type: Option<iwf_protocol::SearchAttributeValueType>,
    /// A text, a number, a truth value, a list of texts, or RFC 3339 for an instant.
    pub value: serde_json::Value,
}

impl From<core::ChannelKind> for ChannelKind {
    fn from(kind: core::ChannelKind) -> Self {
        match kind {
            core::ChannelKind::Signal => Self::Signal,
            core::ChannelKind::Internal => Self::Internal,
        }
    }
}
