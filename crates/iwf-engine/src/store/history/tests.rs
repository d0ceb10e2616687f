//! Histories of a run that never changes, on a real database.

use iwf_engine_core::{Run, StopKind, Timestamp};

use super::*;
use crate::store::test_runs::start;
use crate::store::{Folder, Save, Store, Stored};

/// A store in a folder of its own, with one run that never changes but for its history.
struct Log {
    folder: tempfile::TempDir,
    store: Store,
    run: Run,
    stored: Option<Stored>,
}

const KEY: RunKey = RunKey(3);

impl Log {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let id = KEY.run_id(0);
        Self {
            store: Folder::new(folder.path()).open().unwrap(),
            folder,
            run: Run::new(&start(id)),
            stored: None,
        }
    }

    fn save(&mut self, events: &[(Timestamp, Event)]) {
        self.store.begin().unwrap();
        let saved = self.store.save(&Save {
            key: KEY,
            run: &self.run,
            stored: self.stored.as_ref(),
            writes: &[],
            events,
            begins_anew: false,
            noted_lock: None,
            history_bytes_max: 8 * 1024 * 1024,
            now: Timestamp(9),
        });
        self.store.commit().unwrap();
        self.stored = Some(saved.unwrap());
    }

    fn read(&self, after: u64, limit: usize) -> Vec<u64> {
        let reader = Folder::new(self.folder.path()).reader().unwrap();
        let recorded = reader.history(KEY, after, limit).unwrap();
        for recorded in &recorded {
            let expected = event(recorded.number.cast_signed());
            assert_eq!((recorded.at, recorded.event.clone()), expected);
        }
        recorded.iter().map(|recorded| recorded.number).collect()
    }
}

/// An event that says which one it is.
fn event(number: i64) -> (Timestamp, Event) {
    let stopped = Event::Stopped {
        kind: StopKind::Fail,
        reason: Some(format!("event {number}").into()),
    };
    (Timestamp(number), stopped)
}

fn events(numbers: std::ops::RangeInclusive<i64>) -> Vec<(Timestamp, Event)> {
    numbers.map(event).collect()
}

#[test]
fn a_history_reads_back_in_pages() {
    let mut log = Log::new();
    log.save(&events(1..=1));
    log.save(&events(2..=4));
    log.save(&[]);
    log.save(&events(5..=7));
    assert_eq!(log.read(0, 100), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(log.read(0, 3), [1, 2, 3]);
    assert_eq!(log.read(3, 3), [4, 5, 6]);
    assert_eq!(log.read(6, 3), [7]);
    assert_eq!(log.read(7, 3), [0; 0]);
    assert_eq!(log.read(1000, 3), [0; 0]);
}

#[test]
fn many_events_of_one_commit_take_several_rows() {
    let mut log = Log::new();
    log.save(&events(1..=20_000));
    let rows = log
        .store
        .connection
        .query_row("SELECT count(*) FROM history", [], |row| row.get(0));
    assert!((2..20).contains(&rows.unwrap()));
    assert_eq!(log.read(0, usize::MAX).len(), 20_000);
    assert_eq!(log.read(9_998, 3), [9_999, 10_000, 10_001]);
}

#[test]
fn a_row_of_another_run_is_not_taken_for_its_own() {
    let mut log = Log::new();
    log.save(&events(1..=2));
    let sql = "UPDATE history SET run_key = 4";
    log.store.connection.execute_batch(sql).unwrap();
    let reader = Folder::new(log.folder.path()).reader().unwrap();
    let error = reader.history(KEY, 0, 9).unwrap_err();
    assert!(matches!(
        error,
        StoreError::Damaged(DecodeError::History(3))
    ));
}
