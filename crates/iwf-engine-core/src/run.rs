//! One life of a workflow: everything that a step may look at.
//!
//! The parts are shared and copied when written, so that copying a run is cheap.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::attribute::{DataAttribute, DataAttributes, SearchAttribute, SearchAttributes};
use crate::call::{CallId, CallState};
use crate::channel::Channels;
use crate::decision::StateMovement;
use crate::event::TimerChoice;
use crate::execution::{Phase, StateExecution};
use crate::id::{RpcId, RunId, Serial, Slot, StateExecutionId, StateId, WorkflowId};
use crate::options::RetryPolicy;
use crate::payload::Payload;
use crate::time::Timestamp;
use crate::transition::RpcLock;

#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub id: RunId,
    pub workflow_id: WorkflowId,
    pub settings: Arc<Settings>,
    pub head: Head,
    /// In the order of their slots.
    pub executions: BTreeMap<Slot, Arc<StateExecution>>,
    pub data_attributes: Arc<DataAttributes>,
    pub channels: Channels,
    /// In memory only: an RPC's lock dies with the process, as its caller does.
    pub rpc_lock: Option<Arc<RpcLock>>,
}

/// Fixed at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub workflow_type: Arc<str>,
    pub worker_url: Arc<str>,
    /// The first run of the chain, which states are told.
    pub first_run_id: RunId,
    pub started_at: Timestamp,
    /// When the workflow times out, start delay and retries included.
    pub deadline: Option<Timestamp>,
    pub request_id: Option<Arc<str>>,
    pub wait_for_state_ids: Vec<StateId>,
    pub wait_for_execution_ids: Vec<StateExecutionId>,
    pub retry: Option<Box<WorkflowRetry>>,
}

/// What a failed run needs to begin again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkflowRetry {
    pub policy: RetryPolicy,
    /// Counts runs from 1.
    pub attempt: u32,
    pub first_started_at: Timestamp,
    pub movement: Option<StateMovement>,
    pub data_attributes: Vec<DataAttribute>,
    pub search_attributes: Vec<SearchAttribute>,
    pub config: Config,
}

/// The small changing part, stored as one value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Head {
    pub status: Status,
    pub outcome: Option<Box<Outcome>>,
    pub config: Config,
    /// Until then nothing starts.
    pub starts_at: Option<Timestamp>,
    /// What starts then.
    pub queued: Vec<StateMovement>,
    /// A graceful completion was decided; it comes when no execution is left.
    pub is_completing: bool,
    pub counters: Arc<BTreeMap<StateId, u32>>,
    pub outputs: Arc<Vec<Output>>,
    pub search_attributes: Arc<SearchAttributes>,
    pub next_serial: u64,
    /// Of command registrations and lock tickets.
    pub next_order: u64,
    pub next_message: u64,
    /// Timers to be skipped as soon as they exist.
    pub skips: Vec<(StateExecutionId, TimerChoice)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    #[default]
    Running,
    Completed,
    Failed,
    TimedOut,
    Terminated,
    Canceled,
    ContinuedAsNew,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub closed_at: Timestamp,
    pub error_type: Option<ErrorType>,
    pub error_message: Option<Arc<str>>,
    /// Another run of the chain takes over.
    pub is_retried: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorType {
    StateDecision,
    ClientApi,
    StateApi,
    InvalidUserCode,
    ServerInternal,
}

/// A value that a closing decision carried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    pub execution_id: StateExecutionId,
    pub value: Payload,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    pub executing_state_ids: ExecutingStateIds,
}

/// Which states show as executing in the search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExecutingStateIds {
    All,
    #[default]
    WithWaitUntil,
    Disabled,
}

/// What a run is started with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    pub id: RunId,
    pub workflow_id: WorkflowId,
    pub settings: Settings,
    pub config: Config,
    pub starts_at: Option<Timestamp>,
    pub movement: Option<StateMovement>,
    pub data_attributes: Vec<DataAttribute>,
    pub search_attributes: Vec<SearchAttribute>,
}

impl Settings {
    /// The same for a run that begins again now: all times count anew.
    pub(crate) fn begin_again(&self, now: Timestamp) -> Self {
        let retry = self.retry.as_deref();
        let started_at = retry.map_or(self.started_at, |retry| retry.first_started_at);
        let allowed = |deadline: Timestamp| deadline.0.saturating_sub(started_at.0);
        Self {
            started_at: now,
            deadline: self
                .deadline
                .map(|deadline| now.plus_millis(allowed(deadline))),
            retry: retry.map(|retry| {
                Box::new(WorkflowRetry {
                    first_started_at: now,
                    ..retry.clone()
                })
            }),
            ..self.clone()
        }
    }
}

impl Run {
    /// A run in which nothing has happened yet; [`crate::Event::Started`] is its first event.
    pub fn new(start: &Start) -> Self {
        Self {
            id: start.id,
            workflow_id: start.workflow_id.clone(),
            settings: Arc::new(start.settings.clone()),
            head: Head {
                config: start.config,
                starts_at: start.starts_at,
                ..Head::default()
            },
            executions: BTreeMap::new(),
            data_attributes: Arc::default(),
            channels: Channels::default(),
            rpc_lock: None,
        }
    }

    pub fn is_running(&self) -> bool {
        self.head.status == Status::Running
    }

    /// The execution whose present call this is, if the call is not over.
    pub fn execution_in_call(&self, call: CallId) -> Option<&Arc<StateExecution>> {
        let execution = self.executions.get(&call.slot)?;
        (execution.call_id() == Some(call)).then_some(execution)
    }

    /// When something is due without anybody asking: a timer, a retry, the start, the end.
    pub fn due_at(&self) -> Option<Timestamp> {
        if !self.is_running() {
            return None;
        }
        let executions = self.executions.values().filter_map(|execution| {
            match (&execution.phase, execution.call()) {
                (Phase::Waiting(commands), _) => commands.next_timer(),
                (_, Some((_, call))) => match call.state {
                    CallState::BackingOff { until } => Some(until),
                    CallState::Locking { .. } | CallState::Due | CallState::Claimed => None,
                },
                (_, None) => None,
            }
        });
        executions
            .chain(self.settings.deadline)
            .chain(self.head.starts_at)
            .min()
    }

    /// The state ids that the search shows as executing, sorted, each once.
    pub fn executing_state_ids(&self) -> Vec<&StateId> {
        let shown = |execution: &&Arc<StateExecution>| match self.head.config.executing_state_ids {
            ExecutingStateIds::All => true,
            ExecutingStateIds::WithWaitUntil => !execution.options().skip_wait_until,
            ExecutingStateIds::Disabled => false,
        };
        let executions = self.executions.values().filter(shown);
        let mut ids: Vec<&StateId> = executions.map(|execution| &execution.id.state_id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The number that the next execution of a state gets.
    pub(crate) fn next_number(&self, state_id: &StateId) -> u32 {
        let started = self.head.counters.get(state_id).copied().unwrap_or(0);
        started.saturating_add(1)
    }

    pub(crate) fn free_slot(&self) -> Slot {
        let mut taken = self.executions.keys().zip(0..);
        let gap = taken.find(|(slot, expected)| slot.0 != *expected);
        match gap {
            Some((_, free)) => Slot(free),
            None => Slot(u32::try_from(self.executions.len()).unwrap_or(u32::MAX)),
        }
    }

    pub(crate) fn next_serial(&self) -> Serial {
        Serial(self.head.next_serial)
    }

    /// Whether a locking RPC is in progress.
    pub fn rpc_in_progress(&self) -> Option<RpcId> {
        self.rpc_lock.as_ref().map(|lock| lock.rpc)
    }

    /// The start of the run that follows a failed one.
    pub fn successor(&self, id: RunId, starts_at: Timestamp) -> Option<Start> {
        let retry = self.settings.retry.as_deref()?;
        let settings = Settings {
            started_at: starts_at,
            retry: Some(Box::new(WorkflowRetry {
                attempt: retry.attempt.saturating_add(1),
                ..retry.clone()
            })),
            ..(*self.settings).clone()
        };
        Some(Start {
            id,
            workflow_id: self.workflow_id.clone(),
            settings,
            config: retry.config,
            starts_at: Some(starts_at),
            movement: retry.movement.clone(),
            data_attributes: retry.data_attributes.clone(),
            search_attributes: retry.search_attributes.clone(),
        })
    }
}
