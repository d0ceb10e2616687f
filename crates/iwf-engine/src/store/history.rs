//! The histories of runs. A row holds what one commit recorded of one run and names the row
//! before it, so that appending touches the end of one table and no index.

use iwf_engine_core::{Event, Recorded, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::encode::{self, Place};
use super::read;
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
        events(&transaction, key, end, after, limit)
    }
}

fn end(connection: &Connection, key: RunKey) -> Result<Option<HistoryEnd>, StoreError> {
    Ok(read::head(connection, key)?.and_then(|head| head.history))
}

fn events(
    connection: &Connection,
    key: RunKey,
    end: Option<HistoryEnd>,
    after: u64,
    limit: usize,
) -> Result<Vec<Recorded>, StoreError> {
    let mut events = Vec::new();
    let mut statement = connection.prepare_cached("SELECT events FROM history WHERE id = ?")?;
    for row in rows_after(connection, key, end, after)?.into_iter().rev() {
        let encoded: Vec<u8> = statement.query_row([row.id], |row| row.get(0))?;
        let place = Place::history(key, row.previous, row.number);
        let recorded = (row.number..).zip(encode::decode_events(&encoded, place)?);
        for (number, (at, event)) in recorded.filter(|(number, _)| *number > after) {
            if events.len() == limit {
                return Ok(events);
            }
            events.push(Recorded { number, at, event });
        }
    }
    Ok(events)
}

/// A row and its place in the chain.
struct Row {
    id: i64,
    previous: Option<i64>,
    /// Of its first event.
    number: u64,
}

/// The rows that hold events after a number, the last one first.
fn rows_after(
    connection: &Connection,
    key: RunKey,
    end: Option<HistoryEnd>,
    after: u64,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    let mut statement =
        connection.prepare_cached("SELECT run_key, previous, number FROM history WHERE id = ?")?;
    let mut next = end.filter(|end| end.last_number > after).map(|end| end.row);
    while let Some(id) = next {
        let found = statement.query_row([id], |row| {
            Ok((
                RunKey(row.get(0)?),
                row.get::<_, Option<i64>>(1)?,
                row.get::<_, i64>(2)?.unsigned_abs(),
            ))
        });
        let Some((run_key, previous, number)) = found.optional()? else {
            return Err(DecodeError::History(key.0).into());
        };
        let goes_back = previous.is_none_or(|previous| previous < id);
        if run_key != key || !goes_back {
            return Err(DecodeError::History(key.0).into());
        }
        rows.push(Row {
            id,
            previous,
            number,
        });
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
            encode::start(&mut self.buffer);
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
        &mut self,
        key: RunKey,
        end: Option<HistoryEnd>,
        count: u64,
    ) -> Result<HistoryEnd, StoreError> {
        let before = end.map_or(0, |end| end.last_number);
        let (previous, number) = (end.map(|end| end.row), before.saturating_add(1));
        encode::seal(&mut self.buffer, Place::history(key, previous, number));
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO history (run_key, previous, number, events) VALUES (?, ?, ?, ?)",
        )?;
        let row = statement.insert(params![key.0, previous, number.cast_signed(), self.buffer])?;
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
