//! One lane per worker URL, each with its own bound, so that a worker that hangs harms only its
//! own runs; and within it a smaller bound per state, so that a state that is slow by nature, such
//! as one that asks a model, leaves places to the others. States take turns. What does not fit
//! waits here by name only, and beyond that on disk.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iwf_engine_core::{CallId, Event, Run, StateId};

use super::command::{Command, Mailbox};
use crate::config::Limits;
use crate::metrics::CallsNow;
use crate::store::RunKey;

#[derive(Clone)]
pub(crate) struct Lanes(Arc<Shared>);

struct Shared {
    mailbox: Mailbox,
    lanes: Mutex<HashMap<Arc<str>, Lane>>,
    bounds: Bounds,
    is_closing: AtomicBool,
}

type Owed = (RunKey, CallId);

/// The calls of one worker.
#[derive(Default)]
struct Lane {
    /// With their places.
    in_flight: HashMap<Owed, StateId>,
    queued: usize,
    states: HashMap<StateId, StateCalls>,
    /// States with calls that wait for a place at the worker alone, in the order of their turns.
    ready: VecDeque<StateId>,
    /// More calls are owed than the queues could hold.
    has_overflowed: bool,
}

#[derive(Default)]
struct StateCalls {
    in_flight: usize,
    queue: VecDeque<Owed>,
    is_ready: bool,
}

#[derive(Clone, Copy)]
struct Bounds {
    per_worker: usize,
    per_state: usize,
    queued: usize,
}

impl Lane {
    fn enter(&mut self, call: Owed, state_id: &StateId, bounds: Bounds) -> Place {
        let state = self.states.entry(state_id.clone()).or_default();
        if self.in_flight.len() < bounds.per_worker && state.in_flight < bounds.per_state {
            self.in_flight.insert(call, state_id.clone());
            state.in_flight += 1;
            return Place::Taken;
        }
        if self.queued >= bounds.queued {
            self.has_overflowed = true;
            self.forget_if_idle(state_id);
            return Place::NoRoom;
        }
        self.queued += 1;
        state.queue.push_back(call);
        self.line_up(state_id, bounds);
        Place::Queued
    }

    /// A call has ended; returns the one that gets its place.
    fn leave(&mut self, call: Owed, bounds: Bounds) -> Option<Owed> {
        let state_id = self.in_flight.remove(&call)?;
        if let Some(state) = self.states.get_mut(&state_id) {
            state.in_flight -= 1;
        }
        self.line_up(&state_id, bounds);
        self.forget_if_idle(&state_id);
        self.next(bounds)
    }

    fn next(&mut self, bounds: Bounds) -> Option<Owed> {
        let state_id = self.ready.pop_front()?;
        let state = self.states.get_mut(&state_id)?;
        state.is_ready = false;
        let call = state.queue.pop_front()?;
        state.in_flight += 1;
        self.queued -= 1;
        self.line_up(&state_id, bounds);
        self.in_flight.insert(call, state_id);
        Some(call)
    }

    fn line_up(&mut self, state_id: &StateId, bounds: Bounds) {
        let Some(state) = self.states.get_mut(state_id) else {
            return;
        };
        let may_call = !state.queue.is_empty() && state.in_flight < bounds.per_state;
        if may_call && !state.is_ready {
            state.is_ready = true;
            self.ready.push_back(state_id.clone());
        }
    }

    fn forget_if_idle(&mut self, state_id: &StateId) {
        let is_idle = |state: &StateCalls| state.in_flight == 0 && state.queue.is_empty();
        if self.states.get(state_id).is_some_and(is_idle) {
            self.states.remove(state_id);
        }
    }
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
            bounds: Bounds {
                per_worker: limits.calls_per_worker_max.max(1),
                per_state: limits.calls_per_state_max.max(1),
                queued: limits.calls_queued_max,
            },
            is_closing: AtomicBool::new(false),
        }))
    }

    pub(super) fn enter(&self, key: RunKey, call: CallId, run: &Run) -> Place {
        // Nobody waits for a call that is no longer wanted.
        let Some(execution) = run.execution_in_call(call) else {
            return Place::NoRoom;
        };
        let mut lanes = self.0.lanes();
        let lane = lanes.entry(run.settings.worker_url.clone()).or_default();
        lane.enter((key, call), &execution.id.state_id, self.0.bounds)
    }

    /// A call came to its end.
    pub(crate) fn returned(&self, key: RunKey, call: CallId, event: Event, url: &Arc<str>) {
        self.tell(Command::CallReturned { key, call, event });
        self.release(key, call, url);
    }

    /// Gives the place of a call to the next one.
    pub(crate) fn release(&self, key: RunKey, call: CallId, url: &Arc<str>) {
        let mut lanes = self.0.lanes();
        let Some(lane) = lanes.get_mut(url) else {
            return;
        };
        let next = lane.leave((key, call), self.0.bounds);
        let rescan = lane.has_overflowed && lane.queued <= self.0.bounds.queued / 2;
        if rescan {
            lane.has_overflowed = false;
        }
        if lane.in_flight.is_empty() && !lane.has_overflowed {
            lanes.remove(url);
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

    /// The calls of all lanes.
    pub(crate) fn now(&self) -> CallsNow {
        let lanes = self.0.lanes();
        lanes
            .values()
            .fold(CallsNow::default(), |sum, lane| CallsNow {
                in_flight: sum.in_flight + lane.in_flight.len(),
                queued: sum.queued + lane.queued,
            })
    }

    pub(super) fn tell(&self, command: Command) {
        self.0.mailbox.tell(command);
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.0.is_closing.load(Ordering::SeqCst)
    }

    /// No call begins any more.
    pub(crate) fn close(&self) {
        self.0.is_closing.store(true, Ordering::SeqCst);
    }
}

impl Shared {
    fn lanes(&self) -> MutexGuard<'_, HashMap<Arc<str>, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iwf_engine_core::{Api, Serial, Slot};

    const BOUNDS: Bounds = Bounds {
        per_worker: 3,
        per_state: 2,
        queued: 3,
    };

    fn owed(number: u64) -> Owed {
        let call = CallId {
            slot: Slot(0),
            serial: Serial(number),
            api: Api::Execute,
            attempt: 1,
        };
        (RunKey(0), call)
    }

    fn enter(lane: &mut Lane, number: u64, state: &str) -> Place {
        lane.enter(owed(number), &state.into(), BOUNDS)
    }

    fn leave(lane: &mut Lane, number: u64) -> Option<u64> {
        let next = lane.leave(owed(number), BOUNDS);
        next.map(|(_, call)| call.serial.0)
    }

    #[test]
    fn a_state_that_hangs_leaves_a_place_to_the_others() {
        let mut lane = Lane::default();
        assert_eq!(enter(&mut lane, 1, "Slow"), Place::Taken);
        assert_eq!(enter(&mut lane, 2, "Slow"), Place::Taken);
        assert_eq!(enter(&mut lane, 3, "Slow"), Place::Queued);
        assert_eq!(enter(&mut lane, 4, "Quick"), Place::Taken);
        assert_eq!(enter(&mut lane, 5, "Quick"), Place::Queued);
        assert_eq!(leave(&mut lane, 4), Some(5));
        assert_eq!(leave(&mut lane, 5), None, "Slow has its share");
        assert_eq!(leave(&mut lane, 1), Some(3));
    }

    #[test]
    fn states_take_turns() {
        let mut lane = Lane::default();
        for (number, state) in [(1, "A"), (2, "B"), (3, "C")] {
            assert_eq!(enter(&mut lane, number, state), Place::Taken);
        }
        for (number, state) in [(4, "A"), (5, "A"), (6, "B")] {
            assert_eq!(enter(&mut lane, number, state), Place::Queued);
        }
        assert_eq!(leave(&mut lane, 3), Some(4));
        assert_eq!(leave(&mut lane, 1), Some(6));
        assert_eq!(leave(&mut lane, 2), Some(5));
    }

    #[test]
    fn beyond_the_queue_there_is_no_room_and_nothing_is_kept() {
        let mut lane = Lane::default();
        let places: Vec<Place> = (0..6).map(|number| enter(&mut lane, number, "A")).collect();
        assert_eq!(places[..2], [Place::Taken; 2]);
        assert_eq!(places[2..5], [Place::Queued; 3]);
        assert_eq!(places[5], Place::NoRoom);
        for number in 0..5 {
            leave(&mut lane, number);
        }
        let left = (lane.queued, lane.in_flight.len(), lane.states.len());
        assert_eq!(left, (0, 0, 0));
        assert!(lane.ready.is_empty());
    }
}
