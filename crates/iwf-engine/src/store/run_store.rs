//! What the writer needs of a database: the runs as committed, and one transaction at a time.
//! The simulation implements it too, so that writes fail and processes die when a seed says so.

use iwf_engine_core::{AttributeKey, Recorded, Schedule, SearchType, Timestamp, WorkflowId};

use super::{Cleared, Cursor, Loaded, RunKey, Save, Schedules, Store, StoreError, Stored};

pub(crate) trait RunStore {
    fn last_key(&self) -> Result<RunKey, StoreError>;
    fn load(&self, key: RunKey) -> Result<Option<Loaded>, StoreError>;
    /// The latest run of a workflow id.
    fn current(&self, workflow_id: &WorkflowId) -> Result<Option<RunKey>, StoreError>;
    /// The events of a run after a number, oldest first.
    fn history(&self, key: RunKey, after: u64) -> Result<Vec<Recorded>, StoreError>;
    /// What is due after the cursor and up to a time, oldest first.
    fn due(
        &self,
        after: (Timestamp, RunKey),
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, RunKey)>, StoreError>;
    /// The type of each search attribute that a run has.
    fn attribute_types(&self) -> Result<Vec<(AttributeKey, SearchType)>, StoreError>;
    fn schedules(&self) -> Result<Schedules, StoreError>;
    fn schedule(&self, workflow_id: &WorkflowId) -> Result<Option<Schedule>, StoreError>;
    fn begin(&mut self) -> Result<(), StoreError>;
    /// Writes a schedule, new or changed.
    fn save_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError>;
    /// Writes the changes and says what is on disk once they are committed.
    fn save(&mut self, save: &Save<'_>) -> Result<Stored, StoreError>;
    /// Deletes a little of what nobody needs any more.
    fn clear_away(
        &mut self,
        closed_until: Option<Timestamp>,
        cursor: Cursor,
    ) -> Result<Cleared, StoreError>;
    /// Durable when it returns.
    fn commit(&mut self) -> Result<(), StoreError>;
    /// Undoes what was not committed; harmless if nothing was begun.
    fn rollback(&mut self);
    /// Whether the database takes writes: one that changes nothing.
    fn try_to_write(&self) -> Result<(), StoreError>;
    /// For an orderly end.
    fn checkpoint(&mut self);
}

impl RunStore for Store {
    fn last_key(&self) -> Result<RunKey, StoreError> {
        self.last_key()
    }

    fn load(&self, key: RunKey) -> Result<Option<Loaded>, StoreError> {
        self.load(key)
    }

    fn current(&self, workflow_id: &WorkflowId) -> Result<Option<RunKey>, StoreError> {
        self.current(workflow_id)
    }

    fn history(&self, key: RunKey, after: u64) -> Result<Vec<Recorded>, StoreError> {
        self.history(key, after)
    }

    fn due(
        &self,
        after: (Timestamp, RunKey),
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, RunKey)>, StoreError> {
        self.due(after, until, limit)
    }

    fn attribute_types(&self) -> Result<Vec<(AttributeKey, SearchType)>, StoreError> {
        self.attribute_types()
    }

    fn schedules(&self) -> Result<Schedules, StoreError> {
        self.schedules()
    }

    fn schedule(&self, workflow_id: &WorkflowId) -> Result<Option<Schedule>, StoreError> {
        self.schedule(workflow_id)
    }

    fn save_schedule(&mut self, schedule: &Schedule) -> Result<(), StoreError> {
        Self::save_schedule(self, schedule)
    }

    fn begin(&mut self) -> Result<(), StoreError> {
        self.begin()
    }

    fn save(&mut self, save: &Save<'_>) -> Result<Stored, StoreError> {
        self.save(save)
    }

    fn clear_away(
        &mut self,
        closed_until: Option<Timestamp>,
        cursor: Cursor,
    ) -> Result<Cleared, StoreError> {
        self.clear_away(closed_until, cursor)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.commit()
    }

    fn rollback(&mut self) {
        self.rollback();
    }

    fn try_to_write(&self) -> Result<(), StoreError> {
        Ok(self.try_to_write()?)
    }

    fn checkpoint(&mut self) {
        Self::checkpoint(self);
    }
}
