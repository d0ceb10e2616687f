//! Options: how long, how often, what is loaded, what is locked.
//!
//! The server keeps no register of states, so the options of a state travel with every movement to
//! it. Here they are typed and belong to one state or workflow; the registry erases them once.

mod load;
mod retry;
mod rpc;
mod start;
mod state;
mod workflow;

pub use load::Load;
pub use retry::{Bounded, Retry};
pub use rpc::RpcOptions;
pub use start::{Config, ExecutingStates, IdReuse, StartOptions};
pub use state::StateOptions;
pub use workflow::WorkflowOptions;

pub(crate) use load::{Loaded, RawLoad, What};
pub(crate) use start::AlreadyStarted;
pub(crate) use state::{ErasedOptions, StepOptions};

use std::time::Duration;

/// Whole seconds for the wire: rounded up, and never 0, which the server takes for "default".
pub(crate) fn seconds(duration: Duration) -> i32 {
    let secs = duration
        .as_secs()
        .saturating_add(u64::from(duration.subsec_nanos() > 0));
    i32::try_from(secs.max(1)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_round_up_and_stay_in_range() {
        assert_eq!(seconds(Duration::ZERO), 1);
        assert_eq!(seconds(Duration::from_millis(1_500)), 2);
        assert_eq!(seconds(Duration::from_secs(90)), 90);
        assert_eq!(seconds(Duration::MAX), i32::MAX);
    }
}
