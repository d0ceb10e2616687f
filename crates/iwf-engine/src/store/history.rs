//! The histories of runs. A row holds what one commit recorded of one run and names the row
//! before it, so that appending touches the end of one table and no index.

mod append;

use iwf_engine_core::{Base, Event, History, Recorded, RpcId, Snapshot};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::encode::{self, Place};
use super::read;
use super::{DecodeError, Loaded, Reader, RunKey, StoreError};

/// Where the history of a run ends; kept in the run's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HistoryEnd {
    pub(super) row: i64,
    pub(crate) last_number: u64,
    /// Of the events in all rows.
    pub(super) bytes: u64,
    /// The lock of an RPC that a replay ends with.
    pub(crate) lock: Option<RpcId>,
}

impl Reader {
    /// The events of a run after a number, oldest first.
    #[cfg(test)]
    pub(crate) fn history(
        &self,
        key: RunKey,
        after: u64,
        limit: usize,
    ) -> Result<Vec<Recorded>, StoreError> {
        let transaction = self.connection().unchecked_transaction()?;
        events_after(&transaction, key, after, limit)
    }

    /// All that is kept of a run that was read in the same transaction, if it can be made from it.
    pub(crate) fn history_of(
        &self,
        key: RunKey,
        loaded: &Loaded,
    ) -> Result<Option<History>, StoreError> {
        whole(self.connection(), key, loaded)
    }

    /// All that is kept, if the run can be made from it.
    pub(crate) fn whole_history(&self, key: RunKey) -> Result<Option<History>, StoreError> {
        let transaction = self.connection().unchecked_transaction()?;
        match read::load(&transaction, key)? {
            Some(loaded) => whole(&transaction, key, &loaded),
            None => Ok(None),
        }
    }
}

/// All that is kept of a run, if the run can be made from it.
pub(super) fn whole(
    connection: &Connection,
    key: RunKey,
    loaded: &Loaded,
) -> Result<Option<History>, StoreError> {
    let run = &loaded.run;
    let rows = rows_after(connection, key, loaded.stored.history, 0)?;
    let Some((first, later)) = rows.split_last() else {
        return Ok(None);
    };
    let begin = row_events(connection, key, first)?;
    let (base, mut events) = match snapshot(connection, key, first)? {
        None => (None, begin),
        Some(snapshot) => {
            let last = begin.last().ok_or(DecodeError::History(key.0))?;
            let (number, at) = (last.number, last.at);
            let base = Base {
                snapshot,
                number,
                at,
            };
            (Some(base), Vec::new())
        }
    };
    for row in later.iter().rev() {
        events.extend(row_events(connection, key, row)?);
    }
    let begins = events.first().map(|first| &first.event);
    let is_whole = base.is_some() || matches!(begins, Some(Event::Started(_)));
    Ok(is_whole.then_some(History {
        id: run.id,
        workflow_id: run.workflow_id.clone(),
        settings: run.settings.clone(),
        base,
        events,
    }))
}

/// The events of a run after a number, oldest first.
pub(super) fn events_after(
    connection: &Connection,
    key: RunKey,
    after: u64,
    limit: usize,
) -> Result<Vec<Recorded>, StoreError> {
    let end = read::head(connection, key)?.and_then(|head| head.history);
    let mut events = Vec::new();
    for row in rows_after(connection, key, end, after)?.iter().rev() {
        let of_row = row_events(connection, key, row)?.into_iter();
        let room = limit.saturating_sub(events.len());
        events.extend(of_row.filter(|event| event.number > after).take(room));
        if events.len() == limit {
            break;
        }
    }
    Ok(events)
}

fn row_events(
    connection: &Connection,
    key: RunKey,
    row: &Row,
) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT events FROM history WHERE id = ?")?;
    let encoded: Vec<u8> = statement.query_row([row.id], |row| row.get(0))?;
    let place = Place::history(key, row.previous, row.number);
    let events = (row.number..).zip(encode::decode_events(&encoded, place)?);
    Ok(events
        .map(|(number, (at, event))| Recorded { number, at, event })
        .collect())
}

fn snapshot(
    connection: &Connection,
    key: RunKey,
    row: &Row,
) -> Result<Option<Snapshot>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT snapshot FROM history WHERE id = ?")?;
    let encoded: Option<Vec<u8>> = statement.query_row([row.id], |row| row.get(0))?;
    let place = Place::snapshot(key, row.number);
    let decoded = encoded.map(|encoded| encode::decode(&encoded, place));
    Ok(decoded.transpose()?.map(|(snapshot, _)| snapshot))
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

#[cfg(test)]
mod tests;
