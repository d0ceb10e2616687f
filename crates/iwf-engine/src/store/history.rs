//! The histories of runs. A row holds what one commit recorded of one run and names the row
//! before it, so that appending touches the end of one table and no index.

use iwf_engine_core::{Event, Recorded, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::encode;
use super::{DecodeError, Reader, RunKey, Store, StoreError};

/// A row with this many bytes takes no more events.
const ROW_BYTES: usize = 64 * 1024;

/// Where the history of a run ends; kept in the run's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HistoryEnd {
    pub(super) row: i64,
    pub(crate) last_number: u64,
    /// Of all rows.
    pub(super) bytes: u64,
}

impl Reader {
    /// The events of a run after a number, oldest first.
    #[allow(
        dead_code,
        reason = "reset and introspection, which read it, are being built"
    )]
    pub(crate) fn history(
        &self,
        key: RunKey,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Recorded>, StoreError> {
        // One snapshot, so that no row goes away between two statements.
        let transaction = self.connection().unchecked_transaction()?;
        let end = end(&transaction, key)?;
        read(&transaction, key, end, after, limit)
    }
}

fn end(connection: &Connection, key: RunKey) -> Result<Option<HistoryEnd>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT head FROM runs WHERE run_key = ?")?;
    let head: Option<Vec<u8>> = statement.query_row([key.0], |row| row.get(0)).optional()?;
    Ok(match head {
        Some(head) => encode::decode_head(&head)?.flags.history,
        None => None,
    })
}

fn read(
    connection: &Connection,
    key: RunKey,
    end: Option<HistoryEnd>,
    after: u64,
    limit: usize,
) -> Result<Vec<Recorded>, StoreError> {
    let mut events = Vec::new();
    let mut statement = connection.prepare_cached("SELECT events FROM history WHERE id = ?")?;
    for (row, number) in rows_after(connection, key, end, after)?.into_iter().rev() {
        let encoded: Vec<u8> = statement.query_row([row], |row| row.get(0))?;
        let recorded = (number..).zip(encode::decode_events(&encoded)?);
        for (number, (at, event)) in recorded.filter(|(number, _)| *number > after) {
            if events.len() == limit {
                return Ok(events);
            }
            events.push(Recorded { number, at, event });
        }
    }
    Ok(events)
}

/// The rows that hold events after a number, and their first numbers, the last row first.
fn rows_after(
    connection: &Connection,
    key: RunKey,
    end: Option<HistoryEnd>,
    after: u64,
) -> Result<Vec<(i64, u64)>, StoreError> {
    let mut rows = Vec::new();
    let mut statement =
        connection.prepare_cached("SELECT run_key, previous, number FROM history WHERE id = ?")?;
    let mut next = end.filter(|end| end.last_number > after).map(|end| end.row);
    while let Some(row) = next {
        let (run_key, previous, number) = statement.query_row([row], |row| {
            Ok((
                RunKey(row.get(0)?),
                row.get::<_, Option<i64>>(1)?,
                row.get::<_, i64>(2)?.unsigned_abs(),
            ))
        })?;
        let goes_back = previous.is_none_or(|previous| previous < row);
        if run_key != key || !goes_back {
            return Err(DecodeError::History(key.0).into());
        }
        rows.push((row, number));
        next = previous.filter(|_| number > after.saturating_add(1));
    }
    Ok(rows)
}

impl Store {
    /// Appends events to the history of a run.
    pub(super) fn append_history(
        &mut self,
        key: RunKey,
        end: Option<HistoryEnd>,
        events: &[(Timestamp, Event)],
    ) -> Result<Option<HistoryEnd>, StoreError> {
        let mut end = end;
        let mut events = events.iter();
        while let Some(first) = events.next() {
            encode::start_events(&mut self.buffer);
            encode::append(&mut self.buffer, first);
            let mut count = 1;
            while self.buffer.len() < ROW_BYTES
                && let Some(event) = events.next()
            {
                encode::append(&mut self.buffer, event);
                count += 1;
            }
            end = Some(self.insert_row(key, end, count)?);
        }
        Ok(end)
    }

    /// Appends the buffer as a row of so many events.
    fn insert_row(
        &self,
        key: RunKey,
        end: Option<HistoryEnd>,
        count: u64,
    ) -> Result<HistoryEnd, StoreError> {
        let before = end.map_or(0, |end| end.last_number);
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO history (run_key, previous, number, events) VALUES (?, ?, ?, ?)",
        )?;
        let row = statement.insert(params![
            key.0,
            end.map(|end| end.row),
            before.saturating_add(1).cast_signed(),
            self.buffer
        ])?;
        let size = u64::try_from(self.buffer.len()).unwrap_or(u64::MAX);
        Ok(HistoryEnd {
            row,
            last_number: before.saturating_add(count),
            bytes: end.map_or(0, |end| end.bytes).saturating_add(size),
        })
    }
}

#[cfg(test)]
mod tests;
