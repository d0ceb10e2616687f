//! What happened to a run, kept so that it can be shown, and replayed.
//!
//! The history is the events themselves: a step is a function of the run, the instant and the
//! event, so that the same events make the same run. Only events that changed something durable
//! are recorded.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::time::Timestamp;
use crate::transition::{Transition, Write};

/// One entry of a run's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// From 1, without gaps.
    pub number: u64,
    pub at: Timestamp,
    pub event: Event,
}

impl Transition {
    /// Whether anything of it outlives the process.
    pub fn is_durable(&self) -> bool {
        self.writes.iter().any(Write::is_durable)
    }
}

impl Write {
    /// The locks of RPCs live in memory only.
    pub fn is_durable(&self) -> bool {
        !matches!(self, Self::RpcLocked(_) | Self::RpcUnlocked)
    }
}
