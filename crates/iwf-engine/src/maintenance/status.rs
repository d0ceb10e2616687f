//! How a data folder is, at a glance.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use serde::Serialize;

use super::{MaintenanceError, number, open_to_read};
use crate::store::{Folder, Holder};

/// How a data folder is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FolderStatus {
    /// The folder.
    pub data_dir: PathBuf,
    /// Whether an engine has it open.
    pub served: Service,
    /// The schema version of the database.
    pub schema_version: u32,
    /// The schema version that this program writes.
    pub known_schema_version: u32,
    /// The size of the database.
    pub database_bytes: u64,
    /// The size of the write-ahead log, which the engine keeps within bounds.
    pub wal_bytes: u64,
    /// What [`super::compact`] would give back, at least.
    pub free_bytes: u64,
    /// Runs by status.
    pub runs: RunCounts,
    /// Runs that somebody must look at now: calls that are owed or under way, timers, retries.
    pub due_now: u64,
    /// Since when the longest waiting of these has been due.
    pub oldest_due_at: Option<DateTime<Utc>>,
    /// When something is due next by itself.
    pub next_due_at: Option<DateTime<Utc>>,
}

/// Whether an engine has a folder open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Whether one has.
    pub is_served: bool,
    /// The process, if it could say so.
    pub process_id: Option<u32>,
}

/// How many runs there are of each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the statuses of the protocol, one each")]
pub struct RunCounts {
    pub running: u64,
    pub completed: u64,
    pub failed: u64,
    pub timed_out: u64,
    pub terminated: u64,
    pub canceled: u64,
    pub continued_as_new: u64,
}

/// Looks at a data folder, whether it is served or not.
///
/// # Errors
///
/// There is no database, or it cannot be read.
pub fn status(data_dir: &Path) -> Result<FolderStatus, MaintenanceError> {
    let folder = Folder::new(data_dir);
    let (connection, schema_version) = open_to_read(&folder.database())?;
    let [database_bytes, wal_bytes] = folder.sizes();
    let holder = folder.holder();
    let holder = holder.map_err(|source| MaintenanceError::file(data_dir, source))?;
    let snapshot = connection.unchecked_transaction()?;
    let now = super::now().timestamp_millis();
    let (due_now, oldest) = snapshot.query_row(
        // Runs with a call that is owed are due since no time in particular, which is 0.
        "SELECT count(*), min(nullif(due_at, 0)) FROM runs WHERE due_at IS NOT NULL AND due_at <= ?",
        [now],
        |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)),
    )?;
    let next = "SELECT min(due_at) FROM runs WHERE due_at IS NOT NULL AND due_at > ?";
    let next = snapshot.query_row(next, [now], |row| row.get(0))?;
    Ok(FolderStatus {
        data_dir: data_dir.to_owned(),
        served: Service::from(holder),
        schema_version,
        known_schema_version: Folder::known_version(),
        database_bytes,
        wal_bytes,
        free_bytes: free_bytes(&snapshot)?,
        runs: run_counts(&snapshot)?,
        due_now: due_now.unsigned_abs(),
        oldest_due_at: instant(oldest),
        next_due_at: instant(next),
    })
}

fn instant(millis: Option<i64>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(millis?)
}

fn free_bytes(connection: &Connection) -> Result<u64, rusqlite::Error> {
    let pages = number(connection, "PRAGMA freelist_count")?;
    Ok(pages.saturating_mul(number(connection, "PRAGMA page_size")?))
}

fn run_counts(connection: &Connection) -> Result<RunCounts, rusqlite::Error> {
    let mut statement = connection.prepare("SELECT status, count(*) FROM runs GROUP BY status")?;
    let mut rows = statement.query([])?;
    let mut counts = RunCounts::default();
    while let Some(row) = rows.next()? {
        let count = row.get::<_, i64>(1)?.unsigned_abs();
        match row.get::<_, i64>(0)? {
            0 => counts.running = count,
            1 => counts.completed = count,
            2 => counts.failed = count,
            3 => counts.timed_out = count,
            4 => counts.terminated = count,
            5 => counts.canceled = count,
            _ => counts.continued_as_new = count,
        }
    }
    Ok(counts)
}

impl From<Holder> for Service {
    fn from(holder: Holder) -> Self {
        match holder {
            Holder::Nobody => Self {
                is_served: false,
                process_id: None,
            },
            Holder::Process(process_id) => Self {
                is_served: true,
                process_id,
            },
        }
    }
}
