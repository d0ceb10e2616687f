//! Adding to a history, and letting it begin anew when it has grown too long.

use iwf_engine_core::Snapshot;
use rusqlite::params;

use super::HistoryEnd;
use crate::store::encode::{self, Place};
use crate::store::{RunKey, Save, Store, StoreError, retention};

/// A row with this many bytes takes no more events.
const ROW_BYTES: usize = 64 * 1024;

/// How a save goes on with a history.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Append,
    /// What was kept goes away; a snapshot takes its place.
    BeginAnew,
}

/// | run | history | mode |
/// |---|---|---|
/// | closed | any | append, so that it can be reset |
/// | running | of a run that was reset, and whose history was shortened before | begin anew |
/// | running | none, because it began before there were histories | begin anew |
/// | running | too long | begin anew |
/// | running | otherwise | append |
fn mode(save: &Save<'_>, end: Option<HistoryEnd>) -> Mode {
    let is_old = save.stored.is_some() && end.is_none();
    let max = u64::try_from(save.history_bytes_max).unwrap_or(u64::MAX);
    let is_too_long = end.is_some_and(|end| end.bytes > max);
    let must_begin_anew = save.begins_anew || is_old || is_too_long;
    if must_begin_anew && save.run.is_running() && !save.events.is_empty() {
        Mode::BeginAnew
    } else {
        Mode::Append
    }
}

impl Store {
    /// Adds the events of a save to the history of its run.
    pub(in crate::store) fn save_history(
        &mut self,
        save: &Save<'_>,
        end: Option<HistoryEnd>,
    ) -> Result<Option<HistoryEnd>, StoreError> {
        match mode(save, end) {
            Mode::Append => self.append(save, end),
            Mode::BeginAnew => {
                if end.is_some() {
                    retention::discard(&self.connection, save.key, None, end)?;
                }
                self.begin_anew(save, end).map(Some)
            }
        }
    }

    fn append(
        &mut self,
        save: &Save<'_>,
        end: Option<HistoryEnd>,
    ) -> Result<Option<HistoryEnd>, StoreError> {
        let mut end = end;
        let mut events = save.events.iter();
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
            end = Some(self.insert_row(save.key, end, end.map(|end| end.row), count, None)?);
        }
        let lock = save.noted_lock;
        Ok(end.map(|end| HistoryEnd { lock, ..end }))
    }

    fn begin_anew(
        &mut self,
        save: &Save<'_>,
        end: Option<HistoryEnd>,
    ) -> Result<HistoryEnd, StoreError> {
        let before = HistoryEnd {
            row: 0,
            last_number: end.map_or(0, |end| end.last_number),
            bytes: 0,
            // A snapshot has none, so the next event notes it again.
            lock: None,
        };
        let place = Place::snapshot(save.key, before.last_number.saturating_add(1));
        let (snapshot, _) = encode::sealed(&Snapshot::of(save.run), place);
        // A larger run cannot be reset until its next snapshot, which may be smaller.
        let is_small = snapshot.len() <= save.history_bytes_max;
        encode::start(&mut self.buffer);
        for event in save.events {
            encode::append(&mut self.buffer, event);
        }
        let count = u64::try_from(save.events.len()).unwrap_or(u64::MAX);
        let snapshot = is_small.then_some(snapshot.as_slice());
        self.insert_row(save.key, Some(before), None, count, snapshot)
    }

    /// Adds the buffer as a row of so many events.
    fn insert_row(
        &mut self,
        key: RunKey,
        end: Option<HistoryEnd>,
        previous: Option<i64>,
        count: u64,
        snapshot: Option<&[u8]>,
    ) -> Result<HistoryEnd, StoreError> {
        let before = end.map_or(0, |end| end.last_number);
        let number = before.saturating_add(1);
        encode::seal(&mut self.buffer, Place::history(key, previous, number));
        let mut statement = self.connection.prepare_cached(
            "INSERT INTO history (run_key, previous, number, events, snapshot)
             VALUES (?, ?, ?, ?, ?)",
        )?;
        let row = statement.insert(params![
            key.0,
            previous,
            number.cast_signed(),
            self.buffer,
            snapshot,
        ])?;
        let bytes = end.map_or(0, |end| end.bytes);
        let size = u64::try_from(self.buffer.len()).unwrap_or(u64::MAX);
        Ok(HistoryEnd {
            row,
            last_number: before.saturating_add(count),
            bytes: bytes.saturating_add(size),
            lock: None,
        })
    }
}
