//! The Rust SDK for iWF, the Indeed Workflow Framework.
#![deny(missing_docs)]

mod client;
mod cx;
mod decision;
#[doc(hidden)]
pub mod doc_example;
mod error;
mod key;
mod list;
mod next;
mod options;
mod payload;
mod registry;
mod rpc;
mod schema;
mod search_value;
mod state;
pub mod test;
mod wait;
mod wire;
mod worker;
mod workflow;

pub use client::{
    ApiError, Attributes, Backend, BackendError, Client, ClosedStatus, Description, Found,
    HttpBackend, HttpConfigError, Output, Reset, ResetTo, RunStatus, SearchPages, Stop, TimerAt,
    WorkflowRef, quote,
};
pub use cx::{Clock, Info, Published, RpcCx, StateCx, Store};
pub use error::{BoxError, CxError, Json, OrFail, RpcError, StateError};
pub use futures::future::BoxFuture;
pub use key::{
    Channel, ChannelPrefix, Data, DataPrefix, Entry, HasSchema, KeyRef, Kind, OfData, OfSearch,
    Schema, Search, Signal,
};
pub use list::{At, Contains, RpcList, StateList};
pub use next::{Move, Next, StateExt};
pub use options::{
    Bounded, Config, ExecutingStates, IdReuse, Load, Retry, RpcOptions, StartOptions, StateOptions,
    WorkflowOptions,
};
pub use payload::{Payload, Wire};
pub use registry::{DefinitionError, NoStart, NoStartAt, Registry, StartOf};
pub use rpc::{Access, Blind, CanRead, Handle, Read, Rpc, Write};
pub use search_value::{
    Bool, DateTime, Double, Int, Keyword, KeywordArray, SearchKind, SearchType, SearchValue, Text,
};
pub use state::{Decision, Got, State, WaitUntil};
pub use wait::{
    All, Any, Command, CommandRequest, Cursor, Fired, NoWait, RawCommand, RawResults, Receive,
    Signaled, Timer, Tolerate, WaitFailed, WaitFor, WaitSet,
};
pub use worker::{Worker, WorkerApi, WorkerFailure};
pub use workflow::{Contract, Workflow};
