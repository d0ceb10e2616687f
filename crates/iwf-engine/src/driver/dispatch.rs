//! Worker calls on tokio: one lane per worker URL, each with its own bound, so that a worker that
//! hangs harms only its own runs.
//!
//! A call waits in its lane by name only. When its turn comes the writer is asked to claim it,
//! which finds out whether it is still wanted and, for a call that may be made once only, commits
//! that it is being made.

use std::collections::{HashMap, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use iwf_engine_core::{CallId, Event, Run};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::clock::Clock;
use super::command::{Command, Mailbox};
use super::in_flight::InFlight;
use crate::config::Limits;
use crate::convert;
use crate::store::RunKey;
use crate::worker_caller::WorkerCaller;

#[derive(Clone)]
pub(crate) struct Dispatcher {
    shared: Arc<Shared>,
}

struct Shared {
    workers: Arc<dyn WorkerCaller>,
    mailbox: Mailbox,
    clock: Clock,
    runtime: Handle,
    lanes: Mutex<HashMap<Arc<str>, Lane>>,
    calls_max: usize,
    queued_max: usize,
    is_closing: AtomicBool,
    in_flight: InFlight,
    /// Becomes true when calls in flight must be given up.
    give_up: watch::Sender<bool>,
}

#[derive(Default)]
struct Lane {
    in_flight: usize,
    queue: VecDeque<(RunKey, CallId)>,
    /// More calls are owed than the queue could hold.
    has_overflowed: bool,
}

/// What became of a call that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Submitted {
    Accepted,
    /// It stays on disk; a rescan brings it back.
    NoRoom,
}

impl Dispatcher {
    pub(crate) fn new(
        workers: Arc<dyn WorkerCaller>,
        mailbox: Mailbox,
        clock: Clock,
        limits: &Limits,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                workers,
                mailbox,
                clock,
                runtime: Handle::current(),
                lanes: Mutex::default(),
                calls_max: limits.calls_per_worker_max.max(1),
                queued_max: limits.calls_queued_max,
                is_closing: AtomicBool::new(false),
                in_flight: InFlight::default(),
                give_up: watch::Sender::new(false),
            }),
        }
    }

    /// Makes the call when there is room. The run is the committed one that owes it.
    pub(crate) fn submit(&self, key: RunKey, call: CallId, run: &Arc<Run>) -> Submitted {
        if self.is_closing() {
            return Submitted::Accepted;
        }
        let url = &run.settings.worker_url;
        let needs_claim = run
            .execution_in_call(call)
            .is_some_and(|execution| execution.api_options(call.api).allows_one_attempt_only());
        let mut lanes = self.shared.lanes();
        let lane = lanes.entry(url.clone()).or_default();
        if lane.in_flight < self.shared.calls_max {
            lane.in_flight += 1;
            drop(lanes);
            if needs_claim {
                let url = url.clone();
                self.shared.mailbox.tell(Command::Claim { key, call, url });
            } else {
                self.dispatch(key, call, run.clone());
            }
            return Submitted::Accepted;
        }
        if lane.queue.len() < self.shared.queued_max {
            lane.queue.push_back((key, call));
            return Submitted::Accepted;
        }
        lane.has_overflowed = true;
        Submitted::NoRoom
    }

    /// Makes a call that has its room and, if need be, its claim. Whoever shuts down meanwhile
    /// hands it back.
    pub(crate) fn dispatch(&self, key: RunKey, call: CallId, run: Arc<Run>) {
        if self.is_closing() {
            self.shared
                .mailbox
                .tell(Command::HandBack(vec![(key, call)]));
            return;
        }
        let flight = self.shared.in_flight.begin();
        let dispatcher = self.clone();
        self.shared.runtime.spawn(async move {
            dispatcher.make(key, call, run).await;
            drop(flight);
        });
    }

    async fn make(&self, key: RunKey, call: CallId, run: Arc<Run>) {
        let shared = &self.shared;
        let url = run.settings.worker_url.clone();
        let mut give_up = shared.give_up.subscribe();
        let workers = &*shared.workers;
        let attempt = convert::call_worker(workers, run, call, shared.clock.now());
        let event = tokio::select! {
            // A worker in process may panic; to its workflow that is a failed attempt.
            event = AssertUnwindSafe(attempt).catch_unwind() => {
                event.unwrap_or_else(|_| convert::call_panicked(call))
            }
            // The call may have reached the worker: it stays as the rows have it.
            _ = give_up.wait_for(|&now| now) => return,
        };
        if let Event::CallFailed { .. } = event {
            tracing::debug!(
                run.key = key.0,
                call.attempt,
                "attempt {} failed",
                call.attempt
            );
        }
        shared
            .mailbox
            .tell(Command::CallReturned { key, call, event });
        self.release(&url);
    }

    /// Gives a place in the lane to the next call.
    pub(crate) fn release(&self, url: &Arc<str>) {
        let mut lanes = self.shared.lanes();
        let Some(lane) = lanes.get_mut(url) else {
            return;
        };
        let next = lane.queue.pop_front();
        let rescan = lane.has_overflowed && lane.queue.len() <= self.shared.queued_max / 2;
        if rescan {
            lane.has_overflowed = false;
        }
        if next.is_none() {
            lane.in_flight = lane.in_flight.saturating_sub(1);
            if lane.in_flight == 0 && !lane.has_overflowed {
                lanes.remove(url);
            }
        }
        drop(lanes);
        if let Some((key, call)) = next {
            let url = url.clone();
            self.shared.mailbox.tell(Command::Claim { key, call, url });
        }
        if rescan {
            self.shared.mailbox.tell(Command::Rescan);
        }
    }

    /// For other work that shutdown must wait for.
    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.shared.in_flight
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.shared.is_closing.load(Ordering::SeqCst)
    }

    /// Makes no more calls, waits for those in flight, and gives up on what is left then.
    pub(crate) async fn close(&self, grace: Duration) {
        self.shared.is_closing.store(true, Ordering::SeqCst);
        let all_ended = self.shared.in_flight.all_ended();
        if tokio::time::timeout(grace, all_ended).await.is_err() {
            let left = self.shared.in_flight.count();
            tracing::warn!(
                calls = left,
                "{left} worker calls did not end in time and are given up"
            );
        }
        self.shared.give_up.send_replace(true);
    }
}

impl Shared {
    fn lanes(&self) -> MutexGuard<'_, HashMap<Arc<str>, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
