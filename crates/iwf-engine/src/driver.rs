//! What turns the pure core into an engine: one thread that writes, timers, and worker calls.
//!
//! ```text
//! requests ─┐              ┌───────────────── writer thread ─────────────────┐     ┌─► worker calls
//! timers   ─┼─► commands ─►│ load run → step → writes → one commit for all │ ──► ┼─► timers armed
//! workers  ─┘              └─────────────────────────────────────────────────┘     └─► replies
//! ```
//!
//! Nothing leaves to the right before its commit. Everything in memory here can be rebuilt from
//! rows: the hot runs, the near timers and the calls in flight.

mod attribute_types;
mod batch;
mod cache;
mod clock;
mod command;
mod dispatch;
mod effects;
mod health;
mod housekeeper;
mod in_flight;
mod lanes;
mod resets;
mod schedules;
mod timers;
mod waiters;
mod worker_calls;
mod writer;

pub(crate) use cache::Cache;
pub(crate) use clock::Clock;
pub(crate) use command::{Accepted, Command, Mailbox, Refusal, ResetOrder, StartOrder, Target};
pub(crate) use dispatch::Dispatcher;
pub(crate) use health::WriterHealth;
pub(crate) use waiters::{Changes, Closings, Completions};
pub(crate) use worker_calls::WorkerCalls;
pub(crate) use writer::{Links, Writer};
#[cfg(any(test, feature = "sim"))]
pub(crate) use {dispatch::Calls, lanes::Lanes, writer::Turn};
