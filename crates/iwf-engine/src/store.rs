//! The engine's memory: runs as rows of one SQLite database.
//!
//! One connection writes ([`Store`], owned by the writer thread), others read what is committed
//! ([`Reader`]). Nothing here knows what a workflow is allowed to do; it keeps what it is given.

mod attribute_types;
pub(crate) mod disk_full;
mod encode;
mod history;
mod legacy;
mod open;
pub(crate) mod private;
mod read;
mod retention;
mod run_store;
mod save;
mod schedules;
mod schema;
#[cfg(test)]
mod test_runs;
mod verify;

use std::collections::BTreeMap;
use std::sync::Arc;

use iwf_engine_core::{AttributeKey, Run, RunId, Slot, Timestamp};
use rusqlite::Connection;

pub(crate) use encode::{Contents, DecodeError};
pub(crate) use history::HistoryEnd;
pub(crate) use open::{Folder, Holder, OpenStoreError};
pub(crate) use read::Reader;
pub(crate) use retention::{Cleared, Cursor};
pub(crate) use run_store::RunStore;
pub(crate) use save::{Save, completion_key, status_of_number};
pub(crate) use schedules::Schedules;
pub(crate) use schema::{bring_up_to_date, check_objects, identify};
pub(crate) use verify::{Against, Problem, verify_all, verify_some};

/// The place of a run in the database; rises with every start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RunKey(pub(crate) i64);

impl RunKey {
    const BITS: u32 = 48;

    /// The id of the run with this key: the rest is random, so that ids cannot be guessed.
    pub(crate) fn run_id(self, random: u128) -> RunId {
        let low = (1_u128 << Self::BITS) - 1;
        let key = u128::from(self.0.unsigned_abs()) & low;
        // Version 4, variant 1, as other programs expect of a UUID.
        let marked = random & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
        RunId(marked & !low | key)
    }

    /// Where a run of this id is, if it exists.
    pub(crate) fn of(id: RunId) -> Self {
        let key = id.0 & ((1_u128 << Self::BITS) - 1);
        Self(i64::try_from(key).unwrap_or(i64::MAX))
    }
}

/// When a run is due in which a call is owed: an instant that every clock has passed, so that
/// recovery finds the run first, even if the clock was set back.
pub(crate) const OWED: Timestamp = Timestamp(0);

/// What the database holds of a run beside its head, so that only changes are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Executions with rows of their own, and the checksums of those rows.
    pub(crate) slots: BTreeMap<Slot, u32>,
    /// The checksums of the data attributes' rows.
    pub(crate) attributes: Arc<BTreeMap<AttributeKey, u32>>,
    /// What the head says of all these rows and of the messages.
    pub(crate) contents: Contents,
    pub(crate) due_at: Option<Timestamp>,
    /// `None` for a run that was closed before there were histories.
    pub(crate) history: Option<HistoryEnd>,
    /// As stored, a JSON array.
    pub(crate) executing: Option<Box<str>>,
}

pub(crate) struct Loaded {
    pub(crate) run: Run,
    pub(crate) stored: Stored,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("the database refused: {0}")]
    Sql(#[source] rusqlite::Error),
    #[error("the stored run is damaged: {0}; restore the data folder from a backup")]
    Damaged(#[from] DecodeError),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let is_damage = match &error {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::InvalidColumnType(..) => true,
            error => error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseCorrupt),
        };
        if is_damage {
            Self::Damaged(DecodeError::Row(error))
        } else {
            Self::Sql(error)
        }
    }
}

/// The connection that writes.
pub(crate) struct Store {
    connection: Connection,
    /// Reused for every encoding.
    buffer: Vec<u8>,
    _lock: std::fs::File,
}
