//! A database in memory: rows as committed, and those of the transaction that is open. It knows
//! nothing of encodings; a share of the seeds runs on SQLite to cover those.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use iwf_engine_core::{
    AttributeKey, CallState, Phase, Recorded, Run, Schedule, SearchType, Timestamp, WorkflowId,
};

use crate::store::{
    Cleared, Cursor, Loaded, OWED, RunKey, RunStore, Save, Schedules, StoreError, Stored,
};

/// What outlives the process.
#[derive(Clone, Default)]
pub(super) struct Rows(Rc<RefCell<BTreeMap<RunKey, Row>>>);

#[derive(Clone)]
struct Row {
    run: Run,
    stored: Stored,
    history: Vec<Recorded>,
}

/// A connection to the rows.
pub(super) struct MemoryStore {
    rows: Rows,
    open: BTreeMap<RunKey, Row>,
}

impl MemoryStore {
    pub(super) fn new(rows: Rows) -> Self {
        Self {
            rows,
            open: BTreeMap::new(),
        }
    }
}

impl RunStore for MemoryStore {
    fn last_key(&self) -> Result<RunKey, StoreError> {
        let rows = self.rows.0.borrow();
        Ok(rows.keys().next_back().copied().unwrap_or(RunKey(0)))
    }

    fn load(&self, key: RunKey) -> Result<Option<Loaded>, StoreError> {
        let rows = self.rows.0.borrow();
        let row = self.open.get(&key).or_else(|| rows.get(&key));
        Ok(row.cloned().map(|row| Loaded {
            run: row.run,
            stored: row.stored,
        }))
    }

    fn current(&self, workflow_id: &WorkflowId) -> Result<Option<RunKey>, StoreError> {
        let rows = self.rows.0.borrow();
        let all = rows.iter().chain(&self.open);
        let of_workflow = all.filter(|(_, row)| row.run.workflow_id == *workflow_id);
        Ok(of_workflow.map(|(key, _)| *key).max())
    }

    fn history(&self, key: RunKey, after: u64) -> Result<Vec<Recorded>, StoreError> {
        let rows = self.rows.0.borrow();
        let row = self.open.get(&key).or_else(|| rows.get(&key));
        let mut history = row.map(|row| row.history.clone()).unwrap_or_default();
        history.retain(|recorded| recorded.number > after);
        Ok(history)
    }

    fn due(
        &self,
        after: (Timestamp, RunKey),
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, RunKey)>, StoreError> {
        let rows = self.rows.0.borrow();
        let due_at = |(key, row): (&RunKey, &Row)| Some((row.stored.due_at?, *key));
        let mut due: Vec<_> = rows.iter().filter_map(due_at).collect();
        due.retain(|place| *place > after && place.0 <= until);
        due.sort_unstable();
        due.truncate(limit);
        Ok(due)
    }

    /// What the simulation does not cover: the types of search attributes, schedules, retention.
    fn attribute_types(&self) -> Result<Vec<(AttributeKey, SearchType)>, StoreError> {
        Ok(Vec::new())
    }

    fn schedules(&self) -> Result<Schedules, StoreError> {
        Ok(Schedules::default())
    }

    fn schedule(&self, _: &WorkflowId) -> Result<Option<Schedule>, StoreError> {
        Ok(None)
    }

    fn save_schedule(&mut self, _: &Schedule) -> Result<(), StoreError> {
        Ok(())
    }

    fn clear_away(&mut self, _: Option<Timestamp>, _: Cursor) -> Result<Cleared, StoreError> {
        Ok(Cleared::default())
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.open.clear();
        Ok(())
    }

    fn save(&mut self, save: &Save<'_>) -> Result<Stored, StoreError> {
        let stored = Stored {
            due_at: due_at(save.run),
            ..Stored::default()
        };
        let run = Run {
            rpc_lock: None,
            ..save.run.clone()
        };
        let mut history = self.history(save.key, 0)?;
        for (at, event) in save.events {
            let number = history.last().map_or(1, |last| last.number + 1);
            let (at, event) = (*at, event.clone());
            history.push(Recorded { number, at, event });
        }
        let row = Row {
            run,
            stored: stored.clone(),
            history,
        };
        self.open.insert(save.key, row);
        Ok(stored)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.rows.0.borrow_mut().append(&mut self.open);
        Ok(())
    }

    fn rollback(&mut self) {
        self.open.clear();
    }

    fn try_to_write(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn checkpoint(&mut self) {}
}

/// When recovery must look at a run: at once while a call is owed or waits for its turn,
/// otherwise when the first of its times comes. Said here once more, in other words than the
/// core's, because the core's are under test.
pub(super) fn due_at(run: &Run) -> Option<Timestamp> {
    if !run.is_running() {
        return None;
    }
    let mut due_at: Vec<Timestamp> = run.settings.deadline.into_iter().collect();
    due_at.extend(run.head.starts_at);
    for execution in run.executions.values() {
        match &execution.phase {
            Phase::Waiting(commands) => {
                let open = commands.timers.iter().filter(|timer| !timer.fired);
                due_at.extend(open.map(|timer| timer.fires_at));
            }
            Phase::WaitUntil(call) | Phase::Execute { call, .. } => due_at.push(match call.state {
                CallState::BackingOff { until } => until,
                CallState::Due | CallState::Claimed | CallState::Locking { .. } => {
                    return Some(OWED);
                }
            }),
        }
    }
    due_at.into_iter().min()
}
