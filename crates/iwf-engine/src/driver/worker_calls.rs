//! Worker calls on tokio.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use iwf_engine_core::{CallId, Event, Run};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::clock::Clock;
use super::dispatch::{Calls, Dispatcher};
use super::in_flight::InFlight;
use super::lanes::Lanes;
use crate::config::Limits;
use crate::convert;
use crate::store::RunKey;
use crate::worker_caller::WorkerCaller;

#[derive(Clone)]
pub(crate) struct WorkerCalls {
    workers: Arc<dyn WorkerCaller>,
    clock: Clock,
    limits: Arc<Limits>,
    runtime: Handle,
    in_flight: InFlight,
    /// Becomes true when calls in flight must be given up.
    give_up: watch::Sender<bool>,
}

impl WorkerCalls {
    /// Calls run on the runtime this is called on.
    pub(crate) fn new(workers: Arc<dyn WorkerCaller>, clock: Clock, limits: &Limits) -> Self {
        Self {
            workers,
            clock,
            limits: Arc::new(limits.clone()),
            runtime: Handle::current(),
            in_flight: InFlight::default(),
            give_up: watch::Sender::new(false),
        }
    }

    async fn make(self, key: RunKey, call: CallId, run: Arc<Run>, lanes: Lanes) {
        let url = run.settings.worker_url.clone();
        let mut give_up = self.give_up.subscribe();
        let attempt =
            convert::call_worker(&*self.workers, run, call, self.clock.now(), &self.limits);
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
        lanes.returned(key, call, event, &url);
    }
}

impl Calls for WorkerCalls {
    fn begin(&self, key: RunKey, call: CallId, run: Arc<Run>, lanes: &Lanes) {
        let flight = self.in_flight.begin();
        let made = self.clone().make(key, call, run, lanes.clone());
        self.runtime.spawn(async move {
            made.await;
            drop(flight);
        });
    }
}

impl Dispatcher {
    /// For other work that shutdown must wait for.
    pub(crate) fn in_flight(&self) -> &InFlight {
        &self.calls().in_flight
    }

    /// Makes no more calls, waits for those in flight, and gives up on what is left then.
    pub(crate) async fn close(&self, grace: Duration) {
        self.lanes().close();
        let calls = self.calls();
        let all_ended = calls.in_flight.all_ended();
        if tokio::time::timeout(grace, all_ended).await.is_err() {
            let left = calls.in_flight.count();
            tracing::warn!(
                calls = left,
                "{left} worker calls did not end in time and are given up"
            );
        }
        calls.give_up.send_replace(true);
    }
}
