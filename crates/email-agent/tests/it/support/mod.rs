//! Servers to test the adapters against: real sockets, real TLS, answers that a test scripts.

pub(crate) mod model;
pub(crate) mod smtp;
