//! What a step returns: writes that make the next run, and effects that may follow their commit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::attribute::{DataAttribute, SearchAttribute};
use crate::call::CallId;
use crate::channel::{ChannelKey, Message};
use crate::decision::StateMovement;
use crate::event::TimerChoice;
use crate::execution::StateExecution;
use crate::id::{AttributeKey, RpcId, Slot, StateExecutionId, StateId};
use crate::run::{Config, Outcome, Output, Run, Status};
use crate::time::Timestamp;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transition {
    pub writes: Vec<Write>,
    pub effects: Vec<Effect>,
}

/// One change of a run. Applying all writes of a transition in order gives the next run.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Starts and changes an execution alike.
    ExecutionSet(Arc<StateExecution>),
    ExecutionRemoved(Slot),
    CounterSet(StateId, u32),
    MovementQueued(StateMovement),
    /// The start delay is over.
    StartReached,
    GracefulCompletionRequested,
    OutputAdded(Output),
    DataAttributeSet(DataAttribute),
    SearchAttributeSet(SearchAttribute),
    MessageAdded(ChannelKey, Message),
    /// The oldest message of the channel, whose number is given for the store.
    MessageTaken(ChannelKey, u64),
    StateCompleted(CompletionKey),
    ConfigSet(Config),
    /// A timer that does not exist yet is to be skipped when it does.
    SkipKept(StateExecutionId, TimerChoice),
    /// The kept skips of this execution are done with.
    SkipsDropped(StateExecutionId),
    /// Drops executions, messages and the locks of an RPC.
    Closed(Status, Outcome),
    /// Another run of the chain begins, after a back-off.
    SuccessorStarts(Timestamp),
    /// In memory only, like [`Write::RpcUnlocked`].
    RpcLocked(Arc<RpcLock>),
    RpcUnlocked,
}

/// The keys that a locking RPC holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RpcLock {
    pub rpc: RpcId,
    pub data_keys: Vec<AttributeKey>,
    pub search_keys: Vec<AttributeKey>,
}

/// What somebody waits for who waits for the completion of a state.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CompletionKey {
    Execution(StateExecutionId),
    StateAndKey(StateId, Arc<str>),
}

/// Something for the driver to do once the writes are durable. Each is a hint about a committed
/// row: [`crate::pending`] finds the same again after a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Call the worker when there is room. A call with one attempt must be claimed first.
    Call(CallId),
    /// The call is claimed: make it now.
    Dispatch(CallId),
    /// Wake those who wait for the end of the run.
    Closed,
    /// Wake those who wait for this completion.
    StateCompleted(CompletionKey),
}

/// Why an event changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The run is closed.
    NotRunning,
    /// A state API or another RPC holds a key.
    Locked,
    /// No timer fits the choice, or it is not pending.
    NoSuchTimer,
}

impl Run {
    pub fn apply(&mut self, write: &Write) {
        match write {
            Write::ExecutionSet(execution) => {
                let head = &mut self.head;
                head.next_serial = head.next_serial.max(execution.serial.0 + 1);
                if let Some(order) = execution.order() {
                    head.next_order = head.next_order.max(order + 1);
                }
                self.executions.insert(execution.slot, execution.clone());
            }
            Write::ExecutionRemoved(slot) => {
                self.executions.remove(slot);
            }
            Write::CounterSet(state_id, started) => {
                Arc::make_mut(&mut self.head.counters).insert(state_id.clone(), *started);
            }
            Write::MovementQueued(movement) => self.head.queued.push(movement.clone()),
            Write::StartReached => {
                self.head.starts_at = None;
                self.head.queued.clear();
            }
            Write::GracefulCompletionRequested => self.head.is_completing = true,
            Write::OutputAdded(output) => {
                Arc::make_mut(&mut self.head.outputs).push(output.clone());
            }
            Write::DataAttributeSet(attribute) => {
                let attributes = Arc::make_mut(&mut self.data_attributes);
                attributes.insert(attribute.key.clone(), attribute.value.clone());
            }
            Write::SearchAttributeSet(attribute) => {
                let attributes = Arc::make_mut(&mut self.head.search_attributes);
                attributes.insert(attribute.key.clone(), attribute.clone());
            }
            Write::MessageAdded(channel, message) => {
                self.head.next_message = self.head.next_message.max(message.sequence + 1);
                self.channels.push(channel, message.clone());
            }
            Write::MessageTaken(channel, _) => {
                self.channels.pop(channel);
            }
            Write::SkipKept(execution, choice) => {
                self.head.skips.push((execution.clone(), choice.clone()));
            }
            Write::SkipsDropped(execution) => {
                self.head.skips.retain(|(of, _)| of != execution);
            }
            Write::ConfigSet(config) => self.head.config = *config,
            Write::Closed(status, outcome) => self.close(*status, outcome),
            Write::RpcLocked(lock) => self.rpc_lock = Some(lock.clone()),
            Write::RpcUnlocked => self.rpc_lock = None,
            Write::StateCompleted(_) | Write::SuccessorStarts(_) => {}
        }
    }

    fn close(&mut self, status: Status, outcome: &Outcome) {
        self.head.status = status;
        self.head.outcome = Some(Box::new(outcome.clone()));
        self.head.starts_at = None;
        self.head.queued.clear();
        self.head.skips.clear();
        self.executions.clear();
        self.channels.clear();
        self.rpc_lock = None;
    }
}
