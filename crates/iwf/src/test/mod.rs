//! Test kit: one state or one RPC at a time, without server, network or mocks.
//!
//! What a state gets is an ordinary value, so there is nothing to mock: hand it over and look at
//! the decision and at what was written. The kit is always part of the crate, because it costs
//! nothing where it is not used and a feature would have to be turned on by every reader.

mod rpc_test;
mod state_test;

pub use rpc_test::RpcTest;
pub use state_test::{Outcome, StateTest, WaitOutcome};
