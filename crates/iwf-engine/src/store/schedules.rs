//! The rows of schedules. They are few, so one is read and written as a whole.

use iwf_engine_core::{Schedule, Timestamp, WorkflowId};
use rusqlite::{OptionalExtension, params};

use super::{Reader, Store, StoreError, encode};

impl Reader {
    pub(crate) fn schedule_count(&self) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM schedules";
        let count: i64 = self
            .connection()
            .prepare_cached(sql)?
            .query_row([], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }
}

impl Store {
    /// When each schedule comes round next.
    pub(crate) fn schedules(&self) -> Result<Vec<(Timestamp, WorkflowId)>, StoreError> {
        let sql = "SELECT workflow_id, schedule FROM schedules";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut agenda = Vec::new();
        while let Some(row) = rows.next()? {
            let workflow_id: String = row.get(0)?;
            let encoded: Vec<u8> = row.get(1)?;
            let schedule = encode::decode_schedule(&encoded, &workflow_id.into())?;
            if let Some(at) = schedule.next_at {
                agenda.push((at, schedule.workflow_id));
            }
        }
        Ok(agenda)
    }

    pub(crate) fn schedule(
        &self,
        workflow_id: &WorkflowId,
    ) -> Result<Option<Schedule>, StoreError> {
        let sql = "SELECT schedule FROM schedules WHERE workflow_id = ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([workflow_id.as_str()], |row| row.get::<_, Vec<u8>>(0));
        match found.optional()? {
            Some(encoded) => Ok(Some(encode::decode_schedule(&encoded, workflow_id)?)),
            None => Ok(None),
        }
    }

    pub(crate) fn save_schedule(&self, schedule: &Schedule) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO schedules (workflow_id, schedule) VALUES (?, ?)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let encoded = encode::encode_schedule(schedule);
        statement.execute(params![schedule.workflow_id.as_str(), encoded])?;
        Ok(())
    }
}
