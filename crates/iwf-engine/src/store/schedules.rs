//! The rows of schedules. They are few, so one is read and written as a whole.

use iwf_engine_core::{Schedule, Timestamp, WorkflowId};
use rusqlite::{OptionalExtension, params};

use super::{DecodeError, Reader, Store, StoreError, encode};

/// All schedules, in short.
#[derive(Debug, Default)]
pub(crate) struct Schedules {
    /// When each comes round next.
    pub(crate) next: Vec<(Timestamp, WorkflowId)>,
    /// Those that cannot be read.
    pub(crate) damaged: Vec<(WorkflowId, DecodeError)>,
}

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
    /// A row that cannot be read is no reason to leave out the others.
    pub(crate) fn schedules(&self) -> Result<Schedules, StoreError> {
        let sql = "SELECT workflow_id, schedule FROM schedules";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut schedules = Schedules::default();
        while let Some(row) = rows.next()? {
            // An id that is no text any more does not fit the checksum either.
            let workflow_id = row.get_ref(0)?.as_bytes().unwrap_or_default();
            let workflow_id = WorkflowId::from(String::from_utf8_lossy(workflow_id).as_ref());
            let encoded = row.get_ref(1)?.as_blob().unwrap_or_default();
            match encode::decode_schedule(encoded, &workflow_id) {
                Ok(schedule) => {
                    let next = schedule.next_at.map(|at| (at, workflow_id));
                    schedules.next.extend(next);
                }
                Err(damage) => schedules.damaged.push((workflow_id, damage)),
            }
        }
        Ok(schedules)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_runs::start;
    use crate::store::{Folder, RunKey};

    #[test]
    fn a_damaged_schedule_leaves_the_others_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path()).open().unwrap();
        for workflow_id in ["a", "b", "c"] {
            let schedule = Schedule {
                workflow_id: workflow_id.into(),
                expression: "* * * * *".into(),
                start: start(RunKey(1).run_id(0)),
                next_at: Some(Timestamp(1)),
                last_at: None,
            };
            store.save_schedule(&schedule).unwrap();
        }
        let sql = "SELECT schedule FROM schedules WHERE workflow_id = 'b'";
        let row = store.connection.query_row(sql, [], |row| row.get(0));
        let mut encoded: Vec<u8> = row.unwrap();
        encoded[10] ^= 1;
        let sql = "UPDATE schedules SET schedule = ? WHERE workflow_id = 'b'";
        store.connection.execute(sql, [encoded]).unwrap();
        let schedules = store.schedules().unwrap();
        let next: Vec<_> = schedules.next.iter().map(|(_, id)| id.as_str()).collect();
        assert_eq!(next, ["a", "c"]);
        let damaged = schedules.damaged.iter().map(|(id, _)| id.as_str());
        assert_eq!(damaged.collect::<Vec<_>>(), ["b"]);
        assert!(store.schedule(&"b".into()).is_err());
    }
}
