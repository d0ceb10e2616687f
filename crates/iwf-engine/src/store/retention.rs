//! What nobody needs any more goes away a little at a time, so that no commit takes long: closed
//! runs that are old enough, and histories that began anew.
//!
//! A run is gone when its row is. What belonged to it becomes garbage in the same commit, and is
//! deleted later, row by row.

use iwf_engine_core::{Head, Status, Timestamp, WorkflowId};
use rusqlite::{Connection, OptionalExtension, params};

use super::history::HistoryEnd;
use super::{RunKey, Store, StoreError, read};

/// Runs that go in one commit.
const RUNS_MAX: usize = 128;
/// Rows of garbage that go in one commit.
const ROWS_MAX: usize = 1000;
/// Bytes of histories, or of the rows of runs, that go in one commit, and a row more.
const BYTES_MAX: usize = 1024 * 1024;

/// Where the search for old runs goes on: when the last one looked at was closed, and its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cursor(pub(crate) Timestamp, pub(crate) RunKey);

impl Cursor {
    pub(crate) const START: Self = Self(Timestamp(i64::MIN), RunKey(i64::MIN));
}

/// A run that was closed long ago, and the bytes in its row.
struct Old {
    at: Cursor,
    bytes: usize,
}

/// What one commit cleared away.
#[derive(Debug, Default)]
pub(crate) struct Cleared {
    /// Runs that are gone.
    pub(crate) runs: Vec<RunKey>,
    /// Old runs that cannot be read. They stay.
    pub(crate) damaged: Vec<(RunKey, String)>,
    /// Where to go on.
    pub(crate) cursor: Option<Cursor>,
    /// Whether anything was deleted.
    pub(crate) has_changed: bool,
    /// Whether more may be left.
    pub(crate) is_more: bool,
}

impl Store {
    /// Deletes a little: garbage first, then runs that were closed up to a time.
    pub(crate) fn clear_away(
        &mut self,
        closed_until: Option<Timestamp>,
        cursor: Cursor,
    ) -> Result<Cleared, StoreError> {
        if self.clear_garbage()? {
            return Ok(Cleared {
                has_changed: true,
                is_more: true,
                cursor: Some(cursor),
                ..Cleared::default()
            });
        }
        match closed_until {
            Some(until) => self.clear_runs(until, cursor),
            None => Ok(Cleared::default()),
        }
    }

    fn clear_runs(&mut self, until: Timestamp, cursor: Cursor) -> Result<Cleared, StoreError> {
        let found = old_runs(&self.connection, until, cursor)?;
        let mut cleared = Cleared {
            is_more: found.len() == RUNS_MAX,
            ..Cleared::default()
        };
        let mut bytes = 0;
        for old in found {
            if bytes >= BYTES_MAX {
                cleared.is_more = true;
                break;
            }
            bytes += old.bytes;
            cleared.cursor = Some(old.at);
            let Cursor(_, key) = old.at;
            let (workflow_id, decoded) = match read::named_head(&self.connection, key) {
                Ok(Some(found)) => found,
                Ok(None) => continue,
                Err(StoreError::Damaged(damage)) => {
                    cleared.damaged.push((key, damage.to_string()));
                    continue;
                }
                Err(error) => return Err(error),
            };
            if self.is_needed(&workflow_id, &decoded.head)? {
                continue;
            }
            let sql = "DELETE FROM runs WHERE run_key = ?";
            self.connection.prepare_cached(sql)?.execute([key.0])?;
            discard(&self.connection, key, Some(&workflow_id), decoded.history)?;
            cleared.runs.push(key);
            cleared.has_changed = true;
            // What became garbage is cleared next.
            cleared.is_more = true;
        }
        Ok(cleared)
    }

    /// A run that another took over is how its callers find the one that goes on.
    fn is_needed(&self, workflow_id: &WorkflowId, head: &Head) -> Result<bool, StoreError> {
        let outcome = head.outcome.as_deref();
        if !outcome.is_some_and(|outcome| outcome.is_retried) {
            return Ok(head.status == Status::Running);
        }
        let sql = "SELECT 1 FROM runs WHERE workflow_id = ? AND status = 0";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.exists([workflow_id.as_str()])?)
    }

    /// Deletes some garbage; false if there was none.
    fn clear_garbage(&mut self) -> Result<bool, StoreError> {
        let mut room = Room {
            rows: ROWS_MAX,
            bytes: BYTES_MAX,
        };
        let mut has_changed = false;
        while room.is_left()
            && let Some(piece) = first_piece(&self.connection)?
        {
            piece.clear(&self.connection, &mut room)?;
            has_changed = true;
        }
        Ok(has_changed)
    }
}

/// What may still be deleted in this commit.
struct Room {
    rows: usize,
    bytes: usize,
}

impl Room {
    fn is_left(&self) -> bool {
        self.rows > 0 && self.bytes > 0
    }

    fn take(&mut self, rows: usize, bytes: usize) {
        self.rows = self.rows.saturating_sub(rows);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

/// A row of the garbage.
struct Piece {
    id: i64,
    key: RunKey,
    /// Set if the run is gone.
    workflow_id: Option<String>,
    history_row: Option<i64>,
}

fn first_piece(connection: &Connection) -> Result<Option<Piece>, StoreError> {
    let sql = "SELECT id, run_key, workflow_id, history_row FROM garbage ORDER BY id LIMIT 1";
    let found = connection.prepare_cached(sql)?.query_row([], |row| {
        Ok(Piece {
            id: row.get(0)?,
            key: RunKey(row.get(1)?),
            workflow_id: row.get(2)?,
            history_row: row.get(3)?,
        })
    });
    Ok(found.optional()?)
}

impl Piece {
    fn clear(&self, connection: &Connection, room: &mut Room) -> Result<(), StoreError> {
        if let Some(workflow_id) = &self.workflow_id {
            clear_run(connection, self.key, workflow_id, room)?;
        }
        let row = clear_history(connection, self.key, self.history_row, room)?;
        if row.is_none() && room.is_left() {
            let sql = "DELETE FROM garbage WHERE id = ?";
            connection.prepare_cached(sql)?.execute([self.id])?;
            room.take(1, 0);
        } else {
            let sql = "UPDATE garbage SET history_row = ?2 WHERE id = ?1";
            connection
                .prepare_cached(sql)?
                .execute(params![self.id, row])?;
        }
        Ok(())
    }
}

/// Remembers what is to be deleted: a history, and of a run that is gone all else.
pub(super) fn discard(
    connection: &Connection,
    gone: RunKey,
    workflow_id: Option<&WorkflowId>,
    history: Option<HistoryEnd>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO garbage (run_key, workflow_id, history_row) VALUES (?, ?, ?)";
    connection.prepare_cached(sql)?.execute(params![
        gone.0,
        workflow_id.map(WorkflowId::as_str),
        history.map(|end| end.row),
    ])?;
    Ok(())
}

fn old_runs(
    connection: &Connection,
    until: Timestamp,
    after: Cursor,
) -> Result<Vec<Old>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT closed_at, run_key, length(settings) + length(head) FROM runs
         WHERE closed_at IS NOT NULL AND closed_at <= ?3 AND (closed_at, run_key) > (?1, ?2)
         ORDER BY closed_at, run_key LIMIT ?4",
    )?;
    let limit = i64::try_from(RUNS_MAX).unwrap_or(i64::MAX);
    let Cursor(closed_at, key) = after;
    let rows = statement.query_map(params![closed_at.0, key.0, until.0, limit], |row| {
        Ok(Old {
            at: Cursor(Timestamp(row.get(0)?), RunKey(row.get(1)?)),
            bytes: usize::try_from(row.get::<_, u32>(2)?).unwrap_or(usize::MAX),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What belonged to a run that is gone, and to its workflow if that has no run left.
fn clear_run(
    connection: &Connection,
    key: RunKey,
    workflow_id: &str,
    room: &mut Room,
) -> Result<(), StoreError> {
    let mut delete = |sql: &str, owner: &dyn rusqlite::ToSql| -> Result<(), StoreError> {
        let limit = i64::try_from(room.rows).unwrap_or(i64::MAX);
        let deleted = connection
            .prepare_cached(sql)?
            .execute(params![owner, limit])?;
        room.take(deleted, 0);
        Ok(())
    };
    delete(
        "DELETE FROM data_attributes WHERE (run_key, key) IN
         (SELECT run_key, key FROM data_attributes WHERE run_key = ? LIMIT ?)",
        &key.0,
    )?;
    delete(
        "DELETE FROM search_attributes WHERE (run_key, name, ordinal) IN
         (SELECT run_key, name, ordinal FROM search_attributes WHERE run_key = ? LIMIT ?)",
        &key.0,
    )?;
    let sql = "SELECT 1 FROM runs WHERE workflow_id = ?";
    if connection.prepare_cached(sql)?.exists([workflow_id])? {
        return Ok(());
    }
    delete(
        "DELETE FROM completions WHERE (workflow_id, key) IN
         (SELECT workflow_id, key FROM completions WHERE workflow_id = ? LIMIT ?)",
        &workflow_id,
    )
}

/// Deletes rows of a history from its end on; returns the next one if any is left.
fn clear_history(
    connection: &Connection,
    key: RunKey,
    end: Option<i64>,
    room: &mut Room,
) -> Result<Option<i64>, StoreError> {
    let mut next = end;
    while let Some(row) = next {
        if !room.is_left() {
            return Ok(Some(row));
        }
        let sql = "SELECT previous, length(events) + coalesce(length(snapshot), 0)
                   FROM history WHERE id = ? AND run_key = ?";
        let found = connection
            .prepare_cached(sql)?
            .query_row(params![row, key.0], |found| {
                Ok((found.get::<_, Option<i64>>(0)?, found.get::<_, u32>(1)?))
            });
        let Some((previous, bytes)) = found.optional()? else {
            return Ok(None);
        };
        let sql = "DELETE FROM history WHERE id = ?";
        connection.prepare_cached(sql)?.execute([row])?;
        room.take(1, usize::try_from(bytes).unwrap_or(usize::MAX));
        // Never in a circle, whatever a damaged row says.
        next = previous.filter(|&previous| previous < row);
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
