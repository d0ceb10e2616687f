//! A run goes on from a point of another run's history.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | in a call | it was under way or to be repeated | attempt 1 | call | in its first attempt |
//! | in a call | it waits for locks that are free | due | call | in its first attempt |
//! | waiting | a timer became due meanwhile | timer fired | call, if a trigger is met | |
//! | locked by an RPC of the other run | | unlocked | – | unlocked |
//! | anything else | | – | – | the same |
//!
//! The calls of the other run may have reached the worker: they are made again all the same. The
//! time-out of the workflow counts anew.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::call::CallState;
use crate::draft::Draft;
use crate::execution::Phase;
use crate::id::RunId;
use crate::run::Run;
use crate::settle::settle;
use crate::time::Timestamp;
use crate::transition::{Transition, Write};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// The run whose history this one goes on from.
    pub base: RunId,
    pub reason: Option<Arc<str>>,
    /// When that run would have timed out, which bounded its attempts.
    pub deadline_before: Option<Timestamp>,
}

pub(crate) fn apply(run: &Run, now: Timestamp) -> Transition {
    let mut draft = Draft::new(run, now);
    if run.rpc_lock.is_some() {
        draft.write(Write::RpcUnlocked);
    }
    for execution in run.executions.values() {
        let mut again = (**execution).clone();
        match &mut again.phase {
            Phase::WaitUntil(call) | Phase::Execute { call, .. } => {
                call.attempt = 1;
                call.first_attempt_at = now;
                call.state = match call.state {
                    CallState::Locking { ticket } => CallState::Locking { ticket },
                    CallState::Due | CallState::Claimed | CallState::BackingOff { .. } => {
                        CallState::Due
                    }
                };
            }
            Phase::Waiting(_) => continue,
        }
        draft.set_execution(again);
    }
    settle(&mut draft);
    draft.finish()
}
