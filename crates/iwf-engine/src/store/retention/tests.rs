//! Old runs and discarded histories on a real database.

use std::sync::Arc;

use iwf_engine_core::{
    CompletionKey, DataAttribute, Event, IndexedValue, Outcome, Payload, RawSearchValue, Run,
    SearchAttribute, StopKind, Write,
};

use super::*;
use crate::store::test_runs::start;
use crate::store::{Folder, Save, Stored};

struct Database {
    _folder: tempfile::TempDir,
    store: Store,
}

impl Database {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Folder::new(folder.path()).open().unwrap();
        // Nothing here is about crashes, and there are many commits.
        let connection = &store.connection;
        connection
            .pragma_update(None, "synchronous", "OFF")
            .unwrap();
        Self {
            store,
            _folder: folder,
        }
    }

    /// Stores a run with one row of everything, closed at this time if at all.
    fn insert(&mut self, key: i64, workflow_id: &str, closed_at: Option<i64>, is_retried: bool) {
        let key = RunKey(key);
        let mut start = start(key.run_id(0));
        start.workflow_id = workflow_id.into();
        let mut run = Run::new(&start);
        let mut writes = vec![
            Write::DataAttributeSet(DataAttribute {
                key: "data".into(),
                value: Some(Payload::default()),
            }),
            Write::SearchAttributeSet(SearchAttribute {
                key: "search".into(),
                raw: RawSearchValue::default(),
                indexed: Some(IndexedValue::Int(1)),
            }),
            Write::StateCompleted(CompletionKey::StateAndKey("S".into(), "k".into())),
        ];
        if let Some(closed_at) = closed_at {
            let outcome = Outcome {
                closed_at: Timestamp(closed_at),
                error_type: None,
                error_message: None,
                is_retried,
            };
            writes.push(Write::Closed(Status::Failed, outcome));
        }
        for write in &writes {
            run.apply(write);
        }
        self.save(key, &run, None, &writes, 3);
    }

    /// Saves a run with so many events in a row of their own each.
    fn save(&mut self, key: RunKey, run: &Run, stored: Option<Stored>, writes: &[Write], n: usize) {
        let event = Event::Stopped {
            kind: StopKind::Fail,
            reason: Some(Arc::from("because")),
        };
        let mut stored = stored;
        for number in 0..n {
            self.store.begin().unwrap();
            let saved = self.store.save(&Save {
                key,
                run,
                stored: stored.as_ref(),
                writes: if number == 0 { writes } else { &[] },
                events: &[(Timestamp(0), event.clone())],
                begins_anew: false,
                noted_lock: None,
                history_bytes_max: 1000,
                now: Timestamp(0),
            });
            stored = Some(saved.unwrap());
            self.store.commit().unwrap();
        }
    }

    /// Clears until there is nothing left to clear; returns what is gone and the commits it took.
    fn clear(&mut self, closed_until: Option<i64>) -> (Vec<i64>, usize) {
        let (mut gone, mut commits, mut cursor) = (Vec::new(), 0, Cursor::START);
        loop {
            self.store.begin().unwrap();
            let until = closed_until.map(Timestamp);
            let cleared = self.store.clear_away(until, cursor).unwrap();
            self.store.commit().unwrap();
            assert!(cleared.has_changed || cleared.runs.is_empty());
            gone.extend(cleared.runs.iter().map(|key| key.0));
            commits += usize::from(cleared.has_changed);
            cursor = cleared.cursor.unwrap_or(cursor);
            if !cleared.is_more {
                return (gone, commits);
            }
        }
    }

    fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        let count = self.store.connection.query_row(&sql, [], |row| row.get(0));
        count.unwrap()
    }
}

const TABLES: [&str; 6] = [
    "runs",
    "data_attributes",
    "search_attributes",
    "completions",
    "history",
    "garbage",
];

#[test]
fn a_run_that_is_old_enough_goes_with_all_it_had() {
    let mut database = Database::new();
    database.insert(1, "old", Some(10), false);
    database.insert(2, "young", Some(11), false);
    database.insert(3, "open", None, false);
    assert_eq!(database.clear(None).0, [0; 0]);
    assert_eq!(database.clear(Some(10)).0, [1]);
    let left = TABLES.map(|table| database.count(table));
    assert_eq!(left, [2, 2, 2, 2, 6, 0]);
    assert_eq!(database.clear(Some(i64::MAX)).0, [2]);
    assert_eq!(
        TABLES.map(|table| database.count(table)),
        [1, 1, 1, 1, 3, 0]
    );
    assert_eq!(database.store.current(&"old".into()).unwrap(), None);
}

#[test]
fn completions_stay_while_their_workflow_has_a_run() {
    let mut database = Database::new();
    database.insert(1, "w", Some(10), false);
    database.insert(2, "w", Some(20), false);
    assert_eq!(database.clear(Some(10)).0, [1]);
    assert_eq!(database.count("completions"), 1);
    assert_eq!(database.clear(Some(20)).0, [2]);
    assert_eq!(database.count("completions"), 0);
}

#[test]
fn a_retried_run_stays_until_its_workflow_has_ended() {
    let mut database = Database::new();
    database.insert(1, "w", Some(10), true);
    database.insert(2, "w", None, false);
    database.insert(3, "ended", Some(10), true);
    database.insert(4, "ended", Some(12), false);
    assert_eq!(database.clear(Some(11)).0, [3]);
}

#[test]
fn many_runs_go_in_small_commits() {
    let mut database = Database::new();
    for key in 1..=300 {
        database.insert(key, &format!("w{key}"), Some(key), false);
    }
    let (gone, commits) = database.clear(Some(1000));
    assert_eq!(gone.len(), 300);
    assert!(commits > 4, "{commits} commits");
    assert_eq!(TABLES.map(|table| database.count(table)), [0; 6]);
}

#[test]
fn a_history_that_is_too_long_begins_anew_and_its_old_rows_go() {
    let mut database = Database::new();
    let key = RunKey(1);
    let run = Run::new(&start(key.run_id(0)));
    database.save(key, &run, None, &[], 2000);
    assert!(database.count("garbage") > 10);
    database.clear(None);
    assert_eq!(database.count("garbage"), 0);
    let left = database.count("history");
    assert!((1..100).contains(&left), "{left} rows are left");
    let numbers = database.store.history(key, 1990).unwrap();
    let numbers: Vec<u64> = numbers.iter().map(|recorded| recorded.number).collect();
    assert_eq!(numbers.last(), Some(&2000));
}

#[test]
fn the_key_of_a_run_is_not_used_again_while_it_has_garbage() {
    let mut database = Database::new();
    database.insert(1, "a", None, false);
    database.insert(7, "b", Some(1), false);
    database.store.begin().unwrap();
    let cleared = database.store.clear_away(Some(Timestamp(1)), Cursor::START);
    database.store.commit().unwrap();
    assert_eq!(cleared.unwrap().runs, [RunKey(7)]);
    assert_eq!(database.store.last_key().unwrap(), RunKey(7));
    database.clear(None);
    assert_eq!(database.store.last_key().unwrap(), RunKey(1));
}

#[test]
fn an_old_run_that_is_damaged_stays_and_is_told_of() {
    let mut database = Database::new();
    database.insert(1, "damaged", Some(10), false);
    database.insert(2, "sound", Some(10), false);
    let connection = &database.store.connection;
    let sql = "UPDATE runs SET workflow_type = 'other' WHERE run_key = 1";
    connection.execute(sql, []).unwrap();
    database.store.begin().unwrap();
    let cleared = database
        .store
        .clear_away(Some(Timestamp(10)), Cursor::START);
    let cleared = cleared.unwrap();
    assert_eq!(cleared.runs, [RunKey(2)]);
    let damaged: Vec<_> = cleared.damaged.iter().map(|(key, _)| *key).collect();
    assert_eq!(damaged, [RunKey(1)]);
    // The next look goes on behind both.
    assert_eq!(cleared.cursor, Some(Cursor(Timestamp(10), RunKey(2))));
}
