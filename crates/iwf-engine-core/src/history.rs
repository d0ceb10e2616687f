//! What happened to a run, kept so that it can be shown, and made again.
//!
//! The history is the events themselves: a step is a function of the run, the instant and the
//! event, so that the same events make the same run. Only events that changed something durable
//! are recorded, and the locks of RPCs that they met with ([`lock_notes`]). A history that grew too
//! long begins anew with a [`Snapshot`].

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::attribute::DataAttributes;
use crate::channel::{ChannelKey, Channels, Message};
use crate::event::Event;
use crate::event::reset::Reset;
use crate::execution::StateExecution;
use crate::id::{RpcId, RunId, StateId, WorkflowId};
use crate::run::{Head, Run, Settings};
use crate::step::step;
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

/// What of a run changes, at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    head: Head,
    executions: Vec<Arc<StateExecution>>,
    data_attributes: Arc<DataAttributes>,
    messages: Vec<(ChannelKey, Message)>,
}

/// Where a history begins that does not begin with the start of its run.
#[derive(Clone, Debug, PartialEq)]
pub struct Base {
    /// The run after the event of this number, ...
    pub snapshot: Snapshot,
    pub number: u64,
    /// ... which happened then.
    pub at: Timestamp,
}

/// The history of a run as far as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    pub id: RunId,
    pub workflow_id: WorkflowId,
    pub settings: Arc<Settings>,
    pub base: Option<Base>,
    pub events: Vec<Recorded>,
}

/// The recorded events do not make a run: this one was impossible when its turn came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreplayable {
    pub number: u64,
}

impl Snapshot {
    pub fn of(run: &Run) -> Self {
        let messages = run.channels.messages();
        Self {
            head: run.head.clone(),
            executions: run.executions.values().cloned().collect(),
            data_attributes: run.data_attributes.clone(),
            messages: messages
                .map(|(channel, message)| (channel.clone(), message.clone()))
                .collect(),
        }
    }

    /// How many executions of a state were started.
    pub(crate) fn started(&self, state_id: &StateId) -> u32 {
        self.head.counters.get(state_id).copied().unwrap_or(0)
    }

    fn to_run(&self, history: &History) -> Run {
        let mut channels = Channels::default();
        for (channel, message) in &self.messages {
            channels.push(channel, message.clone());
        }
        let executions = self.executions.iter();
        Run {
            id: history.id,
            workflow_id: history.workflow_id.clone(),
            settings: history.settings.clone(),
            head: self.head.clone(),
            executions: executions
                .map(|execution| (execution.slot, execution.clone()))
                .collect(),
            data_attributes: self.data_attributes.clone(),
            channels,
            rpc_lock: None,
        }
    }
}

impl History {
    /// The run that the history makes, as it is stored: without the lock of an RPC.
    pub fn replay(&self) -> Result<Run, Unreplayable> {
        let mut replay = Replay::new(self)?;
        for recorded in &self.events {
            replay.apply(recorded)?;
        }
        replay.run.rpc_lock = None;
        Ok(replay.run)
    }

    /// Shows each event with the run that it happened to and what followed from it.
    pub fn trace(
        &self,
        mut see: impl FnMut(&Run, &Recorded, &Transition),
    ) -> Result<(), Unreplayable> {
        let mut replay = Replay::new(self)?;
        for recorded in &self.events {
            let before = replay.run.clone();
            let transition = replay.apply(recorded)?;
            see(&before, recorded, &transition);
        }
        Ok(())
    }

    pub fn last_number(&self) -> u64 {
        let base = self.base.as_ref().map_or(0, |base| base.number);
        self.events.last().map_or(base, |last| last.number)
    }

    /// The run before the first of the events.
    fn first_run(&self) -> Result<Run, Unreplayable> {
        if let Some(base) = &self.base {
            return Ok(base.snapshot.to_run(self));
        }
        match self.events.first().map(|first| &first.event) {
            Some(Event::Started(started)) => {
                let settings = (*self.settings).clone();
                let start = started.to_start(self.id, self.workflow_id.clone(), settings);
                Ok(Run::new(&start))
            }
            Some(_) | None => Err(Unreplayable { number: 1 }),
        }
    }
}

/// A run that is made again, event by event.
pub(crate) struct Replay {
    pub(crate) run: Run,
    /// When the workflow would have timed out, after each reset that is still to come.
    deadlines: std::vec::IntoIter<Option<Timestamp>>,
}

impl Replay {
    /// Nothing of the events has happened yet.
    pub(crate) fn new(history: &History) -> Result<Self, Unreplayable> {
        let resets = history.events.iter().filter_map(reset);
        let before = resets.map(|reset| reset.deadline_before);
        let deadlines: Vec<_> = before.chain([history.settings.deadline]).collect();
        let mut replay = Self {
            run: history.first_run()?,
            deadlines: deadlines.into_iter(),
        };
        replay.limit();
        Ok(replay)
    }

    /// Makes it happen again.
    pub(crate) fn apply(&mut self, recorded: &Recorded) -> Result<Transition, Unreplayable> {
        let number = recorded.number;
        let transition = step(&self.run, recorded.at, recorded.event.clone())
            .map_err(|_| Unreplayable { number })?;
        for write in &transition.writes {
            self.run.apply(write);
        }
        if reset(recorded).is_some() {
            self.limit();
        }
        Ok(transition)
    }

    fn limit(&mut self) {
        if let Some(deadline) = self.deadlines.next()
            && deadline != self.run.settings.deadline
        {
            Arc::make_mut(&mut self.run.settings).deadline = deadline;
        }
    }
}

fn reset(recorded: &Recorded) -> Option<&Reset> {
    match &recorded.event {
        Event::Reset(reset) => Some(reset),
        _ => None,
    }
}

/// What is recorded before an event so that a replay meets with the same lock of an RPC. `noted` is
/// the lock that the history holds so far; afterwards it holds the one that the run then has.
///
/// | the run is locked by | the history by | the event | notes |
/// |---|---|---|---|
/// | the same, or both by none | | any | – |
/// | an RPC | none | ends that RPC | – |
/// | an RPC | none | any other | locks wanted |
/// | an RPC | another, which is gone | any | RPC forgotten, locks wanted |
/// | none | one that is gone | any | RPC forgotten |
pub fn lock_notes(before: &Run, event: &Event, noted: Option<RpcId>) -> Vec<Event> {
    let held = before.rpc_in_progress();
    if held == noted {
        return Vec::new();
    }
    let ends = match event {
        Event::RpcReturned { rpc, .. } => *rpc,
        Event::RpcEnded(rpc) => Some(*rpc),
        _ => None,
    };
    if noted.is_none() && ends == held {
        return Vec::new();
    }
    let gone = noted.map(Event::RpcForgotten);
    let wanted = before
        .rpc_lock
        .as_deref()
        .cloned()
        .map(Event::RpcLocksWanted);
    gone.into_iter().chain(wanted).collect()
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
