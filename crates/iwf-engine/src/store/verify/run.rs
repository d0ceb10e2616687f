//! One run: whether it can be read, and whether its rows are those it should have.

use iwf_engine_core::{History, Run, pending};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::Problem;
use crate::store::encode::Contents;
use crate::store::save::index_rows;
use crate::store::{Loaded, RunKey, StoreError, read};

/// Whether a run can be read, and its rows are those it should have.
pub(super) fn verify_loaded(
    connection: &Connection,
    key: RunKey,
    report: &mut dyn FnMut(Problem),
) -> Result<Option<Loaded>, StoreError> {
    let loaded = match read::load(connection, key) {
        Ok(Some(loaded)) => loaded,
        Ok(None) => return Ok(None),
        Err(StoreError::Damaged(damage)) => {
            report(Problem {
                run: Some(key),
                what: damage.to_string(),
                is_contained: true,
            });
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let run = &loaded.run;
    if RunKey::of(run.id) != key {
        report(Problem::of(key, "its run id belongs to another place"));
    }
    for (table, expected) in row_counts(&loaded.stored.contents) {
        let sql = format!("SELECT count(*) FROM {table} WHERE run_key = ?");
        let mut statement = connection.prepare_cached(&sql)?;
        let found: u32 = statement.query_row([key.0], |row| row.get(0))?;
        if found != expected {
            let what = format!("it has {found} rows in {table}, and should have {expected}");
            report(Problem::of(key, what));
        }
    }
    if indexed(connection, key)? != indexed_by(run) {
        report(Problem::of(
            key,
            "the search index holds other values than the run",
        ));
    }
    Ok(Some(loaded))
}

/// Whether the run is due when it should be, and its history leads to it.
pub(super) fn obeys_rules(
    key: RunKey,
    loaded: &Loaded,
    history: Option<&History>,
    report: &mut dyn FnMut(Problem),
) {
    let pending = pending(&loaded.run);
    let due_at = loaded.stored.due_at;
    // A run that needs somebody is due since it was stored; any other when its next time comes.
    let is_due_right = if pending.needs_attention() {
        due_at.is_some()
    } else {
        due_at == pending.wake_at
    };
    if !is_due_right {
        report(Problem::of(
            key,
            "its due time is not that of what it waits for",
        ));
    }
    let is_replayed = history.is_none_or(|history| {
        // An RPC may hold keys at this moment, which is not stored.
        let replayed = history.replay().map(|run| Run {
            rpc_lock: None,
            ..run
        });
        replayed.as_ref() == Ok(&loaded.run)
    });
    if !is_replayed {
        report(Problem::of(key, "its history does not lead to what it is"));
    }
}

fn row_counts(contents: &Contents) -> [(&'static str, u32); 3] {
    [
        ("executions", contents.executions.rows()),
        ("messages", contents.messages.rows()),
        ("data_attributes", contents.attributes.rows()),
    ]
}

type IndexRow = (String, i64, i64, Value);

fn indexed(connection: &Connection, key: RunKey) -> Result<Vec<IndexRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, ordinal, type, value FROM search_attributes WHERE run_key = ?
         ORDER BY name, ordinal",
    )?;
    let rows = statement.query_map([key.0], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn indexed_by(run: &Run) -> Vec<IndexRow> {
    let mut rows = Vec::new();
    for (key, attribute) in run.head.search_attributes.iter() {
        let values = attribute.indexed.as_ref().map(index_rows);
        for (ordinal, (kind, value)) in (0..).zip(values.unwrap_or_default()) {
            rows.push((key.to_string(), ordinal, kind, value));
        }
    }
    rows
}

/// Whether the indexes lead to the run.
pub(super) fn reachable(
    connection: &Connection,
    key: RunKey,
    run: &Run,
    report: &mut dyn FnMut(Problem),
) -> Result<(), StoreError> {
    let by_workflow = connection
        .prepare_cached(
            "SELECT 1 FROM runs INDEXED BY runs_by_workflow WHERE workflow_id = ? AND run_key = ?",
        )?
        .exists(params![run.workflow_id.as_str(), key.0])?;
    let due_at: Option<i64> = connection
        .prepare_cached("SELECT due_at FROM runs WHERE run_key = ?")?
        .query_row([key.0], |row| row.get(0))
        .optional()?
        .flatten();
    let by_due_time = match due_at {
        None => true,
        Some(due_at) => connection
            .prepare_cached(
                "SELECT 1 FROM runs INDEXED BY runs_due WHERE due_at = ? AND run_key = ?",
            )?
            .exists(params![due_at, key.0])?,
    };
    if !by_workflow || !by_due_time {
        report(Problem::of(key, "an index does not lead to it"));
    }
    Ok(())
}
