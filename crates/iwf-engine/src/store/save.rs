//! Writing what changed of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use iwf_engine_core::{
    AttributeKey, ChannelKey, ChannelKind, CompletionKey, Event, IndexedValue, Message, RpcId, Run,
    Slot, StateExecution, StateId, Status, Timestamp, Write, pending,
};
use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::encode::{self, Columns, Digest, Place};
use super::{OWED, RunKey, Store, StoreError, Stored};

/// What the writes of one commit touch; a message that came and went is not among it.
#[derive(Default)]
struct Changes<'a> {
    closed: bool,
    slots: BTreeSet<Slot>,
    data: BTreeSet<&'a AttributeKey>,
    search: BTreeSet<&'a AttributeKey>,
    added: BTreeMap<u64, (&'a ChannelKey, &'a Message)>,
    taken: Vec<(&'a ChannelKey, u64)>,
    completed: Vec<&'a CompletionKey>,
}

impl<'a> Changes<'a> {
    fn of(save: &Save<'a>) -> Self {
        let mut changes = Self::default();
        if save.stored.is_none() {
            changes.add_all(save.run);
        }
        for write in save.writes {
            changes.add(write);
        }
        changes
    }

    /// A run that is new to the database may have begun with more than was written since.
    fn add_all(&mut self, run: &'a Run) {
        self.data.extend(run.data_attributes.keys());
        self.search.extend(run.head.search_attributes.keys());
        let messages = run.channels.messages();
        self.added
            .extend(messages.map(|(channel, message)| (message.sequence, (channel, message))));
    }

    fn add(&mut self, write: &'a Write) {
        match write {
            Write::ExecutionSet(execution) => {
                self.slots.insert(execution.slot);
            }
            Write::ExecutionRemoved(slot) => {
                self.slots.insert(*slot);
            }
            Write::DataAttributeSet(attribute) => {
                self.data.insert(&attribute.key);
            }
            Write::SearchAttributeSet(attribute) => {
                self.search.insert(&attribute.key);
            }
            Write::MessageAdded(channel, message) => {
                self.added.insert(message.sequence, (channel, message));
            }
            Write::MessageTaken(channel, sequence) => {
                if self.added.remove(sequence).is_none() {
                    self.taken.push((channel, *sequence));
                }
            }
            Write::StateCompleted(key) => self.completed.push(key),
            Write::Closed(..) => {
                self.closed = true;
                self.added.clear();
            }
            Write::CounterSet(..)
            | Write::MovementQueued(_)
            | Write::StartReached
            | Write::GracefulCompletionRequested
            | Write::OutputAdded(_)
            | Write::ConfigSet(_)
            | Write::SkipKept(..)
            | Write::SkipsDropped(_)
            | Write::SuccessorStarts(_)
            | Write::RpcLocked(_)
            | Write::RpcUnlocked => {}
        }
    }
}

/// One run to be saved: what it is now, what is on disk, and what lies between.
pub(crate) struct Save<'a> {
    pub(crate) key: RunKey,
    pub(crate) run: &'a Run,
    /// `None` for a run that is not in the database yet.
    pub(crate) stored: Option<&'a Stored>,
    pub(crate) writes: &'a [Write],
    /// What made the writes, for the history.
    pub(crate) events: &'a [(Timestamp, Event)],
    /// The history cannot begin with the start of the run.
    pub(crate) begins_anew: bool,
    /// The lock of an RPC that a replay of the history ends with.
    pub(crate) noted_lock: Option<RpcId>,
    /// A longer history begins anew.
    pub(crate) history_bytes_max: usize,
    pub(crate) now: Timestamp,
}

impl Store {
    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// Whether the database takes writes: one that changes nothing.
    pub(crate) fn try_to_write(&self) -> Result<(), rusqlite::Error> {
        let version: u32 = self
            .connection
            .pragma_query_value(None, "user_version", |row| row.get(0))?;
        self.connection.pragma_update(None, "user_version", version)
    }

    /// Undoes what was not committed; harmless if nothing was begun.
    pub(crate) fn rollback(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a failed transaction could not be undone");
        }
    }

    /// Of the database, with what is still in its log.
    pub(crate) fn size_bytes(&self) -> Result<u64, rusqlite::Error> {
        let number = |name| {
            let number = |row: &rusqlite::Row<'_>| row.get::<_, i64>(0);
            self.connection.pragma_query_value(None, name, number)
        };
        let pages = number("page_count")?.unsigned_abs();
        Ok(pages.saturating_mul(number("page_size")?.unsigned_abs()))
    }

    /// Writes the whole database anew, without waste.
    pub(crate) fn vacuum(&self) -> Result<(), rusqlite::Error> {
        self.connection.execute_batch("VACUUM")
    }

    /// Moves the write-ahead log into the database, as far as readers allow. It does not wait for
    /// them: one that replicates the log (Litestream) never lets go, and wants the log kept.
    pub(crate) fn checkpoint(&self) {
        let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
        let done = self.connection.busy_timeout(Duration::ZERO);
        let done = done.and_then(|()| self.connection.query_row(truncate, [], |_| Ok(())));
        if let Err(error) = done {
            tracing::warn!(%error, "the write-ahead log stays until the next start");
        }
    }

    /// Writes the changes and says what is on disk afterwards.
    pub(crate) fn save(&mut self, save: &Save<'_>) -> Result<Stored, StoreError> {
        let changes = Changes::of(save);
        let nothing = Stored::default();
        let old = save.stored.unwrap_or(&nothing);
        let mut next = Stored {
            slots: BTreeMap::new(),
            attributes: old.attributes.clone(),
            contents: old.contents,
            due_at: due_at(save.run),
            history: self.save_history(save, old.history)?,
            executing: executing(save.run),
        };
        save_attributes(&self.connection, save, &changes, &mut next)?;
        save_messages(&self.connection, save, &changes, &mut next)?;
        save_completions(&self.connection, save, &changes)?;
        self.save_head(save, old, &changes, &mut next)?;
        Ok(next)
    }

    fn save_head(
        &mut self,
        save: &Save<'_>,
        old: &Stored,
        changes: &Changes<'_>,
        next: &mut Stored,
    ) -> Result<(), StoreError> {
        let mut inline = Vec::new();
        for execution in save.run.executions.values() {
            let slot = execution.slot;
            let start = inline.len();
            encode::append(&mut inline, &**execution);
            if encode::is_inline(slot, inline.len() - start) {
                continue;
            }
            inline.truncate(start);
            let checksum = match old.slots.get(&slot) {
                Some(&checksum) if !changes.slots.contains(&slot) => checksum,
                _ => save_execution(&self.connection, save.key, execution)?,
            };
            next.slots.insert(slot, checksum);
        }
        for slot in old
            .slots
            .keys()
            .filter(|slot| !next.slots.contains_key(slot))
        {
            let sql = "DELETE FROM executions WHERE run_key = ? AND slot = ?";
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.execute(params![save.key.0, slot.0])?;
        }
        next.contents.executions = Digest::of(next.slots.values().copied());
        encode::start_head(
            &mut self.buffer,
            &save.run.head,
            &next.contents,
            next.history,
        );
        self.buffer.extend_from_slice(&inline);
        let place = Place::head(save.key, &columns(save.run, next));
        encode::seal(&mut self.buffer, place);
        match save.stored {
            None => self.insert_run(save, next),
            Some(_) => self.update_run(save, old, changes, next),
        }
    }

    fn insert_run(&self, save: &Save<'_>, next: &Stored) -> Result<(), StoreError> {
        let run = save.run;
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO runs (run_key, run_id, workflow_id, workflow_type, status, started_at,
                               closed_at, due_at, executing_state_ids, settings, head)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        let columns = columns(run, next);
        statement.execute(params![
            save.key.0,
            columns.run_id,
            columns.workflow_id,
            columns.workflow_type,
            columns.status,
            columns.started_at,
            columns.closed_at,
            columns.due_at,
            columns.executing,
            encode::encode_settings(&run.settings, save.key),
            self.buffer,
        ])?;
        Ok(())
    }

    /// An index is touched only by a statement that names its column, so the common case, in
    /// which only the head changes, names no other.
    fn update_run(
        &self,
        save: &Save<'_>,
        old: &Stored,
        changes: &Changes<'_>,
        next: &Stored,
    ) -> Result<(), StoreError> {
        if changes.closed || next.due_at != old.due_at {
            let columns = columns(save.run, next);
            let mut statement = self.connection.prepare_cached(
                "UPDATE runs SET status = ?2, closed_at = ?3, due_at = ?4,
                                 executing_state_ids = ?5, head = ?6 WHERE run_key = ?1",
            )?;
            statement.execute(params![
                save.key.0,
                columns.status,
                columns.closed_at,
                columns.due_at,
                columns.executing,
                self.buffer,
            ])?;
        } else {
            let mut statement = self.connection.prepare_cached(
                "UPDATE runs SET executing_state_ids = ?2, head = ?3 WHERE run_key = ?1",
            )?;
            statement.execute(params![save.key.0, next.executing, self.buffer])?;
        }
        Ok(())
    }
}

fn due_at(run: &Run) -> Option<Timestamp> {
    let pending = pending(run);
    if pending.needs_attention() {
        return Some(OWED);
    }
    pending.wake_at
}

fn executing(run: &Run) -> Option<Box<str>> {
    let ids = run.executing_state_ids();
    if ids.is_empty() {
        return None;
    }
    let ids: Vec<&str> = ids.into_iter().map(StateId::as_str).collect();
    serde_json::to_string(&ids).ok().map(Into::into)
}

pub(crate) fn status_of_number(number: i64) -> Option<Status> {
    Some(match number {
        0 => Status::Running,
        1 => Status::Completed,
        2 => Status::Failed,
        3 => Status::TimedOut,
        4 => Status::Terminated,
        5 => Status::Canceled,
        6 => Status::ContinuedAsNew,
        _ => return None,
    })
}

/// The row of a run as it is to be stored.
fn columns<'a>(run: &'a Run, stored: &'a Stored) -> Columns<'a> {
    let outcome = run.head.outcome.as_ref();
    Columns {
        run_id: run.id.0.to_be_bytes(),
        workflow_id: run.workflow_id.as_str(),
        workflow_type: &run.settings.workflow_type,
        status: status_number(run.head.status),
        started_at: run.settings.started_at.0,
        closed_at: outcome.map(|outcome| outcome.closed_at.0),
        due_at: stored.due_at.map(|at| at.0),
        executing: stored.executing.as_deref(),
    }
}

fn status_number(status: Status) -> i64 {
    match status {
        Status::Running => 0,
        Status::Completed => 1,
        Status::Failed => 2,
        Status::TimedOut => 3,
        Status::Terminated => 4,
        Status::Canceled => 5,
        Status::ContinuedAsNew => 6,
    }
}

/// Returns the checksum of the row.
fn save_execution(
    connection: &Connection,
    key: RunKey,
    execution: &StateExecution,
) -> Result<u32, StoreError> {
    let slot = execution.slot;
    let (encoded, checksum) = encode::sealed(execution, Place::execution(key, slot));
    let mut statement = connection.prepare_cached(
        "INSERT OR REPLACE INTO executions (run_key, slot, execution) VALUES (?, ?, ?)",
    )?;
    statement.execute(params![key.0, slot.0, encoded])?;
    Ok(checksum)
}

fn save_attributes(
    connection: &Connection,
    save: &Save<'_>,
    changes: &Changes<'_>,
    next: &mut Stored,
) -> Result<(), StoreError> {
    for &key in &changes.data {
        let value = save.run.data_attributes.get(key).and_then(Option::as_ref);
        let mut statement = connection.prepare_cached(
            "INSERT OR REPLACE INTO data_attributes (run_key, key, value) VALUES (?, ?, ?)",
        )?;
        let place = Place::data_attribute(save.key, key);
        let (value, checksum) = encode::encode_payload(value, place);
        statement.execute(params![save.key.0, key.as_str(), value])?;
        let digest = &mut next.contents.attributes;
        digest.add(checksum);
        if let Some(before) = Arc::make_mut(&mut next.attributes).insert(key.clone(), checksum) {
            digest.remove(before);
        }
    }
    for key in &changes.search {
        let attribute = save.run.head.search_attributes.get(*key);
        let indexed = attribute.and_then(|attribute| attribute.indexed.as_ref());
        save_index(connection, save.key, key, indexed)?;
    }
    Ok(())
}

fn save_index(
    connection: &Connection,
    key: RunKey,
    name: &AttributeKey,
    indexed: Option<&IndexedValue>,
) -> Result<(), StoreError> {
    let mut statement = connection
        .prepare_cached("DELETE FROM search_attributes WHERE run_key = ? AND name = ?")?;
    statement.execute(params![key.0, name.as_str()])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO search_attributes (run_key, name, ordinal, type, value) VALUES (?, ?, ?, ?, ?)",
    )?;
    let rows = indexed.map(index_rows).unwrap_or_default();
    for (ordinal, (kind, value)) in (0_i64..).zip(rows) {
        insert.execute(params![key.0, name.as_str(), ordinal, kind, value])?;
    }
    Ok(())
}

/// Type and value of the rows of a search attribute; a list has one for each element.
pub(super) fn index_rows(indexed: &IndexedValue) -> Vec<(i64, Value)> {
    let text = |text: &Arc<str>| Value::Text(text.as_ref().to_owned());
    match indexed {
        IndexedValue::Keyword(keyword) => vec![(0, text(keyword))],
        IndexedValue::Text(words) => vec![(1, text(words))],
        IndexedValue::Datetime(nanos) => vec![(2, Value::Integer(*nanos))],
        IndexedValue::Int(number) => vec![(3, Value::Integer(*number))],
        IndexedValue::Double(number) => vec![(4, Value::Real(*number))],
        IndexedValue::Bool(value) => vec![(5, Value::Integer(i64::from(*value)))],
        IndexedValue::KeywordArray(texts) => texts.iter().map(|one| (6, text(one))).collect(),
    }
}

fn save_messages(
    connection: &Connection,
    save: &Save<'_>,
    changes: &Changes<'_>,
    next: &mut Stored,
) -> Result<(), StoreError> {
    let digest = &mut next.contents.messages;
    if changes.closed {
        if !digest.is_empty() {
            let sql = "DELETE FROM messages WHERE run_key = ?";
            connection.prepare_cached(sql)?.execute([save.key.0])?;
        }
        *digest = Digest::default();
        return Ok(());
    }
    for &(channel, sequence) in &changes.taken {
        let sql = "DELETE FROM messages WHERE run_key = ? AND sequence = ?";
        let mut statement = connection.prepare_cached(sql)?;
        statement.execute(params![save.key.0, sequence.cast_signed()])?;
        digest.remove(Place::message(save.key, sequence, channel).checksum());
    }
    for (&sequence, (channel, message)) in &changes.added {
        let mut statement = connection.prepare_cached(
            "INSERT INTO messages (run_key, sequence, kind, channel, value) VALUES (?, ?, ?, ?, ?)",
        )?;
        let kind = match channel.kind {
            ChannelKind::Signal => 0,
            ChannelKind::Internal => 1,
        };
        let place = Place::message(save.key, sequence, channel);
        digest.add(place.clone().checksum());
        let (value, _) = encode::encode_payload(message.value.as_ref(), place);
        statement.execute(params![
            save.key.0,
            sequence.cast_signed(),
            kind,
            channel.name.as_str(),
            value
        ])?;
    }
    Ok(())
}

fn save_completions(
    connection: &Connection,
    save: &Save<'_>,
    changes: &Changes<'_>,
) -> Result<(), StoreError> {
    for key in &changes.completed {
        let mut statement = connection.prepare_cached(
            "INSERT OR REPLACE INTO completions (workflow_id, key, completed_at, checksum)
             VALUES (?, ?, ?, ?)",
        )?;
        let (workflow_id, key) = (save.run.workflow_id.as_str(), completion_key(key));
        let checksum = encode::completion_checksum(workflow_id, &key, save.now.0);
        statement.execute(params![workflow_id, key, save.now.0, checksum])?;
    }
    Ok(())
}

/// The key of a completion as it is stored.
pub(crate) fn completion_key(key: &CompletionKey) -> String {
    match key {
        CompletionKey::Execution(id) => format!("execution {id}"),
        CompletionKey::StateAndKey(state_id, key) => format!("state {state_id} key {key}"),
    }
}
