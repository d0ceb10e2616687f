//! Reading runs back. The writer reads through its own connection, which also sees what is not
//! committed yet; everybody else through a [`Reader`].

use std::collections::BTreeMap;
use std::sync::Arc;

use iwf_engine_core::{
    AttributeKey, ChannelKey, ChannelKind, Channels, DataAttributes, Message, Recorded, Run, RunId,
    Slot, Timestamp, WorkflowId,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::encode::{self, Columns, DecodeError, DecodedHead, Digest, Place};
use super::{Loaded, RunKey, Store, StoreError, Stored};

/// A connection that sees what is committed.
pub(crate) struct Reader {
    connection: Connection,
}

impl Reader {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// For queries of other kinds.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// For queries that are watched.
    pub(crate) fn connection_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// What is read from now on is what is committed now.
    pub(crate) fn begin_snapshot(&self) -> Result<(), StoreError> {
        // A transaction begins with its first reading, not with its name.
        let sql = "BEGIN; SELECT count(*) FROM (SELECT 1 FROM runs LIMIT 1)";
        Ok(self.connection.execute_batch(sql)?)
    }

    /// Without looking at any run: both counts come from indexes.
    pub(crate) fn open_runs(&self) -> Result<i64, StoreError> {
        let sql = "SELECT (SELECT count(*) FROM runs)
                        - (SELECT count(*) FROM runs WHERE closed_at IS NOT NULL)";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    pub(crate) fn schema_version(&self) -> rusqlite::Result<u32> {
        let version = |row: &rusqlite::Row<'_>| row.get(0);
        self.connection
            .pragma_query_value(None, "user_version", version)
    }

    pub(crate) fn load(&self, key: RunKey) -> Result<Option<Loaded>, StoreError> {
        load(&self.connection, key)
    }

    pub(crate) fn current(&self, workflow_id: &WorkflowId) -> Result<Option<RunKey>, StoreError> {
        current(&self.connection, workflow_id)
    }

    /// The run that took over after this one failed.
    pub(crate) fn successor(
        &self,
        workflow_id: &WorkflowId,
        key: RunKey,
    ) -> Result<Option<RunKey>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT run_key FROM runs WHERE workflow_id = ? AND run_key > ? ORDER BY run_key LIMIT 1",
        )?;
        let found = statement.query_row(params![workflow_id.as_str(), key.0], |row| row.get(0));
        Ok(found.optional()?.map(RunKey))
    }

    pub(crate) fn is_completed(
        &self,
        workflow_id: &WorkflowId,
        key: &str,
    ) -> Result<bool, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT completed_at, checksum FROM completions WHERE workflow_id = ? AND key = ?",
        )?;
        let workflow_id = workflow_id.as_str();
        let found = statement.query_row(params![workflow_id, key], |row| {
            Ok((row.get(0)?, row.get::<_, u32>(1)?))
        });
        match found.optional()? {
            None => Ok(false),
            Some((at, checksum))
                if encode::completion_checksum(workflow_id, key, at) == checksum =>
            {
                Ok(true)
            }
            Some(_) => Err(DecodeError::Checksum.into()),
        }
    }
}

impl Store {
    pub(crate) fn load(&self, key: RunKey) -> Result<Option<Loaded>, StoreError> {
        load(&self.connection, key)
    }

    pub(crate) fn current(&self, workflow_id: &WorkflowId) -> Result<Option<RunKey>, StoreError> {
        current(&self.connection, workflow_id)
    }

    pub(crate) fn history(&self, key: RunKey, after: u64) -> Result<Vec<Recorded>, StoreError> {
        super::history::events_after(&self.connection, key, after, usize::MAX)
    }

    pub(crate) fn last_key(&self) -> Result<RunKey, StoreError> {
        let sql = "SELECT max(coalesce((SELECT max(run_key) FROM runs), 0),
                          coalesce((SELECT max(run_key) FROM garbage), 0))";
        Ok(RunKey(
            self.connection.query_row(sql, [], |row| row.get(0))?,
        ))
    }

    /// What is due after the cursor and up to a time, oldest first.
    pub(crate) fn due(
        &self,
        after: (Timestamp, RunKey),
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Timestamp, RunKey)>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT due_at, run_key FROM runs
             WHERE due_at IS NOT NULL AND due_at <= ?3 AND (due_at, run_key) > (?1, ?2)
             ORDER BY due_at, run_key LIMIT ?4",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![after.0.0, after.1.0, until.0, limit], |row| {
            Ok((Timestamp(row.get(0)?), RunKey(row.get(1)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn current(
    connection: &Connection,
    workflow_id: &WorkflowId,
) -> Result<Option<RunKey>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT run_key FROM runs WHERE workflow_id = ? ORDER BY run_key DESC LIMIT 1",
    )?;
    let found = statement.query_row([workflow_id.as_str()], |row| row.get(0));
    Ok(found.optional()?.map(RunKey))
}

pub(super) fn load(connection: &Connection, key: RunKey) -> Result<Option<Loaded>, StoreError> {
    with_row(connection, key, |columns, head, settings| {
        assemble(connection, key, columns, head, settings)
    })
}

/// The head of a run alone.
pub(super) fn head(
    connection: &Connection,
    key: RunKey,
) -> Result<Option<DecodedHead>, StoreError> {
    with_row(connection, key, |_, head, _| Ok(head))
}

/// The head of a run, and the id of its workflow.
pub(super) fn named_head(
    connection: &Connection,
    key: RunKey,
) -> Result<Option<(WorkflowId, DecodedHead)>, StoreError> {
    with_row(connection, key, |columns, head, _| {
        Ok((columns.workflow_id.into(), head))
    })
}

/// Reads and checks the row of a run: its columns, its head and its settings.
fn with_row<T>(
    connection: &Connection,
    key: RunKey,
    read: impl FnOnce(&Columns<'_>, DecodedHead, &[u8]) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT run_id, workflow_id, workflow_type, status, started_at, closed_at, due_at,
                executing_state_ids, settings, head
         FROM runs WHERE run_key = ?",
    )?;
    let mut rows = statement.query([key.0])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let columns = Columns {
        run_id: row.get(0)?,
        workflow_id: row.get_ref(1)?.as_str().map_err(sql)?,
        workflow_type: row.get_ref(2)?.as_str().map_err(sql)?,
        status: row.get(3)?,
        started_at: row.get(4)?,
        closed_at: row.get(5)?,
        due_at: row.get(6)?,
        executing: row.get_ref(7)?.as_str_or_null().map_err(sql)?,
    };
    let settings = row.get_ref(8)?.as_blob().map_err(sql)?;
    let head = row.get_ref(9)?.as_blob().map_err(sql)?;
    let head = encode::decode_head(head, Place::head(key, &columns))?;
    read(&columns, head, settings).map(Some)
}

fn assemble(
    connection: &Connection,
    key: RunKey,
    columns: &Columns<'_>,
    decoded: DecodedHead,
    settings: &[u8],
) -> Result<Loaded, StoreError> {
    let contents = decoded.contents;
    let mut run = Run {
        id: RunId(u128::from_be_bytes(columns.run_id)),
        workflow_id: columns.workflow_id.into(),
        settings: Arc::new(encode::decode_settings(settings, key)?),
        head: decoded.head,
        executions: decoded.executions,
        data_attributes: Arc::default(),
        channels: Channels::default(),
        rpc_lock: None,
    };
    let mut stored = Stored {
        contents,
        history: decoded.history,
        due_at: columns.due_at.map(Timestamp),
        executing: columns.executing.map(Into::into),
        ..Stored::default()
    };
    if !contents.executions.is_empty() {
        load_executions(connection, key, &mut run, &mut stored)?;
    }
    if !contents.messages.is_empty() {
        load_messages(connection, key, &mut run, contents.messages)?;
    }
    if !contents.attributes.is_empty() {
        load_attributes(connection, key, &mut run, &mut stored)?;
    }
    Ok(Loaded { run, stored })
}

fn load_executions(
    connection: &Connection,
    key: RunKey,
    run: &mut Run,
    stored: &mut Stored,
) -> Result<(), StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT slot, execution FROM executions WHERE run_key = ? ORDER BY slot")?;
    let mut rows = statement.query([key.0])?;
    while let Some(row) = rows.next()? {
        let slot = Slot(row.get(0)?);
        let place = Place::execution(key, slot);
        let (execution, checksum) = encode::decode(row.get_ref(1)?.as_blob().map_err(sql)?, place)?;
        stored.slots.insert(slot, checksum);
        run.executions.insert(slot, Arc::new(execution));
    }
    let found = Digest::of(stored.slots.values().copied());
    same(found, stored.contents.executions, "state executions")
}

fn load_messages(
    connection: &Connection,
    key: RunKey,
    run: &mut Run,
    expected: Digest,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT sequence, kind, channel, value FROM messages WHERE run_key = ? ORDER BY sequence",
    )?;
    let mut rows = statement.query([key.0])?;
    let mut found = Digest::default();
    while let Some(row) = rows.next()? {
        let sequence = row.get::<_, i64>(0)?.cast_unsigned();
        let kind = match row.get::<_, i64>(1)? {
            0 => ChannelKind::Signal,
            _ => ChannelKind::Internal,
        };
        let name = row.get::<_, String>(2)?.into();
        let channel = ChannelKey { kind, name };
        let place = Place::message(key, sequence, &channel);
        found.add(place.clone().checksum());
        let bytes = row.get_ref(3)?.as_blob_or_null().map_err(sql)?;
        let (value, _) = encode::decode_payload(bytes.unwrap_or_default(), place)?;
        run.head.next_message = run.head.next_message.max(sequence.saturating_add(1));
        run.channels.push(&channel, Message { sequence, value });
    }
    same(found, expected, "messages")
}

fn load_attributes(
    connection: &Connection,
    key: RunKey,
    run: &mut Run,
    stored: &mut Stored,
) -> Result<(), StoreError> {
    let mut attributes = DataAttributes::default();
    let mut checksums = BTreeMap::new();
    let mut statement =
        connection.prepare_cached("SELECT key, value FROM data_attributes WHERE run_key = ?")?;
    let mut rows = statement.query([key.0])?;
    while let Some(row) = rows.next()? {
        let name = AttributeKey::from(row.get::<_, String>(0)?);
        let bytes = row.get_ref(1)?.as_blob_or_null().map_err(sql)?;
        let place = Place::data_attribute(key, &name);
        let (value, checksum) = encode::decode_payload(bytes.unwrap_or_default(), place)?;
        checksums.insert(name.clone(), checksum);
        attributes.insert(name, value);
    }
    let found = Digest::of(checksums.values().copied());
    run.data_attributes = Arc::new(attributes);
    stored.attributes = Arc::new(checksums);
    same(found, stored.contents.attributes, "data attributes")
}

fn same(found: Digest, expected: Digest, what: &'static str) -> Result<(), StoreError> {
    if found == expected {
        Ok(())
    } else {
        Err(DecodeError::Contents(what).into())
    }
}

fn sql(error: rusqlite::types::FromSqlError) -> StoreError {
    rusqlite::Error::from(error).into()
}
