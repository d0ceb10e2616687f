//! What is still owed to a run, from its rows alone. Recovery is this function and nothing more.

use crate::call::{CallId, CallState};
use crate::run::Run;
use crate::time::Timestamp;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// To be made, or made once more if their answers were lost.
    pub calls: Vec<CallId>,
    /// Dispatched by a process that may be gone, and not to be repeated.
    pub claimed: Vec<CallId>,
    /// A call waits for locks. If an RPC held them, they are free after a crash.
    pub is_locking: bool,
    /// When something is due by itself.
    pub wake_at: Option<Timestamp>,
}

impl Pending {
    /// Whether somebody must act now, whatever the time.
    pub fn needs_attention(&self) -> bool {
        !self.calls.is_empty() || !self.claimed.is_empty() || self.is_locking
    }
}

pub fn pending(run: &Run) -> Pending {
    let mut pending = Pending {
        wake_at: run.due_at(),
        ..Pending::default()
    };
    if !run.is_running() {
        return pending;
    }
    for execution in run.executions.values() {
        let (Some((_, call)), Some(id)) = (execution.call(), execution.call_id()) else {
            continue;
        };
        match call.state {
            CallState::Due => pending.calls.push(id),
            CallState::Claimed => pending.claimed.push(id),
            CallState::Locking { .. } => pending.is_locking = true,
            CallState::BackingOff { .. } => {}
        }
    }
    pending
}
