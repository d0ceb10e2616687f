//! The SDK through its public interface: the worker over HTTP, the client against a server that
//! answers from a script, and the checks of the registry.
#![cfg(test)]

mod client;
mod http_backend;
mod order;
mod registry;
mod script;
mod test_kit;
mod worker;
