//! Schedules: when each comes round, and what happens then, in one commit with the run it starts.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat};
use iwf_engine_core::{ReusePolicy, Schedule, Timestamp, WorkflowId};

use super::batch::{Batch, Outcome, or_damaged};
use super::command::{Command, Refusal, StartOrder};
use super::health::WriterHealth;
use crate::cron::Expression;
use crate::store::{RunStore, StoreError};

/// The next instant of every schedule; the schedules themselves stay on disk.
#[derive(Default)]
pub(super) struct Agenda(BTreeSet<(Timestamp, WorkflowId)>);

impl Agenda {
    /// Leaves out what cannot be read, and tells so.
    pub(super) fn load(store: &impl RunStore, health: &WriterHealth) -> Result<Self, StoreError> {
        let schedules = store.schedules()?;
        for (workflow_id, damage) in &schedules.damaged {
            health.damaged_schedule(workflow_id, &damage.to_string());
        }
        Ok(Self(schedules.next.into_iter().collect()))
    }

    pub(super) fn add(&mut self, at: Timestamp, workflow_id: WorkflowId) {
        self.0.insert((at, workflow_id));
    }

    pub(super) fn next(&self) -> Option<Timestamp> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Takes those whose time has come, the oldest first, at most so many.
    pub(super) fn take_due(&mut self, now: Timestamp, max: usize) -> Vec<Command> {
        let mut due = Vec::new();
        while due.len() < max && self.next().is_some_and(|at| at <= now) {
            let first = self.0.pop_first();
            due.extend(first.map(|(_, workflow_id)| Command::ComeRound(workflow_id)));
        }
        due
    }
}

impl<S: RunStore> Batch<'_, S> {
    /// Keeps a schedule. Nothing is started yet.
    pub(super) fn register(
        &mut self,
        order: &StartOrder,
        expression: &str,
    ) -> Result<Outcome, StoreError> {
        let start = &order.start;
        if let Err(misfit) = self.check_start(start) {
            return Ok(Outcome::Refused(Refusal::Misfit(misfit)));
        }
        if let Some(known) = self.schedule(&start.workflow_id)? {
            let request_id = &start.settings.request_id;
            let is_same = request_id.is_none() || *request_id == known.start.settings.request_id;
            return Ok(if order.ignore_already_started && is_same {
                Outcome::Scheduled
            } else {
                Outcome::Refused(Refusal::AlreadyStarted)
            });
        }
        self.schedules.push(Schedule {
            workflow_id: start.workflow_id.clone(),
            expression: expression.to_owned(),
            start: start.clone(),
            next_at: next_after(expression, self.now),
            last_at: None,
        });
        Ok(Outcome::Scheduled)
    }

    /// The time of a schedule has come.
    pub(super) fn come_round(&mut self, workflow_id: &WorkflowId) -> Result<Outcome, StoreError> {
        let schedule = match self.schedule(workflow_id) {
            Ok(Some(schedule)) => schedule,
            Ok(None) => return Ok(Outcome::Done),
            Err(StoreError::Damaged(damage)) => {
                let damaged = (workflow_id.clone(), damage.to_string());
                self.damaged_schedules.push(damaged);
                return Ok(Outcome::Done);
            }
            Err(error) => return Err(error),
        };
        let last_is_open = match schedule.last_at {
            Some(at) => self.is_open(&run_name(workflow_id, at))?,
            None => false,
        };
        let expression = schedule.expression.clone();
        let next = |after| next_after(&expression, after);
        let (schedule, started_for) = schedule.come_round(self.now, last_is_open, next);
        let start = started_for.map(|at| {
            let mut start = schedule.start.clone().begun_at(self.now);
            start.workflow_id = run_name(workflow_id, at);
            start
        });
        self.schedules.push(schedule);
        let Some(start) = start else {
            return Ok(Outcome::Done);
        };
        let name = start.workflow_id.clone();
        let started = self.start(&StartOrder {
            start,
            cron: None,
            random: rand::random(),
            reuse: ReusePolicy::AllowIfNoRunning,
            ignore_already_started: false,
        });
        let outcome = or_damaged(started)?;
        if let Outcome::Refused(refusal) = outcome {
            tracing::warn!(workflow.id = %name, ?refusal, "a schedule could not start its workflow and left this time out");
        }
        Ok(Outcome::Done)
    }

    /// As this batch leaves it, or as committed.
    fn schedule(&self, workflow_id: &WorkflowId) -> Result<Option<Schedule>, StoreError> {
        let changed = self.schedules.iter().rev();
        let mut changed = changed.filter(|schedule| schedule.workflow_id == *workflow_id);
        match changed.next() {
            Some(schedule) => Ok(Some(schedule.clone())),
            None => self.store.schedule(workflow_id),
        }
    }

    /// A run that cannot be read stands still for good, so it does not hold up those after it.
    fn is_open(&mut self, workflow_id: &WorkflowId) -> Result<bool, StoreError> {
        let Some(key) = self.current(workflow_id)? else {
            return Ok(false);
        };
        match self.load(key) {
            Ok(working) => Ok(working.is_some_and(|working| working.run.is_running())),
            Err(StoreError::Damaged(damage)) => {
                tracing::warn!(
                    workflow.id = %workflow_id,
                    "{workflow_id} is damaged and counts as closed, so its schedule goes on: {damage}"
                );
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

/// The expression was checked when it was registered; one that is not understood is over.
fn next_after(expression: &str, after: Timestamp) -> Option<Timestamp> {
    Expression::parse(expression).ok()?.next_after(after)
}

/// As the backend of the real server names the run of an instant.
fn run_name(workflow_id: &WorkflowId, at: Timestamp) -> WorkflowId {
    let at = DateTime::from_timestamp(at.seconds(), 0).unwrap_or_default();
    let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!("{workflow_id}-{at}").into()
}
