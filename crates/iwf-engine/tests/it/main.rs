//! The engine through its public interfaces: the REST API, worker calls over HTTP, the binary;
//! on real database files and real sockets.
#![cfg(test)]

mod cli;
mod connections;
mod crash;
mod durability;
mod inspect;
mod limits;
mod rest;
mod rpcs;
mod run_limits;
mod schedules;
mod search;
mod security;
mod support;
mod ui;
mod worker_http;
