//! One batch: commands applied to working copies, to be committed together or not at all.
//!
//! A refused command leaves no writes, so it undoes only itself. What is read here are the hot
//! runs and, for the others, the writer's own connection.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use iwf_engine_core::{
    AlreadyStarted, CallFailure, CallId, Effect, Event, Previous, Reuse, RpcId, Run, RunId,
    Schedule, Start, Started as StartedEvent, StopKind, Timestamp, WorkflowId, Write, decide_reuse,
    lock_notes, pending, step,
};

use super::attribute_types::{AttributeTypes, Misfit, NewTypes};
use super::cache::Cache;
use super::command::{Command, Refusal, StartOrder, Target};
use crate::config::Limits;
use crate::limits;
use crate::store::{RunKey, RunStore, StoreError, Stored};

/// A run as this batch makes it.
pub(super) struct Working {
    pub(super) run: Arc<Run>,
    /// `None` until its first commit.
    pub(super) stored: Option<Arc<Stored>>,
    pub(super) writes: Vec<Write>,
    /// What made the writes, for the history.
    pub(super) events: Vec<(Timestamp, Event)>,
    /// How many of them come from the history of another run.
    pub(super) copied: usize,
    /// The history cannot begin with the start of the run.
    pub(super) begins_anew: bool,
    /// The lock of an RPC that a replay of the history ends with.
    pub(super) noted_lock: Option<RpcId>,
}

/// What a command came to, if the batch is committed.
pub(super) enum Outcome {
    Started(RunId),
    /// A schedule is kept.
    Scheduled,
    Accepted(RunKey),
    Refused(Refusal),
    /// Nobody asked.
    Done,
}

/// Whether an event may make a run larger than the limits say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    Bounded,
    /// The event was accepted once, so there is nobody left to refuse it to.
    Free,
}

pub(super) struct Batch<'a, S> {
    pub(super) store: &'a S,
    cache: &'a Cache,
    is_in_flight: &'a dyn Fn(RunKey, CallId) -> bool,
    next_key: &'a mut RunKey,
    limits: &'a Limits,
    types: &'a AttributeTypes,
    pub(super) new_types: NewTypes,
    pub(super) now: Timestamp,
    /// In the order of their keys: neighbours share pages.
    pub(super) working: BTreeMap<RunKey, Working>,
    /// Runs that this batch began.
    pub(super) begun: HashMap<WorkflowId, RunKey>,
    pub(super) effects: Vec<(RunKey, Effect)>,
    /// Runs that were looked at because they were due.
    pub(super) woken: Vec<RunKey>,
    /// Runs that cannot be read. They stand still and harm nobody else.
    pub(super) damaged: Vec<(RunKey, String)>,
    /// Schedules that cannot be read. They start nothing.
    pub(super) damaged_schedules: Vec<(WorkflowId, String)>,
    /// Schedules that this batch keeps or moves on.
    pub(super) schedules: Vec<Schedule>,
}

impl<'a, S: RunStore> Batch<'a, S> {
    pub(super) fn new(
        store: &'a S,
        cache: &'a Cache,
        is_in_flight: &'a dyn Fn(RunKey, CallId) -> bool,
        next_key: &'a mut RunKey,
        limits: &'a Limits,
        types: &'a AttributeTypes,
        now: Timestamp,
    ) -> Self {
        Self {
            store,
            cache,
            is_in_flight,
            next_key,
            limits,
            types,
            new_types: NewTypes::new(),
            now,
            working: BTreeMap::new(),
            begun: HashMap::new(),
            effects: Vec::new(),
            woken: Vec::new(),
            damaged: Vec::new(),
            damaged_schedules: Vec::new(),
            schedules: Vec::new(),
        }
    }

    pub(super) fn command(&mut self, command: &Command) -> Result<Outcome, StoreError> {
        or_damaged(self.apply(command))
    }

    fn apply(&mut self, command: &Command) -> Result<Outcome, StoreError> {
        match command {
            Command::Start { order, .. } => match &order.cron {
                Some(expression) => self.register(order, expression),
                None => self.start(order),
            },
            Command::ComeRound(workflow_id) => self.come_round(workflow_id),
            Command::Reset { order, .. } => self.reset(order),
            Command::Event { target, event, .. } => {
                let Some(key) = self.find(target)? else {
                    return Ok(Outcome::Refused(unknown(target)));
                };
                self.event(key, event)
            }
            Command::CallReturned { key, call, event } => self.returned(*key, *call, event),
            Command::Release { key, event } => self.event(*key, event),
            Command::Claim { key, call, .. } => self.event(*key, &Event::CallClaimed(*call)),
            Command::HandBack(calls) => {
                for (key, call) in calls {
                    or_damaged(self.event(*key, &Event::CallHandedBack(*call)))?;
                }
                Ok(Outcome::Done)
            }
            Command::Rescan | Command::Stop => Ok(Outcome::Done),
        }
    }

    /// A due time has come. What is owed and not under way is found here too, so that this is
    /// also how the engine recovers.
    pub(super) fn time_reached(&mut self, key: RunKey) -> Result<(), StoreError> {
        self.woken.push(key);
        if let Outcome::Refused(_) = or_damaged(self.event(key, &Event::TimeReached))? {
            return Ok(());
        }
        let Some(working) = self.load(key)? else {
            return Ok(());
        };
        let owed = pending(&working.run);
        for call in owed.calls {
            self.effects.push((key, Effect::Call(call)));
        }
        for call in owed.claimed {
            if !(self.is_in_flight)(key, call) {
                let failure = CallFailure {
                    message: LOST_CALL.into(),
                };
                self.event(key, &Event::CallFailed { call, failure })?;
            }
        }
        Ok(())
    }

    pub(super) fn start(&mut self, order: &StartOrder) -> Result<Outcome, StoreError> {
        if let Err(misfit) = self.check_start(&order.start) {
            return Ok(Outcome::Refused(Refusal::Misfit(misfit)));
        }
        let workflow_id = &order.start.workflow_id;
        let previous = self.current(workflow_id)?;
        let previous = match previous {
            Some(key) => self.load(key)?.map(|working| (key, working.run.clone())),
            None => None,
        };
        let reuse = decide_reuse(
            previous.as_ref().map(|(_, run)| Previous {
                status: run.head.status,
                request_id: run.settings.request_id.as_deref(),
            }),
            order.reuse,
            AlreadyStarted {
                ignore: order.ignore_already_started,
                request_id: order.start.settings.request_id.as_deref(),
            },
        );
        match (reuse, previous) {
            (Reuse::Refuse, _) => return Ok(Outcome::Refused(Refusal::AlreadyStarted)),
            (Reuse::Existing, Some((_, run))) => return Ok(Outcome::Started(run.id)),
            (Reuse::Replace, Some((key, _))) => {
                let kind = StopKind::Terminate;
                self.event(key, &Event::Stopped { kind, reason: None })?;
            }
            (Reuse::Start | Reuse::Replace | Reuse::Existing, _) => {}
        }
        let key = self.take_key();
        let mut start = order.start.clone();
        start.id = key.run_id(order.random);
        start.settings.first_run_id = start.id;
        self.insert(key, start)
    }

    fn insert(&mut self, key: RunKey, start: Start) -> Result<Outcome, StoreError> {
        let run_id = start.id;
        let run = Arc::new(Run::new(&start));
        self.begun.insert(run.workflow_id.clone(), key);
        self.working.insert(
            key,
            Working {
                run,
                stored: None,
                writes: Vec::new(),
                events: Vec::new(),
                copied: 0,
                begins_anew: false,
                noted_lock: None,
            },
        );
        self.event(key, &Event::Started(StartedEvent::from(start)))?;
        Ok(Outcome::Started(run_id))
    }

    /// An answer that the run has no room for, or with an attribute of another type, counts as
    /// none: the attempt failed.
    fn returned(
        &mut self,
        key: RunKey,
        call: CallId,
        event: &Event,
    ) -> Result<Outcome, StoreError> {
        let outcome = self.event(key, event)?;
        let message = match outcome {
            Outcome::Refused(Refusal::RunFull(full)) => full.to_string(),
            Outcome::Refused(Refusal::Misfit(misfit)) => misfit.to_string(),
            outcome => return Ok(outcome),
        };
        let message = message.into();
        let failure = CallFailure { message };
        self.event(key, &Event::CallFailed { call, failure })
    }

    pub(super) fn check_start(&self, start: &Start) -> Result<(), Misfit> {
        if start.search_attributes.is_empty() {
            return Ok(());
        }
        let event = Event::Started(StartedEvent::from(start.clone()));
        self.types.fit(&self.new_types, &event).map(|_| ())
    }

    pub(super) fn event(&mut self, key: RunKey, event: &Event) -> Result<Outcome, StoreError> {
        self.event_within(Growth::Bounded, key, event)
    }

    pub(super) fn event_within(
        &mut self,
        growth: Growth,
        key: RunKey,
        event: &Event,
    ) -> Result<Outcome, StoreError> {
        if event.search_attributes().is_empty() {
            return self.fitting_event(growth, key, event);
        }
        // A closed run refuses whatever it is.
        let is_running = self
            .load(key)?
            .is_some_and(|working| working.run.is_running());
        if !is_running {
            return self.fitting_event(growth, key, event);
        }
        match self.types.fit(&self.new_types, event) {
            Ok(event) => {
                let accepted = self.fitting_event(growth, key, &event)?;
                if let Outcome::Accepted(_) = accepted {
                    let attributes = event.search_attributes();
                    self.types.note(&mut self.new_types, attributes);
                }
                Ok(accepted)
            }
            Err(misfit) => Ok(Outcome::Refused(Refusal::Misfit(misfit))),
        }
    }

    fn fitting_event(
        &mut self,
        growth: Growth,
        key: RunKey,
        event: &Event,
    ) -> Result<Outcome, StoreError> {
        let (now, limits) = (self.now, self.limits);
        let Some(working) = self.load(key)? else {
            return Ok(Outcome::Refused(Refusal::NoSuchRun));
        };
        let transition = match step(&working.run, now, event.clone()) {
            Ok(transition) => transition,
            Err(rejection) => return Ok(Outcome::Refused(Refusal::Rejected(rejection))),
        };
        let mut successor = None;
        // The start of a run is its first event, even if nothing follows from it.
        let is_start = matches!(event, Event::Started(_));
        let is_recorded = transition.is_durable() || is_start;
        let notes = if is_recorded {
            lock_notes(&working.run, event, working.noted_lock)
        } else {
            Vec::new()
        };
        if !transition.writes.is_empty() {
            let before = working.run.clone();
            let run = Arc::make_mut(&mut working.run);
            for write in &transition.writes {
                run.apply(write);
                if let Write::SuccessorStarts(at) = write {
                    successor = Some((run.clone(), *at));
                }
            }
            // A start was looked at as a request.
            let is_bounded = growth == Growth::Bounded && !is_start;
            if is_bounded && let Err(full) = limits::run::check(&before, run, limits) {
                working.run = before;
                return Ok(Outcome::Refused(Refusal::RunFull(full)));
            }
            working.writes.extend(transition.writes);
        }
        if is_recorded {
            let events = notes.into_iter().chain([event.clone()]);
            working.events.extend(events.map(|event| (now, event)));
            working.noted_lock = working.run.rpc_in_progress();
        }
        let effects = transition.effects.into_iter();
        self.effects.extend(effects.map(|effect| (key, effect)));
        if let Some((run, at)) = successor {
            let key = self.take_key();
            if let Some(start) = run.successor(key.run_id(rand::random()), at) {
                self.insert(key, start)?;
            }
        }
        Ok(Outcome::Accepted(key))
    }

    pub(super) fn take_key(&mut self) -> RunKey {
        self.next_key.0 += 1;
        *self.next_key
    }

    fn find(&mut self, target: &Target) -> Result<Option<RunKey>, StoreError> {
        match target {
            Target::Key(key) => Ok(Some(*key)),
            Target::Workflow {
                workflow_id,
                run_id: None,
            } => self.current(workflow_id),
            Target::Workflow {
                workflow_id,
                run_id: Some(run_id),
            } => {
                let key = RunKey::of(*run_id);
                let found = self.load(key)?.is_some_and(|working| {
                    working.run.id == *run_id && working.run.workflow_id == *workflow_id
                });
                Ok(found.then_some(key))
            }
        }
    }

    pub(super) fn current(&self, workflow_id: &WorkflowId) -> Result<Option<RunKey>, StoreError> {
        let hot = || self.cache.current(workflow_id);
        match self.begun.get(workflow_id).copied().or_else(hot) {
            Some(key) => Ok(Some(key)),
            None => self.store.current(workflow_id),
        }
    }

    pub(super) fn load(&mut self, key: RunKey) -> Result<Option<&mut Working>, StoreError> {
        if !self.working.contains_key(&key) {
            let (run, stored) = match self.cache.get(key) {
                Some(hot) => (hot.run, hot.stored),
                None => match self.store.load(key) {
                    Ok(Some(loaded)) => (Arc::new(loaded.run), Arc::new(loaded.stored)),
                    Ok(None) => return Ok(None),
                    Err(error) => {
                        if let StoreError::Damaged(damage) = &error {
                            self.damaged.push((key, damage.to_string()));
                        }
                        return Err(error);
                    }
                },
            };
            let noted_lock = stored.history.and_then(|end| end.lock);
            let working = Working {
                run,
                stored: Some(stored),
                writes: Vec::new(),
                events: Vec::new(),
                copied: 0,
                begins_anew: false,
                noted_lock,
            };
            self.working.insert(key, working);
        }
        Ok(self.working.get_mut(&key))
    }
}

/// Damage is the end of one command, not of its batch: nothing was done to the run yet.
pub(super) fn or_damaged(applied: Result<Outcome, StoreError>) -> Result<Outcome, StoreError> {
    match applied {
        Err(error @ StoreError::Damaged(_)) => {
            Ok(Outcome::Refused(Refusal::Damaged(error.to_string())))
        }
        applied => applied,
    }
}

/// What a call that was lost with its process and may not be repeated is reported as.
const LOST_CALL: &str = "the engine stopped while the call was under way: whether the worker did its work is unknown, and the call may be made once only";

fn unknown(target: &Target) -> Refusal {
    match target {
        Target::Workflow { run_id: None, .. } => Refusal::NoSuchWorkflow,
        Target::Workflow { .. } | Target::Key(_) => Refusal::NoSuchRun,
    }
}
