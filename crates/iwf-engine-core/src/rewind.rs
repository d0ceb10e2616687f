//! Going back to a point of a run's history: the run as it was then, what led to it, and what
//! clients wrote later.
//!
//! A point lies between two events, after the start and while the run was running. Everything
//! after it is undone; what clients wrote after it may happen again to the run that goes on.

use std::sync::Arc;

use crate::call::CallState;
use crate::event::Event;
use crate::event::reset::Reset;
use crate::history::{Base, History, Recorded, Replay, Unreplayable};
use crate::id::{RunId, StateExecutionId, StateId};
use crate::run::{Run, Settings};
use crate::time::Timestamp;
use crate::transition::{Transition, Write};

/// Where to go back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResetPoint {
    /// After the start, before anything followed from it.
    Beginning,
    /// When the first call of the first execution of this state became due.
    State(StateId),
    /// When the first call of this execution became due.
    StateExecution(StateExecutionId),
    /// Before the event of this number.
    Event(u64),
    /// Before everything that happened from then on.
    Time(Timestamp),
}

/// Which writes of clients happen again after the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reapply {
    /// All but the results of locking RPCs.
    pub signals: bool,
    /// The results of locking RPCs.
    pub updates: bool,
}

/// A run on its way back to a point of its history.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewound {
    /// As it was, under its old id.
    pub run: Run,
    /// What the base run has now.
    settings: Arc<Settings>,
    /// What led to it.
    pub kept: Vec<Recorded>,
    /// Whether what led to it is less than the whole.
    pub is_shortened: bool,
    /// What clients wrote later, as it is to happen again.
    pub again: Vec<Event>,
    /// The last event that was looked at.
    pub last_number: u64,
}

/// Why there is no way back to a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoWayBack {
    /// It never was in this run.
    NoSuchPoint,
    /// It lies before what is kept of the history.
    NotKept,
    Unreplayable(Unreplayable),
}

impl From<Unreplayable> for NoWayBack {
    fn from(error: Unreplayable) -> Self {
        Self::Unreplayable(error)
    }
}

/// | point | lies before what is kept if | is reached |
/// |---|---|---|
/// | beginning | the history begins with a snapshot | after the first event |
/// | state | the state was started before | after the event that made its call due |
/// | execution | it was started before | likewise |
/// | event | its number is not greater than the snapshot's | before that event, but after the first |
/// | time | it is not after the snapshot | before the first event from then on, but after the first of all |
pub fn rewind(
    history: History,
    point: &ResetPoint,
    reapply: Reapply,
) -> Result<Rewound, NoWayBack> {
    if let Some(base) = &history.base
        && !point.is_kept(base)
    {
        return Err(NoWayBack::NotKept);
    }
    let settings = history.settings.clone();
    let mut replay = Replay::new(&history)?;
    let is_shortened = history.base.is_some();
    let last_number = history.last_number();
    let mut kept = history.events;
    let count = find(&mut replay, &kept, is_shortened, point)?;
    let later = kept.split_off(count);
    let again = later.into_iter().map(|later| later.event);
    Ok(Rewound {
        run: replay.run,
        settings,
        kept,
        is_shortened,
        again: again.filter_map(|event| reapply.again(event)).collect(),
        last_number,
    })
}

/// How many events lie before the point; the run becomes what it was then.
fn find(
    replay: &mut Replay,
    events: &[Recorded],
    is_shortened: bool,
    point: &ResetPoint,
) -> Result<usize, NoWayBack> {
    for (index, recorded) in events.iter().enumerate() {
        let is_start = index == 0 && !is_shortened;
        if !is_start && point.is_before(recorded) {
            return Ok(index);
        }
        let transition = replay.apply(recorded)?;
        if point.is_reached(is_start.then_some(recorded.at), &transition) {
            return Ok(index + 1);
        }
    }
    Err(NoWayBack::NoSuchPoint)
}

impl ResetPoint {
    fn is_kept(&self, base: &Base) -> bool {
        let started = |state_id| base.snapshot.started(state_id);
        match self {
            Self::Beginning => false,
            Self::State(state_id) => started(state_id) == 0,
            Self::StateExecution(id) => started(&id.state_id) < id.number,
            Self::Event(number) => *number > base.number,
            Self::Time(at) => *at > base.at,
        }
    }

    fn is_before(&self, next: &Recorded) -> bool {
        match self {
            Self::Event(number) => next.number == *number,
            Self::Time(at) => next.at >= *at,
            Self::Beginning | Self::State(_) | Self::StateExecution(_) => false,
        }
    }

    /// `started_at` is given for the first event of all.
    fn is_reached(&self, started_at: Option<Timestamp>, transition: &Transition) -> bool {
        match self {
            Self::Beginning => started_at.is_some(),
            // Nothing happened earlier, whether or not anything happened later.
            Self::Time(at) => started_at.is_some_and(|started_at| started_at >= *at),
            Self::Event(_) => false,
            Self::State(state_id) => calls(transition).any(|id| id.state_id == *state_id),
            Self::StateExecution(wanted) => calls(transition).any(|id| id == wanted),
        }
    }
}

/// The executions that came to have a call which is due.
fn calls(transition: &Transition) -> impl Iterator<Item = &StateExecutionId> {
    transition.writes.iter().filter_map(|write| match write {
        Write::ExecutionSet(execution) => {
            let (_, call) = execution.call()?;
            (call.state == CallState::Due).then_some(&execution.id)
        }
        _ => None,
    })
}

impl Reapply {
    /// The event as it happens again, if it is a client's and wanted.
    pub fn again(self, event: Event) -> Option<Event> {
        let is_wanted = match event {
            Event::RpcReturned { rpc: Some(_), .. } => self.updates,
            Event::SignalReceived { .. }
            | Event::Published(_)
            | Event::RpcReturned { rpc: None, .. }
            | Event::TimerSkipped { .. }
            | Event::TimerSkippedEarly { .. }
            | Event::AttributesSet(_)
            | Event::ConfigUpdated(_) => self.signals,
            _ => false,
        };
        if !is_wanted {
            return None;
        }
        match event {
            // The state may not have asked for its timers yet.
            Event::TimerSkipped { execution, choice } => Some(Event::TimerSkippedEarly {
                execution: execution?,
                choice,
            }),
            event => Some(event),
        }
    }
}

impl Rewound {
    /// The run that goes on from here under an id of its own, and the event that begins it again.
    pub fn go_on(&self, id: RunId, now: Timestamp, reason: Option<Arc<str>>) -> (Run, Event) {
        let run = Run {
            id,
            settings: Arc::new(self.settings.begin_again(now)),
            ..self.run.clone()
        };
        let event = Event::Reset(Reset {
            base: self.run.id,
            reason,
            deadline_before: self.settings.deadline,
        });
        (run, event)
    }
}
