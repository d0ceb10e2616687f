//! Schema 1, whose values had no checksums: read once more when its folder is opened, and written
//! back sealed, in the transaction that brings the schema up to date.
//!
//! What is stored differently today keeps its old shape here, so that an old folder stays readable.

use std::collections::BTreeMap;
use std::sync::Arc;

use iwf_engine_core::{
    AttributeKey, ChannelKey, ChannelKind, Config, Head, Outcome, Output, Payload,
    SearchAttributes, Settings, Slot, StateExecution, StateId, StateMovement, Status, Timestamp,
};
use rusqlite::{Connection, params};
use serde::{Deserialize, de::DeserializeOwned};

use super::encode::{self, Columns, Contents, DecodeError, Digest, Place};
use super::{RunKey, StoreError};

const FORMAT: u8 = 1;

/// Which rows there were; their number was not known.
#[derive(Deserialize)]
struct RowFlags {
    _executions: bool,
    _messages: bool,
    _attributes: bool,
}

/// A head that kept no skips.
#[derive(Deserialize)]
struct OldHead {
    status: Status,
    outcome: Option<Box<Outcome>>,
    config: Config,
    starts_at: Option<Timestamp>,
    queued: Vec<StateMovement>,
    is_completing: bool,
    counters: Arc<BTreeMap<StateId, u32>>,
    outputs: Arc<Vec<Output>>,
    search_attributes: Arc<SearchAttributes>,
    next_serial: u64,
    next_order: u64,
    next_message: u64,
}

impl From<OldHead> for Head {
    fn from(old: OldHead) -> Self {
        Self {
            status: old.status,
            outcome: old.outcome,
            config: old.config,
            starts_at: old.starts_at,
            queued: old.queued,
            is_completing: old.is_completing,
            counters: old.counters,
            outputs: old.outputs,
            search_attributes: old.search_attributes,
            next_serial: old.next_serial,
            next_order: old.next_order,
            next_message: old.next_message,
            skips: Vec::new(),
        }
    }
}

/// Seals every value of every run.
pub(super) fn seal_all(connection: &Connection) -> Result<(), StoreError> {
    let mut keys = connection.prepare("SELECT run_key FROM runs")?;
    let keys = keys.query_map([], |row| row.get(0).map(RunKey))?;
    for key in keys.collect::<Result<Vec<_>, _>>()? {
        let contents = Contents {
            executions: seal_executions(connection, key)?,
            messages: seal_messages(connection, key)?,
            attributes: seal_attributes(connection, key)?,
        };
        seal_run(connection, key, &contents)?;
    }
    seal_completions(connection)
}

fn seal_run(connection: &Connection, key: RunKey, contents: &Contents) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT run_id, workflow_id, workflow_type, status, started_at, closed_at, due_at,
                executing_state_ids, settings, head
         FROM runs WHERE run_key = ?",
    )?;
    let (settings, sealed) = select.query_row([key.0], |row| {
        let columns = Columns {
            run_id: row.get(0)?,
            workflow_id: row.get_ref(1)?.as_str()?,
            workflow_type: row.get_ref(2)?.as_str()?,
            status: row.get(3)?,
            started_at: row.get(4)?,
            closed_at: row.get(5)?,
            due_at: row.get(6)?,
            executing: row.get_ref(7)?.as_str_or_null()?,
        };
        let place = Place::head(key, &columns);
        let head = row.get_ref(9)?.as_blob()?;
        Ok((row.get::<_, Vec<u8>>(8)?, seal_head(head, contents, place)))
    })?;
    let settings: Settings = decode(&settings)?;
    let mut update =
        connection.prepare_cached("UPDATE runs SET settings = ?2, head = ?3 WHERE run_key = ?1")?;
    update.execute(params![
        key.0,
        encode::encode_settings(&settings, key),
        sealed?
    ])?;
    Ok(())
}

fn seal_head(head: &[u8], contents: &Contents, place: Place) -> Result<Vec<u8>, DecodeError> {
    let (_, rest): (RowFlags, _) = postcard::take_from_bytes(checked(head)?)?;
    let (head, inline): (OldHead, _) = postcard::take_from_bytes(rest)?;
    let head = Head::from(head);
    let mut sealed = Vec::new();
    encode::start_head(&mut sealed, &head, contents, None);
    for execution in encode::decode_executions(inline)?.values() {
        encode::append(&mut sealed, &**execution);
    }
    encode::seal(&mut sealed, place);
    Ok(sealed)
}

fn seal_executions(connection: &Connection, key: RunKey) -> Result<Digest, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT slot, execution FROM executions WHERE run_key = ?")?;
    let rows = select.query_map([key.0], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))?;
    let mut digest = Digest::default();
    for row in rows.collect::<Result<Vec<(u32, _)>, _>>()? {
        let execution: StateExecution = postcard::from_bytes(&row.1).map_err(DecodeError::from)?;
        let place = Place::execution(key, Slot(row.0));
        let (value, checksum) = encode::sealed(&execution, place);
        let sql = "UPDATE executions SET execution = ?3 WHERE run_key = ?1 AND slot = ?2";
        connection
            .prepare_cached(sql)?
            .execute(params![key.0, row.0, value])?;
        digest.add(checksum);
    }
    Ok(digest)
}

fn seal_messages(connection: &Connection, key: RunKey) -> Result<Digest, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT sequence, kind, channel, value FROM messages WHERE run_key = ?")?;
    let rows = select.query_map([key.0], |row| {
        let kind = match row.get::<_, i64>(1)? {
            0 => ChannelKind::Signal,
            _ => ChannelKind::Internal,
        };
        let name = row.get::<_, String>(2)?.into();
        Ok((
            row.get::<_, i64>(0)?,
            ChannelKey { kind, name },
            row.get::<_, Option<Vec<u8>>>(3)?,
        ))
    })?;
    let mut digest = Digest::default();
    for (sequence, channel, value) in rows.collect::<Result<Vec<_>, _>>()? {
        let place = Place::message(key, sequence.cast_unsigned(), &channel);
        digest.add(place.clone().checksum());
        let (value, _) = seal_payload(value.as_deref(), place)?;
        let sql = "UPDATE messages SET value = ?3 WHERE run_key = ?1 AND sequence = ?2";
        connection
            .prepare_cached(sql)?
            .execute(params![key.0, sequence, value])?;
    }
    Ok(digest)
}

fn seal_attributes(connection: &Connection, key: RunKey) -> Result<Digest, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT key, value FROM data_attributes WHERE run_key = ?")?;
    let rows = select.query_map([key.0], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
    })?;
    let mut digest = Digest::default();
    for (name, value) in rows.collect::<Result<Vec<_>, _>>()? {
        let place = Place::data_attribute(key, &AttributeKey::from(name.as_str()));
        let (value, checksum) = seal_payload(value.as_deref(), place)?;
        let sql = "UPDATE data_attributes SET value = ?3 WHERE run_key = ?1 AND key = ?2";
        connection
            .prepare_cached(sql)?
            .execute(params![key.0, name, value])?;
        digest.add(checksum);
    }
    Ok(digest)
}

fn seal_completions(connection: &Connection) -> Result<(), StoreError> {
    let mut select =
        connection.prepare("SELECT workflow_id, key, completed_at FROM completions")?;
    let rows = select.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get(2)?,
        ))
    })?;
    for (workflow_id, key, at) in rows.collect::<Result<Vec<_>, _>>()? {
        let checksum = encode::completion_checksum(&workflow_id, &key, at);
        let sql = "UPDATE completions SET checksum = ?3 WHERE workflow_id = ?1 AND key = ?2";
        connection
            .prepare_cached(sql)?
            .execute(params![workflow_id, key, checksum])?;
    }
    Ok(())
}

fn seal_payload(value: Option<&[u8]>, place: Place) -> Result<(Vec<u8>, u32), StoreError> {
    let payload: Option<Payload> = value.map(decode).transpose()?;
    Ok(encode::encode_payload(payload.as_ref(), place))
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    Ok(postcard::from_bytes(checked(bytes)?)?)
}

fn checked(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    match bytes.split_first() {
        Some((&FORMAT, rest)) => Ok(rest),
        Some((&other, _)) => Err(DecodeError::Format(other)),
        None => Err(DecodeError::Missing),
    }
}
