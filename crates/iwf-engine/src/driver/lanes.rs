//! One lane per worker URL, each with its own bound, so that a worker that hangs harms only its
//! own runs. What does not fit waits here by name only, and beyond that on disk.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iwf_engine_core::{CallId, Event};

use super::command::{Command, Mailbox};
use crate::config::Limits;
use crate::store::RunKey;

#[derive(Clone)]
pub(crate) struct Lanes(Arc<Shared>);

struct Shared {
    mailbox: Mailbox,
    lanes: Mutex<HashMap<Arc<str>, Lane>>,
    calls_max: usize,
    queued_max: usize,
    is_closing: AtomicBool,
}

#[derive(Default)]
struct Lane {
    in_flight: usize,
    queue: VecDeque<(RunKey, CallId)>,
    /// More calls are owed than the queue could hold.
    has_overflowed: bool,
}

/// What a lane has for a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The call may be made at once; its end gives the place to the next.
    Taken,
    /// The writer will be asked to claim it when its turn comes.
    Queued,
    /// It stays on disk; a rescan brings it back.
    NoRoom,
}

impl Lanes {
    pub(crate) fn new(mailbox: Mailbox, limits: &Limits) -> Self {
        Self(Arc::new(Shared {
            mailbox,
            lanes: Mutex::default(),
            calls_max: limits.calls_per_worker_max.max(1),
            queued_max: limits.calls_queued_max,
            is_closing: AtomicBool::new(false),
        }))
    }

    pub(super) fn enter(&self, key: RunKey, call: CallId, url: &Arc<str>) -> Place {
        let mut lanes = self.0.lanes();
        let lane = lanes.entry(url.clone()).or_default();
        if lane.in_flight < self.0.calls_max {
            lane.in_flight += 1;
            return Place::Taken;
        }
        if lane.queue.len() < self.0.queued_max {
            lane.queue.push_back((key, call));
            return Place::Queued;
        }
        lane.has_overflowed = true;
        Place::NoRoom
    }

    /// A call came to its end.
    pub(crate) fn returned(&self, key: RunKey, call: CallId, event: Event, url: &Arc<str>) {
        self.tell(Command::CallReturned { key, call, event });
        self.release(url);
    }

    /// Gives a place in the lane to the next call.
    pub(crate) fn release(&self, url: &Arc<str>) {
        let mut lanes = self.0.lanes();
        let Some(lane) = lanes.get_mut(url) else {
            return;
        };
        let next = lane.queue.pop_front();
        let rescan = lane.has_overflowed && lane.queue.len() <= self.0.queued_max / 2;
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
            self.tell(Command::Claim { key, call, url });
        }
        if rescan {
            self.tell(Command::Rescan);
        }
    }

    pub(super) fn tell(&self, command: Command) {
        self.0.mailbox.tell(command);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.0.is_closing.load(Ordering::SeqCst)
    }

    /// No call begins any more.
    pub(super) fn close(&self) {
        self.0.is_closing.store(true, Ordering::SeqCst);
    }
}

impl Shared {
    fn lanes(&self) -> MutexGuard<'_, HashMap<Arc<str>, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
