//! The Rust SDK for iWF, the Indeed Workflow Framework: durable workflows as plain Rust.
//!
//! A workflow is a set of **states**. Each waits for something (a timer, a message, a signal), then
//! acts and says which state comes next. A server keeps every step, so a workflow outlives crashes,
//! restarts and long waits, and a failed step is retried with back-off. Everything is typed: the
//! value behind a key, the message on a channel, the input of a movement, the answer of an RPC.
//!
//! ```
//! use iwf::{*, test::StateTest};
//! use serde::{Deserialize, Serialize};
//! use std::time::Duration;
//!
//! /// Greets after a minute, or at once when somebody gives a name.
//! struct Greeter;
//!
//! schema!(Greeter {
//!     data    GREETED: String = "Greeted"; // a durable value
//!     channel NAMES:   String = "Names";   // messages within the workflow
//! });
//!
//! impl Contract for Greeter {
//!     const TYPE: &'static str = "Greeter";
//!     type Input = ();
//!     type Output = String;
//!     type Rpcs = (Name,);
//! }
//! impl Workflow for Greeter {
//!     type Start = Greet;
//!     type States = (Greet,);
//!     fn states(&self) -> Self::States {
//!         (Greet,)
//!     }
//! }
//!
//! struct Greet;
//! impl State for Greet {
//!     type Workflow = Greeter;
//!     type Input = ();
//!     type Wait = Any<(Timer, Receive<String>)>;
//!     const ID: &'static str = "Greet";
//!     async fn execute(&self, cx: &mut StateCx<'_, Greeter>, _: (), got: Got<Self>) -> Decision<Greeter> {
//!         let (_timer, name) = got;
//!         let name = name.unwrap_or_else(|| "world".to_owned());
//!         cx.set(GREETED, name.clone())?;
//!         Ok(Next::complete(format!("Hello, {name}!")))
//!     }
//! }
//! impl WaitUntil for Greet {
//!     async fn wait_until(&self, _: &mut StateCx<'_, Greeter>, _: ()) -> Result<Self::Wait, StateError> {
//!         Ok(Any((Timer::after(Duration::from_secs(60)), Receive::one(NAMES))))
//!     }
//! }
//!
//! /// A call from outside: the message type is the interface.
//! #[derive(Serialize, Deserialize)]
//! struct Name(String);
//! impl Rpc for Name {
//!     type Contract = Greeter;
//!     type Output = bool;
//!     type Access = Read;
//!     const NAME: &'static str = "name";
//! }
//! impl Handle<Name> for Greeter {
//!     async fn handle(&self, cx: &mut RpcCx<'_, Self, Read>, Name(name): Name) -> Result<bool, RpcError> {
//!         let first = cx.get(GREETED)?.is_none() && cx.channel_len(NAMES) == 0;
//!         if first {
//!             cx.publish(NAMES, name)?;
//!         }
//!         Ok(first)
//!     }
//! }
//!
//! // A state is tested like any function: hand it what it waited for, look at what it decides.
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! let outcome = StateTest::new(Greeter, Greet).execute((), (None, Some("Ann".to_owned()))).await;
//! assert_eq!(outcome.completed().map(String::as_str), Some("Hello, Ann!"));
//! assert_eq!(outcome.data(GREETED).as_deref(), Some("Ann"));
//! # }
//! ```
//!
//! Serve it and call it, here with a server on this machine:
//!
//! ```no_run
//! # use iwf::{*, doc_example::{Finish, Reminder}};
//! # use std::sync::Arc;
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = Arc::new(Registry::new().add(Reminder)?);
//! let worker: axum::Router = Worker::new(registry.clone()).router();
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8802").await?;
//! tokio::spawn(async move { axum::serve(listener, worker).await });
//!
//! let server = Arc::new(HttpBackend::new("http://localhost:8801")?);
//! let client = Client::new(server, registry, "http://localhost:8802");
//! let reminder = client.start::<Reminder>("reminder-1", (), StartOptions::new()).await?;
//! reminder.call(Finish("tea".to_owned())).await?;
//! assert_eq!(reminder.result().await?, "tea");
//! # Ok(())
//! # }
//! ```
//!
//! # Where to look
//!
//! | for | look at |
//! |---|---|
//! | what a workflow is | [`Contract`], [`Workflow`], [`State`], [`WaitUntil`], [`Rpc`], [`Handle`] |
//! | names and their types | [`schema!`] |
//! | what to wait for | [`Timer`], [`Receive`], [`Signaled`], [`Any`], [`All`], [`Combos`], [`NoWait`], [`Tolerate`] |
//! | what comes next | [`StateExt::go`], [`StateExt::spawn`], [`Next`] |
//! | time-outs, retries, locks | [`StateOptions`], [`RpcOptions`], [`StartOptions`], [`Load`], [`Retry`] |
//! | serving | [`Registry`], [`Worker`] |
//! | calling | [`Client`], [`WorkflowRef`], [`ApiError`] |
//! | tests | [`mod@test`] |
//! | what does not compile | [`misuse`] |
//!
//! # Errors
//!
//! In a state, any error is retried by the server, as the state's [`Retry`] says; `?` is enough.
//! [`OrFail::or_fail`] gives up instead, and [`StateOptions::recover_with`] goes on to another state
//! once the retries are used up. A retry starts from what was committed before: nothing that a
//! failed attempt wrote is kept. What it did to the rest of the world is not undone, so an outside
//! effect wants a key by which its repetition is recognised, or one attempt only.
#![deny(missing_docs)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "keys are constants, and read best without `&`"
)]

mod client;
mod cx;
mod decision;
#[doc(hidden)]
pub mod doc_example;
mod error;
mod key;
mod list;
#[cfg(any(doc, doctest))]
pub mod misuse;
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
    ApiError, Attributes, Backend, BackendError, Client, ClosedStatus, DataUpdate, Description,
    Found, HttpBackend, HttpConfigError, Output, Reset, ResetTo, RunStatus, SearchPages, Stop,
    TimerAt, WorkflowRef, quote,
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
    All, Any, Combos, Command, CommandRequest, Cursor, Fired, NoWait, RawCommand, RawResults,
    Receive, Signaled, Timer, Tolerate, WaitFailed, WaitFor, WaitSet,
};
pub use worker::{Worker, WorkerApi, WorkerFailure};
pub use workflow::{Contract, Workflow};
