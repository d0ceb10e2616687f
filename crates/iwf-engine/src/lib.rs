//! An embedded iWF engine: durable workflows on one SQLite file, spoken to in process or over
//! the iWF REST API.
//!
//! [`Engine`] has one method per endpoint of the protocol; the REST layer and a host program use
//! it alike. It calls workers through [`WorkerCaller`], which a host may implement in process.
//! The rules of iWF are not here but in `iwf-engine-core`; this crate keeps its promises:
//! nothing is answered and no worker is called before the commit that says so.
//!
#![doc = include_str!("docs/in_process.md")]
#![deny(missing_docs)]

mod config;
mod convert;
mod cron;
mod driver;
mod engine;
mod failure;
pub mod inspect;
mod limits;
pub mod maintenance;
mod metrics;
pub mod rest;
mod search;
#[cfg(any(test, feature = "sim"))]
pub mod sim;
mod store;
mod worker_caller;
pub mod worker_http;

pub use config::{EngineConfig, Limits};
pub use engine::{Engine, Health, OpenError};
pub use failure::Failure;
pub use worker_caller::{CallFailure, CallFailureKind, WorkerCaller};
