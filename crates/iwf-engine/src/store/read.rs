//! Reading runs back. The writer reads through its own connection, which also sees what is not
//! committed yet; everybody else through a [`Reader`].

use std::sync::Arc;

use iwf_engine_core::{
    ChannelKey, ChannelKind, Channels, DataAttributes, Head, Message, Run, RunId, Timestamp,
    WorkflowId,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::encode;
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
        let mut statement = self
            .connection
            .prepare_cached("SELECT 1 FROM completions WHERE workflow_id = ? AND key = ?")?;
        Ok(statement.exists(params![workflow_id.as_str(), key])?)
    }
}

impl Store {
    pub(crate) fn load(&self, key: RunKey) -> Result<Option<Loaded>, StoreError> {
        load(&self.connection, key)
    }

    pub(crate) fn current(&self, workflow_id: &WorkflowId) -> Result<Option<RunKey>, StoreError> {
        current(&self.connection, workflow_id)
    }

    pub(crate) fn last_key(&self) -> Result<RunKey, StoreError> {
        let sql = "SELECT coalesce(max(run_key), 0) FROM runs";
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

/// The columns of a run as they are stored.
struct Row {
    run_id: [u8; 16],
    workflow_id: String,
    due_at: Option<i64>,
    executing: Option<String>,
    settings: Vec<u8>,
    head: Vec<u8>,
}

fn load(connection: &Connection, key: RunKey) -> Result<Option<Loaded>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT run_id, workflow_id, due_at, executing_state_ids, settings, head
         FROM runs WHERE run_key = ?",
    )?;
    let row = statement.query_row([key.0], |row| {
        Ok(Row {
            run_id: row.get(0)?,
            workflow_id: row.get(1)?,
            due_at: row.get(2)?,
            executing: row.get(3)?,
            settings: row.get(4)?,
            head: row.get(5)?,
        })
    });
    match row.optional()? {
        Some(row) => assemble(connection, key, row).map(Some),
        None => Ok(None),
    }
}

fn assemble(connection: &Connection, key: RunKey, row: Row) -> Result<Loaded, StoreError> {
    let decoded = encode::decode_head(&row.head)?;
    let mut executions = decoded.executions;
    let mut slots = Vec::new();
    if decoded.flags.has_executions {
        let mut statement = connection
            .prepare_cached("SELECT execution FROM executions WHERE run_key = ? ORDER BY slot")?;
        let mut rows = statement.query([key.0])?;
        while let Some(row) = rows.next()? {
            let execution = encode::decode_execution(row.get_ref(0)?.as_blob().map_err(sql)?)?;
            slots.push(execution.slot);
            executions.insert(execution.slot, Arc::new(execution));
        }
    }
    let mut head = decoded.head;
    let channels = if decoded.flags.has_messages {
        messages(connection, key, &mut head)?
    } else {
        Channels::default()
    };
    let data_attributes = if decoded.flags.has_attributes {
        attributes(connection, key)?
    } else {
        DataAttributes::default()
    };
    Ok(Loaded {
        run: Run {
            id: RunId(u128::from_be_bytes(row.run_id)),
            workflow_id: row.workflow_id.into(),
            settings: Arc::new(encode::decode_settings(&row.settings)?),
            head,
            executions,
            data_attributes: Arc::new(data_attributes),
            channels,
            rpc_lock: None,
        },
        stored: Stored {
            slots,
            has_messages: decoded.flags.has_messages,
            has_attributes: decoded.flags.has_attributes,
            history: decoded.flags.history,
            due_at: row.due_at.map(Timestamp),
            executing: row.executing.map(Into::into),
        },
    })
}

fn messages(connection: &Connection, key: RunKey, head: &mut Head) -> Result<Channels, StoreError> {
    let mut channels = Channels::default();
    let mut statement = connection.prepare_cached(
        "SELECT sequence, kind, channel, value FROM messages WHERE run_key = ? ORDER BY sequence",
    )?;
    let mut rows = statement.query([key.0])?;
    while let Some(row) = rows.next()? {
        let sequence: i64 = row.get(0)?;
        let kind = match row.get::<_, i64>(1)? {
            0 => ChannelKind::Signal,
            _ => ChannelKind::Internal,
        };
        let value = row.get_ref(3)?.as_blob_or_null().map_err(sql)?;
        let message = Message {
            sequence: sequence.unsigned_abs(),
            value: value.map(encode::decode_payload).transpose()?,
        };
        head.next_message = head.next_message.max(message.sequence + 1);
        let name = row.get::<_, String>(2)?.into();
        channels.push(&ChannelKey { kind, name }, message);
    }
    Ok(channels)
}

fn attributes(connection: &Connection, key: RunKey) -> Result<DataAttributes, StoreError> {
    let mut attributes = DataAttributes::default();
    let mut statement =
        connection.prepare_cached("SELECT key, value FROM data_attributes WHERE run_key = ?")?;
    let mut rows = statement.query([key.0])?;
    while let Some(row) = rows.next()? {
        let value = row.get_ref(1)?.as_blob_or_null().map_err(sql)?;
        let value = value.map(encode::decode_payload).transpose()?;
        attributes.insert(row.get::<_, String>(0)?.into(), value);
    }
    Ok(attributes)
}

fn sql(error: rusqlite::types::FromSqlError) -> StoreError {
    StoreError::Sql(error.into())
}
