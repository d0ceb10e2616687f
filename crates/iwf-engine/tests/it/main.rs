//! The engine through its public interfaces: the REST API, worker calls over HTTP, the binary;
//! on real database files and real sockets.
#![cfg(test)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "JSON is written where it is passed"
)]

mod cli;
mod connections;
mod corruption;
mod crash;
mod decisions;
#[cfg(unix)]
mod disk;
mod durability;
mod failures;
mod flood;
mod inspect;
mod limits;
mod metrics;
mod reset;
mod rest;
mod retention;
mod rpcs;
mod run_limits;
mod schedules;
mod search;
mod search_attributes;
mod security;
mod starts;
mod state_calls;
mod support;
mod ui;
mod upkeep;
mod waits;
mod worker_http;
