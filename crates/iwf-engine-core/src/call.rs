//! A call to a worker that is owed, under way or to be repeated.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::id::{Serial, Slot};
use crate::time::Timestamp;

/// The two halves of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Api {
    WaitUntil,
    Execute,
}

/// Names one attempt of one call, so that late and doubled answers are recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallId {
    pub slot: Slot,
    pub serial: Serial,
    pub api: Api,
    pub attempt: u32,
}

/// The call a state execution is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// From 1; durable, so that it goes on after a crash.
    pub attempt: u32,
    pub first_attempt_at: Timestamp,
    pub state: CallState,
}

/// | from | on | to |
/// |---|---|---|
/// | (new) | its keys are free | `Due` |
/// | (new) | a key is held | `Locking` |
/// | `Locking` | its keys become free | `Due` |
/// | `Due` | the driver has room, one attempt only | `Claimed` |
/// | `Due`, `Claimed` | the attempt failed, another is allowed | `BackingOff` |
/// | `BackingOff` | its time has come | `Due` |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CallState {
    /// Waits for attribute keys that others hold; lower tickets first.
    Locking {
        ticket: u64,
    },
    /// To be made, or under way: after a crash it is made again.
    Due,
    /// Committed as dispatched and never to be dispatched again.
    Claimed,
    BackingOff {
        until: Timestamp,
    },
}

impl Call {
    /// Holds its lock keys from the first attempt to the end of the last.
    pub(crate) fn holds_locks(&self) -> bool {
        !matches!(self.state, CallState::Locking { .. })
    }
}

/// Why an attempt failed, in the words the caller of the workflow will read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallFailure {
    pub message: Arc<str>,
}
