//! The engine through its public interfaces: the REST API, worker calls over HTTP, the binary;
//! on real database files and real sockets.
#![cfg(test)]

mod cli;
mod rest;
mod search;
mod support;
mod worker_http;
