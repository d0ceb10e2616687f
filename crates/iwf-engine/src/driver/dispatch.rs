//! Decides when an owed call is made: at once, when its lane has room, or after its claim.
//!
//! A call waits in its lane by name only. When its turn comes the writer is asked to claim it,
//! which finds out whether it is still wanted and, for a call that may be made once only, commits
//! that it is being made. How a call is then made is a [`Calls`]'s business.

use std::sync::Arc;

use iwf_engine_core::{CallId, Run};

use super::command::{Command, Mailbox};
use super::lanes::{Lanes, Place};
use super::worker_calls::WorkerCalls;
use crate::config::Limits;
use crate::store::RunKey;

/// Makes calls: on tokio, or in a simulation.
pub(crate) trait Calls {
    /// Begins a call that has its place. Its end is told by [`Lanes::returned`]; a call that is
    /// given up has none. The run is the committed one that owes it.
    fn begin(&self, key: RunKey, call: CallId, run: Arc<Run>, lanes: &Lanes);
}

#[derive(Clone)]
pub(crate) struct Dispatcher<C = WorkerCalls> {
    lanes: Lanes,
    calls: C,
}

/// What became of a call that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Submitted {
    Accepted,
    /// It stays on disk; a rescan brings it back.
    NoRoom,
}

impl<C: Calls> Dispatcher<C> {
    pub(crate) fn new(calls: C, mailbox: Mailbox, limits: &Limits) -> Self {
        Self {
            lanes: Lanes::new(mailbox, limits),
            calls,
        }
    }

    pub(crate) fn lanes(&self) -> &Lanes {
        &self.lanes
    }

    pub(crate) fn calls(&self) -> &C {
        &self.calls
    }

    /// Makes the call when there is room. The run is the committed one that owes it.
    pub(crate) fn submit(&self, key: RunKey, call: CallId, run: &Arc<Run>) -> Submitted {
        if self.lanes.is_closing() {
            return Submitted::Accepted;
        }
        match self.lanes.enter(key, call, run) {
            Place::Taken if needs_claim(call, run) => {
                let url = run.settings.worker_url.clone();
                self.lanes.tell(Command::Claim { key, call, url });
                Submitted::Accepted
            }
            Place::Taken => {
                self.dispatch(key, call, run.clone());
                Submitted::Accepted
            }
            Place::Queued => Submitted::Accepted,
            Place::NoRoom => Submitted::NoRoom,
        }
    }

    /// Makes a call that has its room and, if need be, its claim. Whoever shuts down meanwhile
    /// hands it back.
    pub(crate) fn dispatch(&self, key: RunKey, call: CallId, run: Arc<Run>) {
        if self.lanes.is_closing() {
            self.lanes.tell(Command::HandBack(vec![(key, call)]));
            return;
        }
        self.calls.begin(key, call, run, &self.lanes);
    }
}

fn needs_claim(call: CallId, run: &Run) -> bool {
    run.execution_in_call(call)
        .is_some_and(|execution| execution.api_options(call.api).allows_one_attempt_only())
}
