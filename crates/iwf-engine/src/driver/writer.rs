//! The thread that owns the database connection and decides everything.
//!
//! It takes what is waiting, applies it, commits once, and then lets the effects and answers go.
//! If the commit fails, nothing of the batch happened: each command is tried again by itself, and
//! only what fails alone is refused.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use iwf_engine_core::{CallId, Effect, Run, Schedule, Timestamp, WorkflowId, Write};

use super::attribute_types::{AttributeTypes, NewTypes};
use super::batch::{Batch, Outcome, Working};
use super::cache::{Cache, Hot};
use super::clock::Clock;
use super::command::{Accepted, Command, Inbox, Refusal, Started};
use super::dispatch::{Calls, Dispatcher};
use super::effects::{self, Effects};
use super::health::WriterHealth;
use super::housekeeper::Housekeeper;
use super::schedules::Agenda;
use super::timers::Timers;
use super::waiters::{Changes, Closings, Completions};
use crate::config::Limits;
use crate::metrics::Metrics;
use crate::store::{RunKey, RunStore, Save, StoreError, Stored};

/// How long a run waits whose step could not be stored.
const RETRY_MILLIS: i64 = 1000;
/// How often a database that refuses is tried when there is nothing else to write.
const TRY_AGAIN: Duration = Duration::from_secs(1);

pub(crate) struct Writer<S, C> {
    store: S,
    inbox: Inbox,
    cache: Cache,
    clock: Clock,
    limits: Limits,
    timers: Timers,
    agenda: Agenda,
    housekeeper: Housekeeper,
    types: AttributeTypes,
    effects: Effects<C>,
    changes: Changes,
    /// Locks to give back once the database takes writes again.
    releases: Vec<(Timestamp, Command)>,
    next_key: RunKey,
    health: WriterHealth,
    metrics: Arc<Metrics>,
    has_problem: bool,
    is_stopping: bool,
}

/// What the writer shares with the rest of the engine.
pub(crate) struct Links<C> {
    pub(crate) cache: Cache,
    pub(crate) clock: Clock,
    pub(crate) dispatcher: Dispatcher<C>,
    pub(crate) closings: Closings,
    pub(crate) completions: Completions,
    pub(crate) changes: Changes,
    pub(crate) health: WriterHealth,
    /// How long closed runs are kept; `None` keeps them for ever.
    pub(crate) retention: Option<Duration>,
    pub(crate) metrics: Arc<Metrics>,
}

/// What a turn came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Worked,
    /// There was nothing to do.
    Rested,
    /// No other turn follows.
    Last,
}

/// What a batch left behind: the runs it touched and what is to follow.
struct Prepared {
    working: BTreeMap<RunKey, Working>,
    effects: Vec<(RunKey, Effect)>,
    woken: Vec<RunKey>,
    damaged: Vec<(RunKey, String)>,
    damaged_schedules: Vec<(WorkflowId, String)>,
    schedules: Vec<Schedule>,
    new_types: NewTypes,
    outcomes: Vec<Outcome>,
}

impl<S: RunStore, C: Calls> Writer<S, C> {
    pub(crate) fn new(
        store: S,
        inbox: Inbox,
        limits: Limits,
        links: Links<C>,
    ) -> Result<Self, StoreError> {
        let next_key = store.last_key()?;
        let agenda = Agenda::load(&store, &links.health)?;
        let types = AttributeTypes::load(&store, limits.search_attribute_names_max)?;
        Ok(Self {
            store,
            inbox,
            cache: links.cache,
            limits,
            timers: Timers::new(),
            agenda,
            housekeeper: Housekeeper::new(links.retention, links.clock.now()),
            types,
            effects: Effects {
                dispatcher: links.dispatcher,
                closings: links.closings,
                completions: links.completions,
                in_flight: HashSet::new(),
            },
            releases: Vec::new(),
            next_key,
            changes: links.changes,
            clock: links.clock,
            health: links.health,
            metrics: links.metrics,
            has_problem: false,
            is_stopping: false,
        })
    }

    /// Runs until it is told to stop.
    pub(crate) fn run(mut self) {
        loop {
            let wait = self.idle_time();
            if self.turn(wait) == Turn::Last {
                break;
            }
        }
        self.store.checkpoint();
    }

    /// How long there is nothing to do unless somebody asks.
    pub(crate) fn idle_time(&mut self) -> Duration {
        if self.is_stopping {
            return Duration::ZERO;
        }
        let now = self.clock.now();
        let mut wait = self.housekeeper.wait(now);
        let mut next = self.releases.iter().map(|(at, _)| *at).min();
        // Nothing that is due is taken any more while the engine closes.
        if !self.effects.dispatcher.lanes().is_closing() {
            if let Err(error) = self.timers.refill(&self.store, now) {
                self.report(&error);
            }
            wait = wait.min(self.timers.wait(now));
            next = next.into_iter().chain(self.agenda.next()).min();
        }
        if self.has_problem {
            wait = wait.min(TRY_AGAIN);
        }
        next.map_or(wait, |at| {
            let millis = at.0.saturating_sub(now.0).max(0);
            wait.min(Duration::from_millis(millis.unsigned_abs()))
        })
    }

    /// Takes what is waiting, or comes within `wait`, and what is due, and carries it out.
    pub(crate) fn turn(&mut self, wait: Duration) -> Turn {
        let Ok(mut commands) = self.inbox.take(wait, self.limits.batch_requests_max) else {
            return Turn::Last;
        };
        if self.has_problem && commands.is_empty() && self.store.try_to_write().is_ok() {
            self.recover();
        }
        // What came with or before the end is still committed.
        if self.is_stopping && commands.is_empty() {
            return Turn::Last;
        }
        for command in &commands {
            match command {
                Command::Stop => self.is_stopping = true,
                Command::Rescan => self.timers.rescan(),
                _ => {}
            }
        }
        let now = self.clock.now();
        let releases = self.releases.extract_if(.., |(at, _)| *at <= now);
        commands.extend(releases.map(|(_, command)| command));
        let due = if self.effects.dispatcher.lanes().is_closing() {
            Vec::new()
        } else {
            let max = self.limits.timers_per_batch_max;
            commands.extend(self.agenda.take_due(now, max));
            self.take_due(now, max)
        };
        let is_idle = commands.is_empty() && due.is_empty();
        if !is_idle {
            self.process(commands, due, now);
        }
        if self.housekeeper.is_due(now, is_idle) && !self.is_stopping {
            self.clear_away(now);
        }
        if is_idle { Turn::Rested } else { Turn::Worked }
    }

    /// In a commit of its own, so that no request suffers if it fails.
    fn clear_away(&mut self, now: Timestamp) {
        let (closed_until, cursor) = self.housekeeper.scope(now);
        let cleared = self.store.begin().and_then(|()| {
            let cleared = self.store.clear_away(closed_until, cursor)?;
            if cleared.has_changed {
                self.store.commit()?;
            }
            Ok(cleared)
        });
        self.store.rollback();
        match cleared {
            Ok(cleared) => {
                self.cache.forget(&cleared.runs);
                for (key, damage) in &cleared.damaged {
                    self.health.damaged(*key, damage);
                }
                self.housekeeper.cleared(&cleared, now);
            }
            Err(error) => {
                tracing::warn!(%error, "what is not needed any more stays for now");
                self.housekeeper.rest(now);
            }
        }
    }

    fn take_due(&mut self, now: Timestamp, max: usize) -> Vec<RunKey> {
        let due = self.timers.take_due(now, max).into_iter();
        let keys = due.map(|(at, key)| {
            self.metrics.timer_lag(now.0.saturating_sub(at.0));
            key
        });
        keys.collect()
    }

    fn process(&mut self, commands: Vec<Command>, due: Vec<RunKey>, now: Timestamp) {
        let committed = self.prepare(&commands, &due, now).and_then(|prepared| {
            let saved = self.save(&prepared, now)?;
            Ok((prepared, saved))
        });
        match committed {
            Ok((prepared, saved)) => {
                if !saved.is_empty() || !prepared.schedules.is_empty() {
                    self.recover();
                }
                self.release(commands, prepared, saved);
            }
            Err(error) => {
                self.store.rollback();
                self.metrics.commit_failed();
                self.report(&error);
                self.one_by_one(commands, due, now, &error);
            }
        }
    }

    fn prepare(
        &mut self,
        commands: &[Command],
        due: &[RunKey],
        now: Timestamp,
    ) -> Result<Prepared, StoreError> {
        let in_flight = &self.effects.in_flight;
        let is_in_flight = |key, call: CallId| in_flight.contains(&(key, call));
        let next_key = &mut self.next_key;
        let types = &self.types;
        let mut batch = Batch::new(
            &self.store,
            &self.cache,
            &is_in_flight,
            next_key,
            &self.limits,
            types,
            now,
        );
        for key in due {
            batch.time_reached(*key)?;
        }
        let outcomes = commands.iter().map(|command| batch.command(command));
        let outcomes = outcomes.collect::<Result<_, _>>()?;
        Ok(Prepared {
            working: batch.working,
            effects: batch.effects,
            woken: batch.woken,
            damaged: batch.damaged,
            damaged_schedules: batch.damaged_schedules,
            schedules: batch.schedules,
            new_types: batch.new_types,
            outcomes,
        })
    }

    /// One transaction for everything that changed on disk; none if nothing did.
    fn save(
        &mut self,
        prepared: &Prepared,
        now: Timestamp,
    ) -> Result<BTreeMap<RunKey, Arc<Stored>>, StoreError> {
        let mut saved = BTreeMap::new();
        let changed = || prepared.working.iter().filter(|(_, run)| is_durable(run));
        if changed().next().is_none() && prepared.schedules.is_empty() {
            return Ok(saved);
        }
        let began = Instant::now();
        self.store.begin()?;
        for (&key, working) in changed() {
            let stored = self.store.save(&Save {
                key,
                run: &working.run,
                stored: working.stored.as_deref(),
                writes: &working.writes,
                events: &working.events,
                begins_anew: working.begins_anew,
                noted_lock: working.noted_lock,
                history_bytes_max: self.limits.history_bytes_max,
                now,
            })?;
            saved.insert(key, Arc::new(stored));
        }
        for schedule in &prepared.schedules {
            self.store.save_schedule(schedule)?;
        }
        self.store.commit()?;
        self.metrics.commit(began.elapsed());
        Ok(saved)
    }

    /// After the commit: the runs become what everybody sees, then effects, then answers.
    fn release(
        &mut self,
        commands: Vec<Command>,
        prepared: Prepared,
        mut saved: BTreeMap<RunKey, Arc<Stored>>,
    ) {
        let mut runs: BTreeMap<RunKey, Arc<Run>> = BTreeMap::new();
        let mut hot = Vec::with_capacity(prepared.working.len());
        self.metrics.batch(commands.len() + prepared.woken.len());
        for (key, working) in prepared.working {
            self.count(&working);
            let is_changed = !working.writes.is_empty() || working.stored.is_none();
            let stored = saved.remove(&key).or(working.stored).unwrap_or_default();
            if is_changed || prepared.woken.contains(&key) {
                effects::arm(&mut self.timers, key, &working.run);
            }
            if is_changed {
                let run = working.run.clone();
                hot.push((key, Hot { run, stored }));
            }
            runs.insert(key, working.run);
        }
        let changed: Vec<RunKey> = hot.iter().map(|(key, _)| *key).collect();
        self.cache.put(hot.into_iter());
        self.changes.wake_all(&changed);
        for (key, damage) in prepared.damaged {
            self.health.damaged(key, &damage);
        }
        for (workflow_id, damage) in prepared.damaged_schedules {
            self.health.damaged_schedule(&workflow_id, &damage);
        }
        self.types.learn(prepared.new_types);
        for schedule in prepared.schedules {
            if let Some(at) = schedule.next_at {
                self.agenda.add(at, schedule.workflow_id);
            }
        }
        let claims_kept: Vec<(RunKey, CallId)> = prepared
            .effects
            .iter()
            .filter_map(|(key, effect)| match effect {
                Effect::Dispatch(call) => Some((*key, *call)),
                Effect::Call(_) | Effect::Closed | Effect::StateCompleted(_) => None,
            })
            .collect();
        self.forget_returned(&commands, &claims_kept);
        self.effects.perform(prepared.effects, &runs);
        for (command, outcome) in commands.into_iter().zip(prepared.outcomes) {
            answer(command, outcome, &runs);
        }
    }

    fn count(&self, working: &Working) {
        if working.stored.is_none() {
            self.metrics.run_started();
        }
        for (_, event) in working.events.iter().skip(working.copied) {
            self.metrics.transition(event);
        }
        for write in &working.writes {
            if let Write::Closed(status, _) = write {
                self.metrics.run_closed(*status);
            }
        }
    }

    /// Calls that came back, and those whose turn came too late, are in flight no longer.
    fn forget_returned(&mut self, commands: &[Command], claims_kept: &[(RunKey, CallId)]) {
        for command in commands {
            match command {
                Command::CallReturned { key, call, .. } => {
                    self.effects.in_flight.remove(&(*key, *call));
                }
                Command::Claim { key, call, url } if !claims_kept.contains(&(*key, *call)) => {
                    self.effects.in_flight.remove(&(*key, *call));
                    self.effects.dispatcher.lanes().release(*key, *call, url);
                }
                Command::HandBack(calls) => {
                    for call in calls {
                        self.effects.in_flight.remove(call);
                    }
                }
                _ => {}
            }
        }
    }

    /// Finds the one that made the batch fail, so that the others do not suffer.
    fn one_by_one(
        &mut self,
        commands: Vec<Command>,
        due: Vec<RunKey>,
        now: Timestamp,
        error: &StoreError,
    ) {
        if commands.len() + due.len() > 1 {
            for key in due {
                self.process(Vec::new(), vec![key], now);
            }
            for command in commands {
                self.process(vec![command], Vec::new(), now);
            }
            return;
        }
        let again = now.plus_millis(RETRY_MILLIS);
        for key in due {
            self.timers.look_at(key, again);
        }
        for command in commands {
            self.refuse(command, again, error);
        }
    }

    fn refuse(&mut self, command: Command, again: Timestamp, error: &StoreError) {
        let refusal = Refusal::Storage(error.to_string());
        match command {
            Command::Start { reply, .. } => drop(reply.send(Err(refusal))),
            Command::Reset { reply, .. } => drop(reply.send(Err(refusal))),
            Command::Event { reply, .. } => drop(reply.send(Err(refusal))),
            // The answer is lost, so the call is owed again.
            Command::CallReturned { key, call, .. } => {
                self.effects.in_flight.remove(&(key, call));
                self.timers.look_at(key, again);
            }
            Command::Claim { key, call, url } => {
                self.effects.in_flight.remove(&(key, call));
                self.effects.dispatcher.lanes().release(key, call, &url);
                self.timers.look_at(key, again);
            }
            Command::ComeRound(workflow_id) => self.agenda.add(again, workflow_id),
            Command::Release { .. } => self.releases.push((again, command)),
            Command::Rescan | Command::HandBack(_) | Command::Stop => {}
        }
    }

    fn report(&mut self, error: &StoreError) {
        tracing::error!(%error, "the database refused: nothing of this batch happened");
        self.has_problem = true;
        self.health.set_problem(Some(format!(
            "{error}: make room on the disk, or look at the folder's permissions; nothing that was answered is lost, and the engine goes on by itself"
        )));
    }

    fn recover(&mut self) {
        if std::mem::take(&mut self.has_problem) {
            tracing::info!("the database takes writes again");
            self.health.set_problem(None);
        }
    }
}

fn is_durable(working: &Working) -> bool {
    working.stored.is_none() || working.writes.iter().any(Write::is_durable)
}

/// A caller that has gone away misses its answer; that is its business.
fn answer(command: Command, outcome: Outcome, runs: &BTreeMap<RunKey, Arc<Run>>) {
    match (command, outcome) {
        (Command::Reset { reply, .. }, Outcome::Started(run_id)) => {
            drop(reply.send(Ok(run_id)));
        }
        (Command::Reset { reply, .. }, Outcome::Refused(refusal)) => {
            drop(reply.send(Err(refusal)));
        }
        (Command::Start { reply, .. }, Outcome::Started(run_id)) => {
            let run_id = Some(run_id);
            drop(reply.send(Ok(Started { run_id })));
        }
        (Command::Start { reply, .. }, Outcome::Scheduled) => {
            drop(reply.send(Ok(Started { run_id: None })));
        }
        (Command::Start { reply, .. }, Outcome::Refused(refusal)) => {
            drop(reply.send(Err(refusal)));
        }
        (Command::Event { reply, .. }, Outcome::Refused(refusal)) => {
            drop(reply.send(Err(refusal)));
        }
        (Command::Event { reply, .. }, Outcome::Accepted(key)) => {
            if let Some(run) = runs.get(&key) {
                let run = run.clone();
                drop(reply.send(Ok(Accepted { run })));
            }
        }
        _ => {}
    }
}
