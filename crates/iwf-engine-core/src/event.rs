//! Everything that can happen to a run, one file each.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::attribute::{DataAttribute, SearchAttribute};
use crate::call::{CallFailure, CallId};
use crate::channel::Publication;
use crate::command::CommandRequest;
use crate::decision::{Decision, Movement, StateMovement};
use crate::id::{ChannelName, CommandId, RpcId, StateExecutionId};
use crate::payload::{KeyValue, Payload};
use crate::run::ExecutingStateIds;
use crate::transition::RpcLock;

pub(crate) mod attributes_set;
pub(crate) mod call_claimed;
pub(crate) mod call_failed;
pub(crate) mod call_handed_back;
pub(crate) mod config_updated;
pub(crate) mod execute_returned;
pub(crate) mod published;
pub(crate) mod reset;
pub(crate) mod rpc_ended;
pub(crate) mod rpc_forgotten;
pub(crate) mod rpc_locks_wanted;
pub(crate) mod rpc_returned;
pub(crate) mod signal_received;
pub(crate) mod started;
pub(crate) mod stopped;
pub(crate) mod time_reached;
pub(crate) mod timer_skipped;
pub(crate) mod timer_skipped_early;
pub(crate) mod wait_until_returned;

/// Kept in histories, where a variant is known by its place: new ones go to the end, and a changed
/// one is a change of the stored format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The first event of every run.
    Started(started::Started),
    SignalReceived {
        channel: ChannelName,
        value: Option<Payload>,
    },
    Published(Vec<Publication>),
    WaitUntilReturned {
        call: CallId,
        answer: WaitUntilAnswer,
    },
    ExecuteReturned {
        call: CallId,
        answer: ExecuteAnswer,
    },
    /// An attempt gave no usable answer, or the process that made it is gone.
    CallFailed {
        call: CallId,
        failure: CallFailure,
    },
    /// The driver has room for a call that may be made once only.
    CallClaimed(CallId),
    /// A claimed call was surely not made.
    CallHandedBack(CallId),
    /// The instant that [`crate::Run::due_at`] named has come.
    TimeReached,
    RpcLocksWanted(RpcLock),
    RpcReturned {
        /// Set for a locking RPC.
        rpc: Option<RpcId>,
        answer: RpcAnswer,
    },
    /// A locking RPC failed.
    RpcEnded(RpcId),
    Stopped {
        kind: StopKind,
        reason: Option<Arc<str>>,
    },
    TimerSkipped {
        /// Absent when what the caller wrote is no execution id.
        execution: Option<StateExecutionId>,
        choice: TimerChoice,
    },
    AttributesSet(AttributeWrites),
    ConfigUpdated(Option<ExecutingStateIds>),
    Reset(reset::Reset),
    /// A skip that happens again, perhaps before the timer is there.
    TimerSkippedEarly {
        execution: StateExecutionId,
        choice: TimerChoice,
    },
    /// Only in histories.
    RpcForgotten(RpcId),
}

impl Event {
    fn attributes(&self) -> Option<&AttributeWrites> {
        match self {
            Self::Started(started) => Some(&started.attributes),
            Self::WaitUntilReturned { answer, .. } => Some(&answer.attributes),
            Self::ExecuteReturned { answer, .. } => Some(&answer.attributes),
            Self::RpcReturned { answer, .. } => Some(&answer.attributes),
            Self::AttributesSet(attributes) => Some(attributes),
            _ => None,
        }
    }

    fn attributes_mut(&mut self) -> Option<&mut AttributeWrites> {
        match self {
            Self::Started(started) => Some(&mut started.attributes),
            Self::WaitUntilReturned { answer, .. } => Some(&mut answer.attributes),
            Self::ExecuteReturned { answer, .. } => Some(&mut answer.attributes),
            Self::RpcReturned { answer, .. } => Some(&mut answer.attributes),
            Self::AttributesSet(attributes) => Some(attributes),
            _ => None,
        }
    }

    /// The search attributes that it writes.
    pub fn search_attributes(&self) -> &[SearchAttribute] {
        self.attributes().map_or(&[], |writes| &writes.search)
    }

    pub fn search_attributes_mut(&mut self) -> &mut [SearchAttribute] {
        self.attributes_mut()
            .map_or(&mut [], |writes| &mut writes.search)
    }
}

impl Event {
    /// For counts and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Started(_) => "started",
            Self::SignalReceived { .. } => "signal_received",
            Self::Published(_) => "published",
            Self::WaitUntilReturned { .. } => "wait_until_returned",
            Self::ExecuteReturned { .. } => "execute_returned",
            Self::CallFailed { .. } => "call_failed",
            Self::CallClaimed(_) => "call_claimed",
            Self::CallHandedBack(_) => "call_handed_back",
            Self::TimeReached => "time_reached",
            Self::RpcLocksWanted(_) => "rpc_locks_wanted",
            Self::RpcReturned { .. } => "rpc_returned",
            Self::RpcEnded(_) => "rpc_ended",
            Self::Stopped { .. } => "stopped",
            Self::TimerSkipped { .. } => "timer_skipped",
            Self::AttributesSet(_) => "attributes_set",
            Self::ConfigUpdated(_) => "config_updated",
            Self::Reset(_) => "reset",
            Self::TimerSkippedEarly { .. } => "timer_skipped_early",
            Self::RpcForgotten(_) => "rpc_forgotten",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AttributeWrites {
    pub search: Vec<SearchAttribute>,
    pub data: Vec<DataAttribute>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitUntilAnswer {
    pub attributes: AttributeWrites,
    pub publications: Vec<Publication>,
    pub locals: Vec<KeyValue>,
    pub commands: CommandRequest,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExecuteAnswer {
    pub attributes: AttributeWrites,
    pub publications: Vec<Publication>,
    pub decision: Decision,
}

/// What an RPC writes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RpcAnswer {
    pub attributes: AttributeWrites,
    pub publications: Vec<Publication>,
    pub movements: Vec<StateMovement>,
}

/// An RPC answered with a close, a dead end or a conditional close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RpcMayNotClose;

impl RpcAnswer {
    /// An RPC may start states, but only states decide about the end.
    pub fn new(
        attributes: AttributeWrites,
        publications: Vec<Publication>,
        movements: Vec<Movement>,
    ) -> Result<Self, RpcMayNotClose> {
        let movements = movements.into_iter().map(|movement| match movement {
            Movement::State(state) => Ok(state),
            Movement::Close(_) => Err(RpcMayNotClose),
        });
        Ok(Self {
            attributes,
            publications,
            movements: movements.collect::<Result<_, _>>()?,
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopKind {
    Cancel,
    Terminate,
    Fail,
}

/// Which timer of an execution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimerChoice {
    /// The first of this id, in any status.
    Id(CommandId),
    /// From 0; must be pending.
    Index(i64),
}
