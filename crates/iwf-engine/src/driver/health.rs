//! What is wrong with the stored data, for readiness and for those who ask.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use iwf_engine_core::WorkflowId;

use crate::store::RunKey;

/// Damaged runs, and damaged schedules, that are told apart; more are not counted.
const DAMAGED_MAX: usize = 10_000;

#[derive(Clone, Default)]
pub(crate) struct WriterHealth(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Why the database refuses, if it does.
    problem: Option<String>,
    /// Why what is served may be wrong. That does not pass by itself.
    damage: Option<String>,
    damaged: HashSet<RunKey>,
    damaged_schedules: HashSet<WorkflowId>,
}

impl WriterHealth {
    pub(crate) fn problem(&self) -> Option<String> {
        let state = self.lock();
        state.damage.clone().or_else(|| state.problem.clone())
    }

    /// A damaged schedule counts as one.
    pub(crate) fn damaged_runs(&self) -> usize {
        let state = self.lock();
        state.damaged.len() + state.damaged_schedules.len()
    }

    pub(super) fn set_problem(&self, problem: Option<String>) {
        self.lock().problem = problem;
    }

    /// A run cannot be read; told once.
    pub(crate) fn damaged(&self, key: RunKey, damage: &str) {
        let mut state = self.lock();
        if state.damaged.len() < DAMAGED_MAX && state.damaged.insert(key) {
            tracing::error!(
                run.key = key.0,
                "run {} is damaged and stands still, all others go on: {damage}; `iwf-engine check` says more",
                key.0
            );
        }
    }

    /// A schedule cannot be read; told once.
    pub(crate) fn damaged_schedule(&self, workflow_id: &WorkflowId, damage: &str) {
        let damaged = &mut self.lock().damaged_schedules;
        if damaged.len() < DAMAGED_MAX && damaged.insert(workflow_id.clone()) {
            tracing::error!(
                workflow.id = %workflow_id,
                "the schedule {workflow_id} is damaged and starts nothing, all others go on: {damage}; `iwf-engine check` says more"
            );
        }
    }

    /// Something is wrong that no run will notice by itself.
    pub(crate) fn damaged_as_a_whole(&self, damage: &str) {
        let mut state = self.lock();
        if state.damage.is_none() {
            let damage = format!(
                "the database is damaged: {damage}; stop the engine, look at it with `iwf-engine check`, and restore a backup"
            );
            tracing::error!("{damage}");
            state.damage = Some(damage);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
