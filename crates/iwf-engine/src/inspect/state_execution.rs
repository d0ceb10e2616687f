//! One state execution in progress: which half it is in, and what it waits for.

use chrono::{DateTime, Utc};
use iwf_engine_core as core;
use serde::Serialize;

use super::failing;
use super::instant::instant;
use super::run::{ChannelKind, Failing};
use super::value::Value;

/// One visit to a state that has not decided yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StateExecution {
    /// Such as `Schedule-2`.
    pub id: String,
    /// The state it visits.
    pub state_id: String,
    /// Where it is.
    pub phase: Phase,
    /// What it was started with.
    pub input: Option<Value>,
    /// The newest attempt that failed and when the next one comes, if it is in trouble.
    pub failing: Option<Failing>,
}

/// Where a state execution is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(
    tag = "name",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
#[non_exhaustive]
pub enum Phase {
    /// Waits for attribute keys that others hold before it calls its worker.
    Locking {
        /// The half that is to be called.
        api: Api,
    },
    /// The call is under way, or next in line at its worker.
    Calling {
        /// The half that is called.
        api: Api,
        /// Counts from 1.
        attempt: u32,
        /// When the first attempt of this half began.
        first_attempt_at: DateTime<Utc>,
        /// When this attempt became due, as far as the history tells.
        since: Option<DateTime<Utc>>,
    },
    /// An attempt failed and the next one is not due yet.
    BackingOff {
        /// The half that is called.
        api: Api,
        /// The attempt to come.
        attempt: u32,
        /// When the first attempt of this half began.
        first_attempt_at: DateTime<Utc>,
        /// When the next attempt is due.
        until: DateTime<Utc>,
    },
    /// waitUntil has returned and its commands are not met yet.
    Waiting {
        /// Which of the commands must be met.
        trigger: Trigger,
        /// Its timers.
        timers: Vec<Timer>,
        /// Its commands for signals and messages.
        channels: Vec<AwaitedChannel>,
    },
}

/// The two halves of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Api {
    /// What to wait for.
    WaitUntil,
    /// What to do next.
    Execute,
}

/// Which commands must complete before execute is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Trigger {
    /// Every command.
    All,
    /// One of them.
    Any,
    /// All of one of these sets of command ids.
    AnyCombination(Vec<Vec<String>>),
}

/// A timer of a state execution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Timer {
    /// The command's id; empty if it was given none.
    pub id: String,
    /// When it fires, or would have.
    pub fires_at: DateTime<Utc>,
    /// Fired or skipped.
    pub is_fired: bool,
}

/// A command for one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AwaitedChannel {
    /// The command's id; empty if it was given none.
    pub id: String,
    /// Signal or internal channel.
    pub kind: ChannelKind,
    /// The channel.
    pub name: String,
    /// Whether its message has come.
    pub is_received: bool,
}

impl StateExecution {
    pub(super) fn new(
        execution: &core::StateExecution,
        deadline: Option<core::Timestamp>,
        history: Option<&core::History>,
        value_chars_max: usize,
    ) -> Self {
        let input = execution.input.as_ref();
        let in_trouble = history.filter(|_| failing::has_failed(execution));
        Self {
            id: execution.id.to_string(),
            state_id: execution.id.state_id.to_string(),
            phase: Phase::of(execution, failing::since(execution, deadline, history)),
            input: input.map(|input| Value::new(input, value_chars_max)),
            failing: in_trouble.and_then(|history| failing::of(execution, history)),
        }
    }
}

impl Phase {
    fn of(execution: &core::StateExecution, since: Option<DateTime<Utc>>) -> Self {
        match &execution.phase {
            core::Phase::Waiting(commands) => Self::waiting(commands),
            core::Phase::WaitUntil(call) => Self::calling(Api::WaitUntil, call, since),
            core::Phase::Execute { call, .. } => Self::calling(Api::Execute, call, since),
        }
    }

    fn calling(api: Api, call: &core::Call, since: Option<DateTime<Utc>>) -> Self {
        let attempt = call.attempt;
        let first_attempt_at = instant(call.first_attempt_at);
        match call.state {
            core::CallState::Locking { .. } => Self::Locking { api },
            core::CallState::Due | core::CallState::Claimed => Self::Calling {
                api,
                attempt,
                first_attempt_at,
                since,
            },
            core::CallState::BackingOff { until } => Self::BackingOff {
                api,
                attempt,
                first_attempt_at,
                until: instant(until),
            },
        }
    }

    fn waiting(commands: &core::Commands) -> Self {
        let timers = commands.timers.iter().map(|timer| Timer {
            id: timer.id.to_string(),
            fires_at: instant(timer.fires_at),
            is_fired: timer.fired,
        });
        let channels = commands.waiters.iter().map(|waiter| AwaitedChannel {
            id: waiter.id.to_string(),
            kind: waiter.channel.kind.into(),
            name: waiter.channel.name.to_string(),
            is_received: waiter.received.is_some(),
        });
        Self::Waiting {
            trigger: (&commands.trigger).into(),
            timers: timers.collect(),
            channels: channels.collect(),
        }
    }
}

impl From<core::Api> for Api {
    fn from(api: core::Api) -> Self {
        match api {
            core::Api::WaitUntil => Self::WaitUntil,
            core::Api::Execute => Self::Execute,
        }
    }
}

impl From<&core::Trigger> for Trigger {
    fn from(trigger: &core::Trigger) -> Self {
        match trigger {
            core::Trigger::All => Self::All,
            core::Trigger::Any => Self::Any,
            core::Trigger::AnyCombination(combinations) => {
                let ids =
                    |ids: &Vec<core::CommandId>| ids.iter().map(ToString::to_string).collect();
                Self::AnyCombination(combinations.iter().map(ids).collect())
            }
        }
    }
}
