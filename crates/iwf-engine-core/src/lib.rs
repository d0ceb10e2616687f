//! The rules of iWF as a pure state machine.
//!
//! A [`Run`] is one life of a workflow. [`step`] takes a run, the instant and an [`Event`], and
//! returns a [`Transition`]: the [`Write`]s that make the next run, and the [`Effect`]s that may
//! happen once those are durable; or a [`Rejection`] that says why nothing changes. It never
//! mutates, waits, reads a clock or draws a random number, so that the same events always give
//! the same run. [`pending`] derives from a run alone what is still owed to it after a crash.
//!
//! Values of users are opaque here, and so is the wire: types are converted at the engine's edge.

#![allow(
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    reason = "one crate uses this one, and its error types say when they occur"
)]

mod attribute;
mod call;
mod channel;
mod command;
mod decision;
mod draft;
mod event;
mod execution;
mod history;
mod id;
mod loading;
mod locks;
mod options;
mod payload;
mod pending;
mod reuse;
mod rewind;
mod run;
mod schedule;
mod settle;
mod size;
mod step;
mod time;
mod transition;

pub use attribute::{
    DataAttribute, DataAttributes, IndexedValue, RawSearchValue, SearchAttribute, SearchAttributes,
    SearchType,
};
pub use call::{Api, Call, CallFailure, CallId, CallState};
pub use channel::{ChannelKey, ChannelKind, Channels, Message, Publication, Queue};
pub use command::{
    ChannelCommand, CommandRequest, Commands, InvalidCommands, Timer, TimerCommand, Trigger,
    WaitFor, Waiter,
};
pub use decision::{
    Closable, Close, CloseKind, ConditionalClose, Decision, InvalidDecision, Movement,
    StateMovement,
};
pub use event::reset::Reset;
pub use event::started::Started;
pub use event::{
    AttributeWrites, Event, ExecuteAnswer, RpcAnswer, RpcMayNotClose, StopKind, TimerChoice,
    WaitUntilAnswer,
};
pub use execution::{Phase, Results, StateExecution};
pub use history::{Base, History, Recorded, Snapshot, Unreplayable, lock_notes};
pub use id::{
    AttributeKey, ChannelName, CommandId, RpcId, RunId, Serial, Slot, StateExecutionId, StateId,
    WorkflowId,
};
pub use options::{ApiOptions, LoadingKind, LoadingPolicy, ProceedTo, RetryPolicy, StateOptions};
pub use payload::{KeyValue, Payload};
pub use pending::{Pending, pending};
pub use reuse::{AlreadyStarted, Previous, Reuse, ReusePolicy, decide_reuse};
pub use rewind::{NoWayBack, Reapply, ResetPoint, Rewound, rewind};
pub use run::{
    Config, ErrorType, ExecutingStateIds, Head, Outcome, Output, Run, Settings, Start, Status,
    WorkflowRetry,
};
pub use schedule::Schedule;
pub use step::step;
pub use time::Timestamp;
pub use transition::{CompletionKey, Effect, Rejection, RpcLock, Transition, Write};
